"""Sign-in of staff, and the lock of a screen that nobody uses. Whatever is wrong, the answer is the same."""

from datetime import timedelta
from math import ceil

from flask import (
    Blueprint,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from intake.i18n import fill
from intake.i18n import lazy as _
from intake.services.staff import sessions
from intake.services.staff.accounts import Permission, SignInRefused
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.passkeys import PasskeyRefused, Site
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.sign_ins import SecondFactorMissing
from intake.storage.models import Role, SessionKind
from intake.web import (
    NotSignedIn,
    before_second_factor,
    clinic,
    let_in,
    let_in_again,
    only,
    open_to_all,
    operation,
    work_as,
)
from intake.web.form_tokens import with_form_token
from intake.web.headers import WHAT_WAS_SEEN, come_back
from intake.web.onward import home_of, onward_to
from intake.web.proof import proved_again, question
from intake.web.signing_in import Typed
from intake.web.staff_forms import LineField, PasswordField, StaffForm

blueprint = Blueprint("sign_in", __name__)

A_MINUTE = timedelta(minutes=1)
REFUSED = _(
    "We could not sign you in. Check the e-mail address and the password. After ten tries, wait five minutes."
)
# Nobody is told whether it is the account, the address or the browser, or whether the account exists.
TOO_MANY = _(
    "We could not sign you in, because too many passwords were tried. Wait {minutes} minutes, then try "
    "again. Or use a browser in which you have signed in before. Or ask an admin for a new link."
)
FLOOD = _(
    "We could not sign you in. Very many passwords are being tried from where you are. Wait a minute, then "
    "try again. Or use a browser in which you have signed in before."
)
BUSY = _(
    "We could not sign you in yet. Others are signing in at this moment. Wait a few seconds, then try again."
)


class SignInForm(StaffForm):
    """Who it is. `onward` is the page that was asked for; the e-mail address is taken as it is typed."""

    onward = LineField(name="next")
    email = LineField(_("E-mail address"))
    password = PasswordField(_("Password"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> str | Response | tuple[str, int]:
    """Ask who it is, and let them in."""
    if request.method in ("GET", "HEAD"):
        return _page(SignInForm(onward=request.args.get("next", "")), chosen="chosen" in request.args)
    form = SignInForm(request.form)
    try:
        user = let_in(form.email.shown, form.password.data)
    except SignInRefused as refused:
        return refusal_page(form, refused.wait)
    except SecondFactorMissing:
        return redirect(url_for("second_factor.asked", next=form.onward.shown or None), 303)
    role = sessions.first_role(user)
    return redirect(onward_to(form.onward.shown, role) or home_of(role), 303)


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    """End the session here and on the server, and ask the browser to forget its pages."""
    token, by_provider = session.get("staff"), False
    if token:
        with operation() as op:
            by_provider = sessions.is_by_provider(op, token)
            sessions.revoke(op, token, SessionKind.STAFF)
            op.commit()
    # What was being filled in for a patient ends with it (services/staff/sessions.py).
    session.pop("staff", None)
    session.pop("patient", None)
    # Not to the provider itself: no form of ours may lead to another site (Content-Security-Policy).
    response = redirect(url_for("sign_on.signed_out" if by_provider else "sign_in.sign_in"), 303)
    response.headers["Clear-Site-Data"] = WHAT_WAS_SEEN
    return response


@blueprint.post("/work-as")
@only(Permission.SIGN_IN)
def change_role() -> Response:
    """Go on in another of one's roles; whoever goes on as admin shows the password first, however lately."""
    wanted = request.form.get("role", "")
    if wanted not in list(Role):
        abort(400)
    role = Role(wanted)
    if role not in g.user.roles:
        abort(403)
    if role is Role.ADMIN and g.role is not role:
        problem = proved_again()
        if problem is not None:
            return come_back(make_response(question(problem), 403), problem.wait)
    work_as(role)
    return redirect(home_of(role), 303)


@blueprint.get("/here")
@only(Permission.SIGN_IN)
@before_second_factor
def here() -> Response:
    """Somebody types or points on a page of theirs: the session goes on. Raises NotSignedIn for another's."""
    if request.headers.get("X-Signed-In") != str(g.user.id):
        raise NotSignedIn
    return with_form_token(Response(status=204, mimetype="text/plain"))


@blueprint.post("/lock")
@open_to_all
def lock() -> Response:
    """The screen is covered: the session of the person whose page it is ends; another's goes on."""
    token = session.get("staff")
    if token:
        with operation() as op:
            found = sessions.find(op, token, SessionKind.STAFF)
            if found is not None and str(found.user_id) == request.form.get("user"):
                sessions.revoke(op, token, SessionKind.STAFF)
                op.commit()
    return with_form_token(Response(status=204, mimetype="text/plain"))


@blueprint.post("/unlock")
@open_to_all
def unlock() -> Response:
    """What the person whose page is covered shows gives it back; all that a sign-in asks of them.

    202: the password was right, and says what else is asked for.
    """
    typed = Typed.of(request.form, "password", "second_code", "passkey")
    try:
        let_in_again(request.form.get("user", ""), typed)
    except (SignInRefused, CodeRefused) as refused:
        return come_back(Response(status=403, mimetype="text/plain"), refused.wait)
    except (PasskeyRefused, StepOver):
        return Response(status=403, mimetype="text/plain")
    except SecondFactorMissing:
        return Response(status=202, mimetype="text/plain")
    return with_form_token(Response(status=204, mimetype="text/plain"))


def refusal_page(form: SignInForm, wait: timedelta | None) -> Response:
    """The page again, with the e-mail address as it was typed, and what to do."""
    form.email.refuse(_words(wait))
    return come_back(make_response(_page(form), 403), wait)


def flood_page(typed: dict[str, str]) -> str:
    """The page for whoever is refused with a flood around them, with these words in its boxes."""
    form = SignInForm(onward=typed["next"], email=typed["email"])
    form.email.refuse(FLOOD)
    return render_template(
        "sign_in/sign_in.html",
        form=form,
        chosen=False,
        passkeys=False,
        late=False,
        refused=False,
        csrf_token=lambda: typed["csrf_token"],
    )


def _words(wait: timedelta | None) -> str:
    if wait is None:
        return str(REFUSED)
    if wait < A_MINUTE:
        return str(BUSY)
    return fill(TOO_MANY, {"minutes": str(max(2, ceil(wait / A_MINUTE)))})


def _page(form: SignInForm, *, chosen: bool = False) -> str:
    """`chosen`: they have just chosen their password."""
    return render_template(
        "sign_in/sign_in.html",
        form=form,
        chosen=chosen,
        passkeys=Site.of(clinic().settings) is not None,
        late="late" in request.args,
        refused="refused" in request.args,
    )
