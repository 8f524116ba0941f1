"""Questions as controls: what was typed is kept, what was meant is read, what is wrong is said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from intake.i18n import speaking
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.fields import CONTROLS, on_offer, posted, recalled
from intake.questionnaire.journey import Journey
from intake.questionnaire.values import Rating
from intake.questionnaire.vignettes import VIGNETTES, answers_of

ON = date(2026, 11, 22)


def post(question_id, *pairs):
    """One question answered with these (name, text) pairs; `name` may leave out the question's id."""
    named = MultiDict(
        [(name if name.startswith(question_id) else question_id + name, text) for name, text in pairs]
    )
    question = QUESTIONS[question_id]
    page = next(page for page in PAGES.values() if question in page.questions)
    return posted(page, (question,), named, on=ON)


def refusal(form):
    """The one thing the patient is told."""
    assert not form.validate()
    ((_, words),) = form.problems
    assert words.startswith(form.controls[0].errors[0])
    return words


def control(form):
    return form.controls[0]


def test_a_kind_of_question_without_a_control_does_not_exist():
    assert {question.kind for question in QUESTIONS.values()} <= set(CONTROLS)


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_what_is_shown_and_sent_back_unchanged_is_the_same_answer(case):
    answers = answers_of(case, ON)
    journey = Journey(answers, ON)

    for step in (*journey.steps, *journey.more):
        asked = on_offer(step.asked, answers)
        shown = recalled(step.page, asked, answers)
        again = posted(step.page, asked, MultiDict(sent(shown)), on=ON)

        assert again.validate()
        assert again.answers == {question.id: answers.get(question.id) for question in asked}
        assert shown.answers == again.answers


def sent(form):
    """What a browser sends for the form as it stands."""
    for each in form.controls:
        name, kind = each.question.id, each.question.kind
        if kind in ("any_of", "regions"):
            yield from ((name, value) for value in each.shown)
        elif kind == "day":
            yield from ((f"{name}-{part}", typed) for part, typed in each.shown.items())
        elif kind == "grid":
            yield from ((f"{name}-{row}", cell) for row, cell in each.shown.items())
        elif kind in ("ranked", "rated"):
            yield from ((f"{name}-{place}", each.shown[place - 1]) for place in each.places)
            ratings = getattr(each, "ratings", ())
            yield from ((f"{name}-{place}-rating", value) for place, value in enumerate(ratings, 1))
        elif each.shown:
            yield (name, each.shown)


def test_a_radio_left_empty_does_not_fall_back_on_the_stored_answer():
    page = PAGES["u_now"]
    answers = Answers({"rf_very_unwell": "no", "rf_face_speech": "no", "rf_need_today": "no"})
    recalled(page, page.questions, answers)

    form = posted(page, page.questions, MultiDict({"rf_face_speech": "no"}))

    assert not form.validate()
    assert form.answers == {"rf_very_unwell": None, "rf_face_speech": "no", "rf_need_today": None}


@pytest.mark.parametrize(
    ("question_id", "pairs", "words"),
    [
        ("rf_very_unwell", [], "Choose yes, no or not sure: Do you feel very ill right now?"),
        ("ack_not_monitored", [], "Choose yes or no: Nobody reads this form live."),
        ("on_when", [], "Choose an answer: When did this pain start?"),
        ("on_when", [("", "yesterday")], "Choose one of the answers on offer: When did"),
        ("pq_words", [], "Choose at least one answer: Which words fit the pain?"),
        ("pq_words", [("", "banana")], "Choose one of the answers on offer: Which words"),
        ("assoc", [("", "none"), ("", "cough")], "Choose “None” or other answers, not both: Have you"),
        ("sites", [], "Tap the picture, or use the list, to show at least one place: Where does it hurt?"),
        ("sites", [("", "b_wing")], "Choose one of the answers on offer: Where does it hurt?"),
        ("on_age", [], "Enter a number: How old were you"),
        ("on_age", [("", "twelve")], "Enter a whole number from 0 to 120: How old"),
        ("on_age", [("", "121")], "Enter a whole number from 0 to 120: How old"),
        ("nrs_now", [], "Choose a number from 0 to 10: How bad is the pain right now?"),
        ("nrs_now", [("", "11")], "Choose a number from 0 to 10: How bad"),
        ("mc_main", [("", "   ")], "Write an answer: In your own words"),
        ("mc_main", [("", "a" * 301)], "Make your answer shorter, 300 letters at most (now 301): In your"),
        ("agenda", [("-1", "a" * 201)], "Make each answer shorter, 200 letters at most: What are"),
        ("act_rate", [("-1-rating", "4")], "Say what number 1 is for, or take the number away: Name"),
        ("act_rate", [("-1", "walking"), ("-1-rating", "11")], "Choose one of the answers on offer: Name"),
        ("tx", [("-tx_physio", "cured")], "Choose one of the answers on offer: What have you tried"),
        ("dob", [], "Enter a date: What is the patient's date of birth?"),
    ],
)
def test_a_mistake_is_named_in_the_patients_words(question_id, pairs, words):
    assert refusal(post(question_id, *pairs)).startswith(words)


