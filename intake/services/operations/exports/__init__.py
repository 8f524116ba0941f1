"""Tables for a spreadsheet, each in a module of its own with a line in `EXPORTS`.

The link on the page of figures, its address, its permission, its record in the audit and `export` on the
command line follow from that line.
"""

from datetime import date

from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.operations.exports import figures
from intake.services.operations.exports.export import Cells, Export
from intake.storage.models import User

EXPORTS: dict[str, Export] = {each.name: each for each in (figures.EXPORT,)}

__all__ = ["EXPORTS", "Cells", "Export", "record", "rows_of"]


def rows_of(op: Operation, export: Export, first: date, last: date) -> tuple[Cells, ...]:
    """The table of these days with its heading, in the language being spoken."""
    return (export.columns, *export.rows(op, first, last))


def record(op: Operation, export: Export, first: date, last: date, reader: User | None) -> None:
    """Note that it was taken; `reader` is None for a command."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    op.record(Action.FIGURES_READ, reader, how="csv", table=export.name, **days)
