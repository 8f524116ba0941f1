"""`flask --app wsgi screen FILE`: every red flag on made-up or past answers, for safety reviewers.

Pure: no database, no settings, no clock. A bad line is answered in its place and does not stop the others.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import click

from intake.cli.cases import LONGEST_CASE, BadCase, Case, read_case
from intake.questionnaire.journey import Journey
from intake.red_flags import screen
from intake.red_flags.contradictions import misfits
from intake.red_flags.watch import mentions, text_findings


@click.command("screen")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--all", "everything", is_flag=True, help="Also free text, and answers that do not fit each other."
)
def screen_command(file: BinaryIO, everything: bool) -> None:
    """Try every red flag on JSON Lines {"id", "on", "answers"} from FILE, or - for standard input.

    For each line, in order, a JSON object is printed: urgency, findings, and the rules not assessed; with
    --all also what the free text says (mentions) and which answers do not fit each other (contradictions),
    where there are any: they change no urgency here. A bad line gets an error with its number, and the exit
    code is 1.
    """
    bad = 0
    for number, line in numbered(file):
        verdict = screened(line, number, everything)
        bad += "error" in verdict
        click.echo(json.dumps(verdict))
    if bad:
        raise click.exceptions.Exit(1)


def screened(line: bytes, number: int, everything: bool = False) -> dict[str, Any]:
    """What is printed for one line: the screening, or what is wrong with line `number`."""
    try:
        return _said(read_case(line), everything)
    except BadCase as problem:
        known = {} if problem.id is None else {"id": problem.id}
        return {"line": number, **known, "error": str(problem)}


def _said(case: Case, everything: bool) -> dict[str, Any]:
    journey = Journey(case.answers, case.on)
    screening = screen(journey)
    said: dict[str, Any] = {
        "id": case.id,
        "urgency": screening.urgency.name if screening.urgency else None,
        "findings": [
            {
                "rule": finding.rule.id,
                "urgency": finding.urgency.name,
                "certainty": finding.certainty,
                "because": list(finding.because),
            }
            for finding in screening.findings
        ],
        "not_assessed": [rule.id for rule in screening.not_assessed],
    }
    beside = _beside(journey) if everything else {}
    return said | beside | ({"ignored": list(case.ignored)} if case.ignored else {})


def _beside(journey: Journey) -> dict[str, Any]:
    """What is no rule on answers, where there is any."""
    found = {
        "mentions": _mentions(journey),
        "contradictions": [misfit.contradiction.id for misfit in misfits(journey)],
    }
    return {name: each for name, each in found.items() if each}


def _mentions(journey: Journey) -> list[dict[str, Any]]:
    """What the free text says beside the answers; the tier above stays that of the rules alone."""
    by_words = [
        {"rule": finding.rule.id, "urgency": finding.urgency.name, "because": list(finding.because)}
        for finding in text_findings(journey)
    ]
    doubted = [
        {
            "rule": "R-FT-1",
            "urgency": mention.urgency.name,
            "entry": mention.entry,
            "question": mention.question,
        }
        for mention in mentions(journey)
    ]
    return by_words + doubted


def numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank. Of a line too long to be a case, only its beginning is kept."""
    number = 0
    while line := file.readline(LONGEST_CASE + 2):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_CASE)
        if line.strip() or len(line) > LONGEST_CASE:
            yield number, line
