"""Appointments out of a file: any file is read or refused in words, and each row comes in once."""

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from intake.services.appointments import booking, importing
from intake.services.appointments.booking import Booking
from intake.services.appointments.importing import COLUMNS, Expected, LettersAsked, Unreadable, read, text_of
from intake.services.appointments.importing.damage import is_blank
from intake.services.appointments.importing.dates import UncertainDate, day_in, month_first
from intake.services.audit import NOBODY
from intake.services.invitations import links
from intake.spreadsheet import cell, table, words_in
from intake.storage.models import (
    IMPORT,
    Appointment,
    AuditEvent,
    Intake,
    Invitation,
    Job,
    JobKind,
    Patient,
)
from intake.text.free import cleaned
from tests.acting import acting, looking
from tests.services.conftest import NOW

LONDON = ZoneInfo("Europe/London")
HEADER = "date,time,name,date_of_birth"
ANNA = "2026-03-12,10:30,Anna Canary,1991-05-04"
EVENT = """BEGIN:VEVENT
UID:one@clinic
DTSTART;TZID=Europe/London:20260312T103000
DURATION:PT30M
SUMMARY:Anna Canary
DESCRIPTION:born 4/5/1991\\nPhone: 07700 900123\\nEmail: anna@example.org
ORGANIZER;CN=Dr Bello:mailto:bello@clinic.example
END:VEVENT"""

written = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


def calendar(*events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x", *events, "END:VCALENDAR", ""])


# ---- any file


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text):
    _read_or_refuse(text)


@given(st.text(max_size=200), st.sampled_from([",", ";", "\t"]))
def test_anything_below_the_names_of_the_columns_is_read_or_refused(text, sign):
    _read_or_refuse(HEADER.replace(",", sign) + "\n" + text)


@given(st.lists(st.sampled_from([*EVENT.splitlines(), "RRULE:FREQ=DAILY", "X", ":", ";=:", " x"])), st.text())
def test_any_calendar_is_read_or_refused_in_words(lines, text):
    _read_or_refuse(calendar(*lines, text))
    _read_or_refuse(calendar("BEGIN:VEVENT", *lines, text, "END:VEVENT"))


@given(
    st.sampled_from(
        ["DTSTART", "DTEND", "DURATION", "UID", "RECURRENCE-ID", "ATTENDEE", "ORGANIZER", "SUMMARY"]
    ),
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])),
)
def test_any_value_in_an_event_is_read_or_refused_in_words(name, value):
    for line in (f"{name}:{value}", f"{name};TZID={value}:20260312T103000", f"{name};{value}"):
        rows = _read_or_refuse(calendar(EVENT.replace("END:VEVENT", f"{line}\nEND:VEVENT")))
        assert len(rows) <= 1


@given(st.binary(max_size=300))
def test_any_upload_has_a_text_or_is_refused_in_words(content):
    text, why = "", ""
    try:
        text = text_of(content).text
    except Unreadable as unreadable:
        why = unreadable.why
    except LettersAsked as asked:
        why = asked.why

    assert bool(content) == bool(text or why) or cleaned(text) == ""
    _read_or_refuse(text)


@given(st.lists(st.lists(written.filter(str.strip), min_size=4, max_size=4), min_size=1, max_size=20))
def test_there_are_as_many_rows_as_in_the_file(rows):
    found = read(table([HEADER.split(","), *rows]), zone=LONDON).rows

    assert [row.number for row in found] == list(range(2, len(rows) + 2))


@given(st.lists(st.text(min_size=2).filter(str.strip), min_size=3, max_size=3))
def test_what_is_written_into_the_template_is_read_back(values):
    written = dict(zip(("needs", "clinician", "email"), values, strict=True))
    row = ["2026-03-12", "10:30", "30", "Anna", "1991-05-04"]

    (row,) = read(table([(*HEADER.split(","), *written), [*row[:2], *row[3:], *values]]), zone=LONDON).rows

    said = {name: " ".join(words_in(cleaned(cell(each)).strip()).split()) for name, each in written.items()}
    assert {name: row.cells[name] or "-" for name in written} == {
        name: "-" if is_blank(words) else words for name, words in said.items()
    }
    assert not row.problems


