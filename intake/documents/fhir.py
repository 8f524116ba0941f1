"""The answers as a FHIR R4 QuestionnaireResponse.

Ids of questions are linkIds. What is not on the patient's path is not in the summary and so not here. "Yes,
no, not sure" are codings, not booleans: "not sure" must survive.
"""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from intake.documents import safety_box
from intake.documents.fhir_questionnaire import (
    CANONICAL,
    SYSTEM,
    Json,
    choice_link,
    number_link,
    row_link,
)
from intake.i18n import speaking
from intake.questionnaire import QUESTIONS
from intake.questionnaire import questions as kinds
from intake.summary import Summary
from intake.summary.record import Said
from intake.text import telephone


def render(summary: Summary) -> bytes:
    """The QuestionnaireResponse as JSON, the same bytes for the same summary."""
    return json.dumps(response(summary), ensure_ascii=False).encode()


def response(summary: Summary) -> Json:
    """The QuestionnaireResponse. The patient is contained, so that the file stands on its own."""
    body = {
        "resourceType": "QuestionnaireResponse",
        "language": summary.patient_language,
        "contained": list(_people(summary)),
        "questionnaire": f"{CANONICAL}|{summary.questionnaire_version}",
        "status": _status(summary),
        "subject": {"reference": "#patient"},
        "authored": summary.sent_at or summary.written_at,
        "source": {"reference": "#helper" if _helped(summary) else "#patient"},
        "item": [item for said in summary.answers for item in _items(said)],
    }
    # The same answers always get the same identifier, so that sending them twice makes no second record.
    name = json.dumps(body)
    identifier = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"}
    kind = body.pop("resourceType")
    return {"resourceType": kind, **_narrative(summary), "identifier": identifier, **body}


def _narrative(summary: Summary) -> Json:
    """What does not fit each other, which no answer says by itself; nothing where everything fits."""
    with speaking(summary.language):
        lines = [f"<li>{escape(f'{seen} {said}')}</li>" for seen, said in safety_box.doubts(summary.safety)]
    if not lines:
        return {}
    div = (
        f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{summary.language}"><ul>{"".join(lines)}</ul></div>'
    )
    return {"text": {"status": "additional", "div": div}}


def _status(summary: Summary) -> str:
    if summary.sent_at is None:
        return "in-progress"
    return "amended" if summary.amendment else "completed"


def _people(summary: Summary) -> Iterator[Json]:
    yield {
        "resourceType": "Patient",
        "id": "patient",
        **({"identifier": [{"value": summary.number}]} if summary.number else {}),
        **({"name": [{"text": summary.name}]} if summary.name else {}),
        **({"telecom": telecom} if (telecom := list(_telecom(summary))) else {}),
        **({"birthDate": summary.born} if summary.born else {}),
    }
    if _helped(summary):
        helper = {"resourceType": "RelatedPerson", "id": "helper", "patient": {"reference": "#patient"}}
        yield {**helper, "relationship": [{"text": summary.completed_by}]}


def _telecom(summary: Summary) -> Iterator[Json]:
    """An entry for each number that was given, as it was typed; of a single one with the words beside it.

    Words without a number are no telephone: they stand among the answers.
    """
    phone = summary.phone if not summary.no_phone else ""
    found = telephone.numbers_in(phone, None)
    if len(found) == 1:
        yield {"system": "phone", "value": phone}
        return
    for rank, each in enumerate(found, 1):
        yield {"system": "phone", "value": phone[each.start : each.end], "rank": rank}


def _helped(summary: Summary) -> bool:
    return any(said.id == "who_completing" and said.value != "self" for said in summary.answers)


def _items(said: Said) -> Iterator[Json]:
    """The item of one answer; a list of things repeats its item.

    The kind of value decides: a record may answer questions that are asked otherwise now, or no more.
    """
    question, item = QUESTIONS.get(said.id), {"linkId": said.id, "text": said.question}
    if isinstance(said.value, Mapping):
        yield {**item, "item": list(_rows(question, said))}
    elif _is_things(question, said.value):
        for thing in said.value:
            yield {**item, "item": list(_thing(said.id, thing))}
    elif isinstance(question, kinds.Number) and question.choices:
        yield {**item, "item": [_number_or_choice(said)]}
    else:
        yield {**item, "answer": _answers(question, said)}


def _is_things(question: kinds.Question | None, value: Any) -> bool:
    rated = isinstance(value, list | tuple) and any(isinstance(thing, Mapping) for thing in value)
    return isinstance(question, kinds.Ranked) or rated


def _thing(link: str, thing: str | Mapping[str, Any]) -> Iterator[Json]:
    text, rating = (thing, None) if isinstance(thing, str) else (thing["text"], thing["rating"])
    yield {"linkId": f"{link}.text", "answer": [{"valueString": text}]}
    if rating is not None:
        yield {"linkId": f"{link}.rating", "answer": [{"valueInteger": rating}]}


def _rows(question: kinds.Question | None, said: Said) -> Iterator[Json]:
    sides = (*question.rows, *question.columns) if isinstance(question, kinds.Grid) else ()
    texts = {option.id: str(option.text) for option in sides}
    for row, column in said.value.items():
        # The rows of a grid that is asked no more keep the names they were sent with.
        link = row_link(said.id, row) if question else row
        coded = _coded(column, texts.get(column, column))
        yield {"linkId": link, "text": texts.get(row, row), "answer": [coded]}


def _number_or_choice(said: Said) -> Json:
    if isinstance(said.value, int):
        return {"linkId": number_link(said.id), "answer": [{"valueInteger": said.value}]}
    return {"linkId": choice_link(said.id), "answer": [_coded(said.value, said.answer)]}


def _answers(question: kinds.Question | None, said: Said) -> list[Json]:
    match question, said.value:
        case kinds.YesNo(), _:
            return [{"valueBoolean": said.value == "yes"}]
        case kinds.OneOf(), _:
            return [_coded(said.value, said.answer)]
        case kinds.AnyOf(options=options), list() | tuple():
            texts: dict[str, str] = {option.id: str(option.text) for option in options}
            return [_coded(str(chosen), texts.get(str(chosen), str(chosen))) for chosen in said.value]
        case kinds.Day(), _:
            return [{"valueDate": said.value}]
        case kinds.FreeText(choices=choices), _ if any(option.id == said.value for option in choices):
            return [_coded(said.value, said.answer)]
        case _, int():
            return [{"valueInteger": said.value}]
    return [{"valueString": said.answer}]


def _coded(code: str, display: str) -> Json:
    return {"valueCoding": {"system": SYSTEM, "code": code, "display": display}}
