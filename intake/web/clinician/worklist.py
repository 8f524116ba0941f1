"""The clinician's patients of a day in the order they come: why, what cannot wait, and what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import Words, gettext, ngettext
from intake.i18n import lazy as _
from intake.red_flags import Urgency
from intake.services.audit import Action
from intake.services.forms import worklist
from intake.services.forms.worklist import WorkRow
from intake.services.staff.accounts import Permission
from intake.storage.models import AlertState
from intake.summary.lines import with_its_answers
from intake.web import clinic, only, operation
from intake.web.clinician.blueprint import blueprint
from intake.web.clinician.first_screen import first_words
from intake.web.dates import day_in, today_here

LONGEST_REASON = 90
WHOSE: dict[str, Words] = {"mine": _("My patients"), "everybody": _("Everybody")}


@dataclass(frozen=True)
class Shown:
    """A way of looking at the day, and how many patients it shows."""

    id: str
    label: Words
    many: int


@dataclass(frozen=True)
class Flag:
    """The highest line of one group."""

    urgency: Urgency
    group: str
    line: str


@dataclass(frozen=True)
class WorklistLine:
    """One patient as the list shows them. `first_words` None: the reason is short enough to stand whole.

    `waiting`, `taken` and `closed` count the alerts that nobody has, somebody acts on, and that are done.
    `quiet`: it is cancelled; or it is over, or I have read it, and nothing in it waits for anybody.
    """

    row: WorkRow
    first_words: str | None
    flags: tuple[Flag, ...]
    waiting: int
    taken: int
    closed: int
    quiet: bool


@blueprint.get("/worklist/")
@only(Permission.READ_ANSWERS)
def my_day() -> Response:
    """The patients of today."""
    whose = shown_in()
    return redirect(
        url_for("clinician.day", day=today_here().isoformat(), whose=whose if whose != "mine" else None)
    )


@blueprint.get("/worklist/<day>")
@only(Permission.READ_ANSWERS)
def day(day: str) -> str:
    """The patients of one day: my own, or everybody's."""
    chosen, whose = day_in(day), shown_in()
    now = clinic().now()
    with operation() as op:
        everybody = worklist.of_day(op, chosen)
        mine = [row for row in everybody if worklist.is_with(row, g.user)]
        shown = mine if whose == "mine" else everybody
        op.record(Action.WORKLIST_READ, g.user, rows=len(shown))
        op.commit()
    many = {"mine": len(mine), "everybody": len(everybody)}
    return render_template(
        "clinician/worklist.html",
        day=chosen,
        today=today_here(),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        now=now,
        whose=whose,
        ways_to_look=tuple(Shown(id, label, many[id]) for id, label in WHOSE.items()),
        counts=_counts(shown),
        lines=tuple(_line(row, now) for row in shown),
        now_at=_now_at(shown, now) if chosen == today_here() else None,
        urgent=_unread_urgent(shown),
        urgent_elsewhere=sum(_is_missed(row) for row in everybody if row not in shown),
        in_pack=sum(row.has_record and not row.form.cancelled for row in shown),
        without=sum(not row.has_record and not row.form.cancelled for row in shown),
    )


def shown_in() -> str:
    """Whose patients the address asks for."""
    return asked_for() or "mine"


def asked_for() -> str | None:
    """The same, None where the address does not say."""
    whose = request.args.get("whose")
    return whose if whose in WHOSE else None


def _now_at(rows: Sequence[WorkRow], now: datetime) -> int:
    """How many of the day's patients were to come up to now."""
    return sum(row.starts_at <= now for row in rows)


def _unread_urgent(rows: Sequence[WorkRow]) -> tuple[WorkRow, ...]:
    """What cannot wait and I have not read, the most urgent first."""
    found = [row for row in rows if row.is_unread_urgent]
    return tuple(sorted(found, key=lambda row: (-(row.urgency or 0), row.starts_at)))


def _is_missed(row: WorkRow) -> bool:
    """It cannot wait, and nobody at all has read it."""
    return row.is_unread_urgent and row.readings.by_nobody


def _line(row: WorkRow, now: datetime) -> WorklistLine:
    states = row.alerts
    waiting = states.count(AlertState.OPEN)
    calls_out = waiting > 0 or row.overdue
    is_read_or_over = row.readings.mine is not None or row.ends_at <= now
    return WorklistLine(
        row,
        first_words(row.reason, LONGEST_REASON),
        tuple(Flag(Urgency[fired.urgency], fired.group, with_its_answers(fired)) for fired in row.flags),
        waiting,
        states.count(AlertState.ACKNOWLEDGED),
        states.count(AlertState.CLOSED),
        quiet=row.form.cancelled or (is_read_or_over and not row.is_unread_urgent and not calls_out),
    )


def _counts(rows: Sequence[WorkRow]) -> str:
    """ "12 patients, 3 to be read, 2 waiting"."""
    coming = [row for row in rows if not row.form.cancelled]
    unread = sum(row.handed_over and row.readings.mine is None for row in coming)
    patients = ngettext("%(num)s patient", "%(num)s patients", len(coming))
    to_read = ngettext("%(num)s to be read", "%(num)s to be read", unread)
    waiting = sum(row.is_waiting for row in coming)
    are_here = [gettext("%(num)s waiting", num=waiting)] if waiting else []
    return f"{', '.join([patients, to_read, *are_here])}."
