"""The way through the form."""

from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import Truth
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import AnyOf, Gate, OneOf
from intake.questionnaire.values import Value
from tests.answering import ON, STAFFED_FOR_SELF_HARM, any_answers, journey_of, plain_patient


def test_it_begins_at_the_first_page() -> None:
    assert Journey(Answers(), ON).next is PAGES["p_start"]


def test_it_is_complete_when_everything_needed_is_answered() -> None:
    patient = plain_patient()

    assert Journey(patient, ON).complete
    assert not Journey(patient.merged({"rf_fever": None}), ON).complete


def test_a_page_cannot_be_opened_before_the_pages_ahead_of_it_are_answered() -> None:
    patient = plain_patient()
    ids = ("who_completing", "dob", "sex_at_birth", "phone_best")
    barely_begun = Journey(Answers({id: patient[id] for id in ids}), ON)

    assert barely_begun.may_open(PAGES["u_now"])
    assert not barely_begun.may_open(PAGES["u_saddle"])


def test_a_page_that_nothing_opens_is_not_on_the_path() -> None:
    plain = journey_of(plain_patient())

    assert not plain.may_open(PAGES["u_cancer_more"])
    assert PAGES["u_cancer_more"] not in [step.page for step in plain.steps]


def test_not_sure_opens_what_yes_opens() -> None:
    for said in ("yes", "not_sure"):
        assert journey_of(plain_patient({"pmh_cancer": said})).may_open(PAGES["u_cancer_more"])


def test_a_hidden_answer_does_not_count_and_is_not_deleted() -> None:
    changed_mind = plain_patient({"pmh_cancer": "yes", "pmh_cancer_type": ["lung"]}).merged(
        {"pmh_cancer": "no"}
    )

    journey = journey_of(changed_mind)

    assert "pmh_cancer_type" not in journey.counting
    assert journey.answers["pmh_cancer_type"] == ("lung",)


def test_the_worst_place_is_stale_once_that_place_is_no_longer_marked() -> None:
    marked = plain_patient({"sites": ["b_scapula_l", "b_low_l"], "site_main": "b_low_l"})
    assert journey_of(marked).counting["site_main"] == "b_low_l"

    journey = journey_of(marked.merged({"sites": ("b_scapula_l", "b_neck_l")}))

    assert "site_main" not in journey.counting
    assert journey.answers["site_main"] == "b_low_l"
    assert "site_main" in [question.id for question in journey.asked(PAGES["m_with"])]


def test_the_effect_of_what_is_no_longer_ticked_is_stale() -> None:
    effects = {"med_now:nsaid": "helped", "tx_tried:tx_rest": "worse", "tx_tried:other": "no_change"}
    tried = plain_patient(
        {"med_now": ["nsaid"], "tx_tried": ["tx_rest", "other"], "tx_effect": effects},
    )
    assert journey_of(tried).counting["tx_effect"] == effects

    changed_mind = journey_of(tried.merged({"med_now": ("opioid",), "tx_tried": ("tx_rest",)}))
    nothing_left = journey_of(tried.merged({"med_now": ("none",), "tx_tried": ("tx_physio",)}))

    assert changed_mind.counting["tx_effect"] == {"tx_tried:tx_rest": "worse"}
    assert changed_mind.answers["tx_effect"] == effects
    assert "tx_effect" not in nothing_left.counting


def test_an_effect_in_no_table_counts_for_nothing() -> None:
    tried = plain_patient({"med_now": ["nsaid"], "tx_tried": ["tx_rest"]})

    for earlier in ("helped", {"gone:row": "helped"}):
        assert "tx_effect" not in journey_of(tried.merged({"tx_effect": earlier})).counting


@pytest.mark.parametrize("ticked", [("none",), ("not_sure",)])
def test_the_effect_of_nothing_is_not_asked(ticked: tuple[str, ...]) -> None:
    journey = journey_of(plain_patient().merged({"med_now": ticked, "tx_tried": ("none",)}))

    assert journey.asked(PAGES["t_effect"]) == ()


def test_the_box_of_other_counts_only_while_other_is_chosen() -> None:
    typed = plain_patient({"hope": "other", "hope__other": "Sleep", "pq_words": ["other", "numb"]}).merged(
        {"pq_words__other": "fizzing"}
    )
    assert journey_of(typed).counting["hope__other"] == "Sleep"
    assert journey_of(typed).counting["pq_words__other"] == "fizzing"

    journey = journey_of(typed.merged({"hope": "cause", "pq_words": ("numb",)}))

    assert not {"hope__other", "pq_words__other"} & journey.counting.keys()
    assert "hope__other" not in journey_of(typed.merged({"hope": None})).counting
    assert journey.answers["hope__other"] == "Sleep"


