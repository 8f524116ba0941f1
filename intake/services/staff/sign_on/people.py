"""Who somebody at the provider is here: an account, tied to them once, by the name that is theirs for ever.

An account is found by issuer and subject, and never by an e-mail address but once: when somebody signs on for
the first time, and their verified address is that of exactly one account that is nobody's yet. Whoever is let
in no longer stays out, whatever the provider says; the emergency account is never the provider's.
"""

from datetime import timedelta
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.config import IdentityProvider
from intake.services.audit import NOBODY, SYSTEM, Action
from intake.services.context import Operation
from intake.services.invitations.links import hash_of
from intake.services.staff import accounts, emergency, sessions
from intake.services.staff.accounts import LastAdmin
from intake.services.staff.sign_on.shown import LASTS, LoggedOut, PersonShown
from intake.services.upsert import insert_if_missing
from intake.storage import Refused
from intake.storage.bound_rows import is_genuine
from intake.storage.models import Role, SpentToken, StaffIdentity, User

# A little longer than anything that counts once is taken: clocks differ.
KEPT_FOR = LASTS + timedelta(minutes=50)


class Why(StrEnum):
    """Why somebody is not let in by the provider; each has words on the page."""

    AWAY = "away"
    NOT_OURS = "not_ours"
    STOPPED = "stopped"
    NOT_SHOWN = "not_shown"
    TOO_WEAK = "too_weak"
    NOT_AGAIN = "not_again"
    ANOTHER = "another"
    NO_EMAIL = "no_email"
    NO_ACCOUNT = "no_account"
    TAKEN = "taken"
    NO_ROLE = "no_role"
    LAST_ADMIN = "last_admin"
    LEFT = "left"


class NotLetIn(Refused):
    """The provider knows them, and they are not let in here. Commit, then answer."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def let_in(op: Operation, provider: IdentityProvider, shown: PersonShown) -> User:
    """The account of whoever the provider has shown, with the role they have now. Raises NotLetIn.

    The first time it is tied to them, or made, where the settings say so.
    """
    _check_strength(provider, shown)
    identity = identified(op, shown.issuer, shown.subject)
    roles = roles_for(provider, shown)
    if provider.role_claim and not roles:
        if identity is not None:
            # What was open by a role that is gone is closed too.
            sessions.end_by_provider(op, identity)
        _refuse(op, Why.NO_ROLE, identity.user if identity is not None else None)
    user = identity.user if identity is not None else _first_time(op, provider, shown, roles)
    # Somebody may be letting them go at this moment.
    op.session.refresh(user, with_for_update={"key_share": True})
    if not user.active:
        _refuse(op, Why.LEFT, user)
    if emergency.is_it(op.settings, user):
        _refuse(op, Why.TAKEN, user)
    if roles:
        _give_roles(op, user, roles)
    return user


def roles_for(provider: IdentityProvider, shown: PersonShown) -> frozenset[Role]:
    """What they do here by the claim of the provider: every role that it names."""
    return frozenset(Role(role) for value, role in provider.roles if value in shown.role_words)


def identified(op: Operation, issuer: str, subject: str) -> StaffIdentity | None:
    """Whoever this is here. Raises NotLetIn for a tie that was changed in the database without the keys."""
    index = op.hmac_index(*index_parts(issuer, subject))
    stmt = select(StaffIdentity).where(StaffIdentity.subject_hmac == index)
    found = op.session.scalars(stmt.options(joinedload(StaffIdentity.user))).one_or_none()
    if found is not None and not is_genuine(op.session, found):
        _refuse(op, Why.NOT_SHOWN, found.user)
    return found


def identity_of(session: Session, user: User) -> StaffIdentity | None:
    """Who this member of staff is at the provider; None: nobody yet."""
    return session.scalars(select(StaffIdentity).where(StaffIdentity.user_id == user.id)).one_or_none()


def untie(op: Operation, user: User) -> None:
    """From now on somebody else may be this account at the provider; who came in by it is out."""
    identity = identity_of(op.session, user)
    if identity is None:
        return
    sessions.part_from_provider(op, identity)
    op.session.delete(identity)
    op.record(Action.STAFF_IDENTITY_UNTIED, user)


def log_out(op: Operation, said: LoggedOut) -> bool:
    """End exactly the sessions that a logout token names; False when it was used before."""
    if not spend(op, f"logout {said.issuer} {said.jti}"):
        return False
    sid_hash = sid_hash_of(said.issuer, said.sid) if said.sid else None
    if said.subject is None:
        sessions.end_by_provider(op, None, sid_hash)
        return True
    identity = identified(op, said.issuer, said.subject)
    if identity is not None:
        sessions.end_by_provider(op, identity, sid_hash)
    return True


def spend(op: Operation, what: str) -> bool:
    """Use up what counts once; False when it was used before."""
    return insert_if_missing(
        op.session, SpentToken, {"token_hash": hash_of(what), "kept_until": op.now + KEPT_FOR}
    )


def sid_hash_of(issuer: str, sid: str) -> str:
    """The fingerprint of what the provider calls a sign-on."""
    return hash_of(f"sid {issuer} {sid}")


def index_parts(issuer: str, subject: str) -> tuple[str, ...]:
    """Of what the HMAC of somebody at the provider is made."""
    return ("identity at a provider", issuer, subject)


def _check_strength(provider: IdentityProvider, shown: PersonShown) -> None:
    """As strongly as the clinic asks for (ASVS 6.8.4)."""
    if provider.acr and shown.acr not in provider.acr:
        raise NotLetIn(Why.TOO_WEAK)
    if not shown.amr.issuperset(provider.amr):
        raise NotLetIn(Why.TOO_WEAK)


def _first_time(
    op: Operation, provider: IdentityProvider, shown: PersonShown, roles: frozenset[Role]
) -> User:
    if not shown.email:
        raise NotLetIn(Why.NO_EMAIL)
    found = accounts.all_with_email(op, shown.email)
    if not found and provider.takes_in and roles:
        name = shown.name or shown.email.partition("@")[0]
        role, *also = roles
        user = accounts.expect_user(op.acting_as(SYSTEM), name=name, email=shown.email, role=role, also=also)
    elif len(found) == 1:
        [user] = found
        _check_free(op, user)
    else:
        raise NotLetIn(Why.NO_ACCOUNT)
    identity = StaffIdentity(
        user=user,
        subject_hmac=op.hmac_index(*index_parts(shown.issuer, shown.subject)),
        issuer=shown.issuer,
        subject=shown.subject,
        made_at=op.now,
    )
    op.session.add(identity)
    op.acting_as(SYSTEM).record(Action.STAFF_IDENTITY_TIED, user)
    op.session.flush()
    return user


def _give_roles(op: Operation, user: User, roles: frozenset[Role]) -> None:
    """The roles of the claim are theirs from now on."""
    try:
        accounts.change_role(op.acting_as(SYSTEM), user, *roles)
    except LastAdmin:
        _refuse(op, Why.LAST_ADMIN, user)


def _check_free(op: Operation, user: User) -> None:
    """This account may be tied to somebody at the provider."""
    if not user.active:
        _refuse(op, Why.LEFT, user)
    if emergency.is_it(op.settings, user) or identity_of(op.session, user) is not None:
        _refuse(op, Why.TAKEN, user)


def _refuse(op: Operation, why: Why, user: User | None) -> NoReturn:
    if user is not None:
        op.acting_as(NOBODY).record(Action.STAFF_SIGN_IN_REFUSED, user, why=why.value, by="provider")
    raise NotLetIn(why)
