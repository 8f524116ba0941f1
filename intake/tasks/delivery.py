"""What is done for each kind of job.

Whatever takes time (a PDF, a mail server) is done outside any transaction: nobody waits for it to save a
page.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from intake.config import Settings
from intake.i18n import speaking
from intake.messaging import Hosts, Mail, mail_sender, text_sender
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.forms import documents
from intake.services.messages import correspondence, outbox
from intake.services.messages.correspondence import NotWanted, Outgoing
from intake.services.messages.outbox import Claim, LeaseLost
from intake.storage import Database
from intake.storage.models import Channel, Document, Job, JobKind
from intake.summary import Summary


@dataclass(frozen=True)
class Work:
    """What a piece of work is done with."""

    database: Database
    settings: Settings
    now: Callable[[], datetime]
    hosts: Hosts = field(default_factory=Hosts)

    def operation(self) -> AbstractContextManager[Operation]:
        """What the system does now, for a job."""
        return Operation.open(self.database, self.settings, SYSTEM, self.now())

    def reading(self) -> AbstractContextManager[Operation]:
        """What is looked at before something is done."""
        return Operation.reading(self.database, self.settings, SYSTEM, self.now())


def deliver(work: Work, claim: Claim) -> None:
    """Do it. Whatever is raised means that it is not done and is tried again; LeaseLost: by somebody else."""
    HANDLERS[claim.job.kind](work, claim)


def _render_document(work: Work, claim: Claim) -> None:
    job = claim.job
    with work.database.reading() as session:
        document = session.get_one(Document, job.ref)
        asked_at, kept = document.asked_at, document.intake.summary
    if kept is None:
        raise documents.NothingToRender
    made = documents.render(Summary.from_json(kept), document.format, settings=work.settings)
    with work.operation() as op:
        documents.fulfil(op, document.id, made, asked_at=asked_at)
        outbox.done(op, job.id)
        op.commit()


def _send(work: Work, claim: Claim) -> None:
    """Look whether it is still wanted and ours, hand it over, and say so.

    What was handed over is marked as sent whoever has it by now: it has left.
    """
    message = claim.job
    try:
        with work.reading() as op, speaking(work.settings.language):
            if not outbox.is_held(op, claim):
                raise LeaseLost
            outgoing = _outgoing(op, work, op.session.get_one(Job, message.id))
        _hand_over(work, outgoing, message)
    except NotWanted as reason:
        with work.operation() as op:
            outbox.held(op, claim)
            correspondence.cancelled(op, message.id, why=reason.why)
            op.commit()
        return
    with work.operation() as op:
        left = op.session.get_one(Job, message.id, with_for_update=True, populate_existing=True)
        correspondence.sent(op, left)
        op.commit()


def _outgoing(op: Operation, work: Work, message: Job) -> Outgoing:
    if message.kind in correspondence.TO_PATIENTS:
        ways = _ways(work.settings)
        return correspondence.to_patient(op, message, ways=ways)
    return correspondence.to_clinic(op, message)


def _ways(settings: Settings) -> frozenset[Channel]:
    """How messages leave this clinic."""
    senders = {Channel.EMAIL: mail_sender(settings), Channel.TEXT: text_sender(settings)}
    return frozenset(way for way, sender in senders.items() if sender is not None)


def _hand_over(work: Work, outgoing: Outgoing, message: Job) -> None:
    reference = str(message.id)
    turn = work.hosts.turn(urgent=message.kind in outbox.URGENT)
    if outgoing.channel is Channel.TEXT:
        texts = text_sender(work.settings, turn)
        if texts is None:
            raise NotWanted("no_sender")
        texts.send(outgoing.to, outgoing.letter.short, reference)
        return
    mails = mail_sender(work.settings, turn)
    if mails is None:
        raise NotWanted("no_sender")
    mails.send(Mail(outgoing.to, outgoing.letter, reference, work.now()))


HANDLERS: dict[JobKind, Callable[[Work, Claim], None]] = {
    JobKind.RENDER_DOCUMENT: _render_document,
    JobKind.SEND_INVITATION: _send,
    JobKind.SEND_REMINDER: _send,
    JobKind.TELL_OF_ALERT: _send,
    JobKind.TELL_OF_OVERDUE: _send,
    JobKind.TELL_OF_HAND_OVER: _send,
    **dict.fromkeys(outbox.ABOUT_ACCOUNTS, _send),
    JobKind.TELL_OF_EMERGENCY: _send,
}
