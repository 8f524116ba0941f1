"""Personal links: made, opened with a date of birth, closed.

The link is a 256-bit secret, found by its fingerprint and kept sealed so that a reminder can carry it. A code
of twelve letters stands for it on paper. The date of birth keeps both from the wrong person; each try is
spent before anything is compared.
"""

import hashlib
import hmac
import re
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services.audit import NOBODY, Action, Actor
from intake.services.context import Operation
from intake.services.drawing import write_drawn
from intake.storage import Refused
from intake.storage.models import Appointment, AppointmentState, Invitation, InvitationState
from intake.text import code as read_code

TRIES = 5
AFTER_APPOINTMENT = timedelta(days=1)
CODE_LETTERS = 12
# With what stood beside it in a message: quotation marks, a full stop, a slash, what a tracker added.
# A dash or an underscore behind it is a dash, or the end of emphasis.
_TOKEN = re.compile(r"[^A-Za-z0-9_-]*([A-Za-z0-9_-]{43})[_-]{0,3}(?:[^A-Za-z0-9_-].*)?", re.DOTALL)
# Where a mail program broke the line.
_BREAK = re.compile(r"=?\s+")


class WrongDateOfBirth(Refused):
    """The date is not the patient's. A try is spent: commit, then answer like InvitationClosed."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("wrong date of birth")
        self.tries_left = tries_left


class InvitationClosed(Refused):
    """Unknown, expired, replaced, revoked, or five wrong dates: nobody is told which."""


def new_token() -> str:
    """A fresh secret for a link, 43 characters."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """The fingerprint of a secret that a browser holds, as kept: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def link(settings: Settings, token: str) -> str:
    """The whole address to give to the patient."""
    return f"{settings.public_url}/i/{token}"


def token_in(text: str) -> str | None:
    """The secret in the last part of a link, without what came along with it; None when it is not whole.

    Only its form is looked at, so that this tells nobody whether the link exists.
    """
    found = _TOKEN.fullmatch(text) or _TOKEN.fullmatch(_BREAK.sub("", text))
    return found[1] if found else None


def code_in(text: str) -> str | None:
    """The code that somebody typed, however they wrote it; None when it cannot be one."""
    try:
        return read_code.read(text, CODE_LETTERS)
    except read_code.NotACode:
        return None


def spelt(code: str) -> str:
    """A code as it is read and typed: "ABCD-EFGH-JKMN"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def invite(op: Operation, appointment: Appointment, *, token: str | None = None) -> str:
    """Make the link of an appointment, close earlier ones, and give its secret."""
    token = token or new_token()
    op.session.flush()
    _close(op.session, appointment, InvitationState.REPLACED)
    codes: dict[str, str] = {}

    def fingerprint_of_a_code() -> str:
        code = "".join(secrets.choice(read_code.LETTERS) for _ in range(CODE_LETTERS))
        codes[_code_index(op, code)] = code
        return _code_index(op, code)

    made: list[Invitation] = []

    def invitation_with(code_hmac: str) -> Invitation:
        for other in made:
            other.appointment = None  # type: ignore[assignment]
        made[:] = [
            Invitation(
                appointment=appointment,
                secret_hash=hash_of(token),
                token=token,
                code=codes[code_hmac],
                code_hmac=code_hmac,
                state=InvitationState.OPEN,
                tries=0,
                made_at=op.now,
                expires_at=_expiry(appointment) if appointment.state is AppointmentState.BOOKED else op.now,
            )
        ]
        return made[0]

    write_drawn(op.session, Invitation.code_hmac, fingerprint_of_a_code, invitation_with)
    op.record(Action.INVITATION_MADE, made[0])
    return token


def identify(op: Operation, secret_hash: str, date_of_birth: date) -> Invitation:
    """The invitation, when the date of birth is the patient's.

    Raises WrongDateOfBirth or InvitationClosed: in both cases commit, then give the same answer.
    """
    spent = _spend_try(op, secret_hash)
    # Safety: the try is spent whatever happens to this request.
    op.commit()
    if not spent:
        raise InvitationClosed
    stmt = select(Invitation).where(Invitation.secret_hash == secret_hash).with_for_update()
    invitation = op.session.scalars(stmt.execution_options(populate_existing=True)).one()
    if invitation.state is not InvitationState.OPEN:
        raise InvitationClosed
    expected = invitation.appointment.as_booked.date_of_birth
    if not hmac.compare_digest(expected.isoformat(), date_of_birth.isoformat()):
        left = TRIES - invitation.tries
        op.acting_as(NOBODY).record(Action.INVITATION_WRONG_DATE, invitation, tries_left=left)
        raise WrongDateOfBirth(left)
    invitation.tries = 0
    invitation.identified_at = invitation.identified_at or op.now
    patient = Actor.patient(invitation.appointment.intake)
    op.acting_as(patient).record(Action.INVITATION_IDENTIFIED, invitation)
    return invitation


def has_run_out(op: Operation, secret_hash: str) -> bool:
    """The link was good once, and its time is over. False for one that nobody made."""
    stmt = select(Invitation.id).where(
        Invitation.secret_hash == secret_hash,
        Invitation.state == InvitationState.OPEN,
        Invitation.expires_at <= op.now,
    )
    return op.session.scalar(stmt) is not None


def has_tries_left(session: Session, secret_hash: str) -> bool:
    """Another date may be tried; False for a link that nobody made."""
    stmt = select(Invitation.id).where(
        Invitation.secret_hash == secret_hash,
        Invitation.state == InvitationState.OPEN,
        Invitation.tries < TRIES,
    )
    return session.scalar(stmt) is not None


def current(session: Session, appointment: Appointment) -> Invitation | None:
    """The invitation whose link works now, or worked last; None when none is open."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.appointment_id == appointment.id, Invitation.state == InvitationState.OPEN)
        .order_by(Invitation.made_at.desc())
    ).first()


