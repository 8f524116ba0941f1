"""Messages to patients and calls to the clinic: enqueued, looked at once more when they leave, and followed.

Address, link and whether it is still wanted are read at the moment of delivery: what was enqueued an hour ago
may be wrong by now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.messaging import (
    Letter,
    call_for_attention,
    call_offered,
    emergency_sign_in,
    invitation,
    reminder,
)
from intake.services.appointments import booking
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.invitations import links
from intake.services.messages import outbox
from intake.services.staff import account_mail
from intake.storage.models import (
    HANDED_OVER,
    Alert,
    AlertState,
    Appointment,
    AppointmentState,
    Channel,
    HandOver,
    HandOverState,
    Invitation,
    InvitationState,
    Job,
    JobKind,
    User,
)

AGAIN_AFTER = timedelta(minutes=30)
TO_PATIENTS = (JobKind.SEND_INVITATION, JobKind.SEND_REMINDER)


class NotWanted(Exception):
    """The message must not leave any more; `why` is a word of ours."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Outgoing:
    """A letter and where it goes."""

    channel: Channel
    to: str
    letter: Letter


@dataclass(frozen=True)
class Followed:
    """A message to a patient as reception follows it: waiting, retried, sent, failed or cancelled."""

    kind: JobKind
    channel: Channel | None
    state: str
    at: datetime
    why: str | None


def enqueue_invitation(op: Operation, link: Invitation, channel: Channel, *, idempotency_key: str) -> None:
    """Send this link by e-mail or text message; a second time with the same key sends nothing more."""
    is_new = outbox.add(
        op,
        JobKind.SEND_INVITATION,
        link.id,
        dedupe_key=f"{channel} {idempotency_key}"[:40],
        appointment_id=link.appointment_id,
        channel=channel,
    )
    if is_new:
        op.record(Action.MESSAGE_ENQUEUED, link, channel=channel)


def of(session: Session, appointment: Appointment) -> tuple[Followed, ...]:
    """The messages of an appointment, the latest first; reminders that are not due yet too."""
    return _by_appointment(session, [appointment.id])[appointment.id]


def failed(session: Session, appointment_ids: Iterable[UUID]) -> frozenset[UUID]:
    """The appointments whose last message has not arrived."""
    followed = _by_appointment(session, list(appointment_ids))
    return frozenset(id for id, theirs in followed.items() if _last_tried(theirs) in ("failed", "retried"))


def to_patient(op: Operation, message: Job, *, ways: Collection[Channel]) -> Outgoing:
    """What leaves for a patient now; `ways` is how messages leave this clinic. Raises NotWanted."""
    link = _link_for(op.session, message)
    appointment = link.appointment
    if link.state is not InvitationState.OPEN or link.token is None:
        raise NotWanted("no_link")
    if appointment.state is AppointmentState.CANCELLED:
        raise NotWanted("cancelled")
    if link.expires_at <= op.now:
        raise NotWanted("over")
    if appointment.intake.status in HANDED_OVER:
        raise NotWanted("finished")
    write = reminder if message.kind is JobKind.SEND_REMINDER else invitation
    channel, to = _address(appointment, message.channel, ways)
    return Outgoing(
        channel, to, write(op.settings, links.link(op.settings, link.token), appointment.starts_at)
    )


def to_clinic(op: Operation, message: Job) -> Outgoing:
    """What leaves for the clinic now, because somebody must be phoned or look. Raises NotWanted.

    Safety: an alert that is overdue calls again whoever has it.
    """
    if message.kind is JobKind.TELL_OF_HAND_OVER:
        return _to_receiver(op, message)
    if message.kind in outbox.ABOUT_ACCOUNTS:
        return _to_account(op, message)
    if message.kind is JobKind.TELL_OF_EMERGENCY:
        return _to_admin(op, message)
    alert = op.session.get(Alert, message.ref)
    if alert is None or alert.state is AlertState.CLOSED:
        raise NotWanted("closed")
    overdue = message.kind is JobKind.TELL_OF_OVERDUE
    if not overdue and alert.state is not AlertState.OPEN:
        raise NotWanted("taken")
    if message.made_at < alert.raised_at:
        # It has messages of its own since.
        raise NotWanted("raised_again")
    if not op.settings.alert_email:
        raise NotWanted("no_address")
    return Outgoing(Channel.EMAIL, op.settings.alert_email, call_for_attention(op.settings, overdue=overdue))


def _to_receiver(op: Operation, message: Job) -> Outgoing:
    """What leaves for the one to whom a call is offered."""
    offered = op.session.get(HandOver, message.ref)
    if offered is None or offered.state is not HandOverState.OFFERED:
        raise NotWanted("answered")
    if not offered.offered_to.active:
        raise NotWanted("deactivated")
    return Outgoing(Channel.EMAIL, offered.offered_to.email, call_offered(op.settings))


def _to_account(op: Operation, message: Job) -> Outgoing:
    """What leaves for somebody about their own account."""
    found = account_mail.letter_for(op, message)
    if found is None:
        raise NotWanted("deactivated")
    user, letter = found
    return Outgoing(Channel.EMAIL, user.email, letter)


