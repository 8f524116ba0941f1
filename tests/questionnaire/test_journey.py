"""The way through the form."""

from hypothesis import given, settings

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from tests.answering import ON, STAFFED_FOR_SELF_HARM, any_answers, journey_of, plain_patient


def test_it_begins_at_the_first_page() -> None:
    assert Journey(Answers(), ON).next is PAGES["p_start"]


def test_it_is_complete_when_everything_needed_is_answered() -> None:
    patient = plain_patient()

    assert Journey(patient, ON).complete
    assert not Journey(patient.merged({"rf_fever": None}), ON).complete


def test_a_page_cannot_be_opened_before_the_pages_ahead_of_it_are_answered() -> None:
    barely_begun = Journey(Answers({"ack_not_monitored": "yes", "who_completing": "self"}), ON)

    assert barely_begun.may_open(PAGES["p_you"])
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

    journey = journey_of(marked.merged({"sites": ("b_scapula_l", "b_neck_l")}))

    assert "site_main" not in journey.counting
    assert journey.next is PAGES["p_worst"]


def test_an_optional_page_is_shown_once_and_then_passed() -> None:
    patient = plain_patient().merged({"agenda": None})
    saved = frozenset(PAGES) - {"v_visit"}

    assert Journey(patient, ON, passed=saved).next is PAGES["v_visit"]
    assert Journey(patient, ON, passed=saved | {"v_visit"}).next is None


def test_more_detail_is_never_in_the_way() -> None:
    journey = journey_of(plain_patient())

    assert journey.complete
    assert journey.may_open(PAGES["m_pain"])
    assert all(not q.required for step in journey.more for q in step.asked)


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
    assert all(journey.answers[id] == value for id, value in journey.counting.items())


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
    opened: set[str] = set()
    for special in (
        {
            "sex_at_birth": "female",
            "rf_preg_weeks": "not_sure",
            "on_when": "w2_6",
            "who_completing": "family",
        },
        {
            "on_when": "m3_12",
            "on_age": 30,
            "sites": ["b_low_l", "b_flank_l", "f_groin_l"],
            "img_had": ["mri"],
        },
        {"age": 60, "sites": ["b_low_l", "b_spine_mid"]},
    ):
        said = {id: value for id, value in everything.items() if value} | special
        journey = journey_of(plain_patient(said), STAFFED_FOR_SELF_HARM)
        opened |= {q.id for step in (*journey.steps, *journey.more) for q in step.asked}

    assert opened == set(QUESTIONS)
