"""Watches that whatever a service changes in a row that matters is recorded in the same transaction.

It looks at who sets an attribute: a service, or a test that prepares something by hand. So it holds for every
test of a service, and for a service that is written tomorrow.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from intake import services
from intake.storage.models import AuditEvent, ClinicSetting, StaffLink, WalkInCode
from intake.storage.models.row import Bound, Row

WATCHED: list[type[Row]] = [*Bound.__subclasses__(), ClinicSetting, StaffLink, WalkInCode]
# Tries are spent whatever comes of them, and a wrong date is recorded; a seal follows from what it covers.
NOT_RECORDED = {"tries", "seal"}
# It only writes what it is given: whoever calls it is looked at.
ONLY_WRITES = "forms/draft.py"
SERVICES = str(Path(services.__file__).parent)
TESTS = str(Path(__file__).parents[1])

_watching: list[list[str]] = []
_touched: dict[int, set[str]] = defaultdict(set)
_changed: dict[int, set[str]] = defaultdict(set)
_recorded: set[int] = set()


@contextmanager
def watching() -> Iterator[list[str]]:
    """What was changed and not recorded, as "table.attribute"."""
    found: list[str] = []
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.remove(found)
        for each in (_touched, _changed, _recorded):
            each.clear()


def _by_a_service() -> bool:
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_filename.endswith(f"/{ONLY_WRITES}"):
            continue
        if frame.f_code.co_filename.startswith(SERVICES):
            return True
        if frame.f_code.co_filename.startswith(TESTS) and frame.f_code.co_filename != __file__:
            return False
    return False


def _set(row: Row, value: Any, before: Any, initiator: Any) -> None:
    if _watching and value is not before and initiator.key not in NOT_RECORDED and _by_a_service():
        _touched[id(row)].add(f"{row.__tablename__}.{initiator.key}")


for _model in WATCHED:
    for _attribute in inspect(_model).column_attrs:
        event.listen(getattr(_model, _attribute.key), "set", _set, propagate=True)


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _: Any) -> None:
    if not _watching:
        return
    for row in (*session.new, *session.dirty):
        _changed[id(session)] |= _touched.pop(id(row), set())
    if any(isinstance(row, AuditEvent) for row in session.new):
        _recorded.add(id(session))


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    changed = _changed.pop(id(session), set())
    if _watching and changed and id(session) not in _recorded:
        _watching[-1].extend(sorted(changed))
    _recorded.discard(id(session))


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    _changed.pop(id(session), None)
    _recorded.discard(id(session))
