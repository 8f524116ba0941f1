"""What a patient writes: words that cannot wait, words in confidence, and words that do not fit a "no"."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from intake.config import Settings
from intake.questionnaire import PAGES
from intake.questionnaire.values import Rating
from intake.red_flags import Urgency, watch
from intake.red_flags.contradictions import CONTRADICTIONS
from intake.red_flags.watch_list import WATCH, Watch
from intake.services import alerts, audit
from intake.services.alerts import AlertRow
from intake.services.appointments import day_list
from intake.services.forms import intakes
from intake.services.forms.draft import Choice
from intake.storage import Database
from intake.storage.models import IntakeStatus
from intake.summary import Summary
from tests.acting import acting, looking
from tests.services.conftest import Invited
from tests.services.filling_in import Patient, benign

SELF_HARM = "Some nights I want to kill myself."
TOO_MANY = "I took too many tablets last night."
TYPED = {
    "w_thinner": "I take warfarin",
    "w_steroid": "I take prednisolone",
    "w_immune": "I take methotrexate",
    "w_oestrogen": "I use patches for menopause",
    "w_cancer": "I had breast cancer in 2015",
    "w_pregnant": "I am pregnant",
}
AT_HOME = "My husband hits me and I am scared of him."


@pytest.fixture
def patient(database: Database, settings: Settings, anna: Invited) -> Patient:
    """Anna, at the end of a form with nothing urgent in it."""
    anna_there = Patient(database, settings, anna)
    anna_there.has_filled_in(benign())
    return anna_there


def raised(patient: Patient) -> tuple[AlertRow, ...]:
    with looking(patient.database, settings=patient.settings) as op:
        return alerts.of(op, patient.intake())


# Wherever somebody can write: a text, a box beside "other", things in order, things with a number.
BOXES: list[tuple[str, Mapping[str, Any]]] = [
    ("p_words", {"mc_main": SELF_HARM}),
    ("p_words", {"hope": "other", "hope__other": SELF_HARM}),
    ("p_when", {"on_trigger": ("other",), "on_trigger__other": SELF_HARM}),
    ("s_life", {"act_rate": (Rating("Walking", 3), Rating(SELF_HARM))}),
    ("m_worry", {"agenda": ("My back", SELF_HARM)}),
    ("m_mood", {"anything_else": SELF_HARM}),
]


@pytest.mark.parametrize(("page_id", "given"), BOXES, ids=[[*given][-1] for _, given in BOXES])
def test_words_of_self_harm_tell_staff_and_show_the_crisis_card(
    patient: Patient, page_id: str, given: Mapping[str, Any]
) -> None:
    saved = patient.saves(page_id, given)

    assert saved.interrupt is not None
    assert (saved.interrupt.advice, saved.interrupt.rules) == ("adv_crisis_now", ("R-FT-2",))
    (row,) = raised(patient)
    assert (row.rule, row.urgency, row.line) == ("R-FT-2", Urgency.SAME_DAY, "Wrote words of self-harm")
    assert row.raised_at == patient.now
    assert patient.intake().urgency is Urgency.SAME_DAY


def test_words_of_self_harm_are_kept_and_told_in_one_transaction(patient: Patient) -> None:
    with acting(patient.database, settings=patient.settings, now=patient.now) as op:
        intake = intakes.find(op.session, patient.intake_id)
        assert intake is not None
        intakes.save_page(
            op, intakes.taken_up(op, intake), PAGES["p_words"], {"mc_main": SELF_HARM}, version_token=None
        )
        op.session.flush()
        assert len(alerts.of(op, intake)) == 1
        op.rollback()

    assert raised(patient) == ()
    assert patient.written().answers["mc_main"] == benign()["mc_main"]


def test_the_crisis_card_is_an_emergency_to_the_patient(patient: Patient) -> None:
    patient.saves("p_words", {"mc_main": SELF_HARM})
    owed = patient.interruption()
    assert owed is not None
    patient.chooses(Choice.CONTINUE)
    assert patient.interruption() is None

    patient.opens()

    assert patient.interruption() is not None
    patient.chooses(Choice.GETTING_HELP)
    assert patient.intake().status is IntakeStatus.LEFT_URGENT


def test_the_crisis_card_goes_before_a_card_for_today(patient: Patient) -> None:
    patient.saves("u_now", {"rf_need_today": "yes"})

    saved = patient.saves("p_words", {"mc_main": SELF_HARM})

    assert saved.interrupt is not None
    assert saved.interrupt.advice == "adv_crisis_now"
    assert {row.rule for row in raised(patient)} == {"R-GEN-1", "R-FT-2"}


def test_words_that_are_taken_away_are_kept_as_withdrawn_and_new_ones_tell_again(patient: Patient) -> None:
    patient.saves("p_words", {"mc_main": SELF_HARM})
    patient.chooses(Choice.CONTINUE)

    patient.saves("p_words", {"mc_main": "My back aches."})

    (withdrawn,) = patient.written().withdrawn
    assert withdrawn.rule == "R-FT-2"
    assert [(each.question, each.old, each.new) for each in withdrawn.changes] == [
        ("mc_main", SELF_HARM, "My back aches.")
    ]
    assert patient.banner() is None
    # Safety: the alert stays until somebody has dealt with it.
    (row,) = raised(patient)
    assert row.withdrawn_at == patient.now
    assert patient.saves("p_words", {"mc_main": SELF_HARM}).interrupt is not None


def test_words_beside_an_other_that_is_not_chosen_do_not_count(patient: Patient) -> None:
    saved = patient.saves("p_words", {"hope": "cause", "hope__other": SELF_HARM})

    assert saved.interrupt is None
    assert raised(patient) == ()


def test_too_many_tablets_are_told_for_today(patient: Patient) -> None:
    saved = patient.saves("p_words", {"mc_main": TOO_MANY})

    assert saved.interrupt is not None
    assert (saved.interrupt.advice, saved.interrupt.rules) == ("adv_poison_now", ("R-FT-3",))
    assert [(row.rule, row.urgency) for row in raised(patient)] == [("R-FT-3", Urgency.SAME_DAY)]
    assert patient.interruption() is None


def test_whoever_phones_says_only_the_words_that_count(patient: Patient) -> None:
    patient.saves("p_words", {"mc_main": f"I fight with my sister. {SELF_HARM}"})

    script = patient.script()

    (spoken,) = script.answers
    assert "kill myself" in spoken.answer
    assert "sister" not in spoken.answer


def test_violence_at_home_is_in_confidence(patient: Patient) -> None:
    """Safety: whoever reads along, at the screen or at the desk, must not learn of it."""
    saved = patient.saves("p_words", {"mc_main": AT_HOME, "hope": "other", "hope__other": AT_HOME})

    assert watch.in_confidence(saved.journey) != ()
    assert (saved.interrupt, saved.raised, saved.checks) == (None, (), ())
    assert (patient.checks_before_sending(), patient.banner(), patient.interruption()) == ((), None, None)
    sent = patient.sends()
    assert sent.screening.findings == ()
    assert raised(patient) == ()
    assert patient.intake().urgency is None
    with looking(patient.database, settings=patient.settings) as op:
        (row,) = day_list.day_list(op, date(2026, 3, 12))
        events = [str(each.detail) for each in audit.history(op.session)]
    assert (row.urgency, row.open_alerts, row.needs_attention) == (None, 0, False)
    script = patient.script()
    assert (script.answers, script.advice) == ((), ())
    assert not any("R-FT" in event for event in events)


def test_the_clinicians_record_says_what_was_told_in_confidence(patient: Patient) -> None:
    patient.saves("p_words", {"mc_main": AT_HOME})

    patient.sends()

    kept = Summary.from_json(patient.intake().summary or {})
    assert any("hits me" in line for line in kept.safety.in_confidence)


def test_violence_at_home_hides_nothing_else(patient: Patient) -> None:
    saved = patient.saves("p_words", {"mc_main": f"{AT_HOME} {SELF_HARM}"})

    assert saved.interrupt is not None
    assert saved.interrupt.advice == "adv_crisis_now"
    assert [row.rule for row in raised(patient)] == ["R-FT-2"]


@pytest.mark.parametrize("entry", [each for each in WATCH if each.id in {c.typed for c in CONTRADICTIONS}])
def test_typed_words_beside_a_no_keep_the_tier_of_the_list(patient: Patient, entry: Watch) -> None:
    """A contradiction asks about them in place of the list; what the clinician is told is no less urgent."""
    patient.saves("p_words", {"mc_main": TYPED[entry.id]})

    patient.sends()

    kept = Summary.from_json(patient.intake().summary or {})
    assert [doubt.urgency for doubt in kept.safety.doubts] == [entry.line.name]
    least = Urgency.PRIORITY if entry.line is Urgency.PRIORITY else None
    assert patient.intake().urgency is least
    assert kept.safety.urgency == (least.name if least else None)
