"""What proves a claim, and what came of it: tests that are run now, commands whose last result is kept."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
# Written by `make conformance`, one entry for each check.
RESULTS = ROOT / ".conformance/results.json"
PASSED, FAILED, NOT_RUN = "passed", "FAILED", "not run"
# Tests that take minutes, run only when they are asked for.
LONG = ("e2e/test_five_people.py::test_from_the_link_to_the_receipt",)


@dataclass(frozen=True)
class Outcome:
    """What came of a proof, of which commit and on which day."""

    result: str = NOT_RUN
    commit: str = ""
    on: str = ""

    @property
    def words(self) -> str:
        """As a paper says it."""
        return self.result if self.result == NOT_RUN else f"{self.result} on {self.on} at {self.commit}"


Outcomes = Mapping[str, Outcome]


def exists(proof: str) -> bool:
    """The test or the check of this name is there."""
    if proof.startswith("make conformance "):
        return proof.removeprefix("make conformance ") in _checks()
    file, _, test = proof.partition("::")
    path = TESTS / file
    return path.exists() and f"def {test}(" in path.read_text(encoding="utf-8")


def commit() -> str:
    """What is looked at: a commit, and whether something was changed since."""
    at = _git("rev-parse", "--short=12", "HEAD")
    return f"{at} with changes" if _git("status", "--porcelain", "--untracked-files=no") else at


def run(proofs: Iterable[str], *, long: bool = False) -> dict[str, Outcome]:
    """Run the tests among these, and look up what the commands gave last."""
    wanted = sorted(set(proofs))
    tests = [each for each in wanted if "::" in each and (long or each not in LONG)]
    return {each: Outcome() for each in wanted} | _kept(wanted) | _tested(tests)


def _tested(tests: list[str]) -> dict[str, Outcome]:
    report = ROOT / "dist/evidence/tests.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    chosen = ["-m", "", *(f"tests/{each}" for each in tests)]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        f"--junitxml={report}",
        *chosen,
    ]
    subprocess.run(command, cwd=ROOT, check=False)
    if not report.exists():
        return {}
    passed = passed_in(report.read_text(encoding="utf-8"))
    now, at = f"{datetime.now(UTC):%Y-%m-%d}", commit()
    return {each: Outcome(PASSED if passed[each] else FAILED, at, now) for each in tests if each in passed}


def passed_in(report: str) -> dict[str, bool]:
    """By test, whether it passed in all its forms: what failed, broke or was skipped did not."""
    passed: dict[str, bool] = {}
    for case in ElementTree.fromstring(report).iter("testcase"):
        whole = not any(child.tag in ("failure", "error", "skipped") for child in case)
        passed[_name(case)] = passed.get(_name(case), True) and whole
    return passed


def _name(case: ElementTree.Element) -> str:
    """The test as it is named here, whatever its parameters."""
    file = case.get("classname", "").removeprefix("tests.").replace(".", "/")
    return f"{file}.py::{case.get('name', '').partition('[')[0]}"


def _kept(proofs: Iterable[str]) -> dict[str, Outcome]:
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    named = {f"make conformance {check}": Outcome(**result) for check, result in kept.items()}
    return {each: named[each] for each in proofs if each in named}


def _checks() -> tuple[str, ...]:
    from conformance.__main__ import CHECKS

    return tuple(CHECKS)


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=False, capture_output=True, text=True)
    return done.stdout.strip()