def test_what_is_not_on_offer_any_more_is_asked_again() -> None:
    earlier = plain_patient().merged(
        {"soc_smoking": "pipe", "pmh_bone_list": ("corset", "disc"), "on_when": "lately"}
    )

    journey = Journey(earlier, ON, frozenset(PAGES))

    assert "soc_smoking" not in journey.counting
    assert journey.counting["pmh_bone_list"] == ("disc",)
    assert journey.next is PAGES["p_when"]
    assert journey.answers["on_when"] == "lately"


def test_a_question_that_is_gone_leaves_the_path_and_is_kept() -> None:
    gone = {
        "ack_not_monitored": "yes",
        "goal": "Sleep",
        "ice_expect": "A scan",
        "tx": {"tx_physio": "helped"},
    }

    journey = journey_of(plain_patient().merged(gone))

    assert journey.complete
    assert not gone.keys() & journey.counting.keys()
    assert {id: journey.answers[id] for id in gone} == gone


def test_no_phone_and_not_sure_of_the_age_are_answers() -> None:
    patient = plain_patient({"phone_best": "no_phone", "on_when": "y1_plus", "on_age": "not_sure"})

    journey = journey_of(patient)

    assert journey.complete
    assert journey.counting["phone_best"] == "no_phone"
    assert journey.counting["on_age"] == "not_sure"


def test_an_optional_page_is_shown_once_and_then_passed() -> None:
    patient = plain_patient()
    assert not any(question.required for question in PAGES["s_life"].questions)
    saved = frozenset(PAGES) - {"s_life"}

    assert Journey(patient, ON, passed=saved).next is PAGES["s_life"]
    assert Journey(patient, ON, passed=saved | {"s_life"}).next is None


def test_more_detail_is_never_in_the_way() -> None:
    journey = journey_of(plain_patient())

    assert journey.complete
    assert journey.may_open(PAGES["m_change"])
    assert all(not q.required for step in journey.more for q in step.asked)


LOW, HIGH = ("b_low_l",), ("b_scapula_l",)


def order(journey: Journey) -> list[str]:
    return [step.page.id for step in journey.steps]


def test_pain_below_the_waist_brings_the_private_pages_first() -> None:
    low, high = (order(journey_of(plain_patient({"sites": list(sites)}))) for sites in (LOW, HIGH))

    place = low.index("p_when") + 1
    assert low[place : place + 2] == ["u_saddle", "u_bowel"]
    assert high[place] == "u_chest"
    assert high.index("u_saddle") > high.index("u_nerves")
    assert len(low) == len(set(low))
    assert set(low) >= {"u_saddle", "u_bowel"}


def test_while_no_place_is_marked_the_private_pages_come_late() -> None:
    unmarked = order(journey_of(plain_patient().merged({"sites": None})))

    assert unmarked.index("u_saddle") > unmarked.index("u_chest")


@settings(max_examples=60)
@given(any_answers(), st.sampled_from([LOW, HIGH, ("b_low_l", "f_chest_l"), None]))
def test_another_order_asks_everything_that_is_opened_and_once(
    answers: Answers, sites: tuple[str, ...] | None
) -> None:
    journey = journey_of(answers.merged({"sites": sites}))

    asked = [q.id for step in (*journey.steps, *journey.more) for q in step.asked]

    assert len(asked) == len(set(asked))
    for page in PAGES.values():
        gate = page.asked_when.truth(journey.facts)
        for question in page.questions:
            opened = min(gate, question.asked_when.truth(journey.facts)) >= Truth.NOT_SURE
            assert (question.id in asked) is opened, question.id


@pytest.mark.parametrize(("begins", "turns"), [(HIGH, LOW), (LOW, HIGH)])
def test_whoever_marks_another_place_midway_is_asked_everything_that_place_needs(
    begins: tuple[str, ...], turns: tuple[str, ...]
) -> None:
    """H-41: another place moves the page, never the answer."""
    wanted = plain_patient({"sites": list(turns)})
    before = plain_patient({"sites": list(begins)})
    halfway = order(journey_of(before)).index("u_health") + 1
    passed = frozenset(order(journey_of(before))[:halfway])
    kept = [q.id for id in passed for q in PAGES[id].questions if q.id in before]
    given_so_far = Answers({id: before[id] for id in kept}).merged({"sites": turns})

    journey, saved = Journey(given_so_far, ON, passed), []
    while journey.next is not None:
        page = journey.next
        saved.append(page.id)
        assert journey.may_open(page)
        given = {q.id: wanted.get(q.id) for q in journey.asked(page)}
        journey = Journey(journey.answers.merged(given), ON, journey.passed | {page.id})

    assert journey.complete
    assert order(journey) == order(journey_of(wanted))
    asked = {q.id for step in journey.steps for q in step.asked}
    assert {id: said for id, said in wanted.items() if id in asked} == journey.counting
    assert len(saved) == len(set(saved))
    assert (saved[0] == "u_saddle") is (turns is LOW)


