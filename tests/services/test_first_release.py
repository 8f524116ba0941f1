"""Forms that were begun with the first release go on: nothing said is lost, and no blank becomes a "no"."""

from datetime import timedelta
from typing import Any

import pytest

from intake.config import Settings
from intake.questionnaire import PAGES, QUESTIONS, RETIRED
from intake.questionnaire.answers import Answers
from intake.questionnaire.earlier import GATES, gates_answered
from intake.questionnaire.questions import Gate
from intake.red_flags import Urgency
from intake.services.forms import draft, intakes
from intake.services.forms.asking_again import SAFETY
from intake.storage import Database
from intake.storage.models import IntakeStatus
from tests.services.conftest import NOW, Invited
from tests.services.filling_in import Patient, benign

GONE = {
    "ack_not_monitored": "yes",
    "ice_expect": "A scan.",
    "goal": "To lift my son.",
    "tx": {"tx_physio": "helped", "tx_rest": "no_change"},
}


def earlier_answers(**special: Any) -> dict[str, Any]:
    """Anna's answers as the first release kept them: each item asked by itself, no gate among them."""
    answers = benign().to_json()
    for gate in GATES:
        if answers.pop(gate.id, None) == "no":
            answers |= dict.fromkeys(gate.items, "no")
    # Asked of nobody then, and a gate of its own now.
    answers.pop("med_steroid_4w", None)
    later = ("rf_cannot_stand", "seen_worse", "hope", "tx_tried", "tx_effect", "rf_both_legs_when")
    return {id: said for id, said in answers.items() if id not in later} | GONE | special


def kept_by_the_first_release(**special: Any) -> dict[str, Any]:
    """The whole stored document, as it lay in the database."""
    return {
        "answers": earlier_answers(**special),
        "passed": ["p_start", "p_you", "u_now", "p_where", "p_when", "u_heart", "v_visit"],
        "known": {},
        "raised": [],
        "interrupts": [],
        "withdrawn": [],
        "checks": [
            {
                "question": "rf_chest_pain",
                "phrase": "chest pain",
                "shown_at": (NOW - timedelta(days=1)).isoformat(),
            }
        ],
    }


@pytest.fixture
def patient(database: Database, settings: Settings, anna: Invited) -> Patient:
    return Patient(database, settings, anna)


def began(patient: Patient, document: dict[str, Any]) -> Patient:
    """Let this document lie in the database, as a form under way."""
    patient.opens()
    with patient.database.writing() as session:
        intake = intakes.find(session, patient.intake_id)
        assert intake is not None
        intake.draft, intake.status = document, IntakeStatus.IN_PROGRESS
        session.commit()
    return patient


def goes_on(patient: Patient, answers: Answers) -> list[str]:
    """Answer whatever is asked next, until nothing is; the pages that were asked."""
    asked = []
    while (page := patient.journey().next) is not None:
        assert len(asked) < len(PAGES), f"going round in circles at {page.id}"
        asked.append(page.id)
        patient.saves(page.id, {q.id: answers.get(q.id) for q in patient.journey().asked(page)})
    return asked


def items_of(gate: Gate, said: str | None) -> dict[str, str | None]:
    return dict.fromkeys(gate.items, said)


SIMPLE = [gate for gate in GATES if gate.id not in ("any_risk", "med_steroid_4w")]


@pytest.mark.parametrize("gate", SIMPLE, ids=lambda gate: gate.id)
def test_a_gate_is_answered_from_what_stands_behind_it(gate: Gate) -> None:
    first, *others = gate.items
    said = {
        "yes": {**items_of(gate, "no"), others[0]: "not_sure", first: "yes"},
        "not_sure": {**items_of(gate, "no"), first: "not_sure"},
        "no": items_of(gate, "no"),
    }

    for value, answers in said.items():
        assert gates_answered(Answers().merged(answers))[gate.id] == value


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.id)
def test_a_blank_behind_a_gate_never_makes_it_a_no(gate: Gate) -> None:
    for blank in gate.items:
        some = Answers().merged({**items_of(gate, "no"), blank: None})

        assert gate.id not in gates_answered(some)
    assert gate.id not in gates_answered(Answers())


