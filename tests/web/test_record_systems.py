"""The numbers that other record systems have for a patient: typed, imported, shown, and checked."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from intake.storage.models import Patient

IRIS = {"name": "Iris Newcomer", "dob_day": "27", "dob_month": "3", "dob_year": "1962", "time": "09:40"}
BOOKED = IRIS | {"day": "2026-11-30"}
HEADER = "date,time,name,date_of_birth,NHS number,number:hospital,number:elsewhere"


@pytest.fixture
def settings(settings):
    return replace(settings, record_systems=("NHS number", "Hospital"))


def test_a_number_is_typed_and_shown_with_its_system(reception):
    reception.opens("/appointments/new").presses(
        "Save and make the link", **BOOKED, number_nhs_number="9990000018", number_hospital="ab 12"
    )

    assert numbers(reception) == {"NHS number": "999 000 0018", "Hospital": "ab 12"}
    reception.opens(f"{reception.path}/change").presses("Save the change", number_hospital="")
    assert numbers(reception) == {"NHS number": "999 000 0018"}


def test_a_wrong_check_digit_is_said_and_nothing_typed_is_lost(reception):
    reception.opens("/appointments/new").presses(
        "Save and make the link", **BOOKED, number_nhs_number="999 000 0017"
    )

    assert reception.status == 400
    assert "This is no NHS number" in reception.words
    assert 'value="999 000 0017"' in reception.html


def test_a_file_brings_numbers_of_named_systems_and_they_say_who_it_is(reception):
    row = "11:00,Iris Newcomer,27/3/1962,9990000018,ab 12,x"
    reception.opens("/appointments/import").presses("Show what is in it", text=f"{HEADER}\n2026-11-30,{row}")
    assert "These columns are not read: number:elsewhere." in reception.words
    reception.presses("Import 1 appointment")

    reception.opens("/appointments/import").presses("Show what is in it", text=f"{HEADER}\n2026-12-07,{row}")

    assert "The same number: another appointment of Iris Newcomer." in reception.words
    assert "who-" not in reception.html


def test_a_damaged_number_waits_and_is_put_right_on_the_page(reception, clinic_database):
    text = "Client,DOB,Date,Time,NHS No.\nIris Newcomer,27 Mar 1962,1 Dec 2026,9:00,9.99E+09"
    reception.opens("/appointments/import").presses("Show what is in it", text=text)
    reception.presses("Show the appointments")
    assert "is what a spreadsheet makes of a long number" in reception.words

    reception.presses("Use what I typed", **{"mend-2-number:nhs_number": "9990000017"})
    assert "This is no NHS number" in reception.words
    reception.presses("Use what I typed", **{"mend-2-number:nhs_number": "9990000018"})
    reception.presses("Import 1 appointment")

    with clinic_database.reading() as session:
        (iris,) = session.scalars(select(Patient)).all()
        assert [(each.system, each.value) for each in iris.identifiers] == [("nhs_number", "999 000 0018")]


def test_what_a_column_was_chosen_for_is_remembered(reception):
    text = "Client,DOB,Date,Time,Hospital code\nIris Newcomer,27 Mar 1962,1 Dec 2026,9:00,ab 12"
    reception.opens("/appointments/import").presses("Show what is in it", text=text)
    reception.presses("Show the appointments", **{"column-4": "record_number"})
    assert "Hospital ab 12" in reception.words
    reception.presses("Import 1 appointment")

    later = text.replace("1 Dec", "8 Dec")
    reception.opens("/appointments/import").presses("Show what is in it", text=later)

    assert "The same number: another appointment of Iris Newcomer." in reception.words


def numbers(reception):
    said = dict(zip(reception.words_of("dt"), reception.words_of("dd"), strict=True))
    return {system: number for system, number in said.items() if system in ("NHS number", "Hospital")}
