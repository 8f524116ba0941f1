"""Who works here, and how they show it.

Whatever is wrong with a sign-in, the answer and the time it takes are the same; tries are counted for an
e-mail address whether or not anybody here has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.i18n import Words, fill
from intake.i18n import lazy as _
from intake.services import alerts
from intake.services.audit import NOBODY, Action
from intake.services.context import Operation
from intake.services.staff import (
    account_mail,
    emergency,
    grants,
    guesses,
    known_browsers,
    passwords,
    sessions,
)
from intake.services.staff.guesses import Limit, TooMany
from intake.services.staff.known_browsers import ANYWHERE as ANYWHERE
from intake.services.staff.known_browsers import Client
from intake.services.staff.passwords import Busy
from intake.services.staff.passwords import hashed as hashed
from intake.storage import Refused
from intake.storage.models import Role, ThrottleKind, User, WebSession
from intake.text import email as address
from intake.text import names
from intake.text import password as typed_password
from intake.text.password import NotAPassword, PasswordReason

# How long somebody waits who finds others being let in.
COME_BACK_AFTER = timedelta(seconds=5)
# Whoever guesses here has shown once who they are.
TRUSTED = (ThrottleKind.BROWSER, ThrottleKind.OWN_PASSWORD)


class Permission(StrEnum):
    """What a member of staff may be allowed to do."""

    SIGN_IN = "sign_in"
    SEE_DAY = "see_day"
    MAKE_APPOINTMENT = "make_appointment"
    ACKNOWLEDGE = "acknowledge"
    NOTE_ATTENDANCE = "note_attendance"
    READ_ANSWERS = "read_answers"
    DOWNLOAD = "download"
    FILL_IN = "fill_in"
    CORRECT = "correct"
    MARK_FINDINGS = "mark_findings"
    ENROL_TABLET = "enrol_tablet"
    MANAGE_USERS = "manage_users"
    MANAGE_SETTINGS = "manage_settings"
    SEE_FIGURES = "see_figures"
    JOIN_RECORDS = "join_records"
    READ_AUDIT = "read_audit"
    COPY_RECORD = "copy_record"
    ERASE_PATIENT = "erase_patient"
    SEE_ERASURES = "see_erasures"
    EXPORT_ANSWERS = "export_answers"


_DESK = frozenset(
    {
        Permission.SIGN_IN,
        Permission.SEE_DAY,
        Permission.MAKE_APPOINTMENT,
        Permission.ACKNOWLEDGE,
        Permission.NOTE_ATTENDANCE,
        Permission.FILL_IN,
        # The admin, who is no desk, would see whose they are.
        Permission.JOIN_RECORDS,
    }
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RECEPTION: _DESK,
    Role.CLINICIAN: _DESK
    | {
        Permission.READ_ANSWERS,
        Permission.DOWNLOAD,
        Permission.CORRECT,
        Permission.MARK_FINDINGS,
        # Of them only those whom the clinic names (`research_export_by`).
        Permission.EXPORT_ANSWERS,
    },
    Role.ADMIN: frozenset(
        {
            Permission.SIGN_IN,
            Permission.ENROL_TABLET,
            Permission.MANAGE_USERS,
            Permission.MANAGE_SETTINGS,
            Permission.SEE_FIGURES,
        }
    ),
}


# What some role allows by itself.
OF_ROLES = frozenset().union(*PERMISSIONS.values())
# What an admin gives to one person, whatever their role: each holds only beside the permission that it needs.
GRANTS: dict[Permission, Permission] = {
    Permission.READ_AUDIT: Permission.SIGN_IN,
    Permission.COPY_RECORD: Permission.READ_ANSWERS,
    Permission.ERASE_PATIENT: Permission.MAKE_APPOINTMENT,
}
# What follows from any of these.
_FOLLOWS = {Permission.SEE_ERASURES: (Permission.READ_AUDIT, Permission.ERASE_PATIENT)}


class SignInRefused(Refused):
    """E-mail or password: nobody is told which. Commit, then answer.

    `wait`: it was not looked at, because there were too many tries or others were being let in.
    """

    def __init__(self, wait: timedelta | None = None) -> None:
        super().__init__("sign-in refused")
        self.wait = wait


class WeakPassword(Exception):
    """The password would not hold; `why` says it in plain words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


