"""What the project is built from: locked, explained, and reachable by its commands."""

import re
from pathlib import Path

import pytest

from setup import sbom

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("wanted", ["requirements.in", "requirements-dev.in", "requirements-release.in"])
def test_every_dependency_has_its_reason_written_down(wanted):
    names = re.findall(r"^([a-z][\w.-]*)", (ROOT / wanted).read_text(), re.MULTILINE)
    reasons = (ROOT / "docs/decisions/0001-dependencies.md").read_text()

    unexplained = [name for name in names if not re.search(rf"\b{re.escape(name)}\b", reasons)]

    assert names
    assert unexplained == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-release.txt"])
def test_every_locked_package_is_held_by_its_hash_and_names_no_host(lock):
    text = (ROOT / lock).read_text()
    packages = re.split(r"\n(?=[a-z])", text)

    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_the_two_locks_agree():
    def pinned(lock: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))

    assert pinned("requirements.txt") <= pinned("requirements-dev.txt")


def test_every_command_of_the_makefile_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text()
    commands = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)

    assert commands is not None
    explained = set(re.findall(r"^([a-z-]+):.*## \w", makefile, re.MULTILINE))
    assert set(commands[1].split()) - explained == set()


def test_the_list_of_what_runs_names_this_version_and_every_licence():
    def listed(*names: str) -> dict:
        return {
            "metadata": {"component": {"bom-ref": "root", "name": "backstory"}},
            "components": [{"bom-ref": f"{name}==1", "name": name} for name in names],
            "dependencies": [{"ref": "root"}, {"ref": "Flask==1", "dependsOn": ["click==1"]}],
        }

    wanted = sbom.wanted_in((ROOT / "requirements.in").read_text())
    licences = sbom.licences_in((ROOT / "docs/decisions/0001-dependencies.md").read_text())

    done = sbom.finished(listed("Flask", "Huey", "click"), "9.9", wanted, licences)

    assert done["metadata"]["component"]["purl"] == "pkg:pypi/backstory@9.9"
    assert {"ref": "root", "dependsOn": ["Flask==1", "Huey==1"]} in done["dependencies"]
    assert len(done["dependencies"]) == 2
    huey = next(each for each in done["components"] if each["name"] == "Huey")
    assert huey["licenses"] == [{"license": {"acknowledgement": "concluded", "id": "MIT"}}]
    assert "licenses" not in next(each for each in done["components"] if each["name"] == "click")
