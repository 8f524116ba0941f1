"""How many guesses at passwords are looked at, and what admins see of them.

A guess is counted three times: at this account from this range of addresses, at this account from everywhere,
and from this range at any account. A browser that is known counts by itself, and only for itself. So whoever
guesses from elsewhere stops themselves, then strangers at this account, and never somebody where they have
signed in before. Nobody is told whether an account exists: those that do not are counted alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from intake.services.context import Operation
from intake.services.invitations import attempts
from intake.services.staff.known_browsers import Client
from intake.services.upsert import insert_if_missing
from intake.storage import Refused
from intake.storage.models import KnownBrowser, RefusedSignIn, ThrottleKind
from intake.storage.models.row import new_id

TRIES, WINDOW = 10, timedelta(minutes=5)
TRIES_AT_AN_ACCOUNT, ACCOUNT_WINDOW = 100, timedelta(hours=1)
TRIES_FROM_A_RANGE, RANGE_WINDOW = 30, timedelta(minutes=5)
# Guesses at one account in an hour with which the record has an entry: not one for each.
RECORDED = (1, 10, 100)
# Ranges that are counted one by one in an hour; what comes from more is counted together.
MOST_RANGES = 200
# So many guesses within two hours, the last of them lately, are no slips of people who work here.
ATTACK, OVER_AFTER = 30, timedelta(hours=1)
SHOWN_FOR, MOST_SHOWN = timedelta(days=7), 50
SOMEWHERE_ELSE = "elsewhere"


class TooMany(Refused):
    """Too many guesses: the next is not looked at before `wait` is over. Commit, then answer."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many guesses")
        self.wait = wait


@dataclass(frozen=True)
class Limit:
    """Tries at `subject_hmac` that count together."""

    kind: ThrottleKind
    subject_hmac: str
    most: int
    within: timedelta

    def wait(self, op: Operation, spent: attempts.Spent) -> timedelta:
        """How long until the next is looked at."""
        return min(self.within, max(timedelta(seconds=1), spent.since + self.within - op.now))


@dataclass(frozen=True)
class Pressure:
    """Refused sign-ins of a time, for one account or one range. `network` None: many ranges together.

    `user_id` None: e-mail addresses that nobody here has, or accounts that were not looked at.
    """

    tries: int
    turned_away: int
    last_at: datetime
    user_id: UUID | None = None
    network: str | None = None

    @property
    def all(self) -> int:
        """Looked at or not."""
        return self.tries + self.turned_away


def limits(op: Operation, email_index: str, client: Client, known: KnownBrowser | None) -> tuple[Limit, ...]:
    """What counts this guess, always in the same order: two at once never wait for each other."""
    if known is not None:
        return (Limit(ThrottleKind.BROWSER, op.hmac_index("browser", str(known.id)), TRIES, WINDOW),)
    if not client.network:
        return (Limit(ThrottleKind.SIGN_IN, email_index, TRIES, WINDOW),)
    return (
        of_range(op, client.network),
        Limit(ThrottleKind.ACCOUNT, email_index, TRIES_AT_AN_ACCOUNT, ACCOUNT_WINDOW),
        Limit(
            ThrottleKind.SIGN_IN,
            op.hmac_index("guesses from", email_index, client.network),
            TRIES,
            WINDOW,
        ),
    )


def of_range(op: Operation, network: str) -> Limit:
    """What counts guesses from one range at any account."""
    index = op.hmac_index("guesses from", network)
    return Limit(ThrottleKind.NETWORK, index, TRIES_FROM_A_RANGE, RANGE_WINDOW)


def look(op: Operation, counted: tuple[Limit, ...]) -> None:
    """Raise TooMany when a guess would not be looked at; nothing is written."""
    for limit in counted:
        spent = attempts.spent(op, limit.kind, limit.subject_hmac, within=limit.within)
        if spent.tries >= limit.most:
            raise TooMany(limit.wait(op, spent))


def spend(op: Operation, counted: tuple[Limit, ...]) -> int:
    """Count a guess; the number of those at its account so far. Raises TooMany: commit, then answer."""
    number, wait = 0, None
    for limit in counted:
        spent = attempts.spend(op, limit.kind, limit.subject_hmac, within=limit.within)
        if spent.tries > limit.most:
            wait = max(wait or timedelta(), limit.wait(op, spent))
        if limit.kind is not ThrottleKind.NETWORK:
            number = max(number, spent.tries)
    attempts.sweep_some(op)
    if wait is not None:
        raise TooMany(wait)
    return number


