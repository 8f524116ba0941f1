"""What browsers refused on our pages, counted: a sign that somebody put something into one, or of our fault.

Anybody can send such a report, so it is capped, and what is kept are words of ours, a host at most, and the
pattern of an address. Never the address itself: it may be a patient's link.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from intake.services.context import Operation
from intake.services.invitations import attempts
from intake.services.upsert import insert_if_missing
from intake.storage.models import PolicyReport, ThrottleKind

# Messages with reports that are taken from one range of addresses, and from everywhere.
MOST_FROM_A_RANGE, MOST, WINDOW = 30, 300, timedelta(minutes=10)
# Kinds of refusal that are told apart on one day; what comes beyond is counted together.
MOST_KINDS = 200
SHOWN_FOR, MOST_SHOWN = timedelta(days=30), 50
OTHER = "other"


@dataclass(frozen=True)
class Blocked:
    """Something that a browser refused: by which directive, what, and the pattern of the page's address."""

    directive: str
    blocked: str
    route: str


@dataclass(frozen=True)
class CountedRefusal:
    """The same with how often it was said, and when last."""

    what: Blocked
    number: int
    last_at: datetime


def is_too_often(op: Operation, network: str) -> bool:
    """True when no more reports are taken at the moment; only reads."""
    return any(
        attempts.spent(op, ThrottleKind.POLICY_REPORT, index, within=WINDOW).tries >= most
        for index, most in _counted(op, network)
    )


def count(op: Operation, network: str, reported: Iterable[Blocked]) -> None:
    """Count what one message reports."""
    for index, _ in _counted(op, network):
        attempts.spend(op, ThrottleKind.POLICY_REPORT, index, within=WINDOW)
    day = op.now.replace(hour=0, minute=0, second=0, microsecond=0)
    for each in reported:
        _count_one(op, day, each)
    attempts.sweep_some(op)


def of_late(op: Operation) -> tuple[CountedRefusal, ...]:
    """What was refused within a month, the most frequent first."""
    columns = PolicyReport.directive, PolicyReport.blocked, PolicyReport.route
    number = func.sum(PolicyReport.number)
    stmt = (
        select(*columns, number, func.max(PolicyReport.last_at))
        .where(PolicyReport.day >= op.now - SHOWN_FOR)
        .group_by(*columns)
        .order_by(number.desc(), *columns)
        .limit(MOST_SHOWN)
    )
    found = op.session.execute(stmt).all()
    return tuple(CountedRefusal(Blocked(*what), many, last_at) for *what, many, last_at in found)


def _counted(op: Operation, network: str) -> tuple[tuple[str, int], ...]:
    everywhere = op.hmac_index("policy reports"), MOST
    of_range = op.hmac_index("policy reports from", network), MOST_FROM_A_RANGE
    return (of_range, everywhere) if network else (everywhere,)


def _count_one(op: Operation, day: datetime, each: Blocked) -> None:
    known = select(func.count()).select_from(PolicyReport).where(PolicyReport.day == day)
    if not _has_row(op, day, each) and (op.session.scalar(known) or 0) >= MOST_KINDS:
        each = Blocked(OTHER, OTHER, OTHER)
    key = {"day": day, "directive": each.directive, "blocked": each.blocked, "route": each.route}
    insert_if_missing(op.session, PolicyReport, key | {"number": 0, "last_at": op.now})
    stmt = update(PolicyReport).filter_by(**key).values(number=PolicyReport.number + 1, last_at=op.now)
    op.session.execute(stmt.execution_options(synchronize_session=False))


def _has_row(op: Operation, day: datetime, each: Blocked) -> bool:
    return op.session.get(PolicyReport, (day, each.directive, each.blocked, each.route)) is not None
