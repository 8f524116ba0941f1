"""The form that makes an appointment or changes one: its boxes, what is wrong with them, what it asks for."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import ValidationError
from wtforms.fields.core import UnboundField

from intake.config import LANGUAGES
from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services.appointments.booking import LONGEST, SHORTEST, Booking
from intake.text import clock, number, record_number, telephone
from intake.text import day as read_day
from intake.web import reasons
from intake.web.facts import sexes
from intake.web.staff_forms import (
    ChoiceField,
    DayField,
    EmailField,
    LineField,
    NameField,
    StaffField,
    StaffForm,
    languages,
)

OLDEST = 120  # years
_NOT_REAL = _("The date of birth must be a real date, such as 27 3 1962")
_NO_CENTURY = _("The year of birth needs four figures")
BORN: dict[read_day.DayReason, Words] = {
    read_day.DayReason.EMPTY: _("Enter the date of birth"),
    read_day.DayReason.NO_DATE: _NOT_REAL,
    read_day.DayReason.NO_SUCH_DAY: _NOT_REAL,
    read_day.DayReason.SHORT_YEAR: _NO_CENTURY,
    read_day.DayReason.OTHER_CALENDAR: _("Write the year of birth as it is counted here, such as 1962"),
    read_day.DayReason.TOO_EARLY: _("The year of birth is too long ago. Please check all four figures"),
    read_day.DayReason.TOO_LATE: _("The date of birth lies in the future"),
}


class BirthField(StaffField):
    """Day, month and year in three boxes; the form reads it, because only it knows what day it is."""

    shown: dict[str, str]

    @property
    def anchor(self) -> str:
        return f"{self.name}_day"

    @property
    def said(self) -> str:
        return " ".join(self.shown.values()).strip()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors, self.data = [], data if isinstance(data, date) else None
        if formdata is not None:
            boxes = {part: formdata.get(f"{self.name}_{part}", "") for part in read_day.PARTS}
        else:
            boxes = {part: str(getattr(self.data, part, "")) for part in read_day.PARTS}
        self.shown = {part: typed.strip() for part, typed in boxes.items()}

    def read(self, today: date) -> date:
        """The date of birth of somebody who lives `today`. Raises NotADay."""
        return read_day.of_parts(
            **self.shown, languages=languages(), least=date(today.year - OLDEST, 1, 1), most=today
        )


class PhoneField(LineField):
    """A telephone number as reception writes it, with a word beside it if need be."""

    def read(self, text: str) -> str | None:
        if text and not number.digits_of(text):
            raise ValueError(gettext("The telephone number has no figures in it"))
        return text or None


class RecordNumberField(LineField):
    """The number that a record system has for the patient."""

    def __init__(self, label: Words = "", *, system: str, **wiring: Any) -> None:
        super().__init__(label, **wiring)
        self.system = system

    def read(self, text: str) -> str | None:
        try:
            return record_number.read(self.system, text)
        except record_number.NotARecordNumber as problem:
            raise ValueError(str(reasons.RECORD_NUMBER[problem.reason])) from None


class TimeField(LineField):
    """A time of the day: "09:40", "9.40", "0940"."""

    def read(self, text: str) -> time | None:
        try:
            return clock.read(text)
        except clock.NotATime:
            return None

    def written(self, value: time) -> str:
        return f"{value:%H:%M}"


class MinutesField(LineField):
    """How long an appointment takes."""

    def read(self, text: str) -> int | None:
        if not text:
            return None
        try:
            return number.read(text, least=SHORTEST, most=LONGEST)
        except number.NotANumber:
            why = gettext(
                "The minutes must be a number from %(shortest)s to %(longest)s",
                shortest=SHORTEST,
                longest=LONGEST,
            )
            raise ValueError(why) from None


class AppointmentForm(StaffForm):
    """What is agreed with a patient.

    `region` and `clinic_phone` are the clinic's, from where a telephone number must be one to call; without a
    region it is kept as it is written, as the rows of a file are. So is `known_phone`, which stands already.
    `earliest` is the first day the appointment may be on; None: `today`. `offered` are the languages that a
    form can be filled in. `once` is the idempotency key of a
    new appointment, which makes a second press of the button harmless; `seen` the version token of one to be
    changed. `systems` are the record systems that the clinic named: there is a box for each.
    """

    name = NameField(_("Name of the patient"), limit=200, missing=_("Enter the name of the patient"))
    dob = BirthField(_("Date of birth"), _("For example 27 3 1962. The patient will be asked for it."))
    sex_at_birth = ChoiceField(
        _("Sex recorded at birth"),
        _("It decides which safety questions are asked. Leave it open if you do not know."),
        options={option.id: option.text for option in sexes()},
    )
    number = LineField(_("Patient number"), _("As in your records. It can stay empty."), limit=50)
    phone = PhoneField(_("Telephone"), _("Where we can reach the patient the same day"), limit=50)
    email = EmailField(_("E-mail address"), _("The link can be sent there."))
    needs = LineField(
        _("What the patient needs"),
        _("For example an interpreter, large print, room for a wheelchair. It is shown on the day list."),
        limit=300,
    )
    day = DayField(_("Day of the appointment"), missing=_("Enter the day of the appointment"))
    time = TimeField(_("Time"), missing=_("Enter the time of the appointment, such as 09:40"))
    minutes = MinutesField(_("Minutes"), limit=50)
    with_whom = NameField(_("Clinician"), limit=200)
    language = ChoiceField(
        _("Language of the form"), _("The patient can change it on the first page."), options=LANGUAGES
    )
    once = LineField()
    seen = LineField()

    def __init__(
        self,
        formdata: Any = None,
        *,
        zone: ZoneInfo,
        today: date,
        earliest: date | None = None,
        offered: Iterable[str] = LANGUAGES,
        systems: Mapping[str, str] = MappingProxyType({}),
        region: str | None = None,
        clinic_phone: str = "",
        known_phone: str | None = None,
        **values: Any,
    ) -> None:
        super().__init__(formdata, **values)
        known = dict(getattr(values.get("obj"), "numbers", ()))
        for system, name in systems.items():
            box = f"number_{system}"
            field = UnboundField(RecordNumberField, name, system=system).bind(self, box)
            field.process(formdata, known.get(system))
            self._fields[box] = field
        self.zone, self.today, self.earliest = zone, today, earliest or today
        self.language.options = {code: LANGUAGES[code] for code in offered}
        self.region, self.clinic_phone, self.known_phone = region, clinic_phone, known_phone

    @classmethod
    def of(
        cls,
        booking: Booking,
        *,
        zone: ZoneInfo,
        today: date,
        offered: Iterable[str] = LANGUAGES,
        systems: Mapping[str, str] = MappingProxyType({}),
    ) -> "AppointmentForm":
        """What stands now, to be changed."""
        starts_at = booking.starts_at.astimezone(zone)
        return cls(
            zone=zone,
            today=today,
            offered=offered,
            systems=systems,
            obj=booking,
            dob=booking.date_of_birth,
            day=starts_at.date(),
            time=starts_at.time(),
            seen=booking.version_token,
        )

    @property
    def numbers(self) -> tuple[RecordNumberField, ...]:
        """The boxes for the numbers of record systems besides the clinic's own."""
        return tuple(field for field in self if isinstance(field, RecordNumberField))

    def booking(self) -> Booking | None:
        """What the form asks for; None when its fields say what is wrong."""
        if not self.validate():
            return None
        return Booking(
            name=self.name.data,
            date_of_birth=self.dob.data,
            sex_at_birth=self.sex_at_birth.data,
            number=self.number.data,
            phone=self.phone.data,
            email=self.email.data,
            needs=self.needs.data,
            numbers=tuple(sorted((each.system, each.data) for each in self.numbers if each.data)),
            starts_at=datetime.combine(self.day.data, self.time.data, self.zone),
            with_whom=self.with_whom.data or "",
            minutes=self.minutes.data,
            language=self.language.data,
        )

    def validate_dob(self, field: BirthField) -> None:
        """Read it, now that it is known what day it is."""
        try:
            field.data = field.read(self.today)
        except read_day.NotADay as problem:
            raise ValidationError(str(BORN[problem.reason])) from None

    def validate_phone(self, field: PhoneField) -> None:
        """Refuse a number that nobody could call, and the clinic's own."""
        if field.errors or self.region is None or field.data in (None, self.known_phone):
            return
        if telephone.same_number(field.data, self.clinic_phone, self.region):
            raise ValidationError(gettext("This is the number of the clinic itself"))
        if not telephone.can_be_called(field.data, self.region):
            raise ValidationError(
                gettext(
                    "This number cannot be called: digits are missing or too many. Leave it empty if unknown"
                )
            )

    def validate_day(self, field: DayField) -> None:
        """Refuse a day gone by, or one so far away that it is a slip."""
        if field.data is not None and field.data < self.earliest:
            raise ValidationError(gettext("The day of the appointment has gone by"))
        if field.data is not None and field.data.year > self.today.year + 2:
            raise ValidationError(gettext("The day of the appointment is too far away"))

    def validate_time(self, field: TimeField) -> None:
        """Refuse the hour that the clocks leave out in spring."""
        if self.day.errors or field.data is None:
            return
        starts_at = datetime.combine(self.day.data, field.data, self.zone)
        there_and_back = starts_at.astimezone(UTC).astimezone(self.zone)
        if there_and_back.replace(tzinfo=None) != starts_at.replace(tzinfo=None):
            raise ValidationError(gettext("The clocks go forward that night: there is no such time"))
