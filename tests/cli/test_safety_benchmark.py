"""The `safety-benchmark` command: the figures of a file of people, and what is wrong with a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from intake.cli import safety_benchmark
from intake.cli.binomial import upper_bound
from intake.cli.safety_benchmark import NO_ESTIMATE, safety_benchmark_command
from intake.demo.vignettes import VIGNETTES, Vignette, answers_of, vignette
from tests.answering import ON

EMERGENCY = next(case for case in VIGNETTES if case.urgency == "EMERGENCY")
ORDINARY = vignette("V01")


def test_a_blind_file_is_counted_with_bounds_and_every_miss(tmp_path: Path) -> None:
    people = [
        person(EMERGENCY, at_least="EMERGENCY", at_most="EMERGENCY", id="found"),
        person(ORDINARY, at_least="SAME_DAY", at_most="EMERGENCY", id="missed", story="Looks well."),
        person(ORDINARY, at_least=None, at_most="NOTE", id="ordinary"),
        person(EMERGENCY, at_least=None, at_most="PRIORITY", id="alarmed"),
    ]

    result = run(tmp_path, people)

    assert result.exit_code == 0
    assert "contact found 1 of 2" in result.output
    assert "emergencies found 1 of 1" in result.output
    assert "SAME_DAY or more 1 of 2" in result.output
    assert "need contact and do not get it: 1 of 2; 95 % upper bound 97.5 %" in result.output
    assert "outside: missed (set 4): nothing, wanted SAME_DAY to EMERGENCY. Looks well." in result.output
    assert "outside: alarmed (set 4): EMERGENCY, wanted nothing to PRIORITY" in result.output
    assert NO_ESTIMATE not in result.output


def test_the_development_sets_are_said_to_be_no_estimate_and_have_no_bound() -> None:
    result = CliRunner().invoke(safety_benchmark_command, [])

    assert result.exit_code == 0
    assert NO_ESTIMATE in result.output
    assert "upper bound" not in result.output
    assert "Set 3: contact found 59 of 62" in result.output


def test_without_the_development_sets_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(safety_benchmark, "DEVELOPMENT", tmp_path / "none.jsonl")

    result = CliRunner().invoke(safety_benchmark_command, [])

    assert result.exit_code == 1
    assert "and not here" in result.output


BAD = [
    ("{", "line 2: not JSON"),
    (json.dumps({"id": "a", "on": "2026-11-22", "answers": {}}), "line 2: at_least is missing"),
    (
        json.dumps({"id": "a", "on": "2026-11-22", "answers": {}, "at_least": "SOON", "at_most": None}),
        "line 2: at_least is no tier",
    ),
    (
        json.dumps({"id": "a", "on": "2026-11-22", "answers": {}, "at_least": [], "at_most": None}),
        "line 2: at_least is no tier",
    ),
    (
        json.dumps({"id": "a", "on": "2026-11-22", "answers": {}, "at_least": "NOTE", "at_most": None}),
        "line 2: at_most lies below at_least",
    ),
]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_a_bad_line_is_told_and_the_others_are_counted(tmp_path: Path, line: str, problem: str) -> None:
    good = person(ORDINARY, at_least=None, at_most="NOTE", id="ordinary")

    result = run(tmp_path, [good, line])

    assert result.exit_code == 1
    assert problem in result.output
    assert "ordinary in range 1 of 1" in result.output


@pytest.mark.parametrize(
    ("found", "of", "bound"),
    # 0 of n: 1 - 0.05 ** (1 / n). The others are from printed tables of Clopper and Pearson's limits.
    [
        (0, 1, 0.95),
        (0, 59, 0.0495),
        (0, 100, 0.0295),
        (1, 10, 0.3942),
        (2, 10, 0.5069),
        (5, 20, 0.4556),
        (10, 10, 1),
    ],
)
def test_the_upper_bound_is_the_exact_one(found: int, of: int, bound: float) -> None:
    assert upper_bound(found, of) == pytest.approx(bound, abs=0.0001)


def test_nobody_looked_at_excludes_nothing() -> None:
    assert upper_bound(0, 0) == 1


def person(case: Vignette, **said: Any) -> str:
    answers = answers_of(case, ON).to_json()
    return json.dumps({"set": 4, "on": ON.isoformat(), "answers": answers, **said})


def run(folder: Path, lines: list[str]) -> Result:
    file = folder / "people.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CliRunner().invoke(safety_benchmark_command, [str(file)])
