"""The cases made from the specification, read from `cases.jsonl`. Nothing in the project writes that file."""

import ast
import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.red_flags import Screening

FILE = Path(__file__).with_name("cases.jsonl")
NEAR = Path(__file__).with_name("near.jsonl")


@dataclass(frozen=True)
class Case:
    """A made-up person and the whole verdict. `raised`: the atom decides; else only the atom is missing."""

    id: str
    rule: str
    raised: bool
    on: date
    answers: Answers
    urgency: str | None
    fires: dict[str, str]
    # What is compared, the sign and the limit, where the atom is a comparison.
    limit: tuple[str, str, str] | None = None
    # The question, where the atom is a plain "yes".
    yes: str | None = None

    @property
    def journey(self) -> Journey:
        return Journey(self.answers, self.on)


@cache
def cases() -> tuple[Case, ...]:
    """All of them, in the order of the file."""
    with FILE.open(encoding="utf-8") as lines:
        defaults = json.loads(next(lines))["defaults"]
        return tuple(_case(json.loads(line), defaults) for line in lines)


@cache
def near() -> tuple[Case, ...]:
    """People one answer away from a case, where a part of a rule decides that no case is about."""
    by_id = {case.id: case for case in cases()}
    with NEAR.open(encoding="utf-8") as lines:
        return tuple(_near(json.loads(line), by_id) for line in lines)


@cache
def cases_of(rule_id: str) -> tuple[Case, ...]:
    """Those of one rule."""
    return tuple(case for case in cases() if case.rule == rule_id)


def fires(screening: Screening) -> dict[str, str]:
    """The verdict as the cases write it: rule to tier, "?" behind a rule that fires only on "not sure"."""
    return {
        finding.rule.id + ("?" if finding.unsure else ""): finding.urgency.name
        for finding in screening.findings
    }


def _case(line: dict[str, Any], defaults: dict[str, Any]) -> Case:
    said = {**defaults, **line["answers"], "dob": line["dob"]}
    said.pop("age", None)
    given = {id: raw for id, raw in said.items() if id not in line.get("unanswered", ())}
    return Case(
        line["id"],
        line["rule"],
        line["kind"] == "raised",
        date.fromisoformat(line["on"]),
        Answers({id: value for id, raw in given.items() if (value := QUESTIONS[id].parse(raw)) is not None}),
        line["urgency"],
        line["fires"],
        _limit(line["atom"]),
        _yes(line["atom"]),
    )


def _limit(atom: str) -> tuple[str, str, str] | None:
    kind, *said = ast.literal_eval(atom)
    if kind != "cmp":
        return None
    name, sign, limit = str(said[0]).split()
    return name, sign, limit


def _yes(atom: str) -> str | None:
    kind, *said = ast.literal_eval(atom)
    return str(said[0]) if kind == "y" else None


def _near(line: dict[str, Any], by_id: dict[str, Case]) -> Case:
    of = by_id[line["of"]]
    changed = {**dict.fromkeys(line["unanswered"]), **line["answers"]}
    parsed = {id: QUESTIONS[id].parse(raw) for id, raw in changed.items()}
    return replace(
        of, id=line["id"], answers=of.answers.merged(parsed), fires=line["fires"], limit=None, yes=None
    )
