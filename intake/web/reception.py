"""The reception desk: the day on one board, appointments and their links, and who was told what.

Nothing clinical is shown here beyond what reception must act on: how urgent, and whom to phone.
"""

import base64
import hmac
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.i18n import format_moment, format_time
from intake.services import alerts, appointments, audit, invitations
from intake.services.accounts import Permission, may
from intake.services.alerts import NoSuchAlert, OutcomeNeeded
from intake.services.appointments import DayRow
from intake.services.audit import Action, Actor
from intake.storage.encryption import Purpose
from intake.storage.models import Appointment, Invitation
from intake.web import clinic, only
from intake.web.appointment_form import AppointmentForm, Wanted, in_words, look_alikes, sexes
from intake.web.board import make_board

room = Blueprint("reception", __name__)


@room.app_context_processor
def _what_the_user_may_do() -> dict[str, bool]:
    """What templates of staff offer; the guards decide."""
    user = g.get("user")
    return {
        "reads": user is not None and may(user, Permission.READ_ANSWERS),
        "acknowledges": user is not None and may(user, Permission.ACKNOWLEDGE),
        "makes": user is not None and may(user, Permission.MAKE_APPOINTMENT),
    }


@room.app_template_filter("since")
def _since(at: datetime) -> str:
    """The time of day; on another day, the day with it."""
    settings = clinic().settings
    if settings.today(at) == _today():
        return format_time(at, settings.zone)
    return format_moment(at, settings.zone)


@room.get("/day/")
@only(Permission.SEE_DAY)
def today() -> Response:
    """Today's list."""
    return redirect(url_for("reception.day", day=_today().isoformat()))


@room.get("/day/<day>")
@only(Permission.SEE_DAY)
def day(day: str) -> str | Response:
    """Everybody of one day, and above them whoever needs attention on any day."""
    chosen = _day(day)
    with clinic().database.reading() as session:
        rows = appointments.day_list(session, chosen, settings=clinic().settings)
        waiting = alerts.all_open(session, settings=clinic().settings)
    board = make_board(
        chosen, rows, waiting, show=request.args.get("show", ""), with_whom=request.args.get("with", "")
    )
    tag = f"{board.tag}-{_today()}"
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    if "X-Background" not in request.headers:
        _note_that_the_day_was_read(len(rows))
    page = render_template(
        "reception/day.html",
        board=board,
        today=_today(),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        now=clinic().now(),
    )
    response = Response(page, mimetype="text/html")
    response.set_etag(tag, weak=True)
    return response


@room.post("/alerts/told")
@only(Permission.ACKNOWLEDGE)
def told() -> Response:
    """Somebody says that the clinician knows. Only what stood on their screen is taken as told."""
    with clinic().database.writing() as session:
        try:
            for alert_id in map(_uuid, request.form.getlist("alert")):
                alerts.acknowledge(session, alert_id, by=g.user, now=clinic().now())
        except NoSuchAlert:
            abort(404)
        session.commit()
    return redirect(url_for("reception.day", day=_day(request.form.get("day", "")).isoformat()), 303)


@room.route("/appointments/new", methods=["GET", "POST"])
@only(Permission.MAKE_APPOINTMENT)
def new_appointment() -> str | Response | tuple[str, int]:
    """Make an appointment and its link."""
    if request.method == "GET":
        chosen = _day(request.args.get("day", _today().isoformat()))
        return _form_page(AppointmentForm.empty(max(chosen, _today()), invitations.new_token()))
    form = AppointmentForm.filled_in(request.form)
    wanted = form.read(zone=clinic().settings.zone, today=_today())
    if wanted is None:
        return _form_page(form), 400
    alike = look_alikes(wanted, _rows_of(wanted.starts_at.date()))
    if alike and "sure" not in request.form and _made_by(form.typed["once"]) is None:
        return _form_page(form, alike=[in_words(row) for row in alike]), 409
    return _shown(_make_once(wanted, form.typed["once"]), form.typed["once"])


@room.get("/appointments/<uuid:appointment_id>")
@only(Permission.MAKE_APPOINTMENT)
def appointment(appointment_id: UUID) -> str:
    """One appointment: how far the form is, its link, and what was done about it."""
    return _appointment_page(appointment_id)


@room.post("/appointments/<uuid:appointment_id>/link")
@only(Permission.MAKE_APPOINTMENT)
def new_link(appointment_id: UUID) -> Response:
    """Make a new link; the old one stops working."""
    once = request.form.get("once") or invitations.new_token()
    with clinic().database.writing() as session:
        if _invitation(session, once) is None:
            found = _found(session, appointment_id)
            now = clinic().now()
            invitations.invite(session, found, by=Actor.staff(g.user), now=now, token=_secret(once))
            session.commit()
    return _shown(appointment_id, once)


@room.post("/appointments/<uuid:appointment_id>/tries")
@only(Permission.MAKE_APPOINTMENT)
def more_tries(appointment_id: UUID) -> Response:
    """Reception has spoken to the patient: the date of birth may be tried again."""
    with clinic().database.writing() as session:
        invitation = invitations.current(session, _found(session, appointment_id))
        if invitation is not None:
            invitations.allow_more_tries(session, invitation, by=Actor.staff(g.user), now=clinic().now())
        session.commit()
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


