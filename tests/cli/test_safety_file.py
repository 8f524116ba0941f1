"""The papers of clinical risk management say what is so."""

import re
from pathlib import Path

import pytest
import yaml

from intake.cli.safety_file import FOLDER, OFFICER, officers_file, papers, unscored
from tests.mutation.hazards import BREACHES, ROOT

TESTS = Path(__file__).parents[1]
HAZARDS = officers_file()["hazards"]


@pytest.mark.parametrize("name", list(papers(officers_file())))
def test_a_paper_is_up_to_date(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")

    assert written == papers(officers_file())[name], "run: flask --app wsgi safety-file"


def test_every_hazard_of_the_specification_is_in_the_log_once_and_in_order() -> None:
    assert [hazard["id"] for hazard in HAZARDS] == [f"H-{number:02}" for number in range(1, 45)]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_hazard_names_tests_that_are_there_or_says_why_it_is_open(hazard: dict) -> None:
    gone = [test for test in hazard.get("tests", ()) if not is_there(test)]

    assert gone == []
    assert bool(hazard.get("tests")) != bool(hazard.get("open"))


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_every_control_is_broken_once_and_the_test_that_notices_is_named(hazard: dict) -> None:
    """`make mutate-hazards` breaks them; here only that none is left out, and each has something to break."""
    breaches = [breach for breach in BREACHES if breach.hazard == hazard["id"]]
    gone = [breach.what for breach in breaches if breach.old not in (ROOT / breach.file).read_text()]

    assert breaches
    assert gone == []
    assert {breach.test for breach in breaches} <= set(hazard["tests"])


def test_nothing_is_scored_by_anybody_but_the_officer() -> None:
    """What is not decided is said to be open, and never filled in."""
    log = papers(officers_file())["hazard-log.md"]

    assert f"{len(unscored(officers_file()))} not scored yet" in log
    assert "severity None" not in log


def test_what_the_officer_decides_is_in_the_papers() -> None:
    officer = yaml.safe_load(OFFICER.read_text(encoding="utf-8"))
    officer["officer"]["name"] = "Dr Safe"
    officer["hazards"][0]["initial"] = {"severity": "major", "likelihood": "low"}

    made = papers(officer)

    assert "Clinical safety officer: Dr Safe" in made["safety-case.md"]
    assert "Before the control: severity major, likelihood low" in made["hazard-log.md"]


def is_there(test: str) -> bool:
    file, _, name = test.partition("::")
    path = TESTS / file
    return path.is_file() and re.search(rf"def {name}\(", path.read_text(encoding="utf-8")) is not None
