"""The declaration as a FHIR R4 Questionnaire.

Plain conditions become `enableWhen`; those it cannot say (it is flat) become the SDC `enableWhenExpression`
in FHIRPath. A condition opens on "not sure" as on "yes", as in the form; in a list it opens for every option.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from intake.i18n import Words, current_language
from intake.questionnaire import QUESTIONS, SECTIONS, VERSION
from intake.questionnaire import questions as kinds
from intake.questionnaire.criteria import (
    ALWAYS,
    ONSET_DAYS,
    SIGNS,
    AtLeast,
    Both,
    Chosen,
    Compared,
    Criterion,
    Either,
    Feature,
    NotChosen,
    Several,
    Ticked,
    Yes,
    age,
    on_age,
    onset_days,
)
from intake.questionnaire.pages import Page, Section

Json = dict[str, Any]
SYSTEM = "https://backstory.example/cs"
CANONICAL = "https://backstory.example/Questionnaire/back-pain-intake"
CORE = "http://hl7.org/fhir/StructureDefinition"
EXPRESSION = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
OPENS = ("yes", "not_sure")


def questionnaire() -> Json:
    """Every section, page and question with its options and conditions, in the current language."""
    return {
        "resourceType": "Questionnaire",
        "url": CANONICAL,
        "version": VERSION,
        "language": current_language(),
        "name": "BackPainIntake",
        "status": "draft",
        "experimental": True,
        "subjectType": ["Patient"],
        "item": [_section(section) for section in SECTIONS],
    }


def coding(option: kinds.Option) -> Json:
    """An answer on offer as a coding of our own system: no outside code is claimed."""
    return {"system": SYSTEM, "code": option.id, "display": str(option.text)}


def _section(section: Section) -> Json:
    pages = [_page(page) for page in section.pages]
    return {"linkId": section.id, "text": str(section.title), "type": "group", "item": pages}


def _page(page: Page) -> Json:
    questions = [_question(question) for question in page.questions]
    said = [*_display(f"{page.id}.statement", page.statement), *_help(page.id, page.intro)]
    return {
        "linkId": page.id,
        "text": str(page.title),
        "type": "group",
        **_enabled(page.asked_when),
        "item": [*said, *_help(f"{page.id}.privacy", page.privacy), *questions],
    }


def _question(question: kinds.Question) -> Json:
    item = {
        "linkId": question.id,
        "text": str(question.text),
        "required": question.required,
        **_answer(question),
    }
    conditions = _conditions(question)
    extensions = [*item.pop("extension", []), *conditions.pop("extension", [])]
    named = _names(question) if isinstance(question, kinds.Gate) else []
    children = [*_help(question.id, question.hint), *named, *item.pop("item", [])]
    return {
        **item,
        **conditions,
        **({"extension": extensions} if extensions else {}),
        **({"item": children} if children else {}),
    }


def choice_link(question_id: str) -> str:
    """The linkId of what may be chosen in place of a number."""
    return f"{question_id}.choice"


def number_link(question_id: str) -> str:
    """The linkId of the number, where something may be chosen in its place."""
    return f"{question_id}.number" if _choices(question_id) else question_id


def row_link(question_id: str, row: str) -> str:
    """The linkId of a row of a grid."""
    return f"{question_id}.{row.replace(':', '.')}"


def _choices(question_id: str) -> tuple[kinds.Option, ...]:
    question = QUESTIONS.get(question_id)
    return question.choices if isinstance(question, kinds.Number) else ()


def _conditions(question: kinds.Question) -> Json:
    """When it is asked; the box beside an "other" while that is chosen."""
    if isinstance(question, kinds.FreeText) and question.beside:
        return _when_chosen(question.beside, "other")
    return _enabled(question.asked_when)


def _names(gate: kinds.Gate) -> list[Json]:
    """What the question names, one by one."""
    return [
        item for place, name in enumerate(gate.names, 1) for item in _display(f"{gate.id}.name{place}", name)
    ]


def _answer(question: kinds.Question) -> Json:
    """Type, options and limits of the answer."""
    match question:
        case kinds.YesNo():
            return {"type": "boolean"}
        case kinds.OneOf(options=options):
            return {"type": "choice", "answerOption": [_option(option) for option in options]}
        case kinds.AnyOf(options=options):
            return {
                "type": "choice",
                "repeats": True,
                "answerOption": [_option(option) for option in options],
            }
        case kinds.Number():
            return _number_or_choice(question) if question.choices else _number(question)
        case kinds.Day():
            return {"type": "date"}
        case kinds.FreeText():
            return _text(question)
        case kinds.Ranked():
            return _ranked(question)
        case kinds.Grid():
            return _grid(question)
    raise TypeError(f"no FHIR type for {type(question).__name__}")


def _text(question: kinds.FreeText) -> Json:
    """Free text; with something to choose in its place, an open choice."""
    if question.choices:
        options = [_option(option) for option in question.choices]
        return {"type": "open-choice", "maxLength": question.limit, "answerOption": options}
    return {"type": "string" if question.beside else "text", "maxLength": question.limit}


def _number_or_choice(question: kinds.Number) -> Json:
    """R4 has no open choice with a number: a group of both, of which one is answered."""
    options = [_option(option) for option in question.choices]
    choice = {"linkId": choice_link(question.id), "type": "choice", "answerOption": options}
    return {
        "type": "group",
        "item": [{"linkId": number_link(question.id), **_number(question)}, choice],
    }


def _number(question: kinds.Number) -> Json:
    limits = [
        {"url": f"{CORE}/minValue", "valueInteger": question.least},
        {"url": f"{CORE}/maxValue", "valueInteger": question.most},
    ]
    slider = [_control("slider")] if isinstance(question, kinds.Scale) else []
    return {"type": "integer", "extension": [*slider, *limits]}


def _ranked(question: kinds.Ranked) -> Json:
    most = {"url": f"{CORE}/questionnaire-maxOccurs", "valueInteger": question.most}
    text = {"linkId": f"{question.id}.text", "type": "string", "maxLength": question.limit}
    rating = {"linkId": f"{question.id}.rating", **_number(kinds.Scale("", ""))}
    children = [text, rating] if isinstance(question, kinds.Rated) else [text]
    return {"type": "group", "repeats": True, "extension": [most], "item": children}


def _grid(question: kinds.Grid) -> Json:
    options = [_option(option) for option in question.columns]
    rows = [
        {
            "linkId": row_link(question.id, row.id),
            "text": str(row.text),
            "type": "choice",
            **_when_chosen(*row.id.split(":")),
            "answerOption": options,
        }
        for row in question.rows
    ]
    return {"type": "group", "extension": [_control("gtable")], "item": rows}


def _option(option: kinds.Option) -> Json:
    alone = [{"url": f"{CORE}/questionnaire-optionExclusive", "valueBoolean": True}]
    return {**({"extension": alone} if option.exclusive else {}), "valueCoding": coding(option)}


def _help(link: str, words: Words | None) -> list[Json]:
    if not words:
        return []
    return [
        {"linkId": f"{link}.help", "text": str(words), "type": "display", "extension": [_control("help")]}
    ]


def _display(link: str, words: Words | None) -> list[Json]:
    return [{"linkId": link, "text": str(words), "type": "display"}] if words else []


def _control(code: str) -> Json:
    concept = {"coding": [{"system": CONTROLS, "code": code}]}
    return {"url": f"{CORE}/questionnaire-itemControl", "valueCodeableConcept": concept}


def _enabled(criterion: Criterion) -> Json:
    if criterion == ALWAYS:
        return {}
    parts = criterion.parts if isinstance(criterion, Either) else (criterion,)
    if all(isinstance(part, Yes | Chosen | Ticked) for part in parts):
        return {"enableWhen": [when for part in parts for when in _plain(part)], "enableBehavior": "any"}
    expression = {"language": "text/fhirpath", "expression": fhirpath(criterion)}
    return {"extension": [{"url": EXPRESSION, "valueExpression": expression}]}


def _when_chosen(question: str, option: str) -> Json:
    return {"enableWhen": [_equals(question, option)], "enableBehavior": "any"}


def _plain(criterion: Criterion) -> list[Json]:
    if not isinstance(criterion, Yes | Chosen | Ticked):
        raise TypeError("enableWhen cannot say it")
    return [_equals(criterion.question_id, code) for code in sorted(_opening(criterion))]


def _equals(question: str, code: str) -> Json:
    return {"question": question, "operator": "=", "answerCoding": {"system": SYSTEM, "code": code}}


def _opening(criterion: Yes | Chosen | Ticked) -> set[str]:
    """The answers that open. Safety: "not sure" ticked in a list may be any of its options."""
    if isinstance(criterion, Yes):
        return set(OPENS)
    question = QUESTIONS[criterion.question_id]
    listed = isinstance(criterion, Chosen) and isinstance(question, kinds.AnyOf)
    offered = {option.id for option in question.options} if isinstance(question, kinds.AnyOf) else set()
    return {*criterion.options, *({"not_sure"} & offered if listed else ())}


def fhirpath(criterion: Criterion) -> str:
    """The condition as a FHIRPath expression over the response, true when the form would ask."""
    match criterion:
        case Yes(question_id=question) | Chosen(question_id=question) | Ticked(question_id=question):
            return _has(question, _opening(criterion))
        case NotChosen(question_id=question, options=options):
            return f"({_has(question, options)}).not()"
        case Several(question_id=question):
            return f"{_answers(question)}.count() > 1"
        case Compared():
            return _comparison(criterion)
        case Both(parts=parts):
            return " and ".join(f"({fhirpath(part)})" for part in parts)
        case Either(parts=parts):
            return " or ".join(f"({fhirpath(part)})" for part in parts)
        case AtLeast(count=count, parts=parts):
            return "(" + " + ".join(f"iif({fhirpath(part)}, 1, 0)" for part in parts) + f") >= {count}"
        case Feature():
            return "false"  # what a clinic has switched on is not in the response
    raise TypeError(f"no FHIRPath for {type(criterion).__name__}")


def _answers(question: str) -> str:
    return f"%resource.repeat(item).where(linkId = '{question}').answer.value"


def _has(question: str, codes: Iterable[str]) -> str:
    offered = " | ".join(f"'{code}'" for code in sorted(codes))
    return f"{_answers(question)}.where(code in ({offered})).exists()"


def _comparison(criterion: Compared) -> str:
    quantity, limit, sign = criterion.quantity, criterion.limit, SIGNS[criterion.holds]
    if not isinstance(limit, int | float):
        raise TypeError("two numbers are compared in contradictions only, which ask nothing")
    if quantity is age:
        return _age(sign, int(limit))
    if quantity is onset_days:
        return _has("on_when", _holding(criterion, ONSET_DAYS))
    if quantity is on_age:
        return _age_at_onset(sign, int(limit))
    return f"{_answers(number_link(quantity.ids[0]))} {sign} {int(limit)}"


def _age(sign: str, limit: int) -> str:
    # Whole years are reached on the birthday: 12 or more means born on this day 12 years ago, or before.
    years = {">=": ("<=", limit), ">": ("<=", limit + 1), "<": (">", limit), "<=": (">", limit + 1)}
    compared, back = years[sign]
    return f"{_answers('dob')} {compared} today() - {back} years"


def _age_at_onset(sign: str, limit: int) -> str:
    """The age answered; for pain of 3 to 12 months the age now, and never more than that for "not sure"."""
    now, answered = _age(sign, limit), f"{_answers(number_link('on_age'))} {sign} {limit}"
    # Safety: whoever is not sure may have been younger, so that a limit from above always opens.
    unsure = "true" if sign in ("<", "<=") else now
    known = f"iif({_answers(choice_link('on_age'))}.exists(), {unsure}, {answered})"
    return f"iif({_has('on_when', ('m3_12',))}, {now}, {known})"


def _holding(criterion: Compared, values: Mapping[str, int]) -> tuple[str, ...]:
    assert isinstance(criterion.limit, int | float)
    limit = float(criterion.limit)
    return tuple(code for code, value in values.items() if criterion.holds(value, limit))
