"""What one person may do besides what their role allows: given and taken by an admin, and recorded.

It goes when somebody is let in no longer, and does not come back by itself.
"""

from enum import StrEnum

from sqlalchemy import select

from intake.services.audit import Action
from intake.services.context import Operation
from intake.storage.models import StaffGrant, User


def give(op: Operation, user: User, permission: StrEnum) -> None:
    """Let them do this from now on; a second time changes nothing."""
    _lock(op, user)
    if any(each.permission == permission for each in user.grants):
        return
    grant = StaffGrant(user_id=user.id, permission=permission.value, given_at=op.now)
    grant.given_by_id = op.actor.user_id
    op.session.add(grant)
    op.record(Action.STAFF_PERMISSION_GIVEN, user, permission=permission.value)
    op.session.flush()
    op.session.expire(user, ["grants"])


def take(op: Operation, user: User, permission: StrEnum) -> None:
    """Let them do it no longer."""
    _lock(op, user)
    for grant in user.grants:
        if grant.permission == permission:
            op.session.delete(grant)
            op.record(Action.STAFF_PERMISSION_TAKEN, user, permission=permission.value)
    op.session.flush()
    op.session.expire(user, ["grants"])


def take_all(op: Operation, user: User) -> None:
    """Let them do nothing more than their role allows."""
    for grant in user.grants:
        op.session.delete(grant)
        op.record(Action.STAFF_PERMISSION_TAKEN, user, permission=grant.permission)
    op.session.flush()
    op.session.expire(user, ["grants"])


def _lock(op: Operation, user: User) -> None:
    """One after the other: two who press at once would both add a row."""
    op.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    op.session.expire(user, ["grants"])
