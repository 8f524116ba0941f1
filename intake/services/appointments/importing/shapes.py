"""What reception said of a file's columns, remembered for the next file with the same headings.

The order of day and month, the century and what a status means are not remembered: they are asked of each
file. Headings are kept as an HMAC, because a file without any would show somebody's row there.
"""

from collections.abc import Iterable

from intake.services.appointments.importing.headings import Role
from intake.services.appointments.importing.letters import ENCODINGS, Candidate, opened
from intake.services.appointments.importing.rows import Unreadable
from intake.services.appointments.importing.table import shape_of
from intake.services.context import Operation
from intake.services.upsert import insert_if_missing
from intake.storage.models import ImportShape


def remembered(op: Operation, shape: str) -> tuple[Role, ...] | None:
    """What the columns of such a file held the last time; None where none was imported before."""
    row = op.session.get(ImportShape, _fingerprint(op, shape)) if shape else None
    if row is None:
        return None
    try:
        return tuple(map(Role, row.roles.split(",")))
    except ValueError:
        # Written by another version: it is asked again.
        return None


def remember(op: Operation, shape: str, roles: Iterable[Role], encoding: str | None) -> None:
    """Keep what the columns of such a file hold."""
    if not shape:
        return
    said = {
        "roles": ",".join(roles),
        "encoding": encoding,
        "changed_at": op.now,
        "changed_by_id": op.actor.user_id,
    }
    fingerprint = _fingerprint(op, shape)
    if insert_if_missing(op.session, ImportShape, {"fingerprint": fingerprint, **said}):
        return
    row = op.session.get_one(ImportShape, fingerprint, populate_existing=True)
    if (row.roles, row.encoding) != (said["roles"], encoding):
        for name, value in said.items():
            setattr(row, name, value)


def remembered_encoding(op: Operation, content: bytes, candidates: Iterable[Candidate]) -> str | None:
    """In what encoding a file with these headings was read before; None where reception never said."""
    for candidate in candidates:
        if candidate.code not in ENCODINGS:
            continue
        try:
            shape = shape_of(opened(content, encoding=candidate.code).text)
        except Unreadable:
            continue
        row = op.session.get(ImportShape, _fingerprint(op, shape)) if shape else None
        if row is not None and row.encoding == candidate.code:
            return candidate.code
    return None


def _fingerprint(op: Operation, shape: str) -> str:
    return op.hmac_index("import shape", shape)
