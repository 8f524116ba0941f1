"""How the demonstration clinic comes about: through the services, with the clock set back."""

import base64
import hmac
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.config import Settings
from intake.demo.form import Form
from intake.demo.scenes import (
    CLINICIANS,
    SCENES,
    STAFF,
    Reached,
    Scene,
    Staff,
    born,
    email_of,
    name_of,
    phone_of,
    place_of,
)
from intake.demo.vignettes import Vignette, answers_of, vignette
from intake.messaging import Undeliverable
from intake.questionnaire.answers import Answers
from intake.red_flags import Urgency
from intake.services import alerts
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.audit import SYSTEM, Actor
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.services.forms.entry import Entry
from intake.services.invitations import links
from intake.services.messages import correspondence, outbox
from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.encryption import Purpose
from intake.storage.models import (
    Appointment,
    Channel,
    Intake,
    IntakeStatus,
    Invitation,
    Job,
    Outcome,
    Patient,
    Role,
    Route,
    User,
)
from intake.tasks.delivery import Work, deliver

FEWEST_UNOPENED = 3
FIRST_APPOINTMENT = time(8, 30)
STILL_AT_IT = timedelta(hours=4)
WHOLE_FORM_TAKES = timedelta(minutes=14)
SIX_WEEKS = timedelta(weeks=6)


