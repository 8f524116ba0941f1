"""Questions as controls: what was typed is kept, what was meant is read, what is wrong is said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from intake.demo.vignettes import VIGNETTES, answers_of
from intake.i18n import speaking
from intake.questionnaire import PAGES, QUESTIONS, page_of
from intake.questionnaire.answers import Answers
from intake.questionnaire.fields import CONTROLS, on_offer, posted, recalled
from intake.questionnaire.journey import Journey
from intake.questionnaire.values import Rating

ON = date(2026, 11, 22)


def post(question_id, *pairs, region=None, clinic_phone=""):
    """One question answered with these (name, text) pairs; `name` may leave out the question's id."""
    named = MultiDict(
        [(name if name.startswith(question_id) else question_id + name, text) for name, text in pairs]
    )
    question = QUESTIONS[question_id]
    page = next(page for page in PAGES.values() if question in page.questions)
    return posted(page, (question,), named, on=ON, region=region, clinic_phone=clinic_phone)


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
        elif getattr(each, "chosen", ""):
            yield (f"{name}-choice", each.chosen)
        elif kind in ("ranked", "rated"):
            yield from ((f"{name}-{place}", each.shown[place - 1]) for place in each.places)
            ratings = getattr(each, "ratings", ())
            yield from ((f"{name}-{place}-rating", value) for place, value in enumerate(ratings, 1))
        elif each.shown:
            yield (name, each.shown)


def test_a_radio_left_empty_does_not_fall_back_on_the_stored_answer():
    page = PAGES["u_now"]
    ids = [question.id for question in page.questions]
    recalled(page, page.questions, Answers(dict.fromkeys(ids, "no")))

    form = posted(page, page.questions, MultiDict({"rf_face_speech": "no"}))

    assert not form.validate()
    assert form.answers == {**dict.fromkeys(ids), "rf_face_speech": "no"}


@pytest.mark.parametrize(
    ("question_id", "pairs", "words"),
    [
        ("rf_very_unwell", [], "Choose yes, no or not sure: Do you feel very ill right now, or"),
        ("proxy_present", [], "Choose yes or no: Is the patient with you now?"),
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
        ("mc_main", [("", "   ")], "Write an answer: What is the main problem"),
        ("mc_main", [("", "a" * 1001)], "Make your answer shorter, 1000 letters at most (now 1001): What"),
        (
            "hope__other",
            [("", "a" * 201)],
            "Make your answer shorter, 200 letters at most (now 201): In your",
        ),
        ("phone_best", [], "Write a phone number, or choose that you have none: Which phone"),
        (
            "phone_best",
            [("", "abc")],
            "Write the whole number, at least 7 digits, or choose that you have no",
        ),
        ("phone_best", [("", "12")], "Write the whole number, at least 7 digits, or choose that you have no"),
        ("phone_best", [("-choice", "no_fax")], "Write a phone number, or choose that you have none: Which"),
        (
            "phone_best",
            [("", "0770090"), ("-choice", "no_phone")],
            "Choose “I have no phone” or write an answer",
        ),
        (
            "on_age",
            [("", "30"), ("-choice", "not_sure")],
            "Choose “Not sure” or write an answer, not both: How",
        ),
        ("agenda", [("-1", "a" * 201)], "Make each answer shorter, 200 letters at most: What should"),
        ("act_rate", [("-1-rating", "4")], "Say what number 1 is for, or take the number away: Name"),
        ("act_rate", [("-1", "walking"), ("-1-rating", "11")], "Choose one of the answers on offer: Name"),
        ("tx_effect", [("-tx_tried:tx_physio", "cured")], "Choose one of the answers on offer: How much did"),
        ("dob", [], "Enter a date: What is the patient's date of birth?"),
    ],
)
def test_a_mistake_is_named_in_the_patients_words(question_id, pairs, words):
    assert refusal(post(question_id, *pairs)).startswith(words)


