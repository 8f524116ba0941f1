"""The way in and the way out: the link, the date of birth, a phone left clean.

Opening a link changes nothing, because mail scanners open links too. A wrong link and a wrong date get the
same answer, and the secret of a link stands in no later address.
"""

from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException

from intake.config import Profile
from intake.i18n import Words, fill
from intake.i18n import lazy as _
from intake.questionnaire.fields import PageForm, posted, recalled
from intake.questionnaire.length import typical_minutes
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Day
from intake.red_flags.advice import CLOSE, CLOSED_AT_START, LINKS, Listed
from intake.services.audit import Actor
from intake.services.forms import intakes
from intake.services.invitations import links, wrong_links
from intake.services.invitations.links import TRIES, InvitationClosed, WrongDateOfBirth, hash_of
from intake.services.invitations.wrong_links import TooManyWrongLinks
from intake.services.staff import sessions
from intake.storage.models import Intake, SessionKind, ThrottleKind, WebSession
from intake.web import NotIdentified, clinic, open_to_all, operation, reading, speak
from intake.web.client import client
from intake.web.cookies import no_cookie_came
from intake.web.error_handlers import FAULTS, Carried, ErrorText, carried, hand_back
from intake.web.headers import WHAT_WAS_SEEN, come_back
from intake.web.patient.blueprint import blueprint, go
from intake.web.patient.pages import answer

BIRTH = Day(
    "birth",
    _("What is the patient's date of birth?"),
    hint=_("For example, 27 3 1962. The month can be a number or a name."),
    required=True,
)
START = Page("start", _("Before your appointment"), (BIRTH,))
CLOSED = ErrorText(
    _("This form is closed"),
    _(
        "The appointment was changed, or a new link was sent to you. Please call the clinic on "
        "{clinic_phone}. What you typed on this page was not saved."
    ),
)
OPEN_YOUR_LINK = ErrorText(
    _("Please open your link again"),
    _(
        "This browser does not know your form any more. Open the link that the clinic sent you. "
        "What you typed on this page was not saved: you can copy it from here."
    ),
)
NOT_TOGETHER = ErrorText(
    _("You are not filling in this form any more"),
    _(
        "What you typed is still here. In another window, sign in, open the appointment and choose to fill "
        "in together again. Then come back and press “Try again”."
    ),
)
ASK_FOR_A_CODE = ErrorText(
    _("This form was closed"),
    _(
        "Nobody had used this tablet for a while. What you typed on this page was not saved. Ask the desk "
        "for a new code: what you saved before is kept."
    ),
)
NOT_WHOLE = _(
    "This link is not whole. Open it again from our message, or copy all of it. You can also call us "
    "on {clinic_phone}."
)
NO_COOKIE = _(
    "Your browser did not keep our cookie, so it cannot show your form. Allow cookies for this website "
    "in the settings of your browser, then open your link again. Or use another browser. You can also call "
    "us on {clinic_phone}."
)
# Under a wrong date: true of a link that exists and of one that does not.
DATE_IS_RIGHT = _(
    "Is the date right? Then it may be an old link, one that is not whole, or one that was closed after five "
    "wrong dates. Open the newest link that we sent you, or call us on {clinic_phone}."
)
MOST_LINKS = 5


@blueprint.get("/")
@open_to_all
def front() -> Response:
    """The page of whoever came without a link."""
    return _not_known()


@blueprint.get("/i/<copied:token>")
@open_to_all
def open_link(token: str) -> Response:
    """Take the secret of a link out of the address, and go on to the date of birth."""
    # A link opened again asks again: the phone may have changed hands, and an emergency is said once more.
    session.pop("patient", None)
    session.pop("own_copy", None)
    whole = links.token_in(token)
    if whole is None:
        session.pop("pre", None)
        return _not_known(NOT_WHOLE)
    session["pre"] = hash_of(whole)
    return go(url_for("patient.start", opened=1))


