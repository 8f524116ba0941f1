"""How the demonstration clinic comes about: through the services, with the clock set back."""

import base64
import hmac
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.config import Settings
from intake.demo.scenes import (
    CLINICIANS,
    SCENES,
    STAFF,
    Reached,
    Scene,
    Staff,
    born,
    name_of,
    phone_of,
    place_of,
)
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.questionnaire.vignettes import Vignette, answers_of, vignette
from intake.red_flags import Urgency
from intake.services import accounts, alerts, appointments, intakes, invitations
from intake.services.audit import SYSTEM
from intake.services.sheet import Choice
from intake.storage import Database
from intake.storage.encryption import Purpose
from intake.storage.models import Appointment, Intake, IntakeStatus, Invitation, Outcome, Role

FEWEST_UNOPENED = 3
FIRST_APPOINTMENT = time(8, 30)
EACH_PAGE_TAKES = timedelta(seconds=20)
STILL_AT_IT = timedelta(hours=4)
WHOLE_FORM_TAKES = timedelta(minutes=14)


class Clinic:
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
        return hmac.digest(self.database.keys.secret(Purpose.DEMO), what.encode(), "sha256")

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
        named = {invitations.hash_of(self.token(scene, copy)): scene.vignette for scene in SCENES}
        chosen = (
            select(Invitation)
            .where(Invitation.secret_hash.in_(named))
            .options(
                joinedload(Invitation.appointment).joinedload(Appointment.patient),
                joinedload(Invitation.appointment).joinedload(Appointment.intake),
            )
        )
        return {named[each.secret_hash]: each.appointment for each in session.scalars(chosen)}

    # ---- making it

    def add_staff(self) -> None:
        """Add whoever is not there yet."""
        with self.database.writing() as session:
            emails = {user.email for user in accounts.all_users(session)}
            for staff in STAFF:
                if staff.email not in emails:
                    accounts.add_user(
                        session,
                        name=staff.name,
                        email=staff.email,
                        role=staff.role,
                        password=self.password(staff),
                        by=SYSTEM,
                        now=self.now,
                    )
            session.commit()

    def add(self, scene: Scene, copy: int = 0) -> None:
        """Add a made-up patient, unless that was done before."""
        with self.database.writing() as session:
            secret_hash = invitations.hash_of(self.token(scene, copy))
            known = session.scalars(select(Invitation.id).where(Invitation.secret_hash == secret_hash))
            if known.first() is None:
                self._play(session, scene, copy)
                session.commit()

    def top_up(self) -> None:
        """See to it that some patients have not opened their link yet."""
        there = list(self.present())
        unopened = sum(each.intake.status is IntakeStatus.NOT_OPENED for _, _, each in there)
        copies = max((copy for _, copy, _ in there), default=0)
        fresh = [scene for scene in SCENES if scene.reached is Reached.NOTHING]
        for scene in fresh[: max(0, FEWEST_UNOPENED - unopened)]:
            self.add(scene, copies + 1)

    def _play(self, session: Session, scene: Scene, copy: int) -> None:
        """Everything that happened to this patient, at the time when it did."""
        case = vignette(scene.vignette)
        done_at = self.now - scene.ago
        appointment = self._book(session, scene, case, copy, made_at=done_at - timedelta(days=2))
        if scene.reached is Reached.NOTHING or copy:
            return
        started_at = done_at - WHOLE_FORM_TAKES
        invitation = invitations.identify(
            session,
            invitations.hash_of(self.token(scene)),
            appointment.patient.date_of_birth,
            now=started_at,
        )
        intake = invitation.appointment.intake
        intakes.open(session, intake, settings=self.settings, now=started_at)
        if scene.reached is not Reached.OPENED:
            Form(session, self.settings, intake, self._answers(case, appointment)).fill_in(
                scene, started_at, done_at
            )
        if scene.told:
            self._tell(session, intake, scene)

    def _book(
        self, session: Session, scene: Scene, case: Vignette, copy: int, *, made_at: datetime
    ) -> Appointment:
        place = place_of(scene)
        # 11 and 37 share no factor, so this shuffles the vignettes over the day.
        slot = place * 11 % len(SCENES) + copy * len(SCENES)
        appointment = appointments.make(
            session,
            name=name_of(scene, copy),
            date_of_birth=born(case, self.day, place + copy),
            sex_at_birth=str(case.answers.get("sex_at_birth", "female")),
            phone=phone_of(scene, copy),
            starts_at=self._starts_at(slot),
            with_whom=CLINICIANS[slot % len(CLINICIANS)],
            by=SYSTEM,
            settings=self.settings,
            now=made_at,
        )
        token = self.token(scene, copy)
        invitations.invite(session, appointment, by=SYSTEM, now=made_at + timedelta(minutes=1), token=token)
        return appointment

    def _starts_at(self, slot: int) -> datetime:
        """Three clinicians see somebody every 40 minutes, one ten minutes after the other."""
        minutes = slot // 3 * 40 + slot % 3 * 10
        first = datetime.combine(self.day, FIRST_APPOINTMENT, self.settings.zone)
        return min(first + timedelta(minutes=minutes), first.replace(hour=23, minute=30))

    def _answers(self, case: Vignette, appointment: Appointment) -> Answers:
        patient = appointment.patient
        return answers_of(case, self.day).merged(
            {"dob": patient.date_of_birth.isoformat(), "phone_best": patient.phone}
        )

    def _tell(self, session: Session, intake: Intake, scene: Scene) -> None:
        """Reception has acted; by now most of it is done."""
        session.flush()
        by = next(user for user in accounts.all_users(session) if user.role is Role.RECEPTION)
        for alert in intake.alerts:
            moment = min(alert.raised_at + timedelta(minutes=9), self.now)
            alerts.take(session, [alert.id], by=by, now=moment)
        if scene.ago > STILL_AT_IT:
            urgent = any(alert.urgency is Urgency.EMERGENCY for alert in intake.alerts)
            outcome = Outcome.EMERGENCY_CARE if urgent else Outcome.SEEN_TODAY
            result = alerts.Result(outcome, "Phoned; Dr Noor Example was told. (Made up.)", "RE")
            ids = [alert.id for alert in intake.alerts]
            alerts.close(session, ids, result, by=by, now=moment + timedelta(minutes=11))


