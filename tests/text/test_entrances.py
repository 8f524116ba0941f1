"""Every entrance gives the reading of `intake.text`, or refuses the words: one table for each kind of text.

An entrance is a function of the words: what is made of them, or None where they are refused with a reason.
The search, and what stands on a page that refuses, are in tests/web/test_odd_text.py.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from intake.config import Settings, SettingsInvalid
from intake.messaging import Letter, Mail, Undeliverable, dialled
from intake.questionnaire import QUESTIONS
from intake.questionnaire.fields import posted
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Number
from intake.services.appointments import importing
from intake.services.appointments.booking import Booking
from intake.services.appointments.importing import COLUMNS
from intake.services.invitations import links, walk_ins
from intake.spreadsheet import table
from intake.text import code, day, email, folding, names, number, telephone
from intake.web.admin.users import NewUserForm
from intake.web.reception.appointment_form import AppointmentForm
from intake.web.reception.row_check import Checked, check
from intake.web.staff_forms import StaffField, StaffForm

SETTINGS = Settings.from_environment({})
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ROW = {"date": "2026-11-30", "time": "09:40", "name": "Anna Canary", "date_of_birth": "1962-03-27"}
Entrance = Callable[[str], Any]

EMAILS = (
    "anna@example.org",
    " Anna@EXAMPLE.org ",
    "anna@praxis-müller.example",
    "\u200eanna@example.org\u200b",
    "a(b)@x.org",
    "jörg@x.org",
    "a@localhost",
    "x@y,z",
    "mailto:a@b.org",
    "<a@b.org>",
    "a@b..org",
    "a@b.org.",
    "a@b,org",
    "a@x.org, b@x.org",
    "a@b@x.org",
    "anna",
    "a" * 65 + "@example.org",
)
DAYS = (
    "27/3/1962",
    "27.3.1962",
    "1962-03-27",
    "27 March 1962",
    "27th Mar 1962",
    "٢٧/٣/١٩٦٢",
    "27/3/62",
    "3/27/1962",
    "29/2/1962",
    "27 Ma 1962",
    "27/3.1962",
    "yesterday",
)
NAMES = (
    "Anna Canary",
    "  Anna   Canary ",
    "\u202eAnna Canary\u202c",
    "Zoe\u0308 N\u0303andu\u0301",
    "مه\u200cلقا",
    "Anna\x00 Canary",
    "Anna\u00a0Canary",
    "D\x92Arcy",
)
PHONES = (
    "07700 900123",
    "+44 (0)7700 900123",
    "0044 7700 900123",
    "٠٧٧٠٠ ٩٠٠١٢٣",
    "07700 900123 after 6pm",
    "07700 900123 or 020 7946 0000",
    "07700 900123, born 27/3/1962",
    "same as you have 1",
)
NUMBERS = ("30", "٣٠", "３０", " 30 ", "030", "3O", "-30", "30.0", "9" * 50)
CODES = ("ABCD-EFGH-JKMN", "abcd efgh jkmn", "АВСD EFGH JKMN", "ABCDEFGHJKM", "ABCD-EFGH-JKM0", "")


def desk(**typed: str) -> Booking | None:
    filled = {
        "name": "Anna Canary",
        "dob_day": "27",
        "dob_month": "3",
        "dob_year": "1962",
        "day": "2026-11-30",
        "time": "09:40",
    }
    form = AppointmentForm(MultiDict(filled | typed), zone=SETTINGS.zone, today=TODAY)
    booking = form.booking()
    assert (booking is None) == bool(form.problems)
    boxes = {**{f"dob_{part}": words for part, words in form.dob.shown.items()}, **_shown(form)}
    assert all(boxes[box] == words.strip() for box, words in typed.items())
    return booking


def _shown(form: StaffForm) -> dict[str, Any]:
    return {field.name: field.shown for field in form if isinstance(field, StaffField)}


def by_table(**cells: str) -> Booking | None:
    written = table([COLUMNS, [(ROW | cells).get(column, "") for column in COLUMNS]])
    return _wanted(importing.read(written, zone=SETTINGS.zone).rows)


def by_calendar(**lines: str) -> Booking | None:
    described = "\\n".join(f"{label}: {words}".replace(",", "\\,") for label, words in lines.items())
    event = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x\nBEGIN:VEVENT\nUID:one\n"
        "DTSTART;TZID=Europe/London:20261130T094000\nSUMMARY:Anna Canary\n"
        f"DESCRIPTION:born 27/3/1962\\n{described}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    return _wanted(importing.read(event, zone=SETTINGS.zone).rows)


def by_calendar_born(words: str) -> date | None:
    event = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x\nBEGIN:VEVENT\nUID:one\n"
        f"DTSTART;TZID=Europe/London:20261130T094000\nSUMMARY:Anna Canary\nX-DATE-OF-BIRTH:{words}\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )
    booking = _wanted(importing.read(event, zone=SETTINGS.zone).rows)
    return booking.date_of_birth if booking else None


def _wanted(rows: Any) -> Booking | None:
    (checked,) = check(rows, settings=SETTINGS, now=NOW)
    assert isinstance(checked, Checked)
    assert bool(checked.reasons) == (checked.expected is None)
    return checked.wanted if checked.expected else None


def staff_page(words: str) -> str | None:
    form = NewUserForm(MultiDict({"name": "Rosa", "email": words, "role": "reception"}))
    taken = form.validate()
    assert taken != bool(form.email.error)
    assert form.email.shown == words.strip()
    return str(form.email.data) if taken else None


def setting(name: str, field: str) -> Entrance:
    def read(words: str) -> Any:
        try:
            return getattr(Settings.from_environment({f"BACKSTORY_{name}": words}), field)
        except SettingsInvalid:
            return None

    return read


def mail_sender(words: str) -> str | None:
    try:
        mail = Mail(words, Letter("Subject", "Text", "<p>Text</p>", "Text"), "one", NOW).composed(SETTINGS)
    except Undeliverable:
        return None
    (to,) = mail["To"].addresses
    return str(to.addr_spec)


def patient_page(words: str) -> date | None:
    """The three boxes, as somebody fills them in who writes the date with blanks."""
    birth = QUESTIONS["dob"]
    parts = words.replace("/", " ").replace(".", " ").split()
    boxes = dict(zip(("dob-day", "dob-month", "dob-year"), parts, strict=False))
    form = posted(Page("p", "", (birth,)), (birth,), MultiDict(boxes), on=TODAY)
    (control,) = form.controls
    assert form.validate() == (control.data is not None)
    assert [each for each in control.shown.values() if each] == parts[:3]
    return date.fromisoformat(str(control.data)) if control.data else None


def _field(entrance: Callable[..., Booking | None], key: str, field: str = "") -> Entrance:
    def read(words: str) -> Any:
        booking = entrance(**{key: words})
        return getattr(booking, field or key) if booking else None

    return read


def _or_none(read: Callable[[str], Any], refusal: type[Exception]) -> Entrance:
    def reading(words: str) -> Any:
        try:
            return read(words)
        except refusal:
            return None

    return reading


the_email = _or_none(email.read, email.NotAnAddress)
the_day = _or_none(lambda words: day.read(words, languages=["en"], most=TODAY), day.NotADay)


@pytest.mark.parametrize("words", EMAILS)
@pytest.mark.parametrize(
    "entrance",
    [
        _field(desk, "email"),
        _field(by_table, "email"),
        _field(by_calendar, "email"),
        staff_page,
        setting("ALERT_EMAIL", "alert_email"),
        setting("MAIL_FROM", "mail_from"),
        mail_sender,
    ],
    ids=["desk", "table", "calendar", "staff page", "setting", "sender of all mail", "mail sender"],
)
def test_an_email_address_has_one_reading(entrance: Entrance, words: str) -> None:
    assert entrance(words) == the_email(words)


BY_TABLE = _field(by_table, "date_of_birth")


@pytest.mark.parametrize("words", DAYS)
@pytest.mark.parametrize("entrance", [BY_TABLE, by_calendar_born], ids=["table", "calendar"])
def test_a_day_on_one_line_has_one_reading(entrance: Entrance, words: str) -> None:
    # A column is asked which way round it is, and a day that has only one reading answers for it.
    month_first = entrance is BY_TABLE and words == "3/27/1962"
    assert entrance(words) == (date(1962, 3, 27) if month_first else the_day(words))


@pytest.mark.parametrize("words", [each for each in DAYS if "-" not in each and each != "27/3.1962"])
def test_a_day_in_three_boxes_has_the_reading_of_one_line(words: str) -> None:
    """The number of the day may have its ending nowhere but in a line."""
    words = words.replace("27th", "27")
    day_, month, year = [*words.replace("/", " ").replace(".", " ").split(), "", ""][:3]
    booking = desk(dob_day=day_, dob_month=month, dob_year=year)

    assert (booking.date_of_birth if booking else None) == the_day(words)
    assert patient_page(words) == the_day(words)


@pytest.mark.parametrize("words", NAMES)
@pytest.mark.parametrize("entrance", [_field(desk, "name"), _field(by_table, "name")], ids=["desk", "table"])
def test_a_name_has_one_reading(entrance: Entrance, words: str) -> None:
    assert entrance(words) == names.cleaned(words)
    assert folding.named(words) == folding.named(entrance(words))


@pytest.mark.parametrize("words", PHONES)
@pytest.mark.parametrize(
    "entrance",
    [
        _field(desk, "phone"),
        _field(by_table, "phone"),
        _field(by_calendar, "phone"),
    ],
    ids=["desk", "table", "calendar"],
)
def test_the_words_beside_a_telephone_number_are_kept(entrance: Entrance, words: str) -> None:
    assert entrance(words) == words


@pytest.mark.parametrize("words", PHONES)
def test_a_telephone_number_is_texted_and_called_as_it_is_read(app: Any, words: str) -> None:
    read = telephone.for_texts(words, "GB")
    texted = _or_none(lambda phone: dialled(phone, "GB"), Undeliverable)(words)
    with app.test_request_context():
        called = str(app.jinja_env.filters["callable"](words))

    assert texted == (read.dialled if read else None)
    for each in telephone.numbers_in(words, "GB"):
        assert f'<a class="u-tel" href="{each.link}">{words[each.start : each.end]}</a>' in called
    assert called.count("<a ") == len(telephone.numbers_in(words, "GB"))


@pytest.mark.parametrize("words", NUMBERS)
def test_a_number_has_one_reading(words: str) -> None:
    read = _or_none(lambda typed: number.read(typed, least=5, most=240), number.NotANumber)(words)
    asked = Number("weeks", "How many?", least=5, most=240)
    form = posted(Page("p", "", (asked,)), (asked,), MultiDict({"weeks": words}))
    written = table([[*ROW, "minutes"], [*ROW.values(), words]])
    (checked,) = check(importing.read(written, zone=SETTINGS.zone).rows, settings=SETTINGS, now=NOW)

    assert form.answers["weeks"] == read
    assert form.controls[0].shown == words
    assert (checked.expected.minutes if checked.expected else None) == read
    assert setting("KEEP_UNSENT", "keep_unsent")(words) == read


@pytest.mark.parametrize("words", CODES)
def test_a_code_has_one_reading(words: str) -> None:
    read = _or_none(lambda typed: code.read(typed, 12), code.NotACode)(words)
    short = words.replace("-", " ").replace(" ", "")[:6]

    assert links.code_in(words) == read
    assert walk_ins.plain(short) == (_or_none(lambda typed: code.read(typed, 6), code.NotACode)(short) or "")
