"""What a sign-in asks for beside the password, and the sign-in by a passkey alone.

Nobody learns here whether somebody has a second factor: the first page comes after a right password, and a
passkey alone is asked of whoever it is, without a list.
"""

from datetime import timedelta
from math import ceil

from flask import Response as Answer
from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.services.context import Operation
from intake.services.staff import guesses, sessions
from intake.services.staff.accounts import SignInRefused
from intake.services.staff.factors import holdings, passkeys
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.holdings import Holdings
from intake.services.staff.factors.passkeys import PasskeyRefused, Site
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.guesses import Limit, TooMany
from intake.storage.models import StepPurpose, ThrottleKind, User
from intake.web import clinic, open_to_all, operation, reading, speak, staff_here
from intake.web.client import client
from intake.web.headers import come_back
from intake.web.onward import home_of, onward_to
from intake.web.second_factor.blueprint import blueprint
from intake.web.signing_in import (
    Typed,
    begin_step,
    by_passkey,
    by_second_factor,
    found_step,
)
from intake.web.staff_forms import LineField, StaffForm

A_MINUTE = timedelta(minutes=1)
# Each question is a row: nobody can fill the table from one range of addresses.
QUESTIONS, WITHIN = 60, timedelta(minutes=5)


class SecondFactorForm(StaffForm):
    """A code, and where the sign-in leads on to."""

    onward = LineField(name="next")
    code = LineField(
        _("Code"),
        _("The six digits that your app shows now. Or one of your recovery codes."),
        name="second_code",
    )


@blueprint.get("/sign-in/second")
@open_to_all
def asked() -> str | Response:
    """Ask for the second factor of whoever was right with the password here."""
    form = SecondFactorForm(onward=request.args.get("next", ""))
    return _page(form) or _too_late()


@blueprint.post("/sign-in/second")
@open_to_all
def answer() -> str | Response:
    """Let them in, when it is right."""
    form = SecondFactorForm(request.form)
    typed = Typed.of(request.form, "", "second_code", "passkey")
    if not (typed.code.strip() or typed.passkey):
        form.code.refuse(gettext("Type the code"))
        return _again(form, None)
    try:
        with operation() as op:
            user = by_second_factor(op, typed, clinic().settings)
    except (StepOver, SignInRefused):
        return _too_late()
    except PasskeyRefused:
        form.code.refuse(gettext("This passkey was not taken. Try once more, or type a code."))
        return _again(form, None)
    except CodeRefused as refused:
        form.code.refuse(words_of(refused.wait))
        return _again(form, refused.wait)
    return redirect(onward_to(form.onward.shown) or home_of(sessions.first_role(user)), 303)


@blueprint.post("/sign-in/passkey")
@open_to_all
def with_passkey() -> Response:
    """A passkey alone, that has looked at who holds it."""
    try:
        with operation() as op:
            user = by_passkey(op, request.form.get("passkey", ""), clinic().settings)
    except (PasskeyRefused, SignInRefused):
        return redirect(url_for("sign_in.sign_in", refused=1, next=request.form.get("next") or None), 303)
    return redirect(onward_to(request.form.get("next", "")) or home_of(sessions.first_role(user)), 303)


@blueprint.post("/sign-in/passkey/question")
@open_to_all
def question() -> Response:
    """What a passkey is to sign, once, for the script (static/js/passkeys.js)."""
    settings, wanted = clinic().settings, request.form.get("for", "")
    site = Site.of(settings)
    if site is None:
        abort(404)
    # Before the operation: noting that somebody was seen is another, and each would wait for the other.
    here = staff_here() if wanted == "proof" else None
    with operation() as op:
        try:
            guesses.spend(op, (_limit(op),))
        except TooMany as refused:
            op.commit()
            return come_back(Answer(status=429, mimetype="text/plain"), refused.wait)
        if wanted == "second":
            step = found_step(op, StepPurpose.SECOND_FACTOR) or abort(410)
        elif wanted == "proof":
            whose = here.user_id if here is not None else abort(401)
            step = begin_step(op, StepPurpose.PROOF, op.session.get_one(User, whose))
        else:
            step = begin_step(op, StepPurpose.PASSKEY)
        asked_of = passkeys.ask(op, step, site, alone=wanted != "second")
        op.commit()
    return Answer(asked_of, mimetype="application/json")


def words_of(wait: timedelta | None) -> str:
    """Why a code was not taken."""
    if wait is None:
        return gettext(
            "This code is not right, or it was used already. Wait for the next one. After five tries, wait "
            "five minutes."
        )
    if wait < A_MINUTE:
        return gettext("Others are signing in at this moment. Wait a few seconds, then try again.")
    minutes = str(max(2, ceil(wait / A_MINUTE)))
    return gettext("Too many codes were tried. Wait %(minutes)s minutes, then try again.", minutes=minutes)


def _limit(op: Operation) -> Limit:
    index = op.hmac_index("questions to passkeys", client().network)
    return Limit(ThrottleKind.PASSKEY, index, QUESTIONS, WITHIN)


def _again(form: SecondFactorForm, wait: timedelta | None) -> Response:
    page = _page(form)
    return come_back(make_response(page, 403), wait) if page is not None else _too_late()


def _page(form: SecondFactorForm) -> str | None:
    """None when nobody was right with the password here, or too long ago."""
    speak(clinic().settings.language)
    with reading() as op:
        step = found_step(op, StepPurpose.SECOND_FACTOR)
        has = holdings.of(op, step.user) if step is not None and step.user is not None else None
    if has is None:
        return None
    return render_template("second_factor/asked.html", form=form, has=_shown(has))


def _shown(has: Holdings) -> Holdings:
    """Passkeys count only where the clinic's address can have them."""
    return has if Site.of(clinic().settings) is not None else Holdings(has.app, 0, has.codes_left)


def _too_late() -> Response:
    return redirect(url_for("sign_in.sign_in", late=1, next=request.values.get("next") or None), 303)
