"""Codes of an app (TOTP, RFC 6238): six digits, anew each half minute, from a secret that both sides have.

A code counts once, also for two who send it at the same moment. It is never asked for before one was right.
"""

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import CursorResult, delete, or_, select, update

from intake.services.audit import Action
from intake.services.context import Operation
from intake.storage.encryption import Tampered
from intake.storage.models import TotpSecret, User
from intake.text import free, number

DIGITS, SECONDS = 6, 30
# Clocks of phones are seldom right to the second.
DRIFT = 1


class CodeWrong(Exception):
    """It is none of the codes that count now, or it has counted already."""


def begin(op: Operation, user: User) -> str:
    """A new secret that counts once a code of it was right; the one in use stays in use. Gives the secret."""
    secret = pyotp.random_base32()
    _delete(op, user, active=False)
    new = TotpSecret(user_id=user.id, active=False, made_at=op.now)
    new.content = {"user": str(user.id), "secret": secret}
    op.session.add(new)
    op.session.flush()
    op.record(Action.STAFF_FACTOR_BEGUN, user)
    return secret


def begun(op: Operation, user: User) -> str | None:
    """The secret that no code was right for yet; None when none was begun."""
    kept = _kept(op, user, active=False)
    return _secret_of(kept) if kept is not None else None


def address(secret: str, user: User, clinic_name: str) -> str:
    """What the app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=clinic_name)


def take_up(op: Operation, user: User, code: str) -> None:
    """From now on codes are asked for, of the secret that was begun. Raises CodeWrong."""
    # Locked: two who take it up at once would each find no other.
    op.session.refresh(user, with_for_update={"key_share": True})
    kept = _kept(op, user, active=False)
    step = _step_of(_secret_of(kept), code, op.now) if kept is not None else None
    if kept is None or step is None:
        raise CodeWrong
    _delete(op, user, active=True)
    kept.active, kept.last_step = True, step
    op.session.flush()


def spend(op: Operation, user: User, code: str) -> None:
    """The code is right and counts no more. Raises CodeWrong."""
    kept = _kept(op, user, active=True)
    step = _step_of(_secret_of(kept), code, op.now) if kept is not None else None
    if kept is None or step is None:
        raise CodeWrong
    # What lies further ahead was taken by a clock that was wrong: nobody waits until that time comes.
    newest = _step_at(op.now) + DRIFT
    earlier = or_(TotpSecret.last_step.is_(None), TotpSecret.last_step < step, TotpSecret.last_step > newest)
    stmt = update(TotpSecret).where(TotpSecret.id == kept.id, earlier).values(last_step=step)
    # One statement: of two who send the same code at once, one changes a row.
    changed = op.session.execute(stmt.execution_options(synchronize_session=False))
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise CodeWrong


def has(op: Operation, user: User) -> bool:
    """Codes of an app are asked of this person."""
    stmt = select(TotpSecret.id).where(TotpSecret.user_id == user.id, TotpSecret.active.is_(True))
    return op.session.scalar(stmt) is not None


def remove(op: Operation, user: User) -> None:
    """No app counts any more, nor one that was begun."""
    _delete(op, user, active=True)
    _delete(op, user, active=False)


def looks_like_one(code: str) -> bool:
    """Six digits, however they are parted."""
    digits = _digits(code)
    return len(digits) == DIGITS and digits.isdecimal() and digits.isascii()


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute that this is the code of, if it may count now; each is compared in the same time."""
    this, typed = _step_at(now), _digits(code).encode()
    maker = pyotp.TOTP(secret)
    found = None
    for step in range(this - DRIFT, this + DRIFT + 1):
        if hmac.compare_digest(maker.generate_otp(step).encode(), typed):
            found = step
    return found


def _step_at(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS


def _digits(code: str) -> str:
    return "".join(number.in_ascii(free.seen(code)).replace("-", " ").split())


def _kept(op: Operation, user: User, *, active: bool) -> TotpSecret | None:
    stmt = select(TotpSecret).where(TotpSecret.user_id == user.id, TotpSecret.active.is_(active))
    return op.session.scalars(stmt).one_or_none()


def _secret_of(kept: TotpSecret) -> str:
    content = kept.content
    # Sealed with whose it is: a row that was moved to another person is of no use there.
    if content["user"] != str(kept.user_id):
        raise Tampered("An app's secret is not of this person.")
    return content["secret"]


def _delete(op: Operation, user: User, *, active: bool) -> None:
    stmt = delete(TotpSecret).where(TotpSecret.user_id == user.id, TotpSecret.active.is_(active))
    op.session.execute(stmt.execution_options(synchronize_session="fetch"))
