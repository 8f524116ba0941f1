"""What lies in a backup: every row of every table as lines of JSON, the same for SQLite and PostgreSQL.

The columns are read from the database and not from the models, so that a database of an earlier version is
backed up as it is, and a backup of one is read back into tables of its own version and brought up to date.
The queue's tables are left out: it may be deleted at any time.
"""

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
)
from sqlalchemy import types as sql

from intake.services.operations.backup.sealed_file import BackupDamaged
from intake.storage.types import UTCDateTime

VERSIONS = "alembic_version"
QUEUE = "huey"
AT_ONCE = 1000
ENOUGH = 1 << 20


class UnknownColumn(Exception):
    """A column holds something that no backup can hold yet."""


@dataclass(frozen=True)
class Kind:
    """A kind of value: how it is kept, and how it becomes JSON and comes back."""

    type: sql.TypeEngine[Any]
    dump: Callable[[Any], Any] | None = None
    load: Callable[[Any], Any] | None = None


KINDS: dict[str, Kind] = {
    "text": Kind(Text()),
    "number": Kind(BigInteger()),
    "yes or no": Kind(Boolean()),
    "id": Kind(Uuid(), lambda id: id.hex, UUID),
    "moment": Kind(UTCDateTime(), datetime.isoformat, datetime.fromisoformat),
    "day": Kind(Date(), date.isoformat, date.fromisoformat),
    "bytes": Kind(LargeBinary(), lambda content: base64.b64encode(content).decode(), base64.b64decode),
}


@dataclass(frozen=True)
class KeptTable:
    """A table as a backup holds it; `columns` are names and kinds."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def table(self) -> Table:
        """To read from and write to, whatever the models say today."""
        return Table(self.name, MetaData(), *(Column(name, KINDS[kind].type) for name, kind in self.columns))


@dataclass(frozen=True)
class Head:
    """What a backup says of itself.

    `counts` are rows by table; `keys` the numbers of the keys it is read with; `clinic_keys` a key file,
    where asked for.
    """

    made_at: datetime
    clinic: str
    schema: str
    app: str
    safety: str
    database: str
    counts: dict[str, int]
    keys: list[int]
    clinic_keys: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Head":
        """Read back what `to_json` gave."""
        return cls(**(said | {"made_at": datetime.fromisoformat(said["made_at"])}))

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"made_at": self.made_at.isoformat()}


def kept_tables(connection: Connection) -> list[KeptTable]:
    """The clinic's tables in this database; a row comes after those it points at where that is possible."""
    there = MetaData()
    there.reflect(connection, resolve_fks=False)
    return [
        KeptTable(table.name, tuple((column.name, _kind_of(column)) for column in table.columns))
        for table in sorted(there.tables.values(), key=lambda table: table.name)
        if table.name != VERSIONS and not table.name.startswith(QUEUE)
    ]


def counts_of(connection: Connection, tables: Iterable[KeptTable]) -> dict[str, int]:
    """How many rows each table has."""
    return {
        each.name: connection.execute(select(func.count()).select_from(each.table)).scalar_one()
        for each in tables
    }


def lines_of(connection: Connection, head: Head, tables: Iterable[KeptTable]) -> Iterator[str]:
    """The whole content, line by line, as this transaction sees it."""
    yield json.dumps({"head": head.to_json()})
    for kept in tables:
        yield json.dumps({"table": kept.name, "columns": kept.columns})
        dumps = [KINDS[kind].dump for _, kind in kept.columns]
        stmt = select(kept.table).execution_options(yield_per=AT_ONCE)
        for row in connection.execute(stmt):
            yield json.dumps(
                [
                    value if dump is None or value is None else dump(value)
                    for dump, value in zip(dumps, row, strict=True)
                ],
                ensure_ascii=False,
                separators=(",", ":"),
            )
    yield json.dumps({"end": head.counts})


def packed(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as compressed bytes."""
    # Most of it is sealed and cannot be made smaller: only what base64 adds is to be taken away again.
    packer = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY)
    each = iter(lines)
    while some := list(islice(each, AT_ONCE)):
        yield packer.compress(("\n".join(some) + "\n").encode())
    yield packer.flush()


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines again; a last one without its end is left out, and missed by whoever counts."""
    unpacker, rest = zlib.decompressobj(), b""
    for piece in pieces:
        while piece:
            try:
                # Not all at once: what unpacks to very much must not use up the memory.
                *lines, rest = (rest + unpacker.decompress(piece, ENOUGH)).split(b"\n")
            except zlib.error as problem:
                raise BackupDamaged("What is in the file cannot be unpacked.") from problem
            yield from lines
            piece = unpacker.unconsumed_tail
    yield from (rest + unpacker.flush()).split(b"\n")[:-1]


class Content:
    """A backup that is being read: the head first, then `rows` once, table by table."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        try:
            self.head = Head.of(json.loads(next(lines))["head"])
        except (StopIteration, ValueError, KeyError, TypeError) as problem:
            raise BackupDamaged("The backup does not begin as one.") from problem

    def rows(self) -> Iterator[tuple[KeptTable, list[dict[str, Any]]]]:
        """Some rows of a table at a time, each a mapping; raises BackupDamaged when any is missing."""
        found = dict.fromkeys(self.head.counts, 0)
        kept, some, end = None, list[dict[str, Any]](), None
        for line in self._lines:
            read = json.loads(line)
            if isinstance(read, dict):
                if kept is not None:
                    yield kept, some
                kept, some, end = _table_of(read), [], read.get("end")
                continue
            if kept is None:
                raise BackupDamaged("A row stands outside any table.")
            some.append(_row(kept, read))
            found[kept.name] = found.get(kept.name, 0) + 1
            if len(some) == AT_ONCE:
                yield kept, some
                some = []
        if end is None or not end == found == self.head.counts:
            raise BackupDamaged("Rows are missing from the backup.")


def put_in(connection: Connection, content: Iterable[tuple[KeptTable, list[dict[str, Any]]]]) -> None:
    """Put every row into the tables of this database, which are those of the backup and have no rows."""
    there = {each.name: dict(each.columns) for each in kept_tables(connection)}
    for kept, rows in content:
        if there.get(kept.name) != dict(kept.columns):
            raise BackupDamaged(f"The table {kept.name} of the backup is not one of its version.")
        if rows:
            connection.execute(insert(kept.table), rows)


def _table_of(read: dict[str, Any]) -> KeptTable | None:
    if "table" not in read:
        return None
    return KeptTable(read["table"], tuple((name, kind) for name, kind in read["columns"]))


def _row(kept: KeptTable, values: list[Any]) -> dict[str, Any]:
    return {
        name: value if value is None or (load := KINDS[kind].load) is None else load(value)
        for (name, kind), value in zip(kept.columns, values, strict=True)
    }


def _kind_of(column: Column[Any]) -> str:
    match column.type:
        case sql.Uuid():
            return "id"
        case sql.Boolean():
            return "yes or no"
        case sql.Integer():
            return "number"
        case sql.DateTime():
            return "moment"
        case sql.Date():
            return "day"
        case sql.LargeBinary():
            return "bytes"
        case sql.CHAR() if column.type.length == 32:
            # How SQLite keeps an id.
            return "id"
        case sql.String():
            return "text"
        case _:
            raise UnknownColumn(f"{column.table.name}.{column.name} is of a kind that no backup holds.")
