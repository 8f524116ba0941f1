"""Sign-in of staff, and the lock of a screen that nobody uses. Whatever is wrong, the answer is the same."""

from datetime import timedelta
from math import ceil

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake.i18n import fill
from intake.i18n import lazy as _
from intake.services.staff import sessions
from intake.services.staff.accounts import Permission, SignInRefused, allows
from intake.storage.models import Role, SessionKind
from intake.web import NotSignedIn, guard_of, let_in, let_in_again, only, open_to_all, operation, work_as
from intake.web.headers import WHAT_WAS_SEEN, come_back
from intake.web.proof import OWN_PASSWORD, prove
from intake.web.staff_forms import LineField, PasswordField, StaffForm

blueprint = Blueprint("sign_in", __name__)

A_MINUTE = timedelta(minutes=1)
# Where a sign-in may lead on to.
STAFF_AREAS = ("reception", "clinician", "admin", "tablet")
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
    role = sessions.first_role(user)
    return redirect(_onward(form.onward.shown, role) or _home(role), 303)


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
        given = request.form.get(OWN_PASSWORD)
        try:
            if given is None:
                raise SignInRefused
            prove(given)
        except SignInRefused as refused:
            page = render_template(
                "sign_in/work_as.html", role=role.value, box=OWN_PASSWORD, wrong=given is not None
            )
            return come_back(make_response(page, 403), refused.wait)
    work_as(role)
    return redirect(_home(role), 303)


@blueprint.get("/here")
@only(Permission.SIGN_IN)
def here() -> Response:
    """Somebody types or points on a page of theirs: the session goes on. Raises NotSignedIn for another's."""
    if request.headers.get("X-Signed-In") != str(g.user.id):
        raise NotSignedIn
    return Response(status=204, mimetype="text/plain")


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
    return Response(status=204, mimetype="text/plain")


@blueprint.post("/unlock")
@open_to_all
def unlock() -> Response:
    """The password of the person whose page is covered gives it back."""
    try:
        let_in_again(request.form.get("user", ""), request.form.get("password", ""))
    except SignInRefused as refused:
        return come_back(Response(status=403, mimetype="text/plain"), refused.wait)
    return Response(status=204, mimetype="text/plain")


def refusal_page(form: SignInForm, wait: timedelta | None) -> Response:
    """The page again, with the e-mail address as it was typed, and what to do."""
    form.email.refuse(_words(wait))
    return come_back(make_response(_page(form), 403), wait)


def flood_page(typed: dict[str, str]) -> str:
    """The page for whoever is refused with a flood around them, with these words in its boxes."""
    form = SignInForm(onward=typed["next"], email=typed["email"])
    form.email.refuse(FLOOD)
    return render_template(
        "sign_in/sign_in.html", form=form, chosen=False, csrf_token=lambda: typed["csrf_token"]
    )


def _words(wait: timedelta | None) -> str:
    if wait is None:
        return str(REFUSED)
    if wait < A_MINUTE:
        return str(BUSY)
    return fill(TOO_MANY, {"minutes": str(max(2, ceil(wait / A_MINUTE)))})


def _page(form: SignInForm, *, chosen: bool = False) -> str:
    """`chosen`: they have just chosen their password."""
    return render_template("sign_in/sign_in.html", form=form, chosen=chosen)


def _home(role: Role) -> str:
    """Where the work in this role begins."""
    if allows(role, Permission.MANAGE_SETTINGS):
        return url_for("admin.settings")
    return url_for("clinician.my_day" if allows(role, Permission.READ_ANSWERS) else "reception.today")


def _onward(path: str, role: Role) -> str | None:
    """The page that `path` names, if this role may open it. Nothing else, and no other site, can be named."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    if endpoint.partition(".")[0] not in STAFF_AREAS or not path.isprintable():
        return None
    guard = guard_of(current_app, endpoint)
    if guard in list(Permission) and not allows(role, Permission(guard)):
        return None
    return url_for(endpoint, **values)
