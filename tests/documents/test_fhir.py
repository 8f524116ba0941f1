"""The FHIR exports hold every answer that counts, and only those."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from intake.documents import render
from intake.documents.fhir import response
from intake.documents.fhir_questionnaire import CANONICAL, SYSTEM, questionnaire
from intake.questionnaire import PAGES, QUESTIONS, SECTIONS, VERSION
from intake.questionnaire.vignettes import VIGNETTES
from tests.documents.summaries import SENT, summary_of, whole


def items(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in of.get("item", []):
        yield item
        yield from items(item)


def answer(of: dict[str, Any], link: str) -> list[dict[str, Any]]:
    return [said for item in items(of) if item["linkId"] == link for said in item.get("answer", [])]


@pytest.mark.parametrize("vignette", [vignette.id for vignette in VIGNETTES])
def test_every_answer_that_counts_is_there_and_no_other(vignette: str) -> None:
    summary = summary_of(vignette)

    given = [item["linkId"] for item in response(summary)["item"]]

    assert given == [said.id for said in summary.answers]


def test_the_response_names_the_version_of_the_questionnaire_it_answers() -> None:
    document = json.loads(render(summary_of("V05"), "fhir"))

    assert document["resourceType"] == "QuestionnaireResponse"
    assert document["questionnaire"] == f"{CANONICAL}|{VERSION}"
    assert document["status"] == "completed"
    assert document["authored"] == SENT.isoformat()
    assert document["subject"] == document["source"] == {"reference": "#patient"}


def test_an_unsent_form_is_in_progress() -> None:
    assert response(summary_of("V05", sent_at=None))["status"] == "in-progress"


def test_not_sure_survives() -> None:
    document = response(summary_of("V31"))

    code = {"system": SYSTEM, "code": "not_sure", "display": "Not sure"}
    assert answer(document, "rf_weight_loss") == [{"valueCoding": code}]


def test_each_kind_of_answer_has_its_fhir_type() -> None:
    document = response(whole())

    assert answer(document, "ack_not_monitored") == [{"valueBoolean": True}]
    assert answer(document, "nrs_now") == [{"valueInteger": 4}]
    assert answer(document, "dob")[0]["valueDate"].startswith("19")
    assert answer(document, "mc_main") == [{"valueString": "Mid back pain and my legs feel heavy"}]
    assert [said["valueCoding"]["code"] for said in answer(document, "act_limits")] == [
        "dressing",
        "sleep",
        "walking",
    ]
    assert answer(document, "agenda.text")[0] == {"valueString": "To know why my legs feel heavy"}
    assert [said["valueInteger"] for said in answer(document, "act_rate.rating")] == [2, 5]
    assert answer(document, "tx_rest")[0]["valueCoding"]["code"] == "worse"


def test_who_helped_is_the_source_and_the_patient_stays_the_subject() -> None:
    document = response(summary_of("V16"))

    helper = document["contained"][1]
    assert document["source"] == {"reference": "#helper"}
    assert document["subject"] == {"reference": "#patient"}
    assert helper["resourceType"] == "RelatedPerson"


def test_the_same_answers_have_the_same_identifier_and_others_another() -> None:
    first, again, other = (response(summary_of(id))["identifier"] for id in ("V05", "V05", "V06"))

    assert first == again != other


def test_the_exported_questionnaire_asks_everything_once_in_order() -> None:
    links = [item["linkId"] for item in items(questionnaire())]

    assert len(links) == len(set(links))
    assert [link for link in links if link in QUESTIONS] == list(QUESTIONS)
    assert [link for link in links if link in PAGES] == list(PAGES)
    assert [item["linkId"] for item in questionnaire()["item"]] == [section.id for section in SECTIONS]


def test_every_answer_in_a_response_is_on_offer_in_the_questionnaire() -> None:
    offered = {
        item["linkId"]: {option["valueCoding"]["code"] for option in item.get("answerOption", [])}
        for item in items(questionnaire())
    }
    for vignette in VIGNETTES:
        for item in items(response(summary_of(vignette.id))):
            codes = {said["valueCoding"]["code"] for said in item.get("answer", []) if "valueCoding" in said}
            assert codes <= offered[item["linkId"]]


def test_a_plain_condition_is_enable_when_and_opens_on_not_sure_too() -> None:
    page = next(item for item in items(questionnaire()) if item["linkId"] == "u_chest_more")

    assert page["enableBehavior"] == "any"
    assert {when["answerCoding"]["code"] for when in page["enableWhen"]} == {"yes", "not_sure"}
    assert {when["question"] for when in page["enableWhen"]} == {"rf_chest_pain"}


def test_a_condition_that_enable_when_cannot_say_is_an_expression() -> None:
    page = next(item for item in items(questionnaire()) if item["linkId"] == "u_pregnant")

    (extension,) = page["extension"]
    assert "enableWhen" not in page
    assert extension["valueExpression"]["language"] == "text/fhirpath"
    assert "today() - 11 years" in extension["valueExpression"]["expression"]


def test_every_condition_can_be_exported() -> None:
    gated = [
        q for page in PAGES.values() for q in page.questions if q.asked_when != PAGES["p_start"].asked_when
    ]
    exported = {item["linkId"]: item for item in items(questionnaire())}

    assert gated
    for question in gated:
        assert "enableWhen" in exported[question.id] or "extension" in exported[question.id]