@given(written)
def test_names_in_any_script_with_quotes_and_commas_are_read_back(name):
    name = " ".join(f'Zoë, "Z", O’Brien-{name};x, y'.split())

    (row,) = read(table([HEADER.split(","), ["2026-03-12", "10:30", name, "1991-05-04"]]), zone=LONDON).rows

    assert row.cells["name"] == " ".join(cleaned(name).split())


def test_a_name_over_two_lines_is_one_name():
    (row,) = read(f'{HEADER}\n2026-03-12,10:30,"Anna\r\nCanary",1991-05-04', zone=LONDON).rows

    assert row.cells["name"] == "Anna Canary"


@given(st.text())
def test_a_protected_cell_is_no_formula_and_is_read_back(value):
    assert not cell(value).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert words_in(cell(value)) == value


# ---- letters and tables


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_file_is_read_however_its_letters_are_coded(coding):
    content = f"{HEADER}\n2026-03-12,10:30,Zoë Ñandú,1991-05-04".encode(coding)

    opened = text_of(content, encoding="cp1252" if coding == "cp1252" else None)
    (row,) = read(opened.text, zone=LONDON).rows

    assert row.cells["name"] == "Zoë Ñandú"


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize(
    "names",
    [
        "date,time,name,date_of_birth",
        "Date,TIME, Name ,Date of birth",
        '"date","time","name","date-of-birth"',
    ],
)
def test_columns_are_found_by_their_names(sign, names):
    text = "\n".join([names, ANNA]).replace(",", sign)

    (row,) = read(text, zone=LONDON).rows

    assert row.cells["name"] == "Anna Canary"
    assert row.cells["date_of_birth"] == "1991-05-04"


def test_columns_that_are_not_known_are_told():
    assert read(f"{HEADER},shoe size\n{ANNA},41", zone=LONDON).unread == ("shoe size",)


def test_rows_are_counted_as_in_the_spreadsheet():
    rows = read(f"{HEADER}\n\n{ANNA}\n,,,\n{ANNA}", zone=LONDON).rows

    assert [row.number for row in rows] == [3, 5]


REFUSED = [
    ("", "Paste the appointments, or choose a file."),
    (" \n ", "Paste the appointments, or choose a file."),
    (HEADER, "no appointment in it"),
    (f'{HEADER}\n2026-03-12,10:30,"Anna,1991-05-04\n{ANNA}', "quotation mark"),
    (f"{HEADER}\n" + f"{ANNA}\n" * 501, "There are 501 appointments in it"),
    (f"{HEADER}\n" + "x" * 1024 * 1024, "larger than 1 MB"),
    (calendar(), "no appointment in it"),
    (calendar(EVENT)[:-20], "broken or not complete"),
    (calendar(EVENT.replace("END:VEVENT", "")), "broken or not complete"),
    (calendar(EVENT) + calendar(EVENT)[:-20], "broken or not complete"),
    (calendar(*[EVENT] * 501), "There are 501 appointments in it"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[why for _, why in REFUSED])
def test_a_file_that_cannot_be_read_says_why(text, why):
    with pytest.raises(Unreadable) as refused:
        read(text, zone=LONDON)

    assert why in refused.value.why


@pytest.mark.parametrize(
    ("text", "missing", "twice"),
    [
        (f"date,time,name\n{ANNA}", ("date_of_birth",), ()),
        (ANNA, ("date", "time", "name", "date_of_birth"), ()),
        (f"{HEADER},name\n{ANNA},x", (), ("name", "name")),
    ],
)
def test_what_the_columns_do_not_say_is_asked_before_any_row_is_made(text, missing, twice):
    contents = read(text, zone=LONDON)

    assert (contents.table.missing, contents.table.twice) == (missing, twice)
    assert contents.rows == ()


@pytest.mark.parametrize("content", [b"PK\x03\x04...", b"\xd0\xcf\x11\xe0...", b"%PDF-1.7"])
def test_what_is_no_table_is_refused_with_what_to_do(content):
    with pytest.raises(Unreadable) as refused:
        text_of(content)

    assert "CSV UTF-8" in refused.value.why


def test_a_row_with_a_loose_comma_is_not_shifted_silently():
    (row,) = read(f"{HEADER}\n2026-03-12,10:30,Canary, Anna,1991-05-04", zone=LONDON).rows

    assert "more cells than the first line" in row.problems[0]


# ---- dates


@pytest.mark.parametrize(
    "text", ["2026-11-30", "30/11/2026", "30.11.2026", "30th November 2026", "٣٠/١١/٢٠٢٦"]
)
def test_a_date_is_read_with_the_day_first(text):
    assert day_in(text) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("11/30/2026", "is no date"),
        ("46356", "how a spreadsheet counts days"),
        ("46356.5", "how a spreadsheet counts days"),
        ("30/11/26", "four figures"),
        ("30/11.2026", "is no date"),
        ("29/2/2027", "is no date"),
        ("30 November", "is no date"),
        ("2026-11-30T09:40", "is no date"),
    ],
)
def test_a_date_that_could_be_another_is_refused(text, why):
    with pytest.raises(UncertainDate) as refused:
        day_in(text)

    assert why in refused.value.why


