"""What a file of appointments is read into: rows of cells, each with its number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from intake.i18n import gettext
from intake.text import record_number
from intake.text.record_number import NUMBER_OF

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
class Version:
    """Which version of an entry it is: calendars count changes and note when the last one was.

    `changed_at` None: it does not say.
    """

    sequence: int = 0
    changed_at: datetime | None = None

    def is_older_than(self, other: "Version") -> bool:
        """Both say what they are, and this one was written before."""
        if self.sequence != other.sequence and (self.says_something and other.says_something):
            return self.sequence < other.sequence
        if self.changed_at is None or other.changed_at is None:
            return False
        return self.changed_at < other.changed_at

    @property
    def says_something(self) -> bool:
        """It can be compared with another."""
        return self.sequence > 0 or self.changed_at is not None


@dataclass(frozen=True)
class ImportRow:
    """One appointment as it is written. `cells` has every column, "" where nothing stands.
    Numbers of other record systems are more cells (`number_column`).

    `number` is its row in the table, or its place in the calendar. `starts_at` (aware) goes before date and
    time where the file knows the exact moment. `source` recognises it in a later file; None when only
    patient and time can. `problems` says in words why it cannot be an appointment, whatever its cells hold;
    `faults` says it of a column, and that can be put right there. `remarks` is what was put right or read
    on the way. `cancelled`: the patient does not come, or did not; what was made of it earlier is offered for
    cancelling. `organiser` is who invited, who is the clinician only where the clinic has said so.
    """

    number: int
    cells: Mapping[str, str]
    starts_at: datetime | None = None
    source: str | None = None
    problems: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    cancelled: bool = False
    version: Version = Version()
    organiser: str = ""


@dataclass(frozen=True)
class Contents:
    """The rows of a file, in its order, and the names of `unread` columns.

    `notes` says in words what was left out or put right on the way; `table` is how a table was understood,
    None where the file is a calendar. `shape` is the same for two files of one kind, such as the weekly
    export of one calendar: what an earlier one had and a later one lacks has vanished. "": it is a message
    about single entries, and lacks nothing. `outdated` is how many entries were left aside because the file
    has a newer version of them.
    """

    rows: tuple[ImportRow, ...]
    unread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    table: "TableReading | None" = None
    shape: str = ""
    outdated: int = 0


def number_column(name: str) -> str | None:
    """The cell for a column of this name that holds numbers of another record system; None for any other.

    It is called "number:hospital", or "NHS number".
    """
    if record_number.is_nhs(name):
        return NUMBER_OF + record_number.NHS_NUMBER
    name = name.strip().casefold()
    system = record_number.system_of(name.removeprefix(NUMBER_OF)) if name.startswith(NUMBER_OF) else ""
    return NUMBER_OF + system if system else None


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
