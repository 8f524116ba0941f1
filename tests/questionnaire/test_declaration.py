"""What the clinic asks, held against its own rules."""

import pytest

from intake.demo.vignettes import VIGNETTES, answers_of
from intake.questionnaire import PAGES, QUESTIONS, RETIRED, page_of
from intake.questionnaire.body import REGIONS, SITE_GROUPS
from intake.questionnaire.questions import AnyOf, FreeText, Gate, Grid, OneOf, YesNoUnsure
from intake.red_flags import RED_FLAGS, Urgency
from tests.answering import ON, journey_of, plain_patient

# Safety: urgent rules look at these and they may be passed by; each only adds to what must be answered.
OPTIONAL_BY_REVIEW = {"agg", "course", "mood_unsafe_now", "on_how", "pat_constancy"}

# Safety: never behind a question that stands before several (H-36).
NEVER_BEHIND_A_GATE = {
    "rf_saddle_numb",
    "rf_bowel_control",
    "rf_chest_pain",
    "rf_sweaty",
    "rf_legs_weak",
    "rf_arm_weak",
    "rf_numb_below",
    "rf_walk_unsteady",
    "rf_fever",
    "pmh_cancer",
    "rf_pregnant",
    "mood_unsafe_now",
}
GATES = [q for q in QUESTIONS.values() if isinstance(q, Gate)]


def test_every_safety_question_must_be_answered() -> None:
    assert {q.id for q in QUESTIONS.values() if q.group and not q.required} == {"mood_unsafe_now"}


def test_safety_questions_are_forced_choice_without_default() -> None:
    for question in QUESTIONS.values():
        if isinstance(question, YesNoUnsure):
            assert [option.id for option in question.options][:3] == ["yes", "no", "not_sure"]


def test_no_page_asks_more_than_six_short_questions_and_four_others() -> None:
    for page in PAGES.values():
        # The box of an "other" belongs to its question.
        asked = [q for q in page.questions if not (isinstance(q, FreeText) and q.beside)]
        assert sum(q.forced for q in asked) <= 6
        assert sum(not q.forced for q in asked) <= 4


def test_there_are_as_many_questions_and_pages_as_specified() -> None:
    safety = [q for q in QUESTIONS.values() if q.group and q.id.startswith(("rf_", "any_", "ibp_", "seen_"))]
    own = [q for q in QUESTIONS.values() if not (isinstance(q, FreeText) and q.beside)]

    assert len(own) == 102 + 82
    assert len(GATES) == 6 + 1  # steroid tablets for 4 weeks open those for 3 months
    assert len(safety) == 102
    assert (len(PAGES), sum(page.more for page in PAGES.values())) == (56, 11)


def test_no_gate_stands_before_what_may_never_be_hidden() -> None:
    behind = {item for gate in GATES for item in gate.items}

    assert not behind & NEVER_BEHIND_A_GATE
    assert behind & {q for q in QUESTIONS if q.startswith("rf_pee_")} <= {"rf_pee_burn", "rf_pee_blood"}


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.id)
@pytest.mark.parametrize(("said", "asks"), [("yes", True), ("not_sure", True), ("no", False)])
def test_a_gate_asks_its_items_after_yes_and_not_sure_only(gate: Gate, said: str, asks: bool) -> None:
    # For whom every other condition of an item is met.
    otherwise = dict.fromkeys(("rf_fever", "pmh_cancer", "ibp_night", "ibp_move", "ibp_buttock"), "yes")
    otherwise["sites"] = ["b_neck_l", "b_low_l", "f_head"]
    long_ago = {"on_when": "y1_plus", "age": 40} if gate.id == "any_stiff" else {"age": 62}
    outer = {each.id: "yes" for each in GATES if gate.id in each.items}

    journey = journey_of(plain_patient({**otherwise, **long_ago, **outer, gate.id: said}))
    asked = {question.id for step in journey.steps for question in step.asked}

    for item in gate.items:
        assert (item in asked) == asks, item
        assert journey.facts.is_closed(item) == (not asks), item


def test_urgent_rules_look_only_at_what_must_be_answered() -> None:
    urgent = [rule for rule in RED_FLAGS if rule.urgency >= Urgency.SAME_DAY]
    looked_at = {id for rule in urgent for id in rule.when.question_ids()}

    assert {id for id in looked_at if not QUESTIONS[id].required} == OPTIONAL_BY_REVIEW


