"""docs/safety.md says what the program does."""

from intake.cli.safety import SAFETY_PAGE, in_words, with_table
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.criteria import age, on_age
from intake.red_flags import RED_FLAGS, rule
from intake.red_flags.advice import CLOSE, NOT_LIVE
from intake.red_flags.contradictions import CONTRADICTIONS
from intake.red_flags.watch_list import WATCH


def test_the_table_of_red_flags_is_up_to_date() -> None:
    page = SAFETY_PAGE.read_text(encoding="utf-8")

    assert page == with_table(page), "run: flask --app wsgi safety-table"


def test_every_red_flag_is_in_the_table() -> None:
    page = SAFETY_PAGE.read_text(encoding="utf-8")

    assert not [flag.id for flag in RED_FLAGS if f"| {flag.id} |" not in page]


def test_a_criterion_is_spelt_out_with_its_limits() -> None:
    assert in_words(rule("R-GEN-4").when) == "`nrs_now` ≥ 9"
    assert in_words(rule("R-CES-2").when) == (
        "`rf_ces_when` is h24 / d14 / not_sure **and** (((`rf_pee_leak` or `rf_pee_change`) **and** "
        "(`rf_both_legs_pain` or `rf_legs_weak` or `rf_sex_change`)) or (`rf_both_legs_pain` **and** "
        "`rf_sex_change`) or (`rf_pee_leak` **and** `rf_ces_when` is h24 **and** pain in LEG / BUTTOCK))"
    )


def test_every_kind_of_criterion_has_words() -> None:
    criteria = [
        *(flag.when for flag in RED_FLAGS),
        *(each.when for each in CONTRADICTIONS),
        *(question.asked_when for question in QUESTIONS.values()),
        *(page.early_when for page in PAGES.values() if page.early_when),
    ]

    assert all(in_words(criterion) for criterion in criteria)
    assert in_words(on_age > age) == "age at onset > age"
    assert in_words(on_age <= age - 2) == "age at onset ≤ age less 2"


def test_every_watched_word_and_contradiction_is_in_the_table() -> None:
    page = SAFETY_PAGE.read_text(encoding="utf-8")

    assert not [each.id for each in (*WATCH, *CONTRADICTIONS) if f"| {each.id} |" not in page]


def test_nobody_is_led_to_believe_that_the_form_is_watched() -> None:
    first = next(iter(PAGES.values()))

    assert "Nobody reads this form live." in str(first.statement)
    assert "Nobody watches this form live." in str(CLOSE.action)
    assert "Nobody" in str(NOT_LIVE)
