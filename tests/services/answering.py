"""Patients for tests of services: Anna, who sends her form in one go, and the same at another time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from intake.config import Settings
from intake.demo.vignettes import answers_of, vignette
from intake.questionnaire import PAGES
from intake.questionnaire.answers import Answers
from intake.services import intakes, sheet
from intake.services.intakes import Saved
from intake.storage import Database
from intake.storage.models import Appointment, Intake
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
    with database.writing() as session:
        intake = intake_of(session, appointment)
        intakes.open(session, intake, settings=settings, now=now)
        sheet.write(intake, sheet.Sheet(answers=given, passed=frozenset(PAGES)))
        save(session, intake, "u_now", {}, settings, now)
        intakes.send(session, intake, settings=settings, now=now)
        session.commit()


def save(
    session: Any, intake: Intake, page: str, given: Mapping[str, Any], settings: Settings, now: datetime
) -> Saved:
    """Save one page as the patient would."""
    return intakes.save_page(session, intake, PAGES[page], given, seen=None, settings=settings, now=now)
