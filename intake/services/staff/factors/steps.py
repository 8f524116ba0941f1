"""What somebody is half way through in one browser. It lets nobody in, and is over after five minutes.

The browser holds a random token, we hold its fingerprint and whose step it is. What a passkey is to sign is
kept here, for one answer.
"""

import secrets
from datetime import timedelta

from sqlalchemy import CursorResult, Update, delete, select, update
from sqlalchemy.orm import joinedload

from intake.services.context import CLOCKS_DIFFER, Operation
from intake.services.invitations.links import hash_of
from intake.storage.models import SignInStep, StepPurpose, User

LASTS = timedelta(minutes=5)
CHALLENGE_BYTES = 32


class StepOver(Exception):
    """It was done already, took too long, or was never begun in this browser."""


def begin(op: Operation, purpose: StepPurpose, user: User | None = None) -> str:
    """Begin a step; the token for the browser, this once."""
    sweep(op)
    token = secrets.token_urlsafe(32)
    user_id = user.id if user is not None else None
    step = SignInStep(token_hash=hash_of(token), purpose=purpose, user_id=user_id, made_at=op.now)
    op.session.add(step)
    op.session.flush()
    return token


def find(op: Operation, token: str, purpose: StepPurpose) -> SignInStep | None:
    """The step of this token while it lasts; only reads."""
    stmt = select(SignInStep).where(SignInStep.token_hash == hash_of(token), SignInStep.purpose == purpose)
    found = op.session.scalars(stmt.options(joinedload(SignInStep.user))).one_or_none()
    return found if found is not None and _lasts(op, found) else None


def ask_passkey(op: Operation, step: SignInStep) -> bytes:
    """What a passkey is to sign now; what was asked before counts no longer."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    step.challenge = challenge.hex()
    op.session.flush()
    return challenge


def spend_challenge(op: Operation, step: SignInStep) -> bytes:
    """What was asked of a passkey, for one answer, whatever that is. Raises StepOver; commit in any case."""
    asked = step.challenge
    stmt = update(SignInStep).where(SignInStep.id == step.id, SignInStep.challenge == asked)
    if asked is None or not _changed(op, stmt.values(challenge=None)):
        raise StepOver
    return bytes.fromhex(asked)


def finish(op: Operation, step: SignInStep) -> None:
    """It is done, once. Raises StepOver for whoever comes second."""
    stmt = update(SignInStep).where(SignInStep.id == step.id, SignInStep.used_at.is_(None))
    if not _changed(op, stmt.values(used_at=op.now)):
        raise StepOver


def end_all(op: Operation, user: User) -> None:
    """Nothing that this person is half way through goes on."""
    stmt = delete(SignInStep).where(SignInStep.user_id == user.id)
    op.session.execute(stmt.execution_options(synchronize_session=False))


def sweep(op: Operation) -> None:
    """Forget what is over."""
    stmt = delete(SignInStep).where(SignInStep.made_at < op.now - 2 * LASTS)
    op.session.execute(stmt.execution_options(synchronize_session=False))


def _lasts(op: Operation, step: SignInStep) -> bool:
    age = op.now - step.made_at
    if step.used_at is not None or not -CLOCKS_DIFFER <= age < LASTS:
        return False
    return step.user is None or step.user.active


def _changed(op: Operation, stmt: Update) -> bool:
    changed = op.session.execute(stmt.execution_options(synchronize_session=False))
    return isinstance(changed, CursorResult) and changed.rowcount == 1
