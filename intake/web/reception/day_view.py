"""The day on one board: plain values for its template, worked out from the rows of the day.

Reception sees how urgent something is and whom to phone, never what the patient answered.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from intake.i18n import Words, gettext, join, ngettext
from intake.i18n import lazy as _
from intake.red_flags import Urgency
from intake.red_flags.watch import SAID_AT_RECEPTION
from intake.services.alerts import NO_CALLS, AlertRow, AttemptView, Calls, CallState, HandOverView
from intake.services.appointments.day_list import DayRow
from intake.storage.models import IntakeStatus


@dataclass(frozen=True)
class Filter:
    """A way of looking at the day; `label` names it, `many` is the number of patients it leaves."""

    id: str
    label: Words
    many: int


@dataclass(frozen=True)
class CallStanding:
    """How loud a call is, its last try, and whom it is offered to; `for_me`: to whoever looks."""

    state: CallState
    last: AttemptView | None
    offer: HandOverView | None
    declined: HandOverView | None
    for_me: bool


@dataclass(frozen=True)
class Attention:
    """One patient for whom somebody must act. `lines` are the clinician's wording, most urgent first.

    They are there for whoever may read the answers; `headlines` are those of them that everybody reads.
    `owner` is who has taken it; `late` that it should have been done by now.
    """

    appointment_id: UUID
    intake_id: UUID
    name: str
    date_of_birth: date
    phone: str | None
    starts_at: datetime
    urgency: Urgency
    since: datetime
    due_at: datetime
    late: bool
    owner: str | None
    alert_ids: tuple[UUID, ...]
    lines: tuple[str, ...]
    headlines: tuple[str, ...]
    no_phone: bool
    can_be_called: bool
    other_phone: str | None
    email: str | None
    call: CallStanding


@dataclass(frozen=True)
class DayView:
    """What the day list shows."""

    day: date
    show: str
    with_whom: str
    counts: str
    attention: tuple[Attention, ...]
    filters: tuple[Filter, ...]
    clinicians: tuple[str, ...]
    rows: tuple[DayRow, ...]

    @property
    def tag(self) -> str:
        """Changes when anything on the board does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


_SHOWN: dict[str, tuple[Words, Callable[[DayRow], bool]]] = {
    "all": (_("All"), lambda row: True),
    "not_opened": (_("Not opened"), lambda row: row.form.state is IntakeStatus.NOT_OPENED),
    "in_progress": (
        _("In progress"),
        lambda row: row.form.state in (IntakeStatus.OPENED, IntakeStatus.IN_PROGRESS),
    ),
    "sent": (_("Sent"), lambda row: row.form.state is IntakeStatus.SENT),
    "unfinished": (_("Could not go on"), lambda row: row.form.state is IntakeStatus.UNFINISHED),
    "left_urgent": (_("Left to get help"), lambda row: row.form.state is IntakeStatus.LEFT_URGENT),
    "unreached": (_("Message not arrived"), lambda row: row.unreached and not row.form.cancelled),
    "attention": (_("Needs attention"), lambda row: row.needs_attention),
}


def make_day_view(
    day: date,
    rows: Iterable[DayRow],
    waiting: Iterable[AlertRow],
    *,
    show: str,
    with_whom: str,
    now: datetime,
    reads: bool = False,
    calls: Calls = NO_CALLS,
) -> DayView:
    """The board of `day`. `show` is the id of a filter, `with_whom` a clinician; "" or unknown: everybody.

    `reads`: it is for somebody who may read the answers, and so the wording of the rules. `calls` is what was
    tried and offered about those waiting.
    """
    everybody = tuple(rows)
    coming = [row for row in everybody if not row.form.cancelled]
    clinicians = tuple(sorted({row.with_whom for row in everybody if row.with_whom}))
    with_whom = with_whom if with_whom in clinicians else ""
    theirs = [row for row in everybody if with_whom in ("", row.with_whom)]
    show = show if show in _SHOWN else "all"
    return DayView(
        day=day,
        show=show,
        with_whom=with_whom,
        counts=_counts(coming),
        attention=tuple(_attention(waiting, now, calls, reads=reads)),
        filters=tuple(Filter(id, label, sum(map(keeps, theirs))) for id, (label, keeps) in _SHOWN.items()),
        clinicians=clinicians,
        rows=tuple(filter(_SHOWN[show][1], theirs)),
    )


def _counts(rows: list[DayRow]) -> str:
    """ "14 appointments: 9 sent, 3 in progress and 2 not opened", with those that need attention."""
    if not rows:
        return gettext("No appointments.")
    numbers = {id: sum(map(keeps, rows)) for id, (_label, keeps) in _SHOWN.items()}
    said = {
        "sent": gettext("%(num)s sent", num=numbers["sent"]),
        "in_progress": gettext("%(num)s in progress", num=numbers["in_progress"]),
        "unfinished": gettext("%(num)s incomplete: could not go on", num=numbers["unfinished"]),
        "left_urgent": gettext("%(num)s left to get help", num=numbers["left_urgent"]),
        "not_opened": gettext("%(num)s not opened", num=numbers["not_opened"]),
    }
    total = ngettext("%(num)s appointment", "%(num)s appointments", len(rows))
    return f"{total}: {join([words for id, words in said.items() if numbers[id]])}."


def _attention(waiting: Iterable[AlertRow], now: datetime, calls: Calls, *, reads: bool) -> list[Attention]:
    """One line for each patient: what is handed to me, then as pressing as they are."""
    by_intake: dict[UUID, list[AlertRow]] = {}
    for alert in waiting:
        by_intake.setdefault(alert.intake_id, []).append(alert)
    lines = [
        _one_patient(alerts, now, _standing(alerts, now, calls), reads=reads) for alerts in by_intake.values()
    ]
    return sorted(lines, key=lambda line: (not line.call.for_me, *line.call.state.pressing))


def _standing(alerts: list[AlertRow], now: datetime, calls: Calls) -> CallStanding:
    intake_id = alerts[0].intake_id
    tried, offer = calls.attempts.get(intake_id, ()), calls.offers.get(intake_id)
    return CallStanding(
        state=calls.state(alerts, now),
        last=tried[-1] if tried else None,
        offer=offer,
        declined=calls.declined.get(intake_id),
        for_me=offer is not None and offer.offered_to_id == calls.me,
    )


def _one_patient(alerts: list[AlertRow], now: datetime, call: CallStanding, *, reads: bool) -> Attention:
    first, due_at = alerts[0], min(alert.due_at for alert in alerts)
    # Safety: one alert that nobody has makes the patient one that nobody has.
    owners = [alert.owner for alert in alerts]
    return Attention(
        appointment_id=first.appointment_id,
        intake_id=first.intake_id,
        name=first.name,
        date_of_birth=first.date_of_birth,
        phone=first.phone,
        starts_at=first.starts_at,
        urgency=max(alert.urgency for alert in alerts),
        since=min(alert.raised_at for alert in alerts),
        due_at=due_at,
        late=due_at < now,
        owner=owners[0] if all(owners) else None,
        alert_ids=tuple(alert.alert_id for alert in alerts),
        lines=tuple(alert.line for alert in alerts if reads),
        headlines=tuple(alert.line for alert in alerts if alert.rule in SAID_AT_RECEPTION),
        no_phone=any(alert.no_phone for alert in alerts),
        can_be_called=first.can_be_called,
        other_phone=first.other_phone,
        email=first.email,
        call=call,
    )
