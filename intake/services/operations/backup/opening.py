"""Opens a backup and looks whether all of it is there and can be read with the clinic's keys."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, BinaryIO

from sqlalchemy import inspect

from intake.services.operations.backup.backup_keys import BackupKey, needs
from intake.services.operations.backup.content import Content, Head, KeptTable, unpacked
from intake.services.operations.backup.sealed_file import SealedReader
from intake.storage.audit_total import PLACE
from intake.storage.encryption import KeyMissing, Keys, Sealed, Tampered
from intake.storage.models import AuditTotal, KeyCheck, Row

# Of each column that is sealed, the first values are opened, and then one of so many.
FIRST, ONE_OF = 5, 500
Open = Callable[[Mapping[str, Any]], object]


class KeysDoNotFit(Exception):
    """The clinic's keys are not those that the rows of the backup were sealed with."""


def content(file: BinaryIO, secret: bytes) -> Content:
    """What is in the file; raises NotABackup, WrongBackupKey, BackupDamaged."""
    return Content(unpacked(SealedReader(file).pieces(secret)))


def content_with(file: BinaryIO, key: BackupKey) -> Content:
    """The same with the key that somebody brings."""
    reader = SealedReader(file)
    return Content(unpacked(reader.pieces(key.unlock(reader.locked_with))))


def examine(opened: Content, keys: Keys | None) -> Head:
    """Read it to its end; the head. Without `keys` nothing that the clinic sealed is opened.

    Raises BackupDamaged, or KeysDoNotFit.
    """
    for _ in opened.rows() if keys is None else looked_at(opened, keys):
        pass
    return opened.head


def looked_at(opened: Content, keys: Keys) -> Iterator[tuple[KeptTable, list[dict[str, Any]]]]:
    """The rows of the backup, looked at as they come by; raises KeysDoNotFit."""
    missing = [number for number in opened.head.keys if not keys.has(number)]
    if missing:
        raise KeysDoNotFit(needs(missing))
    seen: dict[str, int] = {}
    for kept, rows in opened.rows():
        before = seen.get(kept.name, 0)
        seen[kept.name] = before + len(rows)
        _look(kept.name, rows, before, keys)
        yield kept, rows


def _look(table: str, rows: list[dict[str, Any]], before: int, keys: Keys) -> None:
    if table == KeyCheck.__tablename__:
        for row in rows:
            number = row["number"]
            if not keys.has(number) or keys.check_value(number) != row["value"]:
                raise KeysDoNotFit(f"Key {number} is not the one this backup was written with.")
    for column, open_value in _sealed_columns(table).items():
        for number, row in enumerate(rows, before):
            if row.get(column) is None or (number >= FIRST and number % ONE_OF):
                continue
            try:
                open_value({"keys": keys, **row})
            except KeyMissing as missing:
                raise KeysDoNotFit(needs([missing.number])) from None
            except (Tampered, ValueError) as problem:
                raise KeysDoNotFit(f"A value of {table} cannot be opened: {problem}") from None


@cache
def _sealed_columns(table: str) -> dict[str, Open]:
    """How the values of each sealed column of a table are opened, by its name in the database."""
    if table == AuditTotal.__tablename__:
        return {"content_sealed": lambda row: row["keys"].ring.open(row["content_sealed"], PLACE)}
    found: dict[str, Open] = {}
    for mapper in Row.registry.mappers:
        if mapper.local_table is None or mapper.local_table.name != table:  # type: ignore[attr-defined]
            continue
        for name, sealed in vars(mapper.class_).items():
            if isinstance(sealed, Sealed):
                column = inspect(mapper.class_).columns[f"{name}_sealed"].name
                found[column] = _opens(sealed, table, column)
    return found


def _opens(sealed: Sealed[Any], table: str, column: str) -> Open:
    return lambda row: sealed.opened(row["keys"].ring, table, row["id"], row[column])
