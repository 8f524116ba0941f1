"""Appointments are moved and put right, cancelled and booked again, and found on the telephone."""

from datetime import date

import pytest
from sqlalchemy import select

from intake.services import audit
from intake.services.invitations import links
from intake.storage.models import Appointment, Invitation, Job, Patient
from tests.acting import acting
from tests.web.conftest import PASSWORD
from tests.web.test_reception import IRIS

TODAY = "/day/2026-11-23"


@pytest.fixture
def iris(reception) -> str:
    """The page of Iris's appointment, tomorrow at 09:40."""
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    return reception.path


# ---- moving, putting right


def test_a_moved_appointment_takes_its_link_and_its_reminders_along(reception, iris, clinic_database):
    link = reception.link_of_patient()

    reception.opens(f"{iris}/change").presses("Save the change", day="2026-12-10", time="14:20")

    assert reception.path == iris
    assert "10 December 2026, 14:20" in reception.words
    assert reception.link_of_patient() == link
    with clinic_database.reading() as session:
        (invitation,) = session.scalars(select(Invitation))
        due = {each.not_before.date() for each in session.scalars(select(Job)) if not each.cancelled_at}
    assert invitation.expires_at.date() == date(2026, 12, 11)
    assert due == {date(2026, 12, 3), date(2026, 12, 9)}


def test_what_is_known_of_the_patient_is_put_right(reception, iris, clinic_database):
    right = {"name": "Iris Newcomers", "dob_day": "28", "phone": "", "needs": "Interpreter, Polish"}

    reception.opens(f"{iris}/change").presses("Save the change", **right)

    assert "Iris Newcomers" in reception.words
    assert "28 March 1962" in reception.words
    assert "Interpreter, Polish" in reception.words
    assert "Interpreter, Polish" in reception.opens("/day/2026-11-24").words
    assert _details(clinic_database, "appointment:changed") == [{"changed": "name date_of_birth phone needs"}]


def test_a_number_that_stood_before_it_was_checked_hinders_no_other_change(reception, iris, clinic_database):
    with clinic_database.writing() as session:
        session.scalars(select(Patient)).one().phone = "same as his wife 1"
        session.commit()

    assert "This is no number that can be called." in reception.opens(iris).words
    reception.opens(f"{iris}/change").presses("Save the change", time="14:20")

    assert (reception.path, "14:20" in reception.words) == (iris, True)
    reception.opens(f"{iris}/change").presses("Save the change", phone="07700")
    assert "This number cannot be called" in reception.words


def test_a_mistake_in_a_change_is_said_and_everything_typed_is_kept(reception, iris):
    reception.opens(f"{iris}/change").presses("Save the change", time="ten", with_whom="Dr Sol")

    assert reception.status == 400
    assert "Enter the time" in reception.words
    assert 'value="Dr Sol"' in reception.html
    assert '<input type="text" id="time" name="time" value="ten"' in reception.html


def test_of_two_who_change_it_the_second_sees_both(app, reception, iris, clinician):
    reception.opens(f"{iris}/change")
    clinician.opens(f"{iris}/change").presses("Save the change", time="11:00")

    reception.presses("Save the change", time="15:30")

    assert reception.status == 409
    assert "Somebody else has changed it meanwhile" in reception.words
    assert "11:00" in reception.words
    assert "Language of the form" not in reception.words
    assert 'value="15:30"' in reception.html

    reception.presses("Save what I typed")
    assert "24 November 2026, 15:30" in reception.words


def test_a_sex_that_somebody_else_has_put_right_is_told(reception, iris, clinician):
    reception.opens(f"{iris}/change")
    clinician.opens(f"{iris}/change").presses("Save the change", sex_at_birth="male")

    reception.presses("Save the change", time="15:30", sex_at_birth="female")

    assert reception.status == 409
    (saved_now,) = reception.words_of(".facts")
    assert "Sex recorded at birthMale" in saved_now


def test_pressing_save_twice_is_no_change_by_somebody_else(reception, iris):
    reception.opens(f"{iris}/change")
    page = reception.page
    reception.presses("Save the change", time="15:30")

    reception.page = page
    reception.presses("Save the change", time="15:30")

    assert reception.path == iris
    assert reception.status == 200


def test_an_appointment_of_an_earlier_day_can_still_be_put_right(reception, iris, clock):
    clock.wait(days=2)
    again = reception.opens("/sign-in").presses(
        "Sign in", email="reception@clinic.example", password=PASSWORD
    )

    again.opens(f"{iris}/change").presses("Save the change", phone="07700 900778")

    assert "07700 900778" in again.words


