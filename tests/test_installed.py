"""`pip install .` gives a whole Backstory: the wheel is built, installed away from the checkout, and run."""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from intake import __version__
from intake.cli import COMMANDS
from tests.cli.test_clinic import FACTS

CHECKOUT = Path(__file__).parents[1]
CLINIC = "intake.example.org"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
MADE_BY_RUNNING = {".pyc", ".pot"}


@dataclass(frozen=True)
class Installation:
    """The `backstory` command of an environment of its own, and an empty folder in which it runs."""

    command: Path
    folder: Path

    def run(self, *words: str, **environment: str) -> str:
        done = subprocess.run(
            [self.command, *words],
            cwd=self.folder,
            env=self._environment(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def started(self, port: int, **environment: str) -> Iterator[None]:
        """`backstory start`, until the block ends."""
        with (self.folder / "said.txt").open("wb") as said:
            process = subprocess.Popen(
                [self.command, "start"],
                cwd=self.folder,
                env=self._environment(environment | {"PORT": str(port)}),
                stdout=said,
                stderr=said,
            )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        ours = ("BACKSTORY_", "COVERAGE_", "FLASK_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return kept | {"BACKSTORY_DATA_DIR": str(self.folder / "data")} | more


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the backend that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheel")
    offline = ("--no-deps", "--no-build-isolation", "--no-index")
    subprocess.run([*PIP, "wheel", *offline, "--wheel-dir", str(folder), str(CHECKOUT)], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in a fresh environment, with the libraries of this one beside it."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin/python"
    packages = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    ).strip()
    libraries = sysconfig.get_path("purelib")
    Path(packages, "libraries.pth").write_text(f"import site; site.addsitedir({libraries!r})\n")
    offline = ("--no-deps", "--no-index", "--ignore-installed")
    subprocess.run([*PIP, "--python", str(python), "install", *offline, str(wheel)], check=True)
    working = folder / "elsewhere"
    working.mkdir()
    return Installation(environment / "bin/backstory", working)


def test_the_wheel_carries_every_file_that_the_application_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())

    wanted = set(_files("intake", "intake"))
    for folder in ("migrations", "static", "templates"):
        wanted |= set(_files(folder, f"intake/_resources/{folder}"))

    assert wanted - carried == set()
    assert {name.split("/")[0] for name in carried} == {"intake", f"backstory-{__version__}.dist-info"}


def test_the_wheel_asks_for_what_requirements_in_names(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"backstory-{__version__}.dist-info/METADATA").decode()

    asked = re.findall(r"^Requires-Dist: (\S+)", metadata, re.MULTILINE)
    named = re.findall(r"^([a-z]\S+)", (CHECKOUT / "requirements.in").read_text(), re.MULTILINE)

    assert sorted(asked) == sorted(named)


def test_help_needs_no_settings_and_names_every_command(installed: Installation) -> None:
    said = installed.run("--help", BACKSTORY_MODE="no such mode")

    # `start` uses it, and no person does.
    for_people = set(COMMANDS) - {"work-beside"}
    assert for_people <= set(re.findall(r"^  ([a-z-]+) ", said, re.MULTILINE))


def test_an_installed_backstory_makes_its_tables_and_serves_its_pages(installed: Installation) -> None:
    adding = ("add-user", "ada@clinic.example", "--name", "Ada Example", "--role", "admin")
    added = installed.run(*adding, "--password", "correct horse battery", **FACTS)
    assert "Ada Example can sign in" in added

    port = _free_port()
    with installed.started(port, **FACTS):
        page = _read(port, "/sign-in").decode()
        style = re.search(r'href="(/static/css/[^"]+)"', page)
        assert style is not None
        styles = _read(port, style[1])

    assert "Sign in" in page
    assert styles == (CHECKOUT / "static/css/backstory.css").read_bytes()


def test_an_installed_backstory_makes_documents(installed: Installation) -> None:
    installed.run("render", "V05", "--format", "pdf", "-o", "summary.pdf")

    assert (installed.folder / "summary.pdf").read_bytes().startswith(b"%PDF-")


def _files(folder: str, carried_as: str) -> Iterator[str]:
    for file in (CHECKOUT / folder).rglob("*"):
        if file.is_file() and file.suffix not in MADE_BY_RUNNING:
            yield f"{carried_as}/{file.relative_to(CHECKOUT / folder).as_posix()}"


def _read(port: int, path: str) -> bytes:
    """What the clinic answers, once it is open."""
    until = time.monotonic() + 60
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", path, headers={"Host": CLINIC})
            answer = connection.getresponse()
            assert answer.status == 200, f"{path}: {answer.status}"
            return answer.read()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "it never opened"
            time.sleep(0.1)
        finally:
            connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
