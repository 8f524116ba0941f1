"""The columns that are no answer: whose form it is by number, ages, lengths of time, what the rules found.

What was said in confidence has no column: neither its rule, nor the words, nor an urgency that it raised.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from intake.documents.research.columns import OLDEST, Cell, Cells, Code, ColumnType, TableColumn
from intake.questionnaire.criteria import ONSET_DAYS
from intake.questionnaire.declared import source
from intake.questionnaire.in_words import fires_in_words
from intake.red_flags import ALL_RULES, RedFlag, Urgency
from intake.red_flags.watch import IN_CONFIDENCE, TEXT_RULES

RESEARCH_RULES: tuple[RedFlag, ...] = tuple(rule for rule in ALL_RULES.values() if rule is not IN_CONFIDENCE)
FIRED, FIRED_UNSURE, NOT_FIRED, NOT_ASSESSED, UNKNOWN = (
    "fired",
    "fired_unsure",
    "not_fired",
    "not_assessed",
    "unknown",
)
RULE_STATES = (
    Code(FIRED, "Fired"),
    Code(FIRED_UNSURE, "Fired only because the patient was not sure"),
    Code(NOT_FIRED, "Did not fire"),
    Code(NOT_ASSESSED, "Could not be assessed: a question was left blank"),
    Code(UNKNOWN, "Not known: sent with another version of the rules, and not among those that fired"),
)
FOUND = (
    Code("confirmed", "The clinician confirmed it"),
    Code("explained_otherwise", "The clinician found another explanation"),
    Code("not_needed", "The clinician found that it was not needed"),
)
NO_TIER = "none"


@dataclass(frozen=True)
class ResearchFacts:
    """What is known of one form beside its answers. Days are counted from the appointment; below 0 before.

    `fired` gives, by rule, whether only a "not sure" fired it. `not_assessed`: None where another version of
    the rules looked at the form. `found` is what clinicians marked, by rule.
    """

    form_number: str
    patient_number: str
    clinician_number: str | None
    age: int | None
    period: str
    language: str
    route: str
    handed_over_as: str
    edition: int
    questionnaire_version: str
    rules_version: str
    tier: str
    sent_days: int | None = None
    minutes: int | None = None
    onset: str | None = None
    fired: Mapping[str, bool] = field(default_factory=dict)
    not_assessed: frozenset[str] | None = None
    found: Mapping[str, str] = field(default_factory=dict)
    earlier: str = ""


@dataclass(frozen=True)
class Derived:
    """A column and where its cell comes from."""

    column: TableColumn
    cell: Callable[[ResearchFacts], Cell]


def _text(name: str, label: str, made_of: str, cell: Callable[[ResearchFacts], Cell]) -> Derived:
    return Derived(TableColumn(name, label, ColumnType.TEXT, made_of=made_of), cell)


def _code(
    name: str, label: str, codes: tuple[Code, ...], made_of: str, cell: Callable[[ResearchFacts], Cell]
) -> Derived:
    return Derived(TableColumn(name, label, ColumnType.CODE, codes=codes, made_of=made_of), cell)


FORM_NUMBER = _text(
    "form_number",
    "Number of the form in this project",
    "HMAC of our id with the key of the project",
    lambda f: f.form_number,
)
PATIENT_NUMBER = _text(
    "patient_number",
    "Number of the patient in this project: the same for all their forms, and another in any other project",
    "HMAC of our id with the key of the project",
    lambda f: f.patient_number,
)
CLINICIAN_NUMBER = _text(
    "clinician_number",
    "Number of the clinician in this project; empty where nobody is named",
    "HMAC of our id with the key of the project",
    lambda f: f.clinician_number,
)
AGE = Derived(
    TableColumn(
        "age",
        "Age on the day of the appointment",
        ColumnType.INTEGER,
        unit="years; 90 stands for 90 or more",
        least=0,
        most=OLDEST,
        made_of="dob, day of the appointment",
    ),
    lambda f: None if f.age is None else min(f.age, OLDEST),
)
PERIOD = _text(
    "appointment_period", "Month or year of the appointment", "day of the appointment", lambda f: f.period
)
LANGUAGE = _text(
    "form_language", "Language in which the form was answered, by its code", "the form", lambda f: f.language
)


def age_band(years: int) -> Derived:
    """The age in bands of so many years."""
    label = f"Age on the day of the appointment, in bands of {years} years"
    return _text("age_band", label, "dob, day of the appointment", lambda f: band_of(f.age, years))


def band_of(age: int | None, years: int) -> str | None:
    """ "40 to 49"; "90 or more" from 90 on."""
    if age is None:
        return None
    if age >= OLDEST:
        return f"{OLDEST} or more"
    least = age - age % years
    return f"{least} to {least + years - 1}"


_ROUTES = (
    Code("web", "By the patient, with the link"),
    Code("desk", "Together with staff at the desk"),
    Code("paper", "On paper, entered by staff"),
    Code("tablet", "On a tablet of the clinic"),
)
_HANDED_OVER = (
    Code("sent", "Finished and sent"),
    Code("unfinished", "Handed over as it stood, by somebody who could not go on"),
    Code("left_urgent", "Handed over as it stood, by somebody who went to get help"),
)
_TIERS = (Code(NO_TIER, "No rule fired"), *(Code(each.name.lower(), each.name) for each in Urgency))


def _integer(
    name: str, label: str, unit: str, made_of: str, cell: Callable[[ResearchFacts], Cell]
) -> Derived:
    return Derived(TableColumn(name, label, ColumnType.INTEGER, unit=unit, made_of=made_of), cell)


OF_THE_FORM: tuple[Derived, ...] = (
    _code("route", "How the answers came in", _ROUTES, "the form", lambda f: f.route),
    _code(
        "handed_over_as", "How the form was handed over", _HANDED_OVER, "the form", lambda f: f.handed_over_as
    ),
    _integer(
        "edition",
        "Which record of this form it is; more than 1: it was corrected or asked again",
        "",
        "the form",
        lambda f: f.edition,
    ),
    _text(
        "questionnaire_version",
        "Version of the questions it was answered with",
        "the form",
        lambda f: f.questionnaire_version,
    ),
    _text("rules_version", "Version of the rules that looked at it", "the form", lambda f: f.rules_version),
    _integer(
        "sent_days",
        "When it was sent, from the appointment; before it is negative",
        "days",
        "the form, the appointment",
        lambda f: f.sent_days,
    ),
    _integer("minutes_to_send", "From opening to sending", "minutes", "the form", lambda f: f.minutes),
    _integer(
        "onset_days",
        "How long ago the pain began, at most; 9999 stands for a year or more, and “not sure” counts as 14",
        "days",
        "on_when",
        lambda f: ONSET_DAYS.get(f.onset) if f.onset else None,
    ),
    _code(
        "tier",
        "The highest urgency of the form, as staff saw it",
        _TIERS,
        "all rules, and what does not fit",
        lambda f: f.tier,
    ),
    _text(
        "earlier_answers",
        "Answers by code that this version of the form does not have: question=code, parted by a semicolon",
        "the form",
        lambda f: f.earlier or None,
    ),
)


def _rule_columns() -> Iterator[Derived]:
    """For each rule what became of it on the form, and what the clinician then found."""
    for rule in RESEARCH_RULES:
        name = rule_name(rule)
        label = f"{rule.id}: {source(rule.line)}"
        made_of = "free text, by a list of words" if rule in TEXT_RULES else fires_in_words(rule.when)
        yield _code(name, f"{label} ({_tiers(rule)})", RULE_STATES, made_of, _outcome_of(rule))
        yield _code(
            f"{name}_found", f"{label}: what the clinician found", FOUND, "marks of clinicians", _found(rule)
        )


def rule_name(rule: RedFlag) -> str:
    """The name of its column."""
    return f"rule_{rule.id.lower().replace('-', '_')}"


def cells_of_form(columns: tuple[Derived, ...], facts: ResearchFacts) -> Cells:
    """The cells of these columns."""
    return {each.column.name: each.cell(facts) for each in columns}


def _tiers(rule: RedFlag) -> str:
    unsure = rule.urgency_when_unsure
    tier = f"urgency {rule.urgency.name}"
    return f"{tier}; {unsure.name} when not sure" if unsure else f"{tier}; silent when not sure"


def _outcome_of(rule: RedFlag) -> Callable[[ResearchFacts], Cell]:
    def outcome(facts: ResearchFacts) -> Cell:
        if rule.id in facts.fired:
            return FIRED_UNSURE if facts.fired[rule.id] else FIRED
        if facts.not_assessed is None:
            return UNKNOWN
        return NOT_ASSESSED if rule.id in facts.not_assessed else NOT_FIRED

    return outcome


def _found(rule: RedFlag) -> Callable[[ResearchFacts], Cell]:
    return lambda facts: facts.found.get(rule.id)


RULE_COLUMNS: tuple[Derived, ...] = tuple(_rule_columns())
