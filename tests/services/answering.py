"""Patients for tests of services: Anna, who sends her form in one go, and the same at another time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from intake.config import Settings
from intake.demo.vignettes import answers_of, vignette
from intake.questionnaire import PAGES
from intake.questionnaire.answers import Answers
from intake.services.context import Operation
from intake.services.forms import draft, intakes
from intake.services.forms.intakes import Saved
from intake.storage import Database
from intake.storage.models import Appointment, Intake
from tests.acting import acting
from tests.services.conftest import NOW

TODAY = date(2026, 3, 9)
KNOWN = ("dob", "sex_at_birth", "phone_best")


def answers(special: Mapping[str, Any] | None = None) -> Answers:
    """What Anna answers, plainly but for what is `special`; without what the clinic knows already."""
    plain = vignette("V01")
    case = replace(plain, answers={**plain.answers, **(special or {})})
    return answers_of(case, TODAY).merged(dict.fromkeys(KNOWN))


def intake_of(session: Any, appointment: Appointment) -> Intake:
    """The form of this appointment."""
    found = intakes.find(session, appointment.intake.id)
    assert found is not None
    return found


def has_sent(
    database: Database,
    settings: Settings,
    appointment: Appointment,
    given: Answers,
    now: datetime = NOW,
) -> None:
    """Let the form of this appointment be answered and sent."""
    with acting(database, settings=settings, now=now) as op:
        intake = intake_of(op.session, appointment)
        intakes.open(op, intake)
        draft.write(intake, draft.Draft(answers=given, passed=frozenset(PAGES)))
        save(op, intake, "u_now", {})
        intakes.send(op, intake)
        op.commit()


def save(op: Operation, intake: Intake, page: str, given: Mapping[str, Any]) -> Saved:
    """Save one page as the patient would."""
    return intakes.save_page(op, intakes.taken_up(op, intake), PAGES[page], given, version_token=None)
