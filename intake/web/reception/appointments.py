"""Appointments: made with their link, looked at, changed, cancelled."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from intake.config import LANGUAGES
from intake.messaging import mail_sender, text_sender
from intake.services import alerts
from intake.services.alerts import AlertView
from intake.services.appointments import booking, diary, identifiers, patients
from intake.services.appointments.attendance import Attendance
from intake.services.appointments.booking import USUAL_MINUTES, AppointmentChanged, Booking
from intake.services.appointments.clinicians import Clinicians
from intake.services.appointments.day_list import needs_of
from intake.services.appointments.known_facts import differs_from_record
from intake.services.appointments.matching import (
    Decision,
    Directory,
    NotToldApart,
    WhoChanged,
    decide,
    one_at_a_time,
)
from intake.services.appointments.progress import Progress
from intake.services.appointments.views import AppointmentView, BookedOtherwise, LinkView
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.invitations import links
from intake.services.messages import correspondence
from intake.services.staff.accounts import Permission
from intake.storage.encryption import Purpose
from intake.storage.models import Patient
from intake.web import clinic, may_here, only, operation, reading
from intake.web.frozen import frozen
from intake.web.idempotency import secret_of
from intake.web.reception.appointment_form import AppointmentForm
from intake.web.reception.blueprint import blueprint, booked, day_in, rows_of, today_here
from intake.web.reception.import_who import BOOKING, WhoView, choice_in, who_of
from intake.web.reception.links import made_by, shown


@blueprint.route("/appointments/new", methods=["GET", "POST"])
@only(Permission.MAKE_APPOINTMENT)
def new_appointment() -> str | Response | tuple[str, int]:
    """Make an appointment and its link."""
    if request.method in ("GET", "HEAD"):
        chosen = day_in(request.args.get("day", today_here().isoformat()))
        return _form_page(
            _form(
                day=max(chosen, today_here()),
                once=links.new_token(),
                minutes=USUAL_MINUTES,
                language=clinic().settings.language,
            )
        )
    form = _form(request.form)
    wanted, idempotency_key = form.booking(), str(form.once.data or "")
    if wanted is None:
        return _form_page(form), 400
    try:
        return shown(_make_once(wanted, idempotency_key))
    except (NotToldApart, WhoChanged):
        return _form_page(form, _who(wanted)), 409


@blueprint.get("/appointments/<uuid:appointment_id>")
@only(Permission.MAKE_APPOINTMENT)
def appointment(appointment_id: UUID) -> str:
    """One appointment: how far the form is, its link, and what was done about it."""
    return appointment_page(appointment_id)


@blueprint.get("/appointments/<uuid:appointment_id>/link")
@only(Permission.MAKE_APPOINTMENT)
def show_link(appointment_id: UUID) -> str:
    """The link, to be copied or read out. Whoever sees it is recorded."""
    settings = clinic().settings
    with operation() as op:
        found = booked(op.session, appointment_id)
        invitation = links.current(op.session, found)
        view, link = AppointmentView.of(found), LinkView.of(invitation, settings) if invitation else None
        if invitation is not None:
            op.record(Action.INVITATION_SHOWN, invitation)
            op.commit()
    return render_template(
        "reception/link.html",
        appointment=view,
        invitation=link,
        code_address=f"{settings.public_url}/c".removeprefix("https://"),
    )


@blueprint.route("/appointments/<uuid:appointment_id>/change", methods=["GET", "POST"])
@only(Permission.MAKE_APPOINTMENT)
def change(appointment_id: UUID) -> str | Response | tuple[str, int]:
    """Move the appointment, or put right what is known of the patient."""
    today = today_here()
    with reading() as op:
        found = booked(op.session, appointment_id)
        stands, patient_id = Booking.of(found), found.patient_id
    settings = clinic().settings
    filled = AppointmentForm.of(
        stands,
        zone=settings.zone,
        today=today,
        offered=settings.offered,
        systems=identifiers.systems(settings),
    )
    if request.method in ("GET", "HEAD"):
        return _change_page(appointment_id, filled)
    form = _form(request.form, earliest=min(today, filled.day.data), known_phone=stands.phone)
    wanted = form.booking()
    if wanted is None:
        return _change_page(appointment_id, form), 400
    renamed = _says_who(wanted) != _says_who(stands)
    try:
        _change(appointment_id, wanted, form.seen.shown, asks=renamed)
    except (NotToldApart, WhoChanged):
        return _change_page(appointment_id, form, _who(wanted, besides=patient_id)), 409
    except AppointmentChanged:
        form.seen.process_data(stands.version_token)
        return _change_page(appointment_id, form, stands=filled), 409
    return shown(appointment_id)


@blueprint.post("/appointments/<uuid:appointment_id>/cancel")
@only(Permission.MAKE_APPOINTMENT)
def cancel(appointment_id: UUID) -> Response:
    """The patient is not coming."""
    with operation() as op:
        found = booked(op.session, appointment_id)
        booking.cancel(op, found)
        op.commit()
    return shown(appointment_id)


@blueprint.post("/appointments/<uuid:appointment_id>/book-again")
@only(Permission.MAKE_APPOINTMENT)
def book_again(appointment_id: UUID) -> Response:
    """It was cancelled by mistake."""
    with operation() as op:
        found = booked(op.session, appointment_id)
        booking.book_again(op, found)
        op.commit()
    return shown(appointment_id)


def _form(typed: MultiDict[str, str] | None = None, **values: Any) -> AppointmentForm:
    """What was typed, or a form with these values in its boxes."""
    settings = clinic().settings
    own: dict[str, Any] = {
        "region": settings.region,
        "clinic_phone": settings.clinic_phone,
        "offered": settings.offered,
        "systems": identifiers.systems(settings),
    }
    return AppointmentForm(typed, zone=settings.zone, today=today_here(), **own, **values)


def _form_page(form: AppointmentForm, who: WhoView | None = None) -> str:
    return render_template(
        "reception/new_appointment.html",
        **_boxes(form, who),
        renames=False,
        back=form.day.data or today_here(),
    )


def _change_page(
    appointment_id: UUID,
    form: AppointmentForm,
    who: WhoView | None = None,
    stands: AppointmentForm | None = None,
) -> str:
    """`stands` is what somebody else put there meanwhile."""
    return render_template(
        "reception/change.html",
        **_boxes(form, who),
        renames=True,
        appointment_id=appointment_id,
        stands=stands,
    )


def _boxes(form: AppointmentForm, who: WhoView | None) -> dict[str, object]:
    return {
        "form": form,
        "who": who,
        "clinicians": _clinicians(),
    }


def _clinicians() -> tuple[str, ...]:
    """The names to choose from: whoever sees patients here, and who else does today."""
    with reading() as op:
        here = [each.name for each in Clinicians(op).accounts]
    return tuple(sorted({*here, *(row.with_whom for row in rows_of(today_here()) if row.with_whom)}))


def _who(wanted: Booking, besides: UUID | None = None) -> WhoView:
    """Whoever could be taken for this patient, with their next visits."""
    with reading() as op:
        match = Directory(op).match_by_hand(wanted.person, besides)
        ids = [each.patient_id for each in match.asked]
        known = patients.with_visits(op.session, [op.session.get_one(Patient, id) for id in ids if id])
    visits = {each.patient_id: each.visits for each in known}
    return who_of(request.form, BOOKING, match, clinic().settings, visits=lambda id: visits[id])


def _decide(op: Operation, wanted: Booking, besides: UUID | None = None) -> Decision:
    """Who comes, by what was said on the page. Raises NotToldApart or WhoChanged."""
    match = Directory(op).match_by_hand(wanted.person, besides)
    return decide(match, choice_in(request.form, BOOKING, match))


def _says_who(booking: Booking) -> tuple[object, ...]:
    """What of a booking could make somebody another person."""
    return booking.name, booking.date_of_birth, booking.number, booking.numbers


def appointment_page(appointment_id: UUID) -> str:
    """The page of an appointment. The link has a page of its own, without the date of birth."""
    settings = clinic().settings
    with reading() as op:
        found = booked(op.session, appointment_id)
        invitation = links.current(op.session, found)
        raised = alerts.of(op, found.intake)
        form, other_facts = Progress.of(found), differs_from_record(found.intake)
        attendance = Attendance.of(found)
        followed = correspondence.of(op.session, found)
        view, needs = AppointmentView.of(found), needs_of(found)
        minutes, spoken = found.minutes, LANGUAGES.get(found.intake.language, found.intake.language)
        remarks = diary.remarks_on(op, found)
        numbers, booked_otherwise = identifiers.all_numbers(op, found.patient), BookedOtherwise.of(found)
        link = LinkView.of(invitation, settings) if invitation else None
    return render_template(
        "reception/appointment.html",
        appointment=view,
        patient=view.patient,
        numbers=numbers,
        booked_otherwise=booked_otherwise,
        form=form,
        attendance=attendance,
        needs=needs,
        minutes=minutes,
        spoken=spoken if len(settings.offered) > 1 else "",
        remarks=remarks,
        other_facts=other_facts,
        invitation=link,
        messages=followed,
        mails=mail_sender(settings) is not None,
        texts=text_sender(settings) is not None,
        idempotency_key=links.new_token(),
        alerts=tuple(AlertView.of(each, reads=may_here(Permission.READ_ANSWERS)) for each in raised),
        outcomes=frozen(alerts.OUTCOMES),
        day=settings.local(view.starts_at).date(),
    )


def _change(appointment_id: UUID, wanted: Booking, version_token: str, *, asks: bool) -> None:
    """Raises NotToldApart or WhoChanged when it `asks` whether this is somebody else, and nobody said so."""
    with operation() as op:
        if asks:
            one_at_a_time(op)
        found = booked(op.session, appointment_id)
        if asks:
            _decide(op, wanted, besides=found.patient_id)
        booking.change(op, found, wanted, version_token=version_token)
        op.commit()


def _make_once(wanted: Booking, idempotency_key: str) -> UUID:
    """Make the appointment and its link, or find the one that the first press of the button made.

    Raises NotToldApart or WhoChanged when somebody has to say first who comes.
    """
    made = made_by(idempotency_key)
    if made is not None:
        return made
    try:
        with operation() as op:
            one_at_a_time(op)
            decision = _decide(op, wanted)
            known = op.session.get_one(Patient, decision.patient_id) if decision.patient_id else None
            language = op.settings.language
            found = booking.make(op, wanted, patient=known, take=decision.take, language=language)
            links.invite(op, found, token=secret_of(Purpose.PATIENT_LINK, idempotency_key))
            op.commit()
            return found.id
    except (IntegrityError, NotToldApart, WhoChanged):
        # Two presses at the same moment: the other one made it.
        made = made_by(idempotency_key)
        if made is None:
            raise
        return made
