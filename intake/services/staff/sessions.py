"""Who is let in: sessions that live on the server and can be ended there.

The browser holds a random token, we hold its fingerprint. A session that was ended is never revived,
whatever a slow request may still write.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, case, literal, or_, select, update
from sqlalchemy.orm import Session, joinedload

from intake.services.audit import Action, Actor
from intake.services.context import CLOCKS_DIFFER, Operation
from intake.services.invitations.links import hash_of
from intake.services.staff import account_mail, known_browsers
from intake.services.staff.factors import steps
from intake.services.staff.known_browsers import ANYWHERE, Client
from intake.storage.models import (
    AppointmentState,
    Intake,
    Invitation,
    InvitationState,
    Role,
    Route,
    SessionKind,
    StaffIdentity,
    User,
    WebSession,
)
from intake.storage.types import UTCDateTime

SEEN_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Limits:
    """How long a session lasts unused, and at the most."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class ByProvider:
    """A session that somebody's provider has begun: whose, and by what name it calls it there, if any."""

    identity_id: UUID
    sid_hash: str | None


LIMITS: dict[SessionKind, Limits] = {
    SessionKind.STAFF: Limits(timedelta(minutes=10), timedelta(hours=12)),
    SessionKind.PATIENT: Limits(timedelta(minutes=60), timedelta(hours=4)),
    SessionKind.TABLET: Limits(timedelta(days=180), timedelta(days=180)),
}
# A tablet at the clinic goes from hand to hand. Its pages clear themselves sooner (static/js/handed_on.js).
ON_A_TABLET = Limits(timedelta(minutes=3), timedelta(hours=2))


def start_patient(op: Operation, invitation: Invitation) -> str:
    """Let in whoever was just identified; the token for the browser, this once."""
    intake = invitation.appointment.intake
    let_in = WebSession(kind=SessionKind.PATIENT, intake=intake, invitation=invitation)
    return start(op, let_in)


class NotTheirRole(Exception):
    """They do not have this role, or are signed in no longer."""


def first_role(user: User) -> Role:
    """In which role a session of theirs begins: the least far-reaching, never admin beside another one."""
    return next(role for role in Role if role in user.roles)


def start_staff(
    op: Operation,
    user: User,
    client: Client = ANYWHERE,
    methods: str = "",
    by_provider: ByProvider | None = None,
) -> str:
    """Let in a member of staff in their first role, who showed these `methods`; the token, this once.

    Their browser is known from now on; if it was not, they are told by e-mail.
    """
    was_known = not client.browser or known_browsers.find(op, user, client.browser) is not None
    here = WebSession(kind=SessionKind.STAFF, user=user, role=first_role(user))
    here.device, here.methods = client.device, methods
    if by_provider is not None:
        here.identity_id, here.sid_hash = by_provider.identity_id, by_provider.sid_hash
    token = start(op, here)
    known_browsers.remember(op, user, client)
    if not was_known:
        op.session.flush()
        account_mail.tell_of_new_browser(op, user, here)
    return token


def renew(op: Operation, web_session: WebSession) -> str:
    """Another token for somebody who has shown once more who they are; the one before opens nothing."""
    token = secrets.token_urlsafe(32)
    op.session.execute(
        update(WebSession)
        .where(WebSession.id == web_session.id, WebSession.revoked_at.is_(None))
        .values(token_hash=hash_of(token))
    )
    return token


def work_as(op: Operation, web_session: WebSession, role: Role) -> str:
    """Go on in another role of theirs, under a new token, which is given this once. Raises NotTheirRole.

    What was proved, when it began and what is filled in at this desk stay with the session.
    """
    found = op.session.get_one(WebSession, web_session.id, with_for_update=True, populate_existing=True)
    if not lasts(found, now=op.now) or found.user is None or role not in found.user.roles:
        raise NotTheirRole
    token = secrets.token_urlsafe(32)
    before, found.role, found.token_hash = found.role, role, hash_of(token)
    op.acting_as(Actor.staff(found.user, role)).record(
        Action.STAFF_WORKS_AS, found.user, before=before, after=role
    )
    return token


def start_on_tablet(op: Operation, intake: Intake, *, tablet: WebSession) -> str:
    """Open a form on a tablet, for as long as that is let in; the token, this once."""
    return start(
        op, WebSession(kind=SessionKind.PATIENT, intake=intake, route=Route.TABLET, tablet_id=tablet.id)
    )


def start_at_desk(
    op: Operation, intake: Intake, route: Route, *, desk: WebSession, identified_at: datetime | None = None
) -> str:
    """Open a form for whoever is signed in at `desk`, for as long as they are; the token, this once."""
    here = WebSession(kind=SessionKind.PATIENT, intake=intake, route=route, desk_id=desk.id)
    here.identified_at = identified_at
    return start(op, here)


