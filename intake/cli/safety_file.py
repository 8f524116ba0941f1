"""`flask --app wsgi safety-file`: the papers of clinical risk management, in docs/safety.

Written from the program and from one file that the clinical safety officer keeps by hand (`officer.yaml`),
after DCB0129 for the maker and DCB0160 for the clinic. Nothing is scored or approved here.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import click

from intake.cli.source_tree import needs_source_tree
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.questions import Gate
from intake.red_flags import RED_FLAGS, SAFETY_VERSION, Urgency
from intake.red_flags.advice import CARDS
from intake.red_flags.contradictions import CONTRADICTIONS
from intake.red_flags.safety_version import content
from intake.red_flags.watch_list import WATCH
from intake.resources import SOURCE_TREE

FOLDER = SOURCE_TREE / "docs" / "safety"
OFFICER = FOLDER / "officer.yaml"
CHANGELOG = SOURCE_TREE / "CHANGELOG.md"
OPEN = "*open: for the clinical safety officer*"
_WRITTEN = "Written by `flask --app wsgi safety-file` from `officer.yaml`, the changelog and the program."


@click.command("safety-file")
def safety_file_command() -> None:
    """Write the papers of clinical risk management in docs/safety anew."""
    needs_source_tree()
    for name, text in papers(officers_file()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    click.echo(f"docs/safety: safety version {SAFETY_VERSION}")


def officers_file() -> Mapping[str, Any]:
    """What the officer keeps."""
    # Read by nothing that patients or staff use.
    import yaml

    said: Mapping[str, Any] = yaml.safe_load(OFFICER.read_text(encoding="utf-8"))
    return said


def papers(officer: Mapping[str, Any]) -> dict[str, str]:
    """Every paper by its file name."""
    made = {
        "intended-purpose.md": ("Intended purpose", _purpose(officer)),
        "risk-management-plan.md": ("Clinical risk management plan", _plan(officer)),
        "hazard-log.md": ("Hazard log", _hazards(officer)),
        "safety-case.md": ("Clinical safety case report", _case(officer)),
        "clinical-changes.md": ("Clinical changes of each release", _changes()),
        "incidents.md": ("When something went wrong", _incidents(officer)),
        "hand-over.md": ("For the clinic that uses it (DCB0160)", _hand_over(officer)),
    }
    return {name: f"# {title}\n\n{_WRITTEN}\n\n{body.strip()}\n" for name, (title, body) in made.items()}


def unscored(officer: Mapping[str, Any]) -> list[str]:
    """The hazards that nobody has scored before and after the controls."""
    return [
        hazard["id"]
        for hazard in officer["hazards"]
        if any(score is None for when in ("initial", "residual") for score in hazard[when].values())
    ]


def _purpose(officer: Mapping[str, Any]) -> str:
    said = officer["intended_purpose"]
    return (
        f"> {said['statement']}\n\n## Two ways to run it\n\n{_list(said['profiles'])}\n\n"
        f"## Whether it is a medical device\n\n{said['regulation'] or OPEN}"
    )


def _plan(officer: Mapping[str, Any]) -> str:
    said = officer["risk_management"]
    return (
        f"{_signed(officer)}\n\n{_list(said['plan'])}\n\n## Scores\n\nSeverity, from low to high: "
        f"{', '.join(said['severity'])}.\nLikelihood, from low to high: {', '.join(said['likelihood'])}.\n\n"
        f"Acceptable without further control: {said['acceptable'] or OPEN}"
    )


def _hazards(officer: Mapping[str, Any]) -> str:
    hazards = officer["hazards"]
    left = unscored(officer)
    intro = f"{len(hazards)} hazards, {len(left)} not scored yet. Tests are in `tests/`."
    return "\n\n".join([intro, *map(_hazard, hazards)])


def _hazard(hazard: Mapping[str, Any]) -> str:
    proof = "\n".join(f"  - `{test}`" for test in hazard.get("tests", ()))
    return (
        f"## {hazard['id']} {hazard['hazard']}\n\n"
        f"- Cause: {hazard['cause']}\n- Effect: {hazard['effect']}\n- Control: {hazard['control']}\n"
        f"- Before the control: {_score(hazard['initial'])}\n- After it: {_score(hazard['residual'])}\n"
        f"- Owner: {hazard['owner'] or OPEN}\n- Status: {hazard['status']}\n"
        + (f"- Tests of the control:\n{proof}" if proof else f"- Open: {hazard['open']}")
    )


def _score(score: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value if value is not None else OPEN}" for name, value in score.items())


def _case(officer: Mapping[str, Any]) -> str:
    """The skeleton: what is there to argue with, and what is still to be argued."""
    verdicts, hazards = content()["verdicts"], officer["hazards"]
    tiers = ", ".join(f"{_at(urgency)} {urgency.name}" for urgency in reversed(Urgency))
    gates = sum(isinstance(question, Gate) for question in QUESTIONS.values())
    tested = sum("tests" in hazard for hazard in hazards)
    facts = (
        f"Safety version: `{SAFETY_VERSION}`",
        f"{len(PAGES)} pages, {len(QUESTIONS)} questions and boxes, {gates} of them before others",
        f"{len(RED_FLAGS)} rules: {tiers}",
        f"{len(CARDS)} texts of advice, {len(WATCH)} entries of watched words",
        f"{len(CONTRADICTIONS)} kinds of answers that do not fit each other",
        f"{verdicts['vignettes']} vignettes and {verdicts['cases']} cases, digest `{verdicts['digest']}`",
        f"{tested} of {len(hazards)} hazards name a test; `make mutate-hazards` breaks their controls",
        f"{len(unscored(officer))} hazards not scored",
    )
    argued = "\n\n".join(f"## {title}\n\n{text}" for title, text in _arguments())
    return f"{_signed(officer)}\n\n## What this release is\n\n{_list(facts)}\n\n{argued}"


def _at(urgency: Urgency) -> int:
    """How many rules there are of a tier."""
    return sum(rule.urgency is urgency for rule in RED_FLAGS)


def _arguments() -> Iterable[tuple[str, str]]:
    yield "Intended purpose", "See [intended-purpose.md](intended-purpose.md)."
    yield "Hazards and controls", "See [hazard-log.md](hazard-log.md) and [the rules](../safety.md)."
    yield (
        "Whom the rules reach",
        "`flask --app wsgi safety-benchmark`. The sets there were used in development and are no estimate. "
        "The figures of a blind set, with their bounds, belong here: " + OPEN,
    )
    yield "Residual risk and conclusion", OPEN


def _changes() -> str:
    """The clinical part of each version in the changelog, newest first."""
    versions = re.split(r"^## ", CHANGELOG.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    told = "`flask --app wsgi safety-diff` says every change in words."
    return "\n\n".join([told, *filter(None, map(_clinical, versions))])


def _clinical(version: str) -> str:
    found = re.search(r"^### Clinical\n\n(.*?)(?=^### |\Z)", version, flags=re.MULTILINE | re.DOTALL)
    name = version.split("\n", 1)[0]
    # Seen from the folder of the papers.
    said = found[1].strip().replace("](docs/", "](../") if found else ""
    return f"## {name}\n\n{said}" if said else ""


def _incidents(officer: Mapping[str, Any]) -> str:
    said = officer["incidents"]
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(said["steps"], 1))
    return f"Report to: {said['contact'] or OPEN}\n\n{steps}"


def _hand_over(officer: Mapping[str, Any]) -> str:
    boxes = "\n".join(f"- [ ] {step}" for step in officer["hand_over"])
    return (
        f"Safety version `{SAFETY_VERSION}`. Before the first patient:\n\n{boxes}\n\n"
        "Done by, role, date: ______________________________"
    )


def _signed(officer: Mapping[str, Any]) -> str:
    who = officer["officer"]
    registration = who["registration"] or OPEN
    return f"Clinical safety officer: {who['name'] or OPEN}, {who['role']}, registration {registration}"


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
