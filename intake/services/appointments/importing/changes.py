"""What a later file says of appointments that an earlier one made: moved, cancelled, there again, vanished.

Nothing of it is done by itself. Each is an offer, with what stands and what the file says; what reception
takes up is carried out like a change by hand. An older version never undoes a newer one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intake.i18n import gettext
from intake.services.appointments import booking, identifiers
from intake.services.appointments.booking import AppointmentChanged, Booking
from intake.services.appointments.clinicians import Clinicians
from intake.services.appointments.importing.rows import ImportRow, Version
from intake.services.appointments.matching import PersonFacts, WhoChoice, agree
from intake.services.context import Operation
from intake.storage.encryption import HmacIndex
from intake.storage.models import IMPORT, Appointment, AppointmentIdentifier, AppointmentState, Import
from intake.text import names

_Person = tuple[tuple[str, ...], date]


class Act(StrEnum):
    """What is offered."""

    MOVE = "move"
    CANCEL = "cancel"
    BOOK_AGAIN = "book_again"


@dataclass(frozen=True)
class Expected:
    """A row that can be an appointment. `source` recognises it in a later file.

    `number` is its row in the file, and `choice` what somebody said of who it is about.
    """

    source: str
    booking: Booking
    minutes: int
    language: str
    number: int = 0
    choice: WhoChoice | None = None


@dataclass(frozen=True)
class FileRow:
    """A row of a file, and what it asks for; `expected` None: it cannot be an appointment."""

    row: ImportRow
    expected: Expected | None

    @property
    def source(self) -> str | None:
        """What recognises it."""
        return self.expected.source if self.expected is not None else self.row.source

    @property
    def starts_at(self) -> datetime | None:
        """When it begins, as far as the file can be read."""
        return self.expected.booking.starts_at if self.expected is not None else self.row.starts_at


@dataclass(frozen=True)
class Visit:
    """When, how long and with whom."""

    starts_at: datetime
    minutes: int
    with_whom: str

    @classmethod
    def of(cls, appointment: Appointment) -> "Visit":
        """What stands here."""
        return cls(appointment.starts_at, appointment.minutes, appointment.with_whom)


@dataclass(frozen=True)
class Offer:
    """What could be done with an appointment, to be taken up or not.

    `stands` is how it is here, `wanted` what the file says; None: that it is off. `row` is the number of the
    row that says so; None: the appointment is not in the file any more. `version_token` is of what was shown.
    """

    act: Act
    appointment_id: UUID
    version_token: str
    name: str
    date_of_birth: date
    stands: Visit
    wanted: Visit | None
    row: int | None
    source: str | None

    @property
    def id(self) -> str:
        """It names this offer on a page."""
        return f"{self.act}-{self.appointment_id}"


@dataclass(frozen=True)
class RowState:
    """What there is of a row here already. `remarks` say in words what differs and is not offered."""

    appointment_id: UUID
    name: str
    offer: Offer | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileChanges:
    """What a file changes: by the numbers of its rows, and what has vanished from it.

    `paired` are rows that seem to be a vanished appointment at its new time: no new one is made of them.
    """

    states: Mapping[int, RowState]
    vanished: tuple[Offer, ...] = ()
    paired: Mapping[int, Offer] = field(default_factory=dict)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything that can be taken up."""
        of_rows = [each.offer for each in self.states.values() if each.offer is not None]
        return (*of_rows, *self.paired.values(), *self.vanished)


@dataclass(frozen=True)
class Done:
    """How many appointments were changed."""

    moved: int = 0
    cancelled: int = 0


def find(op: Operation, rows: Sequence[FileRow], shape: str) -> FileChanges:
    """Hold the rows of a file against what earlier ones made."""
    kept = identifiers.rows_of_imports(op, [row.source for row in rows if row.source])
    whole = joinedload(Appointment.patient), joinedload(Appointment.intake), joinedload(Appointment.clinician)
    ids = [each.appointment_id for each in kept.values()]
    found = op.session.scalars(select(Appointment).where(Appointment.id.in_(ids)).options(*whole))
    by_id = {each.id: each for each in found}
    clinicians = Clinicians(op)
    states: dict[int, RowState] = {}
    for row in rows:
        identifier = kept.get(row.source or "")
        if identifier is not None:
            appointment = by_id[identifier.appointment_id]
            state = _state(op, row, appointment, _version_of(identifier), clinicians)
            states[row.row.number] = _once(state, states.values())
    of_series = _of_cancelled_series(op, rows, states)
    gone = [
        each
        for each in _gone(op, rows, shape, set(by_id))
        if each.id not in {offer.appointment_id for offer in of_series}
    ]
    paired = _paired(op, rows, states, gone, clinicians)
    matched = {offer.appointment_id for offer in paired.values()}
    vanished = tuple(_offer(Act.CANCEL, each, None, None) for each in gone if each.id not in matched)
    return FileChanges(states, (*of_series, *vanished), paired)


