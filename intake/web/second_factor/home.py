"""What somebody has beside the password, and what they must set up before anything else."""

from flask import Response as Answer
from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from intake.services import alerts
from intake.services.alerts import AlertRow
from intake.services.context import Operation
from intake.services.staff.accounts import Permission, may
from intake.services.staff.factors import holdings
from intake.web import SecondFactorNotSetUp, before_second_factor, clinic, only, reading
from intake.web.drafts import keep_posted
from intake.web.second_factor.blueprint import ONWARD, blueprint, where_to_go_on


@blueprint.get("/account/second-factor")
@only(Permission.SIGN_IN)
@before_second_factor
def home() -> str:
    """An app, passkeys, recovery codes."""
    with reading() as op:
        has = holdings.of(op, op.user)
        calls = _calls(op) if g.unfinished else ()
    return render_template(
        "second_factor/home.html",
        has=has,
        needed=holdings.needed(clinic().settings, g.user),
        unfinished=g.unfinished,
        kept="kept" in request.args,
        calls=calls,
        onward=where_to_go_on(g.user),
    )


@blueprint.app_errorhandler(SecondFactorNotSetUp)
def set_up_first(_: SecondFactorNotSetUp) -> ResponseReturnValue:
    """Nothing else until then; what was typed is kept, to be gone on with afterwards."""
    if "X-Background" in request.headers:
        return Answer(status=403, mimetype="text/plain")
    if request.method in ("GET", "HEAD"):
        session[ONWARD] = request.path
        return redirect(url_for("second_factor.home"), 303)
    keep_posted(g.user)
    return redirect(url_for("second_factor.home", kept=1), 303)


def _calls(op: Operation) -> tuple[AlertRow, ...]:
    """Safety: whom they can phone before it is set up, one line for each form, the most pressing first."""
    if not may(op.user, Permission.ACKNOWLEDGE):
        return ()
    by_form = {row.intake_id: row for row in reversed(alerts.all_open(op))}
    return tuple(reversed(by_form.values()))
