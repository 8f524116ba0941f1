"""What a screening tells: what fires, how certain, at which tier, and what is still open."""

from intake.red_flags import Screening, Urgency, rule, screen, screen_with_texts
from intake.red_flags.model import Finding
from tests.answering import journey_of, plain_patient

CANNOT_WAIT = "R-GEN-1"


def of(rule_id: str, screening: Screening) -> Finding | None:
    return next((finding for finding in screening.findings if finding.rule.id == rule_id), None)


def test_a_yes_fires_at_the_tier_of_the_rule() -> None:
    screening = screen(journey_of(plain_patient({"rf_need_today": "yes"})))

    found = of(CANNOT_WAIT, screening)
    assert found is not None
    assert (found.urgency, found.certainty, found.unsure) == (Urgency.SAME_DAY, "reported", False)
    assert found.because == ("rf_need_today",)
    assert rule(CANNOT_WAIT) not in screening.not_assessed


def test_not_sure_fires_one_tier_lower() -> None:
    screening = screen(journey_of(plain_patient({"rf_need_today": "not_sure"})))

    found = of(CANNOT_WAIT, screening)
    assert found is not None
    assert (found.urgency, found.certainty, found.unsure) == (Urgency.PRIORITY, "unsure", True)
    assert rule(CANNOT_WAIT) not in screening.not_assessed


def test_not_sure_of_what_is_only_a_note_fires_nothing_and_is_no_blank() -> None:
    screening = screen(journey_of(plain_patient({"rf_night_pain": "not_sure"})))

    notes = [finding for finding in screening.findings if finding.unsure]
    assert notes == []
    assert screening.not_assessed == ()


def test_a_blank_is_not_assessed_and_a_no_is_clear() -> None:
    blank = screen(journey_of(plain_patient().merged({"rf_need_today": None})))
    clear = screen(journey_of(plain_patient()))

    assert rule(CANNOT_WAIT) in blank.not_assessed
    assert of(CANNOT_WAIT, blank) is None
    assert clear == Screening((), ())


def test_the_urgency_is_the_highest_and_each_tier_has_its_own() -> None:
    today, now, note = (
        Finding(rule(CANNOT_WAIT), urgency, "reported", ())
        for urgency in (Urgency.SAME_DAY, Urgency.EMERGENCY, Urgency.NOTE)
    )
    screening = Screening((today, now, note), ())

    assert screening.urgency is Urgency.EMERGENCY
    assert list(screening.at(Urgency.SAME_DAY)) == [today]
    assert Screening((), ()).urgency is None


def test_what_the_words_raise_comes_first_and_leaves_the_rest_as_it_is() -> None:
    said = plain_patient({"rf_need_today": "yes"}).merged({"mc_main": "I feel suicidal", "rf_fever": None})
    journey = journey_of(said)

    with_texts, without = screen_with_texts(journey), screen(journey)

    assert [finding.rule.id for finding in with_texts.findings][:1] == ["R-FT-2"]
    assert with_texts.findings[1:] == without.findings
    assert with_texts.not_assessed == without.not_assessed
