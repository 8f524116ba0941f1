"""Builds the image with deploy/build.sh and runs it as deploy/compose.yaml does: read-only, without rights.

Its base is made of Debian's own packages unless BASE names an image: no registry of images is needed.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from conformance import HERE, free_port
from intake import __version__

IMAGE = f"localhost/backstory:{__version__}"
USER = 10001
FONTS = ("Noto Sans", "WenQuanYi Micro Hei")
# Some machines mount two generations of control groups, which crun refuses; the image needs neither.
PRIVATELY = ("unshare", "--mount", "sh", "-c", 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"', "sh")
LIKE_COMPOSE = (
    *("--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp:size=256m,mode=1777"),
    *("--cap-drop", "all", "--security-opt", "no-new-privileges"),
    *("--network", "host", "--cgroups", "disabled", "--no-healthcheck"),
    *("--ulimit", "nofile=8192:8192", "--ulimit", "nproc=4096:4096"),
)
WRITABLE = ("/data", "/keys", "/tmp", "/dev", "/proc")


@cache
def build() -> None:
    """Build the image, once; raises CalledProcessError."""
    own = {"BASE": os.environ.get("BASE", "debootstrap"), "BUILDAH_ISOLATION": "chroot"}
    script = str(HERE.parent / "deploy/build.sh")
    subprocess.run([script, "--network", "host"], env=os.environ | own, check=True, stdout=subprocess.DEVNULL)


def check() -> bool:
    """The image is built, runs as compose.yaml lets it, and does what it is for."""
    build()
    with tempfile.TemporaryDirectory() as name:
        image = Container(Path(name))
        faults = [*_of_the_root(image), *_of_what_it_makes(image), *_of_a_clinic(image)]
    for fault in faults:
        print(f"image: {fault}")
    print(f"{IMAGE}: {len(faults)} faults")
    return not faults


class Container:
    """The image with two folders for /data and /keys."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.folders: list[str] = []
        for name in ("data", "keys"):
            (folder / name).mkdir(mode=0o700)
            os.chown(folder / name, USER, USER)
            self.folders += ["--volume", f"{folder / name}:/{name}"]

    def command(self, *words: str, options: Sequence[str] = ()) -> list[str]:
        """How podman is asked to run this."""
        return [*PRIVATELY, "podman", "run", "--rm", *LIKE_COMPOSE, *self.folders, *options, IMAGE, *words]

    def says(self, *words: str, entry: bool = False) -> subprocess.CompletedProcess[str]:
        """Run to the end: a command of Backstory, or with `entry` any program."""
        options = ["--env", "BACKSTORY_MODE=development", *(["--entrypoint", ""] if entry else [])]
        return subprocess.run(
            self.command(*words, options=options), capture_output=True, text=True, check=False, timeout=300
        )


def _of_the_root(image: Container) -> Iterator[str]:
    """Who it is, and where it can write."""
    if (who := image.says("id", "-u", entry=True).stdout.strip()) != str(USER):
        yield f"it runs as user {who}"
    where = image.says("find", "/", "-xdev", "-writable", "-not", "-type", "l", entry=True).stdout.split()
    elsewhere = [path for path in where if not path.startswith(WRITABLE)]
    yield from (f"{path} can be written" for path in elsewhere[:20])
    as_others = image.says("find", "/usr", "/opt", "-xdev", "-perm", "/6000", "-type", "f", entry=True).stdout
    yield from (f"{path} runs as another user" for path in as_others.split())
    status = image.says("cat", "/proc/self/status", entry=True).stdout
    if "NoNewPrivs:\t1" not in status or "CapBnd:\t0000000000000000" not in status:
        yield "it has rights, or may get some"
    facts = image.command("check")
    refused = subprocess.run(facts, capture_output=True, text=True, check=False, timeout=120)
    if refused.returncode == 0 or "BACKSTORY_CLINIC_PHONE" not in refused.stderr:
        yield "it starts for real patients without the facts of the clinic"


def _of_what_it_makes(image: Container) -> Iterator[str]:
    """Fonts and Pango are in it."""
    fonts = image.says("fc-list", ":", "family", entry=True).stdout
    yield from (f"it lacks the font {font}" for font in FONTS if font not in fonts)
    made = image.says("render", "V05", "--format", "pdf", "-o", "/tmp/summary.pdf")
    if made.returncode:
        yield f"it makes no PDF: {made.stderr.strip()[-500:]}"


def _of_a_clinic(image: Container) -> Iterator[str]:
    """It fills the demonstration, answers, is healthy, and ends in order."""
    with _running(image) as (name, port, process):
        if (status := status_of(port, "/sign-in", within=180)) != 200:
            yield f"the page to sign in is answered with {status}"
        listed = json.loads(_inside(name, "backstory", "demo", "--json").stdout or "{}")
        if len(listed.get("patients", ())) < 3:
            yield "there are no made-up patients"
        for patient in listed.get("patients", ())[:1]:
            if (status := status_of(port, "/i/" + patient["link"].rpartition("/")[2])) != 200:
                yield f"the link of a patient is answered with {status}"
        healthy = _inside(name, *_health_check())
        if healthy.returncode:
            yield f"it is not healthy: {healthy.stderr.strip()[-200:]}"
        first = _inside(name, "cat", "/proc/1/comm").stdout.strip()
        if first != "tini":
            yield f"process 1 is {first}"
        subprocess.run(["podman", "kill", "--signal", "TERM", name], capture_output=True, check=False)
        try:
            ended = process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            yield "it does not end when it is told to"
        else:
            if ended not in (0, 130, 143):
                yield f"it ends with {ended}"
    checked = image.says("check")
    if checked.returncode:
        yield f"what it leaves behind is not whole: {checked.stderr.strip()[-500:]}"


@contextmanager
def _running(image: Container) -> Iterator[tuple[str, int, subprocess.Popen[bytes]]]:
    name, port = f"backstory-{os.getpid()}", free_port()
    options = ["--name", name, "--env", "BACKSTORY_MODE=development", "--env", f"PORT={port}"]
    process = subprocess.Popen(
        image.command("start", "--host", "127.0.0.1", options=options), stdout=subprocess.DEVNULL
    )
    try:
        yield name, port, process
    finally:
        subprocess.run(["podman", "rm", "--force", "--time", "5", name], capture_output=True, check=False)
        process.wait(timeout=60)


def _inside(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run in the container that is at work."""
    return subprocess.run(
        [*PRIVATELY, "podman", "exec", name, *words], capture_output=True, text=True, check=False, timeout=120
    )


def _health_check() -> list[str]:
    """The command by which Docker and Podman ask."""
    said = subprocess.check_output(["podman", "image", "inspect", IMAGE], text=True)
    kind, *words = json.loads(said)[0][
        "HealthCheck" if "HealthCheck" in json.loads(said)[0] else "Healthcheck"
    ]["Test"]
    assert kind == "CMD", kind
    return [str(word) for word in words]


def status_of(port: int, path: str, within: float = 30) -> int:
    """What a clinic on this machine answers, once it is open; 0 when it never is."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except (URLError, OSError):
            time.sleep(0.3)
    return 0