def test_one_date_with_the_month_first_gives_the_whole_file_away():
    assert month_first(["5/6/2026", "", "11/30/2026"]) == "11/30/2026"
    assert month_first(["5/6/2026", "30/11/2026", "40/13/2026", "2026-11-30"]) is None


@given(st.text())
def test_any_text_is_a_day_or_none(text):
    day, why = None, ""
    try:
        day = day_in(text)
    except UncertainDate as reason:
        why = reason.why

    assert day or text in why
    assert month_first([text]) in (None, text)


# ---- calendars


def test_an_event_is_a_row():
    (row,) = read(calendar(EVENT), zone=LONDON).rows

    said = {name: words for name, words in row.cells.items() if words}
    assert said == {
        "date": "2026-03-12",
        "time": "10:30",
        "minutes": "30",
        "name": "Anna Canary",
        "date_of_birth": "4/5/1991",
        "phone": "07700 900123",
        "email": "anna@example.org",
    }
    assert row.organiser == "Dr Bello"
    assert row.starts_at == datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
    assert row.source == "calendar one@clinic"
    assert not row.problems


@pytest.mark.parametrize(
    ("start", "begins"),
    [
        ("DTSTART:20260701T093000Z", "2026-07-01 10:30"),
        ("DTSTART;TZID=Europe/Berlin:20260701T113000", "2026-07-01 10:30"),
        ("DTSTART;TZID=W. Europe Standard Time:20260701T113000", "2026-07-01 10:30"),
        ("DTSTART:20260701T103000", "2026-07-01 10:30"),
    ],
)
def test_times_are_told_by_the_clinics_clock(start, begins):
    (row,) = read(calendar(_event(start)), zone=LONDON).rows

    assert f"{row.cells['date']} {row.cells['time']}" == begins


@pytest.mark.parametrize(
    ("title", "name", "born"),
    [
        ("Anna Canary, born 27/3/1962", "Anna Canary", "27/3/1962"),
        ("Anna Canary (DOB: 1962-03-27)", "Anna Canary", "1962-03-27"),
        ("Anna Canary dob 27.3.1962", "Anna Canary", "27.3.1962"),
        ("Anna Canary – D.O.B. 27.3.1962", "Anna Canary", "27.3.1962"),
        ("Born Anna Osborn [date of birth 27/3/1962]", "Born Anna Osborn", "27/3/1962"),
    ],
)
def test_the_date_of_birth_may_stand_in_the_title(title, name, born):
    event = _event("DTSTART:20260701T103000").replace("Anna Canary", title.replace(",", "\\,"))

    (row,) = read(calendar(event.replace("born 4/5/1991\\n", "")), zone=LONDON).rows

    assert (row.cells["name"], row.cells["date_of_birth"]) == (name, born)


def test_the_date_of_birth_may_have_a_line_of_its_own():
    event = _event("X-DATE-OF-BIRTH:1991-05-04", "DTSTART:20260701T103000")

    (row,) = read(calendar(event), zone=LONDON).rows

    assert row.cells["date_of_birth"] == "1991-05-04"


def test_one_guest_is_the_patient_and_of_two_nobody_knows():
    one = "ATTENDEE:mailto:anna@example.org"
    organiser = "ATTENDEE:mailto:bello@clinic.example"
    guests = [(one, organiser), (one, organiser, "ATTENDEE:mailto:her.son@example.org"), ("ATTENDEE:Anna",)]

    events = [
        _event("DTSTART:20260701T103000", *each).replace("\\nEmail: anna@example.org", "") for each in guests
    ]

    assert [_only_row(event).cells["email"] for event in events] == ["anna@example.org", "", ""]