@pytest.mark.parametrize(
    ("day", "month", "year", "words", "wrong"),
    [
        ("31", "2", "1962", "There is no such day in that month.", ("day",)),
        ("29.2.1962", "", "", "There is no such day in that month.", ("day",)),
        ("3", "13", "1962", "The month must be a number from 1 to 12, or its name: ", ("month",)),
        ("3", "Foo", "1962", "The month must be a number from 1 to 12, or its name: ", ("month",)),
        ("27", "", "1962", "The month is missing: ", ("month",)),
        ("", "3", "1962", "The day is missing: ", ("day",)),
        ("27", "3", "", "The year is missing: ", ("year",)),
        ("27", "ma", "", "The date must be a real date, like 27 3 1962: ", ("month", "year")),
        ("soon", "", "", "The date must be a real date, like 27 3 1962: ", ("day", "month", "year")),
        ("27", "3", "62", "Write the year with four figures, like 1962: ", ("year",)),
        ("", "", "27/3/62", "Write the year with four figures, like 1962: ", ("year",)),
        ("27", "3", "196O", "Write the year with four figures, like 1962: ", ("year",)),
        ("23", "11", "2026", "The date must be in the past: ", ("day", "month", "year")),
        ("27", "3", "2062", "The date must be in the past: ", ("year",)),
        ("1", "1", "1899", "The year must be 1900 or later. Please check all four", ("year",)),
        ("31 12 1862", "", "", "The year must be 1900 or later. Please check all four", ("day",)),
        ("12th march '62", "", "", "Write the year with four figures, like 1962: ", ("day",)),
        ("", "", "27 mars 1962", "The month must be a number from 1 to 12, or its name: ", ("year",)),
        ("3/13/1960", "", "", "The month must be a number from 1 to 12, or its name: ", ("day",)),
        ("27", "3", "2505", "Write the year as it is counted here: this year is 2026: ", ("year",)),
        ("๒๗", "๓", "๒๕๐๕", "Write the year as it is counted here: this year is 2026: ", ("year",)),
        ("7", "1", "۱۳۴۱", "Write the year as it is counted here: this year is 2026: ", ("year",)),
        ("²", "3", "1962", "The day must be a number from 1 to 31: ", ("day",)),
    ],
)
def test_a_date_that_cannot_be_is_kept_as_typed_and_the_wrong_box_marked(day, month, year, words, wrong):
    form = post("dob", ("-day", day), ("-month", month), ("-year", year))

    assert refusal(form).startswith(words)
    assert control(form).shown == {"day": day, "month": month, "year": year}
    assert control(form).wrong == wrong


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("27.", "3.", "1962."),
        ("27th", "March", "1962"),
        ("27.3.1962", "", ""),
        ("27/03/1962", "", ""),
        ("", "", "1962-03-27"),
        ("", "27 March 1962", ""),
        ("27 March", "", "1962"),
        ("27", "", "March 1962"),
        ("٢٧/٣/١٩٦٢", "", ""),
        ("1962年3月27日", "", ""),
        ("27–3–1962", "", ""),
    ],
)
def test_a_date_may_be_written_whole_into_one_box(day, month, year):
    form = post("dob", ("-day", day), ("-month", month), ("-year", year))

    assert form.validate()
    assert form.answers == {"dob": "1962-03-27"}


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
    form = post("act_rate", ("-1", "Carry my son"), ("-1-rating", "2"), ("-2", "Swim"), ("-2-rating", ""))

    assert form.validate()
    assert form.answers == {"act_rate": (Rating("Carry my son", 2), Rating("Swim"))}


def with_box(question_id, *pairs):
    """A question with the box of its "other", answered with these (name, text) pairs."""
    asked = (QUESTIONS[question_id], QUESTIONS[f"{question_id}__other"])
    return posted(
        page_of(question_id), asked, MultiDict([(question_id + name, text) for name, text in pairs])
    )


def test_the_box_of_other_is_drawn_with_its_question():
    page = PAGES["p_words"]

    form = recalled(page, page.questions, Answers({"hope": "other", "hope__other": "Sleep"}))

    assert [each.question.id for each in form.drawn] == ["mc_main", "hope"]
    assert form["hope"].box is form["hope__other"]
    assert form["hope"].box.shown == "Sleep"