@pytest.mark.parametrize(
    ("said", "inner", "outer"),
    [
        ({"med_steroid_3m": "yes", "pmh_immune_low": "no", "soc_injected": "no"}, "yes", "yes"),
        (
            {"med_steroid_3m": "not_sure", "pmh_immune_low": "no", "soc_injected": "no"},
            "not_sure",
            "not_sure",
        ),
        # Less than three months says nothing about the last four weeks: that is asked.
        ({"med_steroid_3m": "no", "pmh_immune_low": "no", "soc_injected": "no"}, None, None),
        ({"med_steroid_4w": "no", "pmh_immune_low": "no", "soc_injected": "no"}, "no", "no"),
        ({"med_steroid_3m": "no", "pmh_immune_low": "yes"}, None, "yes"),
    ],
)
def test_an_inner_gate_is_answered_first(said: dict[str, str], inner: str | None, outer: str | None) -> None:
    answers = gates_answered(Answers(said))

    assert (answers.get("med_steroid_4w"), answers.get("any_risk")) == (inner, outer)


def test_a_gate_that_was_answered_stays_as_it_was() -> None:
    answers = Answers({"any_rare": "no", "rf_rash": "yes"})

    assert gates_answered(answers) == answers


def test_what_stands_behind_a_gate_is_asked_again_with_the_safety_questions() -> None:
    """Safety: or an old answer behind a gate would be taken for a new one to the gate."""
    assert {item for gate in GATES for item in gate.items} | {gate.id for gate in GATES} <= SAFETY


def test_a_sheet_of_the_first_release_is_read_whole() -> None:
    read = draft.opened(kept_by_the_first_release(rf_rash="not_sure", phone_best="07700 900123"))

    assert read.answers["any_rare"] == "not_sure"
    assert read.answers["any_urine"] == "no" if "any_urine" in benign() else "any_urine" not in read.answers
    assert "any_risk" not in read.answers
    assert {id: read.answers[id] for id in GONE} == GONE
    (check,) = read.checks
    assert (check.questions, check.phrase, check.about) == (("rf_chest_pain",), "chest pain", "")
    assert (read.corrections, read.already_answered) == ((), frozenset())


def test_a_form_under_way_goes_on_and_is_sent(patient: Patient) -> None:
    began(patient, kept_by_the_first_release())

    asked = goes_on(patient, benign())

    # What is new is asked; what was answered is not.
    assert "u_now" in asked
    assert "u_health" in asked
    assert "u_chest" not in asked
    patient.sends()
    assert patient.intake().status is IntakeStatus.SENT


def test_an_answer_to_a_question_that_is_gone_is_kept_and_asked_nowhere(patient: Patient) -> None:
    began(patient, kept_by_the_first_release())

    goes_on(patient, benign())
    patient.sends()

    stored = patient.intake().draft["answers"]
    assert {id: stored[id] for id in GONE} == GONE
    journey = patient.journey()
    assert set(GONE) <= RETIRED
    assert not set(GONE) & set(journey.counting)
    assert not set(GONE) & set(QUESTIONS)


def test_what_was_urgent_is_still_urgent(patient: Patient) -> None:
    document = kept_by_the_first_release(rf_rash="yes", rf_rash_when="h72", rf_rash_eye="yes")
    began(patient, document)

    # Behind a gate that nobody was asked, and counting all the same.
    saved = patient.saves("u_now", {"rf_cannot_stand": "no"})

    assert "rf_rash" in {id for finding in saved.screening.findings for id in finding.because}
    assert patient.journey().facts.value("any_rare") == "yes"


def test_what_was_looked_at_again_then_is_not_asked_about_again_now(patient: Patient) -> None:
    began(patient, kept_by_the_first_release())
    patient.saves("u_now", {"rf_cannot_stand": "no"})

    saved = patient.saves("p_words", {"mc_main": "I get chest pain on the stairs."})

    assert saved.checks == ()


def test_an_option_that_is_not_on_offer_any_more_is_asked_again(patient: Patient) -> None:
    began(patient, kept_by_the_first_release(on_when="last_spring", pmh_bone_list=["corset"]))

    journey = patient.journey()

    assert not {"on_when", "pmh_bone_list"} & set(journey.counting)
    assert {"p_when", "h_lists"} <= set(goes_on(patient, benign()))
    patient.sends()


def test_an_emergency_that_the_first_release_raised_is_not_forgotten(patient: Patient) -> None:
    document = kept_by_the_first_release(rf_face_speech="yes")
    document["raised"] = [{"rule": "R-GEN-3", "urgency": "EMERGENCY", "at": NOW.isoformat()}]
    document["interrupts"] = [
        {
            "at": NOW.isoformat(),
            "rules": ["R-GEN-3"],
            "because": ["rf_face_speech"],
            "advice": "adv_call_now",
            "choice": None,
            "choice_at": None,
            "where": "",
        }
    ]
    began(patient, document)

    assert patient.interruption() is not None
    saved = patient.saves("u_now", {"rf_cannot_stand": "no"})
    assert saved.screening.urgency is Urgency.EMERGENCY
    assert saved.interrupt is not None
