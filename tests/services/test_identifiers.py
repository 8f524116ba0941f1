"""A patient is called something by each record system, and found again by it."""

from datetime import date

import pytest
from sqlalchemy import select

from intake.services.appointments import identifiers
from intake.services.audit import Action
from intake.storage import Database
from intake.storage.models import CLINIC, Patient, PatientIdentifier
from tests.acting import acting, looking
from tests.services.conftest import NOW


@pytest.fixture
def anna(database: Database) -> Patient:
    return _added(database, "Anna")


def test_a_number_can_be_given_put_right_and_taken_away(database: Database, anna: Patient) -> None:
    for number in ("12", "13", None, "14"):
        _called(database, anna, {CLINIC: number})

        with database.reading() as session:
            assert session.get_one(Patient, anna.id).number == number
            assert len(session.scalars(select(PatientIdentifier)).all()) == (number is not None)


def test_each_system_calls_a_patient_something_of_its_own(database: Database, anna: Patient) -> None:
    _called(database, anna, {CLINIC: "12", "https://fhir.nhs.uk/Id/nhs-number": "999 000 0018"})

    with looking(database) as op:
        patient = op.session.get_one(Patient, anna.id)
        assert (patient.number, patient.called_by("https://fhir.nhs.uk/Id/nhs-number")) == (
            "12",
            "999 000 0018",
        )
        assert identifiers.patients_called(op, CLINIC, "999 000 0018") == frozenset()
        assert identifiers.numbers_of(op.session, [anna.id]) == {anna.id: "12"}


def test_everybody_with_a_number_is_found_whatever_its_capitals(database: Database, anna: Patient) -> None:
    bruno = _added(database, "Bruno")
    _called(database, anna, {CLINIC: "ab 12"})
    _called(database, bruno, {CLINIC: "AB 12"})

    with looking(database) as op:
        assert identifiers.patients_called(op, CLINIC, " Ab 12") == {anna.id, bruno.id}
        assert identifiers.patients_called(op, CLINIC, " ") == frozenset()


def test_what_is_kept_of_a_number_does_not_show_it(database: Database, anna: Patient) -> None:
    _called(database, anna, {CLINIC: "4711"})

    with database.reading() as session:
        (kept,) = session.scalars(select(PatientIdentifier))
    assert b"4711" not in kept.value_sealed
    assert "4711" not in kept.value_hmac


def _added(database: Database, name: str) -> Patient:
    with database.writing() as session:
        patient = Patient(name=name, date_of_birth=date(1991, 5, 4), created_at=NOW)
        session.add(patient)
        session.commit()
    return patient


def _called(database: Database, patient: Patient, names: dict[str, str | None]) -> None:
    with acting(database) as op:
        kept = op.session.get_one(Patient, patient.id)
        for system, name in names.items():
            identifiers.name_patient(op, kept, system, name)
        op.record(Action.APPOINTMENT_CHANGED, kept)
        op.commit()