@pytest.mark.parametrize(
    ("question_id", "pairs", "kept"),
    [
        ("hope", [("__other", "Sleep")], "other"),
        ("hope", [("", "other"), ("__other", "Sleep")], "other"),
        ("agg", [("__other", "Rain")], ("other",)),
        ("agg", [("", "lift"), ("__other", "Rain")], ("lift", "other")),
        ("agg", [("", "lift"), ("", "other"), ("__other", "Rain")], ("lift", "other")),
    ],
)
def test_words_beside_other_choose_it(question_id, pairs, kept):
    form = with_box(question_id, *pairs)

    assert form.validate()
    assert form.answers == {question_id: kept, f"{question_id}__other": pairs[-1][1]}
    assert form[question_id].shown in ("other", kept)


@pytest.mark.parametrize("choice", [("hope", "cause"), ("work_status", "retired")])
def test_words_beside_another_choice_are_refused_and_kept(choice):
    question_id, option = choice

    form = with_box(question_id, ("", option), ("__other", "Sleep"))

    assert not form.validate()
    ((anchor, words),) = form.problems
    assert anchor == f"{question_id}__other"
    other = str(QUESTIONS[question_id].option("other").text)
    assert words.startswith(f"You wrote something beside “{other}”. Choose that as well")
    assert form[question_id].data == option
    assert form[f"{question_id}__other"].shown == "Sleep"
    assert not form.readable


def test_words_beside_none_clash_with_it_and_are_kept():
    form = with_box("agg", ("", "none"), ("__other", "Rain"))

    assert not form.validate()
    assert form["agg"].errors[0].startswith("Choose “Nothing")
    assert form["agg"].shown == ("none", "other")
    assert form["agg__other"].shown == "Rain"


def test_an_empty_box_chooses_nothing():
    assert with_box("hope", ("", "cause"), ("__other", "  ")).answers == {
        "hope": "cause",
        "hope__other": None,
    }
    assert with_box("hope", ("", "other"), ("__other", "")).answers == {"hope": "other", "hope__other": None}


@pytest.mark.parametrize(
    "pairs", [[("-choice", "no_phone")], [("", ""), ("-choice", "no_phone")], [("", "no_phone")]]
)
def test_a_choice_stands_in_place_of_typing(pairs):
    form = post("phone_best", *pairs)

    assert form.validate()
    assert form.answers == {"phone_best": "no_phone"}
    assert (control(form).shown, control(form).chosen) == ("", "no_phone")


def test_a_choice_beside_typed_words_is_refused_and_both_are_kept():
    form = post("phone_best", ("", "07700 900123"), ("-choice", "no_phone"))

    assert not form.validate()
    assert (control(form).shown, control(form).chosen) == ("07700 900123", "no_phone")
    assert form.answers == {"phone_best": None}


@pytest.mark.parametrize(
    "number", ["07700 900123", "+44 7700 900-123", "٠٧٧٠٠٩٠٠١٢٣", "०७७०० ९००१२३", "call 0207 946 0018 ext 3"]
)
def test_a_telephone_number_may_be_written_in_any_script(number):
    form = post("phone_best", ("", number))

    assert form.validate()
    assert form.answers == {"phone_best": number}


@pytest.mark.parametrize("number", ["abc", "12", "no phone", "770 900", "²²²²²²²²"])
def test_what_is_no_telephone_number_is_refused_and_kept(number):
    form = post("phone_best", ("", number))

    assert refusal(form).startswith("Write the whole number")
    assert control(form).shown == number
    assert not form.readable


@pytest.mark.parametrize(
    ("number", "taken"),
    [
        ("020 7946 0958", True),
        ("02079460958 after 6", True),
        ("+33 1 99 00 12 34", True),
        ("0199001234", True),
        ("7946 0958", False),
        ("020 7946", False),
        ("020 7946 0958 0958", False),
        ("12345678901234", False),
    ],
)
def test_a_number_that_nobody_can_dial_is_refused_and_kept(number, taken):
    form = post("phone_best", ("", number), region="GB")

    assert form.validate() is taken
    assert control(form).shown == number
    if not taken:
        assert refusal(form).startswith(("We cannot call this number.", "Write the whole number"))