def carry_out(op: Operation, offers: Iterable[Offer]) -> Done:
    """Do what was taken up. Raises AppointmentChanged when one is not any more what was shown."""
    done: Counter[Act] = Counter()
    for offer in sorted(offers, key=lambda each: each.appointment_id):
        appointment = booking.find(op.session, offer.appointment_id)
        if appointment is None or Booking.of(appointment).version_token != offer.version_token:
            raise AppointmentChanged
        if offer.act is Act.CANCEL:
            booking.cancel(op, appointment)
        if offer.act is Act.BOOK_AGAIN:
            booking.book_again(op, appointment)
        if offer.wanted is not None:
            stands = Booking.of(appointment)
            wanted = replace(
                stands,
                starts_at=offer.wanted.starts_at,
                minutes=offer.wanted.minutes,
                with_whom=offer.wanted.with_whom,
            )
            booking.change(op, appointment, wanted, version_token=stands.version_token)
        if offer.source is not None and not _is_called(op, appointment, offer.source):
            appointment.identifiers.append(identifiers.imported_as(op, offer.source))
        done[offer.act] += 1
    return Done(moved=done[Act.MOVE] + done[Act.BOOK_AGAIN], cancelled=done[Act.CANCEL])


def note_versions(op: Operation, rows: Iterable[FileRow]) -> None:
    """Remember the newest version that was shown of each row, so that an older one is told from it."""
    by_source = {row.source: row.row.version for row in rows if row.source}
    for source, identifier in identifiers.rows_of_imports(op, [*by_source]).items():
        shown, kept = by_source[source], _version_of(identifier)
        if shown.says_something and not shown.is_older_than(kept) and shown != kept:
            identifier.sequence, identifier.changed_at = shown.sequence, shown.changed_at


def shape_hmac(op: Operation, shape: str) -> HmacIndex | None:
    """What an import remembers of the shape of its file; None where it has none."""
    return op.hmac_index("import shape", shape) if shape else None


def _state(
    op: Operation, row: FileRow, appointment: Appointment, kept: Version, clinicians: Clinicians
) -> RowState:
    """What the row says of the appointment that it made."""
    known = RowState(appointment.id, appointment.patient.name)
    if row.row.version.is_older_than(kept):
        why = gettext("This is an older version than the one that was imported. It changes nothing.")
        return replace(known, remarks=(why,))
    if row.row.cancelled:
        return _off(op, row, appointment, known)
    if row.expected is None:
        return known
    offer = None
    wanted = _wanted(row.row, row.expected, appointment, clinicians)
    if appointment.state is AppointmentState.CANCELLED:
        # Where it says what version it is: it was put back since. Otherwise it is as old as it was.
        if not kept.is_older_than(row.row.version):
            return replace(known, remarks=(gettext("It was cancelled here, and stays cancelled."),))
        offer = _offer(Act.BOOK_AGAIN, appointment, wanted, row)
    elif wanted != Visit.of(appointment):
        offer = _offer(Act.MOVE, appointment, wanted, row)
    return replace(known, offer=offer, remarks=_of_the_person(op, row.expected, appointment))


def _once(state: RowState, before: Iterable[RowState]) -> RowState:
    """The same with its offer, if no row above says something of this appointment."""
    if state.offer is None or all(each.appointment_id != state.appointment_id for each in before):
        return state
    return replace(state, offer=None, remarks=(gettext("It appears twice in this file."),))


def _off(op: Operation, row: FileRow, appointment: Appointment, known: RowState) -> RowState:
    """The row says that it is cancelled."""
    if appointment.state is AppointmentState.CANCELLED:
        return replace(known, remarks=(gettext("It is cancelled here too."),))
    if appointment.starts_at <= op.now:
        why = gettext("It is cancelled in the file, but its time has gone by here.")
        return replace(known, remarks=(why,))
    return replace(known, offer=_offer(Act.CANCEL, appointment, None, row))


def _wanted(row: ImportRow, expected: Expected, appointment: Appointment, clinicians: Clinicians) -> Visit:
    """What the file says; where it says nothing, what stands."""
    stands, said = Visit.of(appointment), expected.booking.with_whom
    account = clinicians.named(said)
    same = (
        not said
        or clinicians.same(said, stands.with_whom)
        or (account is not None and account.id == appointment.clinician_id)
    )
    return Visit(
        expected.booking.starts_at,
        expected.minutes if row.cells.get("minutes") else stands.minutes,
        stands.with_whom if same else said,
    )


def _of_the_person(op: Operation, expected: Expected, appointment: Appointment) -> tuple[str, ...]:
    """What the file says otherwise of the patient: that is for people to put right."""
    patient, wanted = appointment.patient, expected.booking
    if wanted.date_of_birth != patient.date_of_birth or not names.same(wanted.name, patient.name):
        return (gettext("It names another person than stands here. Look at the appointment."),)
    known = PersonFacts.of(patient).facts
    who = ("name", "date_of_birth")
    said = {fact: new for fact, new in wanted.person.facts.items() if new and fact not in who}
    if not all(agree(fact, new, known.get(fact), op.settings.region) for fact, new in said.items()):
        return (gettext("What it says of the patient differs from what stands here. Change it by hand."),)
    return ()


