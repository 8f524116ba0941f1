"""The day on one board. Nothing clinical is shown on it: how urgent, and whom to phone."""

from datetime import timedelta

from flask import g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.services import alerts, audit, day_list
from intake.services.accounts import Permission, may
from intake.services.audit import Action, Actor
from intake.web import clinic, only
from intake.web.reception.board import make_board
from intake.web.reception.room import day_in, room, today_here
from intake.web.strip import notices


@room.get("/day/")
@only(Permission.SEE_DAY)
def today() -> Response:
    """Today's list, or that of the day in the box."""
    chosen = day_in(request.args["on"]) if request.args.get("on") else today_here()
    return redirect(url_for("reception.day", day=chosen.isoformat()))


@room.get("/day/<day>")
@only(Permission.SEE_DAY)
def day(day: str) -> str | Response:
    """Everybody of one day, and above them whoever needs attention on any day."""
    chosen = day_in(day)
    with clinic().database.reading() as session:
        rows = day_list.day_list(session, chosen, settings=clinic().settings)
        waiting = alerts.all_open(session, settings=clinic().settings)
    board = make_board(
        chosen,
        rows,
        waiting,
        show=request.args.get("show", ""),
        with_whom=request.args.get("with", ""),
        now=clinic().now(),
        reads=may(g.user, Permission.READ_ANSWERS),
    )
    tag = f"{board.tag}-{today_here()}"
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    if "X-Background" not in request.headers:
        _note_that_the_day_was_read(len(rows))
    page = render_template(
        "reception/day.html",
        board=board,
        today=today_here(),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        now=clinic().now(),
    )
    response = Response(page, mimetype="text/html")
    response.set_etag(tag, weak=True)
    return response


@room.get("/strip")
@only(Permission.SEE_DAY)
def strip() -> Response:
    """What cannot wait, for pages that are open already."""
    return jsonify([notice.as_json() for notice in notices()])


def _note_that_the_day_was_read(rows: int) -> None:
    with clinic().database.writing() as session:
        by = Actor.staff(g.user)
        audit.record(session, Action.DAY_READ, by=by, on=g.user, now=clinic().now(), rows=rows)
        session.commit()
