"""Reads the units of deploy/ with systemd-analyze, and boots a systemd of its own that runs them.

The machine that boots is the image of this version with Debian's systemd in it, in namespaces of its own. The
service has to become ready inside its sandbox, make documents there, be started anew when it hangs, and be
backed up; then the pages and the worker run apart.
"""

import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from conformance import HERE, WORK, free_port, image
from conformance.image import status_of

DEPLOY = HERE.parent / "deploy"
COMMAND = "/opt/backstory/bin/backstory"
# systemd's own scale from 0 (safe) to 100; below 20 it says "OK".
MOST_EXPOSED = 20
WATCHDOG = 10
BOOT = 300
NOT_NEEDED = (
    *("systemd-networkd.service", "systemd-resolved.service", "systemd-logind.service", "getty.target"),
    *("console-getty.service", "apt-daily.timer", "apt-daily-upgrade.timer"),
)


def check() -> bool:
    """Nothing that systemd finds wrong, and a service that works under it."""
    image.build()
    faults = [*analysed(), *_booted()]
    for fault in faults:
        print(f"units: {fault}")
    print(f"units of systemd: {len(faults)} faults")
    return not faults


def analysed() -> Iterator[str]:
    """What `systemd-analyze` says of the units, as they would lie on a machine."""
    with tempfile.TemporaryDirectory() as name:
        units = [_laid(unit, Path(name)) for unit in sorted(DEPLOY.glob("backstory*.*")) if _is_unit(unit)]
        verified = _analyze("verify", "--man=no", *map(str, units))
        yield from verified.stderr.splitlines()
        for unit in units:
            if unit.suffix == ".service":
                rated = _analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit))
                if rated.returncode:
                    yield f"{unit.name} is exposed: {rated.stdout.strip().splitlines()[-1]}"


def _is_unit(file: Path) -> bool:
    return file.suffix in (".service", ".timer")


def _laid(unit: Path, folder: Path) -> Path:
    """The unit with a command that is there: this machine need not have Backstory in /opt."""
    laid = folder / unit.name
    laid.write_text(unit.read_text().replace(COMMAND, "/bin/true"))
    return laid


def _analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *words], capture_output=True, text=True, check=False
    )


