"""Which wording of a card is said, and which card of several."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.i18n import lazy
from intake.questionnaire.criteria import Cause, Facts
from intake.red_flags import Screening, Urgency, rule
from intake.red_flags.advice import CARDS, Wording, card_for, has_phone, in_force
from intake.red_flags.model import Finding
from tests.answering import journey_of, plain_patient


def finding(rule_id: str, urgency: Urgency) -> Finding:
    return Finding(rule(rule_id), urgency, "reported", (Cause("rf_fever"),))


def test_a_card_says_what_fits_the_hour_and_the_phone() -> None:
    card = CARDS["adv_same_day"]

    assert card.wording(is_open=True) is card.said
    assert card.wording(is_open=False) is card.closed
    assert card.wording(is_open=True, has_phone=False) is card.no_phone
    assert card.wording(is_open=False, has_phone=False) is card.no_phone_closed


def test_a_card_without_a_wording_of_its_own_for_the_hour_says_the_same_at_any_hour() -> None:
    """Safety: whoever has no phone is never told to call while the clinic is closed."""
    for id in ("adv_poison_now", "adv_maternity_today"):
        card = CARDS[id]
        assert card.no_phone is not None

        assert card.wording(is_open=False) is card.said
        assert card.wording(is_open=False, has_phone=False) is card.no_phone
    emergency = CARDS["adv_call_now"]
    for is_open in (True, False):
        assert emergency.wording(is_open=is_open, has_phone=False) is emergency.said


def wordings() -> Iterator[tuple[str, Wording]]:
    for card in CARDS.values():
        for name in ("said", "closed", "no_phone", "no_phone_closed"):
            if wording := getattr(card, name):
                yield f"{card.id}, {name}", wording


@pytest.mark.parametrize("wording", [pytest.param(said, id=id) for id, said in wordings()])
def test_a_wording_has_a_number_to_press_exactly_when_it_says_to_call_it(wording: Wording) -> None:
    said = [str(wording.heading), str(wording.action)]

    assert bool(wording.calls) is any(each.startswith("Call ") for each in said)
    assert not wording.calls or f"{{{wording.calls}}}" in " ".join(said)


@pytest.mark.parametrize(
    ("phone", "has_one"),
    [
        ("07700 900123", True),
        ("+33 1 99 00 12 34", True),
        ("no_phone", False),
        (None, False),
        ("same as you have", False),
        ("12345678", False),
    ],
)
def test_whoever_gave_no_number_to_call_has_no_phone(phone: str | None, has_one: bool) -> None:
    assert has_phone(_facts(phone), "GB") is has_one


NO_PROMISE = ("will phone you", "phone near", "callback_by", "will call you", "call you back")


@given(
    card=st.sampled_from(sorted(CARDS)),
    is_open=st.booleans(),
    phone=st.one_of(
        st.sampled_from(["no_phone", None, "07700 900123", "07700"]),
        st.text(st.sampled_from("0123456789 +x")),
    ),
)
def test_no_wording_promises_a_call_that_nobody_can_make(card: str, is_open: bool, phone: str | None) -> None:
    """Safety: H-35. Every card, at every hour, for every answer to the question for a number."""
    can_call = has_phone(_facts(phone), "GB")

    wording = CARDS[card].wording(is_open=is_open, has_phone=can_call)

    said = f"{wording.heading} {wording.action}"
    promises = any(words in said for words in NO_PROMISE)
    assert promises is CARDS[card].promises_a_call(is_open=is_open, has_phone=can_call)
    assert not promises or (is_open and can_call)


def test_nothing_that_stands_on_every_wording_promises_a_call() -> None:
    for card in CARDS.values():
        said = (*card.more, *(words for each in card.lists for words in (each.words, *each.items)))
        assert not [words for words in said if any(promise in str(words) for promise in NO_PROMISE)]


def _facts(phone: str | None) -> Facts:
    return journey_of(plain_patient().merged({"phone_best": phone})).facts


def test_what_holds_a_fact_that_is_not_set_is_left_out_whole() -> None:
    items = [lazy("Call {one}."), lazy("Call {one} or {two}."), lazy("Call.")]

    assert list(in_force(items, {"one": "1", "two": ""})) == [items[0], items[2]]
    assert list(in_force(items, {"one": "1", "two": "2"})) == items
    # What is no fact of the clinic is filled in later.
    assert list(in_force([lazy("Until {appointment}.")], {"one": ""})) == [lazy("Until {appointment}.")]


def test_the_most_urgent_card_is_shown_though_another_stands_before_it() -> None:
    today = finding("R-GEN-1", Urgency.SAME_DAY)
    now = finding("R-GEN-2", Urgency.EMERGENCY)

    told = card_for(Screening((today, now), ()))

    assert told == (CARDS["adv_call_now"], (now,))


def test_the_first_card_of_the_order_is_shown_with_every_reason_of_its_urgency() -> None:
    today = finding("R-GEN-1", Urgency.SAME_DAY)
    crisis = finding("R-FT-2", Urgency.SAME_DAY)
    tablets = finding("R-FT-3", Urgency.SAME_DAY)

    # Words of self-harm show the crisis card at once, though staff are asked for a call today.
    assert card_for(Screening((today, crisis), ())) == (CARDS["adv_crisis_now"], (crisis,))
    assert card_for(Screening((today, tablets), ())) == (CARDS["adv_poison_now"], (today, tablets))


def test_what_can_wait_for_the_visit_is_told_on_no_card() -> None:
    weak = finding("R-GEN-1", Urgency.PRIORITY)

    assert card_for(Screening((weak,), ())) is None
