"""What an audit event may say in the clear, and how the rest is sealed.

The chain of an appointment outlives its answers. So everything in it that could tell an answer is encrypted
with a key that needs the salt of the appointment's row: when the row is erased nobody can read it any more,
not even with the key file. The length tells nothing either, up to `BLOCK`.
"""

import json
import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intake.storage.encryption import Keys, Purpose

SALT = 16
BLOCK = 1024
APPOINTMENT = "appointment:"
WORKED_ON = "intake:worked_on"
# Deeds whose very presence could tell an answer, and what is written for them in the clear.
WRITTEN_AS = {
    "intake:page_saved": WORKED_ON,
    "intake:interrupted": WORKED_ON,
    "intake:doubts_shown": WORKED_ON,
    "intake:chose": WORKED_ON,
    "intake:marked_read": WORKED_ON,
    "intake:read_taken_back": WORKED_ON,
    "finding:marked": WORKED_ON,
    "alert:raised": WORKED_ON,
    "alert:raised_again": WORKED_ON,
    "alert:acknowledged": WORKED_ON,
    "alert:handed_over": WORKED_ON,
    "alert:let_go": WORKED_ON,
    "alert:closed": WORKED_ON,
    "alert:script_read": WORKED_ON,
    "alert:put_right": WORKED_ON,
    "alert:opened_again": WORKED_ON,
    "call:tried": WORKED_ON,
    "call:note_added": WORKED_ON,
    "call:offered": WORKED_ON,
    "call:declined": WORKED_ON,
    "call:offer_withdrawn": WORKED_ON,
    "alert:told": "message:sent",
}
# What follows from an answer by itself: it is written with the deed that it follows from.
FOLLOWS = frozenset({"alert:raised", "alert:raised_again", "intake:interrupted"})


@dataclass(frozen=True)
class FullDeed:
    """What was done, in full."""

    action: str
    about: str
    actor: str
    detail: dict[str, Any]


def new_salt() -> bytes:
    """What the details of an appointment cannot be read without."""
    return os.urandom(SALT)


def seal_deeds(keys: Keys, salt: bytes, event_id: UUID, deeds: list[FullDeed]) -> bytes:
    """`deeds` readable only with the keys and the salt, and only in this event."""
    text = json.dumps([list(vars(deed).values()) for deed in deeds], separators=(",", ":"), default=str)
    content = text.encode()
    ring = keys.ring_of(Purpose.DETAIL, salt)
    return ring.seal(content.ljust(-len(content) // BLOCK * -BLOCK), _place(event_id))


def open_deeds(keys: Keys, salt: bytes, event_id: UUID, sealed: bytes) -> list[FullDeed]:
    """What was sealed; raises Tampered, or WrongKey."""
    content = keys.ring_of(Purpose.DETAIL, salt).open(sealed, _place(event_id))
    return [FullDeed(*parts) for parts in json.loads(content)]


def seal_deeds_again(keys: Keys, salt: bytes, event_id: UUID, sealed: bytes) -> bytes:
    """The same by the current key; raises Tampered, or WrongKey."""
    return keys.ring_of(Purpose.DETAIL, salt).seal_again(sealed, _place(event_id))


def _place(event_id: UUID) -> str:
    return f"audit_event|detail|{event_id}"
