"""The day on one board. Nothing clinical is shown on it: how urgent, and whom to phone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import lazy as _
from intake.services import alerts
from intake.services.appointments import attendance, day_list
from intake.services.appointments.attendance import AttendanceStep, NotExpectedHere
from intake.services.audit import Action
from intake.services.staff.accounts import Permission
from intake.web import clinic, may_here, only, operation, reading
from intake.web.error_handlers import ErrorText, hand_back
from intake.web.frozen import frozen
from intake.web.notice_bar import notices
from intake.web.reception.blueprint import blueprint, booked, day_in, today_here
from intake.web.reception.day_view import make_day_view

NOT_EXPECTED = ErrorText(
    _("Nobody is expected now"),
    _("The appointment was cancelled, or its day has not come or is over. Nothing was noted."),
)


@blueprint.get("/day/")
@only(Permission.SEE_DAY)
def today() -> Response:
    """Today's list, or that of the day in the box."""
    chosen = day_in(request.args["on"]) if request.args.get("on") else today_here()
    return redirect(url_for("reception.day", day=chosen.isoformat()))


@blueprint.get("/day/<day>")
@only(Permission.SEE_DAY)
def day(day: str) -> str | Response:
    """Everybody of one day, and above them whoever needs attention on any day."""
    chosen = day_in(day)
    with reading() as op:
        rows = day_list.day_list(op, chosen)
        waiting = alerts.all_open(op)
        calls = alerts.Calls.of(op, waiting)
    day_view = make_day_view(
        chosen,
        rows,
        waiting,
        show=request.args.get("show", ""),
        with_whom=request.args.get("with", ""),
        now=clinic().now(),
        reads=may_here(Permission.READ_ANSWERS),
        calls=calls,
    )
    tag = f"{day_view.tag}-{today_here()}"
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    if "X-Background" not in request.headers:
        _note_that_the_day_was_read(len(rows))
    page = render_template(
        "reception/day.html",
        day_view=day_view,
        tries=frozen(alerts.ATTEMPTS),
        expected=frozenset(
            row.appointment_id
            for row in day_view.rows
            if attendance.is_expected(
                row.starts_at, row.attendance, settings=clinic().settings, now=clinic().now()
            )
        ),
        today=today_here(),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        now=clinic().now(),
    )
    response = Response(page, mimetype="text/html")
    response.set_etag(tag, weak=True)
    return response


@blueprint.post("/appointments/<uuid:appointment_id>/here")
@only(Permission.NOTE_ATTENDANCE)
def attend(appointment_id: UUID) -> Response:
    """Note where the patient is, or take the last step back; then the list again, at the same row."""
    with operation() as op:
        found = booked(op.session, appointment_id)
        try:
            if "undo" in request.form:
                attendance.take_back(op, found, _step("undo"))
            else:
                attendance.note(op, found, _step("step"))
        except NotExpectedHere:
            return hand_back(NOT_EXPECTED, 409, again=False)
        on = op.settings.today(found.starts_at)
        op.commit()
    shown: dict[str, Any] = {name: request.args[name] for name in ("show", "with") if name in request.args}
    at = f"row-{appointment_id}"
    return redirect(url_for("reception.day", day=on.isoformat(), _anchor=at, **shown), 303)


@blueprint.get("/strip")
@only(Permission.SEE_DAY)
def show_notice_bar() -> Response:
    """What cannot wait, for pages that are open already."""
    return jsonify([notice.as_json() for notice in notices()])


def _step(name: str) -> AttendanceStep:
    try:
        return AttendanceStep(request.form.get(name, ""))
    except ValueError:
        abort(400)


def _note_that_the_day_was_read(rows: int) -> None:
    with operation() as op:
        op.record(Action.DAY_READ, g.user, rows=rows)
        op.commit()
