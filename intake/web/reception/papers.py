"""What is given to patients on paper: the letter with their link, and the blank form."""

import textwrap
from functools import lru_cache
from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake.config import Settings
from intake.documents.orders import BlankFormOrder, Invited, Letterhead, LetterOrder, Paper
from intake.i18n import current_language, format_day, format_moment, format_time
from intake.services.audit import Action
from intake.services.invitations import links
from intake.services.staff.accounts import Permission
from intake.storage.models import Invitation
from intake.web import clinic, only, operation, reading
from intake.web.being_made import made
from intake.web.headers import SANDBOX
from intake.web.reception.blueprint import blueprint, booked

# What the blank form says of the clinic. It says nothing that changes with the hour, so it is made once.
SAID_ON_PAPER = ("clinic_name", "clinic_phone", "country", "emergency_number", "urgent_line")


@blueprint.get("/paper-form.pdf")
@only(Permission.SEE_DAY)
def blank_form() -> Response:
    """The questions on paper, for whoever answers with a pen."""
    settings, now = clinic().settings, clinic().now()
    facts = settings.clinic_facts(now)
    said = tuple((name, facts[name]) for name in SAID_ON_PAPER)
    head = letterhead_of(settings)
    return _pdf(_blank_form(head, said, settings.features, settings.language, settings.paper), "paper-form")


@lru_cache(maxsize=4)
def _blank_form(
    letterhead: Letterhead,
    facts: tuple[tuple[str, str], ...],
    features: frozenset[str],
    language: str,
    paper: Paper,
) -> bytes:
    return made(BlankFormOrder(letterhead, facts, features, clinic().now(), language, paper))


@blueprint.post("/appointments/<uuid:appointment_id>/letter")
@only(Permission.MAKE_APPOINTMENT)
def print_letter(appointment_id: UUID) -> Response:
    """The letter goes out: noted with the link, then shown to be printed."""
    with operation() as op:
        invitation = links.current(op.session, booked(op.session, appointment_id))
        if invitation is not None and _can_be_written(invitation):
            links.note_printed(op, invitation)
        op.commit()
    return redirect(url_for("reception.letter", appointment_id=appointment_id), 303)


@blueprint.get("/appointments/<uuid:appointment_id>/letter.pdf", endpoint="letter")
@only(Permission.MAKE_APPOINTMENT)
def show_letter(appointment_id: UUID) -> Response | str:
    """The letter that brings the link. A link from before letters were made cannot be told any more."""
    with reading() as op:
        invitation = links.current(op.session, booked(op.session, appointment_id))
        if invitation is None or not _can_be_written(invitation):
            return render_template("reception/no_letter.html", appointment_id=appointment_id)
        order = _letter(invitation)
    content = made(order)
    with operation() as op:
        invitation = op.session.get_one(Invitation, invitation.id)
        op.record(Action.INVITATION_SHOWN, invitation)
        op.commit()
    return _pdf(content, "letter")


def letterhead_of(settings: Settings) -> Letterhead:
    """Who writes, as the clinic set it."""
    return Letterhead(settings.clinic_name, settings.clinic_address, settings.clinic_phone)


def _can_be_written(invitation: Invitation) -> bool:
    return invitation.token is not None and invitation.code is not None


def _letter(invitation: Invitation) -> LetterOrder:
    settings, now = clinic().settings, clinic().now()
    found = invitation.appointment
    when = (
        format_day(settings.local(found.starts_at).date(), "full"),
        format_time(found.starts_at, settings.zone),
    )
    code = "-".join(textwrap.wrap((invitation.code or "").replace("-", ""), 4))
    invited = Invited(
        name=found.patient.name,
        appointment=", ".join(filter(None, (*when, found.with_whom))),
        link=links.link(settings, invitation.token or ""),
        address=f"{settings.public_url.partition('://')[2]}/c/{code}",
        until=format_moment(invitation.expires_at, settings.zone),
        written_on=format_day(settings.today(now)),
        reference=found.reference,
    )
    facts = tuple(settings.clinic_facts(now).items())
    return LetterOrder(letterhead_of(settings), invited, facts, now, current_language(), settings.paper)


def _pdf(content: bytes, name: str) -> Response:
    """A download whose name says nothing about the patient."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.pdf"',
        "Content-Security-Policy": SANDBOX,
    }
    return Response(content, content_type="application/pdf", headers=headers)
