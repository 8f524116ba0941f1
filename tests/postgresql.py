"""A throw-away PostgreSQL, made from the machine's own binaries.

It lives in a temporary folder, listens on a socket there and nowhere else, and is gone after the tests.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

# Nothing here needs to outlive a power cut, so nothing waits for the disk.
SPEED = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
# What it acknowledged outlives its own death.
LASTING = "-c max_connections=60"


@dataclass(frozen=True)
class PostgreSQLServer:
    """A running server; `socket` is the folder of its socket, `options` what it is started with."""

    socket: Path
    options: str = SPEED

    @property
    def data(self) -> Path:
        return self.socket / "data"

    def starts(self) -> None:
        """Start it, also after it was killed."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.socket} {self.options}"
        _run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.socket / "log"), "-o", options, "start")

    def is_killed(self) -> None:
        """kill -9 to the process that the others end with; returns when they have, too."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        others = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 30
        while any(_is_running(each) for each in others):
            assert time.monotonic() < until, "PostgreSQL's processes outlive it"
            time.sleep(0.05)
        # Where nobody buries the dead, it would take itself for running.
        (self.data / "postmaster.pid").unlink()
        (self.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    @contextmanager
    def new_database(self, like: str = "template0") -> Iterator[str]:
        """Give the URL of a new database that has what `like` has, nothing by itself; drop it afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {like} ENCODING 'UTF8' STRATEGY file_copy")
        try:
            yield f"postgresql+psycopg://postgres@/{name}?host={self.socket}"
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        server = f"host={self.socket} user=postgres dbname=postgres"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgresql(options: str = SPEED) -> Iterator[PostgreSQLServer]:
    """Start a server of our own and stop it again."""
    server = PostgreSQLServer(Path(tempfile.mkdtemp(prefix="backstory-pg-")), options)
    folder, data = server.socket, server.data
    _own(folder)
    try:
        _run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        server.starts()
        try:
            yield server
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: str) -> None:
    command = [str(_find(program)), *arguments]
    if _is_root():
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{program} failed:\n{done.stdout}{done.stderr}"


def _is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _find(program: str) -> Path:
    """The newest one: Debian keeps the server's programs in a folder for each version, off the PATH."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[4]))
    found = kept[-1] if kept else shutil.which(program)
    assert found, "The tests need PostgreSQL: apt-get install postgresql"
    return Path(found)


def _own(folder: Path) -> None:
    """PostgreSQL refuses to run as root, so there it runs as the user Debian's package made."""
    if _is_root():
        shutil.chown(folder, "postgres", "postgres")


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