def test_a_change_that_makes_two_patients_alike_is_asked_about(reception, iris):
    reception.opens("/appointments/new").presses(
        "Save and make the link", **IRIS | {"name": "Oscar Other", "dob_year": "1948"}
    )
    oscar = reception.path

    reception.opens(f"{oscar}/change").presses("Save the change", dob_year="1962")

    assert reception.status == 409
    assert "Is this really this patient’s name and date of birth?" in reception.words
    assert "Iris Newcomer, born 27 March 1962" in reception.words
    reception.presses("Save the change", patient="somebody else")
    assert reception.path == oscar


def test_a_changed_date_of_birth_is_the_one_the_link_asks_for(reception, iris, clinic_database, clock):
    secret_hash = links.hash_of(reception.link_of_patient().rpartition("/")[2])
    reception.opens(f"{iris}/change").presses("Save the change", dob_day="28")

    with acting(clinic_database, now=clock.now) as op:
        assert links.identify(op, secret_hash, date(1962, 3, 28))
        op.commit()


def test_a_clinician_who_works_here_is_known_by_name(reception, clinician, iris, clinic_database):
    reception.opens(f"{iris}/change").presses("Save the change", with_whom="dr  bello")

    with clinic_database.reading() as session:
        (booked,) = session.scalars(select(Appointment))
    assert booked.clinician_id == clinician.user.id


def test_a_date_of_birth_put_right_after_sending_is_told_to_the_clinician(reception, clinician, come):
    people = come("V05")
    page = f"/appointments/{people['V05'].id}"
    assert "another date of birth" not in reception.opens(page).words

    reception.opens(f"{page}/change").presses("Save the change", dob_year="1941")

    assert "The form was sent with another date of birth or sex." in reception.words
    clinician.opens(f"/intakes/{people['V05'].intake.id}")
    assert "The clinic knows another date of birth or sex than this form was sent with." in clinician.words


# ---- cancelled, and booked again


def test_what_was_cancelled_by_mistake_is_booked_again_without_its_link(reception, iris, clinic_database):
    reception.opens(iris).presses("Yes, cancel it")

    reception.presses("Book it again")

    assert "No link works now." in reception.words
    assert reception.offers("Make a new link")
    with clinic_database.reading() as session:
        reminders = [each.cancelled_at for each in session.scalars(select(Job))]
    assert reminders == [None] * len(reminders)


# ---- found


@pytest.mark.parametrize(
    "asked",
    [
        *("iris", "NEW ir", "newcomer iris", "27/3/1962", "27.3.1962", "27 3 1962", "1962-03-27"),
        *("27/3/62", "27 Mar 1962", "Mrs Iris Newcomer", "Newcommer", "iris 27/3/62"),
    ],
)
def test_a_patient_is_found_by_name_or_date_of_birth(reception, iris, asked):
    reception.opens("/find").presses("Find", asked=asked)

    assert "1 patient" in reception.words
    assert "Iris Newcomer born 27 March 1962" in reception.words
    assert iris in reception.html


def test_a_patient_is_found_by_reference_however_it_is_typed(reception, iris, clinic_database):
    with clinic_database.reading() as session:
        (reference,) = session.scalars(select(Appointment.reference))

    for typed in (reference, reference.lower(), f" {reference[:3]} {reference[3:]} "):
        assert iris in reception.opens("/find").presses("Find", asked=typed).html


@pytest.mark.parametrize("asked", ["", "   ", "oscar", "27/3/1963", "99/99/1962", "ris", "%", "<b>"])
def test_nothing_that_fits_finds_nobody(reception, iris, asked):
    reception.opens("/find").presses("Find", asked=asked)

    assert "Nobody was found." in reception.words
    assert iris not in reception.html


def test_the_day_list_has_a_box_to_find_a_patient_with(reception, iris):
    reception.opens(TODAY).presses("Find", asked="newcomer")

    assert reception.path == "/find"
    assert iris in reception.html


def test_what_is_looked_for_stands_in_no_address_and_in_no_record(reception, iris, clinic_database):
    reception.opens("/find").presses("Find", asked="Iris")

    assert "Iris" not in reception.page.request.full_path
    assert _details(clinic_database, "patient:looked_for") == [{"found": 1}]


def test_a_day_is_opened_from_its_box(reception):
    assert reception.opens("/day/?on=2026-12-24").path == "/day/2026-12-24"
    assert reception.opens("/day/?on=").path == TODAY
    assert reception.opens("/day/?on=24.12.2026").status == 404


def _details(database, action: str):
    with database.reading() as session:
        return [each.detail for each in audit.history(session, audit.Action(action))]
