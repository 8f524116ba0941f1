"""Sign-in of staff. Whatever is wrong with a sign-in, the answer is the same."""

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake.services.staff import accounts, sessions
from intake.services.staff.accounts import Permission, SignInRefused, may
from intake.storage.models import SessionKind, User
from intake.web import open_to_all, operation

blueprint = Blueprint("sign_in", __name__)

# Where a sign-in may lead on to.
STAFF_AREAS = ("reception", "clinician", "admin", "tablet")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> str | Response | tuple[str, int]:
    """Ask who it is, and let them in."""
    if request.method == "GET":
        chosen = "chosen" in request.args
        return render_template("sign_in/sign_in.html", onward=request.args.get("next", ""), chosen=chosen)
    onward, email = request.form.get("next", ""), request.form.get("email", "")
    user = _let_in(email, request.form.get("password", ""))
    if user is None:
        return render_template("sign_in/sign_in.html", onward=onward, email=email, refused=True), 403
    return redirect(_onward(onward) or _home(user), 303)


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
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


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
