"""What is typed after the password: the code of an app, or a recovery code. Counted first, then compared.

Only whoever knew the password comes here. Tries at recovery codes are counted apart, so that nobody who
guesses at the app's codes keeps its owner from them.
"""

from datetime import timedelta
from uuid import UUID

from intake.services.audit import NOBODY, Action, Actor
from intake.services.context import Operation
from intake.services.invitations import attempts
from intake.services.messages import outbox
from intake.services.staff import guesses
from intake.services.staff.accounts import COME_BACK_AFTER
from intake.services.staff.factors import recovery_codes, totp
from intake.services.staff.factors.methods import Method
from intake.services.staff.factors.totp import CodeWrong
from intake.services.staff.guesses import Limit, TooMany
from intake.services.staff.passwords import Busy
from intake.storage import Refused
from intake.storage.models import JobKind, ThrottleKind, User
from intake.storage.models.row import new_id

TRIES, WINDOW = 5, timedelta(minutes=5)
TRIES_IN_AN_HOUR, HOUR = 20, timedelta(hours=1)


class CodeRefused(Refused):
    """The code was wrong, or was not looked at before `wait` is over. Commit, then answer."""

    def __init__(self, wait: timedelta | None = None) -> None:
        super().__init__("code refused")
        self.wait = wait


def spend(op: Operation, user: User, code: str) -> Method:
    """What the code is of: it was right, and counts no more. Raises CodeRefused.

    The try is committed before anything is compared.
    """
    of_app = totp.looks_like_one(code)
    counted = _limits(op, user, "app" if of_app else "recovery")
    hashes = {} if of_app else recovery_codes.hashes_of(op, user)
    try:
        number = guesses.spend(op, counted)
    except TooMany as refused:
        raise CodeRefused(refused.wait) from None
    # Safety: the try counts whatever happens now.
    op.commit()
    try:
        _compare(op, user, code, hashes)
    except Busy:
        raise CodeRefused(COME_BACK_AFTER) from None
    except CodeWrong:
        if number in guesses.RECORDED:
            op.acting_as(NOBODY).record(Action.STAFF_SIGN_IN_REFUSED, user, why="code", tries=number)
        raise CodeRefused from None
    # Only this try: others may be somebody else's, who knows the password too.
    for limit in counted:
        attempts.give_back(op, limit.kind, limit.subject_hmac)
    return Method.TOTP if of_app else Method.RECOVERY_CODE


def take_up_app(op: Operation, user: User, code: str) -> None:
    """Codes of the app that was begun are asked for from now on. Counted too. Raises CodeRefused: commit."""
    try:
        guesses.spend(op, _limits(op, user, "begun"))
    except TooMany as refused:
        raise CodeRefused(refused.wait) from None
    try:
        totp.take_up(op, user, code)
    except CodeWrong:
        raise CodeRefused from None


def _compare(op: Operation, user: User, code: str, hashes: dict[str, UUID]) -> None:
    if totp.looks_like_one(code):
        totp.spend(op, user, code)
        return
    found = recovery_codes.matching(op, hashes, code)
    if found is None:
        raise CodeWrong
    recovery_codes.spend(op, user, found)
    left = recovery_codes.left(op, user)
    op.acting_as(Actor.staff(user)).record(Action.STAFF_RECOVERY_CODE_USED, user, left=left)
    outbox.add(op, JobKind.TELL_OF_RECOVERY, user.id, dedupe_key=str(new_id()))


def _limits(op: Operation, user: User, what: str) -> tuple[Limit, ...]:
    """Always in the same order, so that two at once never wait for each other."""
    five, hour = (op.hmac_index(f"codes in {each}", what, str(user.id)) for each in ("5 minutes", "an hour"))
    return (
        Limit(ThrottleKind.CODE, five, TRIES, WINDOW),
        Limit(ThrottleKind.CODE, hour, TRIES_IN_AN_HOUR, HOUR),
    )