@room.post("/appointments/<uuid:appointment_id>/cancel")
@only(Permission.MAKE_APPOINTMENT)
def cancel(appointment_id: UUID) -> Response:
    """The patient is not coming."""
    with clinic().database.writing() as session:
        found = _found(session, appointment_id)
        appointments.cancel(session, found, by=Actor.staff(g.user), now=clinic().now())
        session.commit()
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


@room.post("/appointments/<uuid:appointment_id>/outcome")
@only(Permission.ACKNOWLEDGE)
def outcome(appointment_id: UUID) -> Response | tuple[str, int]:
    """Write down what came of the alerts of this patient; without that they stay open."""
    words = request.form.get("outcome", "")[:1000]
    with clinic().database.writing() as session:
        try:
            for alert_id in map(_uuid, request.form.getlist("alert")):
                alerts.close(session, alert_id, by=g.user, outcome=words, now=clinic().now())
        except NoSuchAlert:
            abort(404)
        except OutcomeNeeded:
            return _appointment_page(appointment_id, no_outcome=True), 400
        session.commit()
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


# ---- pages


def _form_page(form: AppointmentForm, alike: list[str] | None = None) -> str:
    suggested = sorted({row.with_whom for row in _rows_of(_today()) if row.with_whom})
    return render_template(
        "reception/new_appointment.html",
        form=form,
        alike=alike,
        sexes=sexes(),
        clinicians=suggested,
        back=form.day or _today(),
    )


def _appointment_page(appointment_id: UUID, *, no_outcome: bool = False) -> str:
    once = request.args.get("link", "")
    with clinic().database.reading() as session:
        found = _found(session, appointment_id)
        invitation = invitations.current(session, found)
        raised = alerts.of(session, found.intake, settings=clinic().settings)
        outcomes = {alert.id: alert.outcome for alert in found.intake.alerts}
        starts_on = clinic().settings.local(found.starts_at).date()
        rows = appointments.day_list(session, starts_on, settings=clinic().settings)
        shown = invitation is not None and invitation == _invitation(session, once)
    return render_template(
        "reception/appointment.html",
        appointment=found,
        patient=found.patient,
        intake=found.intake,
        row=next(row for row in rows if row.appointment_id == appointment_id),
        invitation=invitation,
        locked=invitation is not None and invitation.tries >= invitations.TRIES,
        link=invitations.link(clinic().settings, _secret(once)) if shown else None,
        once=invitations.new_token(),
        alerts=raised,
        outcomes=outcomes,
        no_outcome=no_outcome,
        day=starts_on,
    )


def _shown(appointment_id: UUID, once: str) -> Response:
    """On to the appointment with its link. The address holds `once`, from which only we can tell the link."""
    return redirect(url_for("reception.appointment", appointment_id=appointment_id, link=once), 303)


# ---- making each thing once


def _make_once(wanted: Wanted, once: str) -> UUID:
    """Make the appointment and its link, or find the one that the first press of the button made."""
    made = _made_by(once)
    if made is not None:
        return made
    now, by = clinic().now(), Actor.staff(g.user)
    try:
        with clinic().database.writing() as session:
            found = appointments.make(
                session,
                name=wanted.name,
                date_of_birth=wanted.date_of_birth,
                sex_at_birth=wanted.sex_at_birth,
                phone=wanted.phone,
                starts_at=wanted.starts_at,
                with_whom=wanted.with_whom,
                by=by,
                now=now,
            )
            invitations.invite(session, found, by=by, now=now, token=_secret(once))
            session.commit()
            return found.id
    except IntegrityError:
        # Two presses at the same moment: the other one made it.
        made = _made_by(once)
        if made is None:
            raise
        return made


def _made_by(once: str) -> UUID | None:
    with clinic().database.reading() as session:
        invitation = _invitation(session, once)
        return invitation.appointment_id if invitation else None


def _invitation(session: Session, once: str) -> Invitation | None:
    """The invitation that this form made, while its link works."""
    return invitations.with_token(session, _secret(once))


def _secret(once: str) -> str:
    """The secret of the link that a form makes, so that pressing twice makes one link and not two."""
    secret = clinic().database.keys.secret(Purpose.CSRF)
    digest = hmac.digest(secret, f"link {once}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# ---- what was asked for


def _rows_of(day: date) -> tuple[DayRow, ...]:
    with clinic().database.reading() as session:
        return appointments.day_list(session, day, settings=clinic().settings)


def _found(session: Session, appointment_id: UUID) -> Appointment:
    return appointments.find(session, appointment_id) or abort(404)


def _note_that_the_day_was_read(rows: int) -> None:
    with clinic().database.writing() as session:
        by = Actor.staff(g.user)
        audit.record(session, Action.DAY_READ, by=by, on=g.user, now=clinic().now(), rows=rows)
        session.commit()


def _today() -> date:
    return clinic().settings.today(clinic().now())


def _day(text: str) -> date:
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        abort(404)
    # `fromisoformat` also takes "20261122" and weeks; a day has one address. The ends have no neighbours.
    return chosen if chosen.isoformat() == text and 1900 < chosen.year < 2200 else abort(404)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(400)
