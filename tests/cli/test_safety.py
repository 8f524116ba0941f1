"""docs/safety.md says what the program does."""

from intake.cli.safety import SAFETY_PAGE, in_words, with_table
from intake.questionnaire import QUESTIONS
from intake.red_flags import RED_FLAGS, Urgency, rule
from intake.red_flags.advice import CARDS, CLOSE


def test_the_table_of_red_flags_is_up_to_date() -> None:
    page = SAFETY_PAGE.read_text(encoding="utf-8")

    assert page == with_table(page), "run: flask --app wsgi safety-table"


def test_every_red_flag_is_in_the_table() -> None:
    page = SAFETY_PAGE.read_text(encoding="utf-8")

    assert not [flag.id for flag in RED_FLAGS if f"| {flag.id} |" not in page]


def test_a_criterion_is_spelt_out_with_its_limits() -> None:
    assert in_words(rule("R-GEN-4").when) == "`nrs_now` ≥ 9"
    assert in_words(rule("R-CES-2").when) == (
        "`rf_ces_when` is h24 / d14 / not_sure **and** `rf_pee_leak` **and** "
        "(`rf_both_legs_pain` or `rf_legs_weak` or `rf_sex_change`)"
    )


def test_nobody_is_led_to_believe_that_the_form_is_watched() -> None:
    urgent = [card for card in CARDS.values() if card.urgency is Urgency.EMERGENCY]
    # Whoever may harm themselves is told whom to talk to, and no more.
    silent = [card.id for card in urgent if not any("Nobody at" in str(line) for line in card.more)]

    assert silent == ["adv_crisis_now"]
    assert str(CLOSE.action) == "Nobody watches this form live."
    assert QUESTIONS["ack_not_monitored"].required