def _gone(op: Operation, rows: Sequence[FileRow], shape: str, there: set[UUID]) -> list[Appointment]:
    """Appointments to come, of the days of this file, that an earlier file of its shape made and it lacks."""
    moments = [row.starts_at for row in rows if row.starts_at is not None]
    if not shape or not moments:
        return []
    first, last = (op.settings.local(moment).date() for moment in (min(moments), max(moments)))
    begin, end = op.settings.day_bounds(first)[0], op.settings.day_bounds(last)[1]
    stmt = (
        select(Appointment)
        .join(Appointment.came_by)
        .where(Import.shape_hmac == shape_hmac(op, shape), Appointment.state == AppointmentState.BOOKED)
        .where(Appointment.starts_at > op.now, Appointment.starts_at >= begin, Appointment.starts_at < end)
        .options(joinedload(Appointment.patient), joinedload(Appointment.intake))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    # A row that cannot be read may be theirs; one whose name cannot be read either, anybody's.
    unread_rows = [row.row for row in rows if row.expected is None and not row.row.cancelled]
    if any("name" in row.faults or not names.words(row.cells["name"]) for row in unread_rows):
        return []
    unread = {names.key(row.cells["name"]) for row in unread_rows}
    return [
        each
        for each in op.session.scalars(stmt)
        if each.id not in there and names.key(each.patient.name) not in unread
    ]


def _of_cancelled_series(
    op: Operation, rows: Sequence[FileRow], states: Mapping[int, RowState]
) -> tuple[Offer, ...]:
    """The single appointments that came out of a series which is cancelled as a whole."""
    whole = [
        row.row.source
        for row in rows
        if row.row.cancelled and row.row.source and row.row.number not in states
    ]
    if not whole:
        return ()
    stmt = (
        select(AppointmentIdentifier, Appointment)
        .join(Appointment, Appointment.id == AppointmentIdentifier.appointment_id)
        .where(AppointmentIdentifier.system == IMPORT, AppointmentIdentifier.value_sealed.is_not(None))
        .where(Appointment.state == AppointmentState.BOOKED, Appointment.starts_at > op.now)
        .options(joinedload(Appointment.patient), joinedload(Appointment.intake))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    series = tuple(f"{source} " for source in whole)
    return tuple(
        _offer(Act.CANCEL, appointment, None, None)
        for identifier, appointment in op.session.execute(stmt)
        if (identifier.value or "").startswith(series)
    )


def _paired(
    op: Operation,
    rows: Sequence[FileRow],
    states: Mapping[int, RowState],
    gone: Sequence[Appointment],
    clinicians: Clinicians,
) -> dict[int, Offer]:
    """Rows without an id of their own, each with the one appointment of the same person that has vanished.

    Safety: only where the row says nothing of the person that is not known. Somebody like them is another
    person until it is said, and no row of theirs may be held back as a move.
    """
    new: dict[_Person, list[tuple[FileRow, Expected]]] = defaultdict(list)
    for row in rows:
        if row.expected and not (row.row.source or row.row.cancelled or row.row.number in states):
            wanted = row.expected.booking
            new[names.untitled(wanted.name), wanted.date_of_birth].append((row, row.expected))
    lacking: dict[_Person, list[Appointment]] = defaultdict(list)
    for each in gone:
        lacking[names.untitled(each.patient.name), each.patient.date_of_birth].append(each)
    alone = [
        (*new[person][0], missing[0])
        for person, missing in lacking.items()
        if len(missing) == len(new[person]) == 1 and not _of_the_person(op, new[person][0][1], missing[0])
    ]
    return {
        row.row.number: _offer(
            Act.MOVE, appointment, _wanted(row.row, expected, appointment, clinicians), row
        )
        for row, expected, appointment in alone
    }


def _offer(act: Act, appointment: Appointment, wanted: Visit | None, row: FileRow | None) -> Offer:
    return Offer(
        act=act,
        appointment_id=appointment.id,
        version_token=Booking.of(appointment).version_token,
        name=appointment.patient.name,
        date_of_birth=appointment.patient.date_of_birth,
        stands=Visit.of(appointment),
        wanted=wanted,
        row=row.row.number if row is not None else None,
        source=row.source if row is not None else None,
    )


def _is_called(op: Operation, appointment: Appointment, source: str) -> bool:
    ways = identifiers.import_hmac(op, source).every
    return any(each.system == IMPORT and each.value_hmac in ways for each in appointment.identifiers)


def _version_of(identifier: AppointmentIdentifier) -> Version:
    return Version(identifier.sequence or 0, identifier.changed_at)
