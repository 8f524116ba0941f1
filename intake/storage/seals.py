"""Seals: keyed fingerprints (HMAC-SHA256) of what must not change unnoticed.

Whoever writes to the database without the keys can make none. A seal names the number of its key; what it
covers begins with a word for its kind, so that a seal of one kind never passes for another.
"""

import hmac
import json
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from intake.storage.encryption import Keys, Purpose

# What an unsealed row of an earlier version has, and what comes before the first event of a chain.
NO_SEAL = ""
START = "0" * 64


class SealKind(StrEnum):
    """What a seal is of."""

    ROW = "row"
    EVENT = "event"
    HEAD = "head"
    TERM = "term"
    LINE = "line"
    ERASURE = "erasure"


def seal(keys: Keys, kind: SealKind, *said: Any) -> str:
    """The seal of `said` with the current key: "number:mac"."""
    return f"{keys.current}:{mac(keys, keys.current, kind, *said)}"


def holds(keys: Keys, sealed: str, kind: SealKind, *said: Any) -> bool:
    """True when `sealed` is the seal of `said` by one of our keys."""
    number = number_of(sealed)
    if number is None or not keys.has(number):
        return False
    return hmac.compare_digest(sealed, f"{number}:{mac(keys, number, kind, *said)}")


def number_of(sealed: str) -> int | None:
    """The number of the key of a seal; None where it is no seal."""
    number = sealed.partition(":")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= 3 else None


def mac(keys: Keys, number: int, kind: SealKind, *said: Any) -> str:
    """The 64 hexadecimal digits that key `number` gives for `said`."""
    text = json.dumps([kind, *said], default=_plain)
    return hmac.digest(keys.secret(Purpose.AUDIT, number), text.encode(), "sha256").hex()


def head_said(stream: str, seq: int, last: str, through: int = 0, digest: str = "") -> tuple[Any, ...]:
    """What the seal of the end of a chain covers: the number and the seal of its last event.

    Where its events up to number `through` are sealed as they are, the `digest` of them too.
    """
    return (stream, seq, last, through, digest) if through else (stream, seq, last)


def content_of(event: Any) -> bytes:
    """All that an audit event says, its own seal too, for the digest of what is sealed as it is."""
    said = (
        event.seq,
        event.at,
        event.actor,
        event.action,
        event.about,
        event.detail,
        event.detail_sealed,
        event.key_number,
        event.mac,
        *_role_of(event),
    )
    return json.dumps([event.id, *said], default=_plain).encode()


def event_mac(keys: Keys, before: str, event: Any) -> str:
    """The seal of an audit event (a row or a mapping's row), together with the one before it."""
    return mac(
        keys,
        event.key_number,
        SealKind.EVENT,
        before,
        event.stream,
        event.seq,
        event.at,
        event.actor,
        event.action,
        event.about,
        event.detail,
        event.detail_sealed,
        *_role_of(event),
    )


def _role_of(event: Any) -> tuple[str, ...]:
    """In which role it was done; nothing where that was not written down, as in earlier versions."""
    return (event.role,) if event.role else ()


def _plain(value: object) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID():
            return value.hex
        case bytes():
            return sha256(value).hexdigest()
        case set() | frozenset():
            # One word alone is sealed as it was when there could be no second.
            return " ".join(sorted(value))
        case _:
            return str(value)
