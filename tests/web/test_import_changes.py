"""Reception takes up what a later file changes, says whom names mean, and an admin sees what was said."""

import re

import pytest
from sqlalchemy import select

from intake.storage.models import Appointment, AppointmentState, ClinicianName
from tests.acting import acting
from tests.conftest import MORNING
from tests.pseudo import pseudo_languages

HEADER = "date,time,name,date_of_birth,clinician,minutes,id"
ANNA = "2026-11-30,09:40,Anna Canary,27/3/1962,{who},20,a1"
BRUNO = "2026-11-30,10:00,Bruno Finch,1.2.1950,{who},20,b2"
WEEK = "\n".join([HEADER, ANNA, BRUNO])


@pytest.fixture
def importing(reception):
    """Reception with the page for a file open."""
    return reception.opens("/appointments/import")


def test_an_unknown_name_is_asked_about_once_and_remembered(importing, clinician, clinic_database):
    text = WEEK.format(who='"NOOR, Example (Dr)"')
    importing.presses("Show what is in it", text=text)
    assert "Which clinicians are these?" in importing.words
    assert importing.html.count('name="named"') == 1

    importing.presses("Import 2 appointments", named=str(clinician.user.id))

    assert _clinicians(clinic_database) == {clinician.user.id}
    importing.opens("/appointments/import")
    importing.presses("Show what is in it", text=text.replace("11-30", "12-01").replace(",a1", ",a2"))
    assert "Which clinicians are these?" not in importing.words
    assert clinician.user.name in importing.words


def test_a_name_may_be_left_open_and_is_asked_about_again(importing, clinician, clinic_database):
    importing.presses("Show what is in it", text=WEEK.format(who="Locum"))
    importing.presses("Import 2 appointments")

    assert _clinicians(clinic_database) == {None}
    with clinic_database.reading() as session:
        assert session.scalars(select(ClinicianName)).all() == []


def test_nobody_here_is_remembered_too(importing, clinician, clinic_database):
    importing.presses("Show what is in it", text=WEEK.format(who="Locum"))
    importing.presses("Import 2 appointments", named="nobody")
    importing.opens("/appointments/import").presses(
        "Show what is in it", text=WEEK.format(who="Locum").replace("11-30", "12-01").replace(",a1", ",a9")
    )

    assert "Which clinicians are these?" not in importing.words


def test_what_is_gone_from_the_file_is_shown_and_cancelled_when_ticked(importing, clinic_database):
    _imports(importing, WEEK.format(who=""))
    text = WEEK.format(who="").replace(f"\n{BRUNO.format(who='')}", "").replace("20,a1", "25,a1")
    text += "\n2026-11-30,15:00,Carla Wren,9/8/1977,,20,c3"

    importing.opens("/appointments/import").presses("Show what is in it", text=text)

    assert "Not in the file any more" in importing.words
    assert "Bruno Finch born 1 February 1950" in importing.words
    gone = [each for each in _offered(importing) if each.startswith("cancel")]
    assert len(gone) == 1
    importing.presses("Import 1 appointment", change=gone)
    assert "1 appointment was cancelled." in importing.words
    assert _standing(clinic_database) == {"Anna Canary": 20, "Carla Wren": 20}


MOVED = "date,time,name,date_of_birth,phone\n2026-11-30,{time},Anna Lark,1980-01-01,{phone}"


@pytest.mark.parametrize("phone", ["07700 900111", "+447700900111", "07700900111", ""])
def test_a_row_that_says_nothing_else_of_the_person_is_a_move(importing, clinic_database, phone):
    _imports(importing, MOVED.format(time="09:40", phone="07700 900111"))

    importing.opens("/appointments/import").presses(
        "Show what is in it", text=MOVED.format(time="11:40", phone=phone)
    )
    (move,) = _offered(importing)
    importing.presses("Make the changes", change=[move])

    assert move.startswith("move-")
    assert _people_and_times(clinic_database) == [("Anna Lark", "07700 900111", "11:40")]


def test_somebody_of_the_same_name_and_birth_with_another_phone_is_never_held_back_as_a_move(
    importing, clinic_database
):
    _imports(importing, MOVED.format(time="09:40", phone="07700 900111"))

    importing.opens("/appointments/import").presses(
        "Show what is in it", text=MOVED.format(time="11:40", phone="07700 900222")
    )

    assert [each.split("-")[0] for each in _offered(importing)] == ["cancel"]
    importing.presses("Import 1 appointment", **{"who-2": "somebody else"})
    assert _people_and_times(clinic_database) == [
        ("Anna Lark", "07700 900111", "09:40"),
        ("Anna Lark", "07700 900222", "11:40"),
    ]


def test_pressing_twice_changes_once(importing, clinic_database):
    _imports(importing, WEEK.format(who=""))
    text = WEEK.format(who="").replace("20,a1", "25,a1")
    importing.opens("/appointments/import").presses("Show what is in it", text=text)
    page, offered = importing.page, _offered(importing)

    importing.presses("Make the changes", change=offered)
    importing.page = page
    importing.presses("Make the changes", change=offered)

    assert importing.status == 200
    assert _standing(clinic_database) == {"Anna Canary": 25, "Bruno Finch": 20}


