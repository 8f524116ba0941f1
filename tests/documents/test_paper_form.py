"""The blank form on paper: every question of the declaration, the emergency wording first, nothing cut."""

from functools import cache

import page
import pytest

from intake.documents.orders import Letterhead, Paper
from intake.documents.pdf import paper_form
from intake.i18n import fill
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.body import REGIONS
from intake.questionnaire.criteria import Feature
from intake.questionnaire.questions import AnyOf, FreeText, Gate, Grid, Number, OneOf, Regions
from intake.red_flags.advice import CLOSE
from tests.conftest import MORNING
from tests.documents.reading import elements, pages, squeezed, words

CLINIC = Letterhead("Harbour Street Physiotherapy", ("12 Harbour Street", "EX1 2AB"), "01632 960 001")
FACTS = {
    "clinic_name": "Harbour Street Physiotherapy",
    "clinic_phone": "01632 960 001",
    "emergency_number": "999",
    "urgent_line": "NHS 111",
}
ALL = frozenset(each.asked_when.name for each in PAGES.values() if isinstance(each.asked_when, Feature))


@cache
def form(paper: Paper = "A4", features: frozenset[str] = ALL) -> bytes:
    return paper_form.render(CLINIC, FACTS, features=features, made=MORNING, paper=paper)


@pytest.fixture(scope="module")
def printed() -> str:
    """The words of the form, without the lines that pages end with."""
    return squeezed(words(form()))


def test_every_question_of_the_declaration_is_on_paper_by_its_id(printed):
    assert [id for id in QUESTIONS if f"[{id}]" not in printed] == []


def test_no_question_and_no_answer_on_offer_is_cut(printed):
    # The line beside an "other" is no question of its own on paper.
    asked = [q for q in QUESTIONS.values() if not (isinstance(q, FreeText) and q.beside)]
    said = [fill(question.text, FACTS) for question in asked]
    said += [fill(page.statement, FACTS) for page in PAGES.values() if page.statement]
    for question in QUESTIONS.values():
        said += [fill(question.hint, FACTS)] if question.hint and not isinstance(question, Regions) else []
        if isinstance(question, OneOf | AnyOf) and not getattr(question, "among", None):
            said += [str(option.text) for option in question.options]
        if isinstance(question, FreeText | Number):
            said += [str(choice.text) for choice in question.choices]
        if isinstance(question, Gate):
            said += [fill(name, FACTS) for name in question.names]
        if isinstance(question, Grid):
            said += [str(option.text) for option in (*question.rows, *question.columns)]
    said += [str(region.label) for region in REGIONS]

    assert [each for each in said if squeezed(each) not in printed] == []


def test_the_emergency_wording_and_the_safety_questions_come_first():
    first, *_ = pages(form())
    everything = squeezed(words(form()))

    for each in [said for listed in CLOSE.lists for said in (listed.words, *listed.items)]:
        assert squeezed(fill(each, FACTS)) in squeezed(first)
    assert "Name of the patient" in first
    assert CLINIC.name in first
    safety = [f"[{id}]" for id, question in QUESTIONS.items() if question.safety]
    others = [f"[{id}]" for id, question in QUESTIONS.items() if not question.safety]
    assert max(map(everything.index, safety)) < min(map(everything.index, others))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_form_conforms_to_pdf_ua_1_and_pdf_a_3a(paper):
    pdf = form(paper)

    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]
    assert all(tag["alt"] for tag in elements(pdf) if tag["kind"] == "/Figure")


def test_each_question_has_its_code_once_and_a_line_beside_other_stands_with_its_question(printed):
    assert [id for id in QUESTIONS if printed.count(f"[{id}]") != 1] == []
    assert printed.index("[tx_tried]") < printed.index("[tx_tried__other]") < printed.index("[allergy_class]")


def test_each_page_is_numbered():
    texts = pages(form())

    assert all(squeezed(f"{number}/{len(texts)}") in squeezed(text) for number, text in enumerate(texts, 1))


def test_who_is_skipped_is_said_only_where_the_way_is_plain():
    safety, main, more = paper_form.parts(FACTS, ALL)
    numbers = {each.id: each.number for part in (safety, main, more) for it in part for each in it.questions}
    conditions = {each.id: each.condition for part in (safety, main) for it in part for each in it.questions}

    rare = next(it for it in safety if it.questions[0].id == "rf_cough_blood")
    assert rare.condition == f"Only if “Yes” or “Not sure” to {numbers['any_rare']}."
    assert conditions["med_list"] == (
        f"Only if you chose “Any other medicine”, “Not sure” at {numbers['med_now']}."
    )
    # The app also looks at where it hurts, which no pen can work out: everybody is asked.
    assert conditions["rf_arm_jaw"] == ""


def test_what_the_clinic_does_not_ask_is_not_on_paper():
    assert "[mood_unsafe_now]" not in squeezed(words(form(features=frozenset())))
