"""Does jobs, one piece after the other, in whichever thread asks, and knows which are in hand."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from intake.messaging import HostBusy, Undeliverable
from intake.services.messages import correspondence, outbox
from intake.services.messages.outbox import Claim, LeaseLost, LeftBehind
from intake.storage.models import JobKind
from intake.tasks.delivery import Work, deliver

log = logging.getLogger(__name__)


class Jobs:
    """The outbox as a worker uses it. `work` gives what a piece of work is done with, as it is now."""

    def __init__(self, work: Callable[[], Work]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._in_hand: dict[int, tuple[Claim, float]] = {}

    def do_next(self, kinds: Collection[JobKind]) -> bool | None:
        """Do the most urgent piece of these kinds: whether it was done, or None when nothing is due."""
        work = self._work()
        # Looking costs nobody anything; on SQLite claiming makes others wait.
        with work.reading() as op:
            if not outbox.is_due(op, kinds):
                return None
        claim = _claim(work, kinds, self._ids())
        if claim is None:
            return None
        with self._holding(claim):
            return _do(work, claim)

    def longest(self) -> float:
        """For how many seconds the piece is in hand that takes longest; 0 when there is none."""
        with self._lock:
            began = min((since for _, since in self._in_hand.values()), default=None)
        return 0.0 if began is None else time.monotonic() - began

    def let_go(self) -> int:
        """Give back what is in hand, because this process ends now; how many pieces that was."""
        with self._lock:
            claims = [claim for claim, _ in self._in_hand.values()]
        if claims:
            with self._work().operation() as op:
                outbox.release(op, claims)
                op.commit()
        return len(claims)

    def _ids(self) -> tuple[UUID, ...]:
        with self._lock:
            return tuple(claim.job.id for claim, _ in self._in_hand.values())

    @contextmanager
    def _holding(self, claim: Claim) -> Iterator[None]:
        me = threading.get_ident()
        with self._lock:
            self._in_hand[me] = claim, time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._in_hand[me]


def _claim(work: Work, kinds: Collection[JobKind], in_hand: Collection[UUID]) -> Claim | None:
    with work.operation() as op:
        claim = outbox.claim_next(op, kinds, in_hand)
        op.commit()
    return claim


def _do(work: Work, claim: Claim) -> bool:
    kind = claim.job.kind
    try:
        if claim.left_behind:
            raise LeftBehind
        deliver(work, claim)
    except LeaseLost:
        log.warning("%s took too long, and is another worker's now", kind)
    except HostBusy:
        _postponed(work, claim)
    except Exception as problem:
        # The message of an exception may hold what a patient wrote; its kind does not.
        log.warning("%s failed: %s", kind, type(problem).__name__)
        _failed(work, claim, problem)
    else:
        return True
    return False


def _postponed(work: Work, claim: Claim) -> None:
    with work.operation() as op, suppress(LeaseLost):
        outbox.postpone(op, claim)
        op.commit()


def _failed(work: Work, claim: Claim, problem: Exception) -> None:
    with work.operation() as op, suppress(LeaseLost):
        job = outbox.held(op, claim)
        outbox.failed(op, job.id, error=problem, for_good=isinstance(problem, Undeliverable))
        correspondence.note_failure(op, job.id)
        op.commit()
