"""People: invited, given another role, a new password, let go. Their passwords are never seen here."""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.config import Settings
from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services import accounts, invitations, sessions, staff_links
from intake.services.accounts import EmailTaken, LastAdmin, Permission
from intake.services.audit import Actor
from intake.services.invitations import hash_of
from intake.services.staff_view import AccountView
from intake.storage.encryption import Purpose
from intake.storage.models import Role, User
from intake.web import clinic, only
from intake.web.admin.room import proved, room
from intake.web.frozen import frozen

SHOWN_FOR = timedelta(minutes=10)
LONGEST = 200
ROLES: dict[Role, tuple[Words, Words]] = {
    Role.RECEPTION: (
        _("Reception"),
        _("Makes appointments and links, and acts on what cannot wait. Does not read answers."),
    ),
    Role.CLINICIAN: (_("Clinician"), _("What reception does, and reads and corrects what patients wrote.")),
    Role.ADMIN: (
        _("Admin"),
        _("Lets people in, sets up the clinic, sees figures. Does not read answers."),
    ),
}


@dataclass
class Invited:
    """Somebody to be let in, as typed; `errors` by box."""

    name: str = ""
    email: str = ""
    role: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def check(self) -> bool:
        """True when somebody can be made of it; `errors` is filled otherwise."""
        if not self.name:
            self.errors["name"] = gettext("Enter the name, as colleagues know them")
        if self.email.count("@") != 1 or len(self.email.split()) != 1:
            self.errors["email"] = gettext("Enter an e-mail address, such as rosa@clinic.example")
        if self.role not in list(Role):
            self.errors["role"] = gettext("Choose what they do here")
        return not self.errors


@room.get("/users")
@only(Permission.MANAGE_USERS)
def users() -> str:
    """Everybody who works or worked here."""
    with clinic().database.reading() as session:
        everybody = [AccountView.of(user) for user in accounts.all_users(session)]
    everybody.sort(key=lambda user: (not user.active, user.name.casefold()))
    return render_template("admin/users.html", users=tuple(everybody), roles=frozen(ROLES))


@room.route("/users/new", methods=["GET", "POST"])
@only(Permission.MANAGE_USERS)
@proved
def new_user() -> str | Response | tuple[str, int]:
    """Let somebody in: their account, and a link by which they choose a password."""
    if request.method == "GET":
        return _form_page(Invited())
    name, email, role = (request.form.get(box, "").strip()[:LONGEST] for box in ("name", "email", "role"))
    form = Invited(name, email, role)
    if not form.check():
        return _form_page(form), 400
    once = request.form.get("once") or invitations.new_token()
    try:
        return _shown(_invite_once(form, once), once)
    except EmailTaken:
        form.errors["email"] = gettext("Somebody with this address works or worked here already")
        return _form_page(form), 409


@room.get("/users/<uuid:user_id>")
@only(Permission.MANAGE_USERS)
def user(user_id: UUID) -> str:
    """One person: role, sessions, link."""
    return _user_page(user_id)


@room.post("/users/<uuid:user_id>/role")
@only(Permission.MANAGE_USERS)
@proved
def change_role(user_id: UUID) -> Response | tuple[str, int]:
    """Somebody does something else from now on."""
    wanted, seen = request.form.get("role", ""), request.form.get("seen", "")
    if wanted not in list(Role):
        abort(400)
    with clinic().database.writing() as session:
        found = _found(session, user_id)
        if seen and found.role != seen and found.role != wanted:
            changed = gettext(
                "Somebody else has changed the role meanwhile. You chose %(wanted)s. It is %(role)s now.",
                wanted=ROLES[Role(wanted)][0],
                role=ROLES[found.role][0],
            )
            return _user_page(user_id, problem=changed), 409
        try:
            accounts.change_role(session, found, Role(wanted), by=Actor.staff(g.user), now=clinic().now())
        except LastAdmin:
            session.rollback()
            return _user_page(user_id, problem=_last_admin()), 409
        session.commit()
    return _back_to(user_id)


@room.post("/users/<uuid:user_id>/deactivate")
@only(Permission.MANAGE_USERS)
@proved
def deactivate(user_id: UUID) -> Response | tuple[str, int]:
    """Somebody left: signed out everywhere, and let in no longer."""
    with clinic().database.writing() as session:
        found, now = _found(session, user_id), clinic().now()
        try:
            accounts.deactivate(session, found, by=Actor.staff(g.user), now=now)
        except LastAdmin:
            session.rollback()
            return _user_page(user_id, problem=_last_admin()), 409
        staff_links.close_all(session, found, now=now)
        session.commit()
    return _back_to(user_id)