def test_what_was_changed_meanwhile_is_shown_again_with_the_ticks(importing, clinic_database):
    _imports(importing, WEEK.format(who=""))
    text = WEEK.format(who="").replace("20,a1", "25,a1")
    importing.opens("/appointments/import").presses("Show what is in it", text=text)
    offered = _offered(importing)
    with acting(clinic_database, now=MORNING) as op:
        (anna,) = [each for each in op.session.scalars(select(Appointment)) if each.patient.name[0] == "A"]
        anna.minutes = 35
        op.commit()

    importing.presses("Make the changes", change=offered)

    assert importing.status == 409
    assert "something has changed since you looked" in importing.words
    assert f'value="{offered[0]}" checked' in importing.html
    assert _standing(clinic_database)["Anna Canary"] == 35


def test_a_double_booking_a_closed_day_and_a_late_hour_are_remarked_and_imported(importing, clinic_database):
    rows = "\n".join(
        [
            HEADER,
            "2026-11-30,09:40,Anna Canary,27/3/1962,Dr Bello,20,a",
            "2026-11-30,09:50,Bruno Finch,1.2.1950,Dr Bello,20,b",
            "2026-11-29,09:50,Carla Wren,9/8/1977,Dr Bello,20,c",
            "2026-11-30,19:50,Anna Canary,27/3/1962,Dr Cairn,20,d",
        ]
    )

    importing.presses("Show what is in it", text=rows)

    for said in (
        "Dr Bello has another appointment at that time: Anna Canary, 09:40 to 10:00.",
        "The clinic is closed that day.",
        "It is outside the opening hours",
        "Anna Canary has another appointment that day, at 09:40 with Dr Bello.",
    ):
        assert said in importing.words
    importing.presses("Import 4 appointments")
    assert "4 appointments came in." in importing.words


def test_the_page_of_an_appointment_says_what_is_odd_about_its_time(reception):
    reception.opens("/appointments/new").presses(
        "Save and make the link", **_typed("Anna Canary") | {"time": "21:00"}
    )
    assert "It is outside the opening hours" in reception.words
    reception.opens("/appointments/new").presses("Save and make the link", **_typed("Bruno Finch"))
    assert "It is outside" not in reception.words
    reception.opens("/appointments/new").presses(
        "Save and make the link", **_typed("Carla Wren", born="1977") | {"time": "10:10"}
    )
    assert "Dr Bello has another appointment at that time: Bruno Finch" in reception.words


def test_minutes_are_changed_by_hand(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **_typed("Anna Canary"))
    address = reception.path
    assert "20 minutes" in reception.words

    reception.opens(f"{address}/change").presses("Save the change", minutes="45")
    assert "45 minutes" in reception.words
    reception.opens(f"{address}/change").presses("Save the change", minutes="4")
    assert "The minutes must be a number from 5 to 240" in reception.words
    assert reception.status == 400
    assert _standing(clinic_database) == {"Anna Canary": 45}


def test_the_language_of_the_form_is_changed_by_hand(clinic_database, request):
    with pseudo_languages():
        reception = request.getfixturevalue("reception")
        reception.opens("/appointments/new").presses("Save and make the link", **_typed("Anna Canary"))
        reception.opens(f"{reception.path}/change").presses("Save the change", language="eo")

        assert "Language of the formEsperanto" in reception.words
        with clinic_database.reading() as session:
            assert session.scalars(select(Appointment)).one().intake.language == "eo"


def test_an_admin_sees_and_changes_whom_names_mean(reception, admin, clinician, clinic_database):
    reception.opens("/appointments/import")
    _imports(reception, WEEK.format(who="Locum"))
    admin.opens("/users").opens("/clinician-names")
    assert "Locum" in admin.words

    admin.presses("Save Locum", means=str(clinician.user.id))

    assert _clinicians(clinic_database) == {clinician.user.id}
    admin.presses("Save Locum", means="nobody")
    assert 'value="nobody" selected' in admin.html
    admin.presses("Save Locum", means="")
    assert "Nothing yet." in admin.words
    assert reception.opens("/clinician-names").status == 403


def _typed(name: str, born: str = "1962") -> dict[str, str]:
    return {
        "name": name,
        "dob_day": "27",
        "dob_month": "3" if name[0] == "A" else "4",
        "dob_year": born,
        "day": "2026-11-30",
        "time": "10:00",
        "with_whom": "Dr Bello",
    }


def _imports(reception, text: str) -> None:
    reception.opens("/appointments/import").presses("Show what is in it", text=text).presses("Import ")


def _offered(reception) -> list[str]:
    return re.findall(r'name="change" value="([^"]+)"', reception.html)


def _clinicians(database) -> set[object]:
    with database.reading() as session:
        return {each.clinician_id for each in session.scalars(select(Appointment))}


def _standing(database) -> dict[str, int]:
    stmt = select(Appointment).where(Appointment.state == AppointmentState.BOOKED)
    with database.reading() as session:
        return {each.patient.name: each.minutes for each in session.scalars(stmt)}


def _people_and_times(database) -> list[tuple[str, str | None, str]]:
    with database.reading() as session:
        found = session.scalars(select(Appointment)).all()
        return sorted((each.patient.name, each.patient.phone, f"{each.starts_at:%H:%M}") for each in found)