@blueprint.get("/start")
@open_to_all
def start() -> Response:
    """Ask for the date of birth."""
    if _let_in() is not None:
        return go(url_for("patient.form"))
    if "pre" in session:
        return _show(recalled(START, (BIRTH,), {}))
    # A link was opened just now, and the cookie by which it is known has not come back.
    return _not_known(NO_COOKIE if "opened" in request.args and no_cookie_came() else None)


@blueprint.post("/start")
@open_to_all
def identify() -> Response:
    """Compare the date of birth; each wrong one is counted."""
    waiting = replace(carried(), fields=tuple(pair for pair in carried().fields if not _of_the_door(pair[0])))
    now = clinic().now()
    form = posted(START, (BIRTH,), request.form, on=clinic().settings.today(now))
    if not form.validate():
        return _show(form, status=422, waiting=waiting)
    try:
        right = not _closed() and _identified(date.fromisoformat(str(form.answers["birth"])))
    except TooManyWrongLinks as refused:
        return come_back(hand_back(FAULTS[429], 429), refused.wait)
    if not right:
        return _show(form, status=403, waiting=waiting, refusal=_refusal())
    page = _page_waiting()
    if page is None:
        return go(url_for("patient.form"))
    # The view with its guard, which now finds the session that was just begun.
    return make_response(answer(page=page))


@blueprint.post("/form/finish")
@open_to_all
def finish() -> Response:
    """End the session here and on the server, and ask the browser to forget its pages."""
    token = session.get("patient")
    if isinstance(token, str):
        with operation() as op:
            sessions.revoke(op, token, SessionKind.PATIENT)
            op.commit()
    if "tablet" in session:
        cleared = go(url_for("tablet.code"))
        cleared.headers["Clear-Site-Data"] = WHAT_WAS_SEEN
        return cleared
    # An empty session takes our cookie away.
    session.clear()
    answer = go(url_for("patient.finished"))
    answer.headers["Clear-Site-Data"] = WHAT_WAS_SEEN
    return answer


@blueprint.get("/finished")
@open_to_all
def finished() -> str:
    """Say that this device is signed out."""
    return render_template("patient/finished.html")


@blueprint.app_errorhandler(NotIdentified)
def who_are_you(_: NotIdentified) -> Response:
    """Ask for the date of birth again; what was typed meanwhile waits behind it."""
    if "tablet" in session:
        return _back_to_the_code()
    earlier = _earlier()
    if earlier is not None and sessions.link_closed(earlier):
        return hand_back(CLOSED, 409, again=False)
    if earlier is not None and earlier.desk_id is not None:
        return _back_to_the_desk(earlier)
    if request.method != "POST":
        return go(url_for("patient.start"))
    if "pre" not in session:
        return hand_back(OPEN_YOUR_LINK, 401, again=False)
    waiting = replace(carried(), fields=(*carried().fields, ("to", request.full_path)))
    return _show(recalled(START, (BIRTH,), {}), status=401, waiting=waiting)


def _not_known(why: Words | None = None) -> Response:
    """The first page without a link, and why it has none."""
    return _show(recalled(START, (BIRTH,), {}), known=False, unknown=why)


def _show(
    form: PageForm,
    *,
    known: bool = True,
    unknown: Words | None = None,
    status: int = 200,
    waiting: Carried | None = None,
    refusal: str | None = None,
) -> Response:
    (birth,) = form.controls
    closed = _closed() if known else unknown
    if refusal and not closed:
        birth.errors = (refusal,)
    html = render_template(
        "patient/start.html",
        form=form,
        problems=((birth.anchor, refusal),) if refusal and not closed else form.problems,
        closed=closed,
        urgent=LINKS.urgent if closed or refusal else None,
        date_is_right=DATE_IS_RIGHT if refusal and not closed else None,
        shut=None if clinic().settings.is_open(clinic().now()) else CLOSED_AT_START,
        known=known,
        waiting=waiting,
        for_everybody=_for_everybody(),
        minutes=typical_minutes(),
        staff="sign_in.sign_in" in current_app.view_functions,
    )
    return make_response(html, status)


def _for_everybody() -> tuple[Listed, ...]:
    """Where no rule is applied, nobody is told at their answers: everybody is told before they begin."""
    return CLOSE.lists if clinic().settings.profile is Profile.TRANSCRIBE else ()