class Form:
    """A made-up patient at the form, one page every few seconds."""

    def __init__(self, session: Session, settings: Settings, intake: Intake, answers: Answers) -> None:
        self.session, self.settings, self.intake, self.answers = session, settings, intake, answers

    def fill_in(self, scene: Scene, started_at: datetime, done_at: datetime) -> None:
        """Answer page by page, as far as the scene goes."""
        self.moment = started_at
        journey = intakes.journey_of(self.intake, settings=self.settings, now=started_at)
        while (page := journey.next) and journey.percent < scene.percent:
            saved = self._save(journey, page)
            journey = saved.journey
            if saved.interrupt:
                if scene.reached is Reached.LEFT:
                    self._choose(Choice.GETTING_HELP)
                    return
                self._choose(Choice.CONTINUE)
        if scene.reached is Reached.SENT:
            self._add_detail(journey)
            intakes.send(self.session, self.intake, settings=self.settings, now=done_at)

    def _add_detail(self, journey: Journey) -> None:
        for page in [step.page for step in journey.more]:
            asked = journey.asked(page)
            if any(question.id in self.answers for question in asked):
                saved = self._save(journey, page)
                journey = saved.journey
                if saved.interrupt:
                    self._choose(Choice.CONTINUE)

    def _save(self, journey: Journey, page: Page) -> intakes.Saved:
        self.moment += EACH_PAGE_TAKES
        given = {question.id: self.answers.get(question.id) for question in journey.asked(page)}
        return intakes.save_page(
            self.session, self.intake, page, given, seen=None, settings=self.settings, now=self.moment
        )

    def _choose(self, choice: Choice) -> None:
        intakes.choose(self.session, self.intake, choice, settings=self.settings, now=self.moment)
