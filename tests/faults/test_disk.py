"""The disk is full, or fails (SQLite): the page says so, keeps what was typed, and goes on later.

A small disk is mounted, and `strace` makes calls of the processes fail: both need root.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.invariants import broken
from tests.faults.phones import Notes, in_use
from tests.faults.running import Visits, running, say

pytestmark = pytest.mark.long_faults

SIZE = "24m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A clinic's folder, whose data lie on a disk of their own."""
    assert os.geteuid() == 0, "A small disk is mounted for this test: it needs root."
    (tmp_path / "data").mkdir(mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(tmp_path / "data")]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert mounted.returncode == 0, f"This test needs to mount a tmpfs: {mounted.stderr}"
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path / "data")], check=True)


def test_a_full_disk_takes_no_page_and_goes_on_when_there_is_room(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, filler = Notes(), small_disk / "data" / "filler"
    with running(small_disk) as clinic:
        with in_use(3, Visits(clinic, notes), notes):
            for _ in range(2):
                time.sleep(4)
                _fill(filler)
                refused, until = notes.refused, time.monotonic() + 60
                while notes.refused < refused + 3 and time.monotonic() < until:
                    time.sleep(0.2)
                filler.unlink()
            time.sleep(4)
        clinic.stops()
        found = broken(clinic.database, notes.told(canaries=("Zyzzyva",), files=(clinic.log,)))

    say(capsys, "Twice a full disk", notes, found)
    assert found == []
    assert notes.refused >= 6
    assert notes.sent


@pytest.mark.parametrize(
    "injected",
    [
        "fsync,fdatasync:error=EIO:when=30+3",
        "pwrite64:error=ENOSPC:when=200+61",
        "pwrite64:error=EROFS:when=200+61",
        "pwrite64:error=EIO:when=200+61",
    ],
)
def test_a_disk_that_fails_now_and_then_loses_nothing(
    injected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strace = shutil.which("strace")
    assert strace, "This test makes system calls fail: apt-get install strace"
    notes, calls = Notes(), injected.partition(":")[0]
    before = [strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={injected}"]
    with running(tmp_path, before=before) as clinic:
        with in_use(2, Visits(clinic, notes), notes):
            time.sleep(25)
        clinic.stops()
        found = broken(clinic.database, notes.told(canaries=("Zyzzyva",), files=(clinic.log,)))

    say(capsys, injected, notes, found)
    assert found == []
    assert notes.refused
    assert notes.pages


def _fill(filler: Path) -> None:
    """Until there is no room for another byte."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