def _identified(date_of_birth: date) -> bool:
    """Let the patient in when the date belongs to the link; the try is kept either way.

    Raises TooManyWrongLinks for a link that opens nothing, when many others from there did not either.
    """
    link, network = str(session.get("pre", "")), client().network
    with reading() as op:
        if not links.has_tries_left(op.session, link):
            wrong_links.look(op, ThrottleKind.LINK, network)
    with operation() as op:
        try:
            invitation = links.identify(op, link, date_of_birth)
        except WrongDateOfBirth:
            op.commit()
            return False
        except InvitationClosed:
            wrong_links.note(op, ThrottleKind.LINK, network)
            op.commit()
            return False
        earlier = session.get("patient")
        if isinstance(earlier, str):
            sessions.revoke(op, earlier, SessionKind.PATIENT)
        intake: Intake = invitation.appointment.intake
        intakes.open(op.acting_as(Actor.patient(intake)), intake)
        session["patient"] = sessions.start_patient(op, invitation)
        session.pop("own_copy", None)
        _count(0)
        op.commit()
    speak(intake.language)
    return True


def _refusal() -> str:
    """One wrong date more, and how many may follow.

    Counted in the browser for known and unknown links alike, so that it tells nobody whether a link exists.
    The server counts by itself, and it alone decides.
    """
    tried = _tried() + 1
    _count(tried)
    return fill(LINKS.wrong_date, {"left": str(max(0, TRIES - tried))})


def _tried() -> int:
    """How many wrong dates this browser has given for this link."""
    return int(_counted().get(_short_link(), 0))


def _count(tried: int) -> None:
    """Keep that number, and those of the last few other links."""
    others = {link: number for link, number in _counted().items() if link != _short_link()}
    last = dict(list(others.items())[1 - MOST_LINKS :])
    session["wrong_dates"] = last | {_short_link(): tried} if tried else last


def _counted() -> dict[str, int]:
    counted = session.get("wrong_dates", {})
    # Version 0.1 kept one link only.
    return counted if isinstance(counted, dict) else {}


def _short_link() -> str:
    return str(session.get("pre", ""))[:16]


def _closed() -> Words | None:
    """Why the link of this browser opens nothing any more; None while a date may be tried."""
    link = str(session.get("pre", ""))
    with reading() as op:
        if links.has_run_out(op, link):
            return LINKS.expired
        if _tried() < TRIES:
            return None
        if not links.has_tries_left(op.session, link):
            return LINKS.locked
    # Reception has spoken to the patient and allowed more tries.
    _count(0)
    return None


def _let_in() -> WebSession | None:
    token = session.get("patient")
    if not isinstance(token, str):
        return None
    with reading() as op:
        return sessions.find(op, token, SessionKind.PATIENT)


def _earlier() -> WebSession | None:
    """The session that this browser had, though it does not last any more."""
    token = session.get("patient")
    if not isinstance(token, str):
        return None
    with reading() as op:
        return sessions.known(op.session, token)


def _back_to_the_code() -> Response:
    """On a tablet of the clinic a form is closed soon, and opened again only by a code from the desk."""
    if request.method == "POST":
        return hand_back(ASK_FOR_A_CODE, 401, again=False)
    return go(url_for("tablet.code"))


def _back_to_the_desk(earlier: WebSession) -> Response:
    """Whoever filled in for the patient was signed out, or the appointment was cancelled."""
    if request.method == "POST":
        return hand_back(NOT_TOGETHER, 401)
    assert earlier.intake is not None
    return go(url_for("reception.appointment", appointment_id=earlier.intake.appointment_id))


def _page_waiting() -> Page | None:
    """The page of questions whose answers wait behind the date of birth."""
    address = urlsplit(request.form.get("to", ""))
    adapter = current_app.create_url_adapter(request)
    if not address.path or adapter is None:
        return None
    try:
        endpoint, values = adapter.match(address.path, method="POST")
    except HTTPException:
        return None
    return values["page"] if endpoint == "patient.answer" else None


def _of_the_door(name: str) -> bool:
    return name.startswith("birth-")
