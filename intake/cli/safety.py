"""`flask --app wsgi safety-table`: the red flags as a table in docs/safety.md, for clinical review.

Written from the rules themselves, criterion and all: the table cannot say anything but what the program does.
"""

from collections.abc import Iterable
from itertools import groupby

import click

from intake.cli.source_tree import needs_source_tree
from intake.questionnaire import conditions as branching
from intake.questionnaire.body import SITE_GROUPS
from intake.questionnaire.criteria import (
    ONSET_DAYS,
    SIGNS,
    AllNo,
    Always,
    AtLeast,
    Both,
    Chosen,
    Compared,
    Criterion,
    Either,
    Feature,
    NotChosen,
    Quantity,
    Several,
    Ticked,
    Yes,
)
from intake.red_flags import RED_FLAGS, SAFETY_VERSION, RedFlag, conditions
from intake.red_flags.contradictions import CONTRADICTIONS
from intake.red_flags.groups import GROUPS
from intake.red_flags.sources import SOURCES
from intake.red_flags.watch import RULE_OF, TEXT_RULES
from intake.red_flags.watch_list import WATCH
from intake.resources import SOURCE_TREE

BEGIN, END = "<!-- red flags: written by `flask --app wsgi safety-table` -->", "<!-- end of red flags -->"
SAFETY_PAGE = SOURCE_TREE / "docs" / "safety.md"

_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
_NAMES = {
    id(value): name
    for module in (branching, conditions)
    for name, value in vars(module).items()
    if isinstance(value, Criterion) and isinstance(value, Both | AtLeast)
}