SPOILT = [
    (("DTSTART;VALUE=DATE:20260701",), "the whole day"),
    (("DTSTART:20260701T103000", "RRULE:FREQ=WEEKLY"), "It repeats"),
    (("DTSTART:20260701T103000", "RDATE:20260708T103000"), "It repeats"),
    (("DTSTART;TZID=Nowhere/Land:20260701T103000",), "a time zone that is not known"),
    (("DTSTART:20261301T103000",), "does not say when it begins"),
    (("DTSTART:20260701T103000", "DTSTART:20260702T103000"), "does not say when it begins"),
    ((), "does not say when it begins"),
    (("DTSTART:20260701T103000", "a line that is none"), "A line of this event cannot be read"),
    (("DTSTART:20260701T103000", "X-DATE-OF-BIRTH:1992-05-04"), "two dates of birth"),
    (("DTSTART;TZID=Europe/London:20270328T013000",), "there is no such time"),
]


@pytest.mark.parametrize(("lines", "why"), SPOILT, ids=[why for _, why in SPOILT])
def test_an_event_that_is_no_appointment_says_why(lines, why):
    assert [why in each for each in _only_row(_event(*lines)).problems] == [True]


def test_an_event_without_a_date_of_birth_says_where_to_write_it():
    event = _event("DTSTART:20260701T103000").replace("born 4/5/1991", "a bad back")

    assert "born 27/3/1962" in _only_row(event).problems[0]


def test_events_of_a_series_that_were_changed_are_told_apart():
    first = _only_row(_event("DTSTART:20260701T103000", "RECURRENCE-ID:20260701T100000"))
    second = _only_row(_event("DTSTART:20260708T103000", "RECURRENCE-ID:20260708T100000"))

    assert first.source != second.source


# ---- taking in


def test_a_file_that_is_imported_twice_makes_nothing_new(database, settings, reception):
    rows = [_expected("a"), _expected("b")]

    first = _take_in(database, rows, reception, settings, NOW)
    again = _take_in(database, rows, reception, settings, _later(1))

    assert (first.made, again.made) == (2, 0)
    assert again.import_id == first.import_id
    assert _count(database, Appointment) == _count(database, Intake) == 2


def test_what_came_in_is_what_was_expected(database, settings, reception):
    row = _expected("anna of 1991")
    wanted = row.booking

    taken = _take_in(database, [row], reception, settings, NOW)

    with looking(database) as op:
        (made,) = importing.brought_in(op.session, taken.import_id)
        patient = made.patient
        assert (made.starts_at, made.minutes, made.with_whom) == (
            wanted.starts_at,
            row.minutes,
            wanted.with_whom,
        )
        assert (patient.name, patient.date_of_birth) == (wanted.name, wanted.date_of_birth)
        assert (patient.phone, patient.email, patient.number) == (wanted.phone, wanted.email, wanted.number)
        assert (patient.needs, patient.sex_at_birth) == (wanted.needs, wanted.sex_at_birth)
        assert [(each.system, each.value) for each in made.identifiers] == [(IMPORT, row.source)]
        assert importing.known(op, [row.source, "b"]) == {row.source: made}


def test_a_patient_with_many_rows_in_a_file_stays_one_patient(database, settings, reception):
    rows = [replace(_expected("a"), source=f"row {number}") for number in range(4)]

    _take_in(database, rows, reception, settings, NOW)
    _take_in(database, [replace(rows[0], source="next week")], reception, settings, _later(1))

    assert _count(database, Appointment) == 5
    assert _count(database, Patient) == 1


def test_an_import_is_recorded_with_its_counts_and_without_a_name(database, settings, reception):
    _take_in(database, [_expected("a")], reception, settings, NOW)
    _take_in(database, [_expected("a"), _expected("b")], reception, settings, _later(1))

    with database.reading() as session:
        chosen = (
            select(AuditEvent).where(AuditEvent.action == "appointments:imported").order_by(AuditEvent.seq)
        )
        recorded = session.scalars(chosen).all()
    assert [each.detail for each in recorded] == ['{"known": 0, "made": 1}', '{"known": 1, "made": 1}']
    assert {each.actor for each in recorded} == {f"staff:{reception.id}"}


