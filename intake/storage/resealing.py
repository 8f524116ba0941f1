"""Seals again, by the current key, what rows hold: encrypted values, HMACs, and the seals of the rows.

What there is follows from the tables themselves: a column that is added tomorrow is sealed again as well. It
is done in small batches beside everybody else. A row that somebody else has locked is passed by and comes
next time, so that nobody waits for us while we wait for them. What was changed without the keys stays as it
is: it would be genuine otherwise.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    RowMapping,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import Row as Found
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.storage.bound_rows import changes_of, row_said
from intake.storage.encryption import Keys, Sealed, Tampered, WrongKey, keys_of
from intake.storage.models import Row
from intake.storage.models.row import Bound, Identified
from intake.storage.seals import SealKind, holds, seal
from intake.storage.types import by_key

AT_ONCE = 100


@dataclass(frozen=True)
class IndexMade:
    """How an HMAC is made anew: what it may be made of, from a row as it reads, most likely first.

    `value` is the encrypted attribute that is needed for it; rows without one keep the HMAC they have.
    """

    value: str
    parts: Callable[[Any], Iterable[tuple[str, ...]]]


@dataclass(frozen=True)
class SealedTable:
    """A table with something in it that depends on a key: its columns by the names of their attributes."""

    model: type[Identified]
    values: Mapping[str, "Sealed[Any]"]
    indexes: Mapping[str, IndexMade]

    @property
    def table(self) -> Table:
        """The table itself."""
        return cast(Table, self.model.__table__)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.model.__tablename__)

    @property
    def bound(self) -> type[Bound] | None:
        """The model, where its rows are sealed."""
        return self.model if issubclass(self.model, Bound) else None

    def clauses(self, number: int) -> list[ColumnElement[bool]]:
        """What says that a column depends on key `number`, for each of them."""
        found = [sealed_by(self.column(f"{name}_sealed"), number) for name in self.values]
        for name, made in self.indexes.items():
            there = self.column(f"{made.value}_sealed").is_not(None)
            found.append(and_(by_key(self.column(name), number), there))
        return [*found, self.column("seal").like(f"{number}:%")] if self.bound else found

    def column(self, name: str) -> Column[Any]:
        """The column behind an attribute."""
        return self.table.c[str(self.model.__mapper__.column_attrs[name].columns[0].key)]


@dataclass(frozen=True)
class Batch:
    """What came of some rows. `last` is the id of the last one; None: there was none left."""

    last: UUID | None
    changed: int
    left: int


def sealed_by(column: ColumnElement[Any] | InstrumentedAttribute[Any], number: int) -> ColumnElement[bool]:
    """The value in this column was encrypted with key `number`."""
    return func.substr(column, 2, 1) == bytes([number])


def seal_rows(session: Session, sealed: SealedTable, after: UUID | None) -> Batch:
    """Seal the next rows of a table, those with an id after `after`; whoever calls commits."""
    keys, table = keys_of(session), sealed.table
    columns = _columns(sealed)
    stmt = (
        select(*(column.label(name) for name, column in columns.items()))
        .where(_is_due(sealed, keys), true() if after is None else table.c.id > after)
        .order_by(table.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    connection = session.connection()
    rows = connection.execute(stmt).all()
    again = [_Again(session, sealed, row) for row in rows]
    changed = [each for each in again if each.values]
    if changed:
        wanted = [name for name in columns if name in {n for each in changed for n in each.values}]
        # By plain statements: neither the version of a row nor what a search looks at has changed.
        stmt_ = update(table).where(table.c.id == bindparam("row_id"))
        stmt_ = stmt_.values({columns[name]: bindparam(f"new_{name}") for name in wanted})
        connection.execute(stmt_, [each.parameters(wanted) for each in changed])
    return Batch(rows[-1].id if rows else None, len(changed), sum(each.stuck for each in again))


def count_by(session: Session, sealed: SealedTable, number: int) -> int:
    """How many rows need key `number`."""
    clauses = sealed.clauses(number)
    stmt = select(func.count()).select_from(sealed.table).where(or_(*clauses))
    return session.connection().execute(stmt).scalar_one()


def count_due(session: Session, sealed: SealedTable) -> int:
    """How many rows are not sealed by the current key as a whole."""
    stmt = select(func.count()).select_from(sealed.table).where(_is_due(sealed, keys_of(session)))
    return session.connection().execute(stmt).scalar_one()


class _Again:
    """What becomes of one row. `stuck`: something in it stays as it is."""

    def __init__(self, session: Session, sealed: SealedTable, row: Found[Any]) -> None:
        self._row, self._sealed, self._keys = row._mapping, sealed, keys_of(session)
        self.stuck = False
        self.values: dict[str, Any] = dict(self._sealed_values())
        indexes = dict(self._new_indexes())
        if sealed.bound is None:
            self.values |= indexes
        else:
            self._seal_row(session, sealed.bound, indexes)

    def parameters(self, wanted: Iterable[str]) -> dict[str, Any]:
        """For the statement that writes these columns."""
        return {"row_id": self._row["id"]} | {
            f"new_{name}": self.values.get(name, self._row[name]) for name in wanted
        }

    def _sealed_values(self) -> Iterator[tuple[str, bytes]]:
        for name, attribute in self._sealed.values.items():
            kept = self._row[f"{name}_sealed"]
            if kept is None:
                continue
            place = attribute.place_of(self._sealed.name, self._row["id"])
            try:
                again = self._keys.ring.seal_again(kept, place)
            except (Tampered, WrongKey):
                self.stuck = True
                continue
            if again != kept:
                yield f"{name}_sealed", again

    def _new_indexes(self) -> Iterator[tuple[str, str]]:
        for name, made in self._sealed.indexes.items():
            kept = self._row[name]
            if kept is None or self._row[f"{made.value}_sealed"] is None:
                continue
            again = self._index(kept, made)
            if again is None:
                self.stuck = True
            elif again != kept:
                yield name, again

    def _index(self, kept: str, made: IndexMade) -> str | None:
        try:
            opened = _Opened(self._keys, self._sealed, self._row)
            ways = [self._keys.hmac_index(*each) for each in made.parts(opened)]
        except (Tampered, WrongKey):
            return None
        fits = [way for way in ways if kept in way.every]
        # What can be made of one thing only is made of that.
        return str((fits or ways)[0]) if fits or len(ways) == 1 else None

    def _seal_row(self, session: Session, model: type[Bound], indexes: dict[str, str]) -> None:
        before = self._row["seal"]
        if not holds(self._keys, before, SealKind.ROW, *row_said(model, self._row)):
            self.stuck = True
            return
        said = row_said(model, {**self._row, **indexes})
        if indexes or not before.startswith(f"{self._keys.current}:"):
            self.values |= indexes | {"seal": seal(self._keys, SealKind.ROW, *said)}
            changes_of(session).replaced(self._sealed.name, before, self.values["seal"])


class _Opened:
    """A row as its object would read."""

    def __init__(self, keys: Keys, sealed: SealedTable, row: RowMapping) -> None:
        self._keys, self._sealed, self._row = keys, sealed, row

    def __getattr__(self, name: str) -> Any:
        if name not in self._sealed.values:
            return self._row[name]
        kept = self._row[f"{name}_sealed"]
        if kept is None:
            return None
        return self._sealed.values[name].opened(self._keys.ring, self._sealed.name, self._row["id"], kept)


def sealed_tables(indexes: Mapping[type[Identified], Mapping[str, IndexMade]]) -> tuple[SealedTable, ...]:
    """Every table with an attribute that is encrypted, an HMAC in `indexes`, or rows that are sealed."""
    models = sorted(models_of(Row), key=lambda model: str(model.__tablename__))
    found = [
        SealedTable(model, encrypted_in(model), indexes.get(model, {}))
        for model in models
        if issubclass(model, Identified)
    ]
    return tuple(each for each in found if each.values or each.indexes or each.bound)


def encrypted_in(model: type[Row]) -> dict[str, "Sealed[Any]"]:
    """The encrypted attributes of a kind of row, by name."""
    return {name: each for name, each in vars(model).items() if isinstance(each, Sealed)}


def models_of(row: type[Row]) -> Iterator[type[Any]]:
    """Every kind of row."""
    for model in row.__subclasses__():
        if hasattr(model, "__table__"):
            yield model
        yield from models_of(model)


def _is_due(sealed: SealedTable, keys: Keys) -> ColumnElement[bool]:
    return or_(*_not_by(sealed, keys.current))


def _not_by(sealed: SealedTable, number: int) -> Iterator[ColumnElement[bool]]:
    for name in sealed.values:
        yield ~sealed_by(sealed.column(f"{name}_sealed"), number)
    for name, made in sealed.indexes.items():
        there = sealed.column(f"{made.value}_sealed").is_not(None)
        yield and_(~by_key(sealed.column(name), number), there)
    if sealed.bound:
        yield sealed.column("seal").not_like(f"{number}:%")


def _columns(sealed: SealedTable) -> dict[str, Column[Any]]:
    """The columns of a row that are needed, by the names of their attributes."""
    names = ["id", *(f"{name}_sealed" for name in sealed.values)]
    if sealed.indexes or sealed.bound:
        names = list(sealed.model.__mapper__.column_attrs.keys())
    return {name: sealed.column(name) for name in names}
