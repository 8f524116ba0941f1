"""What a returning patient told the clinic last time is offered again, and nothing of it counts by itself."""

from datetime import timedelta
from uuid import UUID

import pytest

from intake.config import Settings
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.journey import Journey
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.forms import draft, intakes
from intake.services.forms.entry import BY_PATIENT, Entry
from intake.services.forms.told_before import told_before
from intake.storage import Database
from intake.storage.models import Appointment, Patient, Route, User
from tests.acting import acting, looking
from tests.services.answering import answers, has_sent, intake_of
from tests.services.conftest import BORN, NOW, Invited

LAST_TIME = {
    "pmh_heart_list": ["high_bp"],
    "pmh_other_list": ["none"],
    "pmh_bone_list": ["not_sure"],
    "med_now": ["nsaid", "other"],
    "med_list": "warfarin 1½ tablets",
    "allergy_any": "yes",
    "allergy_class": ["penicillin"],
    "pmh_more_list": ["asthma"],
    "surgery_list": "Hernia, 2011",
    "pmh_cancer": "yes",
    "pmh_cancer_type": ["breast"],
    "pmh_cancer_when": "over_5y",
}
LATER = NOW + timedelta(days=100)
PAGES_WITH_FACTS = ("h_lists", "d_medicines", "d_more", "m_past")


class Clinic:
    """Anna was here, and has another appointment."""

    def __init__(self, database: Database, settings: Settings, first: Appointment) -> None:
        self.database, self.settings, self.now = database, settings, LATER
        has_sent(database, settings, first, answers(LAST_TIME))
        self.again = self.books(patient=first.patient_id)

    def books(self, patient: UUID | None = None) -> Appointment:
        """An appointment of this patient; without one, of somebody with the same name and date of birth."""
        with acting(self.database, settings=self.settings, now=LATER) as op:
            known = op.session.get(Patient, patient) if patient else None
            facts = Booking(name="Anna Canary", date_of_birth=BORN, starts_at=LATER + timedelta(days=3))
            made = booking.make(op, facts, patient=known)
            op.commit()
            return made

    def is_offered(self, page: str, special=None, entry: Entry = BY_PATIENT) -> dict[str, object]:
        opened = {"who_completing": "self", "med_now": ["other"], "allergy_any": "yes"}
        given = answers({**opened, **(special or {})})
        blank = [q for q in QUESTIONS if q in LAST_TIME and q not in (special or {})]
        open_still = {q.id for q in PAGES[page].questions} & set(blank)
        with acting(self.database, settings=self.settings, now=self.now) as op:
            intake = intake_of(op.session, self.again)
            draft.write(intake, draft.Draft(answers=given.merged(dict.fromkeys(open_still))))
            told = told_before(op, intakes.looked_at(op, intake), PAGES[page], entry=entry)
            op.commit()
        return {question.id: value for question, value in told.answers} if told else {}


@pytest.fixture
def clinic(database: Database, settings: Settings, anna: Invited) -> Clinic:
    return Clinic(database, settings, anna.appointment)


def test_illnesses_medicines_allergies_and_operations_are_offered(clinic) -> None:
    offered = {id: value for page in PAGES_WITH_FACTS for id, value in clinic.is_offered(page).items()}

    assert offered == {
        "pmh_heart_list": ("high_bp",),
        "med_now": ("nsaid", "other"),
        "med_list": "warfarin 1½ tablets",
        "allergy_any": "yes",
        "allergy_class": ("penicillin",),
        "pmh_more_list": ("asthma",),
        "surgery_list": "Hernia, 2011",
    }


@pytest.mark.parametrize("page", [page for page in PAGES if page not in PAGES_WITH_FACTS])
def test_no_safety_question_and_no_complaint_is_ever_offered(page) -> None:
    """Safety: what must not be missed is asked anew each time."""
    assert not any(question.lasting for question in PAGES[page].questions)
    assert not any(
        question.lasting and (question.safety or question.group) for question in QUESTIONS.values()
    )


def test_what_was_answered_this_time_is_not_offered_over_it(clinic) -> None:
    assert clinic.is_offered("h_lists", {"pmh_heart_list": ["none"]}) == {}


def test_nothing_of_it_counts_before_it_is_saved(clinic) -> None:
    clinic.is_offered("h_lists")

    with looking(clinic.database, settings=clinic.settings, now=clinic.now) as op:
        journey: Journey = intakes.journey_of(op, intake_of(op.session, clinic.again))

    assert "pmh_heart_list" not in journey.counting
    assert not journey.complete


@pytest.mark.parametrize("who", ["family", "carer", "staff", "interpreter"])
def test_somebody_who_answers_for_the_patient_is_shown_nothing(clinic, who) -> None:
    proxy = {"who_completing": who, "proxy_relation": "x", "proxy_present": "yes", "proxy_agrees": "agreed"}

    assert clinic.is_offered("h_lists", proxy) == {}


def test_staff_who_fill_in_for_the_patient_are_shown_nothing(clinic) -> None:
    assert clinic.is_offered("h_lists", entry=Entry(Route.DESK, User(name="Rosa"))) == {}


def test_a_form_of_long_ago_is_offered_with_its_date(clinic) -> None:
    clinic.now = NOW + timedelta(days=3 * 365)

    assert "pmh_heart_list" in clinic.is_offered("h_lists")


def test_another_patient_is_shown_nothing(clinic) -> None:
    clinic.again = clinic.books()

    assert clinic.is_offered("h_lists") == {}