def test_what_is_due_early_keeps_later_pages_shut_until_it_is_answered() -> None:
    answered = plain_patient({"sites": list(HIGH)}).merged({"rf_saddle_numb": None, "sites": LOW})

    journey = Journey(answered, ON, frozenset(PAGES))

    assert journey.next is PAGES["u_saddle"]
    assert not journey.may_open(PAGES["u_chest"])
    assert not journey.complete


def test_what_stands_behind_a_gate_that_was_answered_no_was_asked_together() -> None:
    journey = journey_of(plain_patient())

    assert {"rf_rash", "rf_weight_loss", "pmh_immune_low", "med_steroid_4w"} <= journey.asked_together
    # Behind the inner gate, and asked with the outer one.
    assert "med_steroid_3m" in journey.asked_together
    assert "rf_fever" not in journey.asked_together
    assert journey.asked(PAGES["u_rare_more"]) == ()


@pytest.mark.parametrize("said", ["yes", "not_sure"])
def test_a_gate_answered_yes_or_not_sure_asks_each_of_its_items(said: str) -> None:
    journey = journey_of(plain_patient({"any_rare": said}))

    asked = {question.id for question in journey.asked(PAGES["u_rare_more"])}

    gate = QUESTIONS["any_rare"]
    assert isinstance(gate, Gate)
    assert asked == set(gate.items)
    assert not asked & journey.asked_together


def test_a_blank_gate_is_no_answer_to_what_stands_behind_it() -> None:
    journey = Journey(plain_patient().merged({"any_rare": None}), ON, frozenset(PAGES))

    assert "rf_rash" not in journey.asked_together
    assert not journey.facts.is_closed("rf_rash")
    assert journey.asked(PAGES["u_rare_more"]) == ()
    assert journey.next is PAGES["u_body"]


def test_after_and_before_lead_along_the_path() -> None:
    journey = journey_of(plain_patient())
    pages = [step.page for step in journey.steps]

    assert [journey.after(page) for page in pages] == [*pages[1:], None]
    assert [journey.before(page) for page in pages] == [None, *pages[:-1]]


def test_nobody_is_a_hundred_percent_done_before_they_are() -> None:
    assert journey_of(plain_patient().merged({"nrs_now": None})).percent < 100


@settings(max_examples=150, deadline=None)
@given(any_answers())
def test_only_questions_that_are_asked_count(answers: Answers) -> None:
    journey = journey_of(answers)
    asked = {q.id for step in (*journey.steps, *journey.more) for q in step.asked}

    assert asked >= set(journey.counting)
    assert all(value in _parts_of(journey.answers[id]) for id, value in journey.counting.items())


def _parts_of(value: Value) -> list[Value]:
    """An answer, and what may be left of a table once rows of it are stale."""
    if not isinstance(value, Mapping):
        return [value]
    many = range(len(value) + 1)
    return [dict(rows) for some in many for rows in combinations(value.items(), some)]


@settings(max_examples=100, deadline=None)
@given(any_answers())
def test_answers_that_do_not_count_change_nothing(answers: Answers) -> None:
    journey = journey_of(answers)
    without = journey_of(journey.counting)

    assert without.counting == journey.counting
    assert [step.asked for step in without.steps] == [step.asked for step in journey.steps]


def test_every_question_can_be_reached() -> None:
    """Safety: a question that no answers open would be a red flag that nobody is asked about."""
    everything = {q.id: "yes" if q.forced else None for q in QUESTIONS.values()}
    lists = {
        q.id: ["other"] for q in QUESTIONS.values() if isinstance(q, AnyOf) and f"{q.id}__other" in QUESTIONS
    }
    choices = {
        q.id: "other" for q in QUESTIONS.values() if isinstance(q, OneOf) and f"{q.id}__other" in QUESTIONS
    }
    opened: set[str] = set()
    for special in (
        {
            "sex_at_birth": "female",
            "rf_preg_weeks": "not_sure",
            "rf_postpartum": "no",
            "on_when": "w2_6",
            "who_completing": "family",
        },
        {
            "on_when": "y1_plus",
            "on_age": 30,
            "sites": ["b_low_l", "b_flank_l", "f_groin_l"],
            "img_had": ["mri"],
        },
        {"age": 60, "sites": ["b_low_l", "b_spine_mid"]},
    ):
        said = {id: value for id, value in everything.items() if value} | lists | choices | special
        journey = journey_of(plain_patient(said), STAFFED_FOR_SELF_HARM)
        opened |= {q.id for step in (*journey.steps, *journey.more) for q in step.asked}

    assert opened == set(QUESTIONS)