def _to_admin(op: Operation, message: Job) -> Outgoing:
    """What leaves for an admin because the emergency account was used."""
    admin = op.session.get(User, message.ref)
    if admin is None or not admin.active:
        raise NotWanted("deactivated")
    return Outgoing(Channel.EMAIL, admin.email, emergency_sign_in(op.settings))


def sent(op: Operation, message: Job) -> None:
    """It was handed over. While an alert is overdue and open, the clinic is called again.

    Nothing more happens when another worker has handed it over as well, and has said so.
    """
    if message.done_at is not None:
        return
    outbox.done(op, message.id)
    if message.kind in TO_PATIENTS:
        booked = op.session.get(Appointment, message.appointment_id) if message.appointment_id else None
        kind = message.kind.value
        op.record(Action.MESSAGE_SENT, booked, kind=kind)
        return
    if message.kind in outbox.ABOUT_ACCOUNTS:
        op.record(Action.MESSAGE_SENT, account_mail.about(op, message), kind=message.kind.value)
        return
    if message.kind is JobKind.TELL_OF_EMERGENCY:
        op.record(Action.MESSAGE_SENT, op.session.get(User, message.ref), kind=message.kind.value)
        return
    if message.kind is JobKind.TELL_OF_HAND_OVER:
        op.record(Action.ALERT_TOLD, op.session.get(HandOver, message.ref), kind=message.kind.value)
        return
    alert = op.session.get(Alert, message.ref)
    op.record(Action.ALERT_TOLD, alert, kind=message.kind.value)
    if message.kind is JobKind.TELL_OF_OVERDUE:
        again = op.settings.open_from(op.now + AGAIN_AFTER) or op.now + AGAIN_AFTER
        dedupe_key = f"{again:%Y%m%dT%H%M%S%f}"
        outbox.add(op, message.kind, message.ref, dedupe_key=dedupe_key, not_before=again)


def note_failure(op: Operation, message_id: UUID) -> None:
    """It was tried in vain. When it is given up, the record of the appointment says so."""
    message = op.session.get_one(Job, message_id)
    if message.given_up_at is not None and message.appointment_id is not None:
        booked = op.session.get(Appointment, message.appointment_id)
        kind = message.kind.value
        op.record(Action.MESSAGE_FAILED, booked, kind=kind)


def cancelled(op: Operation, message_id: UUID, *, why: str) -> None:
    """It did not leave, because it must not any more."""
    message = op.session.get_one(Job, message_id)
    outbox.cancel(op, message, why=why)
    if message.appointment_id is not None:
        booked = op.session.get(Appointment, message.appointment_id)
        op.record(Action.MESSAGE_CANCELLED, booked, why=why)


def _link_for(session: Session, message: Job) -> Invitation:
    """The link that was to be sent; for a reminder, the one that works now."""
    if message.kind is JobKind.SEND_INVITATION:
        link = session.get(Invitation, message.ref)
    else:
        booked = booking.find(session, message.ref)
        link = links.current(session, booked) if booked is not None else None
        if booked is not None and booked.state is AppointmentState.CANCELLED:
            raise NotWanted("cancelled")
    if link is None:
        raise NotWanted("no_link")
    return link


def _address(
    appointment: Appointment, channel: Channel | None, ways: Collection[Channel]
) -> tuple[Channel, str]:
    """By the way that was chosen; a reminder goes by e-mail where it can, else by text."""
    theirs = appointment.as_booked
    known = {Channel.EMAIL: theirs.email, Channel.TEXT: theirs.phone}
    chosen = (channel,) if channel else (Channel.EMAIL, Channel.TEXT)
    for way in chosen:
        to = known[way]
        if to and way in ways:
            return way, to
    raise NotWanted("no_sender" if known[chosen[0]] else "no_address")


def _by_appointment(session: Session, appointment_ids: list[UUID]) -> dict[UUID, tuple[Followed, ...]]:
    found: dict[UUID, list[Followed]] = defaultdict(list)
    stmt = select(Job).where(Job.appointment_id.in_(appointment_ids), Job.kind.in_(TO_PATIENTS))
    for message in sorted(session.scalars(stmt), key=_latest, reverse=True):
        assert message.appointment_id is not None
        found[message.appointment_id].append(_followed(message))
    return {each: tuple(found[each]) for each in appointment_ids}


def _latest(message: Job) -> datetime:
    """When something last happened to it, or will; not when it is tried again, which may be hours later."""
    state, at, _ = _state(message)
    return outbox.failed_at(message) if state == "retried" else at


def _followed(message: Job) -> Followed:
    state, at, why = _state(message)
    return Followed(message.kind, message.channel, state, at, why)


def _state(message: Job) -> tuple[str, datetime, str | None]:
    if message.done_at is not None:
        return "sent", message.done_at, None
    if message.cancelled_at is not None:
        return "cancelled", message.cancelled_at, message.cancel_reason
    if message.given_up_at is not None:
        return "failed", message.given_up_at, message.last_error
    if message.last_error is not None:
        return "retried", message.not_before, message.last_error
    return "waiting", message.not_before, None


def _last_tried(theirs: tuple[Followed, ...]) -> str | None:
    """The state of the last message that was tried; what waits or was cancelled says nothing about it."""
    return next(
        (followed.state for followed in theirs if followed.state in ("sent", "failed", "retried")), None
    )