def may_open(appointment: Appointment, *, now: datetime) -> bool:
    """A link made now would open the form."""
    return appointment.state is AppointmentState.BOOKED and _expiry(appointment) > now


def with_token(session: Session, token: str) -> Invitation | None:
    """The invitation that `token` belongs to, while its link works."""
    found = made_with(session, token)
    return found if found is not None and found.state is InvitationState.OPEN else None


def made_with(session: Session, token: str) -> Invitation | None:
    """The invitation that was made with this token, open or closed."""
    stmt = select(Invitation).where(Invitation.secret_hash == hash_of(token))
    return session.scalars(stmt).one_or_none()


def fingerprint_of(op: Operation, code: str) -> str:
    """The fingerprint of the link that `code` stands for; of no link at all when it stands for none.

    Whether a code is known is not told before the date of birth is right.
    """
    stmt = select(Invitation.secret_hash).where(Invitation.code_hmac == _code_index(op, code))
    return op.session.scalar(stmt) or hash_of(f"no link {code}")


def moved(session: Session, appointment: Appointment) -> None:
    """The link lives as long as the appointment, whenever that is now; it does not come back to life."""
    invitation = current(session, appointment)
    if invitation is not None and appointment.state is AppointmentState.BOOKED:
        invitation.expires_at = _expiry(appointment)


def allow_more_tries(op: Operation, invitation: Invitation) -> None:
    """Reception has spoken to the patient: five tries again."""
    invitation.tries = 0
    op.record(Action.INVITATION_TRIES_ALLOWED, invitation)


def note_printed(op: Operation, invitation: Invitation) -> None:
    """The letter with this link goes out on paper."""
    invitation.printed_at = op.now
    op.record(Action.INVITATION_PRINTED, invitation)


def revoke(op: Operation, appointment: Appointment) -> None:
    """Close every link of an appointment; open sessions end with them."""
    op.session.flush()
    if _close(op.session, appointment, InvitationState.REVOKED):
        op.record(Action.INVITATION_CLOSED, appointment)


def _spend_try(op: Operation, secret_hash: str) -> bool:
    # Safety: one statement decides and counts, so forty guesses at once are still only five.
    spent = op.session.execute(
        update(Invitation)
        .where(
            Invitation.secret_hash == secret_hash,
            Invitation.state == InvitationState.OPEN,
            Invitation.tries < TRIES,
            Invitation.expires_at > op.now,
        )
        .values(tries=Invitation.tries + 1)
        .execution_options(synchronize_session=False)
    )
    return isinstance(spent, CursorResult) and spent.rowcount == 1


def _close(session: Session, appointment: Appointment, state: InvitationState) -> bool:
    # One after the other: two who make a link at once would not see, and so not close, each other's. As it
    # is now, for it may have been cancelled since it was read.
    session.refresh(
        appointment, ["version", "state", "starts_at", "minutes"], with_for_update={"key_share": True}
    )
    still_open = list(
        session.scalars(
            select(Invitation)
            .where(Invitation.appointment_id == appointment.id, Invitation.state == InvitationState.OPEN)
            .with_for_update()
        )
    )
    for invitation in still_open:
        invitation.state = state
    return bool(still_open)


def _expiry(appointment: Appointment) -> datetime:
    return appointment.starts_at + timedelta(minutes=appointment.minutes) + AFTER_APPOINTMENT


def _code_index(op: Operation, code: str) -> str:
    return op.hmac_index(*index_parts(code))


def index_parts(code: str) -> tuple[str, ...]:
    """Of what the HMAC of a code on paper is made."""
    return ("link code", code)