_LENGTHS = {"least": str(typed_password.SHORTEST), "most": str(typed_password.LONGEST)}
# What is refused is never said again: somebody may stand beside the screen.
WHY: dict[PasswordReason, Words] = {
    PasswordReason.SHORT: _("A password needs at least {least} characters."),
    PasswordReason.LONG: _("A password can have at most {most} characters."),
    PasswordReason.OWN_WORDS: _(
        "This is too easy to guess: it is mostly your name, your e-mail address or the name of the clinic. "
        "Take four words that do not belong together."
    ),
    PasswordReason.REPEATED: _(
        "This is too easy to guess: it says the same thing again and again. "
        "Take four words that do not belong together."
    ),
    PasswordReason.IN_A_ROW: _(
        "This is too easy to guess: it follows the alphabet, the numbers or the keys of the keyboard. "
        "Take four words that do not belong together."
    ),
    PasswordReason.DATE: _(
        "This is too easy to guess: it is mostly a date. Take four words that do not belong together."
    ),
    PasswordReason.COMMON: _(
        "This is too easy to guess: it is a password that many people use, or a common word with something "
        "added. Take four words that do not belong together."
    ),
}


class EmailTaken(Exception):
    """Somebody here has this e-mail address already."""


class LastAdmin(Exception):
    """Nobody would be left who can let people in: the last active admin stays one."""


class EmergencyAccountStays(LastAdmin):
    """The emergency account stays an admin who is let in, while the settings name it."""


class NoRole(Exception):
    """Whoever works here has at least one role."""


def may(user: User, permission: Permission) -> bool:
    """True when one of the roles of `user` allows it. What they may do now, `may_as` says."""
    return any(may_as(user, role, permission) for role in user.roles)


def may_as(user: User, role: Role | None, permission: Permission) -> bool:
    """True while they work in this role and it allows it, or an admin has given it to them beside that."""
    if not user.active or role is None:
        return False
    if permission in _FOLLOWS:
        return any(may_as(user, role, each) for each in _FOLLOWS[permission])
    if permission in GRANTS:
        given = {each.permission for each in user.grants}
        return permission in given and may_as(user, role, GRANTS[permission])
    return permission in PERMISSIONS[role]


def uses_password(settings: Settings, user: User) -> bool:
    """A password lets them in: where staff come in by a provider, perhaps only the emergency account's."""
    return user.active and (settings.password_sign_in or emergency.is_it(settings, user))


def allows(role: Role | None, permission: Permission) -> bool:
    """True when whoever works in this role may do it."""
    return role is not None and permission in PERMISSIONS[role]


def add_user(
    op: Operation, *, name: str, email: str, role: Role, also: Iterable[Role] = (), password: str
) -> User:
    """Add a member of staff; raises WeakPassword, EmailTaken or NotAnAddress. `also`: their further roles."""
    check_password(op.settings, password, name, email)
    return _add(op, name, email, frozenset({role, *also}), hashed(password))


def expect_user(op: Operation, *, name: str, email: str, role: Role, also: Iterable[Role] = ()) -> User:
    """Add a member of staff who cannot sign in before they have chosen a password.

    Raises EmailTaken or NotAnAddress.
    """
    return _add(op, name, email, frozenset({role, *also}), None)


def with_password(op: Operation, email: str, password: str, client: Client = ANYWHERE) -> User:
    """The member of staff with this e-mail and password; raises SignInRefused (commit, then answer).

    They are not let in by that: see `sign_ins.complete`.
    """
    user = with_email(op, email)
    known = known_browsers.find(op, user, client.browser) if user is not None else None
    counted = guesses.limits(op, _email_index(op, email), client, known)
    guess = _guess(op, user, password, counted)
    if known is None and not guess.right:
        guesses.note(op, client.network, user.id if user is not None else None, tries=1)
    if user is None or not guess.right or not _is_still(op, user, guess):
        _refuse(op, user, guess)
    user.password_hash = guess.stronger or user.password_hash
    guesses.was_right(op, counted)
    return user