@pytest.mark.parametrize("number", ["01632 960001", "+44 1632 960 001", "the clinic, 01632 960 001"])
def test_the_clinics_own_number_is_not_the_patients(number):
    form = post("phone_best", ("", number), region="GB", clinic_phone="01632 960 001 (Ann at the desk)")

    assert refusal(form).startswith("This is the number of the clinic.")
    assert control(form).shown == number


def test_a_second_number_is_kept_with_the_first_and_comes_back_in_its_own_box():
    form = post("phone_best", ("", "07700 900123"), ("-second", "my son, 020 7946 0958"), region="GB")

    assert form.validate()
    assert form.answers == {"phone_best": "07700 900123; my son, 020 7946 0958"}
    shown = control(recalled(form.page, [form.controls[0].question], form.answers))
    assert (shown.shown, shown.second) == ("07700 900123", "my son, 020 7946 0958")


def test_the_box_of_the_second_number_is_named_when_it_is_wrong():
    form = post("phone_best", ("", "07700 900123"), ("-second", "12"), region="GB")

    assert not form.validate()
    assert form.problems[0][0] == "phone_best-second"
    assert (control(form).shown, control(form).second) == ("07700 900123", "12")


def test_a_second_number_alone_is_the_number_and_beside_no_phone_it_is_refused():
    assert post("phone_best", ("-second", "07700 900123"), region="GB").answers == {
        "phone_best": "07700 900123"
    }
    clashing = post("phone_best", ("-choice", "no_phone"), ("-second", "07700 900123"), region="GB")
    assert refusal(clashing).startswith("Choose “I have no phone” or write an answer, not both")
    assert control(clashing).second == "07700 900123"


@pytest.mark.parametrize("alone", ["none", "not_sure"])
def test_the_family_stands_beside_none_and_not_sure_of_ones_own(alone):
    beside = post("pmh_heart_list", ("", alone), ("", "fh_heart_early"), ("", "fh_aorta"))
    clashing = post("pmh_heart_list", ("", alone), ("", "fh_aorta"), ("", "stroke"))

    assert beside.validate()
    assert beside.answers == {"pmh_heart_list": (alone, "fh_heart_early", "fh_aorta")}
    assert refusal(clashing).startswith("Choose “")
    assert set(control(clashing).shown) == {alone, "fh_aorta", "stroke"}


def test_a_grid_asks_only_about_what_was_ticked():
    grid = QUESTIONS["tx_effect"]
    said = {
        "med_now": ("nsaid", "other"),
        "med_now__other": "Turmeric",
        "tx_tried": ("tx_physio", "other"),
    }

    (narrowed,) = on_offer((grid,), Answers(said))

    assert [row.id for row in narrowed.rows] == [
        "med_now:nsaid",
        "med_now:other",
        "tx_tried:tx_physio",
        "tx_tried:other",
    ]
    assert str(narrowed.rows[1].text) == "Turmeric"
    assert narrowed.rows[3].text == grid.rows[-1].text


def test_which_is_worst_offers_only_what_was_marked():
    question = QUESTIONS["site_main"]

    (narrowed,) = on_offer((question,), Answers({"sites": ("b_low_l", "b_low_r")}))

    assert [option.id for option in narrowed.options] == ["b_low_l", "b_low_r"]


def test_what_can_be_kept_is_told_apart_from_what_is_still_open():
    page = PAGES["p_start"]
    open_still = posted(page, page.questions, MultiDict({"phone_best": "07700 900123"}))
    unreadable = posted(page, page.questions, MultiDict({"phone_best": "12"}))

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
            for part in ("day", "month", "year", "1", "2", "3", "1-rating", "choice", "tx_tried:tx_physio")
        ),
    ]
    sent = data.draw(st.lists(st.tuples(st.sampled_from(names), st.text(max_size=40)), max_size=8))

    form = posted(PAGES["p_start"], (question,), MultiDict(sent), on=ON)
    valid = form.validate()

    value = form.answers[question.id]
    assert valid or control(form).errors
    if value is not None:
        assert isinstance(question.said(value), str)
        assert question.parse(Answers({question.id: value}).to_json()[question.id]) == value
