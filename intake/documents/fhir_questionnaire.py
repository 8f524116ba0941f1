"""The declaration as a FHIR R4 Questionnaire.

Plain conditions become `enableWhen`; those it cannot say (it is flat) become the SDC `enableWhenExpression`
in FHIRPath. A condition opens on "not sure" as on "yes", as in the form.
"""

import operator
from collections.abc import Mapping
from typing import Any

from intake.i18n import Words, current_language
from intake.questionnaire import SECTIONS, VERSION
from intake.questionnaire import questions as kinds
from intake.questionnaire.criteria import (
    ALWAYS,
    ONSET_DAYS,
    AtLeast,
    Both,
    Chosen,
    Compared,
    Criterion,
    Either,
    Feature,
    NotChosen,
    Several,
    Yes,
    age,
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
SIGNS: dict[Any, str] = {operator.ge: ">=", operator.gt: ">", operator.le: "<=", operator.lt: "<"}


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
    return {
        "linkId": page.id,
        "text": str(page.title),
        "type": "group",
        **_enabled(page.asked_when),
        "item": [*_help(page.id, page.intro), *_help(f"{page.id}.privacy", page.privacy), *questions],
    }


def _question(question: kinds.Question) -> Json:
    item = {
        "linkId": question.id,
        "text": str(question.text),
        "required": question.required,
        **_answer(question),
    }
    conditions = _enabled(question.asked_when)
    extensions = [*item.pop("extension", []), *conditions.pop("extension", [])]
    children = [*_help(question.id, question.hint), *item.pop("item", [])]
    return {
        **item,
        **conditions,
        **({"extension": extensions} if extensions else {}),
        **({"item": children} if children else {}),
    }


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
            return _number(question)
        case kinds.Day():
            return {"type": "date"}
        case kinds.FreeText(limit=limit):
            return {"type": "text", "maxLength": limit}
        case kinds.Ranked():
            return _ranked(question)
        case kinds.Grid():
            return _grid(question)
    raise TypeError(f"no FHIR type for {type(question).__name__}")


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
        {"linkId": row.id, "text": str(row.text), "type": "choice", "answerOption": options}
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


def _control(code: str) -> Json:
    concept = {"coding": [{"system": CONTROLS, "code": code}]}
    return {"url": f"{CORE}/questionnaire-itemControl", "valueCodeableConcept": concept}


def _enabled(criterion: Criterion) -> Json:
    if criterion == ALWAYS:
        return {}
    parts = criterion.parts if isinstance(criterion, Either) else (criterion,)
    if all(isinstance(part, Yes | Chosen) for part in parts):
        return {"enableWhen": [when for part in parts for when in _plain(part)], "enableBehavior": "any"}
    expression = {"language": "text/fhirpath", "expression": fhirpath(criterion)}
    return {"extension": [{"url": EXPRESSION, "valueExpression": expression}]}


def _plain(criterion: Criterion) -> list[Json]:
    if not isinstance(criterion, Yes | Chosen):
        raise TypeError("enableWhen cannot say it")
    codes = criterion.options if isinstance(criterion, Chosen) else OPENS
    return [
        {
            "question": criterion.question_id,
            "operator": "=",
            "answerCoding": {"system": SYSTEM, "code": code},
        }
        for code in sorted(codes)
    ]


def fhirpath(criterion: Criterion) -> str:
    """The condition as a FHIRPath expression over the response, true when the form would ask."""
    match criterion:
        case Yes(question_id=question):
            return _has(question, OPENS)
        case Chosen(question_id=question, options=options):
            return _has(question, options)
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


def _has(question: str, codes: tuple[str, ...]) -> str:
    offered = " | ".join(f"'{code}'" for code in sorted(codes))
    return f"{_answers(question)}.where(code in ({offered})).exists()"


def _comparison(criterion: Compared) -> str:
    quantity, limit = criterion.quantity, int(criterion.limit)
    if quantity is age:
        # Whole years are reached on the birthday: 12 or more means born on this day 12 years ago, or before.
        years = {">=": ("<=", limit), ">": ("<=", limit + 1), "<": (">", limit), "<=": (">", limit + 1)}
        sign, back = years[SIGNS[criterion.holds]]
        return f"{_answers('dob')} {sign} today() - {back} years"
    if quantity is onset_days:
        return _has("on_when", _holding(criterion, ONSET_DAYS))
    return f"{_answers(quantity.question_id)} {SIGNS[criterion.holds]} {limit}"


def _holding(criterion: Compared, values: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(code for code, value in values.items() if criterion.holds(value, criterion.limit))
