"""What is done from time to time, once for all workers.

The row of the heartbeat says when it was last done, so it is done as often as it should be, however many
workers look. And a lock that lasts as long as its holder lives keeps it from being done twice at once.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from intake.services.messages import heartbeat
from intake.storage.alone import alone
from intake.tasks.delivery import Work

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Periodic:
    """A task by its name (24 letters at most), how often it is done, and what does it."""

    name: str
    every: timedelta
    do: Callable[[], object]


def run_due(tasks: Iterable[Periodic], work: Work) -> None:
    """Do what is due and nobody else is at."""
    for task in tasks:
        if _is_due(task, work):
            _run(task, work)


def _run(task: Periodic, work: Work) -> None:
    with alone(work.database, task.name) as ours:
        # Looked at once more: another may have done it since.
        if not ours or not _is_due(task, work):
            return
        try:
            task.do()
        except Exception as problem:
            log.error("%s failed: %s", task.name, type(problem).__name__)
        with work.operation() as op:
            heartbeat.ran(op, task.name)
            op.commit()


def _is_due(task: Periodic, work: Work) -> bool:
    with work.reading() as op:
        last = heartbeat.last_run(op.session, task.name)
        # What lies ahead was written by a clock that was wrong.
        return last is None or not timedelta() <= op.now - last < task.every
