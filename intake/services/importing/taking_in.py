"""Appointments of a file made, each once, however often and by how many people it is imported.

Those of one import were made at the same moment; by it they are found again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from intake.messaging import mail_sender
from intake.services import appointments, invitations, messages
from intake.services.appointments import Booking
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.patients import Directory
from intake.storage.models import Appointment, AppointmentState, Channel, MessageKind, Patient

# A second press owes the same message, and so none.
ONCE = "import"


@dataclass(frozen=True)
class Expected:
    """A row that can be an appointment. `source` recognises it in a later file."""

    source: str
    booking: Booking
    minutes: int
    language: str


@dataclass(frozen=True)
class TakenIn:
    """What an import made. `at` finds its appointments; when it `made` none, those of the import before."""

    at: datetime
    made: int


def known(op: Operation, sources: Iterable[str]) -> dict[str, Appointment]:
    """The appointments that these rows made already, by source."""
    blinds = {appointments.blind_of(op, source): source for source in sources}
    chosen = select(Appointment).where(Appointment.source_blind.in_(blinds))
    found = op.session.scalars(chosen.options(joinedload(Appointment.patient)))
    return {blinds[str(each.source_blind)]: each for each in found}


def take_in(op: Operation, expected: Sequence[Expected]) -> TakenIn:
    """Make the appointments that are not in yet, all of them or none.

    Raises IntegrityError when somebody imports the same rows at this moment: look again, they are in then.
    """
    there = known(op, [each.source for each in expected])
    new = [each for each in expected if each.source not in there]
    if not new:
        return TakenIn(max((each.made_at for each in there.values()), default=op.now), 0)
    directory = Directory(op.session)
    # In one order for everybody: two imports that met in the middle would wait for each other for ever.
    for each in sorted(new, key=lambda row: appointments.blind_of(op, row.source)):
        directory.add(_make(op, each, directory))
    op.record(Action.APPOINTMENTS_IMPORTED, op.user, made=len(new), known=len(there))
    op.session.flush()
    return TakenIn(op.now, len(new))


def brought_in(session: Session, at: datetime) -> list[Appointment]:
    """The appointments that were imported at this moment, in the order they come."""
    return list(session.scalars(_imported(at)))


def without_link(op: Operation, made: Iterable[Appointment]) -> list[Appointment]:
    """Those who have no link yet, or have not been sent it though it can be.

    Whose link was closed by hand is not among them.
    """
    mails = mail_sender(op.settings) is not None
    return [
        each
        for each in made
        if invitations.may_open(each, now=op.now)
        and (not each.invitations or (mails and _can_be_sent(op.session, each)))
    ]


def send_links(op: Operation, at: datetime) -> None:
    """Make a link for each of this import who has none, and owe an e-mail where one can be sent."""
    # Locked, so that two who press at once make one link each.
    chosen = _imported(at).order_by(None).order_by(Appointment.id).with_for_update(of=Appointment)
    mails = mail_sender(op.settings) is not None
    for each in without_link(op, op.session.scalars(chosen).all()):
        if not each.invitations:
            invitations.invite(op, each)
            op.session.flush()
        link = invitations.current(op.session, each)
        if link and mails and each.patient.email:
            messages.owe_invitation(op, link, Channel.EMAIL, once=ONCE)


def _make(op: Operation, row: Expected, directory: Directory) -> Patient:
    """Make one appointment; whoever has the name and the date of birth of a known patient is that patient."""
    booking = row.booking
    appointment = appointments.make(
        op,
        booking,
        patient=directory.same(booking.name, booking.date_of_birth, booking.number),
        minutes=row.minutes,
        language=row.language,
        source=row.source,
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
        .order_by(Appointment.starts_at, Appointment.id)
    )
