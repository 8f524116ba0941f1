"""Made-up exports in the shapes of real record systems, as their public documentation shows them.

Each is of one week: `week` counts from 0, so that the next file of the same system has other appointments.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook

FOLDER = Path(__file__).parent / "exported"
TUESDAY = date(2026, 12, 1)


@dataclass(frozen=True)
class Came:
    """What one row of an export should become."""

    name: str
    born: date
    starts_at: datetime
    minutes: int
    phone: str | None
    clinician: str
    sex: str | None = None


@dataclass(frozen=True)
class Export:
    """A file of a system: `made` gives its bytes, `answers` what its questions are answered with."""

    made: Callable[[int], bytes]
    came: tuple[Came, ...]
    answers: Mapping[str, str]
    left_out: int = 0


def named(content: bytes) -> str:
    """The name that such a file has."""
    return "export.xlsx" if content.startswith(b"PK") else "export.csv"


def _filled(name: str, week: int) -> str:
    """The text of a file in `exported/`, with the day of its week."""
    return (FOLDER / f"{name}.csv").read_text(encoding="utf-8").format(day=of_week(week), week=week)


def of_week(week: int) -> date:
    return TUESDAY + timedelta(weeks=week)


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return datetime.combine(TUESDAY + timedelta(days=days), time(hour, minute), UTC)


def clinic_system(week: int) -> bytes:
    """Like Cliniko: first and last name, one date-time column, "Did not arrive", "Cancelled at"."""
    return _filled("cliniko", week).encode()


def north_american(week: int) -> bytes:
    """Like SimplePractice: month first, AM and PM, two telephones, a status, a total."""
    return _filled("simplepractice", week).encode("utf-8-sig")


def in_the_cloud(week: int) -> bytes:
    """Like Semble or Jane: programs' dates with offsets."""
    return _filled("jane", week).encode()


def physio_desktop(week: int) -> bytes:
    """Like TM3: title, surname, forename; years with two figures; phones without their nought."""
    return _filled("tm3", week).encode()


def hospital_report(week: int) -> bytes:
    """Like SystmOne or EMIS: title lines above, "LAST, First (Mr)", a total below, Did Not Attend."""
    return _filled("systmone", week).encode()


def german_spreadsheet(week: int) -> bytes:
    """Like a list out of Doctolib that Excel saved: semicolons, `sep=;`, Windows letters, points in dates."""
    return _filled("doctolib", week).replace("\n", "\r\n").encode("cp1252")


def workbook(week: int) -> bytes:
    """Like Power Diary or Nookal: a workbook with real dates, numbers for telephones, a hidden sheet."""
    day, book = of_week(week), Workbook()
    sheet = book.active
    sheet.title = "Appointments"
    sheet.append(["Appointments report"])
    sheet.append(["Client Name", "DOB", "Appointment Date", "From", "To", "Mobile", "Practitioner", "Status"])
    sheet.append(
        ["Anna Canary", date(1962, 3, 27), day, time(9), time(9, 30), 7700900123, "Noor Example", "Pending"]
    )
    sheet.append(
        ["Bruno Finch", date(1950, 2, 1), day, time(14, 15), time(15), None, "Noor Example", "Completed"]
    )
    sheet.append(["Carla Wren", date(1977, 8, 9), day, time(16), time(17), None, "Noor Example", "Cancelled"])
    hidden = book.create_sheet("Old")
    hidden.append(["Client Name", "DOB"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_source(week: int) -> bytes:
    """Like WriteUpp: "Client", times with a stretch, a status that is not known anywhere."""
    return _filled("writeupp", week).encode()


def month_or_day(week: int) -> bytes:
    """Like an export whose every date can be read both ways."""
    return _filled("both_ways", week).encode()


ANNA, BRUNO = date(1962, 3, 27), date(1950, 2, 1)
EXPORTS = {
    "Cliniko": Export(
        clinic_system,
        (
            Came("Anna Canary", ANNA, at(9), 30, "07700 900123", "Noor Example"),
            Came("Bruno Finch", BRUNO, at(12, 30), 45, None, "Noor Example"),
        ),
        {},
        2,
    ),
    "SimplePractice": Export(
        north_american,
        (
            Came("Anna Canary", ANNA, at(9), 50, "(202) 555-0143", "Noor Example", "female"),
            Came("Bruno Finch", BRUNO, at(13, 30), 50, "202-555-0199", "Noor Example", "male"),
        ),
        # All dates of a column may be alike: those of another column do not answer for it.
        {"order": "month"},
        2,
    ),
    "Jane and Semble": Export(
        in_the_cloud,
        (
            Came("Anna Canary", ANNA, at(9), 40, "+447700900123", "Noor Example"),
            Came("Bruno Finch", BRUNO, at(11), 40, None, "Noor Example"),
        ),
        {},
        1,
    ),
    "TM3": Export(
        physio_desktop,
        (
            Came("Anna Canary", ANNA, at(9), 30, "07700900123, 02079460000", "EXAMPLE, Noor (Dr)"),
            Came("Bruno Finch", date(1950, 2, 13), at(10, 15), 45, None, "EXAMPLE, Noor (Dr)"),
        ),
        {"century": "last", "order": "day"},
    ),
    "SystmOne and EMIS": Export(
        hospital_report,
        (
            Came("Anna CANARY", ANNA, at(9), 20, "07700 900123", "EXAMPLE, Noor (Dr)", "female"),
            Came("Bruno FINCH", BRUNO, at(9, 40), 20, "020 7946 0000", "EXAMPLE, Noor (Dr)", "male"),
        ),
        {},
        1,
    ),
    "Doctolib by Excel": Export(
        german_spreadsheet,
        (
            Came("Änne Müller-Canary", ANNA, at(9), 30, "+49 30 90182 0", "Noor Example", "female"),
            Came("Jürgen Finch", BRUNO, at(10, 30), 45, None, "Noor Example", "male"),
        ),
        {"encoding": "cp1252"},
        1,
    ),
    "Power Diary and Nookal": Export(
        workbook,
        (
            Came("Anna Canary", ANNA, at(9), 30, "07700900123", "Noor Example"),
            Came("Bruno Finch", BRUNO, at(14, 15), 45, None, "Noor Example"),
        ),
        {},
        1,
    ),
    "WriteUpp": Export(
        open_source,
        (Came("Bruno Finch", BRUNO, at(13), 45, None, "Noor Example"),),
        {"comes-0": "no"},
        1,
    ),
    "both ways": Export(
        month_or_day,
        (
            Came("Anna Canary", date(1962, 4, 3), at(9), 20, "07700 900123", "Noor Example"),
            Came("Bruno Finch", BRUNO, at(14, 30), 20, None, "Noor Example"),
        ),
        {"order": "day"},
    ),
}