@click.command("safety-table")
def safety_table_command() -> None:
    """Write the table of red flags in docs/safety.md anew."""
    needs_source_tree()
    SAFETY_PAGE.write_text(with_table(SAFETY_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    click.echo(f"{SAFETY_PAGE.name}: {len(RED_FLAGS)} red flags, safety version {SAFETY_VERSION}")


def with_table(page: str) -> str:
    """The page with the table between its two marks written anew."""
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError("docs/safety.md has lost the marks of its table")
    return f"{before}{BEGIN}\n\n{red_flag_tables()}\n{END}{after}"


def red_flag_tables() -> str:
    """Every red flag by group, the conditions they share, and the sources, in Markdown."""
    parts = [f"{len(RED_FLAGS)} red flags, and {len(TEXT_RULES)} that read free text.\n"]
    labels = {group.id: str(group.label) for group in GROUPS}
    for group, rules in groupby(sorted((*RED_FLAGS, *TEXT_RULES), key=_place), key=lambda rule: rule.group):
        parts.append(f"#### {labels[group]}\n\n{_table(_RULE_HEAD, map(_rule_row, rules))}")
    parts.append(f"#### Free text\n\n{_table(_WATCH_HEAD, _watch_rows())}")
    parts.append(f"#### Answers that do not fit each other\n\n{_table(_MISFIT_HEAD, _misfit_rows())}")
    parts.append(f"#### Conditions that rules share\n\n{_table(('Name', 'Holds when'), _condition_rows())}")
    places = [(name, ", ".join(sorted(regions))) for name, regions in SITE_GROUPS.items()]
    parts.append(f"#### Groups of places\n\n{_table(('Name', 'Places on the body map'), places)}")
    days = [(f"`{answer}`", str(number)) for answer, number in ONSET_DAYS.items()]
    parts.append(f"#### Days since onset\n\n{_table(('Answer', 'Counts as days'), days)}")
    cited = [(id, source.citation, source.read) for id, source in SOURCES.items()]
    parts.append(f"#### Sources\n\n{_table(('Id', 'Source', 'How it was read'), cited)}")
    return "\n".join(parts)


_WATCH_HEAD = ("Words", "What a match does", "Urgency of the line", "Doubts", "Patterns")
_MISFIT_HEAD = ("Answers", "Seen in", "Holds when", "Asked again", "The clinician reads")


def _watch_rows() -> Iterable[tuple[str, ...]]:
    for entry in WATCH:
        does = f"{entry.does.value} ({RULE_OF[entry.does].id})" if entry.does in RULE_OF else entry.does.value
        patterns = ", ".join(f"`{pattern}`" for pattern in entry.patterns)
        yield entry.id, does, entry.line.name, ", ".join(f"`{id}`" for id in entry.questions), patterns


def _misfit_rows() -> Iterable[tuple[str, ...]]:
    for contradiction in CONTRADICTIONS:
        typed = f" **and** words of {contradiction.typed}" if contradiction.typed else ""
        again = ", ".join(f"`{id}`" for id in contradiction.ask_again)
        yield (
            contradiction.id,
            contradiction.source.value,
            in_words(contradiction.when) + typed,
            again,
            str(contradiction.line),
        )


_RULE_HEAD = ("Rule", "Urgency", "When not sure", "The clinician reads", "Fires when", "Why", "Sources")


def _rule_row(rule: RedFlag) -> tuple[str, ...]:
    unsure = rule.urgency_when_unsure
    return (
        rule.id,
        rule.urgency.name,
        unsure.name if unsure else "nothing",
        str(rule.line),
        "words in free text" if rule in TEXT_RULES else in_words(rule.when),
        rule.rationale,
        ", ".join(rule.sources),
    )


def in_words(criterion: Criterion) -> str:
    """A criterion as a reviewer would say it; conditions that have a name are called by it."""
    return _NAMES.get(id(criterion)) or _spelt(criterion)


def _spelt(criterion: Criterion) -> str:
    match criterion:
        case Yes(question):
            return f"`{question}`"
        case Chosen("sites", options):
            return f"pain in {_places(frozenset(options))}"
        case Chosen(question, options):
            return f"`{question}` is {_or(options)}"
        case Ticked(question, options):
            return f"`{question}` is ticked {_or(options)}"
        case NotChosen(question, options):
            return f"`{question}` is not {_or(options)}"
        case AllNo(questions):
            return f"all of {', '.join(f'`{question}`' for question in questions)} are no"
        case Always():
            return "always"
        case Several(question):
            return f"more than one of `{question}`"
        case Compared(quantity, holds, limit):
            beyond = _quantity(limit) if isinstance(limit, Quantity) else f"{limit:g}"
            return f"{_quantity(quantity)} {_SIGNS[SIGNS[holds]]} {beyond}"
        case Both(parts):
            return " **and** ".join(_bracketed(part) for part in parts)
        case Either():
            return " or ".join(_bracketed(part) for part in criterion.parts)
        case AtLeast(count, parts):
            return f"at least {count} of [{'; '.join(map(in_words, parts))}]"
        case Feature(name):
            return f"the clinic has switched on {name}"
    raise TypeError(f"no words for {type(criterion).__name__}")


def _bracketed(part: Criterion) -> str:
    bare = id(part) in _NAMES or not isinstance(part, Both | Either)
    return in_words(part) if bare else f"({in_words(part)})"


def _places(regions: frozenset[str]) -> str:
    """The groups of places that make up exactly these regions, the largest first."""
    named: list[str] = []
    left = regions
    for group, members in sorted(SITE_GROUPS.items(), key=lambda item: -len(item[1])):
        if members <= regions and members & left:
            named.append(group)
            left -= members
    return _or((*named, *sorted(left)))


def _quantity(quantity: Quantity) -> str:
    named = {"age": "age", "onset_days": "days since onset", "on_age": "age at onset"}
    name, _, less = quantity.name.partition(" - ")
    return named.get(name, f"`{name}`") + (f" less {less}" if less else "")


def _or(words: tuple[str, ...]) -> str:
    return " / ".join(words)


def _condition_rows() -> list[tuple[str, str]]:
    named = {**vars(branching), **vars(conditions)}
    return [(name, _spelt(named[name])) for name in sorted(_NAMES.values())]


def _place(rule: RedFlag) -> int:
    return [group.id for group in GROUPS].index(rule.group)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_line(head), _line(tuple("---" for _ in head)), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
