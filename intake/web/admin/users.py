"""People: invited, given another role, a new password, deactivated. Their passwords are never seen here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.config import Settings
from intake.i18n import Words, gettext, join
from intake.i18n import lazy as _
from intake.services.context import Operation
from intake.services.invitations import links
from intake.services.invitations.links import hash_of
from intake.services.staff import accounts, grants, guesses, known_browsers, password_links, sessions
from intake.services.staff.accounts import (
    GRANTS,
    EmailTaken,
    EmergencyAccountStays,
    LastAdmin,
    NoRole,
    Permission,
    in_a_word,
    may,
)
from intake.services.staff.factors import holdings
from intake.services.staff.factors.holdings import OwnFactors
from intake.services.staff.sign_on import people
from intake.services.staff.views import AccountView
from intake.storage.encryption import Purpose
from intake.storage.models import Role, StaffLink, User
from intake.text.email import EmailReason
from intake.web import clinic, only, operation, reading, reasons
from intake.web.admin.blueprint import blueprint, proved
from intake.web.frozen import frozen
from intake.web.idempotency import secret_of, secrets_of
from intake.web.roles import ROLES
from intake.web.staff_forms import ChoicesField, EmailField, LineField, NameField, StaffForm

SHOWN_FOR = timedelta(minutes=10)
LONGEST = 200

# What an admin allows one person besides their role.
BESIDES: dict[Permission, tuple[Words, Words]] = {
    Permission.READ_AUDIT: (
        _("See who read what"),
        _("Everything that is recorded. Patients’ names only for somebody who may see patients."),
    ),
    Permission.COPY_RECORD: (
        _("Make copies for patients"),
        _("Everything that is kept about one person, for them. Only for somebody who reads answers."),
    ),
    Permission.ERASE_PATIENT: (
        _("Erase patients"),
        _("One patient, before the time is over. Only for somebody who makes appointments."),
    ),
}


class NewUserForm(StaffForm):
    """Somebody to be let in. `once` makes a second press of the button harmless."""

    name = NameField(
        _("Name"),
        _("As colleagues know them"),
        limit=LONGEST,
        missing=_("Enter the name, as colleagues know them"),
    )
    email = EmailField(
        _("E-mail address"), _("They sign in with it"), missing=reasons.EMAIL[EmailReason.EMPTY]
    )
    role = ChoicesField(
        _("What do they do here?"),
        _("Several, if they do several. They work in one at a time, and change it at the head of each page."),
        options={role.value: words for role, words in ROLES.items()},
        missing=_("Choose what they do here"),
    )
    once = LineField()


@dataclass(frozen=True)
class GrantLine:
    """Something that a person may be allowed besides their role. `holds`: they have what it needs as well."""

    permission: str
    name: Words
    words: Words
    given: bool
    holds: bool

    @classmethod
    def of(cls, user: User, permission: Permission) -> "GrantLine":
        given = any(each.permission == permission for each in user.grants)
        return cls(permission.value, *BESIDES[permission], given, may(user, GRANTS[permission]))


@blueprint.get("/users")
@only(Permission.MANAGE_USERS)
def users() -> str:
    """Everybody who works or worked here."""
    with reading() as op:
        everybody = [AccountView.of(user) for user in accounts.all_users(op.session)]
        attack = guesses.attack(op)
    everybody.sort(key=lambda user: (not user.active, user.name.casefold()))
    return render_template("admin/users.html", users=tuple(everybody), roles=frozen(ROLES), attack=attack)


@blueprint.route("/users/new", methods=["GET", "POST"])
@only(Permission.MANAGE_USERS)
@proved
def new_user() -> str | Response | tuple[str, int]:
    """Let somebody in: their account, and a link by which they choose a password."""
    if request.method in ("GET", "HEAD"):
        return _form_page(NewUserForm(once=links.new_token()))
    form = NewUserForm(request.form)
    if not form.validate():
        return _form_page(form), 400
    idempotency_key = form.once.data or links.new_token()
    try:
        return _shown(_invite_once(form, idempotency_key), idempotency_key)
    except EmailTaken:
        form.email.refuse(_("Somebody with this address works or worked here already"))
        return _form_page(form), 409


@blueprint.get("/users/<uuid:user_id>")
@only(Permission.MANAGE_USERS)
def user(user_id: UUID) -> str:
    """One person: role, sessions, link."""
    return _user_page(user_id)


@blueprint.post("/users/<uuid:user_id>/role")
@only(Permission.MANAGE_USERS)
@proved
def change_role(user_id: UUID) -> Response | tuple[str, int]:
    """Somebody does something else from now on."""
    chosen, version_token = request.form.getlist("role"), request.form.get("seen", "")
    if not set(chosen) <= set(Role):
        abort(400)
    wanted = tuple(role for role in Role if role in chosen)
    with operation() as op:
        found = _found(op.session, user_id)
        if version_token not in ("", in_a_word(found.roles), in_a_word(wanted)) and found.roles != {*wanted}:
            changed = gettext(
                "Somebody else has changed the role meanwhile. You chose %(wanted)s. It is %(role)s now.",
                wanted=_named(wanted),
                role=_named(found.roles),
            )
            return _user_page(user_id, problem=changed), 409
        try:
            accounts.change_role(op, found, *wanted)
        except LastAdmin as stays:
            op.rollback()
            return _user_page(user_id, problem=_stays(stays)), 409
        except NoRole:
            op.rollback()
            return _user_page(user_id, problem=gettext("Choose at least one role.")), 422
        op.commit()
    return _back_to(user_id)


@blueprint.post("/users/<uuid:user_id>/besides")
@only(Permission.MANAGE_USERS)
@proved
def change_grant(user_id: UUID) -> Response:
    """Allow somebody one thing besides their role, or take it back."""
    wanted = request.form.get("permission", "")
    if wanted not in {each.value for each in GRANTS}:
        abort(400)
    change = grants.give if request.form.get("allow") == "yes" else grants.take
    with operation() as op:
        found = _found(op.session, user_id)
        if not found.active:
            abort(409)
        change(op, found, Permission(wanted))
        op.commit()
    return _back_to(user_id)


@blueprint.post("/users/<uuid:user_id>/deactivate")
@only(Permission.MANAGE_USERS)
@proved
def deactivate(user_id: UUID) -> Response | tuple[str, int]:
    """Somebody left: signed out everywhere, and let in no longer."""
    with operation() as op:
        found = _found(op.session, user_id)
        try:
            accounts.deactivate(op, found)
        except LastAdmin as stays:
            op.rollback()
            return _user_page(user_id, problem=_stays(stays)), 409
        password_links.close_all(op, found)
        op.commit()
    return _back_to(user_id)


@blueprint.post("/users/<uuid:user_id>/reactivate")
@only(Permission.MANAGE_USERS)
@proved
def reactivate(user_id: UUID) -> Response:
    """Somebody is back."""
    return _done(user_id, accounts.reactivate)


@blueprint.post("/users/<uuid:user_id>/end-sessions")
@only(Permission.MANAGE_USERS)
@proved
def end_sessions(user_id: UUID) -> Response:
    """Sign somebody out everywhere."""
    return _done(user_id, sessions.end_all)


@blueprint.post("/users/<uuid:user_id>/forget-browsers")
@only(Permission.MANAGE_USERS)
@proved
def forget_browsers(user_id: UUID) -> Response:
    """A browser is not to be trusted any more: each is a stranger's again."""
    return _done(user_id, known_browsers.forget)


