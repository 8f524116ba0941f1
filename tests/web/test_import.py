"""Reception imports a file: looks at every row, and only then are appointments made."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from intake.config import Settings
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.appointments.importing import COLUMNS, ImportRow
from intake.storage.models import Appointment, AppointmentState, Invitation, Job, JobKind, Patient
from intake.web.reception.row_check import check
from tests.acting import acting
from tests.conftest import MORNING

HEADER = "date,time,name,date_of_birth,phone,email,clinician"
ANNA = "2026-11-30,09:40,Anna Canary,27/3/1962,07700 900123,anna@example.org,Dr Bello"
BRUNO = "30/11/2026,10:00,Bruno Finch,1.2.1950,,,Dr Bello"
WEEK = "\n".join([HEADER, ANNA, BRUNO])
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//clinic//diary
BEGIN:VEVENT
UID:7@diary
DTSTART;TZID=Europe/London:20261201T113000
DTEND;TZID=Europe/London:20261201T120000
SUMMARY:Carla Wren (born 9/8/1977)
DESCRIPTION:phone: 07700 900777
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def kind() -> str:
    """Of the database."""
    return "sqlite"


@pytest.fixture
def settings(settings, kind, request):
    url = settings.database_url if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    return replace(settings, database_url=url)


@pytest.fixture
def importing(reception):
    """Reception with the page for a file open."""
    return reception.opens("/appointments/import")


# ---- from the file to the day


def test_a_pasted_table_is_looked_at_and_then_imported(importing, clinic_database):
    importing.presses("Show what is in it", text=WEEK)

    assert "Nothing is imported yet. 2 new appointments." in importing.words
    assert "Anna Canary born 27 March 1962" in importing.words
    assert "30 Nov 2026, 09:40" in importing.words
    assert "07700 900123 anna@example.org" in importing.words
    assert _count(clinic_database, Appointment) == _count(clinic_database, Patient) == 0

    importing.presses("Import 2 appointments")

    assert "2 appointments came in. Monday 30 November 2026: 2" in importing.words.replace(
        "Monday, ", "Monday "
    )
    assert _count(clinic_database, Appointment) == 2
    assert "Anna Canary" in importing.opens("/day/2026-11-30").words


def test_a_calendar_is_imported_too(importing, clinic_database):
    importing.presses("Show what is in it", text=EVENT)

    assert "Carla Wren born 9 August 1977" in importing.words
    assert "30 minutes" in importing.words
    importing.presses("Import 1 appointment")
    with clinic_database.reading() as session:
        (made,) = session.scalars(select(Appointment)).all()
        assert made.starts_at == datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
        assert (made.minutes, made.patient.name) == (30, "Carla Wren")


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_uploaded(importing, clinic_database, coding):
    content = WEEK.replace("Anna", "Zoë").replace("\n", "\r\n").encode(coding)

    importing.presses("Show what is in it", file=(io.BytesIO(content), "week.csv"))
    importing.presses("Import 2 appointments")

    assert "Zoë Canary" in importing.opens("/day/2026-11-30").words


def test_importing_again_makes_nothing_new(importing, clinic_database):
    _imports(importing, WEEK)

    importing.opens("/appointments/import").presses("Show what is in it", text=WEEK)

    assert "0 new appointments. 2 are in already." in importing.words
    assert "There is nothing to import." in importing.words
    assert not importing.offers("Import")
    assert _count(clinic_database, Appointment) == 2


def test_pressing_twice_makes_one_import_and_shows_it_twice(importing, clinic_database, clock):
    importing.presses("Show what is in it", text=WEEK)
    page = importing.page
    importing.presses("Import 2 appointments")
    path = importing.path

    clock.wait(seconds=2)
    importing.page = page
    importing.presses("Import 2 appointments")

    assert importing.path == path
    assert "2 appointments came in." in importing.opens(path).words
    assert _count(clinic_database, Appointment) == 2


def test_a_moved_event_is_shown_old_and_new_and_moved_when_it_is_ticked(importing, clinic_database):
    text = EVENT + EVENT.replace("7@", "8@").replace("Carla", "Dora").replace("9/8/1977", "9/8/1978")
    _imports(importing, text)
    moved = text.replace("1130", "1140", 1)

    importing.opens("/appointments/import").presses("Show what is in it", text=moved)

    (row,) = [row for row in importing.words_of("tr") if "Move it as the file has it" in row]
    assert "1 Dec 2026, 11:30, 30 minutes 1 Dec 2026, 11:40, 20 minutes" in row
    assert _begin(clinic_database) == {"Carla Wren": "11:30", "Dora Wren": "11:30"}
    importing.presses("Make the changes that are ticked", change=_offered(importing))
    assert "1 appointment was changed as the file had it." in importing.words
    assert _begin(clinic_database) == {"Carla Wren": "11:40", "Dora Wren": "11:30"}


def test_what_is_not_ticked_stays(importing, clinic_database):
    _imports(importing, EVENT)

    importing.opens("/appointments/import").presses(
        "Show what is in it", text=EVENT.replace("1130", "1140", 1).replace("PRODID", "METHOD:CANCEL\nPRODID")
    )
    importing.presses("Make the changes that are ticked")

    assert _begin(clinic_database) == {"Carla Wren": "11:30"}


def test_an_appointment_that_was_cancelled_here_does_not_come_back(importing, clinic_database):
    _imports(importing, EVENT)
    with acting(clinic_database, now=MORNING) as op:
        made = op.session.scalars(select(Appointment)).one()
        booking.cancel(op, made)
        op.commit()

    importing.opens("/appointments/import").presses("Show what is in it", text=EVENT)

    assert "It was cancelled here, and stays cancelled." in importing.words


def test_bad_rows_are_left_out_with_their_reasons(importing, clinic_database):
    bad = "2026-11-30,25:00,,,ask his wife,,"

    importing.presses("Show what is in it", text=f"{WEEK}\n{bad}")

    (row,) = [row for row in importing.words_of("tr") if "no name" in row]
    assert row.startswith("4 ")
    for why in ("Enter the name", "Enter the date of birth", "Enter the time", "no figures in it"):
        assert why in row
    importing.presses("Import 2 appointments; 1 row is left out")
    assert _count(clinic_database, Appointment) == 2


def test_a_patient_who_is_known_comes_again_and_stays_one_patient(importing, clinic_database):
    _imports(importing, WEEK)
    again = "2026-12-14,11:00,anna  CANARY,27/3/1962,,,"

    importing.opens("/appointments/import").presses("Show what is in it", text=f"{HEADER}\n{again}")
    assert "The same as Anna Canary, born 27 March 1962" in importing.words
    importing.presses("Import 1 appointment", **{"who-2": _id_of(clinic_database, "Anna Canary")})

    with clinic_database.reading() as session:
        visits = [
            len(each.appointments) for each in session.scalars(select(Patient)) if each.name == "Anna Canary"
        ]
    assert visits == [2]


def test_what_is_imported_is_what_was_looked_at(importing, clinic_database, clock):
    soon = "2026-11-23,09:35,Anna Canary,27/3/1962,,,"
    importing.presses("Show what is in it", text=f"{WEEK}\n{soon}")
    clock.wait(minutes=6)

    importing.presses("Import 3 appointments")

    assert importing.status == 409
    assert "Nothing was imported: something has changed since you looked." in importing.words
    assert _count(clinic_database, Appointment) == 0
    importing.presses("Import 2 appointments; 1 row is left out")
    assert _count(clinic_database, Appointment) == 2


def test_nobody_is_joined_with_a_patient_who_was_not_there_when_the_rows_were_looked_at(
    importing, clinic_database
):
    importing.presses("Show what is in it", text=WEEK)
    assert "The same as" not in importing.words
    with acting(clinic_database, settings=Settings.from_environment({}), now=MORNING) as op:
        booking.make(
            op,
            Booking(
                name="Anna Canary",
                date_of_birth=date(1962, 3, 27),
                starts_at=datetime(2026, 12, 2, 9, tzinfo=UTC),
            ),
        )
        op.commit()

    importing.presses("Import 2 appointments")

    assert importing.status == 409
    assert "The same as Anna Canary, born 27 March 1962" in importing.words
    assert _count(clinic_database, Appointment) == 1


def test_a_text_changed_on_its_way_is_shown_again(importing, clinic_database):
    importing.presses("Show what is in it", text=WEEK)

    importing.presses("Import 2 appointments", text=WEEK.replace("1962", "1963"))

    assert importing.status == 409
    assert "27 March 1963" in importing.words
    assert _count(clinic_database, Appointment) == 0


@pytest.mark.parametrize(
    "text",
    [
        f"\n\n{WEEK}",
        WEEK.replace("Anna", "<b>&amp;</textarea>\"'"),
        WEEK.replace("Anna", "An\x00\x07\x85\ufdd0\ufffena"),
        WEEK.replace("Anna Canary", '"Anna\n\nCanary"'),
        WEEK.replace("Anna", "محمد 李小龍 👩‍👧"),
    ],
)
def test_a_text_rides_along_as_it_is(importing, clinic_database, text):
    importing.presses("Show what is in it", text=text).presses("Import 2 appointments")

    assert importing.status == 200
    assert _count(clinic_database, Appointment) == 2


def test_the_page_says_what_is_wrong_with_a_file_and_keeps_the_text(importing, clinic_database):
    importing.presses("Show what is in it", text="name,phone\nAnna,1")

    assert (
        "Still to be found: Date of the appointment, Time of the appointment, Date of birth"
        in importing.words
    )
    assert "name,phone\nAnna,1</textarea>" in importing.html
    importing.presses("Show the appointments")
    assert importing.status == 400
    assert "No column holds: Date of birth" in importing.words
    assert "name,phone\nAnna,1</textarea>" in importing.html
    assert importing.title.startswith("Error: What is in the file?")


def test_a_text_and_a_file_at_once_are_one_too_many(importing):
    importing.presses("Show what is in it", text=WEEK, file=(io.BytesIO(b"x"), "week.csv"))

    assert importing.status == 400
    assert "not both" in importing.words


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04", "CSV UTF-8"),
        (b"", "Paste the appointments, or choose a file."),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
)
def test_a_file_that_is_none_is_refused(importing, content, said):
    _uploads(importing, content)

    assert importing.status == 400
    assert said in importing.words


def test_far_too_large_a_file_is_not_even_read(importing):
    _uploads(importing, b"x" * 5 * 1024 * 1024)

    assert importing.status == 413


def test_a_large_file_comes_all_the_way(importing, clinic_database):
    rows = [
        f"2026-11-30,09:40,Anna {number} {'é' * 100},27/3/196{number},,,{'x' * 100}" for number in range(3)
    ]
    filler = [f"2026-11-30,09:40,{'é' * 900},27/3/1962,,," for _ in range(490)]

    importing.presses("Show what is in it", text="\n".join([HEADER, *rows, *filler]))
    importing.presses("Import 3 appointments; 490 rows are left out")

    assert _count(clinic_database, Appointment) == 3


def test_no_other_page_takes_a_file(reception):
    sent = {"data": {"file": (io.BytesIO(b"x"), "week.csv")}}

    assert reception.client.post("/appointments/new", **sent).status_code == 415


def test_the_template_holds_its_columns_and_nobody(importing):
    answer = importing.client.get("/appointments/import/template.csv")

    assert answer.text.removeprefix("\ufeff").strip() == ",".join(COLUMNS)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_clinician_may_import_only_where_appointments_are_made(clinician, admin, reception):
    assert reception.opens("/appointments/import").status == 200
    assert "Import appointments" in reception.opens("/day/").words
    for other in (clinician, admin):
        offered = "Import appointments" in other.opens("/day/").words
        assert offered == (other.opens("/appointments/import").status == 200)


def test_no_word_of_a_patient_stands_in_an_address_or_a_title(importing, caplog):
    importing.presses("Show what is in it", text=WEEK)
    assert "Canary" not in importing.title
    importing.presses("Import 2 appointments")

    hops = [importing.path, *(hop.headers.get("Location", "") for hop in importing.page.history)]
    assert "Canary" not in "".join([importing.title, *hops, caplog.text])


# ---- links


def test_links_are_made_and_sent_with_one_button(importing, clinic_database):
    _imports(importing, WEEK)
    assert "2 patients have no link" in importing.words
    assert _count(clinic_database, Invitation) == 0

    importing.presses("Make and send the links")

    assert "2 have a link." in importing.words
    assert not importing.offers("Make and send the links")
    assert "Bruno Finch" in importing.words
    assert "Anna Canary" not in importing.words
    assert _count(clinic_database, Invitation) == 2
    assert len(_owed(clinic_database)) == 1


def test_pressing_for_links_twice_sends_nothing_more(importing, clinic_database, clock):
    _imports(importing, WEEK)
    page = importing.page

    for _ in range(2):
        importing.page = page
        importing.presses("Make and send the links")
        clock.wait(minutes=1)

    assert _count(clinic_database, Invitation) == 2
    assert len(_owed(clinic_database)) == 1


@pytest.mark.parametrize(("moment", "status"), [("20261123T093000000001", 200), ("x", 404), ("2026", 404)])
def test_an_import_that_never_was_made_nothing(reception, moment, status):
    assert reception.opens(f"/appointments/imported/{moment}").status == status


def test_an_import_is_still_found_where_it_was_by_its_moment(importing, clock):
    _imports(importing, WEEK)
    made_at = f"{clock.now:%Y%m%dT%H%M%S%f}"

    importing.opens(f"/appointments/imported/{made_at}")

    assert "2 appointments came in." in importing.words


# ---- row by row

FULL = {
    "date": "2026-11-30",
    "time": "09:40",
    "name": "Anna Canary",
    "date_of_birth": "27/3/1962",
    "phone": "+44 7700 900123",
}
REASONS = [
    ({"date": ""}, "Enter the day of the appointment"),
    ({"date": "30 Nov"}, "is no date"),
    ({"date": "46356"}, "how a spreadsheet counts days"),
    ({"date": "2026-11-22"}, "has gone by"),
    ({"date": "2026-11-23", "time": "09:30"}, "The time of the appointment has gone by"),
    ({"date": "2029-11-30"}, "too far away"),
    ({"date": "2027-03-28", "time": "01:30"}, "there is no such time"),
    ({"time": ""}, "Enter the time"),
    ({"time": "0.4027"}, "how a spreadsheet counts hours"),
    ({"time": "9:40 am"}, "Enter the time"),
    ({"name": ""}, "Enter the name"),
    ({"name": "=HYPERLINK(1)"}, "“name” begins like a formula"),
    ({"name": "@anna"}, "“name” begins like a formula"),
    ({"name": "x" * 201}, "“name” can have at most 200"),
    ({"name": "An\ufffda"}, "a letter that cannot be read"),
    ({"date_of_birth": ""}, "Enter the date of birth"),
    ({"date_of_birth": "27/3/62"}, "four figures"),
    ({"date_of_birth": "2027-01-01"}, "lies in the future"),
    ({"date_of_birth": "3/27/1962"}, "the month seems to come first"),
    ({"sex_at_birth": "m"}, "The sex recorded at birth is one of these: female, male"),
    ({"phone": "ask his wife"}, "no figures in it"),
    ({"email": "anna"}, "no e-mail address"),
    ({"minutes": "long"}, "a number from 5 to 240"),
    ({"minutes": "0"}, "a number from 5 to 240"),
    ({"language": "tlh"}, "The language is one of these: en"),
    ({"needs": "x" * 501}, "“needs” can have at most 500"),
    ({"number": "x" * 51}, "“number” can have at most 50"),
]


@pytest.mark.parametrize(("cells", "why"), REASONS, ids=[why for _, why in REASONS])
def test_a_row_that_cannot_be_says_why(cells, why):
    (checked,) = _check(FULL | cells)

    assert checked.expected is None
    assert [why in each for each in checked.reasons] == [True]


def test_a_row_says_everything_that_is_wrong_with_it_at_once():
    (checked,) = _check({**FULL, "name": "", "date": "x", "minutes": "x", "email": "x", "language": "x"})

    assert len(checked.reasons) == 5


def test_a_row_is_what_it_says():
    (checked,) = _check(
        {
            **FULL,
            "time": "9:40:00",
            "minutes": "40",
            "sex_at_birth": "Female",
            "number": "12 34",
            "language": "EN",
            "needs": "a chair",
            "id": "77",
        }
    )

    expected, wanted = checked.expected, checked.expected.booking
    assert expected.source == "sheet 77"
    assert wanted.starts_at == datetime(2026, 11, 30, 9, 40, tzinfo=UTC)
    assert (wanted.date_of_birth, wanted.sex_at_birth) == (date(1962, 3, 27), "female")
    assert (expected.minutes, wanted.number, expected.language) == (40, "12 34", "en")
    assert (wanted.phone, wanted.needs) == ("+44 7700 900123", "a chair")


@pytest.mark.parametrize(("time", "utc"), [("00:59", "00:59"), ("02:00", "01:00"), ("03:00", "02:00")])
def test_both_sides_of_the_hour_that_the_clocks_leave_out_can_be_had(time, utc):
    (checked,) = _check({**FULL, "date": "2027-03-28", "time": time})

    assert f"{checked.expected.booking.starts_at.astimezone(UTC):%H:%M}" == utc


def test_the_second_of_two_equal_rows_is_refused():
    rows = _check(FULL, {**FULL, "name": "anna CANARY"}, {**FULL, "name": "Alma Canary"})

    assert [bool(each.expected) for each in rows] == [True, False, True]
    assert rows[1].reasons == ("It appears twice in this file: it is row 2 already",)


def test_one_id_stands_for_one_row():
    rows = _check({**FULL, "id": "1"}, {**FULL, "id": "1", "time": "11:00"})

    assert [bool(each.expected) for each in rows] == [True, False]


def test_dates_of_a_file_with_the_month_first_are_all_refused():
    rows = _check(
        {**FULL, "date": "12/1/2026"}, {**FULL, "date": "12/13/2026"}, {**FULL, "date": "2026-12-01"}
    )

    said = "In this file the month seems to come first (“12/13/2026”). Write dates as 2026-11-30."
    assert rows[0].reasons == (said,)
    # The date of birth of the third is written with slashes too.
    assert rows[2].reasons == (said,)


@given(
    st.lists(st.fixed_dictionaries({}, optional={name: st.text(max_size=40) for name in COLUMNS}), max_size=4)
)
def test_any_row_is_checked_without_an_accident(rows):
    checked = _check(*(FULL | row for row in rows))

    assert all(bool(each.expected) != bool(each.reasons) for each in checked)


def _id_of(database, name):
    with database.reading() as session:
        (found,) = [each for each in session.scalars(select(Patient)) if each.name == name]
        return str(found.id)


def _check(*rows):
    settings = Settings.from_environment({})
    written = [
        ImportRow(number, dict.fromkeys(COLUMNS, "") | row, source=_source(row))
        for number, row in enumerate(rows, 2)
    ]
    return check(written, settings=settings, now=MORNING)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("week.exe", WEEK.encode(), "Choose a file whose name ends in .xlsx, .csv, .tsv, .txt, .ics"),
        ("week", WEEK.encode(), "Choose a file whose name ends in"),
        ("../../week.csv.html", WEEK.encode(), "Choose a file whose name ends in"),
        ("week.xlsx", WEEK.encode(), "not what its name says"),
        ("week.csv", b"PK\x03\x04", "not what its name says"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(importing, clinic_database, name, content, said):
    importing.presses("Show what is in it", file=(io.BytesIO(content), name))

    assert importing.status == 400
    assert said in importing.words
    assert "Traceback" not in importing.html


def _source(row):
    return f"sheet {row['id']}" if row.get("id") else None


def _uploads(reception, content: bytes) -> None:
    """Send a file as a browser does. The test client's own way leaves large ones lying open."""
    token = reception.html.split('name="csrf_token" value="')[1].split('"')[0]
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode(),
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="week.csv"\r\n\r\n' + content,
        b"--x--\r\n",
    ]
    reception.page = reception.client.post(
        "/appointments/import", data=b"\r\n".join(parts), content_type="multipart/form-data; boundary=x"
    )


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_who_import_at_the_same_moment_import_each_row_once(kind, importing, app, clinic_database):
    importing.presses("Show what is in it", text=WEEK)
    typed = {
        name: importing.html.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("csrf_token", "fingerprint")
    }
    with importing.client.session_transaction() as session:
        cookie = dict(session)

    def press(_: int) -> int:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(cookie)
        return browser.post("/appointments/import/confirm", data=typed | {"text": WEEK}).status_code

    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(press, range(8)))

    assert set(answers) == {303}
    assert _count(clinic_database, Appointment) == len(WEEK.split("\n")) - 1


