"""The form that makes an appointment: what was typed, what is wrong with it, and what it asks for.

Nothing typed is lost: the page that comes back holds it all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from intake.config import LANGUAGES
from intake.i18n import Words, current_language, gettext
from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS
from intake.questionnaire.questions import OneOf, Option
from intake.services.appointments.booking import Booking
from intake.text import day as read_day
from intake.text import email, free, names, number
from intake.web import reasons

Anything = TypeVar("Anything")

LONGEST_NAME = 200
LONGEST_PHONE = 50
LONGEST_NEEDS = 300
TYPED = (
    "name",
    "dob_day",
    "dob_month",
    "dob_year",
    "sex_at_birth",
    "number",
    "phone",
    "email",
    "needs",
    "day",
    "time",
    "with_whom",
    "once",
    "seen",
)
OLDEST = 120  # years
_NOT_REAL = _("The date of birth must be a real date, such as 27 3 1962")
_NO_CENTURY = _("The year of birth needs four figures")
BORN: dict[read_day.DayReason, Words] = {
    read_day.DayReason.EMPTY: _("Enter the date of birth"),
    read_day.DayReason.NO_DATE: _NOT_REAL,
    read_day.DayReason.NO_SUCH_DAY: _NOT_REAL,
    read_day.DayReason.SHORT_YEAR: _NO_CENTURY,
    read_day.DayReason.TOO_EARLY: _NO_CENTURY,
    read_day.DayReason.TOO_LATE: _("The date of birth lies in the future"),
}


@dataclass
class AppointmentForm:
    """`typed` is what stands in the boxes; `errors` says by box what is wrong."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, day: date, idempotency_key: str) -> "AppointmentForm":
        """A form for a new appointment on `day`; the key makes a second press of the button harmless."""
        return cls({**dict.fromkeys(TYPED, ""), "day": day.isoformat(), "once": idempotency_key})

    @classmethod
    def filled_in(cls, form: Mapping[str, str]) -> "AppointmentForm":
        """What somebody typed."""
        return cls({box: form.get(box, "").strip()[:1000] for box in TYPED})

    @classmethod
    def of(cls, booking: Booking, zone: ZoneInfo) -> "AppointmentForm":
        """What stands now, to be changed."""
        starts_at, born = booking.starts_at.astimezone(zone), booking.date_of_birth
        words = {box: getattr(booking, box) or "" for box in TYPED if hasattr(booking, box)}
        birth = {"dob_day": str(born.day), "dob_month": str(born.month), "dob_year": str(born.year)}
        visit = {
            "day": starts_at.date().isoformat(),
            "time": f"{starts_at:%H:%M}",
            "seen": booking.version_token,
        }
        return cls({**dict.fromkeys(TYPED, ""), **words, **birth, **visit})

    @property
    def born(self) -> str:
        """The date of birth as it stands in its boxes."""
        return " ".join(self.typed[box] for box in ("dob_day", "dob_month", "dob_year")).strip()

    @property
    def day(self) -> date | None:
        """The day of the appointment, when what stands there is one."""
        try:
            return read_day.read(self.typed["day"], languages=_languages())
        except read_day.NotADay:
            return None

    def read(self, *, zone: ZoneInfo, today: date, earliest: date | None = None) -> Booking | None:
        """What the form asks for, or None with `errors` filled.

        `earliest` is the first day an appointment may be on; None: `today`.
        """
        self.errors = {}
        wanted = Booking(
            name=self._name(),
            date_of_birth=self._born(today),
            sex_at_birth=self._sex(),
            number=self._text("number", LONGEST_PHONE) or None,
            phone=self._phone(),
            email=self._email(),
            needs=self._text("needs", LONGEST_NEEDS) or None,
            starts_at=self._starts_at(zone, today, earliest or today),
            with_whom=names.cleaned(self._text("with_whom", LONGEST_NAME)),
        )
        return None if self.errors else wanted

    def _name(self) -> str:
        name = names.cleaned(self._text("name", LONGEST_NAME))
        return name or self._wrong("name", gettext("Enter the name of the patient"), "")

    def _born(self, today: date) -> date:
        day, month, year = (self.typed[box] for box in ("dob_day", "dob_month", "dob_year"))
        try:
            return read_day.of_parts(
                day, month, year, languages=_languages(), least=date(today.year - OLDEST, 1, 1), most=today
            )
        except read_day.NotADay as problem:
            return self._wrong("dob_day", str(BORN[problem.reason]), today)

    def _sex(self) -> str | None:
        chosen = self.typed["sex_at_birth"]
        if chosen and chosen not in [option.id for option in sexes()]:
            return self._wrong("sex_at_birth", gettext("Choose one of these"), None)
        return chosen or None

    def _phone(self) -> str | None:
        phone = self._text("phone", LONGEST_PHONE)
        if phone and not number.digits_of(phone):
            return self._wrong("phone", gettext("The telephone number has no figures in it"), None)
        return phone or None

    def _email(self) -> str | None:
        try:
            return email.read(self.typed["email"])
        except email.NotAnAddress as problem:
            if problem.reason is email.EmailReason.EMPTY:
                return None
            return self._wrong("email", str(reasons.EMAIL[problem.reason]), None)

    def _starts_at(self, zone: ZoneInfo, today: date, earliest: date) -> datetime:
        nowhere = datetime.combine(today, time(0), zone)
        day = self.day
        if day is None:
            self._wrong("day", gettext("Enter the day of the appointment"), nowhere)
        elif day < earliest:
            self._wrong("day", gettext("The day of the appointment has gone by"), nowhere)
        elif day.year > today.year + 2:
            self._wrong("day", gettext("The day of the appointment is too far away"), nowhere)
        clock = _clock(self.typed["time"])
        if clock is None:
            self._wrong("time", gettext("Enter the time of the appointment, such as 09:40"), nowhere)
        if day is None or clock is None or self.errors.keys() & {"day", "time"}:
            return nowhere
        starts_at = datetime.combine(day, clock, zone)
        if starts_at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != starts_at.replace(tzinfo=None):
            self._wrong("time", gettext("The clocks go forward that night: there is no such time"), nowhere)
        return starts_at

    def _text(self, box: str, limit: int) -> str:
        text = free.one_line(self.typed[box])
        if len(text) > limit:
            self._wrong(box, gettext("This can have at most %(limit)s characters", limit=limit), None)
        return text

    def _wrong(self, box: str, why: str, instead: Anything) -> Anything:
        self.errors.setdefault(box, why)
        return instead


def sexes() -> tuple[Option, ...]:
    """The options of the patient's own question."""
    question = QUESTIONS["sex_at_birth"]
    assert isinstance(question, OneOf)
    return question.options


def _languages() -> tuple[str, ...]:
    """The languages in which a month may be named."""
    return (current_language(), *LANGUAGES)


def _clock(text: str) -> time | None:
    found = re.fullmatch(r"([0-9]{1,2})[:.]?([0-9]{2})", number.in_ascii(text))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))
