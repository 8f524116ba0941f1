"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Enum, SmallInteger, String
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from intake.storage.encryption import INDEX, HmacIndex


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC; goes in and comes out aware of its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone could be any of twenty-four.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Rank(TypeDecorator[IntEnum]):
    """An ordered choice, kept as its number so that the database can sort by it."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, ranks: type[IntEnum]) -> None:
        super().__init__()
        self.ranks = ranks

    def process_bind_param(self, value: IntEnum | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        return None if value is None else self.ranks(value)


class WordSet(TypeDecorator[frozenset[StrEnum]]):
    """Some of a closed set of words, at least one: kept in alphabetical order, parted by blanks."""

    impl = String(40)
    cache_ok = True

    def __init__(self, choices: type[StrEnum]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: Iterable[StrEnum] | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        words = " ".join(sorted({self.choices(each).value for each in value}))
        if not words:
            raise ValueError(f"At least one {self.choices.__name__} is needed.")
        return words

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[StrEnum] | None:
        return None if value is None else frozenset(map(self.choices, value.split()))


def word_of(choices: type[StrEnum]) -> Enum:
    """One of a closed set of words, kept as the word itself."""

    def words(kept: Any) -> list[str]:
        return [choice.value for choice in kept]

    return Enum(choices, native_enum=False, length=24, values_callable=words, validate_strings=True)


class IndexColumn(TypeDecorator[str]):
    """An HMAC by which a sealed value is found: while keys are changed, by any of them.

    So `column == op.hmac_index(...)` finds what was written before and since.
    """

    impl = String(INDEX)
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[str]):
        """Compares with an index by every key."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """As any column, but for an index that is looked for."""
            if op is operators.eq and isinstance(other[0], HmacIndex):
                return super().operate(operators.in_op, other[0].every)
            if op is operators.in_op and isinstance(other[0], list | tuple | set | frozenset | dict):
                every = [way for each in other[0] for way in ways_of(each)]
                return super().operate(operators.in_op, every)
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)


def ways_of(index: str) -> tuple[str, ...]:
    """How an index that is looked for may be written."""
    return index.every if isinstance(index, HmacIndex) else (index,)


def by_key(column: ColumnElement[Any] | InstrumentedAttribute[Any], number: int) -> ColumnElement[bool]:
    """The HMAC in this column was made with key `number`."""
    return column.not_like("%:%") if number == 1 else column.like(f"{number:02x}:%")
