"""What reception should know about the time of an appointment: who else is there, whether the clinic is open.

It is remarked and never forbidden: clinics double-book on purpose, and open for one patient.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intake.i18n import format_time, gettext
from intake.services.appointments.clinicians import Clinicians
from intake.services.context import Operation
from intake.storage.models import Appointment, AppointmentState
from intake.text import names


@dataclass(frozen=True)
class Slot:
    """Somebody's time with somebody. `appointment_id` None: not made yet; `patient_id` None: not known."""

    starts_at: datetime
    minutes: int
    with_whom: str
    name: str
    date_of_birth: date
    patient_id: UUID | None = None
    appointment_id: UUID | None = None

    @classmethod
    def of(cls, appointment: Appointment) -> "Slot":
        """The time of this appointment."""
        return cls(
            starts_at=appointment.starts_at,
            minutes=appointment.minutes,
            with_whom=appointment.clinician.name if appointment.clinician else appointment.with_whom,
            name=appointment.patient.name,
            date_of_birth=appointment.patient.date_of_birth,
            patient_id=appointment.patient_id,
            appointment_id=appointment.id,
        )

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


class Diary:
    """The appointments of the days of some slots, read once; slots that are about to be made can be added."""

    def __init__(self, op: Operation, slots: Iterable[Slot]) -> None:
        self._settings, self._clinicians = op.settings, Clinicians(op)
        self._by_day: dict[date, list[Slot]] = defaultdict(list)
        days = {self._day(slot) for slot in slots}
        for slot in _booked(op, days):
            self.add(slot)

    def add(self, slot: Slot) -> None:
        """This one counts too from now on."""
        self._by_day[self._day(slot)].append(slot)

    def remove(self, appointment_id: UUID) -> None:
        """This appointment is about to be somewhere else, or nowhere."""
        for slots in self._by_day.values():
            slots[:] = [slot for slot in slots if slot.appointment_id != appointment_id]

    def remarks(self, slot: Slot) -> tuple[str, ...]:
        """What there is to say about this time, in words."""
        day = self._day(slot)
        near = [each for step in (-1, 0, 1) for each in self._by_day.get(day + timedelta(days=step), ())]
        others = [each for each in near if each is not slot and not _is_same(each, slot)]
        clashes = [self._clash(each) for each in others if self._overlaps(each, slot)]
        again = [self._again(each) for each in others if self._day(each) == day and _one_person(each, slot)]
        return tuple(dict.fromkeys((*clashes, *again, *self._hours(slot))))

    def _overlaps(self, one: Slot, other: Slot) -> bool:
        together = one.starts_at < other.ends_at and other.starts_at < one.ends_at
        named = bool(one.with_whom and other.with_whom)
        return together and named and self._clinicians.same(one.with_whom, other.with_whom)

    def _clash(self, other: Slot) -> str:
        return gettext(
            "%(clinician)s has another appointment at that time: %(name)s, %(begins)s to %(ends)s.",
            clinician=other.with_whom,
            name=other.name,
            begins=format_time(other.starts_at, self._settings.zone),
            ends=format_time(other.ends_at, self._settings.zone),
        )

    def _again(self, other: Slot) -> str:
        at = format_time(other.starts_at, self._settings.zone)
        if not other.with_whom:
            return gettext("%(name)s has another appointment that day, at %(at)s.", name=other.name, at=at)
        return gettext(
            "%(name)s has another appointment that day, at %(at)s with %(clinician)s.",
            name=other.name,
            at=at,
            clinician=other.with_whom,
        )

    def _hours(self, slot: Slot) -> tuple[str, ...]:
        settings = self._settings
        opening = settings.opening
        if self._day(slot) in opening.closed_on or (opening.spans and not opening.opens_on(self._day(slot))):
            return (self._closed(self._day(slot)),)
        local, until = settings.local(slot.starts_at), settings.local(slot.ends_at)
        if opening.spans and not opening.covers(local, until):
            return (gettext("It is outside the opening hours: %(hours)s.", hours=settings.clinic_hours),)
        return ()

    def _closed(self, day: date) -> str:
        holiday = self._settings.holidays_in(day.year).get(day)
        if holiday and day not in self._settings.open_on:
            return gettext("The clinic is closed that day: %(holiday)s.", holiday=holiday)
        return gettext("The clinic is closed that day.")

    def _day(self, slot: Slot) -> date:
        return self._settings.local(slot.starts_at).date()


def remarks_on(op: Operation, appointment: Appointment) -> tuple[str, ...]:
    """What there is to say about the time of an appointment that is to come; nothing of one that is over."""
    slot = Slot.of(appointment)
    if appointment.state is not AppointmentState.BOOKED or slot.ends_at <= op.now:
        return ()
    return Diary(op, [slot]).remarks(slot)


def _booked(op: Operation, days: Iterable[date]) -> list[Slot]:
    wanted = sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})
    if not wanted:
        return []
    begin, _ = op.settings.day_bounds(wanted[0])
    _, end = op.settings.day_bounds(wanted[-1])
    stmt = (
        select(Appointment)
        .where(Appointment.starts_at >= begin, Appointment.starts_at < end)
        .where(Appointment.state == AppointmentState.BOOKED)
        .options(joinedload(Appointment.patient), joinedload(Appointment.clinician))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    among = set(wanted)
    rows = op.session.scalars(stmt)
    return [Slot.of(each) for each in rows if op.settings.local(each.starts_at).date() in among]


def _is_same(one: Slot, other: Slot) -> bool:
    return one.appointment_id is not None and one.appointment_id == other.appointment_id


def _one_person(one: Slot, other: Slot) -> bool:
    if one.patient_id is not None and one.patient_id == other.patient_id:
        return True
    # Two records may be of one person, and a slot that is not made yet has none.
    return one.date_of_birth == other.date_of_birth and names.same(one.name, other.name)
