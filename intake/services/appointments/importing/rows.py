"""What a file of appointments is read into: rows of cells, each with its number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from intake.i18n import gettext

if TYPE_CHECKING:
    from intake.services.appointments.importing.table import TableReading

COLUMNS = (
    "date",
    "time",
    "minutes",
    "name",
    "date_of_birth",
    "sex_at_birth",
    "phone",
    "email",
    "number",
    "clinician",
    "language",
    "needs",
    "id",
)
REQUIRED = ("date", "time", "name", "date_of_birth")
MOST_ROWS = 500
LARGEST = 1024 * 1024


class Unreadable(Exception):
    """The file as a whole cannot be read; `why` says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__("unreadable")
        self.why = why


@dataclass(frozen=True)
class ImportRow:
    """One appointment as it is written. `cells` has every column, "" where nothing stands.

    `number` is its row in the table, or its place in the calendar. `starts_at` (aware) goes before date and
    time where the file knows the exact moment. `source` recognises it in a later file; None when only
    patient and time can. `problems` says in words why it cannot be an appointment, whatever its cells hold;
    `faults` says it of a column, and that can be put right there. `remarks` is what was put right or read
    on the way. `cancelled`: the file says that the patient does not come, or did not.
    """

    number: int
    cells: Mapping[str, str]
    starts_at: datetime | None = None
    source: str | None = None
    problems: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True)
class Contents:
    """The rows of a file, in its order, and the names of `unread` columns.

    `notes` says in words what was left out or put right on the way; `table` is how a table was understood,
    None where the file is a calendar.
    """

    rows: tuple[ImportRow, ...]
    unread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    table: "TableReading | None" = None


def check_many(rows: int) -> None:
    """Raise Unreadable when there are none, or too many for one person to look through."""
    if not rows:
        raise Unreadable(gettext("There is no appointment in it."))
    if rows > MOST_ROWS:
        why = gettext(
            "There are %(rows)s appointments in it, and at most %(most)s can be imported at once. "
            "Divide the file.",
            rows=rows,
            most=MOST_ROWS,
        )
        raise Unreadable(why)