@blueprint.post("/users/<uuid:user_id>/drop-factors")
@only(Permission.MANAGE_USERS)
@proved
def drop_factors(user_id: UUID) -> Response:
    """Somebody has lost all of theirs. One's own are removed elsewhere, where the last is kept."""
    try:
        return _done(user_id, _drop)
    except OwnFactors:
        abort(409)


@blueprint.post("/users/<uuid:user_id>/untie")
@only(Permission.MANAGE_USERS)
@proved
def untie(user_id: UUID) -> Response:
    """Somebody else is this account at the provider from now on: whoever signs on next with its address."""
    return _done(user_id, people.untie)


@blueprint.post("/users/<uuid:user_id>/link")
@only(Permission.MANAGE_USERS)
@proved
def new_password_link(user_id: UUID) -> Response:
    """Make the link by which somebody chooses a password; the one before stops working."""
    idempotency_key = request.form.get("once") or links.new_token()
    with operation() as op:
        found = _found(op.session, user_id)
        if not accounts.uses_password(op.settings, found):
            abort(409)
        # Whoever goes back to a page and presses its button once more has made that link, used or not.
        if not password_links.was_made(op, secrets_of(Purpose.STAFF_LINK, idempotency_key)):
            password_links.make(op, found, secret_of(Purpose.STAFF_LINK, idempotency_key))
        op.commit()
    return _shown(user_id, idempotency_key)


