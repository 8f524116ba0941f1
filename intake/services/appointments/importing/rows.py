"""What a file of appointments is read into: rows of cells, each with its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.i18n import gettext
from intake.text import record_number
from intake.text.record_number import NUMBER_OF

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
    Numbers of other record systems are more cells (`number_column`).

    `number` is its row in the table, or its place in the calendar. `starts_at` (aware) goes before date and
    time where the file knows the exact moment. `source` recognises it in a later file; None when only
    patient and time can. `problems` says in words why it cannot be an appointment, whatever its cells hold.
    """

    number: int
    cells: Mapping[str, str]
    starts_at: datetime | None = None
    source: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """The rows of a file, in its order, and the names of `unread` columns."""

    rows: tuple[ImportRow, ...]
    unread: tuple[str, ...] = ()


def number_column(name: str) -> str | None:
    """The cell for a column of this name that holds numbers of another record system; None for any other.

    It is called "number:hospital", or "NHS number".
    """
    if record_number.system_of(name) == record_number.NHS_NUMBER:
        return NUMBER_OF + record_number.NHS_NUMBER
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
