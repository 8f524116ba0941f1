"""The copy of everything that is kept about one person, for them: as plain values, and as JSON.

The JSON says of itself what it is; its schema is docs/subject-access-copy.schema.json. A change that breaks
whoever reads it gives `VERSION` a new first number.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.i18n import gettext

FORMAT, VERSION = "backstory.subject-access-copy", "1.0"
SCHEMA = "docs/subject-access-copy.schema.json"


@dataclass(frozen=True)
class CopyLine:
    """One thing that is kept: its name for programs, its label and words for people, and the plain value.

    `data_only`: it is no text for people, and stands in the JSON alone.
    """

    id: str
    label: str
    words: str
    value: Any = None
    data_only: bool = False


@dataclass(frozen=True)
class CopyEntry:
    """Things that belong together, such as one alert."""

    id: str
    title: str
    lines: tuple[CopyLine, ...]


@dataclass(frozen=True)
class CopyPart:
    """A part of the copy under one heading; `note` says what about it is not plain."""

    id: str
    title: str
    entries: tuple[CopyEntry, ...]
    note: str = ""


@dataclass(frozen=True)
class SubjectCopy:
    """All of it. `problems` are what could not be read; `left_out` what is not in it, and why."""

    language: str
    clinic: str
    made_at: datetime
    request: tuple[CopyLine, ...]
    parts: tuple[CopyPart, ...]
    problems: tuple[str, ...]
    left_out: tuple[str, ...]
    in_confidence_included: bool
    about: tuple[str, ...] = field(default=())


def as_json(copy: SubjectCopy) -> bytes:
    """The copy for programs, in UTF-8; the same keys in the same order every time."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "schema": SCHEMA,
        "how_to_read": gettext(
            "Each part has entries, each entry has lines. A line has a label and words for people, and the "
            "value as it is kept. Moments are ISO 8601 with the offset from UTC."
        ),
        "language": copy.language,
        "clinic": copy.clinic,
        "made_at": copy.made_at.isoformat(timespec="seconds"),
        "request": _lines(copy.request),
        "about": list(copy.about),
        "in_confidence_included": copy.in_confidence_included,
        "problems": list(copy.problems),
        "left_out": list(copy.left_out),
        "parts": [
            {
                "id": part.id,
                "title": part.title,
                "note": part.note,
                "entries": [
                    {"id": each.id, "title": each.title, "lines": _lines(each.lines)} for each in part.entries
                ],
            }
            for part in copy.parts
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _lines(lines: Iterable[CopyLine]) -> list[dict[str, Any]]:
    return [{"id": each.id, "label": each.label, "words": each.words, "value": each.value} for each in lines]