def _user_page(user_id: UUID, *, problem: str = "") -> str:
    now, idempotency_key = clinic().now(), request.args.get("link", "")
    with reading() as op:
        found = _found(op.session, user_id)
        made = _link_of(op, idempotency_key)
        signed_in, account = sessions.count(op, found), AccountView.of(found)
        browsers, guessed = known_browsers.count(op, found), guesses.at(op, found.id)
        factors = holdings.of(op, found)
        tied = people.identity_of(op.session, found) is not None
        with_password = accounts.uses_password(op.settings, found)
        besides = tuple(GrantLine.of(found, each) for each in BESIDES)
    fresh = made is not None and made[0].user_id == user_id and abs(now - made[0].made_at) < SHOWN_FOR
    return render_template(
        "admin/user.html",
        user=account,
        myself=account.id == g.user.id,
        roles=frozen(ROLES),
        signed_in=signed_in,
        browsers=browsers,
        guessed=guessed,
        factors=factors,
        tied=tied,
        with_password=with_password,
        besides=besides,
        link=_address(clinic().settings, made[1]) if made is not None and fresh else None,
        until=made[0].expires_at if made is not None else None,
        idempotency_key=links.new_token(),
        problem=problem,
    )


def _form_page(form: NewUserForm) -> str:
    return render_template("admin/new_user.html", form=form)


def _invite_once(form: NewUserForm, idempotency_key: str) -> UUID:
    """Add them, or find whom the first press of the button added; raises EmailTaken."""
    made = _made_by(idempotency_key)
    if made is not None:
        return made
    try:
        with operation() as op:
            role, *also = map(Role, form.role.data)
            found = accounts.expect_user(op, name=form.name.data, email=form.email.data, role=role, also=also)
            if accounts.uses_password(op.settings, found):
                password_links.make(op, found, secret_of(Purpose.STAFF_LINK, idempotency_key))
            op.commit()
            return found.id
    except IntegrityError:
        # Two presses at the same moment, or two admins: the other one was quicker.
        made = _made_by(idempotency_key)
        if made is None:
            raise EmailTaken(form.email.data) from None
        return made


def _made_by(idempotency_key: str) -> UUID | None:
    with reading() as op:
        made = _link_of(op, idempotency_key)
        return made[0].user_id if made is not None else None


def _link_of(op: Operation, idempotency_key: str) -> tuple[StaffLink, str] | None:
    """The link that the form with this `idempotency_key` made, while it works, and its secret."""
    for secret in secrets_of(Purpose.STAFF_LINK, idempotency_key):
        link = password_links.find(op, hash_of(secret))
        if link is not None:
            return link, secret
    return None


def _done(user_id: UUID, deed: Callable[[Operation, User], None]) -> Response:
    with operation() as op:
        deed(op, _found(op.session, user_id))
        op.commit()
    return _back_to(user_id)


def _drop(op: Operation, user: User) -> None:
    if holdings.has_any(op, user) or user.id == op.actor.user_id:
        holdings.drop_all(op, user)


def _found(session: Session, user_id: UUID) -> User:
    return accounts.find_user(session, user_id) or abort(404)


def _back_to(user_id: UUID) -> Response:
    if user_id == g.user.id:
        return redirect(url_for("admin.users"), 303)
    return redirect(url_for("admin.user", user_id=user_id), 303)


def _shown(user_id: UUID, idempotency_key: str) -> Response:
    """On to the person with their link. The address holds a key, from which only we can tell the link."""
    return redirect(url_for("admin.user", user_id=user_id, link=idempotency_key), 303)


def _address(settings: Settings, token: str) -> str:
    return f"{settings.public_url}/welcome/{token}"


def _named(roles: Iterable[Role]) -> str:
    return join([str(ROLES[role][0]) for role in Role if role in roles])


def _stays(problem: LastAdmin) -> str:
    if isinstance(problem, EmergencyAccountStays):
        return gettext("This is the emergency account. It stays an admin who is let in.")
    return gettext("This is the last admin. Make somebody else an admin first.")
