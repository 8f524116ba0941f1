"""Passkeys of my own: added, listed, removed. The browser makes them, by a script."""

from uuid import UUID

from flask import abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.services.staff.accounts import COME_BACK_AFTER, Permission
from intake.services.staff.factors import holdings, passkeys
from intake.services.staff.factors.holdings import LastFactor
from intake.services.staff.factors.methods import Method
from intake.services.staff.factors.passkeys import PasskeyRefused, PasskeyView, Site, TooManyPasskeys
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.passwords import Busy
from intake.storage.models import StepPurpose
from intake.web import before_second_factor, clinic, only, operation, reading
from intake.web.headers import come_back
from intake.web.proof import proved
from intake.web.second_factor.app import last_factor
from intake.web.second_factor.asked import words_of
from intake.web.second_factor.blueprint import added, back_home, blueprint, removed
from intake.web.second_factor.recovery import fresh_codes, shown_once
from intake.web.signing_in import begin_step, found_step
from intake.web.staff_forms import NameField, StaffForm


class PasskeyForm(StaffForm):
    """What somebody calls a passkey."""

    name = NameField(
        _("What do you call it?"),
        _("Such as my phone, or the blue key"),
        limit=passkeys.LONGEST_NAME,
        missing=_("Give it a name, such as my phone"),
    )


@blueprint.get("/account/second-factor/passkeys")
@only(Permission.SIGN_IN)
@before_second_factor
def mine() -> str:
    """My passkeys."""
    return _page(PasskeyForm())


@blueprint.post("/account/second-factor/passkeys/new")
@only(Permission.SIGN_IN)
@before_second_factor
@proved
def new_passkey() -> str | Response:
    """Let the browser make one, under this name."""
    form, site = PasskeyForm(request.form), Site.of(clinic().settings)
    if site is None:
        abort(404)
    if not form.validate():
        return make_response(_page(form), 422)
    with operation() as op:
        step = begin_step(op, StepPurpose.NEW_PASSKEY, op.user)
        options = passkeys.ask_new(op, step, op.user, site)
        op.commit()
    return render_template("second_factor/new_passkey.html", name=form.name.data, options=options, site=site)


@blueprint.post("/account/second-factor/passkeys")
@only(Permission.SIGN_IN)
@before_second_factor
def keep_passkey() -> str | Response:
    """Keep the passkey that the browser has made."""
    form, site = PasskeyForm(request.form), Site.of(clinic().settings)
    if site is None:
        abort(404)
    with reading() as op:
        has = holdings.of(op, op.user)
    try:
        fresh = fresh_codes() if not has.codes_left else None
    except Busy:
        return come_back(make_response(_page(form, words_of(COME_BACK_AFTER))), COME_BACK_AFTER)
    with operation() as op:
        step, user = found_step(op, StepPurpose.NEW_PASSKEY), op.user
        try:
            if step is None or step.user_id != user.id or not form.validate():
                raise StepOver
            passkeys.keep_new(op, step, request.form.get("passkey", ""), form.name.data, site)
        except (PasskeyRefused, StepOver):
            op.commit()
            return make_response(_page(form, gettext("It was not kept. Please try once more.")), 422)
        except TooManyPasskeys:
            op.commit()
            return make_response(_page(form, gettext("You have very many. Remove one first.")), 409)
        if fresh is not None:
            holdings.new_codes(op, user, fresh.hashes)
        added(op, user, Method.PASSKEY)
    return shown_once(fresh) if fresh is not None else _to_list()


@blueprint.post("/account/second-factor/passkeys/<uuid:passkey_id>/remove")
@only(Permission.SIGN_IN)
@proved
def remove_passkey(passkey_id: UUID) -> str | Response:
    """One is lost, or not used any more."""
    with operation() as op:
        user = op.user
        passkey = passkeys.find(op, user, passkey_id)
        if passkey is None:
            return back_home()
        try:
            holdings.remove_passkey(op, user, passkey)
        except LastFactor:
            op.rollback()
            return make_response(_page(PasskeyForm(), last_factor()), 409)
        removed(op, user)
    return _to_list()


def _to_list() -> Response:
    return redirect(url_for("second_factor.mine"), 303)


def _page(form: PasskeyForm, problem: str = "") -> str:
    with reading() as op:
        known = tuple(PasskeyView.of(each) for each in passkeys.all_of(op, op.user))
    return render_template(
        "second_factor/passkeys.html",
        form=form,
        passkeys=known,
        problem=problem,
        site=Site.of(clinic().settings),
        unfinished=g.unfinished,
    )
