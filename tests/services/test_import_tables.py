"""Tables as systems write them: the line of headings, what columns hold, days, times, words, damage."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.config import LANGUAGES
from intake.questionnaire import QUESTIONS
from intake.services.appointments.importing import Choices, Contents, Unreadable, damage, read, times, words
from intake.services.appointments.importing.dates import (
    Century,
    Order,
    UncertainDate,
    day_in,
    evidence,
    two_centuries,
)
from intake.services.appointments.importing.headings import (
    HEADINGS,
    NAMES_OF_ROLES,
    ColumnRole,
    plain,
    role_of,
)

TODAY = date(2026, 11, 30)
SIMPLE = "Name,DOB,Date,Time"


def reading(text: str, **said: object) -> Contents:
    """The table as the clinic in London reads it."""
    return read(text, zone=ZoneInfo("Europe/London"), choices=Choices(**said, today=TODAY, region="GB"))


def cells(text: str, **said: object) -> dict[str, str]:
    (row,) = reading(text, **said).rows
    return {name: words for name, words in row.cells.items() if words}


# ---- headings


def test_every_language_that_is_offered_has_headings():
    assert HEADINGS.keys() >= LANGUAGES.keys()
    for table in HEADINGS.values():
        for needed in (
            ColumnRole.DATE_OF_BIRTH,
            ColumnRole.DATE,
            ColumnRole.TIME,
            ColumnRole.PHONE,
            ColumnRole.EMAIL,
            ColumnRole.CLINICIAN,
        ):
            assert needed in table


def test_every_heading_is_found_as_it_is_listed():
    listed = [each for table in HEADINGS.values() for line in table.values() for each in line.split("; ")]

    assert [each for each in listed if plain(each) != each or not role_of(each)] == []
    assert NAMES_OF_ROLES.keys() == {*ColumnRole}


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("DOB", ColumnRole.DATE_OF_BIRTH),
        ("D.O.B.", ColumnRole.DATE_OF_BIRTH),
        ("Date of Birth (dd/mm/yyyy)", ColumnRole.DATE_OF_BIRTH),
        ("Patient DOB", ColumnRole.DATE_OF_BIRTH),
        ("Mobile", ColumnRole.PHONE),
        ("E-mail", ColumnRole.EMAIL),
        ("Geb.-Datum", ColumnRole.DATE_OF_BIRTH),
        ("Prénom", ColumnRole.FIRST_NAME),
        ("Płeć", ColumnRole.SEX),
        ("Client's first name", ColumnRole.FIRST_NAME),
        ("Patient ID", ColumnRole.NUMBER),
        ("ID", ColumnRole.NOTHING),
        ("Gender", ColumnRole.NOTHING),
        ("Invoice", ColumnRole.NOTHING),
    ],
)
def test_a_heading_says_what_its_column_holds(heading, role):
    assert role_of(heading) is role


def test_a_bare_id_is_never_taken_for_the_number_of_the_appointment():
    rows = reading(
        "ID,First name,Last name,DOB,Start\n"
        "7,Anna,Canary,27 Mar 1962,1 Dec 2026 09:00\n7,Anna,Canary,27 Mar 1962,8 Dec 2026 09:00"
    ).rows

    assert [row.source for row in rows] == [None, None]


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ("Nom;Prénom\nCanary;Anna", "Anna Canary"),
        ("Name;Vorname\nCanary;Anna", "Anna Canary"),
        ("Nom\nAnna Canary", "Anna Canary"),
        ('Patient\n"CANARY, Anna (Mrs)"', "Anna CANARY"),
        ('Patient\n"Canary, Mrs Anna"', "Anna Canary"),
        ('Patient\n"Canary, Anna, Mrs"', "Anna Canary"),
        ('Patient\n"Anna Canary, PhD"', "Anna Canary, PhD"),
        ("Patient\nAnna Canary (Bee)", "Anna Canary (Bee)"),
        ("First name;Middle name;Last name;Client\nAnna;M;Canary;x", "Anna M Canary"),
    ],
)
def test_a_name_is_put_together_from_its_columns(names, name):
    heading, row = names.split("\n")
    row = row if ";" in heading or row.startswith('"') else f'"{row}"'

    assert cells(f"{heading};DOB;Start\n{row};27.3.1962;2026-12-01 09:00")["name"] == name


def test_lines_above_and_totals_below_are_left_out_and_it_is_said():
    contents = reading(
        f"Appointments\n,,Week 49\n\n{SIMPLE}\nAnna,27 Mar 1962,1 Dec 2026,9am\n\nTotal,1,,\nPage 1 of 1"
    )

    assert [row.number for row in contents.rows] == [5]
    assert contents.notes == (
        "Left out above the headings: line 1, “Appointments”; line 2, “Week 49”",
        "Left out, because it is a total or a closing line: line 7, “Total 1”; line 8, “Page 1 of 1”",
    )


def test_a_patient_whose_name_begins_like_a_total_is_a_patient():
    rows = reading(f"{SIMPLE}\nTotal Canary,27 Mar 1962,1 Dec 2026,9am\nSumma Finch,27 Mar 1962,,").rows

    assert [row.cells["name"] for row in rows] == ["Total Canary", "Summa Finch"]


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_a_line_that_names_the_separator_is_obeyed(sign):
    assert (
        cells(f"sep={sign}\n" + f"{SIMPLE}\nAnna,27 Mar 1962,1 Dec 2026,9am".replace(",", sign))["name"]
        == "Anna"
    )


def test_headings_that_nobody_knows_can_be_mapped_by_hand():
    text = "Nimi;Syntymä;Päivä;Klo\nAnna Canary;27.3.1962;1.12.2026;9:00"
    asked = reading(text).table
    roles = (ColumnRole.NAME, ColumnRole.DATE_OF_BIRTH, ColumnRole.DATE, ColumnRole.TIME)

    assert (asked.header, asked.missing) == (1, ("date", "time", "name", "date_of_birth"))
    assert cells(text, roles=roles)["date"] == "2026-12-01"


def test_a_table_without_headings_can_be_mapped_by_hand():
    text = "Anna Canary;27.3.1962;1.12.2026;9:00"
    roles = (ColumnRole.NAME, ColumnRole.DATE_OF_BIRTH, ColumnRole.DATE, ColumnRole.TIME)

    assert reading(text).table.header == 0
    assert cells(text, roles=roles)["name"] == "Anna Canary"


# ---- which comes first


@pytest.mark.parametrize(
    ("cells_", "order"),
    [
        (["01/02/2026", "13/02/2026"], Order.DAY_FIRST),
        (["01/02/2026", "02/13/2026"], Order.MONTH_FIRST),
        (["01-02-26", "02-13-26"], Order.MONTH_FIRST),
        (["01/02/2026"], None),
        (["01/01/2026", "2026-02-01", "1 Feb 2026"], None),
        (["13/02/2026", "02/13/2026"], None),
    ],
)
def test_one_date_that_has_only_one_reading_settles_its_column(cells_, order):
    assert evidence(cells_).order is order


@pytest.mark.parametrize(
    ("heading", "order"), [("DOB (dd/mm/yyyy)", "day"), ("Date (MM-DD-YY)", "month"), ("DOB", None)]
)
def test_a_heading_may_say_which_comes_first(heading, order):
    assert evidence(["01/02/2026"], heading).order == order


def test_a_file_whose_every_date_can_be_read_both_ways_asks_with_examples():
    text = f"{SIMPLE}\nAnna,03/04/1962,01/12/2026,9am\nBruno,05/05/1950,02/12/2026,9am"
    asked = reading(text).table

    assert [each.text for each in asked.open_days] == ["03/04/1962", "01/12/2026", "02/12/2026"]
    assert asked.open_days[0].day_first == date(1962, 4, 3)
    assert asked.open_days[0].month_first == date(1962, 3, 4)
    assert cells(text.split("\nBruno")[0], order=Order.DAY_FIRST)["date"] == "2026-12-01"
    assert cells(text.split("\nBruno")[0], order=Order.MONTH_FIRST)["date"] == "2026-01-12"


def test_another_column_does_not_answer_for_a_column():
    asked = reading(f"{SIMPLE}\nAnna,27/03/1962,01/12/2026,9am").table

    assert [each.text for each in asked.open_days] == ["01/12/2026"]
    assert asked.told_elsewhere == ("27/03/1962",)


def test_a_column_that_contradicts_itself_is_told_and_only_its_sure_dates_are_read():
    contents = reading(
        f"{SIMPLE}\nA,27/03/1962,1 Dec 2026,9am\nB,03/27/1962,1 Dec 2026,9am\nC,03/04/1962,1 Dec 2026,9am",
        order=Order.DAY_FIRST,
    )

    assert not contents.table.open_days
    assert "In the column “DOB” the day comes first in some dates (27/03/1962)" in contents.notes[0]
    assert [row.cells["date_of_birth"] for row in contents.rows] == ["1962-03-27", "1962-03-27", "03/04/1962"]
    assert "is the day or the month first?" in contents.rows[2].faults["date_of_birth"]


# ---- years


def test_years_of_birth_with_two_figures_are_asked():
    text = f"{SIMPLE}\nAnna,27/03/62,1 Dec 2026,9am"
    asked = reading(text)

    assert asked.table.short_years == ("27/03/62",)
    assert "four figures" in asked.rows[0].faults["date_of_birth"]
    assert cells(text, century=Century.LAST_HUNDRED_YEARS)["date_of_birth"] == "1962-03-27"


def test_a_year_that_may_be_of_two_centuries_is_remarked():
    (row,) = reading(f"{SIMPLE}\nAnna,27/03/15,1 Dec 26,9am", century=Century.LAST_HUNDRED_YEARS).rows
    (old,) = reading(f"{SIMPLE}\nAnna,27/03/15,1 Dec 26,9am", century=Century.NINETEEN_HUNDREDS).rows

    assert (row.cells["date_of_birth"], row.cells["date"]) == ("2015-03-27", "2026-12-01")
    assert row.remarks == ("“27/03/15” is read as 2015. Check that it is not 1915.",)
    assert old.remarks == ("“27/03/15” is read as 1915. Check that it is not 2015.",)
    assert two_centuries("27/03/62", TODAY) is None


def test_1900_is_a_year():
    assert times.split("27 March 1900") == times.Moment("27 March 1900")
    assert times.split("1 Dec 2026 1900").clock == times.Clock(time(19))
    assert day_in("1/1/1900") == date(1900, 1, 1)
    with pytest.raises(UncertainDate) as only:
        day_in("1900")
    assert "only a year" in only.value.why


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("27 Mar 1962", date(1962, 3, 27)),
        ("27-Mar-1962", date(1962, 3, 27)),
        ("Tue 1 Dec 2026", date(2026, 12, 1)),
        ("Tuesday, December 1, 2026", date(2026, 12, 1)),
        ("Dienstag, 1. Dezember 2026", date(2026, 12, 1)),
        ("mar. 1 déc. 2026", date(2026, 12, 1)),
        ("1.12.2026", date(2026, 12, 1)),
    ],
)
def test_a_day_is_read_however_its_language_writes_it(text, day):
    assert day_in(text, order=None) == day


def test_a_count_of_days_is_remarked_with_the_day_that_it_may_be():
    with pytest.raises(UncertainDate) as counted:
        day_in("46357")

    assert "how a spreadsheet counts days; it may be 1 December 2026" in counted.value.why


# ---- times


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("1 Dec 2026 9:00am", "1 Dec 2026", time(9)),
        ("2026-12-01T09:00:00+01:00", "2026-12-01", time(9)),
        ("12/1/2026 9:00:00 PM", "12/1/2026", time(21)),
        ("Tue, 1 Dec 2026 at 09:00", "Tue, 1 Dec 2026", time(9)),
        ("09:00 01/12/2026", "01/12/2026", time(9)),
        ("01.12.2026 um 9.00 Uhr", "01.12.2026", time(9)),
        ("20261201T090000Z", "2026-12-01", time(9)),
        ("12:00 AM", "", time(0)),
        ("12:30 p.m.", "", time(12, 30)),
        ("9h30", "", time(9, 30)),
        ("9 am", "", time(9)),
        ("01.12.2026", "01.12.2026", None),
        ("25:00", "25:00", None),
        ("2026-12-01", "2026-12-01", None),
    ],
)
def test_day_and_time_are_parted(text, day, at):
    moment = times.split(text)

    assert (moment.day, moment.clock and moment.clock.at) == (day, at)


def test_a_time_that_says_how_far_it_is_from_utc_is_told_by_the_clinics_clock():
    (row,) = reading("Name,DOB,Start\nAnna,27 Mar 1962,2026-07-01T09:00:00+02:00").rows

    assert (row.cells["date"], row.cells["time"]) == ("2026-07-01", "08:00")
    assert row.starts_at.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "lasts"),
    [
        ("30", 30),
        ("30 mins", 30),
        ("0:30", 30),
        ("1 hr 15 min", 75),
        ("PT1H", 60),
        ("1.5 h", 90),
        ("long", None),
    ],
)
def test_a_length_is_read_in_minutes(text, lasts):
    assert times.minutes(text) == lasts


@pytest.mark.parametrize("text", ["0.25", ".5", "0,375", "0.40"])
def test_a_part_of_a_day_is_no_time(text):
    assert times.bare(text) is None
    assert cells(f'{SIMPLE}\nAnna,27 Mar 1962,1 Dec 2026,"{text}"')["time"] == text


@pytest.mark.parametrize(
    ("ends", "minutes"), [("9:45am", "45"), ("1 Dec 2026 9:45am", "45"), ("2 Dec 2026 9:00am", "1440")]
)
def test_the_end_gives_the_minutes(ends, minutes):
    assert cells(f"Name,DOB,Start,End\nAnna,27 Mar 1962,1 Dec 2026 9:00am,{ends}")["minutes"] == minutes


def test_what_ends_before_it_begins_is_a_fault():
    (row,) = reading("Name,DOB,Start,End\nAnna,27 Mar 1962,1 Dec 2026 9:00am,8:00am").rows

    assert row.faults["minutes"] == "It ends before it begins."


# ---- words


@pytest.mark.parametrize(
    ("status", "does"),
    [
        ("Booked", True),
        ("", True),
        ("Cancelled", False),
        ("Canceled by patient", False),
        ("Late cancellation", False),
        ("DNA", False),
        ("Did Not Attend", False),
        ("No-show", False),
        ("Abgesagt", False),
        ("Annulé", False),
        ("Not cancelled", None),
        ("CX-late", None),
    ],
)
def test_a_status_says_whether_somebody_comes(status, does):
    assert words.comes(status) is does


def test_an_unknown_status_is_asked_and_its_row_waits():
    text = f"{SIMPLE},Status\nAnna,27 Mar 1962,1 Dec 2026,9am,CX-late\nBruno,1 Feb 1950,1 Dec 2026,9am,Booked"
    asked = reading(text)

    assert asked.table.statuses == ("CX-late",)
    assert "CX-late" in asked.rows[0].faults["status"]
    assert [row.cancelled for row in reading(text, comes={"cx late": False}).rows] == [True, False]


@pytest.mark.parametrize(
    ("cell", "letters", "id"),
    [
        ("F", "fm", "female"),
        ("weiblich", "", "female"),
        ("Männlich", "", "male"),
        ("Unknown", "", ""),
        ("M", "mv", None),
        ("M", "hm", None),
        ("mujer", "hm", "female"),
    ],
)
def test_a_sex_is_read_unless_the_letter_may_mean_the_other(cell, letters, id):
    assert words.sex(cell, frozenset(letters)) == id


def test_every_sex_that_our_own_template_can_hold_is_read_as_it_is():
    ids = [option.id for option in QUESTIONS["sex_at_birth"].options]

    assert [words.sex(id, frozenset()) for id in ids] == ids


# ---- what a spreadsheet does


@pytest.mark.parametrize("text", ["4.4771E+11", "4,4771E+11", "4.4771e11", "1.23E+15"])
def test_a_number_in_powers_of_ten_is_remarked_and_never_kept(text):
    assert "the last figures are gone" in damage.phone(text, "GB").fault
    assert "the last figures are gone" in damage.long_number(text).fault


def test_a_number_in_powers_of_ten_that_lost_nothing_is_put_right():
    assert damage.phone("4.47700900123E+11", "GB").text == "447700900123"


@pytest.mark.parametrize(
    ("text", "region", "kept"),
    [
        ("7700900123", "GB", "07700900123"),
        ("7700900123.0", "GB", "07700900123"),
        ("2079460000", "GB", "02079460000"),
        ("07700900123", "GB", "07700900123"),
        ("447700900123", "GB", "447700900123"),
        ("+447700900123", "GB", "+447700900123"),
        ("2025550143", "US", "2025550143"),
        ("7700900123", None, "7700900123"),
    ],
)
def test_a_nought_that_a_spreadsheet_took_is_put_back(text, region, kept):
    read_ = damage.phone(text, region)

    assert read_.text == kept
    assert bool(read_.remark) == (len(kept) > len(text.removesuffix(".0")))


def test_a_telephone_with_many_noughts_at_its_end_is_remarked():
    assert damage.phone("447710000000", "GB").remark == (
        "“447710000000” ends in many noughts: a spreadsheet may have rounded it. Check it."
    )
    assert not damage.phone("020 7946 0000", "GB").remark


@pytest.mark.parametrize("text", ["1234567890123450000", "9999999999999990"])
def test_a_number_rounded_to_fifteen_figures_is_a_fault(text):
    assert "only 15 figures" in damage.long_number(text).fault


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "####", "#VALUE!", "#BEZUG!", "#NAME?", "#DIV/0!"])
@pytest.mark.parametrize("heading", ["DOB", "Name", "Date", "Mobile", "Email", "Clinician"])
def test_an_error_of_the_spreadsheet_is_a_fault_wherever_it_stands(text, heading):
    row = {
        "Name": "Anna",
        "DOB": "27 Mar 1962",
        "Date": "1 Dec 2026",
        "Time": "9am",
        "Mobile": "",
        "Email": "",
        "Clinician": "",
    }
    row[heading] = text

    (found,) = reading(",".join(row) + "\n" + ",".join(row.values())).rows

    assert [text in why for why in found.faults.values()] == [True]


@pytest.mark.parametrize("blank", ["-", "–", "n/a", "NULL"])
def test_a_dash_is_an_empty_cell(blank):
    (row,) = reading(f"{SIMPLE},Mobile\nAnna,{blank},{blank},9am,{blank}").rows

    assert (row.cells["date_of_birth"], row.cells["date"], row.cells["phone"]) == ("", "", "")


def test_two_telephones_are_both_kept():
    row = cells(f"{SIMPLE},Mobile,Home\nAnna,27 Mar 1962,1 Dec 2026,9am,07700 900123,020 7946 0000")

    assert row["phone"] == "07700 900123, 020 7946 0000"


# ---- anything


@given(
    st.lists(
        st.sampled_from([*(h for t in HEADINGS.values() for v in t.values() for h in v.split("; ")), "x"]),
        min_size=1,
        max_size=8,
    ),
    st.lists(
        st.lists(
            st.text(max_size=14)
            | st.from_regex(r"[0-9]{1,2}[/. :][0-9]{1,2}.[0-9]{2,4}( [0-9]{1,2}:[0-9]{2})?", fullmatch=True),
            max_size=9,
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_any_table_under_any_headings_is_read_or_refused(headings, lines):
    text = "\n".join(
        "\t".join(" ".join(cell.split()).replace('"', "") for cell in line) for line in [headings, *lines]
    )
    rows, why = (), ""
    try:
        rows = reading(text, century=Century.LAST_HUNDRED_YEARS).rows
    except Unreadable as unreadable:
        why = unreadable.why
    assert why or all(isinstance(each, str) for row in rows for each in row.cells.values())


# ---- what systems say of the appointment in their own words


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Booking Start", ColumnRole.DATE_TIME),
        ("Booking End", ColumnRole.END),
        ("Appt Length", ColumnRole.MINUTES),
        ("Slot Duration", ColumnRole.MINUTES),
        ("Current Slot Status", ColumnRole.STATUS),
        ("Session Holder's Full Name", ColumnRole.CLINICIAN),
        ("Practitioner Full Name", ColumnRole.CLINICIAN),
        ("State", ColumnRole.STATUS),
        ("Termin am", ColumnRole.DATE),
        ("Patient phone numbers", ColumnRole.PHONE),
        ("Session name", ColumnRole.NOTHING),
        ("Visit number", ColumnRole.NOTHING),
        ("Event name", ColumnRole.NOTHING),
        ("Payment status", ColumnRole.NOTHING),
        ("Invoice Status", ColumnRole.NOTHING),
        ("Marital status", ColumnRole.NOTHING),
        ("Home state", ColumnRole.NOTHING),
        ("Appointment notes", ColumnRole.NOTHING),
    ],
)
def test_a_heading_that_says_it_in_more_words_is_found(heading, role):
    assert role_of(heading) is role


@pytest.mark.parametrize("heading", ["State", "Current Slot Status", "Wie es steht", "Column X"])
def test_who_does_not_come_is_told_by_the_cells_under_any_heading(heading):
    two = reading(
        f"{SIMPLE},{heading}\nA B,1962-03-27,2026-12-01,9:00,Booked\nC D,1962-03-28,2026-12-01,9:30,no_show"
    )

    assert [row.cancelled for row in two.rows] == [False, True]


def test_a_status_in_a_column_that_is_not_read_is_remarked():
    contents = reading(
        f"{SIMPLE},State\nA B,1962-03-27,2026-12-01,9:00,cancelled",
        roles=(
            ColumnRole.NAME,
            ColumnRole.DATE_OF_BIRTH,
            ColumnRole.DATE,
            ColumnRole.TIME,
            ColumnRole.NOTHING,
        ),
    )

    assert contents.rows[0].remarks == ("“State” says “cancelled”, and that column is not read.",)


def test_a_state_of_the_country_is_no_status():
    (row,) = reading(f"{SIMPLE},State\nA B,1962-03-27,2026-12-01,9:00,Ohio").rows

    assert not row.faults


def test_a_line_of_one_cell_with_figures_is_no_appointment_and_is_shown():
    contents = reading(
        f"{SIMPLE}\nTuesday 1 December 2026\nA B,1962-03-27,2026-12-01,9:00\nReport generated 30/11/2026\nC D"
    )

    assert [row.cells["name"] for row in contents.rows] == ["A B", "C D"]
    assert "Tuesday 1 December 2026" in contents.notes[0]
    assert "Report generated" in contents.notes[0]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1962-03-27T00:00:00.000Z", "1962-03-27"),
        # Midnight of an English summer, as programs write it.
        ("1962-07-14T23:00:00.000Z", "1962-07-15"),
        ("1970-01-14T23:00:00Z", "1970-01-15"),
        ("1962-07-15T00:00:00Z", "1962-07-15"),
        ("1962-07-15T00:00:00+01:00", "1962-07-15"),
        ("1962-07-15T12:00:00Z", "1962-07-15"),
        ("1962-03-27 00:00", "1962-03-27"),
    ],
)
def test_a_date_of_birth_written_as_a_moment_is_its_day(written, day):
    assert cells(f"{SIMPLE}\nA B,{written},2026-12-01,9:00")["date_of_birth"] == day


def test_a_moment_that_may_be_of_either_day_is_no_date_of_birth():
    (row,) = reading(f"{SIMPLE}\nA B,1962-03-27T23:00:00-05:00,2026-12-01,9:00").rows

    assert "not sure of which day" in row.faults["date_of_birth"]


# ---- numbers of other record systems


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("NHS Number", "number:nhs_number"),
        ("NHS No.", "number:nhs_number"),
        ("NHS", "number:nhs_number"),
        ("number:hospital", "number:hospital"),
    ],
)
def test_a_number_of_a_named_system_is_known_by_its_heading(heading, cell):
    text = f"{SIMPLE},{heading}\nA B,1962-03-27,2026-12-01,9:00,12"

    assert cells(text, systems=frozenset({"nhs_number", "hospital"}))[cell] == "12"
    assert reading(text).unread == (heading,)


@pytest.mark.parametrize(
    ("heading", "systems", "cell"),
    [
        ("Hospital no.", {"nhs_number", "hospital"}, "number:hospital"),
        ("RXH ref", {"hospital"}, "number:hospital"),
        ("RXH ref", {"nhs_number", "hospital"}, None),
    ],
)
def test_a_column_is_chosen_for_a_number_of_another_system(heading, systems, cell):
    roles = (
        ColumnRole.NAME,
        ColumnRole.DATE_OF_BIRTH,
        ColumnRole.DATE,
        ColumnRole.TIME,
        ColumnRole.RECORD_NUMBER,
    )
    text = f"{SIMPLE},{heading}\nA B,1962-03-27,2026-12-01,9:00,12"
    contents = reading(text, roles=roles, systems=frozenset(systems))

    assert {name for name in contents.rows[0].cells if ":" in name} == ({cell} if cell else set())
    assert contents.unread == (() if cell else (heading,))


def test_a_spreadsheet_damages_those_numbers_too():
    text = f"{SIMPLE},NHS Number\nA B,1962-03-27,2026-12-01,9:00,9.43477E+09"
    (row,) = reading(text, systems=frozenset({"nhs_number"})).rows

    assert "the last figures are gone" in row.faults["number:nhs_number"]


# ---- what was misread once


@pytest.mark.parametrize(
    ("written", "at", "minutes"),
    [
        ("09:00-09:30", "09:00", "30"),
        ("9:00-9:30", "09:00", "30"),
        ("9:00am-9:45am", "09:00", "45"),
        ("11:00 am - 12:15 pm", "11:00", "75"),
        ("09:00 – 09:30", "09:00", "30"),
    ],
)
def test_two_times_with_a_dash_are_a_stretch_and_no_offset(written, at, minutes):
    for text in (
        f"{SIMPLE}\nA B,1962-03-27,2026-12-01,{written}",
        f"Name,DOB,Start\nA B,1962-03-27,2026-12-01 {written}",
    ):
        found = cells(text)
        assert (found["date"], found["time"], found["minutes"]) == ("2026-12-01", at, minutes)


@pytest.mark.parametrize(
    "written", ["2026-12-01T09:00-05:00", "2026-12-01 09:00:00-05:00", "2026-12-01 09:00 -0500"]
)
def test_an_offset_behind_a_moment_is_one(written):
    assert cells(f"Name,DOB,Start\nA B,1962-03-27,{written}")["time"] == "14:00"


@pytest.mark.parametrize("zone", ["EST", "(PDT)", "BST"])
def test_a_time_of_a_zone_that_is_not_known_is_no_time_here(zone):
    assert cells(f"{SIMPLE}\nA B,1962-03-27,2026-12-01,9:00 AM {zone}")["time"] == f"9:00 AM {zone}"


@pytest.mark.parametrize(
    ("headings", "names", "name"),
    [
        ("Name,Surname", "Anna,Canary", "Anna Canary"),
        ("Surname,Name", "Canary,Anna", "Anna Canary"),
        ("Full name,Surname", "Anna Canary,Canary", "Anna Canary"),
        ("Name,Forename", "Canary,Anna", "Anna Canary"),
        ("Patient", '"Dr. Canary, Anna-Maria"', "Anna-Maria Canary"),
    ],
)
def test_no_part_of_a_name_is_lost(headings, names, name):
    assert cells(f"{headings},DOB,Date,Time\n{names},1962-03-27,2026-12-01,9:00")["name"] == name


@pytest.mark.parametrize("written", ['"=""07700900123"""', "'07700900123"])
def test_a_number_that_was_kept_from_a_spreadsheet_is_that_number(written):
    assert cells(f"{SIMPLE},Mobile\nA B,1962-03-27,2026-12-01,9:00,{written}")["phone"] == "07700900123"


@pytest.mark.parametrize(
    "written",
    [
        "27-Mar-1962 (64y)",
        "27 Mar 1962 (64y 8m)",
        "27/03/1962 (64)",
        "27.03.1962 (64 Jahre)",
        "19620327",
        "'1962-03-27",
    ],
)
def test_a_date_of_birth_with_an_age_or_in_one_run_is_read(written):
    assert cells(f"{SIMPLE}\nA B,{written},2026-12-01,9:00")["date_of_birth"] == "1962-03-27"


@pytest.mark.parametrize(
    ("headings", "moments"),
    [
        ("Booking Date,Appointment Date,Time", "2026-11-20,2026-12-01,9:00"),
        ("Booking Date,Appointment Date,Appointment Time", "2026-11-20 10:22,2026-12-01,9:00"),
        ("Appointment Date,Appointment Time,Date", "2026-12-01,9:00,2026-11-20"),
        ("Session,Date", "2026-12-01 9:00,2026-11-20"),
    ],
)
def test_when_somebody_booked_is_not_when_they_come(headings, moments):
    found = cells(f"Name,DOB,{headings}\nA B,1962-03-27,{moments}")

    assert (found["date"], found["time"]) == ("2026-12-01", "09:00")
