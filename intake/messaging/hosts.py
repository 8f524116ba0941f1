"""Which hosts answer slowly, so that one of them cannot hold everything that is to leave.

What is not urgent is handed to a host one piece at a time: whoever else wants the same host waits a moment
and then does other work. What is urgent never waits, and goes first by a host that is not known to be slow.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

# Seconds. How long somebody waits for a host in use; after how long an answer counts as slow; and for how
# long a host that was slow is asked after the others.
PATIENCE = 2.0
SLOW = 5.0
REMEMBERED = 300.0


class Undeliverable(Exception):
    """It will never arrive: the address is refused. Anything else is tried again."""


class HostBusy(Exception):
    """Another message is being handed to that host, and takes its time. This one was not tried."""


class HasHost(Protocol):
    """Whatever is carried by a host."""

    @property
    def host(self) -> str: ...


Carrier = TypeVar("Carrier", bound=HasHost)


class Hosts:
    """What this process knows of the hosts that it hands messages to."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._in_use: dict[str, list[tuple[float, bool]]] = {}
        self._slow_until: dict[str, float] = {}

    def is_slow(self, host: str) -> bool:
        """It did not answer in time lately, or does not now."""
        now = time.monotonic()
        with self._changed:
            taking = any(now - since > SLOW for since, _ in self._in_use.get(host, ()))
            return taking or self._slow_until.get(host, 0.0) > now

    def turn(self, *, urgent: bool) -> "Turn":
        """For one message."""
        return Turn(self, urgent)

    @contextmanager
    def in_use(self, host: str, *, urgent: bool) -> Iterator[None]:
        """Hand something to this host. Raises HostBusy, unless it is urgent."""
        began = self._enter(host, urgent)
        answered = False
        try:
            yield
            answered = True
        except Undeliverable:
            answered = True
            raise
        finally:
            self._leave(host, began, answered=answered)

    def _enter(self, host: str, is_urgent: bool) -> tuple[float, bool]:
        with self._changed:
            end = time.monotonic() + PATIENCE
            while not is_urgent and (ahead := self._ahead(host)) is not None:
                left = min(end, ahead + PATIENCE) - time.monotonic()
                if left <= 0:
                    raise HostBusy
                self._changed.wait(left)
            began = time.monotonic(), is_urgent
            self._in_use.setdefault(host, []).append(began)
            return began

    def _ahead(self, host: str) -> float | None:
        """Since when the message is handed over that is not urgent either."""
        return min((since for since, urgent in self._in_use.get(host, ()) if not urgent), default=None)

    def _leave(self, host: str, began: tuple[float, bool], *, answered: bool) -> None:
        now = time.monotonic()
        with self._changed:
            self._in_use[host].remove(began)
            if now - began[0] > SLOW:
                self._slow_until[host] = now + REMEMBERED
            elif answered:
                self._slow_until.pop(host, None)
            self._changed.notify_all()


@dataclass(frozen=True)
class Turn:
    """What one message may ask of the hosts."""

    hosts: Hosts
    urgent: bool

    def first_that_takes(
        self, carriers: Sequence[Carrier], hand_over: Callable[[Carrier, int], None]
    ) -> None:
        """Hand over by the first carrier that takes it; `hand_over` is told how many are left, with this one.

        Raises Undeliverable only when every one says so: a second one that takes nothing from us must not
        end what the first was too slow for. HostBusy means that none has failed and one was not tried.
        """
        failures: list[Exception] = []
        ordered = sorted(carriers, key=lambda carrier: self.hosts.is_slow(carrier.host))
        for number, carrier in enumerate(ordered):
            try:
                with self.hosts.in_use(carrier.host, urgent=self.urgent):
                    hand_over(carrier, len(ordered) - number)
            except Exception as problem:
                failures.append(problem)
            else:
                return
        failures.sort(key=_weight)
        raise failures[-1]


def _weight(problem: Exception) -> int:
    return 0 if isinstance(problem, Undeliverable) else 1 if isinstance(problem, HostBusy) else 2
