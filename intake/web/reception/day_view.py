"""The day on one board: plain values for its template, worked out from the rows of the day.

Reception sees how urgent something is and whom to phone, never what the patient answered.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from intake.i18n import Words, gettext, join, ngettext
from intake.i18n import lazy as _
from intake.red_flags import Urgency
from intake.red_flags.watch import SAID_AT_RECEPTION
from intake.services.alerts import NO_CALLS, AlertRow, AttemptView, Calls, CallState, HandOverView
from intake.services.appointments.attendance import Presence
from intake.services.appointments.day_list import DayRow
from intake.services.appointments.progress import Standing


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
    """What the day list shows. `attention_elsewhere`: some of those who need it come on another day."""

    day: date
    show: str
    with_whom: str
    counts: str
    attention: tuple[Attention, ...]
    filters: tuple[Filter, ...]
    clinicians: tuple[str, ...]
    rows: tuple[DayRow, ...]
    attention_elsewhere: bool = False

    @property
    def tag(self) -> str:
        """Changes when anything on the board does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class RowGroup:
    """A kind of row: the name of its filter, how the sentence counts it ("" where it does not), who is in it.

    Filter, sentence and what a row says of itself all follow from the one kind that a row is.
    """

    id: str
    label: Words
    said: Callable[[int], str]
    holds: Callable[[DayRow], bool]


def _is(standing: Standing) -> Callable[[DayRow], bool]:
    return lambda row: row.form.standing is standing


def _is_at(presence: Presence) -> Callable[[DayRow], bool]:
    return lambda row: row.presence is presence


def _unsaid(num: int) -> str:
    return ""


ALL = RowGroup("all", _("All"), _unsaid, lambda row: True)
# Each row is in exactly one of these, by how far its form is.
FORMS = (
    RowGroup("sent", _("Sent"), lambda num: gettext("%(num)s sent", num=num), _is(Standing.SENT)),
    RowGroup(
        "in_progress",
        _("In progress"),
        lambda num: gettext("%(num)s in progress", num=num),
        _is(Standing.IN_PROGRESS),
    ),
    RowGroup(
        "asked_again",
        _("Asked again"),
        lambda num: gettext("%(num)s asked again", num=num),
        _is(Standing.ASKED_AGAIN),
    ),
    RowGroup(
        "unfinished",
        _("Could not go on"),
        lambda num: gettext("%(num)s incomplete: could not go on", num=num),
        _is(Standing.UNFINISHED),
    ),
    RowGroup(
        "left_urgent",
        _("Left to get help"),
        lambda num: gettext("%(num)s left to get help", num=num),
        _is(Standing.LEFT_URGENT),
    ),
    RowGroup(
        "not_opened",
        _("Not opened"),
        lambda num: gettext("%(num)s not opened", num=num),
        _is(Standing.NOT_OPENED),
    ),
    RowGroup(
        "cancelled",
        _("Cancelled"),
        lambda num: gettext("%(num)s cancelled", num=num),
        _is(Standing.CANCELLED),
    ),
)
# Nobody of these before the day itself.
PLACES = (
    RowGroup(
        "waiting", _("Waiting"), lambda num: gettext("%(num)s waiting", num=num), _is_at(Presence.WAITING)
    ),
    RowGroup(
        "in_room",
        _("In the room"),
        lambda num: gettext("%(num)s in the room", num=num),
        _is_at(Presence.IN_ROOM),
    ),
    RowGroup("left", _("Left"), lambda num: gettext("%(num)s left", num=num), _is_at(Presence.LEFT)),
)
MARKS = (
    RowGroup("unreached", _("Message not arrived"), _unsaid, lambda row: row.is_unreached),
    RowGroup("attention", _("Needs attention"), _unsaid, lambda row: row.needs_attention),
)
GROUPS = {each.id: each for each in (ALL, *FORMS, *PLACES, *MARKS)}
# Shown also while nobody is in them.
_ALWAYS = ("all", "not_opened", "in_progress", "sent", "attention")


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
    clinicians = tuple(sorted({row.with_whom for row in everybody if row.with_whom}))
    with_whom = with_whom if with_whom in clinicians else ""
    theirs = [row for row in everybody if with_whom in ("", row.with_whom)]
    chosen = GROUPS.get(show, ALL)
    here = {row.appointment_id for row in everybody}
    lines = _attention(waiting, now, calls)
    attention = tuple(line if reads else replace(line, lines=()) for line in lines)
    many = {id: sum(map(group.holds, theirs)) for id, group in GROUPS.items()}
    return DayView(
        day=day,
        show=chosen.id,
        with_whom=with_whom,
        counts=_counts(many),
        attention=attention,
        filters=tuple(
            Filter(id, group.label, many[id])
            for id, group in GROUPS.items()
            if many[id] or id in (*_ALWAYS, chosen.id)
        ),
        clinicians=clinicians,
        rows=tuple(filter(chosen.holds, theirs)),
        attention_elsewhere=any(each.appointment_id not in here for each in attention),
    )


def _counts(many: Mapping[str, int]) -> str:
    """ "14 appointments: 9 sent, 4 not opened and 1 cancelled. 2 waiting." """
    if not many["all"]:
        return gettext("No appointments.")
    forms, places = (
        [each.said(many[each.id]) for each in groups if many[each.id]] for groups in (FORMS, PLACES)
    )
    total = ngettext("%(num)s appointment", "%(num)s appointments", many["all"])
    said = f"{total}: {join(forms)}."
    return f"{said} {join(places)}." if places else said


def _attention(waiting: Iterable[AlertRow], now: datetime, calls: Calls) -> list[Attention]:
    """One line for each patient: what is handed to me, then as pressing as they are."""
    by_intake: dict[UUID, list[AlertRow]] = {}
    for alert in waiting:
        by_intake.setdefault(alert.intake_id, []).append(alert)
    lines = [_one_patient(alerts, now, _standing(alerts, now, calls)) for alerts in by_intake.values()]
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


def _one_patient(alerts: list[AlertRow], now: datetime, call: CallStanding) -> Attention:
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
        lines=tuple(alert.line for alert in alerts),
        headlines=tuple(alert.line for alert in alerts if alert.rule in SAID_AT_RECEPTION),
        no_phone=any(alert.no_phone for alert in alerts),
        can_be_called=first.can_be_called,
        other_phone=first.other_phone,
        email=first.email,
        call=call,
    )
