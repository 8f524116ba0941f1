"""Who read or did what: the audit as staff may see it, newest first.

Who may see no patients is shown people and references, and of what follows from answers only what stands in
the clear. Nothing here decides anything else: the audit is a record, and no other feature reads it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from intake.i18n import gettext
from intake.services import audit, audit_chain
from intake.services.audit import Action, Readable, ReadEvent, Recorded
from intake.services.context import Operation
from intake.services.data_protection.audit_words import ActKind, actions_of, kind_of, words_of
from intake.services.staff.accounts import Permission, may
from intake.storage.audit_details import APPOINTMENT
from intake.storage.models import REFERENCE_LETTERS, Appointment, AuditEvent, Patient, PatientJoin, User
from intake.text import code

AT_ONCE, MOST_EXPORTED = 50, 20_000
# How actors are named, and the chains about a record of a patient.
STAFF, PATIENT, RECORD = "staff:", "patient:", "patient:"
# Of what an event says besides, only this is shown: words and counts of ours.
SHOWN_DETAILS = ("format", "channel", "edition", "before", "after", "permission", "name", "found", "rows")


class UnknownReference(LookupError):
    """No appointment has this reference, or not any more."""


@dataclass(frozen=True)
class AuditFilter:
    """What is looked for; None is anything. `reference` is of an appointment, `person` an id or a word."""

    patient_id: UUID | None = None
    person: str = ""
    kind: ActKind | None = None
    first: date | None = None
    last: date | None = None
    reference: str = ""


@dataclass(frozen=True)
class AuditLine:
    """One act. `patient` and `reference` are "" where there is none, or it may not be shown, or was erased.

    `whom` is the colleague whom it was done to.
    """

    id: UUID
    at: datetime
    who: str
    what: str
    reference: str
    patient: str
    whom: str
    more: str
    readable: Readable


@dataclass(frozen=True)
class AuditPage:
    """Some lines, the newest first; `after` leads on to older ones, None at the end.

    `broken` names the chains among them that were changed, cut or made by another key.
    """

    lines: tuple[AuditLine, ...]
    after: UUID | None
    broken: tuple[str, ...]


def page(op: Operation, wanted: AuditFilter, after: UUID | None = None) -> AuditPage:
    """The newest lines that fit, or those that come after the one named. Raises UnknownReference."""
    found: list[AuditLine] = []
    streams: set[str] = set()
    for read in _events(op, wanted, after):
        lines = list(_Shown(op).lines(read, wanted))
        found += lines
        streams |= {read.event.stream} if lines else set()
        if len(found) >= AT_ONCE:
            break
    more = found[-1].id if len(found) >= AT_ONCE else None
    broken = dict.fromkeys(each.stream for each in audit_chain.breaks_in(op.session, streams))
    return AuditPage(tuple(found), more, tuple(broken))


def everything(op: Operation, wanted: AuditFilter) -> tuple[AuditLine, ...]:
    """Every line that fits, up to one more than may be exported. Raises UnknownReference."""
    shown, found = _Shown(op), list[AuditLine]()
    for read in _events(op, wanted, None):
        found.extend(shown.lines(read, wanted))
        if len(found) > MOST_EXPORTED:
            break
    return tuple(found)


def note(op: Operation, wanted: AuditFilter, action: Action, shown: int) -> None:
    """Record that somebody looked, with the patient or appointment that they looked at."""
    on: Patient | Appointment | None = None
    if wanted.reference:
        with suppress(UnknownReference):
            on = _appointment_of(op, wanted.reference)
    elif wanted.patient_id is not None:
        on = op.session.get(Patient, wanted.patient_id)
    op.record(action, on or op.user, shown=shown)


def of_one(op: Operation, patient_id: UUID) -> tuple[ReadEvent, ...]:
    """Everything recorded about one patient, the oldest first."""
    stmt = select(AuditEvent).where(AuditEvent.stream.in_(streams_of(op, patient_id)))
    events = op.session.scalars(stmt.order_by(AuditEvent.at, AuditEvent.stream, AuditEvent.seq)).all()
    return audit.read(op.session, events)


def streams_of(op: Operation, patient_id: UUID) -> tuple[str, ...]:
    """The chains about one patient: their record, those joined to it, and every appointment."""
    joined = op.session.scalars(select(PatientJoin.joined_id).where(PatientJoin.kept_id == patient_id))
    visits = op.session.scalars(select(Appointment.id).where(Appointment.patient_id == patient_id))
    records = (f"{RECORD}{each}" for each in (patient_id, *joined))
    return (*records, *(f"{APPOINTMENT}{each}" for each in visits))


def _events(op: Operation, wanted: AuditFilter, after: UUID | None) -> Iterator[ReadEvent]:
    last = op.session.get(AuditEvent, after) if after else None
    if after is not None and last is None:
        return
    chosen = select(AuditEvent).where(*_clauses(op, wanted))
    while True:
        some = op.session.scalars(_older(chosen, last).limit(AT_ONCE * 4)).all()
        yield from audit.read(op.session, some)
        if len(some) < AT_ONCE * 4:
            return
        last = some[-1]


def _older(chosen: Select[AuditEvent], last: AuditEvent | None) -> Select[AuditEvent]:
    """Newest first; those of one moment in the order of their chains."""
    at, stream, seq = AuditEvent.at, AuditEvent.stream, AuditEvent.seq
    ordered = chosen.order_by(at.desc(), stream, seq.desc())
    if last is None:
        return ordered
    beyond = and_(stream == last.stream, seq < last.seq)
    return ordered.where(or_(at < last.at, and_(at == last.at, or_(stream > last.stream, beyond))))


def _clauses(op: Operation, wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.patient_id is not None:
        yield AuditEvent.stream.in_(streams_of(op, wanted.patient_id))
    if wanted.reference:
        yield AuditEvent.stream == f"{APPOINTMENT}{_appointment_of(op, wanted.reference).id}"
    if wanted.person == "patient":
        yield AuditEvent.actor.like(f"{PATIENT}%")
    elif wanted.person:
        is_id = wanted.person not in ("system", "nobody")
        yield AuditEvent.actor == (f"{STAFF}{wanted.person}" if is_id else wanted.person)
    if wanted.kind is not None:
        # What is sealed is looked at again once it is opened.
        yield AuditEvent.action.in_({audit.in_the_clear(each) for each in actions_of(wanted.kind)})
    if wanted.first is not None:
        yield AuditEvent.at >= op.settings.day_bounds(wanted.first)[0]
    if wanted.last is not None:
        yield AuditEvent.at < op.settings.day_bounds(wanted.last)[1]


def _appointment_of(op: Operation, reference: str) -> Appointment:
    try:
        read = code.read(reference, REFERENCE_LETTERS)
    except code.NotACode:
        raise UnknownReference from None
    found = op.session.scalars(select(Appointment).where(Appointment.reference == read)).one_or_none()
    if found is None:
        raise UnknownReference
    return found


class _Shown:
    """What the member of staff who looks may see of an event."""

    def __init__(self, op: Operation) -> None:
        self._op = op
        self._sees_patients = may(op.user, Permission.SEE_DAY)
        self._names: dict[str, str] = {}
        self._visits: dict[str, tuple[str, str]] = {}

    def lines(self, read: ReadEvent, wanted: AuditFilter) -> Iterator[AuditLine]:
        """One for each act of the event that fits."""
        deeds = read.deeds if self._sees_patients else in_the_clear(read)
        for deed in deeds:
            if wanted.kind is None or kind_of(deed.action) is wanted.kind:
                yield self._line(read, deed)

    def _line(self, read: ReadEvent, deed: Recorded) -> AuditLine:
        reference, patient = self._visit(deed.stream)
        about = deed.about.removeprefix("staff_user:") if deed.about.startswith("staff_user:") else ""
        whom = self._name(f"{STAFF}{about}") if about and deed.actor != f"{STAFF}{about}" else ""
        return AuditLine(
            id=read.event.id,
            at=deed.at,
            who=self._name(deed.actor),
            what=words_of(deed.action),
            reference=reference,
            patient=patient,
            whom=whom,
            more=more_of(deed),
            readable=read.readable,
        )

    def _visit(self, stream: str) -> tuple[str, str]:
        if stream not in self._visits:
            self._visits[stream] = self._looked_up(stream)
        return self._visits[stream]

    def _looked_up(self, stream: str) -> tuple[str, str]:
        """The reference and the name that go with a chain."""
        session = self._op.session
        if stream.startswith(APPOINTMENT):
            found = session.get(Appointment, UUID(stream.removeprefix(APPOINTMENT)))
            if found is None:
                return "", ""
            return found.reference, found.patient.name if self._sees_patients else ""
        if stream.startswith(RECORD) and self._sees_patients:
            patient = session.get(Patient, UUID(stream.removeprefix(RECORD)))
            return "", patient.name if patient is not None else ""
        return "", ""

    def _name(self, actor: str) -> str:
        if actor not in self._names:
            self._names[actor] = name_of(self._op, actor)
        return self._names[actor]


def name_of(op: Operation, actor: str) -> str:
    """Who did it, in words: a colleague by name."""
    if actor.startswith(STAFF):
        user = op.session.get(User, UUID(actor.removeprefix(STAFF)))
        return user.name if user is not None else gettext("Somebody who worked here")
    if actor.startswith(PATIENT):
        return gettext("The patient")
    return gettext("Backstory itself") if actor == "system" else gettext("Somebody not signed in")


def more_of(deed: Recorded) -> str:
    """What the event says besides, of what may be shown."""
    said = (f"{name}: {deed.detail[name]}" for name in SHOWN_DETAILS if deed.detail.get(name) is not None)
    return ", ".join(said)


def in_the_clear(read: ReadEvent) -> tuple[Recorded, ...]:
    """The event for whoever may see no patients: how many things happened could tell an answer as well."""
    first = read.deeds[0]
    clear = replace(first, action=read.event.action, about=read.event.about, actor=read.event.actor)
    if read.event.detail_sealed is not None:
        clear = replace(clear, detail={})
    return (clear,)
