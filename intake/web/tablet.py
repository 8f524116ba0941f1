"""The tablet of the clinic: let in by an admin, opened by a code from the desk, cleared for the next person.

Safety: nothing that one person saw or typed may come back to the next. Pages clear themselves after 90
seconds (static/js/handed_on.js); the server ends the session then, or by itself soon after.
"""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.questionnaire.fields import PageForm, posted, recalled
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Day
from intake.services.context import Operation
from intake.services.invitations import walk_ins
from intake.services.invitations.walk_ins import WalkInRefused
from intake.services.staff import sessions
from intake.services.staff.accounts import Permission
from intake.services.staff.factors import holdings
from intake.services.staff.views import TabletView
from intake.storage.models import SessionKind, WebSession
from intake.web import NotEnrolled, clinic, enrolled, invited, only, operation, reading
from intake.web.client import forget_browser
from intake.web.frozen import frozen
from intake.web.headers import WHAT_WAS_SEEN, come_back
from intake.web.proof import OWN_CODE, OWN_PASSKEY, OWN_PASSWORD, prove
from intake.web.signing_in import Typed
from intake.web.staff_forms import LineField, NameField, PasswordField, StaffForm

blueprint = Blueprint("tablet", __name__)

LONGEST_NAME = 60
BIRTH = Day(
    "birth",
    _("What is your date of birth?"),
    hint=_("For example, 27 3 1962. The month can be a number or a name."),
    required=True,
)
START = Page("walk_in", _("Before your appointment"), (BIRTH,))


class EnrolForm(StaffForm):
    """The tablet this is pressed on, and proof that it is the admin who presses."""

    name = NameField(
        _("Name of the tablet"),
        _("Such as Tablet 2"),
        limit=LONGEST_NAME,
        missing=_("Enter a name, such as Tablet 2"),
    )
    own_password = PasswordField(_("Your own password"))
    own_code = LineField(_("A code of yours"), _("From your app, or a recovery code"), name="own_second_code")


@blueprint.get("/k/")
@enrolled
def code() -> Response:
    """Ask for the code. Whoever was here before is not known any more, however they left."""
    _forget()
    return _ask(recalled(START, (BIRTH,), {}))


@blueprint.post("/k/")
@enrolled
def open_form() -> Response:
    """Open the form that the code is for."""
    now, settings = clinic().now(), clinic().settings
    typed = request.form.get("code", "")
    form = posted(START, (BIRTH,), request.form, on=settings.today(now))
    if not form.validate() or len(walk_ins.plain(typed)) != walk_ins.LENGTH:
        return _ask(form, typed=typed, status=422)
    with operation() as op:
        tablet = op.session.get_one(WebSession, g.tablet.id)
        born = date.fromisoformat(str(form.answers["birth"]))
        try:
            token = walk_ins.open_form(op, tablet, typed, born)
        except WalkInRefused:
            op.commit()
            return _ask(form, typed=typed, status=403)
        _end(op)
        op.commit()
    _forget()
    session["patient"] = token
    return make_response(redirect(url_for("patient.form"), 303))


@blueprint.get("/k/here")
@invited
def here() -> Response:
    """Somebody is still typing: the session goes on."""
    return Response(status=204, mimetype="text/plain")


@blueprint.post("/k/clear")
@enrolled
def clear() -> Response:
    """Whoever was here has finished or gone: end it here and on the server."""
    with operation() as op:
        _end(op)
        op.commit()
    _forget()
    answer = make_response(redirect(url_for("tablet.code"), 303))
    answer.headers["Clear-Site-Data"] = WHAT_WAS_SEEN
    return answer


@blueprint.get("/k/enrol")
@only(Permission.ENROL_TABLET)
def enrol() -> str:
    """The tablets that are let in, and this one to be."""
    return _tablets_page(EnrolForm())


@blueprint.post("/k/enrol")
@only(Permission.ENROL_TABLET)
def let_in() -> Response | tuple[str, int]:
    """Let in the tablet that this is pressed on; nobody stays signed in on it."""
    form = EnrolForm(request.form)
    if not form.validate():
        return _tablets_page(form), 422
    problem = prove(Typed.of(request.form, OWN_PASSWORD, OWN_CODE, OWN_PASSKEY))
    if problem is not None:
        wrong = form.own_code if problem.code else form.own_password
        wrong.refuse(
            _("This code is not right, or it was used already.")
            if problem.code
            else _("This is not your password. After ten tries, wait five minutes.")
        )
        return come_back(make_response(_tablets_page(form), 403), problem.wait)
    with operation() as op:
        token = walk_ins.enrol(op, form.name.data)
        _end(op)
        sessions.revoke(op, session["staff"], SessionKind.STAFF)
        op.commit()
    session.clear()
    # It goes from hand to hand: nobody's account is known here any more.
    forget_browser()
    session["tablet"] = token
    session.permanent = True
    return make_response(redirect(url_for("tablet.code"), 303))


@blueprint.post("/k/tablets/<uuid:tablet_id>/remove")
@only(Permission.ENROL_TABLET)
def remove(tablet_id: UUID) -> Response:
    """A tablet is lost, broken, or not used any more."""
    with operation() as op:
        walk_ins.remove(op, tablet_id)
        op.commit()
    return make_response(redirect(url_for("tablet.enrol"), 303))


@blueprint.app_errorhandler(NotEnrolled)
def not_a_tablet(_: NotEnrolled) -> Response:
    """This browser is no tablet of the clinic: it begins where everybody does."""
    session.pop("tablet", None)
    return make_response(redirect(url_for("patient.front"), 303))


def _ask(form: PageForm, *, typed: str = "", status: int = 200) -> Response:
    errors = {}
    if status == 422 and len(walk_ins.plain(typed)) != walk_ins.LENGTH:
        errors["code"] = gettext("The code has six letters and digits")
    if status == 403:
        errors["code"] = gettext(
            "No form opens with this code and date. Check both. A code works once, for 15 minutes; "
            "the desk can make a new one."
        )
    html = render_template("tablet/code.html", form=form, typed=typed, errors=frozen(errors))
    return make_response(html, status)


def _tablets_page(form: EnrolForm) -> str:
    with reading() as op:
        known = tuple(TabletView.of(tablet) for tablet in walk_ins.tablets(op))
        coded = holdings.has_any(op, op.user)
    return render_template("tablet/enrol.html", tablets=known, form=form, coded=coded)


def _end(op: Operation) -> None:
    """End what was open for a patient in this browser."""
    earlier = session.get("patient")
    if isinstance(earlier, str):
        sessions.revoke(op, earlier, SessionKind.PATIENT)


def _forget() -> None:
    for name in ("patient", "pre", "own_copy"):
        session.pop(name, None)
