"""Reception says who a booking or a row of a file is about; nothing known is overwritten unseen."""

import pytest
from sqlalchemy import func, select

from intake.storage.models import Appointment, Job, JobKind, Patient
from tests.web.staff import Colleague

HEADER = "date,time,name,date_of_birth,sex_at_birth,phone,email,number"
FEMALE = "2026-11-30,09:40,Maria Garciamade,01/01/1980,female,07700 900123,,"
MALE = "2026-11-30,10:20,Maria Garciamade,01/01/1980,male,07700 900999,,"
ALI = "2026-11-30,11:00,Ali Hassan,1.1.1980,,,,"
HASSAN = "2026-11-30,11:40,Hassan Ali,01/01/1980,,,hassan.ali@two.example,"
BRUNO = "2026-11-30,12:00,Bruno Finch,1.2.1950,,,,"


@pytest.fixture
def importing(reception: Colleague) -> Colleague:
    return reception.opens("/appointments/import")


def shows(importing, *rows):
    return importing.opens("/appointments/import").presses(
        "Show what is in it", text="\n".join([HEADER, *rows])
    )


def patients(database) -> dict[str, Patient]:
    with database.reading() as session:
        return {
            f"{each.name} {each.sex_at_birth or ''}".strip(): each
            for each in session.scalars(select(Patient))
        }


def many(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Appointment))


def test_two_rows_of_different_sex_and_telephone_are_two_when_it_is_said(importing, clinic_database):
    shows(importing, FEMALE, MALE).presses("Import 2 appointments", **{"who-3": "somebody else"})

    assert "2 appointments came in." in importing.words
    found = patients(clinic_database)
    assert {who: each.phone for who, each in found.items()} == {
        "Maria Garciamade female": "07700 900123",
        "Maria Garciamade male": "07700 900999",
    }


def test_two_rows_of_different_sex_and_telephone_are_one_only_when_it_is_said(importing, clinic_database):
    shows(importing, FEMALE, MALE)
    assert "The same patient as row 2: Maria Garciamade, born 1 January 1980" in importing.words
    assert "Sex recorded at birth" in importing.words

    importing.presses("Import 2 appointments", **{"who-3": "row-2"})

    (found,) = patients(clinic_database).values()
    assert (found.sex_at_birth, found.phone) == ("female", "07700 900123")


def test_nothing_is_chosen_beforehand(importing):
    shows(importing, FEMALE, MALE)

    radios = importing.html.split('name="who-3"')[1:]
    assert len(radios) == 2
    assert not any("checked" in each.split(">")[0] for each in radios)


def test_a_row_nobody_answered_waits_and_the_others_come_in(importing, clinic_database):
    shows(importing, ALI).presses("Import 1 appointment")

    shows(importing, HASSAN, BRUNO).presses("Import 2 appointments")

    assert importing.status == 200
    assert "1 row was not imported" in importing.words
    assert "1 appointment came in." in importing.words
    assert "Error: Say whether this is the same patient." in importing.words
    assert set(patients(clinic_database)) == {"Ali Hassan", "Bruno Finch"}
    assert patients(clinic_database)["Ali Hassan"].email is None
    importing.presses("Import 1 appointment", **{"who-2": "somebody else"})
    assert set(patients(clinic_database)) == {"Ali Hassan", "Bruno Finch", "Hassan Ali"}


def test_a_file_of_questions_alone_says_that_nothing_came_in(importing, clinic_database):
    shows(importing, ALI).presses("Import 1 appointment")

    shows(importing, HASSAN).presses("Import 1 appointment")

    assert importing.status == 400
    assert "1 row was not imported" in importing.words
    assert "Nothing is imported yet." in importing.words
    assert many(clinic_database) == 1


def test_no_link_of_one_is_mailed_to_the_other(importing, clinic_database):
    shows(importing, ALI).presses("Import 1 appointment").presses("Make")

    shows(importing, HASSAN).presses("Import 1 appointment", **{"who-2": "somebody else"}).presses("Make")

    with clinic_database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JobKind.SEND_INVITATION)).all()
        owners = [session.get_one(Appointment, each.appointment_id).patient.name for each in jobs]
    assert owners == ["Hassan Ali"]


