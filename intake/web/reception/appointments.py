"""Appointments: made with their link, looked at, cancelled."""

from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from intake.messaging import mail_sender, text_sender
from intake.services import alerts, appointments, audit, invitations, messages
from intake.services.accounts import Permission
from intake.services.audit import Action, Actor
from intake.services.progress import Progress
from intake.web import clinic, only
from intake.web.once import secret_of
from intake.web.reception.appointment_form import AppointmentForm, Wanted, in_words, look_alikes, sexes
from intake.web.reception.links import made_by, shown
from intake.web.reception.room import booked, day_in, room, rows_of, today_here


@room.route("/appointments/new", methods=["GET", "POST"])
@only(Permission.MAKE_APPOINTMENT)
def new_appointment() -> str | Response | tuple[str, int]:
    """Make an appointment and its link."""
    if request.method == "GET":
        chosen = day_in(request.args.get("day", today_here().isoformat()))
        return _form_page(AppointmentForm.empty(max(chosen, today_here()), invitations.new_token()))
    form = AppointmentForm.filled_in(request.form)
    wanted = form.read(zone=clinic().settings.zone, today=today_here())
    if wanted is None:
        return _form_page(form), 400
    alike = look_alikes(wanted, rows_of(wanted.starts_at.date()))
    if alike and "sure" not in request.form and made_by(form.typed["once"]) is None:
        return _form_page(form, alike=[in_words(row) for row in alike]), 409
    return shown(_make_once(wanted, form.typed["once"]))


@room.get("/appointments/<uuid:appointment_id>")
@only(Permission.MAKE_APPOINTMENT)
def appointment(appointment_id: UUID) -> str:
    """One appointment: how far the form is, its link, and what was done about it."""
    return appointment_page(appointment_id)


@room.post("/appointments/<uuid:appointment_id>/cancel")
@only(Permission.MAKE_APPOINTMENT)
def cancel(appointment_id: UUID) -> Response:
    """The patient is not coming."""
    with clinic().database.writing() as session:
        found = booked(session, appointment_id)
        appointments.cancel(session, found, by=Actor.staff(g.user), now=clinic().now())
        session.commit()
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


def _form_page(form: AppointmentForm, alike: list[str] | None = None) -> str:
    suggested = sorted({row.with_whom for row in rows_of(today_here()) if row.with_whom})
    return render_template(
        "reception/new_appointment.html",
        form=form,
        alike=alike,
        sexes=sexes(),
        clinicians=suggested,
        back=form.day or today_here(),
    )


def appointment_page(appointment_id: UUID) -> str:
    """The page of an appointment. Whoever sees the link on it is recorded."""
    settings = clinic().settings
    with clinic().database.writing() as session:
        found = booked(session, appointment_id)
        invitation = invitations.current(session, found)
        raised = alerts.of(session, found.intake, settings=settings)
        starts_on = settings.local(found.starts_at).date()
        followed = messages.of(session, found)
        link = invitations.link(settings, invitation.token) if invitation and invitation.token else None
        code = invitations.spelt(invitation.code) if invitation and invitation.code else None
        if invitation is not None:
            by, now = Actor.staff(g.user), clinic().now()
            audit.record(session, Action.INVITATION_SHOWN, by=by, on=invitation, now=now)
            session.commit()
    return render_template(
        "reception/appointment.html",
        appointment=found,
        patient=found.patient,
        intake=found.intake,
        form=Progress.of(found),
        invitation=invitation,
        locked=invitation is not None and invitation.tries >= invitations.TRIES,
        link=link,
        code=code,
        code_address=f"{settings.public_url}/c".removeprefix("https://"),
        messages=followed,
        mails=mail_sender(settings) is not None,
        texts=text_sender(settings) is not None,
        once=invitations.new_token(),
        alerts=raised,
        outcomes=alerts.OUTCOMES,
        day=starts_on,
    )


def _make_once(wanted: Wanted, once: str) -> UUID:
    """Make the appointment and its link, or find the one that the first press of the button made."""
    made = made_by(once)
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
                email=wanted.email,
                by=by,
                settings=clinic().settings,
                now=now,
            )
            invitations.invite(session, found, by=by, now=now, token=secret_of(once))
            session.commit()
            return found.id
    except IntegrityError:
        # Two presses at the same moment: the other one made it.
        made = made_by(once)
        if made is None:
            raise
        return made
