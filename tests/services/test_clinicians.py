"""Clinicians are people: whom a name means is decided once, and appointments follow."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from intake.services.appointments import booking, clinicians
from intake.services.appointments.clinicians import Clinicians
from intake.services.appointments.importing import COLUMNS, Expected, FileRow, ImportRow
from intake.services.appointments.importing.clinician_names import resolved, unknown
from intake.storage.models import Appointment, AuditEvent, ClinicianName, User
from tests.acting import acting, looking


@pytest.mark.parametrize(
    "written", ["Dr Bello", "BELLO (Dr)", "Bello", "dr. bello", "Prof. Dr. Bello", "Bello, Dr"]
)
def test_an_accounts_own_name_is_known_in_any_order_and_with_any_title(database, clinician, written):
    with looking(database) as op:
        assert Clinicians(op).named(written).id == clinician.id


@pytest.mark.parametrize("written", ["", "Bella", "Dr Bello Cairn", "Dr", "Rosa Reception"])
def test_another_name_means_nobody_until_it_is_decided(database, clinician, reception, written):
    with looking(database) as op:
        assert Clinicians(op).named(written) is None


def test_a_name_is_decided_once_whatever_its_order_and_titles(database, clinician, reception):
    _decide(database, reception, "EXAMPLE, Noor (Dr)", clinician.id)
    _decide(database, reception, "Noor Example", clinician.id)

    with looking(database) as op:
        assert Clinicians(op).named("Dr Noor Example").id == clinician.id
        assert [(each.name, each.account.id) for each in clinicians.mapped(op)] == [
            ("EXAMPLE, Noor (Dr)", clinician.id)
        ]


def test_nobody_here_is_an_answer_and_is_not_asked_again(database, clinician, reception):
    _decide(database, reception, "Locum", None)

    with looking(database) as op:
        known = Clinicians(op)
        assert (known.named("LOCUM"), known.is_known("LOCUM"), known.unknown(["Locum"])) == (None, True, ())


def test_a_decision_about_somebody_who_left_is_asked_again(database, clinician, reception):
    _decide(database, reception, "N. Example", clinician.id)
    with database.writing() as session:
        session.get_one(User, clinician.id).active = False
        session.commit()

    with looking(database) as op:
        assert Clinicians(op).unknown(["N. Example"]) == ("N. Example",)
        assert [(each.account, each.left) for each in clinicians.mapped(op)] == [(None, True)]


def test_appointments_to_come_follow_a_decision(database, clinician, reception, anna):
    with acting(database, by=reception) as op:
        found = op.session.get_one(Appointment, anna.appointment.id)
        stands = booking.Booking.of(found)
        booking.change(
            op, found, replace(stands, with_whom="EXAMPLE, Noor (Dr)"), version_token=stands.version_token
        )
        op.commit()
    with looking(database) as op:
        assert clinicians.undecided(op) == ("EXAMPLE, Noor (Dr)",)

    _decide(database, reception, "Noor Example", clinician.id)

    with looking(database) as op:
        found = op.session.get_one(Appointment, anna.appointment.id)
        assert (found.clinician_id, found.with_whom) == (clinician.id, "Dr Bello")
        assert clinicians.undecided(op) == ()


def test_what_was_decided_can_be_forgotten(database, clinician, reception):
    _decide(database, reception, "N. Example", clinician.id)
    with acting(database, by=reception) as op:
        clinicians.forget(op, "Example N")
        op.commit()

    with looking(database) as op:
        assert Clinicians(op).named("N. Example") is None


def test_a_decision_is_recorded_without_the_name_and_kept_sealed(database, clinician, reception):
    _decide(database, reception, "EXAMPLE, Noor (Dr)", clinician.id)

    with database.reading() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "clinician_name:decided"))
        (kept,) = session.scalars(select(ClinicianName))
        assert "Noor" not in event.detail + event.about
        assert b"Noor" not in kept.name_sealed


def test_whoever_invited_is_the_clinician_only_by_decision(database, clinician, reception):
    row = _row(organiser="Dr Bello")
    with looking(database) as op:
        known = Clinicians(op)
        assert resolved(known, row.row, row.expected).booking.with_whom == ""
        (asked,) = unknown(known, [row])
        assert (asked.name, asked.invites, asked.suggested.id) == ("Dr Bello", True, clinician.id)

    _decide(database, reception, "Dr Bello", clinician.id)

    with looking(database) as op:
        known = Clinicians(op)
        assert resolved(known, row.row, row.expected).booking.with_whom == "Dr Bello"
        assert unknown(known, [row]) == ()


def test_addresses_of_colleagues_are_the_clinics(database, clinician, reception):
    with looking(database) as op:
        assert {"clinician@example.org", "reception@example.org"} <= clinicians.staff_addresses(op)


def _row(*, clinician: str = "", organiser: str = "") -> FileRow:
    cells = dict.fromkeys(COLUMNS, "") | {"clinician": clinician}
    wanted = booking.Booking(name="Anna", date_of_birth=date(1991, 5, 4), starts_at=None, with_whom=clinician)
    return FileRow(ImportRow(1, cells, organiser=organiser), Expected("a", wanted, 20, "en"))


def _decide(database, by, name, user_id) -> None:
    with acting(database, by=by) as op:
        clinicians.decide(op, name, user_id)
        op.commit()