# ---- links


def test_links_are_made_once_and_sent_where_there_is_an_address(database, settings, reception):
    rows = [_expected("a"), _expected("b", email=None)]
    taken = _take_in(database, rows, reception, settings, NOW).import_id

    for minutes in (1, 2):
        _send_links(database, settings, taken, minutes)

    assert _count(database, Invitation) == 2
    assert _sent(database) == 1


@pytest.mark.faults
def test_two_who_press_at_once_make_one_link_each(database, settings, reception):
    taken = _take_in(database, [_expected("a")], reception, settings, NOW).import_id
    ready = Barrier(2)

    def press() -> None:
        ready.wait()
        _send_links(database, settings, taken, 1)

    both = [Thread(target=press) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert _count(database, Invitation) == _sent(database) == 1


def test_a_link_that_was_closed_by_hand_stays_closed(database, settings, reception):
    taken = _take_in(database, [_expected("a")], reception, settings, NOW).import_id
    _send_links(database, settings, taken, 1)
    with acting(database, now=_later(2)) as op:
        (made,) = importing.brought_in(op.session, taken)
        links.revoke(op, made)
        op.commit()

    _send_links(database, settings, taken, 3)

    assert _count(database, Invitation) == 1


def test_a_link_made_by_hand_is_sent_and_not_replaced(database, settings, reception):
    taken = _take_in(database, [_expected("a")], reception, settings, NOW).import_id
    with acting(database, now=_later(1)) as op:
        (made,) = importing.brought_in(op.session, taken)
        links.invite(op, made)
        op.commit()

    _send_links(database, settings, taken, 2)

    assert _count(database, Invitation) == _sent(database) == 1


def test_whoever_was_cancelled_gets_no_link(database, settings, reception):
    taken = _take_in(database, [_expected("a")], reception, settings, NOW).import_id
    with acting(database, now=_later(1)) as op:
        (made,) = importing.brought_in(op.session, taken)
        booking.cancel(op, made)
        op.commit()

    _send_links(database, settings, taken, 2)

    assert _count(database, Invitation) == 0


def _read_or_refuse(text: str) -> tuple[importing.ImportRow, ...]:
    rows, why = (), ""
    try:
        contents = read(text, zone=LONDON)
        rows, why = contents.rows, contents.table and (contents.table.missing or contents.table.twice)
    except Unreadable as unreadable:
        why = unreadable.why
    assert rows or why
    assert all(set(row.cells) == set(COLUMNS) for row in rows)
    return rows


def _only_row(event: str) -> importing.ImportRow:
    (row,) = read(calendar(event), zone=LONDON).rows
    return row


def _event(*lines: str) -> str:
    """Anna's event with these lines instead of when it begins."""
    return EVENT.replace(
        "DTSTART;TZID=Europe/London:20260312T103000\nDURATION:PT30M", "\n".join(lines) or "X-A:b"
    )


def _expected(source: str, email: str | None = "anna@example.org") -> Expected:
    wanted = Booking(
        name=f"Anna{source} Canary{source}",
        date_of_birth=date(1991, 5, len(source) + ord(source[0]) % 20),
        starts_at=datetime(2026, 3, 12, 10, 30, tzinfo=UTC),
        with_whom="Dr Bello",
        sex_at_birth="female",
        phone="07700 900123",
        email=email,
        number=f"12 {source}",
        needs="a chair without arms",
    )
    return Expected(source, wanted, minutes=30, language="en")


def _later(minutes: int) -> datetime:
    return NOW.replace(minute=minutes)


def _take_in(database, rows, by, settings, now):
    with acting(database, by=by, settings=settings, now=now) as op:
        taken = importing.take_in(op, rows)
        op.commit()
    return taken


def _send_links(database, settings, import_id, minutes) -> None:
    with acting(database, by=NOBODY, settings=settings, now=_later(minutes)) as op:
        importing.send_links(op, import_id)
        op.commit()


def _count(database, row) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row))


def _sent(database) -> int:
    with database.reading() as session:
        chosen = select(Job).where(Job.kind == JobKind.SEND_INVITATION)
        return len(session.scalars(chosen).all())