def may_guess(op: Operation, email: str, client: Client) -> None:
    """Raise SignInRefused when no password would be looked at now; only reads."""
    user = with_email(op, email)
    known = known_browsers.find(op, user, client.browser) if user is not None else None
    try:
        guesses.look(op, guesses.limits(op, _email_index(op, email), client, known))
    except TooMany as refused:
        raise SignInRefused(refused.wait) from None


def prove(op: Operation, user: User, password: str) -> None:
    """Raise SignInRefused unless this is the user's own password (commit, then answer).

    Tries are counted apart from those at the sign-in: strangers cannot use them up.
    """
    own = op.hmac_index("own password", str(user.id))
    counted = (Limit(ThrottleKind.OWN_PASSWORD, own, guesses.TRIES, guesses.WINDOW),)
    guess = _guess(op, user, password, counted)
    if not guess.right:
        _refuse(op, user, guess)
    guesses.was_right(op, counted)


def change_password(op: Operation, user: User, password_hash: str, here: WebSession | None = None) -> None:
    """Set a new password, as `hashed` made it, and end all sessions but `here`, where it was chosen.

    Whoever had a password before is told by e-mail.
    """
    if user.password_hash is not None:
        account_mail.tell_of_new_password(op, user)
    user.password_hash = password_hash
    sessions.revoke_all(op, user, here)
    known_browsers.forget_all(op, user)
    op.record(Action.STAFF_PASSWORD_CHANGED, user)


def change_role(op: Operation, user: User, *roles: Role) -> None:
    """From now on these are their roles; a session in another one ends. Raises LastAdmin or NoRole."""
    admins, wanted = _locked_admins(op.session), frozenset(roles)
    if not wanted:
        raise NoRole
    if user.roles == wanted:
        return
    if Role.ADMIN not in wanted and admins == [user]:
        raise LastAdmin
    if emergency.is_it(op.settings, user) and Role.ADMIN not in wanted:
        raise EmergencyAccountStays
    before, user.roles = user.roles, wanted
    sessions.end_in_roles(op, user, before - wanted)
    if not may(user, Permission.ACKNOWLEDGE):
        alerts.release(op, user)
    op.record(Action.STAFF_ROLE_CHANGED, user, before=in_a_word(before), after=in_a_word(wanted))


def deactivate(op: Operation, user: User) -> None:
    """Let somebody in no longer, from this moment; what they had to act on is nobody's. Raises LastAdmin."""
    if _locked_admins(op.session) == [user]:
        raise LastAdmin
    if emergency.is_it(op.settings, user):
        raise EmergencyAccountStays
    if not user.active:
        return
    user.active = False
    alerts.release(op, user)
    sessions.revoke_all(op, user)
    known_browsers.forget_all(op, user)
    grants.take_all(op, user)
    op.record(Action.STAFF_DEACTIVATED, user)


def reactivate(op: Operation, user: User) -> None:
    """Let somebody in again, with the password they had."""
    if not user.active:
        user.active = True
        op.record(Action.STAFF_REACTIVATED, user)


def find_user(session: Session, user_id: UUID) -> User | None:
    """The member of staff with this id."""
    return session.get(User, user_id)


def with_email(op: Operation, email: str) -> User | None:
    """The member of staff who signs in with this address, however it is typed; let go or not."""
    return next(iter(all_with_email(op, email)), None)


def all_with_email(op: Operation, email: str) -> list[User]:
    """The same, were there more than one: an earlier version told addresses apart that we do not."""
    return list(op.session.scalars(select(User).where(User.email_hmac.in_(_email_indexes(op, email)))))


def all_users(session: Session) -> list[User]:
    """Everybody who works or worked here, in the order they were added."""
    return list(session.scalars(select(User).order_by(User.made_at, User.id)))