class DemoClinic:
    """Today at the demonstration clinic."""

    def __init__(self, database: Database, settings: Settings, now: datetime) -> None:
        self.database, self.settings, self.now = database, settings, now
        self.day = settings.today(now)

    # ---- what follows from the secret

    def token(self, scene: Scene, copy: int = 0) -> str:
        """The secret of a made-up patient's link, the same whenever it is asked for."""
        digest = self._digest(f"link {self.day} {scene.vignette} {copy}")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def password(self, staff: Staff) -> str:
        """The password of a made-up member of staff: four groups of four letters and digits."""
        letters = base64.b32encode(self._digest(f"password {staff.email}")).decode().lower()
        return "-".join(letters[start : start + 4] for start in range(0, 16, 4))

    def _digest(self, what: str) -> bytes:
        keys = self.database.keys
        # The oldest key: what was printed yesterday still lets in after a change of keys.
        return hmac.digest(keys.secret(Purpose.DEMO, keys.numbers[0]), what.encode(), "sha256")

    # ---- who is there

    def present(self) -> Iterator[tuple[Scene, int, Appointment]]:
        """The made-up patients of today: of each vignette the first, then the copies made to top up."""
        with self.database.reading() as session:
            copy = 0
            while found := self._copies(session, copy):
                for scene in SCENES:
                    if scene.vignette in found:
                        yield scene, copy, found[scene.vignette]
                copy += 1

    def _copies(self, session: Session, copy: int) -> dict[str, Appointment]:
        named = {links.hash_of(self.token(scene, copy)): scene.vignette for scene in SCENES}
        stmt = (
            select(Invitation)
            .where(Invitation.secret_hash.in_(named))
            .options(
                joinedload(Invitation.appointment).joinedload(Appointment.patient),
                joinedload(Invitation.appointment).joinedload(Appointment.intake),
            )
        )
        return {named[each.secret_hash]: each.appointment for each in session.scalars(stmt)}

    # ---- making it

    def add_staff(self) -> None:
        """Add whoever is not there yet."""
        with self.database.reading() as session:
            emails = {user.email for user in accounts.all_users(session)}
        for staff in STAFF:
            if staff.email in emails:
                continue
            # One by one: the password is hashed before anything is read or written.
            with self._operation() as op:
                accounts.add_user(
                    op,
                    name=staff.name,
                    email=staff.email,
                    role=Role(staff.role),
                    password=self.password(staff),
                )
                op.commit()

    def add(self, scene: Scene, copy: int = 0) -> None:
        """Add a made-up patient, unless that was done before."""
        with self._operation() as op:
            secret_hash = links.hash_of(self.token(scene, copy))
            known = op.session.scalars(select(Invitation.id).where(Invitation.secret_hash == secret_hash))
            if known.first() is not None:
                return
            patient = self._come_before(op, scene) if scene.before and not copy else None
            appointment = self._book(op, scene, copy, patient)
            op.commit()
        self._post_what_is_due(scene, appointment)
        with self._operation() as op:
            self._play(op, scene, copy, op.session.get_one(Appointment, appointment.id))
            op.commit()

    def top_up(self) -> None:
        """See to it that some patients have not opened their link yet."""
        there = list(self.present())
        unopened = sum(each.intake.status is IntakeStatus.NOT_OPENED for _, _, each in there)
        copies = max((copy for _, copy, _ in there), default=0)
        fresh = [scene for scene in SCENES if scene.reached is Reached.NOTHING]
        for scene in fresh[: max(0, FEWEST_UNOPENED - unopened)]:
            self.add(scene, copies + 1)

    def _operation(self, now: datetime | None = None) -> AbstractContextManager[Operation]:
        return Operation.open(self.database, self.settings, SYSTEM, now or self.now)

    def _play(self, op: Operation, scene: Scene, copy: int, appointment: Appointment) -> None:
        """Everything that happened to this patient, at the time when it did."""
        done_at = self.now - scene.ago
        if scene.reached is Reached.NOTHING or copy:
            return
        started_at = done_at - WHOLE_FORM_TAKES
        invitation = links.identify(
            replace(op, now=started_at),
            links.hash_of(self.token(scene)),
            appointment.patient.date_of_birth,
        )
        intake = invitation.appointment.intake
        intakes.open(replace(op, actor=Actor.patient(intake), now=started_at), intake)
        if scene.reached is not Reached.OPENED:
            answers = self._answers(vignette(scene.vignette), appointment)
            route = Route(scene.route)
            entry = Entry(route, None if route is Route.WEB else self._rowan(op.session))
            Form(op, intake, answers, entry).fill_in(scene, started_at, done_at)
        if scene.told:
            self._tell(op, intake, scene)

    def _book(self, op: Operation, scene: Scene, copy: int, patient: Patient | None) -> Appointment:
        """Booked two days before, with a link that is sent where there is an address."""
        place, case = place_of(scene), vignette(scene.vignette)
        made_at = self.now - scene.ago - timedelta(days=2)
        # 11 and 37 share no factor, so this shuffles the vignettes over the day.
        dedupe_key = place * 11 % len(SCENES) + copy * len(SCENES)
        appointment = booking.make(
            replace(op, now=made_at),
            Booking(
                name=name_of(scene, copy),
                date_of_birth=born(case, self.day, place + copy),
                sex_at_birth=str(case.answers.get("sex_at_birth", "female")),
                phone=phone_of(scene, copy),
                email=email_of(scene, copy),
                needs=scene.needs or None,
                starts_at=self._starts_at(dedupe_key),
                with_whom=CLINICIANS[dedupe_key % len(CLINICIANS)],
            ),
            patient=patient,
        )
        token, sent_at = self.token(scene, copy), made_at + timedelta(minutes=1)
        links.invite(replace(op, now=sent_at), appointment, token=token)
        link = links.current(op.session, appointment)
        if link is not None and email_of(scene, copy) and Route(scene.route) is Route.WEB:
            correspondence.enqueue_invitation(
                replace(op, now=sent_at), link, Channel.EMAIL, idempotency_key="demo"
            )
        return appointment

    def _post_what_is_due(self, scene: Scene, appointment: Appointment) -> None:
        """The e-mail that has left by now, each at its time."""
        with self.database.reading() as session:
            stmt = select(Job).where(Job.appointment_id == appointment.id, Job.not_before < self.now)
            waiting = list(session.scalars(stmt.order_by(Job.not_before)))
        for message in waiting:
            if scene.bounces:
                self._bounce(message)
            else:
                self._post(message)

    def _post(self, message: Job) -> None:
        with self._operation(message.not_before) as op:
            claim = outbox.claim(op, message.id)
            op.commit()
        assert claim is not None
        deliver(Work(self.database, self.settings, _at(message.not_before)), claim)

    def _bounce(self, message: Job) -> None:
        refused = Undeliverable()
        with self._operation(message.not_before) as op:
            outbox.claim(op, message.id)
            outbox.failed(op, message.id, error=refused, for_good=True)
            op.commit()

    def _come_before(self, op: Operation, scene: Scene) -> Patient:
        """The same patient six weeks ago, with another story."""
        then, case = self.now - SIX_WEEKS, vignette(scene.before)
        appointment = booking.make(
            replace(op, now=then - timedelta(days=8)),
            Booking(
                name=name_of(scene, 0),
                date_of_birth=born(vignette(scene.vignette), self.day, place_of(scene)),
                sex_at_birth=str(case.answers.get("sex_at_birth", "female")),
                phone=phone_of(scene, 0),
                starts_at=then + timedelta(days=1),
                with_whom=CLINICIANS[0],
            ),
        )
        patient = Actor.patient(appointment.intake)
        intakes.open(replace(op, actor=patient, now=then - WHOLE_FORM_TAKES), appointment.intake)
        answers = self._answers(case, appointment)
        Form(op, appointment.intake, answers).fill_in(
            Scene(scene.before, scene.given_name, Reached.SENT), then - WHOLE_FORM_TAKES, then
        )
        return appointment.patient

    def _rowan(self, session: Session) -> User:
        """The receptionist."""
        return next(user for user in accounts.all_users(session) if Role.RECEPTION in user.roles)

    def _starts_at(self, dedupe_key: int) -> datetime:
        """Three clinicians see somebody every 40 minutes, one ten minutes after the other."""
        minutes = dedupe_key // 3 * 40 + dedupe_key % 3 * 10
        first = datetime.combine(self.day, FIRST_APPOINTMENT, self.settings.zone)
        return min(first + timedelta(minutes=minutes), first.replace(hour=23, minute=30))

    def _answers(self, case: Vignette, appointment: Appointment) -> Answers:
        patient = appointment.patient
        return answers_of(case, self.day).merged(
            {"dob": patient.date_of_birth.isoformat(), "phone_best": patient.phone}
        )

    def _tell(self, op: Operation, intake: Intake, scene: Scene) -> None:
        """Reception has acted; by now most of it is done."""
        op.session.flush()
        rowan = Actor.staff(self._rowan(op.session))
        for alert in intake.alerts:
            moment = min(alert.raised_at + timedelta(minutes=9), self.now)
            alerts.take(replace(op, actor=rowan, now=moment), [alert.id])
        if scene.ago > STILL_AT_IT:
            urgent = any(alert.urgency is Urgency.EMERGENCY for alert in intake.alerts)
            outcome = Outcome.EMERGENCY_CARE if urgent else Outcome.SEEN_TODAY
            result = alerts.Result(outcome, "Phoned; Dr Noor Example was told. (Made up.)", "RE")
            ids = [alert.id for alert in intake.alerts]
            alerts.close(replace(op, actor=rowan, now=moment + timedelta(minutes=11)), ids, result)


def _at(moment: datetime) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: moment
