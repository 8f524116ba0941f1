"""Counts for Prometheus: how many requests, how long they took, how much waits. Never who, and never what.

A page of counts is answered by whichever process gets the question, so the counts of requests lie in files
that every process of this machine adds to (prometheus-client's multiprocess mode); the rest is read from the
database. Labels are the patterns of routes and words of ours.
"""

import fcntl
import logging
import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from intake.clinic import Clinic
from intake.config import Settings
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.messages import heartbeat
from intake.services.operations import health, jobs
from intake.services.operations.backup import latest_backup
from intake.web.request_log import AnsweredRequest

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import GaugeMetricFamily

log = logging.getLogger(__name__)

SHARED = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# Held open for as long as any process of this start lives, so that a later one does not empty the folder.
_held: list[int] = []


def share_counts(settings: Settings) -> None:
    """Let every process of this machine add to the same counts. Called before the first of them counts.

    The first process of a start empties what an earlier start left: a folder that nobody holds.
    """
    if not settings.metrics_token or SHARED in os.environ or "prometheus_client" in sys.modules:
        return
    # Processes in two containers have the same number and never the same name of a host.
    folder = settings.data_dir / "metrics" / socket.gethostname()
    try:
        _take(folder)
    except OSError as problem:
        log.error("Each process counts for itself: %s", problem.strerror)
        return
    os.environ[SHARED] = str(folder)


def _take(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder.with_name(folder.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
    except BlockingIOError:
        # Another process of this start was here first.
        pass
    fcntl.flock(lock, fcntl.LOCK_SH)
    _held.append(lock)


class Metrics:
    """What this process counts, and the page of what all have counted."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self._once = threading.Lock()
        self._counted: Any = None

    def count(self, answered: AnsweredRequest) -> None:
        """One request was answered."""
        _, requests, seconds = self._families()
        requests.labels(answered.method, answered.route, str(answered.status)).inc()
        seconds.labels(answered.route).observe(answered.seconds)

    def page(self) -> tuple[bytes, str]:
        """The page and its content type, with what the database tells now."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        own = self._families()[0]
        registry = own
        if SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        both = generate_latest(registry) + generate_latest(self._of_the_clinic())
        return both, CONTENT_TYPE_LATEST

    def _families(self) -> Any:
        """(registry, requests, seconds), made when something is first counted, which is after every fork."""
        with self._once:
            if self._counted is None:
                from prometheus_client import CollectorRegistry, Counter, Histogram

                registry = CollectorRegistry()
                self._counted = (
                    registry,
                    Counter(
                        "backstory_http_requests",
                        "Requests answered, by method, pattern of the route and status.",
                        ["method", "route", "status"],
                        registry=registry,
                    ),
                    Histogram(
                        "backstory_http_request_seconds",
                        "Seconds from a request to the end of its answer, by pattern of the route.",
                        ["route"],
                        buckets=SECONDS,
                        registry=registry,
                    ),
                )
            return self._counted

    def _of_the_clinic(self) -> "CollectorRegistry":
        from prometheus_client import CollectorRegistry

        registry = CollectorRegistry()
        registry.register(_Clinic(self.clinic))
        return registry


class _Clinic:
    """What stands in the database and on the disk, as counts."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    def describe(self) -> list[Any]:
        """Nothing in advance: what is there is read when it is asked for."""
        return []

    def collect(self) -> Iterator["GaugeMetricFamily"]:
        """The counts of this moment; while the database is away only that."""
        try:
            found = list(self._of_the_database())
        except (SQLAlchemyError, OSError):
            found = []
        yield _gauge("backstory_database_answers", "1 while the database answers.", int(bool(found)))
        yield from found
        try:
            yield _gauge(
                "backstory_disk_free_bytes",
                "Free space on the disk of the data folder.",
                health.disk_space(self.clinic.environment).free,
            )
        except OSError:
            return

    def _of_the_database(self) -> Iterator["GaugeMetricFamily"]:
        clinic = self.clinic
        with Operation.reading(clinic.database, clinic.environment, SYSTEM, clinic.now()) as op:
            lines = jobs.queue_lines(op)
            workers = heartbeat.workers(op.session)
            backup = latest_backup(op.session)
            size = health.database_size(op.session)
        yield _jobs(lines)
        oldest = [op.now - line.oldest_due for line in lines if line.oldest_due]
        waits = max(oldest).total_seconds() if oldest else 0
        yield _gauge("backstory_oldest_due_job_seconds", "How long the oldest job that is due waits.", waits)
        at_work = sum(not each.silent(op.now) for each in workers)
        yield _gauge("backstory_workers", "Workers that are at work.", at_work)
        if backup is not None:
            age = (op.now - backup.covers_until).total_seconds()
            yield _gauge(
                "backstory_backup_age_seconds", "Age of what the last backup that could be opened holds.", age
            )
        yield _gauge("backstory_database_size_bytes", "Size of the database.", size)


def _jobs(lines: tuple[jobs.QueueLine, ...]) -> "GaugeMetricFamily":
    from prometheus_client.metrics_core import GaugeMetricFamily

    family = GaugeMetricFamily(
        "backstory_jobs", "Jobs that are not done, by kind and state.", labels=["kind", "state"]
    )
    for line in lines:
        states = {"due": line.due, "later": line.later, "retried": line.retried, "failed": line.failed}
        for state, many in states.items():
            family.add_metric([line.kind.value, state], many)
    return family


def _gauge(name: str, meaning: str, value: float) -> "GaugeMetricFamily":
    from prometheus_client.metrics_core import GaugeMetricFamily

    return GaugeMetricFamily(name, meaning, value=value)
