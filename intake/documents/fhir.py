"""The answers as a FHIR R4 QuestionnaireResponse.

Ids of questions are linkIds. What is not on the patient's path is not in the summary and so not here. "Yes,
no, not sure" are codings, not booleans: "not sure" must survive.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from intake.documents.fhir_questionnaire import CANONICAL, SYSTEM, Json
from intake.questionnaire import QUESTIONS
from intake.questionnaire import questions as kinds
from intake.summary import Summary
from intake.summary.record import Said


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
    return {"resourceType": body.pop("resourceType"), "identifier": identifier, **body}


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
        **({"telecom": [{"system": "phone", "value": summary.phone}]} if summary.phone else {}),
        **({"birthDate": summary.born} if summary.born else {}),
    }
    if _helped(summary):
        helper = {"resourceType": "RelatedPerson", "id": "helper", "patient": {"reference": "#patient"}}
        yield {**helper, "relationship": [{"text": summary.completed_by}]}


def _helped(summary: Summary) -> bool:
    return any(said.id == "who_completing" and said.value != "self" for said in summary.answers)


def _items(said: Said) -> Iterator[Json]:
    """The item of one answer; a list of things repeats its item."""
    question = QUESTIONS.get(said.id)
    if isinstance(question, kinds.Ranked):
        for thing in said.value:
            yield {"linkId": said.id, "text": said.question, "item": list(_thing(said.id, thing))}
    elif isinstance(question, kinds.Grid):
        yield {"linkId": said.id, "text": said.question, "item": list(_rows(question, said.value))}
    else:
        yield {"linkId": said.id, "text": said.question, "answer": _answers(question, said)}


def _thing(link: str, thing: str | Mapping[str, Any]) -> Iterator[Json]:
    text, rating = (thing, None) if isinstance(thing, str) else (thing["text"], thing["rating"])
    yield {"linkId": f"{link}.text", "answer": [{"valueString": text}]}
    if rating is not None:
        yield {"linkId": f"{link}.rating", "answer": [{"valueInteger": rating}]}


def _rows(question: kinds.Grid, value: Mapping[str, str]) -> Iterator[Json]:
    texts = {option.id: str(option.text) for option in (*question.rows, *question.columns)}
    for row, column in value.items():
        yield {
            "linkId": row,
            "text": texts.get(row, row),
            "answer": [_coded(column, texts.get(column, column))],
        }


def _answers(question: kinds.Question | None, said: Said) -> list[Json]:
    match question:
        case kinds.YesNo():
            return [{"valueBoolean": said.value == "yes"}]
        case kinds.OneOf():
            return [_coded(said.value, said.answer)]
        case kinds.AnyOf(options=options):
            texts = {option.id: str(option.text) for option in options}
            return [_coded(chosen, texts.get(chosen, chosen)) for chosen in said.value]
        case kinds.Number():
            return [{"valueInteger": said.value}]
        case kinds.Day():
            return [{"valueDate": said.value}]
    return [{"valueString": said.answer}]


def _coded(code: str, display: str) -> Json:
    return {"valueCoding": {"system": SYSTEM, "code": code, "display": display}}
