"""Appointments of a file made, each once, however often and by how many people it is imported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from intake.messaging import mail_sender
from intake.services.appointments import booking, identifiers
from intake.services.appointments.importing import changes
from intake.services.appointments.importing.changes import Done, Expected, FileRow, Offer
from intake.services.appointments.matching import (
    Directory,
    NotToldApart,
    decide,
    match_rows,
    one_at_a_time,
)
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.invitations import links
from intake.services.messages import correspondence
from intake.storage.models import Appointment, AppointmentState, Channel, Import, Intake, JobKind, Patient

# A second press enqueues the same message, and so none.
IDEMPOTENCY_KEY = "import"


@dataclass(frozen=True)
class TakenIn:
    """What an import made. When it `made` none, `import_id` is the import before, which made them."""

    import_id: UUID
    made: int


def known(op: Operation, sources: Iterable[str]) -> dict[str, Appointment]:
    """The appointments that these rows made already, by source."""
    ids = identifiers.imported(op, sources)
    stmt = select(Appointment).where(Appointment.id.in_(ids.values()))
    found = {each.id: each for each in op.session.scalars(stmt.options(joinedload(Appointment.patient)))}
    return {source: found[id] for source, id in ids.items()}


def take_in(
    op: Operation,
    expected: Sequence[Expected],
    *,
    shape: str = "",
    offers: Sequence[Offer] = (),
    rows: Iterable[FileRow] = (),
) -> TakenIn:
    """Make the appointments that are not in yet, and change those of the `offers`: all of them or none.

    `shape` is of the file, `rows` are all that stand in it, with their versions. Rows are about the same
    person only where somebody said so or a record system does. Raises NotToldApart or WhoChanged where that
    has to be asked first, IntegrityError when somebody imports the same rows at this moment (look again, they
    are in then), and AppointmentChanged.
    """
    one_at_a_time(op)
    there = known(op, [each.source for each in expected])
    new = [each for each in expected if each.source not in there]
    before = _latest_import(there.values())
    if before is not None and not new and not offers:
        return TakenIn(before, 0)
    done = changes.carry_out(op, offers)
    taken = Import(
        made_at=op.now,
        made_by_id=op.actor.user_id,
        shape_hmac=changes.shape_hmac(op, shape),
        moved=done.moved,
        cancelled=done.cancelled,
    )
    op.session.add(taken)
    _make(op, new, taken)
    changed = {name: many for name, many in vars(done).items() if many}
    op.record(Action.APPOINTMENTS_IMPORTED, op.user, made=len(new), known=len(there), **changed)
    op.session.flush()
    changes.note_versions(op, rows)
    return TakenIn(taken.id, len(new))


def made_at(session: Session, moment: datetime) -> UUID | None:
    """The import that was made at this moment, as its address named it once; None when none was."""
    stmt = select(Import.id).where(Import.made_at == moment).order_by(Import.id)
    return session.scalars(stmt).first()


def brought_in(session: Session, import_id: UUID) -> list[Appointment]:
    """The appointments that came by this import, in the order they come."""
    return list(session.scalars(_imported(import_id)))


def done_by(session: Session, import_id: UUID | None) -> Done:
    """How many appointments this import changed that were in before."""
    found = session.get(Import, import_id) if import_id is not None else None
    return Done(found.moved, found.cancelled) if found is not None else Done()


def without_link(op: Operation, made: Iterable[Appointment]) -> list[Appointment]:
    """Those who have no link yet, or have not been sent it though it can be.

    Whose link was closed by hand is not among them.
    """
    mails = mail_sender(op.settings) is not None
    return [
        each
        for each in made
        if links.may_open(each, now=op.now)
        and (not each.invitations or (mails and _can_be_sent(op.session, each)))
    ]


def send_links(op: Operation, import_id: UUID) -> None:
    """Make a link for each of this import who has none, and enqueue an e-mail where one can be sent."""
    # Locked, so that two who press at once make one link each.
    chosen = _imported(import_id).order_by(None).order_by(Appointment.id).with_for_update(of=Appointment)
    mails = mail_sender(op.settings) is not None
    for each in without_link(op, op.session.scalars(chosen).all()):
        if not each.invitations:
            links.invite(op, each)
            op.session.flush()
        link = links.current(op.session, each)
        if link and mails and each.as_booked.email:
            correspondence.enqueue_invitation(op, link, Channel.EMAIL, idempotency_key=IDEMPOTENCY_KEY)


def _make(op: Operation, rows: Sequence[Expected], came_by: Import) -> None:
    """Make the appointments, in the order of the file: a row may be about whom one before it is about."""
    # By place, where nobody has given the rows their numbers.
    numbered = [(row.number or -place, row) for place, row in enumerate(rows, 1)]
    matches = match_rows(Directory(op), [(number, row.booking.person) for number, row in numbered])
    made: dict[int, Patient] = {}
    for number, row in numbered:
        decision = decide(matches[number], row.choice)
        patient = made.get(decision.row) if decision.row is not None else None
        if decision.patient_id is not None:
            patient = op.session.get_one(Patient, decision.patient_id)
        elif decision.row is not None and patient is None:
            raise NotToldApart
        appointment = booking.make(
            op,
            row.booking,
            patient=patient,
            take=decision.take,
            minutes=row.minutes,
            language=row.language,
            source=row.source,
            came_by=came_by,
        )
        made[number] = appointment.patient


def _latest_import(there: Iterable[Appointment]) -> UUID | None:
    """By which import the latest of these came."""
    came = [(each.made_at, each.import_id) for each in there if each.import_id is not None]
    return max(came)[1] if came else None


def _can_be_sent(session: Session, appointment: Appointment) -> bool:
    """It has a link and an address, and no message with the link was ever enqueued.

    One that failed is looked after where the appointment is, by whoever knows the right address.
    """
    if not appointment.as_booked.email or links.current(session, appointment) is None:
        return False
    followed = correspondence.of(session, appointment)
    return all(each.kind is not JobKind.SEND_INVITATION for each in followed)


def _imported(import_id: UUID) -> Select[Appointment]:
    return (
        select(Appointment)
        .where(Appointment.import_id == import_id, Appointment.state == AppointmentState.BOOKED)
        .options(joinedload(Appointment.patient), selectinload(Appointment.invitations))
        .options(joinedload(Appointment.intake).defer(Intake.draft_sealed).defer(Intake.summary_sealed))
        .order_by(Appointment.starts_at, Appointment.id)
    )
