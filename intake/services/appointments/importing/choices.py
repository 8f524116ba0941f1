"""What is known of a file beside its text: what reception said about it, and where and when it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from intake.services.appointments.importing.dates import Century, Order
from intake.services.appointments.importing.headings import ColumnRole


@dataclass(frozen=True)
class Choices:
    """None and empty where nothing was said yet; `today`, `region` (its country) and `systems` (ids of other
    record systems whose numbers it keeps) are the clinic's.

    `header` is the line that names the columns, 0 where none does. `roles` has one role for each column.
    `comes` says of a status, in plain words, whether somebody comes. `mended` is what was typed over cells,
    by row and column.
    """

    header: int | None = None
    roles: tuple[ColumnRole, ...] | None = None
    order: Order | None = None
    century: Century | None = None
    comes: Mapping[str, bool] = field(default_factory=dict)
    mended: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    today: date | None = None
    region: str | None = None
    systems: frozenset[str] = frozenset()
