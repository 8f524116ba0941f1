"""Appointments of a file made, each once, however often and by how many people it is imported.

Those of one import were made at the same moment; by it they are found again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from intake.config import Settings
from intake.messaging import mail_sender
from intake.services import appointments, audit, invitations, messages
from intake.services.audit import Action, Actor
from intake.services.patients import Directory
from intake.storage.models import Appointment, AppointmentState, Channel, Intake, MessageKind, Patient, User

# A second press owes the same message, and so none.
ONCE = "import"


@dataclass(frozen=True)
class Expected:
    """A row that can be an appointment. `source` recognises it in a later file; `starts_at` is aware."""

    source: str
    name: str
    date_of_birth: date
    starts_at: datetime
    minutes: int
    with_whom: str
    sex_at_birth: str | None
    phone: str | None
    email: str | None
    number: str | None
    language: str
    needs: str | None


@dataclass(frozen=True)
class TakenIn:
    """What an import made. `at` finds its appointments; when it `made` none, those of the import before."""

    at: datetime
    made: int


def known(session: Session, sources: Iterable[str]) -> dict[str, Appointment]:
    """The appointments that these rows made already, by source."""
    blinds = {appointments.blind_of(session, source): source for source in sources}
    chosen = select(Appointment).where(Appointment.source_blind.in_(blinds))
    found = session.scalars(chosen.options(joinedload(Appointment.patient)))
    return {blinds[str(each.source_blind)]: each for each in found}


def take_in(
    session: Session, expected: Sequence[Expected], *, by: User, settings: Settings, now: datetime
) -> TakenIn:
    """Make the appointments that are not in yet, all of them or none.

    Raises IntegrityError when somebody imports the same rows at this moment: look again, they are in then.
    """
    there = known(session, [each.source for each in expected])
    new = [each for each in expected if each.source not in there]
    if not new:
        return TakenIn(max((each.made_at for each in there.values()), default=now), 0)
    actor, directory = Actor.staff(by), Directory(session)
    # In one order for everybody: two imports that met in the middle would wait for each other for ever.
    for each in sorted(new, key=lambda row: appointments.blind_of(session, row.source)):
        directory.add(_make(session, each, directory, actor, settings, now))
    counts = {"made": len(new), "known": len(there)}
    audit.record(session, Action.APPOINTMENTS_IMPORTED, by=actor, on=by, now=now, **counts)
    session.flush()
    return TakenIn(now, len(new))


def brought_in(session: Session, at: datetime) -> list[Appointment]:
    """The appointments that were imported at this moment, in the order they come."""
    return list(session.scalars(_imported(at)))


def without_link(
    session: Session, made: Iterable[Appointment], *, settings: Settings, now: datetime
) -> list[Appointment]:
    """Those who have no link yet, or have not been sent it though it can be.

    Whose link was closed by hand is not among them.
    """
    mails = mail_sender(settings) is not None
    return [
        each
        for each in made
        if invitations.may_open(each, now=now)
        and (not each.invitations or (mails and _can_be_sent(session, each)))
    ]


def send_links(session: Session, at: datetime, *, by: Actor, settings: Settings, now: datetime) -> None:
    """Make a link for each of this import who has none, and owe an e-mail where one can be sent."""
    # Locked, so that two who press at once make one link each.
    chosen = _imported(at).order_by(None).order_by(Appointment.id).with_for_update(of=Appointment)
    mails = mail_sender(settings) is not None
    for each in without_link(session, session.scalars(chosen).all(), settings=settings, now=now):
        if not each.invitations:
            invitations.invite(session, each, by=by, now=now)
            session.flush()
        link = invitations.current(session, each)
        if link and mails and each.patient.email:
            messages.owe_invitation(session, link, Channel.EMAIL, by=by, once=ONCE, now=now)


def _make(
    session: Session, row: Expected, directory: Directory, by: Actor, settings: Settings, now: datetime
) -> Patient:
    """Make one appointment; whoever has the name and the date of birth of a known patient is that patient."""
    appointment = appointments.make(
        session,
        name=row.name,
        date_of_birth=row.date_of_birth,
        starts_at=row.starts_at,
        sex_at_birth=row.sex_at_birth,
        phone=row.phone,
        email=row.email,
        number=row.number,
        needs=row.needs,
        patient=directory.same(row.name, row.date_of_birth, row.number),
        minutes=row.minutes,
        with_whom=row.with_whom,
        language=row.language,
        source=row.source,
        by=by,
        settings=settings,
        now=now,
    )
    return appointment.patient


def _can_be_sent(session: Session, appointment: Appointment) -> bool:
    """It has a link and an address, and no message with the link was ever owed.

    One that failed is looked after where the appointment is, by whoever knows the right address.
    """
    if not appointment.patient.email or invitations.current(session, appointment) is None:
        return False
    followed = messages.of(session, appointment)
    return all(each.kind is not MessageKind.SEND_INVITATION for each in followed)


def _imported(at: datetime) -> Select[Appointment]:
    return (
        select(Appointment)
        .where(Appointment.made_at == at, Appointment.source_blind.is_not(None))
        .where(Appointment.state == AppointmentState.BOOKED)
        .options(joinedload(Appointment.patient), selectinload(Appointment.invitations))
        .options(joinedload(Appointment.intake).defer(Intake.sheet_sealed).defer(Intake.summary_sealed))
        .order_by(Appointment.starts_at, Appointment.id)
    )
