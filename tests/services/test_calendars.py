"""Ugly calendars, each with what is read out of it. docs/calendars.md says what each file is about."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake.services.appointments.importing import Contents, Version, read, text_of
from intake.services.appointments.importing import event_words as words

FILES = Path(__file__).parent / "calendars"
DOCUMENT = Path(__file__).parents[2] / "docs" / "calendars.md"
OURS = frozenset({"noor@clinic.example"})
LONDON = ZoneInfo("Europe/London")


def test_html_is_read_like_the_lines_that_it_shows():
    rows = calendar("html_lines").rows

    assert [row.problems for row in rows] == [()] * 4
    assert [row.cells["name"] for row in rows][:3] == ["Anna Canary", "Bruno Finch", "Carla Wren"]
    assert rows[3].cells["name"] == "Siobhan O'Brien & son"
    assert [row.cells["date_of_birth"] for row in rows] == ["27/3/1962", "1.2.1950", "9/8/1977", "3 May 1980"]
    assert [row.cells["phone"] for row in rows] == ["07700 900123", "07700 900456", "07700 900777", ""]
    assert rows[0].cells["email"] == "anna@example.org"


def test_the_description_for_show_is_read_beside_the_plain_one():
    first, second, third = calendar("alternative_html").rows

    assert (first.cells["date_of_birth"], first.cells["needs"]) == ("27/3/1962", "interpreter, large print")
    assert (second.cells["date_of_birth"], second.cells["phone"]) == ("1/2/1950", "07700 900456")
    assert third.problems == ("It has two dates of birth.",)


def test_a_date_of_birth_may_be_written_in_words():
    rows = calendar("born_in_words").rows

    assert [row.problems for row in rows] == [()] * 9
    assert [row.cells["date_of_birth"] for row in rows] == [
        *("27 March 1962", "1st of February 1950", "March 27, 1962", "27-Mar-1962", "27.03.1962"),
        *("1962-03-27", "27.3.1962", "27/3/1962", "27 Mar 1962"),
    ]
    assert [row.cells["name"] for row in rows] == [
        *("Anna Canary", "Bruno Finch", "Carla Wren", "Dora Lark", "Emil Rook", "Fay Swift"),
        *("Gerd Amsel", "Hélène Merle", "Ines Born"),
    ]


def test_lines_folded_inside_a_letter_are_put_together_before_they_are_decoded():
    (row,) = calendar("folded_inside_letters").rows

    assert row.cells["name"] == "Zoë Ñandú"
    assert row.cells["needs"] == " ".join(["Überführung für Łukasz Żółć, ёлка, 李小龍"] * 3)


def test_a_message_that_cancels_is_a_cancelled_row():
    contents = calendar("cancelled_message")

    (row,) = contents.rows
    assert (row.cancelled, row.problems, row.source) == (True, (), "calendar 1@diary.example")
    assert row.version == Version(2, datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert contents.shape == ""


def test_a_state_cancels_and_another_does_not():
    assert [row.cancelled for row in calendar("cancelled_state").rows] == [True, False]


def test_titles_of_many_programs_say_that_it_is_cancelled_and_whose_it_is():
    rows = calendar("cancelled_titles").rows

    assert [row.number for row in rows if not row.cancelled] == []
    assert {row.cells["name"] for row in rows} == {"Anna Canary"}


def test_a_name_like_such_a_word_is_a_name():
    rows = calendar("not_cancelled_titles").rows

    assert [row.number for row in rows if row.cancelled] == []
    assert [row.cells["name"] for row in rows] == [
        *("Anna Canceledo", "Anulat Ionescu", "Storniert Meier", "Cancellato Rossi", "Iptal Yilmaz"),
        *("Re Tan", "Anna Canary"),
    ]


def test_of_three_versions_the_newest_counts_wherever_it_stands():
    contents = calendar("three_versions")

    assert [(row.number, row.cells["time"]) for row in contents.rows] == [(2, "11:00")]
    assert contents.outdated == 2


def test_where_no_changes_are_counted_the_later_stamp_counts():
    assert [row.cells["time"] for row in calendar("newer_by_its_stamp").rows] == ["10:00"]


def test_two_versions_of_which_neither_is_newer_are_both_refused():
    rows = calendar("which_is_newer").rows

    assert ["do not say which is newer" in row.problems[-1] for row in rows] == [True, True]


def test_an_event_that_stands_twice_in_the_same_words_is_one():
    text = text_of((FILES / "cancelled_message.ics").read_bytes()).text

    contents = read(text + text, zone=LONDON)

    assert (len(contents.rows), contents.outdated) == (1, 0)


def test_an_event_that_is_there_again_is_not_cancelled():
    (row,) = calendar("cancelled_and_back").rows

    assert (row.cancelled, row.cells["time"]) == (False, "11:00")


def test_rooms_things_groups_and_colleagues_are_never_the_patient():
    rows = calendar("rooms_and_things").rows

    alone, beside_anna = rows[:11], rows[11:]
    assert [row.cells["email"] for row in alone] == [*[""] * 10, "anna@example.org"]
    assert [row.cells["email"] for row in beside_anna] == ["anna@example.org"] * 11


@pytest.mark.parametrize("kind", ["ROOM", "RESOURCE", "GROUP", "UNKNOWN", "X-ROBOT", "room", "anything"])
def test_only_an_individual_is_taken_for_the_patient(kind):
    text = text_of((FILES / "rooms_and_things.ics").read_bytes()).text
    everywhere = text.replace("CUTYPE=individual", f"CUTYPE={kind}")

    assert read(everywhere, zone=LONDON, ours=OURS).rows[10].cells["email"] == ""


def test_an_answer_to_an_invitation_is_no_appointment():
    (row,) = calendar("answer").rows

    assert "answer to an invitation" in row.problems[0]


def test_of_a_series_the_changed_ones_are_appointments_of_their_own():
    series, moved, cancelled = calendar("series").rows

    assert "It repeats" in series.problems[0]
    assert (moved.problems, moved.cells["time"], moved.cancelled) == ((), "14:00", False)
    assert cancelled.cancelled
    assert len({series.source, moved.source, cancelled.source}) == 3


def test_whoever_invites_is_not_the_clinician():
    first, second = calendar("organiser").rows

    assert (first.cells["clinician"], first.organiser) == ("", "Front Desk")
    assert (second.cells["clinician"], second.organiser) == ("Dr Bello", "desk@clinic.example")


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("born 27/3/1962 in Leeds", ["27/3/1962"]),
        ("DOB: 27/3/62", ["27/3/62"]),
        ("dob 31/2/1962", ["31/2/1962"]),
        ("born in Leeds", []),
        ("Reborn 27/3/1962", []),
        ("DOB:\n27/3/1962", ["27/3/1962"]),
        ("DOB 27/3/1962, DOB 27/3/1962", ["27/3/1962", "27/3/1962"]),
    ],
)
def test_a_label_is_followed_by_a_date_or_by_nothing(said, read_as):
    assert words.births([said]) == read_as


@pytest.mark.parametrize(
    "said", ["Anna <anna@example.org>", "pain < 40 %", "AT&T", "a &notanentity b", "<3 and 1 > 0"]
)
def test_what_only_looks_like_html_stays(said):
    assert words.plain(said) == said


def test_every_file_is_described_and_every_description_has_its_file():
    described = DOCUMENT.read_text()

    assert [each.name for each in FILES.iterdir() if f"`{each.name}`" not in described] == []


def calendar(name: str) -> Contents:
    return read(text_of((FILES / f"{name}.ics").read_bytes()).text, zone=LONDON, ours=OURS)


@pytest.mark.parametrize(
    "title",
    [
        "Anna Canary CANCELLED",
        "Anna Canary Canceled",
        "DNA Anna Canary",
        "Anna Canary - DNA",
        "FTA: Anna Canary",
    ],
)
def test_a_title_says_behind_the_name_too_that_it_is_off(title):
    assert words.is_off(title)
    assert words.name_in(title) == "Anna Canary"


def test_somebody_called_like_a_word_for_it_comes():
    assert not words.is_off("Dna Canary")
    assert not words.is_off("Anna Cancellara")


def test_the_label_of_a_line_may_have_brackets():
    row = _event("DESCRIPTION:Date of birth (dd/mm/yyyy): 27/03/1962\\nTel (mobile): 07700 900123")

    assert (row.cells["date_of_birth"], row.cells["phone"]) == ("27/03/1962", "07700 900123")


@pytest.mark.parametrize(
    "attendee",
    [
        'ATTENDEE;CN="Anna";CUTYPE=INDIVIDUAL;EMAIL="anna@example.org":/aMTYz/principal/',
        "ATTENDEE;CN=Anna;EMAIL=anna@example.org:invalid:nomail",
        "ATTENDEE;RSVP=TRUE:MAILTO:anna@example.org",
    ],
)
def test_an_address_may_stand_beside_somebody(attendee):
    assert _event(BORN, attendee).cells["email"] == "anna@example.org"


@pytest.mark.parametrize(
    "attendee",
    [
        "ATTENDEE;CN=Treatment Room 2:mailto:two@clinic.example",
        "ATTENDEE;CN=Bay 4:mailto:bay4@clinic.example",
        "ATTENDEE;CN=Salle 3:mailto:salle@clinic.example",
    ],
)
def test_a_room_that_does_not_say_so_is_known_by_its_name_or_the_place(attendee):
    assert _event(BORN, attendee, "LOCATION:Bay 4 (second floor)").cells["email"] == ""


@pytest.mark.parametrize(
    "zone",
    [
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
        "/mozilla.org/20050126_1/Europe/Berlin",
    ],
)
def test_a_zone_with_the_name_of_a_program_before_it_is_known(zone):
    row = _event(BORN, starts=f"DTSTART;TZID={zone}:20261201T090000")

    assert row.starts_at == datetime(2026, 12, 1, 8, tzinfo=UTC)


BORN = "DESCRIPTION:born 27 March 1962"


def _event(*lines: str, starts: str = "DTSTART:20261201T090000Z"):
    event = "\n".join(("BEGIN:VEVENT", "UID:1", "SUMMARY:Anna Canary", starts, *lines, "END:VEVENT"))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}\nEND:VCALENDAR\n"
    (row,) = read(text_of(text.encode()).text, zone=LONDON, ours=OURS).rows
    return row
