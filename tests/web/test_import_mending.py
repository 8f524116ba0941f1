"""What is not sure of a file is asked, and a row is put right on the page; nothing that was typed is lost."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from intake.storage.models import Appointment, ImportShape
from tests.web.exports import EXPORTS, named

HEADER = "Name,DOB,Mobile,Date,Time"
ANNA = "Anna Canary,27 Mar 1962,07700 900123,1 Dec 2026,9:00am"
BAD = "Bruno Finch,31 Feb 1950,4.4771E+11,2 Dec 2026,10am"
WEEK = f"{HEADER}\n{ANNA}\n{BAD}"


@pytest.fixture
def looking(reception):
    """Reception with the rows of a week before them."""
    reception.opens("/appointments/import").presses("Show what is in it", text=WEEK)
    return reception.presses("Show the appointments")


def test_a_row_is_put_right_and_the_others_go_on(looking, clinic_database):
    assert "“4.4771E+11” is what a spreadsheet makes of a long number" in looking.words

    looking.presses(
        "Use what I typed", **{"mend-3-date_of_birth": "1 Feb 1950", "mend-3-phone": "07700 900777"}
    )
    looking.presses("Import 2 appointments")

    assert _here(clinic_database) == {
        ("Anna Canary", "1962-03-27", "07700 900123"),
        ("Bruno Finch", "1950-02-01", "07700 900777"),
    }


def test_what_was_put_right_stays_when_another_box_is_still_wrong(looking):
    looking.presses("Use what I typed", **{"mend-3-phone": "07700 900777"})

    assert "4.4771E+11” is what" not in looking.words
    assert 'name="mend-3-date_of_birth" value="31 Feb 1950"' in looking.html
    looking.presses("Use what I typed", **{"mend-3-date_of_birth": "1/2/1950"})
    assert "is the day or the month first?" in looking.words
    looking.presses("Use what I typed", **{"mend-3-date_of_birth": "1950-02-01"})
    assert "07700 900777" in looking.words
    assert looking.offers("Import 2 appointments")


def test_a_row_that_could_be_imported_can_be_changed_too(looking, clinic_database):
    looking.presses("Change row 2")
    looking.presses("Import 1 appointment; 1 row is left out", **{"mend-2-time": "9:20"})

    assert looking.status == 409
    assert "1 Dec 2026, 09:20" in looking.words
    looking.presses("Import 1 appointment; 1 row is left out")

    with clinic_database.reading() as session:
        (made,) = session.scalars(select(Appointment)).all()
        assert f"{made.starts_at:%H:%M}" == "09:20"


def test_what_is_typed_and_imported_at_once_is_looked_at_first(looking, clinic_database):
    looking.presses("Import 1 appointment", **{"mend-3-date_of_birth": "1 Feb 1950", "mend-3-phone": ""})

    assert looking.status == 409
    assert _here(clinic_database) == set()
    looking.presses("Import 2 appointments")
    assert len(_here(clinic_database)) == 2


def test_a_row_of_a_calendar_is_changed_like_one_of_a_table(reception, clinic_database):
    event = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x\nBEGIN:VEVENT\nUID:1\nDTSTART:20261201T113000Z\n"
        "SUMMARY:Carla Wren (born 9/8/1977)\nDESCRIPTION:email: carla\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    reception.opens("/appointments/import").presses("Show what is in it", text=event)
    reception.presses("Use what I typed", **{"mend-1-email": "carla@example.org"})

    reception.presses("Import 1 appointment")

    assert {name for name, *_ in _here(clinic_database)} == {"Carla Wren"}


def test_the_order_is_asked_of_each_file_and_pressing_on_without_an_answer_keeps_everything(reception):
    text = f"{HEADER}\nAnna Canary,03/04/1962,07700 900123,12/01/2026,9am"
    reception.opens("/appointments/import").presses("Show what is in it", text=text)
    assert "03/04/1962: 3 April 1962 or 4 March 1962" in reception.words

    reception.presses("Show the appointments")
    assert reception.status == 400
    assert "Say whether the day or the month comes first" in reception.words
    reception.presses("Show the appointments", order="month")

    assert "Anna Canary born 4 March 1962" in reception.words


def test_an_answer_rides_along_to_the_import(reception, clinic_database):
    text = f"{HEADER}\nAnna Canary,12/04/62,07700 900123,12/01/2026,9am"
    reception.opens("/appointments/import").presses("Show what is in it", text=text)

    reception.presses("Show the appointments", order="month", century="last")
    reception.presses("Import 1 appointment")

    assert _here(clinic_database) == {("Anna Canary", "1962-12-04", "07700 900123")}


def test_letters_are_asked_once_for_files_with_the_same_headings(reception, clinic_database):
    doctolib = EXPORTS["Doctolib by Excel"]
    _uploads(reception, doctolib.made(0))
    assert "Line 3 holds a byte (0xFC) that is not UTF-8" in reception.words
    reception.presses("Go on with these letters")
    assert reception.status == 400
    assert "Choose the one in which all names are right" in reception.words
    reception.presses("Go on with these letters", encoding="cp1252")
    reception.presses("Show the appointments").presses("Import 2 appointments")

    _uploads(reception, doctolib.made(1))

    assert "The letters were read as: Western Europe (Windows)." in reception.words
    assert "Änne Müller-Canary" in reception.words


def test_one_of_several_sheets_is_chosen(reception, clinic_database):
    book = load_workbook(io.BytesIO(EXPORTS["Power Diary and Nookal"].made(0)))
    book["Old"].sheet_state = "visible"
    out = io.BytesIO()
    book.save(out)
    _uploads(reception, out.getvalue())
    assert "Which sheet?" in reception.title

    reception.presses("Read this sheet")
    assert reception.status == 400
    assert "Choose one of the sheets" in reception.words
    reception.presses("Read this sheet", sheet="Appointments")
    reception.presses("Show the appointments")

    assert "The sheet “Appointments” was read." in reception.words
    reception.presses("Import 2 appointments")
    assert len(_here(clinic_database)) == 2


def test_what_is_no_text_is_refused_in_words(reception):
    _uploads(reception, b"\x89PNG\r\n\x1a\n\x00\x81\x8d\x8f\x90\x9d" * 9)

    assert "no text that can be read" in reception.words
    assert not reception.offers("Go on with these letters")


def test_those_who_do_not_come_are_shown_and_not_imported(reception, clinic_database):
    _uploads(reception, EXPORTS["SystmOne and EMIS"].made(0))
    reception.presses("Show the appointments")

    assert "1 was cancelled or missed." in reception.words
    assert "Carla WREN" in reception.words
    reception.presses("Import 2 appointments; 1 row is left out")
    assert "Carla WREN" not in {name for name, *_ in _here(clinic_database)}


def test_a_booking_after_a_cancelled_one_at_the_same_time_comes_in(reception, clinic_database):
    text = f"{HEADER},Status\n{ANNA},Cancelled\n{ANNA},Booked"
    reception.opens("/appointments/import").presses("Show what is in it", text=text)
    reception.presses("Show the appointments").presses("Import 1 appointment; 1 row is left out")

    assert len(_here(clinic_database)) == 1


def test_a_row_whose_time_has_gone_by_is_set_apart(reception):
    text = f"{HEADER}\n{ANNA}\n{ANNA.replace('1 Dec', '1 Nov')}"
    reception.opens("/appointments/import").presses("Show what is in it", text=text)
    reception.presses("Show the appointments")

    assert "1 has gone by." in reception.words
    assert "cannot be imported" not in reception.words


def test_a_large_file_of_bad_rows_brings_no_more_boxes_than_the_server_takes(reception):
    rows = "\n".join(f"Patient{number},x,x,x,x" for number in range(400))
    reception.opens("/appointments/import").presses("Show what is in it", text=f"{HEADER}\n{rows}")
    reception.presses("Show the appointments")

    assert 0 < reception.html.count('name="mend-') <= 150
    assert reception.presses("Use what I typed").status == 200


@pytest.mark.parametrize(
    "said",
    [
        {"mended": "{"},
        {"mended": '{"3": {"date_of_birth": 5, "evil": "x"}, "x": {}}'},
        {"mended": "[1]"},
        {"column-0": "evil"},
        {"header": "99999"},
        {"header": "-1"},
        {"order": "x", "century": "y"},
        {"encoding_read": "rot13"},
        {"open": "x"},
        {"mend-3-evil": "x", "mend-9-date": "x"},
    ],
)
def test_what_no_page_of_ours_sends_does_no_harm(looking, clinic_database, said):
    looking.presses("Use what I typed", **said)

    assert looking.status in (200, 400)
    with clinic_database.reading() as session:
        assert session.scalars(select(ImportShape)).all() == []


def _uploads(reception, content: bytes) -> None:
    reception.opens("/appointments/import")
    reception.presses("Show what is in it", file=(io.BytesIO(content), named(content)))


def _here(database) -> set[tuple[str, str, str | None]]:
    with database.reading() as session:
        found = [each.patient for each in session.scalars(select(Appointment))]
        return {(each.name, str(each.date_of_birth), each.phone) for each in found}
