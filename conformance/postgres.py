"""Runs the services of deploy/compose.postgres.yaml from the image, on Debian's PostgreSQL.

Commands, entrypoints, environment, secrets and volumes are read from the file. Its networks are not made: the
name `database` leads to this machine.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import yaml

from conformance import HERE, free_port, image
from conformance.image import IMAGE, LIKE_COMPOSE, PRIVATELY, USER, status_of

DEPLOY = HERE.parent / "deploy"
SERVICES = ("web", "worker", "backup")


def check() -> bool:
    """Pages, worker and backups, each in a container of its own, on one PostgreSQL with a password."""
    image.build()
    with tempfile.TemporaryDirectory() as name:
        faults = [*_faults(Path(name))]
    for fault in faults:
        print(f"postgres: {fault}")
    print(f"compose.postgres.yaml on Debian's PostgreSQL: {len(faults)} faults")
    return not faults


def _faults(folder: Path) -> Iterator[str]:
    folder.chmod(0o755)
    password, port = secrets.token_hex(16), free_port()
    with _postgresql(folder / "postgres", port, password) as server:
        composed = Composed(folder, free_port())
        composed.lay_secrets(f"postgresql://backstory:{password}@database:{port}/backstory?sslmode=disable")
        words = ("add-user", "ada@clinic.example", "--name", "Ada Example", "--role", "admin", "--password")
        added = composed.ends("web", *words, secrets.token_hex(16))
        if added.returncode:
            yield f"add-user: {added.stderr.strip()[-300:]}"
        with ExitStack() as running:
            for service in SERVICES:
                running.enter_context(composed.running(service))
            yield from _of(composed, server)


def _of(composed: "Composed", server: str) -> Iterator[str]:
    if (status := status_of(composed.port, "/health/ready", within=120)) != 200:
        yield f"web is answered with {status}"
    if not _becomes(
        lambda: _one(server, "SELECT count(*) FROM worker WHERE seen_at IS NOT NULL"), within=120
    ):
        yield "no worker gives a sign of life"
    backups = composed.folder / "backups"
    if not _becomes(lambda: len([*backups.glob("*.backup")]), within=120):
        yield "no backup is made"
    if not _becomes(
        lambda: _one(server, "SELECT count(*) FROM backup_status WHERE made_at IS NOT NULL"), within=60
    ):
        yield "the backup is not noted"
    for file in backups.glob("*.backup"):
        verified = composed.ends(
            "backup", "backstory", "verify-backup", f"/backups/{file.name}", entry="tini"
        )
        if verified.returncode:
            yield f"the backup does not open: {verified.stderr.strip()[-300:]}"
    sound = composed.ends("web", "check", "--running")
    if sound.returncode:
        yield f"check --running: {(sound.stdout + sound.stderr).strip()[-500:]}"


class Composed:
    """The services of the file, as `compose` would start them."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.file: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.postgres.yaml").read_text())
        for name in ("data", "keys", "backups"):
            (folder / name).mkdir(mode=0o700)
            os.chown(folder / name, USER, USER)
        shutil.copy(DEPLOY / "settings.example", folder / "settings")

    def lay_secrets(self, database_url: str) -> None:
        """As the head of the file says: readable, in a folder that only root can enter."""
        (self.folder / "secrets").mkdir(mode=0o700)
        (self.folder / "secrets/database_url").write_text(database_url + "\n")
        (self.folder / "secrets/mail_server").write_text("smtp+starttls://u:p@mail.example.org:587\n")

    def ends(self, service: str, *words: str, entry: str = "") -> "subprocess.CompletedProcess[str]":
        """`compose run --rm SERVICE WORDS`, to the end."""
        command = self._command(service, words, entry=["/usr/bin/tini", "--"] if entry else None)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    @contextmanager
    def running(self, service: str) -> Iterator[None]:
        """`compose up SERVICE`, until the block ends."""
        name = f"backstory-{service}-{os.getpid()}"
        process = subprocess.Popen(
            self._command(service, None, "--name", name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            subprocess.run(
                ["podman", "rm", "--force", "--time", "10", name], capture_output=True, check=False
            )
            process.wait(timeout=60)

    def _command(
        self, service: str, words: tuple[str, ...] | None, *options: str, entry: list[str] | None = None
    ) -> list[str]:
        said = self.file["services"][service]
        environment: Mapping[str, str] = said["environment"] | {"PORT": str(self.port)}
        mounts = [f"{self._place(each)}:{each.partition(':')[2]}" for each in said["volumes"]]
        mounts += [f"{self.folder}/secrets/{each}:/run/secrets/{each}:ro" for each in said["secrets"]]
        # Podman takes the first word of an entrypoint alone; the rest are words of the command.
        entrypoint = entry or said.get("entrypoint") or []
        rest = [*entrypoint[1:], *(words if words is not None else said["command"])]
        return [
            *(*PRIVATELY, "podman", "run", "--rm", *LIKE_COMPOSE, "--add-host", "database:127.0.0.1"),
            *("--env-file", str(self.folder / "settings"), *options),
            *(part for name, value in environment.items() for part in ("--env", f"{name}={value}")),
            *(part for mount in mounts for part in ("--volume", mount)),
            *(("--entrypoint", entrypoint[0]) if entrypoint else ()),
            *(IMAGE, *rest),
        ]

    def _place(self, mount: str) -> Path:
        return self.folder / mount.partition(":")[0]


def _becomes(counted: Callable[[], int], within: float) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if counted():
            return True
        time.sleep(1)
    return False


def _one(server: str, statement: str) -> int:
    """A number from the database; 0 while its tables are not there."""
    try:
        with psycopg.connect(server) as connection:
            row = connection.execute(statement).fetchone()
    except psycopg.errors.UndefinedTable:
        return 0
    return int(row[0]) if row else 0


@contextmanager
def _postgresql(folder: Path, port: int, password: str) -> Iterator[str]:
    """Debian's PostgreSQL on this machine alone, which lets nobody in without the password."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[4]))
    folder.mkdir()
    shutil.chown(folder, "postgres", "postgres")
    (folder / "password").write_text(password)
    shutil.chown(folder / "password", "postgres", "postgres")

    def say(program: str, *words: str) -> None:
        subprocess.run(
            ["runuser", "-u", "postgres", "--", str(programs / program), "-D", str(folder / "data"), *words],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )

    login = ("-U", "backstory", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "--data-checksums")
    say("initdb", *login, "-E", "UTF8")
    listening = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    say("pg_ctl", "-w", "-l", str(folder / "log"), "-o", listening, "start")
    server = f"postgresql://backstory:{password}@127.0.0.1:{port}"
    try:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE backstory")
        yield f"{server}/backstory"
    finally:
        say("pg_ctl", "-w", "-m", "immediate", "stop")