def was_right(op: Operation, counted: tuple[Limit, ...]) -> None:
    """It was no guess: a clinic's staff who come in from one address in the morning use up nothing."""
    for limit in counted:
        if limit.kind in (ThrottleKind.NETWORK, ThrottleKind.ACCOUNT):
            attempts.give_back(op, limit.kind, limit.subject_hmac)
        else:
            attempts.forget(op, limit.kind, limit.subject_hmac)


def note(op: Operation, network: str, account: UUID | None, *, tries: int = 0, turned_away: int = 0) -> None:
    """Count what was refused, for admins. `account` None: that of nobody here, or not looked at."""
    hour, subject = _hour(op), str(account or "")
    index = op.hmac_index("range", network)
    of_hour = select(RefusedSignIn).where(RefusedSignIn.hour == hour)
    of_it = (RefusedSignIn.network_hmac == index, RefusedSignIn.account == subject)
    if op.session.scalar(of_hour.where(*of_it).with_only_columns(RefusedSignIn.id)) is None:
        ranges = op.session.scalar(select(func.count()).select_from(of_hour.subquery())) or 0
        if ranges >= MOST_RANGES:
            network, subject = SOMEWHERE_ELSE, ""
            index = op.hmac_index("range", network)
    key = {"hour": hour, "network_hmac": index, "account": subject}
    new = {"id": new_id(), "tries": 0, "turned_away": 0, "last_at": op.now}
    insert_if_missing(op.session, RefusedSignIn, new | key)
    stmt = select(RefusedSignIn).filter_by(**key).with_for_update()
    row = op.session.scalars(stmt.execution_options(populate_existing=True)).one()
    if network != SOMEWHERE_ELSE:
        row.network = network
    row.tries += tries
    row.turned_away += turned_away
    row.last_at = max(row.last_at, op.now)


def of_accounts(op: Operation) -> tuple[Pressure, ...]:
    """What was tried of late at each account, the most first; last what was at none."""
    found = op.session.execute(_sums(op, RefusedSignIn.account).where(RefusedSignIn.tries > 0)).all()
    each = (
        Pressure(tries, turned_away, last_at, user_id=UUID(account) if account else None)
        for account, tries, turned_away, last_at in found
    )
    return tuple(sorted(each, key=lambda one: one.user_id is None))


def of_ranges(op: Operation) -> tuple[Pressure, ...]:
    """What was refused of late for each range of addresses, the most first."""
    found = op.session.execute(_sums(op, RefusedSignIn.network_hmac).limit(MOST_SHOWN)).all()
    return tuple(
        Pressure(tries, turned_away, last_at, network=_named(op, index))
        for index, tries, turned_away, last_at in found
    )


def at(op: Operation, user_id: UUID) -> Pressure | None:
    """What strangers have tried of late at one account; None: nothing."""
    return next((each for each in of_accounts(op) if each.user_id == user_id), None)


def attack(op: Operation) -> Pressure | None:
    """What goes on now, when it is more than slips; None otherwise."""
    hour = _hour(op)
    sums = func.sum(RefusedSignIn.tries), func.sum(RefusedSignIn.turned_away), func.max(RefusedSignIn.last_at)
    stmt = select(*sums).where(RefusedSignIn.hour >= hour - timedelta(hours=1), RefusedSignIn.hour <= hour)
    tries, turned_away, last_at = op.session.execute(stmt).one()
    if last_at is None or op.now - last_at >= OVER_AFTER or tries + turned_away < ATTACK:
        return None
    return Pressure(tries, turned_away, last_at)


def _sums(op: Operation, by: InstrumentedAttribute[str]) -> Select[str, int, int, datetime]:
    tries, turned_away = func.sum(RefusedSignIn.tries), func.sum(RefusedSignIn.turned_away)
    stmt = select(by, tries, turned_away, func.max(RefusedSignIn.last_at)).group_by(by)
    return stmt.where(RefusedSignIn.hour >= _hour(op) - SHOWN_FOR).order_by((tries + turned_away).desc(), by)


def _named(op: Operation, index: str) -> str | None:
    stmt = select(RefusedSignIn).where(RefusedSignIn.network_hmac == index).limit(1)
    return op.session.scalars(stmt).one().network


def _hour(op: Operation) -> datetime:
    return op.now.replace(minute=0, second=0, microsecond=0)
