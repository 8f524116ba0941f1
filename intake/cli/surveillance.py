"""`flask --app wsgi surveillance`: what the rules yielded, as a page of the safety file, in Markdown.

Small numbers are hidden here as on the page of figures: the file is read by people outside the clinic.
"""

from collections.abc import Iterable, Iterator

import click
from flask.cli import with_appcontext

from intake.cli.opened import existing_clinic, reading
from intake.i18n import speaking
from intake.red_flags import RULES_VERSION
from intake.services.operations import surveillance
from intake.services.operations.disclosure_control import SMALL, Count
from intake.services.operations.surveillance import (
    FIRED_OFTEN,
    REVIEWED,
    VERDICTS,
    Months,
    RuleYield,
    Share,
    Surveillance,
)

LANGUAGE = "en"
COUNTED = f"""Counted are forms that were handed over, also those erased since, by the month of the visit.
Numbers from 1 to {SMALL - 1} are hidden, and others with them where a sum would give them away."""


@click.command("surveillance")
@click.option("--from", "first", metavar="MONTH", help="The first month, such as 2026-03. Else all there is.")
@click.option("--to", "last", metavar="MONTH", help="The last month. Else the first one alone.")
@with_appcontext
def surveillance_command(first: str | None, last: str | None) -> None:
    """Print how often each rule fired, what clinicians found, and the calls: docs/safety/surveillance.md."""
    months, clinic = _months(first, last), existing_clinic()
    settings = clinic.in_force()
    with reading(clinic) as op, speaking(LANGUAGE):
        found = surveillance.surveillance(op, months)
        click.echo(page(found, months, settings.today(clinic.now()).isoformat()), nl=False)


def page(found: Surveillance, months: Months | None, printed_on: str) -> str:
    """The whole page, in Markdown."""
    parts = (
        "# Surveillance",
        f"{_period(months)} Rules in force on {printed_on}: {RULES_VERSION}.",
        COUNTED,
        "## Targets",
        _table(("What", "Number", "Per 100 forms", "Target"), _shares(found)),
        "## For clinical review",
        _review(found.to_review),
        "## Rules",
        _table(("Rule", "Urgency", "The clinician reads", "Fired", *_names(), "Called"), _rules(found.rules)),
    )
    return "\n\n".join(parts) + "\n"


def _months(first: str | None, last: str | None) -> Months | None:
    if first is None and last is None:
        return None
    try:
        return Months(first or "", last or first or "")
    except ValueError as problem:
        raise click.ClickException(f"{problem}.") from None


def _period(months: Months | None) -> str:
    if months is None:
        return "Everything since counting began."
    return (
        f"Visits of {months.first}." if months.first == months.last else f"{months.first} to {months.last}."
    )


def _shares(found: Surveillance) -> Iterator[tuple[str, ...]]:
    yield "Forms handed over", _number(found.forms), "", ""
    for share in (*found.tiers, found.calls):
        yield str(share.name), _number(share.count), _per_hundred(share), _target(share)


def _review(rules: Iterable[RuleYield]) -> str:
    """Those that fire often and are never confirmed, since counting began."""
    wanted = f"Fired at {REVIEWED.name} more than {FIRED_OFTEN} times since counting began, never confirmed"
    lines = [f"- {rule.rule}: {rule.line}. Fired {_number(rule.fired)} times." for rule in rules]
    return f"{wanted}; reviewed by clinicians, not removed silently.\n\n" + ("\n".join(lines) or "None.")


def _rules(rules: Iterable[RuleYield]) -> Iterator[tuple[str, ...]]:
    for rule in rules:
        numbers = map(_number, (rule.fired, *rule.verdicts, rule.calls.count))
        yield rule.rule, rule.urgency.name, str(rule.line), *numbers


def _names() -> Iterator[str]:
    return map(str, VERDICTS.values())


def _number(count: Count) -> str:
    if count.value is not None:
        return str(count.value)
    return f"fewer than {SMALL}" if count.small else "not shown"


def _per_hundred(share: Share) -> str:
    return "" if share.per_hundred is None else f"{share.per_hundred:g}"


def _target(share: Share) -> str:
    if share.target is None:
        return ""
    return f"below {share.target}{', **over**' if share.over else ''}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(map(_line, (head, ("---",) * len(head), *rows)))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
