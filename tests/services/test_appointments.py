"""Appointments changed by two at once, facts put right, and patients told apart, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from intake.config import Settings
from intake.questionnaire import PAGES
from intake.red_flags import Urgency
from intake.services import alerts
from intake.services.appointments import booking
from intake.services.appointments.booking import AppointmentChanged, Booking
from intake.services.appointments.patient_index import PatientIndex
from intake.services.appointments.search import MOST_FOUND, search
from intake.services.audit import Action
from intake.services.forms import draft, intakes, worklist
from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.models import Appointment, AuditEvent, Patient, User
from tests.acting import acting, looking
from tests.services.answering import answers, intake_of, save
from tests.services.conftest import BORN, NOW, Invited


@pytest.mark.faults
def test_of_eight_who_change_it_at_once_one_is_right_and_seven_are_told(
    database: Database, anna: Invited, settings: Settings
) -> None:
    with database.reading() as session:
        there = Booking.of(session.get_one(Appointment, anna.appointment.id))

    def move(hours: int) -> str:
        wanted = replace(there, starts_at=there.starts_at + timedelta(hours=hours))
        with acting(database, settings=settings) as op:
            found = op.session.get_one(Appointment, anna.appointment.id)
            try:
                booking.change(op, found, wanted, version_token=there.version_token)
            except AppointmentChanged:
                op.rollback()
                return "told"
            op.commit()
        return "moved"

    with ThreadPoolExecutor(8) as crowd:
        said = Counter(crowd.map(move, range(1, 9)))

    assert said == {"moved": 1, "told": 7}


@pytest.mark.faults
def test_eight_who_cancel_it_at_once_cancel_it_once(
    database: Database, anna: Invited, settings: Settings
) -> None:
    def cancel(_: int) -> None:
        with acting(database) as op:
            found = op.session.get_one(Appointment, anna.appointment.id)
            booking.cancel(op, found)
            op.commit()

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(cancel, range(8)))

    with database.reading() as session:
        cancelled = AuditEvent.action == Action.APPOINTMENT_CANCELLED
        assert session.scalar(select(func.count()).where(cancelled)) == 1


def test_a_phone_number_corrected_on_another_appointment_is_a_change_too(
    database: Database, anna: Invited, settings: Settings
) -> None:
    with database.writing() as session:
        found = session.get_one(Appointment, anna.appointment.id)
        seen = Booking.of(found)
        session.get_one(Patient, found.patient_id).phone = "07700 900999"
        session.commit()

    with acting(database, settings=settings) as op:
        found = op.session.get_one(Appointment, anna.appointment.id)
        wanted = replace(seen, with_whom="Dr Sol")
        try:
            booking.change(op, found, wanted, version_token=seen.version_token)
        except AppointmentChanged:
            op.rollback()
        else:
            raise AssertionError("the number would have been lost")


# Urgent at 60 and more.
SUDDEN = {"rf_sudden_max": "yes", "on_when": "d1_3"}


def has_saved(database: Database, settings: Settings, appointment: Appointment, **own: str) -> None:
    """Anna confirmed what the clinic knows, or gave her `own` word, and was not old enough for a flag."""
    confirmed = {"dob": BORN.isoformat(), "sex_at_birth": "female", **own}
    with acting(database, settings=settings) as op:
        intake = intake_of(op.session, appointment)
        given = answers(SUDDEN).merged(confirmed)
        draft.write(intake, draft.Draft(answers=given, passed=frozenset(PAGES)))
        assert save(op, intake, "u_now", {}).raised == ()
        op.commit()


def is_put_right(database: Database, settings: Settings, appointment: Appointment, **right: object) -> None:
    with acting(database, settings=settings) as op:
        found = op.session.get_one(Appointment, appointment.id)
        stands = Booking.of(found)
        wanted = replace(stands, **right)
        booking.change(op, found, wanted, version_token=stands.version_token)
        op.commit()


def test_a_date_of_birth_put_right_raises_what_depends_on_the_age_at_once(
    database: Database, anna: Invited, settings: Settings
) -> None:
    has_saved(database, settings, anna.appointment)

    is_put_right(database, settings, anna.appointment, date_of_birth=date(1941, 5, 4))

    with looking(database, settings=settings) as op:
        raised = {row.urgency for row in alerts.all_open(op)}
        summary = intakes.summary_of(op, intake_of(op.session, anna.appointment))
    assert raised == {Urgency.SAME_DAY}
    assert (summary.born, summary.age) == ("1941-05-04", 84)


def test_a_fact_that_the_patient_gave_in_another_way_stays_the_patients(
    database: Database, anna: Invited, settings: Settings
) -> None:
    has_saved(database, settings, anna.appointment, phone_best="07700 900999")

    is_put_right(database, settings, anna.appointment, phone="07700 900555", sex_at_birth="other")

    with database.reading() as session:
        said = draft.read(intake_of(session, anna.appointment)).answers
    assert (said["phone_best"], said["sex_at_birth"]) == ("07700 900999", "other")


def test_a_patient_stays_with_a_clinician_who_was_away_when_the_number_was_put_right(
    database: Database, anna: Invited, settings: Settings, clinician: User
) -> None:
    is_put_right(database, settings, anna.appointment, with_whom="Dr  Bello")
    with acting(database) as op:
        accounts.deactivate(op, op.session.get_one(User, clinician.id))
        op.commit()

    is_put_right(database, settings, anna.appointment, phone="07700 900555")

    with database.writing() as session:
        booked = session.get_one(Appointment, anna.appointment.id)
        assert booked.clinician_id == clinician.id
        booked.clinician_id = None
        assert worklist.is_with(booked, clinician)
        session.rollback()


def test_of_many_who_fit_those_who_come_last_are_shown_first(
    database: Database, anna: Invited, settings: Settings
) -> None:
    with acting(database, settings=settings) as op:
        for number in range(MOST_FOUND + 5):
            booking.make(
                op,
                Booking(
                    name=f"Bea Sample{number}", date_of_birth=BORN, starts_at=NOW + timedelta(days=number)
                ),
            )
        op.commit()

    with looking(database) as op:
        found = [known.name for known in search(op, PatientIndex(database), "bea sam")]

    assert found == [f"Bea Sample{number}" for number in range(MOST_FOUND + 4, 4, -1)]