def close_unidentified(op: Operation, intake: Intake, *, besides: User | None) -> None:
    """End the sessions at a desk that would show answers of somebody who did not give the date of birth.

    Not those of `besides`, who wrote the answers.
    """
    there = (WebSession.intake_id == intake.id, WebSession.desk_id.is_not(None))
    still = (WebSession.identified_at.is_(None), WebSession.revoked_at.is_(None))
    stmt = update(WebSession).where(*there, *still)
    if besides is not None:
        theirs = select(WebSession.id).where(WebSession.user_id == besides.id)
        stmt = stmt.where(WebSession.desk_id.not_in(theirs.scalar_subquery()))
    op.session.execute(stmt.values(revoked_at=op.now).execution_options(synchronize_session=False))


# Built once: it is asked for with every page.
_BY_TOKEN = (
    select(WebSession)
    .where(WebSession.token_hash == bindparam("token"), WebSession.kind == bindparam("kind"))
    .options(
        # What they may do besides their role is asked when the session of the database is closed.
        joinedload(WebSession.user).selectinload(User.grants),
        joinedload(WebSession.invitation),
        joinedload(WebSession.intake)
        .defer(Intake.draft_sealed)
        .defer(Intake.summary_sealed)
        .joinedload(Intake.appointment),
    )
)


def find(op: Operation, token: str, kind: SessionKind) -> WebSession | None:
    """The session of this token while it lasts; only reads. What its form holds is not read along."""
    found = op.session.scalars(_BY_TOKEN, {"token": hash_of(token), "kind": kind}).one_or_none()
    if found is not None and found.desk is not None:
        # Seldom there, so not joined: read now, because nothing can be read later.
        _ = found.desk.user
    return found if found is not None and lasts(found, now=op.now) else None


def known(session: Session, token: str) -> WebSession | None:
    """The session of this token, whether it lasts or not: it says where somebody came from."""
    stmt = select(WebSession).where(WebSession.token_hash == hash_of(token))
    whole = (joinedload(WebSession.invitation), joinedload(WebSession.intake))
    return session.scalars(stmt.options(*whole)).one_or_none()


def link_closed(web_session: WebSession) -> bool:
    """True when a patient's session would still do, but the clinic has closed the link it came by."""
    return bool(
        web_session.revoked_at is None
        and web_session.invitation
        and web_session.invitation.state is not InvitationState.OPEN
    )


def to_be_seen(web_session: WebSession, *, now: datetime) -> bool:
    """True when the last sight is old enough to be worth a write."""
    return abs(now - web_session.seen_at) >= SEEN_EVERY


def see(op: Operation, web_session: WebSession) -> None:
    """Note that the session is in use, and the one that carries it."""
    in_use = [each for each in (web_session.id, web_session.tablet_id, web_session.desk_id) if each]
    op.session.execute(
        update(WebSession)
        .where(WebSession.id.in_(in_use), WebSession.revoked_at.is_(None), _seen_at_another_time(op))
        .values(seen_at=op.now, started_at=_began(op))
    )


def _began(op: Operation) -> ColumnElement[datetime]:
    """Nothing in use was started later than now: else a clock that was ahead would let it last longer."""
    return case((WebSession.started_at > op.now, literal(op.now, UTCDateTime())), else_=WebSession.started_at)


def _seen_at_another_time(op: Operation) -> ColumnElement[bool]:
    """Another request may have seen it a moment later; much later was before the clock was set back."""
    return or_(WebSession.seen_at < op.now, WebSession.seen_at > op.now + SEEN_EVERY)


def revoke(op: Operation, token: str, kind: SessionKind) -> None:
    """End the session of this token, if there is one."""
    stmt = select(WebSession).where(WebSession.token_hash == hash_of(token), WebSession.kind == kind)
    found = op.session.scalars(stmt.with_for_update()).one_or_none()
    if found is None or found.revoked_at is not None:
        return
    found.revoked_at = op.now
    if found.kind is SessionKind.STAFF and found.user is not None:
        op.acting_as(Actor.staff(found.user, found.role)).record(Action.STAFF_SIGNED_OUT, found.user)


def revoke_all(op: Operation, user: User, besides: WebSession | None = None) -> None:
    """End every session of a member of staff but for one, and what they are half way through."""
    steps.end_all(op, user)
    stmt = update(WebSession).where(WebSession.user_id == user.id, WebSession.revoked_at.is_(None))
    if besides is not None:
        stmt = stmt.where(WebSession.id != besides.id)
    op.session.execute(stmt.values(revoked_at=op.now))


def provider_of(web_session: WebSession) -> ByProvider | None:
    """Whose provider has begun it, who may end it; None for one that was begun here."""
    if web_session.identity_id is None:
        return None
    return ByProvider(web_session.identity_id, web_session.sid_hash)


