"""Codes of an app: set up, taken up once a code was right, removed."""

from io import BytesIO

import segno
from flask import Response as Answer
from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.services.staff.accounts import COME_BACK_AFTER, Permission
from intake.services.staff.factors import codes, holdings, totp
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.holdings import LastFactor
from intake.services.staff.factors.methods import Method
from intake.services.staff.passwords import Busy
from intake.web import before_second_factor, clinic, only, operation, reading
from intake.web.headers import come_back
from intake.web.proof import proved, proved_lately
from intake.web.second_factor.asked import words_of
from intake.web.second_factor.blueprint import added, back_home, blueprint, removed
from intake.web.second_factor.recovery import fresh_codes, shown_once
from intake.web.staff_forms import LineField, StaffForm


class AppForm(StaffForm):
    """The first code of an app."""

    code = LineField(_("Code"), _("The six digits that the app shows now"), name="second_code")


@blueprint.get("/account/second-factor/app")
@only(Permission.SIGN_IN)
@before_second_factor
def app() -> str:
    """The picture and the key of an app that was begun, else how to begin."""
    return _page(AppForm())


@blueprint.post("/account/second-factor/app/begin")
@only(Permission.SIGN_IN)
@before_second_factor
@proved
def begin_app() -> Response:
    """A new key, which counts once a code of it was right."""
    with operation() as op:
        totp.begin(op, op.user)
        op.commit()
    return redirect(url_for("second_factor.app"), 303)


@blueprint.get("/account/second-factor/app/picture.svg")
@only(Permission.SIGN_IN)
@before_second_factor
def picture() -> Response:
    """What the telephone's camera reads."""
    secret = _begun()
    if secret is None:
        return redirect(url_for("second_factor.app"), 303)
    drawn = BytesIO()
    address = totp.address(secret, g.user, clinic().settings.clinic_name)
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", scale=5, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return Answer(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.post("/account/second-factor/app")
@only(Permission.SIGN_IN)
@before_second_factor
@proved
def take_up_app() -> str | Response:
    """From now on codes are asked for, when this one is right."""
    form = AppForm(request.form)
    with reading() as op:
        begun, has = totp.begun(op, op.user), holdings.of(op, op.user)
    if begun is None:
        return back_home()
    try:
        fresh = fresh_codes() if not has.codes_left else None
    except Busy:
        form.code.refuse(words_of(COME_BACK_AFTER))
        return come_back(make_response(_page(form)), COME_BACK_AFTER)
    with operation() as op:
        try:
            codes.take_up_app(op, op.user, form.code.shown)
        except CodeRefused as refused:
            op.commit()
            form.code.refuse(words_of(refused.wait))
            return come_back(make_response(_page(form), 422), refused.wait)
        user = op.user
        if fresh is not None:
            holdings.new_codes(op, user, fresh.hashes)
        added(op, user, Method.TOTP)
    return shown_once(fresh) if fresh is not None else back_home()


@blueprint.post("/account/second-factor/app/remove")
@only(Permission.SIGN_IN)
@proved
def remove_app() -> str | Response:
    """No code is asked for any more."""
    with operation() as op:
        try:
            user = op.user
            holdings.remove_app(op, user)
        except LastFactor:
            op.rollback()
            return make_response(_page(AppForm(), problem=last_factor()), 409)
        removed(op, user)
    return back_home()


def last_factor() -> str:
    """Why the only second factor is not removed."""
    return gettext("This is your only second factor, and your role needs one. Add another first.")


def _begun() -> str | None:
    """The key that was begun, for whoever has just shown who they are: a screen left open shows it not."""
    if not proved_lately():
        return None
    with reading() as op:
        return totp.begun(op, op.user)


def _page(form: AppForm, problem: str = "") -> str:
    with reading() as op:
        in_use = totp.has(op, op.user)
    secret = _begun()
    return render_template(
        "second_factor/app.html",
        form=form,
        in_use=in_use,
        problem=problem,
        key=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) if secret else "",
    )
