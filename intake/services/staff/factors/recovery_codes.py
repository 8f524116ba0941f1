"""Ten codes for whoever has lost the app or the passkey. Each works once, and only hashes are kept.

80 bits and more cannot be guessed, so a lighter hash than that of passwords does; all ten are hashed with one
salt, so that a code is hashed once and compared with each.
"""

import hmac
import secrets
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, update

from intake.services.context import Operation
from intake.services.staff import passwords
from intake.services.staff.factors.totp import CodeWrong
from intake.storage.models import RecoveryCode, User
from intake.text import code as letters

NUMBER = 10
# 18 of 30 letters are 88 bits, in three parts to be read and typed.
PARTS, LETTERS_IN_PART = 3, 6
LENGTH = PARTS * LETTERS_IN_PART


def fresh() -> tuple[str, ...]:
    """Ten new codes, as they are shown; nothing is kept of them yet."""
    return tuple(_parted("".join(map(secrets.choice, [letters.LETTERS] * LENGTH))) for _ in range(NUMBER))


def hashed(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What is kept of them. It takes a while, so no transaction is open meanwhile. Raises Busy."""
    return passwords.hashed_lightly([_plain(code) for code in codes], secrets.token_bytes(16))


def keep(op: Operation, user: User, hashes: tuple[str, ...]) -> None:
    """From now on these work, and none that was made before."""
    remove(op, user)
    for each in hashes:
        op.session.add(RecoveryCode(user_id=user.id, code_hash=each, made_at=op.now))
    op.session.flush()


def hashes_of(op: Operation, user: User) -> dict[str, UUID]:
    """The hashes of the codes that still work, with the ids of their rows."""
    stmt = select(RecoveryCode).where(*_unused(user))
    return {each.code_hash: each.id for each in op.session.scalars(stmt)}


def matching(op: Operation, hashes: dict[str, UUID], code: str) -> UUID | None:
    """The row of this code; None when it is none of them. In no transaction. Raises Busy."""
    try:
        typed = letters.read(code, LENGTH)
    except letters.NotACode:
        return None
    found = None
    for made_with in {passwords.made_with(each) for each in hashes}:
        mine = passwords.hashed_as(op.session, typed, made_with)
        for each, id in hashes.items():
            if hmac.compare_digest(each, mine):
                found = id
    return found


def spend(op: Operation, user: User, code_id: UUID) -> None:
    """The code of this row was right and works no more. Raises CodeWrong for whoever comes second."""
    stmt = update(RecoveryCode).where(RecoveryCode.id == code_id, *_unused(user)).values(used_at=op.now)
    changed = op.session.execute(stmt.execution_options(synchronize_session=False))
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise CodeWrong


def left(op: Operation, user: User) -> int:
    """How many still work."""
    return op.session.scalar(select(func.count()).select_from(RecoveryCode).where(*_unused(user))) or 0


def remove(op: Operation, user: User) -> None:
    """None works any more."""
    stmt = delete(RecoveryCode).where(RecoveryCode.user_id == user.id)
    op.session.execute(stmt.execution_options(synchronize_session="fetch"))


def _unused(user: User) -> tuple[ColumnElement[bool], ...]:
    return RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)


def _plain(code: str) -> str:
    return letters.read(code, LENGTH)


def _parted(code: str) -> str:
    return "-".join(code[at : at + LETTERS_IN_PART] for at in range(0, LENGTH, LETTERS_IN_PART))
