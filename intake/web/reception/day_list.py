"""The day on one board. Nothing clinical is shown on it: how urgent, and whom to phone."""

from datetime import timedelta

from flask import g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.services import alerts
from intake.services.appointments import day_list
from intake.services.audit import Action
from intake.services.staff.accounts import Permission, may
from intake.web import clinic, only, operation, reading
from intake.web.frozen import frozen
from intake.web.notice_bar import notices
from intake.web.reception.blueprint import blueprint, day_in, today_here
from intake.web.reception.day_view import make_day_view


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
        reads=may(g.user, Permission.READ_ANSWERS),
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
        today=today_here(),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        now=clinic().now(),
    )
    response = Response(page, mimetype="text/html")
    response.set_etag(tag, weak=True)
    return response


@blueprint.get("/strip")
@only(Permission.SEE_DAY)
def show_notice_bar() -> Response:
    """What cannot wait, for pages that are open already."""
    return jsonify([notice.as_json() for notice in notices()])


def _note_that_the_day_was_read(rows: int) -> None:
    with operation() as op:
        op.record(Action.DAY_READ, g.user, rows=rows)
        op.commit()
