"""Changing the own password. The old one is asked for, and tries at it are counted as elsewhere."""

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import ValidationError

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.services.context import Operation
from intake.services.staff import accounts, known_browsers
from intake.services.staff.accounts import COME_BACK_AFTER, Permission, SignInRefused, WeakPassword
from intake.services.staff.passwords import Busy
from intake.storage.models import User
from intake.text.password import SHORTEST
from intake.web import clinic, only, operation
from intake.web.account.blueprint import blueprint
from intake.web.client import client_to_be_known, keep_browser
from intake.web.headers import come_back
from intake.web.signing_in import renew_sign_in
from intake.web.staff_forms import PasswordField, StaffForm

WRONG = _("This is not your password. After ten tries, wait five minutes.")
TOO_OFTEN = _("Your password was not looked at, because too many were tried. Wait a little, then try again.")
BUSY = _("Others are signing in at this moment. Wait a few seconds, then type it once more.")


class ChangePasswordForm(StaffForm):
    """The old password, and the new one twice."""

    own_password = PasswordField(_("Your password until now"))
    password = PasswordField(_("New password"))
    password_again = PasswordField(_("The new one once more"))

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a slip; whether it is strong enough, the service says."""
        if field.data != self.password_again.data:
            raise ValidationError(gettext("The two passwords are not the same."))


@blueprint.route("/account/password", methods=["GET", "POST"])
@only(Permission.SIGN_IN)
def change_password() -> str | Response | tuple[str, int]:
    """Ask for the old password and the new one; then every other browser is signed out."""
    if request.method in ("GET", "HEAD"):
        return _page(ChangePasswordForm())
    form = ChangePasswordForm(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        accounts.check_password(clinic().settings, form.password.data, g.user.name, g.user.email)
    except WeakPassword as weak:
        form.password.refuse(weak.why)
        return _page(form), 422
    with operation() as op:
        user = accounts.find_user(op.session, g.user.id)
        assert user is not None
        try:
            accounts.prove(op, user, form.own_password.data)
            _change(op, user, form.password.data)
        except SignInRefused as refused:
            op.commit()
            form.own_password.refuse(WRONG if refused.wait is None else TOO_OFTEN)
            return come_back(make_response(_page(form), 403), refused.wait)
        except Busy:
            form.password.refuse(BUSY)
            return come_back(make_response(_page(form)), COME_BACK_AFTER)
    return redirect(url_for("account.overview", changed=1), 303)


def _change(op: Operation, user: User, password: str) -> None:
    """Keep the new password; this browser goes on, with another token. Raises Busy."""
    # The tries are given back, and nobody waits to save a page while the password is hashed.
    op.commit()
    password_hash = accounts.hashed(password)
    here = client_to_be_known()
    accounts.change_password(op, user, password_hash, g.web_session)
    known_browsers.remember(op, user, here)
    renew_sign_in(op, g.web_session)
    keep_browser(here)


def _page(form: ChangePasswordForm) -> str:
    return render_template("account/password.html", form=form, email=g.user.email, shortest=SHORTEST)
