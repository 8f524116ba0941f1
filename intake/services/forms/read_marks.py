"""Who has read a record. Each person says so for themselves, and can take it back.

A mark belongs to the edition that was read: what replaces a record nobody has read.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms.versions import EditionChanged, NothingHandedOver, version_token_of
from intake.services.forms.walking import is_handed_over, lock
from intake.storage.models import Intake, ReadMark, User


@dataclass(frozen=True)
class Reader:
    """Somebody who has read the record, and when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Readings:
    """Who has read the record that stands, as one member of staff is told.

    `mine`: when they did themselves; `earlier`: when they last read one that has been replaced since.
    """

    mine: datetime | None
    others: tuple[Reader, ...]
    earlier: datetime | None

    @property
    def by_nobody(self) -> bool:
        """Neither they nor anybody else."""
        return self.mine is None and not self.others


def readings_of(intake: Intake, user: User) -> Readings:
    """Who has read this record, told to `user`."""
    standing = [each for each in intake.read_marks if each.edition == intake.edition]
    mine = [each for each in intake.read_marks if each.user_id == user.id]
    replaced = (each.read_at for each in mine if each not in standing)
    return Readings(
        mine=next((each.read_at for each in mine if each in standing), None),
        others=tuple(Reader(each.user.name, each.read_at) for each in standing if each.user_id != user.id),
        earlier=max(replaced, default=None),
    )


def mark_read(op: Operation, intake: Intake, *, version_token: str) -> None:
    """Note that the actor has read the record; again changes nothing. `version_token`: of the one they read.

    Raises NothingHandedOver or EditionChanged: nobody has read what came in behind their back.
    """
    lock(op.session, intake)
    if not is_handed_over(intake):
        raise NothingHandedOver
    if version_token_of(intake) != version_token:
        raise EditionChanged
    if _mark_of(op, intake, op.user.id) is None:
        mark = ReadMark(intake_id=intake.id, user_id=op.user.id, edition=intake.edition, read_at=op.now)
        op.session.add(mark)
        op.session.flush()
        op.session.expire(intake, ["read_marks"])
        op.record(Action.INTAKE_MARKED_READ, intake, edition=intake.edition)


def take_back(op: Operation, intake: Intake) -> None:
    """The actor has not read the record after all; the audit keeps both. Without a mark nothing changes."""
    lock(op.session, intake)
    mark = _mark_of(op, intake, op.user.id)
    if mark is None:
        return
    op.session.delete(mark)
    op.session.flush()
    op.session.expire(intake, ["read_marks"])
    op.record(Action.INTAKE_READ_TAKEN_BACK, intake, edition=intake.edition)


def _mark_of(op: Operation, intake: Intake, user_id: UUID) -> ReadMark | None:
    stmt = select(ReadMark).where(
        ReadMark.intake_id == intake.id, ReadMark.user_id == user_id, ReadMark.edition == intake.edition
    )
    return op.session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()
