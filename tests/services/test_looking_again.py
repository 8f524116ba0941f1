"""What does not fit is looked at again, once and kindly; it blocks nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from intake.config import Settings
from intake.questionnaire import PAGES
from intake.red_flags import Urgency
from intake.services.forms import draft
from intake.services.forms.draft import Check
from intake.services.forms.intakes import AlreadySent
from intake.storage import Database
from tests.services.conftest import Invited
from tests.services.filling_in import Patient, benign


@pytest.fixture
def patient(database: Database, settings: Settings, anna: Invited) -> Patient:
    """Anna, at the end of a form in which everything fits."""
    anna_there = Patient(database, settings, anna)
    anna_there.has_filled_in(benign())
    return anna_there


def in_short(checks: tuple[Check, ...]) -> list[tuple[str, tuple[str, ...], str]]:
    return [(check.about, check.questions, check.phrase) for check in checks]


CASES: list[tuple[str, Mapping[str, Any], list[tuple[str, tuple[str, ...], str]]]] = [
    (
        "p_words",
        {"mc_main": "My back aches and I get chest pain on the stairs."},
        [("w_chest", ("rf_chest_pain",), "chest pain")],
    ),
    (
        "p_words",
        {"mc_main": "I feel numb down there."},
        [("w_saddle", ("rf_saddle_numb",), "numb down there"), ("w_numb", ("rf_numb_below",), "numb")],
    ),
    ("p_where", {"sites": ("b_scapula_l", "f_chest_l")}, [("c_chest", ("rf_chest_pain",), "left chest")]),
    ("p_when", {"on_trigger": ("fall",)}, [("c_fall", ("any_injury",), "")]),
    # Two pairs that share an answer are one look.
    ("m_level", {"nrs_avg": 3, "nrs_worst": 2}, [("c_now_worst", ("nrs_now", "nrs_worst"), "")]),
    ("m_level", {"nrs_avg": 2, "nrs_worst": 2}, [("c_now_worst", ("nrs_now", "nrs_worst"), "")]),
]


@pytest.mark.parametrize(
    ("page_id", "given", "checks"), CASES, ids=[f"{case[0]}-{place}" for place, case in enumerate(CASES)]
)
def test_what_does_not_fit_is_asked_about_once(
    patient: Patient, page_id: str, given: Mapping[str, Any], checks: list[tuple[str, tuple[str, ...], str]]
) -> None:
    first, second = (patient.saves(page_id, given) for _ in range(2))

    assert in_short(first.checks) == checks
    assert second.checks == ()
    assert patient.checks_before_sending() == ()
    assert in_short(patient.written().checks) == checks


def test_a_question_is_doubted_once_whatever_the_reason(patient: Patient) -> None:
    patient.saves("p_words", {"mc_main": "I get chest pain on the stairs."})

    again = patient.saves("p_where", {"sites": ("b_scapula_l", "f_chest_l")})

    assert again.checks == ()


def test_two_questions_are_doubted_each_by_itself(patient: Patient) -> None:
    saved = patient.saves("p_words", {"mc_main": "I get chest pain and I fainted twice."})

    assert {check.questions for check in saved.checks} == {("rf_chest_pain",), ("rf_faint",)}


def test_a_second_look_raises_nothing_and_never_blocks_sending(patient: Patient) -> None:
    patient.saves("p_words", {"mc_main": "I get chest pain on the stairs."})

    sent = patient.sends()

    assert sent.screening.findings == ()
    # The clinician looks at it first; nobody has to phone.
    assert patient.intake().urgency is Urgency.PRIORITY


def test_a_contradiction_changes_no_urgency(patient: Patient) -> None:
    patient.saves("p_when", {"on_trigger": ("fall",)})

    patient.sends()

    assert patient.intake().urgency is None


def test_what_was_never_shown_is_looked_at_before_sending_and_once(patient: Patient) -> None:
    # Given answers that came to stand beside each other without a page being saved.
    with patient.database.writing() as session:
        mine = patient._mine(session)
        words = {"mc_main": "I get chest pain on the stairs."}
        draft.write(mine, draft.Draft(answers=benign().merged(words), passed=frozenset(PAGES)))
        session.commit()

    first, second = patient.checks_before_sending(), patient.checks_before_sending()

    assert in_short(first) == [("w_chest", ("rf_chest_pain",), "chest pain")]
    assert second == ()
    assert in_short(patient.written().checks) == in_short(first)
    patient.sends()


def test_nothing_is_looked_at_again_once_it_is_sent(patient: Patient) -> None:
    patient.sends()

    with pytest.raises(AlreadySent):
        patient.checks_before_sending()
