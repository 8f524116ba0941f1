"""When something goes wrong: a page in plain words, no traces, and nothing typed is lost.

A form that could not be taken is handed back whole: its fields ride along unseen, its words are shown, and
one press sends it again.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, SecurityError

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.fields import posted
from intake.questionnaire.pages import Page
from intake.services.staff.accounts import Permission
from intake.web import SIGNED_IN, NotSignedIn, guard_of, staff_here
from intake.web.cookies import no_cookie_came
from intake.web.headers import from_elsewhere
from intake.web.logs import unsaved
from intake.web.request_log import note_refusal

TRY_AGAIN_AFTER = "5"
# Whatever the database says instead of doing it: nothing was saved, and what was typed is handed back.
DATABASE_IS_AWAY = (DBAPIError, PendingRollbackError, NoConnection)
# What is never handed back: it was for one request only, or must not stand in a page.
NOT_CARRIED = ("csrf_token", "password", "second_code", "passkey")
# Rides along with a form that came without a cookie, and says that one was given with the answer.
COOKIE_GIVEN = "cookie_given"
# Where staff come before they are signed in. Of all other pages the guard says whether they are for staff.
BEFORE_SIGN_IN = ("sign_in", "sign_on", "second_factor", "admin")


@dataclass(frozen=True)
class ErrorText:
    """What the page says: what happened, and what to do."""

    heading: Words
    advice: Words


FAULTS: dict[int, ErrorText] = {
    400: ErrorText(
        _("We could not read that"),
        _("Something in what your browser sent was not right. Go back and try again."),
    ),
    403: ErrorText(
        _("You cannot open this page"), _("It is not for you, or it was opened from another website.")
    ),
    404: ErrorText(
        _("There is no page here"),
        _("If you are filling in a form, open the link that the clinic sent you."),
    ),
    405: ErrorText(_("That cannot be done here"), _("Go back and try again.")),
    409: ErrorText(
        _("This was changed in the meantime"),
        _("Go back and open the page again. Then look at it once more."),
    ),
    413: ErrorText(
        _("That is too much text"),
        _("Go back: your text should still be there. Make it shorter, then save again."),
    ),
    415: ErrorText(_("Files cannot be sent here"), _("Bring letters and pictures to your appointment.")),
    429: ErrorText(_("That was too often"), _("Wait five minutes. Then try again.")),
    500: ErrorText(
        _("Something went wrong on our side"),
        _("Pages that you saved before are safe. Go back and try again in a few minutes."),
    ),
    503: ErrorText(
        _("We cannot save at this moment"),
        _("What you typed is still here. Wait a few seconds, then press “Try again”."),
    ),
}
FOR_STAFF: dict[int, ErrorText] = {
    400: ErrorText(
        _("We could not read that"),
        _("Something in what your browser sent was not right. Go back, load the page again, and try again."),
    ),
    403: ErrorText(
        _("You may not open this page"),
        _("Your role may not open it, or another site sent you here. An admin can change your role."),
    ),
    404: ErrorText(
        _("There is no page here"),
        _(
            "The address may have a slip in it. Or what stood here was erased, because its time was over. "
            "Look for the patient again."
        ),
    ),
    405: ErrorText(_("That cannot be done here"), _("Go back, load the page again, and try once more.")),
    409: ErrorText(
        _("Somebody else was quicker"),
        _("This was changed meanwhile. Go back, load the page again, and look."),
    ),
    413: ErrorText(
        _("That is too much at once"),
        _("Nothing was saved. Go back: your text should still be there. Send less of it, or a smaller file."),
    ),
    415: ErrorText(
        _("Files cannot be sent here"),
        _("Appointments can be imported from a file; no other page takes one."),
    ),
    429: ErrorText(_("That was too often"), _("Wait five minutes, then try again.")),
    500: ErrorText(
        _("Something went wrong on our side"),
        _(
            "What was saved before is safe. Go back and try again. If it comes again, tell whoever looks "
            "after the computer, and write down the time."
        ),
    ),
    503: ErrorText(
        _("We cannot save at this moment"),
        _(
            "The database does not answer. Wait a few seconds, then try again. If it lasts, work on paper "
            "and tell whoever looks after the computer."
        ),
    ),
}
WAITED_TOO_LONG = ErrorText(
    _("Please press once more"),
    _("This page was open for a long time. What you typed is still here. Nothing is saved yet."),
)
NO_COOKIE = ErrorText(
    _("Please press once more"),
    _(
        "Your browser did not send our cookie. What you typed is still here. Nothing is saved yet. If this "
        "page comes again, allow cookies for this website in the settings of your browser, or use another "
        "browser."
    ),
)
# What it says when the cookie did not come back although it was given a second time.
COOKIES_ARE_OFF = ErrorText(
    _("Your browser keeps no cookies"),
    _(
        "Without our cookie we cannot know whose form this is. Nothing is saved yet. Allow cookies for this "
        "website in the settings of your browser, then press “Try again”. Or use another browser. We use the "
        "cookie for nothing else."
    ),
)
COOKIES_OF_STAFF = ErrorText(
    _("Your browser sent no cookie"),
    _(
        "Without it nobody can be signed in. Open the page again. If you come back here, allow cookies for "
        "this website in the settings of the browser, or ask whoever looks after the computer."
    ),
)


@dataclass(frozen=True)
class Carried:
    """A form that was sent and not taken: `fields` to send it again, `told` its answers in words."""

    fields: tuple[tuple[str, str], ...] = ()
    told: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields)


def install_error_handlers(app: Flask) -> None:
    """Answer every failure with a page."""
    app.register_error_handler(CSRFError, _waited_too_long)
    for failure in DATABASE_IS_AWAY:
        app.register_error_handler(failure, _cannot_save)
    app.register_error_handler(HTTPException, _http)


def carried() -> Carried:
    """The form of this request, to be handed back."""
    pairs = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(part in name for part in NOT_CARRIED)
    )
    return Carried(pairs, tuple(_told()))


def hand_back(fault: ErrorText, status: int, *, again: bool = True) -> Response:
    """A page that says the fault, shows what was typed, and offers to send it `again`."""
    return _handed_back(carried(), fault, status, again)


def no_cookies_page() -> Response:
    """A page for staff whose browser keeps no cookies, and a way to try again."""
    return _page(400, COOKIES_OF_STAFF, onward=request.path)


def _handed_back(back: Carried, fault: ErrorText, status: int, again: bool) -> Response:
    page = render_template(
        "errors/again.html", fault=fault, carried=back, told=back.told, again=again, **_for_whom(status)
    )
    return make_response(page, status)


def _told() -> Iterator[tuple[str, str]]:
    """(question, answer) for every question that the form of this request answers."""
    names = {name.split("-")[0] for name in request.form}
    for question in (QUESTIONS[name] for name in QUESTIONS if name in names):
        control = posted(_any_page(), (question,), request.form).controls[0]
        if control.data is not None:
            yield str(question.text), question.said(control.data)
        elif words := _typed(control.shown):
            yield str(question.text), words


def _any_page() -> Page:
    return next(iter(PAGES.values()))


def _typed(shown: object) -> str:
    """What stands in the boxes, in a line."""
    if isinstance(shown, str):
        return shown.strip()
    parts = shown.values() if isinstance(shown, dict) else shown if isinstance(shown, tuple) else ()
    return " ".join(str(part).strip() for part in parts if str(part).strip())


def _waited_too_long(_: CSRFError) -> ResponseReturnValue:
    note_refusal("no token of ours")
    # A form that another site may have made is never handed back as if it were the patient's own.
    if not from_elsewhere() and _is_of_somebody_else():
        return current_app.handle_user_exception(NotSignedIn())
    if from_elsewhere() or not request.form:
        return _page(400)
    if not no_cookie_came():
        return hand_back(WAITED_TOO_LONG, 400)
    if any("password" in name for name in request.form):
        # It is never handed back, so there is nothing to press again.
        return no_cookies_page()
    back = carried()
    given = any(name == COOKIE_GIVEN for name, _ in back.fields)
    marked = back if given else replace(back, fields=(*back.fields, (COOKIE_GIVEN, "1")))
    return _handed_back(marked, COOKIES_ARE_OFF if given else NO_COOKIE, 400, True)


def _is_of_somebody_else() -> bool:
    """The form was made for another member of staff than the one who is signed in now."""
    sent = request.get_json(silent=True) if request.is_json else request.form
    whose = sent.get(SIGNED_IN) if isinstance(sent, Mapping) else None
    if whose is None or no_cookie_came():
        return False
    here = staff_here()
    return here is not None and str(here.user_id) != whose


def _cannot_save(problem: Exception) -> ResponseReturnValue:
    current_app.logger.error(unsaved(problem))
    answer = hand_back(_fault(503), 503) if request.method == "POST" else _page(503)
    answer.headers["Retry-After"] = TRY_AGAIN_AFTER
    return answer


def _http(problem: HTTPException) -> ResponseReturnValue:
    if problem.code is None or problem.code < 400:
        return problem
    if isinstance(problem, SecurityError):
        # Asked for under another host's name: no page of ours can be made, because no address can.
        note_refusal("another host's name")
        return Response("Bad request", 400, mimetype="text/plain")
    if isinstance(problem, NotFound) and (meant := _meant()):
        return redirect(meant, 303)
    answer = _page(problem.code)
    if isinstance(problem, MethodNotAllowed) and problem.valid_methods:
        answer.headers["Allow"] = ", ".join(problem.valid_methods)
    return answer


def _page(code: int, fault: ErrorText | None = None, *, onward: str | None = None) -> Response:
    """`onward` is where the page can be opened again, when that may help."""
    page = render_template("errors/fault.html", fault=fault or _fault(code), onward=onward, **_for_whom(code))
    return make_response(page, code)


def _fault(code: int) -> ErrorText:
    texts = FOR_STAFF if _is_for_staff() else FAULTS
    return texts.get(code, texts[400] if code < 500 else texts[500])


def _for_whom(status: int) -> dict[str, bool]:
    """For staff the page has the navigation, and no notices where nothing can be looked up."""
    for_staff = _is_for_staff()
    g.without_notices = status >= 500
    if for_staff and not g.without_notices:
        _know_who_is_signed_in()
    return {"for_staff": for_staff, "with_ways": "user" in g}


def _is_for_staff() -> bool:
    """Whoever gets this page works at the clinic: by the page that was asked for, or by being signed in."""
    if "user" in g:
        return True
    if "visit" in g or "tablet" in g:
        return False
    endpoint = request.endpoint or _asked_for()
    if endpoint is None:
        return "patient" not in session and _know_who_is_signed_in()
    guard = guard_of(current_app, endpoint) if endpoint != "static" else None
    return endpoint.partition(".")[0] in BEFORE_SIGN_IN or guard in set(Permission)


def _know_who_is_signed_in() -> bool:
    """A member of staff is signed in, who is `g.user` from now on; True as well when nobody can tell."""
    try:
        found = None if "user" in g else staff_here()
    except DATABASE_IS_AWAY:
        return "staff" in session
    if found is not None:
        g.user, g.role = found.user, found.role
    return "user" in g


def _asked_for() -> str | None:
    """The endpoint of an address that is there, and does not take this method."""
    problem = request.routing_exception
    methods = problem.valid_methods if isinstance(problem, MethodNotAllowed) else None
    return _endpoint(request.path, next(iter(methods))) if methods else None


def _endpoint(path: str, method: str) -> str | None:
    """What stands at this address; None where nothing does."""
    adapter = current_app.create_url_adapter(request)
    try:
        return str(adapter.match(path, method)[0]) if adapter else None
    except HTTPException:
        return None


def _meant() -> str | None:
    """The address without what came along when it was copied, when there is a page: "/c)." is "/c"."""
    if request.method not in ("GET", "HEAD"):
        return None
    bare = request.path
    while bare and (bare[-1] == "/" or unicodedata.category(bare[-1])[0] not in "LN"):
        bare = bare[:-1]
    candidates = (each for each in (bare, f"{bare}/") if each.strip("/") and each != request.path)
    return next((quote(each) for each in candidates if _endpoint(each, "GET") not in (None, "static")), None)
