"""What reception says about a file, as it travels from page to page in a form. Nothing is kept between."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from intake.services.appointments.importing import COLUMNS, Choices
from intake.services.appointments.importing.dates import Century, Order
from intake.services.appointments.importing.headings import ColumnRole, plain
from intake.services.appointments.importing.letters import ENCODINGS
from intake.services.appointments.importing.shapes import FileShape
from intake.services.appointments.importing.table import MOST_COLUMNS
from intake.text import free
from intake.text.record_number import NUMBER_OF

Word = TypeVar("Word", Order, Century, ColumnRole)
_BOX = re.compile(r"mend-([0-9]{1,6})-([a-z_]+(?::\w{1,50})?)")


@dataclass(frozen=True)
class FileSaid:
    """`choices` as reception made them. `notes` is how the file was opened, `encoding` that of its letters.

    `opened` are the rows whose boxes were asked for.
    """

    choices: Choices = field(default_factory=Choices)
    notes: tuple[str, ...] = ()
    encoding: str | None = None
    opened: frozenset[int] = frozenset()

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """What rides along unseen on the page of the rows: (name, value) pairs."""
        choices = self.choices
        said = [
            ("notes", "\n".join(self.notes)),
            ("encoding_read", self.encoding or ""),
            ("mended", json.dumps(choices.mended) if choices.mended else ""),
            *_statuses(choices.comes),
        ]
        return tuple((name, value) for name, value in said if value)


def said_in(form: MultiDict[str, str]) -> FileSaid:
    """What a form says about its file; what no page of ours could have sent is left aside."""
    header = _number(form.get("header"))
    # Roles belong to the headings that were shown: with another line of them, they are guessed anew.
    same_header = header == _number(form.get("header_shown"))
    encoding = form.get("encoding_read")
    return FileSaid(
        Choices(
            header,
            _roles(form) if same_header else None,
            _one_of(Order, form.get("order")),
            _one_of(Century, form.get("century")),
            dict(_comes(form)),
            _mended(form),
        ),
        tuple(filter(None, free.cleaned(form.get("notes", "")).split("\n"))),
        encoding if encoding in ENCODINGS else None,
        frozenset(number for each in form.getlist("open") if (number := _number(each)) is not None),
    )


def as_before(said: FileSaid, before: FileShape) -> FileSaid:
    """The same with what the columns held before, and the century of births unless it was said now."""
    choices = said.choices
    choices = replace(choices, roles=before.roles, century=choices.century or before.century)
    return replace(said, choices=choices)


def _roles(form: MultiDict[str, str]) -> tuple[ColumnRole, ...] | None:
    words = [form[name] for place in range(MOST_COLUMNS) if (name := f"column-{place}") in form]
    roles = [_one_of(ColumnRole, each) for each in words]
    return tuple(role or ColumnRole.NOTHING for role in roles) if words else None


def _comes(form: MultiDict[str, str]) -> Iterator[tuple[str, bool]]:
    for name, status in form.items():
        place = name.removeprefix("status-")
        comes = form.get(f"comes-{place}")
        if name != place and comes in ("yes", "no"):
            yield plain(status), comes == "yes"


def _statuses(comes: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    for place, (status, does) in enumerate(comes.items()):
        yield f"status-k{place}", status
        yield f"comes-k{place}", "yes" if does else "no"


def _mended(form: MultiDict[str, str]) -> dict[int, dict[str, str]]:
    """What was typed over cells, before and in the boxes of this form."""
    mended = dict(_kept(form.get("mended", "")))
    for name, typed in form.items():
        box = _BOX.fullmatch(name)
        if box and _is_cell(box[2]):
            mended.setdefault(int(box[1]), {})[box[2]] = free.one_line(typed)
    return mended


def _kept(words: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        said = json.loads(words) if words else {}
    except ValueError:
        return
    for row, cells in said.items() if isinstance(said, dict) else ():
        number = _number(row)
        if number is not None and isinstance(cells, dict):
            yield (
                number,
                {name: free.one_line(str(typed)) for name, typed in cells.items() if _is_cell(name)},
            )


def _is_cell(name: str) -> bool:
    return name in COLUMNS or name.startswith(NUMBER_OF)


def _number(words: object) -> int | None:
    return (
        int(words)
        if isinstance(words, str) and words.isascii() and words.isdigit() and len(words) < 7
        else None
    )


def _one_of(kind: type[Word], words: str | None) -> Word | None:
    try:
        return kind(words) if words is not None else None
    except ValueError:
        return None
