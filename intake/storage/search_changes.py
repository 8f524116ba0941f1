"""Whoever holds patients in memory learns here who was written since: by a counter, and a mark at each one.

Both are written in the transaction that writes the patient, at its end: what is rolled back leaves no trace,
and no number is seen before what it stands for. The counter's row is locked until the commit, so that numbers
become visible in their order.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Delete, Update, delete, event, insert, inspect, select, true, update
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from intake.storage.models import Appointment, Patient, PatientChange, PatientIdentifier, SearchVersion

THE_ONE = 1
AT_ONCE = 500
# By what each kind of row says whose it is, and which of its columns a search looks at.
_WHOSE = {
    Patient: Patient.id,
    PatientIdentifier: PatientIdentifier.patient_id,
    Appointment: Appointment.patient_id,
}
_LOOKED_AT = {
    Patient: ("name_sealed", "date_of_birth_sealed", "phone_sealed"),
    PatientIdentifier: ("patient_id", "system", "value_sealed"),
    Appointment: ("patient_id", "starts_at"),
}


@dataclass(frozen=True)
class IndexVersion:
    """How often patients were written, and how often one was erased."""

    number: int
    erased: int


@dataclass
class _Changes:
    changed: set[UUID] = field(default_factory=set)
    erased: set[UUID] = field(default_factory=set)


_pending: WeakKeyDictionary[Session, _Changes] = WeakKeyDictionary()


def version(session: Session) -> IndexVersion:
    """What this session sees."""
    stmt = select(SearchVersion.number, SearchVersion.erased).where(SearchVersion.id == THE_ONE)
    number, erased = session.execute(stmt).one_or_none() or (0, 0)
    return IndexVersion(number, erased)


def changed_since(session: Session, number: int) -> list[UUID]:
    """The patients who were written after this number, without those who were erased."""
    return list(session.scalars(select(PatientChange.patient_id).where(PatientChange.number > number)))


def _added_or_removed(_: Mapper[Any], __: Connection, row: Any) -> None:
    _written_in(row).changed |= _whose(row)


def _changed(_: Mapper[Any], __: Connection, row: Any) -> None:
    if any(inspect(row).attrs[name].history.has_changes() for name in _LOOKED_AT[type(row)]):
        _written_in(row).changed |= _whose(row)


for _model in _WHOSE:
    event.listen(_model, "before_insert", _added_or_removed)
    event.listen(_model, "before_update", _changed)
    event.listen(_model, "before_delete", _added_or_removed)


@event.listens_for(Patient, "before_delete")
def _erased(_: Mapper[Any], __: Connection, row: Patient) -> None:
    _written_in(row).erased.add(row.id)


@event.listens_for(Session, "do_orm_execute")
def _in_bulk(state: ORMExecuteState) -> None:
    """Rows that one statement changes or deletes, without their objects."""
    model = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if model not in _WHOSE or not isinstance(state.statement, Update | Delete):
        return
    chosen = state.statement.whereclause
    theirs = set(state.session.scalars(select(_WHOSE[model]).where(true() if chosen is None else chosen)))
    written = _pending.setdefault(state.session, _Changes())
    if model is Patient and state.is_delete:
        written.erased |= theirs
    else:
        written.changed |= theirs


@event.listens_for(Session, "before_commit")
def _count(session: Session) -> None:
    if session.get_transaction() is None or session.in_nested_transaction():
        # The end of a savepoint is said as a commit too.
        return
    session.flush()
    written = _pending.pop(session, _Changes())
    if not written.changed and not written.erased:
        return
    one = SearchVersion.__table__.c.id == THE_ONE
    connection, table = session.connection(), SearchVersion.__table__
    more = {"number": table.c.number + 1, "erased": table.c.erased + int(bool(written.erased))}
    connection.execute(update(SearchVersion).where(one).values(more))
    everybody = list(written.changed | written.erased)
    for start in range(0, len(everybody), AT_ONCE):
        theirs = everybody[start : start + AT_ONCE]
        connection.execute(delete(PatientChange).where(PatientChange.patient_id.in_(theirs)))
        there = select(Patient.id, select(SearchVersion.number).where(one).scalar_subquery()).where(
            Patient.id.in_(theirs)
        )
        connection.execute(insert(PatientChange).from_select(["patient_id", "number"], there))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        _pending.pop(session, None)


def _whose(row: Any) -> set[UUID]:
    """The patient a row belongs to, and the one it belonged to before."""
    name = _WHOSE[type(row)].key
    before = inspect(row).attrs[name].history.deleted or ()
    return {each for each in (getattr(row, name), *before) if each is not None}


def _written_in(row: Any) -> _Changes:
    session = object_session(row)
    assert session is not None
    return _pending.setdefault(session, _Changes())
