"""What reception said of a file's columns, remembered for the next file with the same headings.

The order of day and month and what a status means are not remembered: they are asked of each file.
Headings are kept as an HMAC, because a file without any would show somebody's row there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.services.appointments.importing.dates import Century
from intake.services.appointments.importing.headings import ColumnRole
from intake.services.appointments.importing.letters import ENCODINGS, LettersChoice, opened
from intake.services.appointments.importing.rows import Unreadable
from intake.services.appointments.importing.table import shape_of
from intake.services.context import Operation
from intake.services.upsert import insert_if_missing
from intake.storage.encryption import HmacIndex
from intake.storage.models import ImportShape


@dataclass(frozen=True)
class FileShape:
    """What the columns of a file hold, the encoding that was told for it, and the century of its births."""

    roles: tuple[ColumnRole, ...]
    encoding: str | None = None
    century: Century | None = None


def remembered(op: Operation, headings: str) -> FileShape | None:
    """What was said of such a file the last time; None where none was imported before."""
    ways = _fingerprint(op, headings).every if headings else ()
    kept = (op.session.get(ImportShape, each) for each in ways)
    row = next((each for each in kept if each is not None), None)
    if row is None:
        return None
    try:
        roles = tuple(map(ColumnRole, row.roles.split(",")))
        return FileShape(roles, row.encoding, Century(row.century) if row.century else None)
    except ValueError:
        # Written by another version: it is asked again.
        return None


def remember(op: Operation, headings: str, shape: FileShape) -> None:
    """Keep what was said of such a file."""
    if not headings:
        return
    said = {"roles": ",".join(shape.roles), "encoding": shape.encoding, "century": shape.century}
    made = {"changed_at": op.now, "changed_by_id": op.actor.user_id}
    fingerprint = _fingerprint(op, headings)
    if insert_if_missing(op.session, ImportShape, {"fingerprint": fingerprint, **said, **made}):
        return
    row = op.session.get_one(ImportShape, fingerprint, populate_existing=True)
    if any(getattr(row, name) != value for name, value in said.items()):
        for name, value in (said | made).items():
            setattr(row, name, value)


def remembered_encoding(op: Operation, content: bytes, candidates: Iterable[LettersChoice]) -> str | None:
    """In what encoding a file with these headings was read before; None where reception never said."""
    for candidate in candidates:
        if candidate.code not in ENCODINGS:
            continue
        try:
            before = remembered(op, shape_of(opened(content, encoding=candidate.code).text))
        except Unreadable:
            continue
        if before is not None and before.encoding == candidate.code:
            return candidate.code
    return None


def _fingerprint(op: Operation, headings: str) -> HmacIndex:
    return op.hmac_index("import shape", headings)