def _booted() -> Iterator[str]:
    root, port = WORK / "machine", free_port()
    try:
        _make(root, port)
        with _machine(root) as machine:
            if (status := status_of(port, "/sign-in", within=BOOT)) != 200:
                yield f"under systemd the page to sign in is answered with {status}"
                yield machine.says("journalctl", "--unit", "backstory", "--lines", "15", "--output", "cat")
                return
            # It answers a moment before it says so.
            if not machine.becomes("ActiveState", "active", within=60):
                yield "the service answers and is never ready"
            yield from _unmade(root)
            machine.says("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "backstory")
            if not machine.becomes("NRestarts", "1", within=WATCHDOG * 4):
                yield "a service that hangs is not started anew"
            if (status := status_of(port, "/sign-in", within=BOOT)) != 200:
                yield f"after the watchdog the page to sign in is answered with {status}"
            yield from _not_said(machine)
            yield from _not_backed_up(machine, root)
            yield from _not_apart(machine, port)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _not_said(machine: "Machine") -> Iterator[str]:
    """Nothing, when a command works on the database of the service."""
    said = machine.says("backstory", "check")
    if "Mode: development." not in said:
        yield f"deploy/backstory.sh check: {said[-500:]}"


def _not_backed_up(machine: "Machine", root: Path) -> Iterator[str]:
    """Nothing, once the unit that the timer starts has left a backup where the others cannot write."""
    machine.says("systemctl", "start", "backstory-backup")
    if (result := machine.shows("Result", "backstory-backup")) != "success" or not [
        *(root / "var/backups/backstory").glob("*.backup")
    ]:
        yield f"the unit of the backup ends with {result}"
        yield machine.says("journalctl", "--unit", "backstory-backup", "--lines", "15", "--output", "cat")
    if machine.shows("ActiveState", "backstory-backup.timer") != "active":
        yield "the timer of the backup does not run"


def _not_apart(machine: "Machine", port: int) -> Iterator[str]:
    """Nothing, once `serve` and `work` have taken over from `start`."""
    # What starts the pages starts a worker, and stops the service that is both.
    machine.says("systemctl", "start", "backstory-web")
    if (status := status_of(port, "/health/ready", within=BOOT)) != 200:
        yield f"the pages alone are answered with {status}"
    for unit in ("backstory-web", "backstory-worker"):
        if not machine.becomes("ActiveState", "active", within=60, unit=unit):
            yield f"{unit} does not run"
            yield machine.says("journalctl", "--unit", unit, "--lines", "15", "--output", "cat")
    if machine.shows("ActiveState") == "active":
        yield "both ways run at the same time"
    machine.says("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "backstory-worker")
    if not machine.becomes("NRestarts", "1", within=60, unit="backstory-worker"):
        yield "a worker that dies is not started anew"


def _unmade(root: Path) -> Iterator[str]:
    """Nothing, once all documents of the demonstration are made inside the sandbox."""
    database = root / "var/lib/backstory/backstory.db"
    until, counted = time.monotonic() + 120, (0, 0)
    while time.monotonic() < until:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            counted = opened.execute(
                "SELECT count(*), count(done_at) FROM job WHERE kind = 'render_document'"
            ).fetchone()
        if counted[0] and counted[0] == counted[1]:
            return
        time.sleep(1)
    yield f"of {counted[0]} documents {counted[1]} are made in the sandbox"


def _make(root: Path, port: int) -> None:
    """A machine of the image, with systemd, the units, and made-up patients."""
    shutil.rmtree(root, ignore_errors=True)
    working = _say("buildah", "from", image.IMAGE)
    try:
        # Not copytree: it would read the devices in /dev, which never end.
        _say("cp", "--archive", "--one-file-system", _say("buildah", "mount", working), str(root))
    finally:
        _say("buildah", "rm", working)
    for lent in ("/etc/resolv.conf", "/etc/hosts"):
        shutil.copy(lent, root / lent[1:])
    _say(
        "chroot",
        str(root),
        "sh",
        "-c",
        "apt-get update -qq && DEBIAN_FRONTEND=noninteractive "
        "apt-get install -y -qq --no-install-recommends systemd systemd-sysv dbus",
    )
    _say("chroot", str(root), "userdel", "backstory")
    shutil.copy(DEPLOY / "backstory.sysusers", root / "usr/lib/sysusers.d/backstory.conf")
    for unit in filter(_is_unit, DEPLOY.glob("backstory*.*")):
        shutil.copy(unit, root / "etc/systemd/system")
    (root / "etc/backstory/secrets").mkdir(parents=True, mode=0o700)
    example = (DEPLOY / "settings.example").read_text()
    (root / "etc/backstory/settings").write_text(f"{example}BACKSTORY_MODE=development\n")
    shutil.copy(DEPLOY / "backstory.sh", root / "usr/local/sbin/backstory")
    (root / "etc/backstory/secrets/mail_server").write_text("smtp+starttls://u:p@mail.example.org:587\n")
    ours = f"PORT={port} BACKSTORY_MODE=development BACKSTORY_PUBLIC_URL=http://127.0.0.1:{port}"
    # The demonstration sends no e-mail: its addresses are made up.
    said = f"[Service]\nEnvironment={ours}\nEnvironmentFile=\nUnsetEnvironment=BACKSTORY_MAIL_SERVER_FILE\n"
    for unit in DEPLOY.glob("backstory*.service"):
        drop_in = root / f"etc/systemd/system/{unit.name}.d"
        drop_in.mkdir()
        hangs = f"WatchdogSec={WATCHDOG}\n" if "WatchdogSec" in unit.read_text() else ""
        (drop_in / "demonstration.conf").write_text(said + hangs)
    _say("chroot", str(root), "systemd-sysusers")
    _say("chroot", str(root), "install", "-d", "-o", "backstory", "-m", "700", "/var/backups/backstory")
    _say("chroot", str(root), "systemctl", "--quiet", "enable", "backstory.service", "backstory-backup.timer")
    _say("chroot", str(root), "systemctl", "--quiet", "mask", *NOT_NEEDED)


class Machine:
    """A booted machine, asked through its namespaces."""

    def __init__(self, first: str) -> None:
        self._inside = ["nsenter", "--target", first, "--mount", "--pid", "--ipc", "--uts", "--"]

    def says(self, *words: str) -> str:
        """What a command of it prints."""
        done = subprocess.run(
            [*self._inside, *words], capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout + done.stderr

    def shows(self, name: str, unit: str = "backstory") -> str:
        """A property of the unit."""
        return self.says("systemctl", "show", unit, "--property", name, "--value").strip()

    def becomes(self, name: str, value: str, within: float, unit: str = "backstory") -> bool:
        """Wait until the property has this value."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.shows(name, unit) == value:
                return True
            time.sleep(0.5)
        return False


@contextmanager
def _machine(root: Path) -> Iterator[Machine]:
    command = [
        "systemd-nspawn",
        "--quiet",
        "--directory",
        str(root),
        "--boot",
        "--register=no",
        "--keep-unit",
    ]
    process = subprocess.Popen(
        [*command, "--machine=backstory"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield Machine(_first_process(process))
    finally:
        # To nspawn: power it off.
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_process(nspawn: subprocess.Popen[bytes]) -> str:
    """The machine's process 1, seen from here."""
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return child
        time.sleep(0.2)
    raise RuntimeError("systemd does not boot here")


def _say(*command: str) -> str:
    """Run to the end, with the programs of a Debian root found; raises CalledProcessError."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env={"PATH": path, "HOME": "/root"}
    ).stdout.strip()
