"""What an export is: a table about the clinic, over some days, for a spreadsheet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from intake.i18n import Words
from intake.services.context import Operation
from intake.services.staff.accounts import Permission

Cells = tuple[object, ...]


@dataclass(frozen=True)
class Export:
    """A table of the clinic. The page's link, who may take it, its record and the command follow.

    `name` is permanent: it stands in the address, in the command and in the audit. `rows` gives the cells of
    the days from the first to the last, both included, one for each column; None is an empty cell. Counts of
    people pass through disclosure control.
    """

    name: str
    title: Words
    columns: tuple[Words, ...]
    rows: Callable[[Operation, date, date], Iterable[Cells]]
    permission: Permission = Permission.SEE_FIGURES
