"""The process that listens, and keeps the web processes and the worker beside them going."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from intake.server.companion import Companion
from intake.server.connections import MOST_CONNECTIONS, BufferingWorker
from intake.server.pulse import Pulse
from intake.server.quiet_log import QuietLog

# For each process. More would only wait for each other: Python runs one at a time.
THREADS = 8
# Longer than Caddy (120 s) and nginx (60 s) keep a connection: the one that closes it must not be us, while
# they send the next request on it.
KEPT_OPEN = 150
# A process whose loop stands still for so long is replaced. A request may take longer: threads answer it.
STILL = 60
# What is in hand when a process has to end may take so long; then it is killed.
END_WITHIN = 20


@dataclass(frozen=True)
class Served:
    """What is served.

    The master calls `opened` before the first web process is there, and `closing` when all are to end; each
    web process calls `begin` once it serves. `pulse` beats as long as the master does its work.
    """

    application: Any
    listener: socket.socket
    processes: int
    opened: Callable[[], None]
    closing: Callable[[], None]
    begin: Callable[[], None]
    pulse: Pulse
    beside: Companion | None = None


def serve(served: Served) -> None:
    """Serve until a signal says to stop, and leave by SystemExit. Nothing is open that must not be shared."""
    Master(served).run()


class Master(Arbiter):
    """gunicorn's master, which also keeps the worker going."""

    def __init__(self, served: Served) -> None:
        self._served, self._beside = served, served.beside
        super().__init__(_Application(served))

    def manage_workers(self) -> None:
        """Start whoever is missing; it is asked for every second."""
        self._served.pulse.beat()
        if self._beside is not None:
            self._beside.keep()
        super().manage_workers()

    def handle_int(self) -> None:
        """Ctrl-C: finish what is in hand."""
        self.handle_term()

    def handle_quit(self) -> None:
        """As Ctrl-C."""
        self.handle_term()

    def handle_hup(self) -> None:
        """The terminal was closed. Nothing is to be reloaded: the environment is read at a start."""
        self.handle_term()

    def handle_usr2(self) -> None:
        """A new version begins with a migration: it is started, not slipped under this one."""

    def stop(self, graceful: bool = True) -> None:
        """End all of them at the same time, each within its limit."""
        self._served.closing()
        if self._beside is not None:
            self._beside.end()
        super().stop(graceful)
        if self._beside is not None:
            self._beside.wait()


class _Application(BaseApplication):
    def __init__(self, served: Served) -> None:
        self.served = served
        # gunicorn closes the number that it is given, and listens on one of its own.
        self._bind = f"fd://{served.listener.detach()}"
        super().__init__()

    def load_config(self) -> None:
        served = self.served
        for name, value in {
            "bind": self._bind,
            "workers": served.processes,
            "worker_class": BufferingWorker,
            "threads": THREADS,
            "worker_connections": MOST_CONNECTIONS + 100,
            "keepalive": KEPT_OPEN,
            "timeout": STILL,
            "graceful_timeout": END_WITHIN,
            "preload_app": True,
            "logger_class": QuietLog,
            "loglevel": "warning",
            "accesslog": None,
            "control_socket_disable": True,
            # The application trusts a proxy only where it is told to.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "sendfile": False,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
            "when_ready": lambda _: served.opened(),
            "post_worker_init": lambda _: served.begin(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.served.application


def processes_wanted() -> int:
    """One for each processor that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)
