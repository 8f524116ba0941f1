"""What is done for each kind of work owed.

Whatever takes time (a PDF, a mail server) is done outside any transaction: nobody waits for it to save a
page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Settings
from intake.i18n import speaking
from intake.messaging import Mail, mail_sender, text_sender
from intake.services import documents, messages, outbox
from intake.services.messages import NotWanted, Outgoing
from intake.storage import Database
from intake.storage.models import Channel, Document, Job, JobKind
from intake.summary import Summary


@dataclass(frozen=True)
class Work:
    """What a piece of work is done with."""

    database: Database
    settings: Settings
    now: Callable[[], datetime]


def deliver(work: Work, job: Job) -> None:
    """Do it. Whatever is raised means that it is not done and is tried again."""
    HANDLERS[job.kind](work, job)


def _render_document(work: Work, job: Job) -> None:
    with work.database.reading() as session:
        document = session.get_one(Document, job.ref)
        asked_at, kept = document.asked_at, document.intake.summary
    if kept is None:
        raise documents.NothingToRender
    made = documents.render(Summary.from_json(kept), document.format, settings=work.settings)
    with work.database.writing() as session:
        documents.fulfil(session, document.id, made, asked_at=asked_at, now=work.now())
        outbox.done(session, job.id, now=work.now())
        session.commit()


def _send(work: Work, message: Job) -> None:
    """Look whether it is still wanted, hand it over, and say so."""
    try:
        with work.database.reading() as session, speaking(work.settings.language):
            outgoing = _outgoing(work, session, session.get_one(Job, message.id))
        _hand_over(work, outgoing, str(message.id))
    except NotWanted as reason:
        with work.database.writing() as session:
            messages.called_off(session, message.id, why=reason.why, now=work.now())
            session.commit()
        return
    with work.database.writing() as session:
        messages.left(session, session.get_one(Job, message.id), settings=work.settings, now=work.now())
        session.commit()


def _outgoing(work: Work, session: Session, message: Job) -> Outgoing:
    if message.kind in messages.TO_PATIENTS:
        ways = _ways(work.settings)
        return messages.to_patient(session, message, ways=ways, settings=work.settings, now=work.now())
    return messages.to_clinic(session, message, settings=work.settings, now=work.now())


def _ways(settings: Settings) -> frozenset[Channel]:
    """How messages leave this clinic."""
    senders = {Channel.EMAIL: mail_sender(settings), Channel.TEXT: text_sender(settings)}
    return frozenset(way for way, sender in senders.items() if sender is not None)


def _hand_over(work: Work, outgoing: Outgoing, reference: str) -> None:
    if outgoing.channel is Channel.TEXT:
        texts = text_sender(work.settings)
        if texts is None:
            raise NotWanted("no_sender")
        texts.send(outgoing.to, outgoing.letter.short, reference)
        return
    mails = mail_sender(work.settings)
    if mails is None:
        raise NotWanted("no_sender")
    mails.send(Mail(outgoing.to, outgoing.letter, reference))


HANDLERS: dict[JobKind, Callable[[Work, Job], None]] = {
    JobKind.RENDER_DOCUMENT: _render_document,
    JobKind.SEND_INVITATION: _send,
    JobKind.SEND_REMINDER: _send,
    JobKind.TELL_OF_ALERT: _send,
    JobKind.TELL_OF_OVERDUE: _send,
}
