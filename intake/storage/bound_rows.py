"""Rows that tie things together are sealed: this appointment is of that patient, this user has that role.

A `Bound` row is sealed when it is written through its object. What was changed without the keys is never
sealed again: the next change of the same row leaves the broken seal as it is, so that `check` still finds it.
What was added and removed is gathered for the total (`audit_total`), which notices rows that are gone.
"""

from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Delete, Update, event, inspect, select, true
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from intake.storage.encryption import Keys, keys_of
from intake.storage.models.row import Bound
from intake.storage.seals import SealKind, holds, seal


@dataclass
class SealChanges:
    """What a transaction does to the total: seals by table, and events."""

    added: list[tuple[str, str]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    events: int = 0
    last_event: tuple[str, str] | None = None

    def replaced(self, table: str, before: str, after: str) -> None:
        """A row of `table` has another seal."""
        self.removed.append((table, before))
        self.added.append((table, after))

    def mark(self) -> tuple[int, int]:
        """How far it has come, for `back_to`."""
        return len(self.added), len(self.removed)

    def back_to(self, mark: tuple[int, int]) -> None:
        """A savepoint was gone back to: what came since the mark was not written."""
        del self.added[mark[0] :], self.removed[mark[1] :]


_pending: WeakKeyDictionary[Session, SealChanges] = WeakKeyDictionary()


def changes_of(session: Session) -> SealChanges:
    """What this session has changed and not yet counted."""
    return _pending.setdefault(session, SealChanges())


def take_changes(session: Session) -> SealChanges | None:
    """The same, to be counted now; None when there is nothing to count."""
    return _pending.pop(session, None)


def row_said(model: type[Bound], values: Any) -> tuple[Any, ...]:
    """What the seal of a row covers, from a mapping of its columns."""
    return (model.__tablename__, values["id"], *(values[name] for name in model.BOUND))


def is_genuine(session: Session, row: Bound) -> bool:
    """The row is as it was sealed: nobody has changed it without the keys."""
    return holds(keys_of(session), row.seal, SealKind.ROW, *row_said(type(row), _values(row)))


@event.listens_for(Bound, "before_insert", propagate=True)
def _seal_new(_: Mapper[Any], __: Connection, row: Bound) -> None:
    session, keys = _session_and_keys(row)
    row.seal = seal(keys, SealKind.ROW, *row_said(type(row), _values(row)))
    changes_of(session).added.append((row.__tablename__, row.seal))


@event.listens_for(Bound, "before_update", propagate=True)
def _seal_again(_: Mapper[Any], connection: Connection, row: Bound) -> None:
    changed = [name for name in row.BOUND if inspect(row).attrs[name].history.has_changes()]
    if not changed:
        return
    session, keys = _session_and_keys(row)
    kept = _as_kept(connection, row)
    if kept is None or not holds(keys, kept["seal"], SealKind.ROW, *row_said(type(row), kept)):
        return
    wanted = kept | {name: getattr(row, name) for name in changed}
    row.seal = seal(keys, SealKind.ROW, *row_said(type(row), wanted))
    changes_of(session).replaced(row.__tablename__, kept["seal"], row.seal)


@event.listens_for(Bound, "before_delete", propagate=True)
def _count_out(_: Mapper[Any], connection: Connection, row: Bound) -> None:
    kept = _as_kept(connection, row)
    if kept is not None:
        session, _keys = _session_and_keys(row)
        changes_of(session).removed.append((row.__tablename__, kept["seal"]))


@event.listens_for(Session, "do_orm_execute")
def _in_bulk(state: ORMExecuteState) -> None:
    """Rows deleted by one statement are counted out; what is sealed cannot be changed by one."""
    model = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if model is None or not issubclass(model, Bound):
        return
    if state.is_update:
        assert isinstance(state.statement, Update)
        named = set(state.statement.compile().params)
        if named & set(model.BOUND):
            raise TypeError(f"What is sealed of {model.__name__} is changed through its objects.")
    elif state.is_delete:
        assert isinstance(state.statement, Delete)
        chosen = state.statement.whereclause
        seals = select(model.seal).where(true() if chosen is None else chosen)
        # Locked: nobody may seal one of them anew between now and its end.
        gone = state.session.scalars(seals.with_for_update()).all()
        changes_of(state.session).removed += [(model.__tablename__, each) for each in gone]


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    # Not when a savepoint is gone back to, which is said as a rollback too: see `back_to`.
    if not session.in_nested_transaction():
        take_changes(session)


def _values(row: Bound) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", *row.BOUND)}


def _as_kept(connection: Connection, row: Bound) -> dict[str, Any] | None:
    """The row as it lies in the database, not as this session remembers it; None when it is gone."""
    table = type(row).__table__
    columns = [table.c[name].label(name) for name in ("id", "seal", *row.BOUND)]
    found = connection.execute(select(*columns).where(table.c.id == row.id).with_for_update()).one_or_none()
    return None if found is None else dict(found._mapping)


def _session_and_keys(row: Bound) -> tuple[Session, Keys]:
    session = object_session(row)
    assert session is not None
    return session, keys_of(session)
