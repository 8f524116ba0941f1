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


@click.command("screen")
@click.argument("file", type=click.File("rb"))
def screen_command(file: BinaryIO) -> None:
    """Try every red flag on JSON Lines {"id", "on", "answers"} from FILE, or - for standard input.

    For each line, in order, a JSON object is printed: urgency, findings, and the rules not assessed. A bad
    line gets an error with its number, and the exit code is 1.
    """
    bad = 0
    for number, line in _numbered(file):
        verdict = screened(line, number)
        bad += "error" in verdict
        click.echo(json.dumps(verdict))
    if bad:
        raise click.exceptions.Exit(1)


def screened(line: bytes, number: int) -> dict[str, Any]:
    """What is printed for one line: the screening, or what is wrong with line `number`."""
    try:
        return _said(read_case(line))
    except BadCase as problem:
        known = {} if problem.id is None else {"id": problem.id}
        return {"line": number, **known, "error": str(problem)}


def _said(case: Case) -> dict[str, Any]:
    screening = screen(Journey(case.answers, case.on))
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
    return said | ({"ignored": list(case.ignored)} if case.ignored else {})


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank. Of a line too long to be a case, only its beginning is kept."""
    number = 0
    while line := file.readline(LONGEST_CASE + 2):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_CASE)
        if line.strip() or len(line) > LONGEST_CASE:
            yield number, line