def is_by_provider(op: Operation, token: str) -> bool:
    """A provider has begun the session of this token, whether it lasts or not."""
    stmt = select(WebSession.identity_id).where(WebSession.token_hash == hash_of(token))
    return op.session.scalar(stmt) is not None


def end_by_provider(op: Operation, identity: StaffIdentity | None, sid_hash: str | None = None) -> None:
    """End the sessions that the provider began: of `identity`, of `sid_hash`, or what both fit."""
    if identity is None and sid_hash is None:
        return
    stmt = select(WebSession).where(WebSession.identity_id.is_not(None), WebSession.revoked_at.is_(None))
    if identity is not None:
        stmt = stmt.where(WebSession.identity_id == identity.id)
    if sid_hash is not None:
        stmt = stmt.where(WebSession.sid_hash == sid_hash)
    for found in op.session.scalars(stmt.order_by(WebSession.id).with_for_update(of=WebSession)):
        found.revoked_at = op.now
        op.record(Action.STAFF_SIGNED_OUT, found.user, by="provider")


def part_from_provider(op: Operation, identity: StaffIdentity) -> None:
    """End the sessions that it began, which remember it no longer."""
    end_by_provider(op, identity)
    op.session.flush()
    theirs = update(WebSession).where(WebSession.identity_id == identity.id).values(identity_id=None)
    op.session.execute(theirs.execution_options(synchronize_session="fetch"))


def end_in_roles(op: Operation, user: User, roles: Iterable[Role]) -> None:
    """End the sessions in which they work in one of these roles."""
    op.session.execute(
        update(WebSession)
        .where(WebSession.user_id == user.id, WebSession.revoked_at.is_(None), WebSession.role.in_(roles))
        .values(revoked_at=op.now)
    )


def count(op: Operation, user: User) -> int:
    """In how many browsers a member of staff is signed in."""
    return len(of(op, user))


def of(op: Operation, user: User) -> tuple[WebSession, ...]:
    """The sessions of a member of staff that last, the last used first."""
    stmt = select(WebSession).where(
        WebSession.user_id == user.id, WebSession.kind == SessionKind.STAFF, WebSession.revoked_at.is_(None)
    )
    stmt = stmt.options(joinedload(WebSession.user)).order_by(WebSession.seen_at.desc(), WebSession.id)
    return tuple(each for each in op.session.scalars(stmt) if lasts(each, now=op.now))


def end(op: Operation, user: User, besides: WebSession, only: UUID | None = None) -> None:
    """Sign somebody out where they are signed in, but for `besides`; or out of one of those alone."""
    stmt = update(WebSession).where(
        WebSession.user_id == user.id,
        WebSession.kind == SessionKind.STAFF,
        WebSession.revoked_at.is_(None),
        WebSession.id != besides.id,
    )
    if only is not None:
        stmt = stmt.where(WebSession.id == only)
    stmt = stmt.values(revoked_at=op.now).execution_options(synchronize_session=False)
    ended = op.session.scalars(stmt.returning(WebSession.id)).all()
    if ended:
        op.record(Action.STAFF_SIGNED_OUT, user, number=len(ended))


def end_all(op: Operation, user: User) -> None:
    """Sign a member of staff out everywhere, where they come in as a stranger next time; records by whom."""
    revoke_all(op, user)
    known_browsers.forget_all(op, user)
    op.record(Action.STAFF_SIGNED_OUT, user)


def start(op: Operation, web_session: WebSession) -> str:
    """Let this browser in; its token, this once."""
    token = secrets.token_urlsafe(32)
    web_session.token_hash = hash_of(token)
    web_session.started_at = web_session.seen_at = op.now
    op.session.add(web_session)
    return token


def lasts(web_session: WebSession, *, now: datetime) -> bool:
    """True while this browser is let in."""
    limits = _limits(web_session)
    if web_session.revoked_at is not None:
        return False
    # What was seen by a clock that was wrong was seen nobody can tell how long ago.
    # A tablet is let in by an admin, and for half a year: a clock that was set right does not end that.
    if web_session.seen_at - now > CLOCKS_DIFFER and web_session.kind is not SessionKind.TABLET:
        return False
    if now - web_session.seen_at > limits.idle or now - web_session.started_at > limits.absolute:
        return False
    if web_session.kind is SessionKind.STAFF:
        user = web_session.user
        return user is not None and user.active and web_session.role in user.roles
    if web_session.kind is SessionKind.TABLET:
        return True
    carrier = web_session.tablet or web_session.desk
    if carrier is not None:
        expected = web_session.intake is not None and web_session.intake.appointment.state
        return expected is AppointmentState.BOOKED and lasts(carrier, now=now)
    return web_session.invitation is not None and web_session.invitation.state is InvitationState.OPEN


def _limits(web_session: WebSession) -> Limits:
    return LIMITS[web_session.kind] if web_session.tablet is None else ON_A_TABLET