def test_each_fact_is_kept_or_taken_by_choice(importing, clinic_database):
    shows(importing, FEMALE).presses("Import 1 appointment")
    (there,) = patients(clinic_database).values()

    shows(importing, MALE)
    assert "What differs from what is known of Maria Garciamade" in importing.words
    importing.presses("Import 1 appointment", **{"who-2": str(there.id), f"keep-2-{there.id}-phone": "new"})

    (kept,) = patients(clinic_database).values()
    assert (kept.sex_at_birth, kept.phone) == ("female", "07700 900999")


def test_what_was_answered_stays_when_the_page_comes_again(importing, clinic_database):
    shows(importing, ALI, FEMALE).presses("Import 2 appointments")

    shows(importing, HASSAN, MALE)
    importing.presses("Import 2 appointments", **{"who-2": "somebody else"}, fingerprint="of another moment")

    assert importing.status == 409
    assert "checked" in importing.html.split('value="somebody else"')[1].split(">")[0]
    assert "checked" not in importing.html.split('value="somebody else"')[2].split(">")[0]


def test_eighty_rows_whose_numbers_are_known_ask_nothing(importing, clinic_database):
    rows = [
        f"2026-11-30,09:40,Anna{number} Canary,1.1.{1920 + number},,0770090{number:04},,N{number}"
        for number in range(80)
    ]
    shows(importing, *rows).presses("Import 80 appointments")

    again = [row.replace("2026-11-30", "2026-12-07").replace("Anna", "Mrs Anna") for row in rows]
    shows(importing, *again)

    assert "who-" not in importing.html
    importing.presses("Import 80 appointments")
    assert len(patients(clinic_database)) == 80


def test_a_number_that_somebody_else_has_is_a_question_that_says_so(importing, clinic_database):
    shows(importing, f"{BRUNO}77").presses("Import 1 appointment")

    shows(importing, f"{ALI}77")

    assert "The same as Bruno Finch, born 1 February 1950, 77 The same number" in importing.words
    importing.presses("Import 1 appointment", **{"who-2": "somebody else"})
    assert len(patients(clinic_database)) == 2


def test_a_row_that_repeats_one_without_an_answer_waits_for_it(importing, clinic_database):
    shows(importing, ALI).presses("Import 1 appointment")
    twice = HASSAN.replace("11:40", "15:00")

    shows(importing, HASSAN, twice)
    assert "The same patient as row 2." in importing.words
    importing.presses("Import 2 appointments", **{"who-2": "somebody else"})

    assert set(patients(clinic_database)) == {"Ali Hassan", "Hassan Ali"}
    assert many(clinic_database) == 3


def test_whoever_is_booked_by_hand_keeps_what_is_known(reception, clinic_database):
    iris = {"name": "Iris Newcomer", "dob_day": "27", "dob_month": "3", "dob_year": "1962", "time": "09:40"}
    first = iris | {"sex_at_birth": "female", "phone": "07700 900123", "day": "2026-11-30"}
    reception.opens("/appointments/new").presses("Save and make the link", **first)
    (there,) = patients(clinic_database).values()

    again = iris | {
        "sex_at_birth": "male",
        "phone": "07700 900999",
        "email": "i@two.example",
        "day": "2026-12-07",
    }
    reception.opens("/appointments/new").presses("Save and make the link", **again)
    assert reception.status == 409
    assert "Telephone, keep: 07700 900123" in reception.words
    reception.presses("Save and make the link", patient=str(there.id))

    (kept,) = patients(clinic_database).values()
    # What was not known is filled in: it stood on the page.
    assert (kept.sex_at_birth, kept.phone, kept.email) == ("female", "07700 900123", "i@two.example")


def test_a_changed_number_that_another_has_is_asked_about(reception, clinic_database):
    iris = {"name": "Iris Newcomer", "dob_day": "27", "dob_month": "3", "dob_year": "1962", "time": "09:40"}
    oscar = {"name": "Oscar Other", "dob_day": "2", "dob_month": "4", "dob_year": "1948", "time": "09:40"}
    reception.opens("/appointments/new").presses("Save and make the link", **iris, number="12")
    reception.opens("/appointments/new").presses("Save and make the link", **oscar)

    reception.opens(f"{reception.path}/change").presses("Save the change", number="12")

    assert reception.status == 409
    assert "Iris Newcomer, born 27 March 1962, 12" in reception.words
    assert "The same number" in reception.words