def in_a_word(roles: Iterable[Role]) -> str:
    """Roles as they are recorded and sent by forms, the least far-reaching first."""
    return " ".join(role.value for role in Role if role in roles)


def _add(op: Operation, name: str, email: str, roles: frozenset[Role], password_hash: str | None) -> User:
    index = _email_index(op, email)
    taken = select(User.id).where(User.email_hmac.in_(_email_indexes(op, email)))
    if op.session.scalars(taken).first() is not None:
        raise EmailTaken(email)
    user = User(
        name=names.cleaned(name),
        email=address.read(email),
        email_hmac=index,
        roles=roles,
        password_hash=password_hash,
        active=True,
        made_at=op.now,
    )
    op.session.add(user)
    op.record(Action.STAFF_ADDED, user, role=in_a_word(roles))
    return user


def _locked_admins(session: Session) -> list[User]:
    """The active admins. Two who act on each other at once wait here, and the second sees who is left."""
    stmt = select(User).where(User.may_work_as(Role.ADMIN), User.active.is_(True)).order_by(User.id)
    return list(session.scalars(stmt.with_for_update().execution_options(populate_existing=True)))


@dataclass(frozen=True)
class _Guess:
    """What came of a password: `compared_with` is the hash it was right for, None when it was wrong.

    `stronger` is what is to be kept instead, `number` how many guesses there have been of late.
    """

    compared_with: str | None
    stronger: str | None
    number: int

    @property
    def right(self) -> bool:
        return self.compared_with is not None


def _guess(op: Operation, user: User | None, password: str, counted: tuple[Limit, ...]) -> _Guess:
    """Count a guess, commit that, and compare. Raises SignInRefused when it is not looked at."""
    kept = user.password_hash if user is not None and uses_password(op.settings, user) else None
    try:
        with passwords.turn(known=counted[0].kind in TRUSTED):
            number = guesses.spend(op, counted)
            # Safety: the try counts whatever happens now, and nobody waits to save a page while we hash.
            op.commit()
            # In every case: whoever is not let in must not learn from the time it takes that this was it.
            if not passwords.is_right(op.session, kept, password) or kept is None:
                return _Guess(None, None, number)
            return _Guess(kept, passwords.stronger(op.session, kept, password), number)
    except TooMany as refused:
        raise SignInRefused(refused.wait) from None
    except Busy:
        raise SignInRefused(COME_BACK_AFTER) from None


def _is_still(op: Operation, user: User, guess: _Guess) -> bool:
    """Nobody has changed the password, or ended the account, while it was compared."""
    op.session.refresh(user, with_for_update={"key_share": True})
    return user.active and user.password_hash == guess.compared_with


def _refuse(op: Operation, user: User | None, guess: _Guess) -> NoReturn:
    # Only for people who exist, and now and then: nobody can fill the record by guessing.
    if user is not None and guess.number in guesses.RECORDED:
        op.acting_as(NOBODY).record(Action.STAFF_SIGN_IN_REFUSED, user, why="wrong", tries=guess.number)
    raise SignInRefused


def check_password(settings: Settings, password: str, name: str, email: str) -> None:
    """Raise WeakPassword unless it would hold as the password of this person at this clinic."""
    try:
        typed_password.check(password, (name, email, email.partition("@")[0], settings.clinic_name))
    except NotAPassword as problem:
        raise WeakPassword(fill(WHY[problem.reason], _LENGTHS)) from None


def _email_index(op: Operation, email: str) -> str:
    return op.hmac_index(*index_parts(email)[0])


def _email_indexes(op: Operation, email: str) -> tuple[str, str]:
    """By what an account with this address is found: one made by an earlier version, as it was typed."""
    return _email_index(op, email), op.hmac_index(*index_parts(email)[1])


def index_parts(email: str) -> tuple[tuple[str, ...], ...]:
    """Of what the HMAC of an address is made; the second by an earlier version."""
    return ("staff e-mail", address.folded(email)), ("staff e-mail", email.strip().casefold())