@room.post("/users/<uuid:user_id>/reactivate")
@only(Permission.MANAGE_USERS)
@proved
def reactivate(user_id: UUID) -> Response:
    """Somebody is back."""
    return _done(user_id, lambda session, found: accounts.reactivate(session, found, **_by_me()))


@room.post("/users/<uuid:user_id>/end-sessions")
@only(Permission.MANAGE_USERS)
@proved
def end_sessions(user_id: UUID) -> Response:
    """Sign somebody out everywhere."""
    return _done(user_id, lambda session, found: sessions.end_all(session, found, **_by_me()))


@room.post("/users/<uuid:user_id>/link")
@only(Permission.MANAGE_USERS)
@proved
def new_password_link(user_id: UUID) -> Response:
    """Make the link by which somebody chooses a password; the one before stops working."""
    once = request.form.get("once") or invitations.new_token()
    with clinic().database.writing() as session:
        found = _found(session, user_id)
        if not found.active:
            abort(409)
        if staff_links.find(session, hash_of(_secret_of(once)), now=clinic().now()) is None:
            staff_links.make(session, found, _secret_of(once), **_by_me())
        session.commit()
    return _shown(user_id, once)


def _user_page(user_id: UUID, *, problem: str = "") -> str:
    now, once = clinic().now(), request.args.get("link", "")
    with clinic().database.reading() as session:
        found = _found(session, user_id)
        link = staff_links.find(session, hash_of(_secret_of(once)), now=now) if once else None
        signed_in, account = sessions.count(session, found, now=now), AccountView.of(found)
    fresh = link is not None and link.user_id == user_id and now - link.made_at < SHOWN_FOR
    return render_template(
        "admin/user.html",
        user=account,
        myself=account.id == g.user.id,
        roles=frozen(ROLES),
        signed_in=signed_in,
        link=_address(clinic().settings, _secret_of(once)) if fresh else None,
        until=link.expires_at if link is not None else None,
        once=invitations.new_token(),
        problem=problem,
    )


def _form_page(form: Invited) -> str:
    return render_template(
        "admin/new_user.html", form=form, roles=frozen(ROLES), once=invitations.new_token()
    )


def _invite_once(form: Invited, once: str) -> UUID:
    """Add them, or find whom the first press of the button added; raises EmailTaken."""
    made = _made_by(once)
    if made is not None:
        return made
    try:
        with clinic().database.writing() as session:
            found = accounts.expect_user(
                session, name=form.name, email=form.email, role=Role(form.role), **_by_me()
            )
            staff_links.make(session, found, _secret_of(once), **_by_me())
            session.commit()
            return found.id
    except IntegrityError:
        # Two presses at the same moment, or two admins: the other one was quicker.
        made = _made_by(once)
        if made is None:
            raise EmailTaken(form.email) from None
        return made


def _made_by(once: str) -> UUID | None:
    with clinic().database.reading() as session:
        link = staff_links.find(session, hash_of(_secret_of(once)), now=clinic().now())
        return link.user_id if link else None


def _done(user_id: UUID, deed: Callable[[Session, User], None]) -> Response:
    with clinic().database.writing() as session:
        deed(session, _found(session, user_id))
        session.commit()
    return _back_to(user_id)


def _found(session: Session, user_id: UUID) -> User:
    return accounts.find_user(session, user_id) or abort(404)


def _by_me() -> dict[str, Any]:
    return {"by": Actor.staff(g.user), "now": clinic().now()}


def _back_to(user_id: UUID) -> Response:
    if user_id == g.user.id:
        return redirect(url_for("admin.users"), 303)
    return redirect(url_for("admin.user", user_id=user_id), 303)


def _shown(user_id: UUID, once: str) -> Response:
    """On to the person with their link. The address holds `once`, from which only we can tell the link."""
    return redirect(url_for("admin.user", user_id=user_id, link=once), 303)


def _address(settings: Settings, token: str) -> str:
    return f"{settings.public_url}/welcome/{token}"


def _secret_of(once: str) -> str:
    """The secret of the link that a form makes, so that pressing twice makes one link and not two."""
    secret = clinic().database.keys.secret(Purpose.CSRF)
    digest = hmac.digest(secret, f"staff link {once}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _last_admin() -> str:
    return gettext("This is the last admin. Make somebody else an admin first.")
