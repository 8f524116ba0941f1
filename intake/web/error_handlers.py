"""When something goes wrong: a page in plain words, no traces, and nothing typed is lost.

A form that could not be taken is handed back whole: its fields ride along unseen, its words are shown, and
one press sends it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.fields import posted
from intake.questionnaire.pages import Page
from intake.web.headers import from_elsewhere

TRY_AGAIN_AFTER = "5"
# What is never handed back: it was for one request only, or must not stand in a page.
NOT_CARRIED = ("csrf_token", "password")


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
    413: ErrorText(
        _("That is too much text"),
        _("Go back: your text should still be there. Make it shorter, then save again."),
    ),
    415: ErrorText(_("Files cannot be sent here"), _("Bring letters and pictures to your appointment.")),
    500: ErrorText(
        _("Something went wrong on our side"),
        _("Pages that you saved before are safe. Go back and try again in a few minutes."),
    ),
    503: ErrorText(
        _("We cannot save at this moment"),
        _("What you typed is still here. Wait a few seconds, then press “Try again”."),
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
    for failure in (OperationalError, InterfaceError, NoConnection):
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
    back = carried()
    page = render_template("errors/again.html", fault=fault, carried=back, told=back.told, again=again)
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
    # A form that another site may have made is never handed back as if it were the patient's own.
    if from_elsewhere() or not request.form:
        return _page(400)
    return hand_back(WAITED_TOO_LONG if request.cookies else NO_COOKIE, 400)


def _cannot_save(_: Exception) -> ResponseReturnValue:
    answer = hand_back(FAULTS[503], 503) if request.method == "POST" else _page(503)
    answer.headers["Retry-After"] = TRY_AGAIN_AFTER
    return answer


def _http(problem: HTTPException) -> ResponseReturnValue:
    if problem.code is None or problem.code < 400:
        return problem
    if isinstance(problem, SecurityError):
        # Asked for under another host's name: no page of ours can be made, because no address can.
        return Response("Bad request", 400, mimetype="text/plain")
    answer = _page(problem.code)
    if isinstance(problem, MethodNotAllowed) and problem.valid_methods:
        answer.headers["Allow"] = ", ".join(problem.valid_methods)
    return answer


def _page(code: int) -> Response:
    known = FAULTS.get(code, FAULTS[400] if code < 500 else FAULTS[500])
    return make_response(render_template("errors/fault.html", fault=known), code)