@pytest.mark.parametrize(
    ("day", "month", "year", "words", "wrong"),
    [
        ("31", "2", "1962", "The date must be a real date, like 27 3 1962: ", ("day",)),
        ("3", "13", "1962", "The date must be a real date, like 27 3 1962: ", ("month",)),
        ("27", "", "1962", "The date must be a real date, like 27 3 1962: ", ("month",)),
        ("27", "ma", "", "The date must be a real date, like 27 3 1962: ", ("month", "year")),
        ("27", "3", "62", "Write the year with four figures, like 1962: ", ("year",)),
        ("23", "11", "2026", "The date must be in the past: ", ("day", "month", "year")),
        ("1", "1", "1899", "The date must be a real date, like 27 3 1962: ", ("day", "month", "year")),
        ("²", "3", "1962", "The date must be a real date, like 27 3 1962: ", ("day",)),
    ],
)
def test_a_date_that_cannot_be_is_kept_as_typed_and_the_wrong_box_marked(day, month, year, words, wrong):
    form = post("dob", ("-day", day), ("-month", month), ("-year", year))

    assert refusal(form).startswith(words)
    assert control(form).shown == {"day": day, "month": month, "year": year}
    assert control(form).wrong == wrong


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MAR.", " march ", "٣"])
def test_a_month_may_be_a_number_or_a_name(month):
    form = post("dob", ("-day", "27"), ("-month", month), ("-year", "1962"))

    assert form.validate()
    assert form.answers == {"dob": "1962-03-27"}


def test_a_month_may_be_named_in_the_patients_language():
    with speaking("de"):
        form = post("dob", ("-day", "27"), ("-month", "März"), ("-year", "1962"))

        assert form.answers == {"dob": "1962-03-27"}


def test_things_in_the_patients_words_keep_their_order_and_rating():
    form = post("act_rate", ("-1", "Carry my son"), ("-1-rating", "2"), ("-3", "Swim"), ("-3-rating", ""))

    assert form.validate()
    assert form.answers == {"act_rate": (Rating("Carry my son", 2), Rating("Swim"))}


def test_which_is_worst_offers_only_what_was_marked():
    question = QUESTIONS["site_main"]

    (narrowed,) = on_offer((question,), Answers({"sites": ("b_low_l", "b_low_r")}))

    assert [option.id for option in narrowed.options] == ["b_low_l", "b_low_r"]


def test_what_can_be_kept_is_told_apart_from_what_is_still_open():
    page = PAGES["p_when"]
    open_still = posted(page, page.questions, MultiDict({"mc_main": "My back"}))
    unreadable = posted(page, page.questions, MultiDict({"mc_main": "a" * 301}))

    assert open_still.readable
    assert not open_still.validate()
    assert not unreadable.readable


@given(st.data())
def test_whatever_is_sent_is_read_or_refused_and_shown_again(data):
    question = data.draw(st.sampled_from(list(QUESTIONS.values())))
    names = [
        question.id,
        *(
            f"{question.id}-{part}"
            for part in ("day", "month", "year", "1", "2", "3", "1-rating", "tx_physio")
        ),
    ]
    sent = data.draw(st.lists(st.tuples(st.sampled_from(names), st.text(max_size=40)), max_size=8))

    form = posted(PAGES["p_you"], (question,), MultiDict(sent), on=ON)
    valid = form.validate()

    value = form.answers[question.id]
    assert valid or control(form).errors
    if value is not None:
        assert isinstance(question.said(value), str)
        assert question.parse(Answers({question.id: value}).to_json()[question.id]) == value