def test_every_option_id_is_a_word_and_stands_once() -> None:
    for question in QUESTIONS.values():
        offered = question.options if isinstance(question, OneOf | AnyOf) else ()
        rows = (*question.rows,) if isinstance(question, Grid) else ()
        for options in (offered, rows):
            ids = [option.id for option in options]
            assert len(ids) == len(set(ids))
            assert all(isinstance(id, str) for id in ids)


def test_every_other_has_a_box_of_one_line_for_the_patients_own_word() -> None:
    """But for the sex recorded at birth: nobody is asked to explain it."""
    offered = {q.id: q.options for q in QUESTIONS.values() if isinstance(q, OneOf | AnyOf)}
    others = {id for id, options in offered.items() if any(option.id == "other" for option in options)}
    boxes = {q.beside: q for q in QUESTIONS.values() if isinstance(q, FreeText) and q.beside}

    assert set(boxes) == others - {"sex_at_birth"}
    assert len(boxes) >= 15
    for question, box in boxes.items():
        assert box.id == f"{question}__other"
        assert (box.limit, box.lines, box.required) == (200, 1, False)
        assert page_of(box.id) is page_of(str(question))
        assert box.printed_in is QUESTIONS[str(question)].printed_in


@pytest.mark.parametrize("ending", ["other", "another", "else"])
def test_an_option_that_stands_for_all_the_rest_is_called_other(ending: str) -> None:
    """Or it would have no box. What only begins so names one thing: "Other skin cancer only"."""
    for question in QUESTIONS.values():
        for option in question.options if isinstance(question, OneOf | AnyOf) else ():
            if str(option.text).lower().split()[-1] == ending:
                assert option.id == "other", question.id


def test_a_retired_id_is_never_asked_again() -> None:
    assert not RETIRED & set(QUESTIONS)


def test_the_body_has_65_regions_and_each_side_its_twin() -> None:
    ids = {region.id for region in REGIONS}

    assert len(ids) == len(REGIONS) == 65
    assert {id[:-2] + "_r" for id in ids if id.endswith("_l")} == {id for id in ids if id.endswith("_r")}


def test_left_is_never_called_right() -> None:
    for region in REGIONS:
        words = f"{region.label} {region.noted}"
        if region.id.endswith("_l"):
            assert "left" in str(region.label)
            assert "right" not in words
        if region.id.endswith("_r"):
            assert "right" in str(region.label)
            assert "left" not in words


def test_every_group_of_places_has_places() -> None:
    assert all(SITE_GROUPS.values())


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_every_vignette_is_a_complete_form(case) -> None:
    assert journey_of(answers_of(case, ON)).complete


@pytest.mark.parametrize(
    ("sex", "age", "asks"),
    [
        ("female", 30, True),
        ("other", 30, True),
        (None, 30, True),
        ("female", 11, True),
        ("female", 41, True),
        ("other", 54, True),
        ("female", 55, True),
        ("female", 56, False),
        ("female", 10, False),
        ("male", 30, False),
    ],
)
def test_whoever_may_be_pregnant_is_asked(sex: str | None, age: int, asks: bool) -> None:
    """Safety: H-21. Closed by a recorded sex of male and by age, and by nothing else."""
    facts = journey_of(plain_patient({"age": age}).merged({"sex_at_birth": sex})).facts

    for question in ("rf_pregnant", "rf_postpartum"):
        assert (not facts.is_closed(question)) == asks


@pytest.mark.parametrize("place", ["b_low_l", "b_interscap_l"])
def test_the_private_pages_come_early_or_late_and_once(place: str) -> None:
    """Safety: H-41. Pain below the waist brings them forward; no page is lost or asked twice."""
    pages = [step.page.id for step in journey_of(plain_patient({"sites": [place]})).steps]

    assert len(pages) == len(set(pages))
    assert "u_saddle" in pages
    assert (pages[pages.index("p_when") + 1] == "u_saddle") == (place == "b_low_l")


def test_moving_the_pain_moves_the_private_pages_and_no_answer() -> None:
    low = plain_patient({"sites": ["b_low_l"], "rf_saddle_numb": "yes", "rf_ces_when": "h24"})
    moved = journey_of(low.merged({"sites": ("b_interscap_l",), "site_main": None}))

    assert moved.facts.value("rf_saddle_numb") == "yes"
    # What the new place opens is asked before the form is complete.
    opened = {
        q.id for step in moved.steps for q in step.asked if moved.facts.value(q.id) is None and q.required
    }
    assert opened == {"rf_arm_jaw", "rf_exertional"}
    assert not moved.complete