def _imports(reception, text: str) -> None:
    reception.opens("/appointments/import").presses("Show what is in it", text=text).presses("Import ")


def _offered(reception) -> list[str]:
    """The values of everything that can be ticked."""
    return re.findall(r'name="change" value="([^"]+)"', reception.html)


def _begin(database) -> dict[str, str]:
    """When each appointment begins that is not cancelled, by whose it is."""
    stmt = select(Appointment).where(Appointment.state == AppointmentState.BOOKED)
    with database.reading() as session:
        return {each.patient.name: f"{each.starts_at:%H:%M}" for each in session.scalars(stmt)}


def _count(database, row) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row))


def _owed(database) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == JobKind.SEND_INVITATION)))


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART:20261201T090000Z
SUMMARY:Anna Canary born 3/4/1962
END:VEVENT
{more}END:VCALENDAR
"""


def test_it_is_said_how_a_date_of_a_calendar_was_read_that_could_be_another(importing):
    importing.presses("Show what is in it", text=CALENDAR.format(more=""))
    assert "“3/4/1962” is read as 3 April 1962. Check it." in importing.words

    more = "BEGIN:VEVENT\nUID:2\nDTSTART:20261201T100000Z\nSUMMARY:Bo Finch born 27/4/1962\nEND:VEVENT\n"
    importing.opens("/appointments/import").presses("Show what is in it", text=CALENDAR.format(more=more))
    assert "is read as" not in importing.words
