"""A call is offered to a colleague with a note, and theirs once they accept it."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, request
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.services import alerts
from intake.services.alerts import CallChanged, CallPart, OfferOver, OutcomeIncomplete
from intake.services.context import Operation
from intake.services.staff.accounts import Permission, may
from intake.storage.models import Intake, User
from intake.web import only, operation
from intake.web.reception.alerts import to_call
from intake.web.reception.blueprint import blueprint, uuid_in
from intake.web.reception.call_page import HandOverForm, call_page, found, shown_version


@blueprint.post("/alerts/<uuid:intake_id>/hand-over")
@only(Permission.ACKNOWLEDGE)
def offer(intake_id: UUID) -> Response | tuple[str, int]:
    """Offer it to somebody; until they accept, it stays with whoever has it."""
    form = HandOverForm(request.form)
    changed: frozenset[CallPart] = frozenset()
    with operation() as op:
        to = op.session.get(User, uuid_in(form.to.shown))
        if to is None or to.id == op.actor.user_id:
            abort(400)
        intake = found(op.session, intake_id)
        try:
            if may(to, Permission.ACKNOWLEDGE):
                alerts.offer(op, intake, to=to, note=form.offer_note.data, version_token=shown_version())
            else:
                # They left, or do something else, since the page was opened.
                form.to.refuse(gettext("This person takes no calls any more. Choose somebody else"))
        except CallChanged as problem:
            changed = problem.parts
        except OutcomeIncomplete:
            form.offer_note.refuse(gettext("This note is too long"))
        op.commit()
    if changed or form.problems:
        return call_page(intake_id, hand_over=form, changed=changed), 422
    return to_call(intake_id)


@blueprint.post("/alerts/<uuid:intake_id>/take-over")
@only(Permission.ACKNOWLEDGE)
def take_over(intake_id: UUID) -> Response:
    """I act from now on, whoever had it."""
    with operation() as op:
        alerts.take_over(op, found(op.session, intake_id))
        op.commit()
    return to_call(intake_id)


@blueprint.post("/alerts/<uuid:intake_id>/accept")
@only(Permission.ACKNOWLEDGE)
def accept(intake_id: UUID) -> Response | tuple[str, int]:
    """What was offered to me is mine."""
    return _answer(intake_id, alerts.accept)


@blueprint.post("/alerts/<uuid:intake_id>/decline")
@only(Permission.ACKNOWLEDGE)
def decline(intake_id: UUID) -> Response | tuple[str, int]:
    """What was offered to me stays where it was."""
    return _answer(intake_id, alerts.decline)


@blueprint.post("/alerts/<uuid:intake_id>/withdraw")
@only(Permission.ACKNOWLEDGE)
def withdraw(intake_id: UUID) -> Response | tuple[str, int]:
    """I take back what I offered."""
    return _answer(intake_id, alerts.withdraw)


def _answer(intake_id: UUID, deed: Callable[[Operation, Intake, UUID], None]) -> Response | tuple[str, int]:
    with operation() as op:
        intake, over = found(op.session, intake_id), False
        try:
            deed(op, intake, uuid_in(request.form.get("offer", "")))
        except OfferOver:
            over = True
        op.commit()
    if over:
        return call_page(intake_id, said=gettext("This is not offered any more. See who has it now.")), 409
    return to_call(intake_id)
