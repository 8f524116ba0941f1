"""Where a member of staff chooses a password, by a link that works once.

Opening the link changes nothing, because mail scanners open links too; its secret leaves the address at once.
"""

from flask import make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import ValidationError

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.services.invitations import wrong_links
from intake.services.invitations.links import hash_of, token_in
from intake.services.invitations.wrong_links import TooManyWrongLinks
from intake.services.staff import password_links
from intake.services.staff.accounts import COME_BACK_AFTER, WeakPassword
from intake.services.staff.password_links import LinkClosed
from intake.services.staff.passwords import Busy
from intake.storage.models import StaffLink, ThrottleKind
from intake.text.password import SHORTEST
from intake.web import open_to_all, operation, reading
from intake.web.admin.blueprint import blueprint
from intake.web.client import client, client_to_be_known, keep_browser
from intake.web.cookies import no_cookie_came
from intake.web.error_handlers import no_cookies_page
from intake.web.headers import come_back
from intake.web.staff_forms import PasswordField, StaffForm


class ChoosePasswordForm(StaffForm):
    """A password, typed twice."""

    password = PasswordField(_("New password"))
    password_again = PasswordField(_("The same once more"))

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a slip; whether it is strong enough, the service says."""
        if field.data != self.password_again.data:
            raise ValidationError(gettext("The two passwords are not the same."))


@blueprint.get("/welcome/<copied:token>")
@open_to_all
def open_welcome(token: str) -> Response:
    """On to an address without the secret."""
    session["welcome"] = hash_of(token_in(token) or token)
    return redirect(url_for("admin.welcome", opened=1), 303)


@blueprint.get("/welcome")
@open_to_all
def welcome() -> str | Response | tuple[str, int]:
    """Ask for a password."""
    if "opened" in request.args and no_cookie_came():
        return no_cookies_page()
    link = _link()
    return _page(link, ChoosePasswordForm()) if link is not None else _closed()


@blueprint.post("/welcome")
@open_to_all
def choose_password() -> Response | tuple[str, int]:
    """Keep the password, and on to the sign-in."""
    link, form = _link(), ChoosePasswordForm(request.form)
    if link is None:
        return _wrong_link()
    if not form.validate():
        return _page(link, form), 422
    here = client_to_be_known()
    with operation() as op:
        try:
            password_links.use(op, link.token_hash, form.password.data, here)
        except Busy:
            op.rollback()
            form.password.refuse(
                _("Others are signing in at this moment. Wait a few seconds, then type it once more.")
            )
            return come_back(make_response(_page(link, form)), COME_BACK_AFTER)
        except WeakPassword as weak:
            op.rollback()
            form.password.refuse(weak.why)
            return _page(link, form), 422
        except LinkClosed:
            op.rollback()
            return _closed()
        op.commit()
    session.pop("welcome", None)
    keep_browser(here)
    return redirect(url_for("sign_in.sign_in", chosen="1"), 303)


def _wrong_link() -> Response | tuple[str, int]:
    """It opens nothing; many of those are guesses."""
    network = client().network
    try:
        with reading() as op:
            wrong_links.look(op, ThrottleKind.PASSWORD_LINK, network)
    except TooManyWrongLinks as refused:
        return come_back(make_response(_closed()), refused.wait)
    with operation() as op:
        wrong_links.note(op, ThrottleKind.PASSWORD_LINK, network)
        op.commit()
    return _closed()


def _link() -> StaffLink | None:
    with reading() as op:
        return password_links.find(op, str(session.get("welcome", "")))


def _page(link: StaffLink, form: ChoosePasswordForm) -> str:
    return render_template(
        "admin/welcome.html",
        name=link.user.name,
        email=link.user.email,
        form=form,
        shortest=SHORTEST,
    )


def _closed() -> tuple[str, int]:
    return render_template("admin/welcome_closed.html"), 410
