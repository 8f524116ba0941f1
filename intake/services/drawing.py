"""Random values that have to be unique (references, codes, receipts): drawn again where one is taken.

Short values collide sooner than one thinks: in 20,000 bookings a reference of six letters may.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.storage.bound_rows import changes_of
from intake.storage.models import Row

# So many that even where all but one of sixty-four are taken that one is found.
DRAWS = 1000


class NothingLeft(Exception):
    """Every value that was drawn is taken."""


def write_drawn(
    session: Session,
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    draw: Callable[[], str],
    write: Callable[[str], Row],
) -> None:
    """Write the row that `write` makes, or changes, with a drawn value; drawn again while another row has it.

    Two who draw the same at once: the second to write it waits, and draws again. `write` is called once for
    each that is tried, inside a savepoint. Raises NothingLeft.
    """
    # What waits to be written is written before, so that a collision undoes nothing else.
    session.flush()
    for _ in range(DRAWS):
        drawn = draw()
        if _is_taken(session, column, drawn):
            continue
        counted = changes_of(session).mark()
        try:
            with session.begin_nested():
                session.add(write(drawn))
        except IntegrityError:
            changes_of(session).back_to(counted)
            if not _is_taken(session, column, drawn):
                raise
        else:
            return
    raise NothingLeft


def _is_taken(session: Session, column: InstrumentedAttribute[Any], drawn: str) -> bool:
    return session.scalar(select(column).where(column == drawn)) is not None
