"""The FHIR exports hold every answer that counts, and only those."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from intake.demo.vignettes import VIGNETTES
from intake.documents import render
from intake.documents.fhir import response
from intake.documents.fhir_questionnaire import CANONICAL, SYSTEM, questionnaire
from intake.questionnaire import PAGES, QUESTIONS, SECTIONS, VERSION
from intake.questionnaire.questions import Gate
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
    assert answer(document, "tx_effect.tx_tried.tx_rest")[0]["valueCoding"]["code"] == "worse"
    assert answer(document, "tx_tried__other") == [{"valueString": "Cupping"}]


def test_what_is_chosen_in_place_of_a_number_is_coded() -> None:
    more_than_a_year = {"on_when": "y1_plus", "on_age": "not_sure", "phone_best": "no_phone"}
    document = response(summary_of("V01", more_than_a_year))

    assert answer(document, "on_age.choice")[0]["valueCoding"]["code"] == "not_sure"
    assert answer(document, "on_age.number") == []
    assert answer(document, "phone_best")[0]["valueCoding"]["code"] == "no_phone"
    assert "telecom" not in document["contained"][0]
    as_number = response(summary_of("V01", more_than_a_year | {"on_age": 34}))
    assert answer(as_number, "on_age.number") == [{"valueInteger": 34}]


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("07700 900123", ["07700 900123"]),
        ("07700 900123; 020 7946 0018", ["07700 900123", "020 7946 0018"]),
        ("٠٧٧٠٠٩٠٠١٢٣; 020 7946 0018", ["٠٧٧٠٠٩٠٠١٢٣", "020 7946 0018"]),
        ("020 7946 0018; ext 5", ["020 7946 0018; ext 5"]),
        ("07700 900123 or 020 7946 0018", ["07700 900123", "020 7946 0018"]),
        ("+44 (0)7700 900123 after 6pm", ["+44 (0)7700 900123 after 6pm"]),
    ],
)
def test_each_number_that_was_given_is_an_entry_of_its_own(given: str, values: list[str]) -> None:
    telecom = response(summary_of("V01", {"phone_best": given}))["contained"][0]["telecom"]

    assert [each["value"] for each in telecom] == values
    assert [each.get("rank") for each in telecom] == ([1, 2] if len(values) > 1 else [None])


@pytest.mark.parametrize("given", ["same as you have", "07700"])
def test_words_without_a_number_are_no_telephone(given: str) -> None:
    document = response(replace(summary_of("V01"), phone=given))

    assert "telecom" not in document["contained"][0]


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


def test_every_link_of_a_response_is_in_the_questionnaire_and_has_its_type() -> None:
    types = {item["linkId"]: item["type"] for item in items(questionnaire())}
    fits = {
        "valueCoding": {"choice", "open-choice"},
        "valueString": {"text", "string", "open-choice"},
        "valueInteger": {"integer"},
        "valueDate": {"date"},
        "valueBoolean": {"boolean"},
    }
    for summary in (whole(), *(summary_of(vignette.id) for vignette in VIGNETTES)):
        for item in items(response(summary)):
            kinds = {kind for said in item.get("answer", []) for kind in said}
            assert all(types[item["linkId"]] in fits[kind] for kind in kinds), item


def test_options_and_lengths_stand_only_where_r4_allows_them() -> None:
    for item in items(questionnaire()):
        if "answerOption" in item:
            assert item["type"] in ("choice", "open-choice")
        if "maxLength" in item:
            assert item["type"] in ("string", "text", "open-choice")
        if item["type"] == "display":
            assert not {"required", "answerOption", "item"} & item.keys()


def test_each_condition_looks_at_links_that_can_be_answered() -> None:
    types = {item["linkId"]: item["type"] for item in items(questionnaire())}

    for item in items(questionnaire()):
        looked_at = {when["question"] for when in item.get("enableWhen", [])}
        for extension in item.get("extension", []):
            expression = extension.get("valueExpression", {}).get("expression", "")
            looked_at |= set(re.findall(r"linkId = '([^']+)'", expression))
        assert all(types[link] not in ("group", "display") for link in looked_at), item["linkId"]


def test_a_box_beside_other_and_a_row_of_effects_open_with_their_option() -> None:
    exported = {item["linkId"]: item for item in items(questionnaire())}

    box, row = exported["tx_tried__other"], exported["tx_effect.med_now.nsaid"]
    assert (box["type"], box["enableWhen"]) == ("string", [opened_by("tx_tried", "other")])
    assert row["enableWhen"] == [opened_by("med_now", "nsaid")]


def test_not_sure_in_a_list_opens_what_stands_behind_it() -> None:
    exported = {item["linkId"]: item for item in items(questionnaire())}

    codes = {when["answerCoding"]["code"] for when in exported["med_list"]["enableWhen"]}
    assert "not_sure" in codes


def test_not_sure_of_the_age_at_onset_opens_what_a_young_age_opens() -> None:
    page = next(item for item in items(questionnaire()) if item["linkId"] == "any_stiff")

    expressions = [extension["valueExpression"]["expression"] for extension in page["extension"]]
    assert (
        "iif(%resource.repeat(item).where(linkId = 'on_age.choice').answer.value.exists(), true"
        in " ".join(expressions)
    )


def test_statements_and_what_a_gate_names_are_shown() -> None:
    shown = {item["linkId"]: item["text"] for item in items(questionnaire()) if item["type"] == "display"}

    assert shown["p_start.statement"] == str(PAGES["p_start"].statement)
    gate = QUESTIONS["any_rare"]
    assert isinstance(gate, Gate)
    assert [shown[f"any_rare.name{place}"] for place in range(1, 7)] == [str(name) for name in gate.names]


def opened_by(question: str, code: str) -> dict[str, Any]:
    return {"question": question, "operator": "=", "answerCoding": {"system": SYSTEM, "code": code}}


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
    assert {when["question"] for when in page["enableWhen"]} == {"rf_chest_pain", "rf_breathless"}


def test_a_condition_that_enable_when_cannot_say_is_an_expression() -> None:
    page = next(item for item in items(questionnaire()) if item["linkId"] == "rf_pregnant")

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
