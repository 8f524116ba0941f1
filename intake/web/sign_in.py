"""Sign-in of staff. Whatever is wrong with a sign-in, the answer is the same."""

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake.i18n import lazy as _
from intake.services.staff import accounts, sessions
from intake.services.staff.accounts import Permission, SignInRefused, may
from intake.storage.models import SessionKind, User
from intake.web import open_to_all, operation
from intake.web.headers import WHAT_WAS_SEEN
from intake.web.staff_forms import LineField, PasswordField, StaffForm

blueprint = Blueprint("sign_in", __name__)

# Where a sign-in may lead on to.
STAFF_AREAS = ("reception", "clinician", "admin", "tablet")
REFUSED = _(
    "We could not sign you in. Check the e-mail address and the password. After ten tries, wait five minutes."
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
    user = _let_in(form.email.shown, form.password.data)
    if user is None:
        form.email.refuse(REFUSED)
        return _page(form), 403
    return redirect(_onward(form.onward.shown) or _home(user), 303)


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    """End the session here and on the server, and ask the browser to forget its pages."""
    token = session.get("staff")
    if token:
        with operation() as op:
            sessions.revoke(op, token, SessionKind.STAFF)
            op.commit()
    # What was being filled in for a patient ends with it (services/staff/sessions.py).
    session.pop("staff", None)
    session.pop("patient", None)
    response = redirect(url_for("sign_in.sign_in"), 303)
    response.headers["Clear-Site-Data"] = WHAT_WAS_SEEN
    return response


def _page(form: SignInForm, *, chosen: bool = False) -> str:
    """`chosen`: they have just chosen their password."""
    return render_template("sign_in/sign_in.html", form=form, chosen=chosen)


def _let_in(email: str, password: str) -> User | None:
    """Whoever is signed in on this browser from now on, or None; whoever was before no longer is."""
    with operation() as op:
        try:
            user = accounts.sign_in(op, email, password)
        except SignInRefused:
            op.commit()
            return None
        earlier = session.get("staff")
        if earlier:
            sessions.revoke(op, earlier, SessionKind.STAFF)
        token = sessions.start_staff(op, user)
        op.commit()
    session["staff"] = token
    return user


def _home(user: User) -> str:
    """Where the work of this member of staff begins."""
    if may(user, Permission.MANAGE_SETTINGS):
        return url_for("admin.settings")
    return url_for("clinician.my_day" if may(user, Permission.READ_ANSWERS) else "reception.today")


def _onward(path: str) -> str | None:
    """The page of staff that `path` names, if it is one. Nothing else, and no other site, can be named."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    if endpoint.partition(".")[0] not in STAFF_AREAS or not path.isprintable():
        return None
    return url_for(endpoint, **values)
