"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, SmallInteger
from sqlalchemy.types import TypeDecorator


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


def word_of(choices: type[StrEnum]) -> Enum:
    """One of a closed set of words, kept as the word itself."""

    def words(kept: Any) -> list[str]:
        return [choice.value for choice in kept]

    return Enum(choices, native_enum=False, length=24, values_callable=words, validate_strings=True)
