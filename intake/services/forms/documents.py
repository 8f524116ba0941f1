"""Renderings of the frozen summary: enqueued when a form is handed over, made by the queue or on the spot."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.documents import FORMATS
from intake.documents import warm as make_ready
from intake.documents.beside import NOTHING, Beside
from intake.i18n import speaking
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.red_flags import screen
from intake.services.audit import SYSTEM, Action
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.services.operations import approvals
from intake.storage.models import Document, DocumentState, Intake, JobKind
from intake.summary import Subject, Summary, write_summary

# Made ahead and kept; the other formats take no time and are made when they are asked for.
KEPT = ("pdf",)


class NothingToRender(Exception):
    """Nothing was handed over yet, so there is no summary."""


class UnknownFormat(LookupError):
    """There is no such format."""


def enqueue(op: Operation, intake: Intake) -> None:
    """Owe the documents of what was just handed over; those of an earlier hand-over are made anew."""
    for name in KEPT:
        document = _of(op.session, intake, name)
        if document is None:
            document = Document(intake=intake, format=name)
            op.session.add(document)
        document.state, document.asked_at = DocumentState.PENDING, op.now
        document.content, document.sha256, document.made_at = None, None, None
        op.session.flush()
        dedupe_key = f"{op.now:%Y%m%dT%H%M%S%f}"
        outbox.add(op, JobKind.RENDER_DOCUMENT, document.id, dedupe_key=dedupe_key)


def content(op: Operation, intake: Intake, name: str, beside: Beside = NOTHING) -> bytes:
    """The bytes of a document; made on the spot while pending. Raises NothingToRender, UnknownFormat.

    `beside` is what is said with it; it is in none that is kept.
    """
    if name not in FORMATS:
        raise UnknownFormat(name)
    if intake.summary is None:
        raise NothingToRender
    document = _of(op.session, intake, name)
    if document is not None and document.content is not None:
        return document.content
    # Safety: a correction may have come in since the form was read. Read after the document, the record is
    # never older than what is enqueued; when it is younger, `fulfil` does not keep what is made.
    op.session.refresh(intake, ["summary_sealed"])
    made = render(Summary.from_json(intake.summary), name, beside, settings=op.settings)
    if document is not None:
        fulfil(op, document.id, made, asked_at=document.asked_at)
    return made


def kept(session: Session, intake: Intake, name: str) -> bytes | None:
    """The bytes that were made ahead; None while they are pending."""
    document = _of(session, intake, name)
    return document.content if document is not None else None


def warm(*, settings: Settings, now: datetime) -> None:
    """Render a form that nobody has filled in, so that the first patient waits little more than the next."""
    journey = Journey(Answers(), settings.today(now))
    moment = settings.local(now)
    with speaking(settings.language):
        nobody = write_summary(journey, screen(journey), Subject("Nobody"), written_at=moment, sent_at=moment)
        make_ready(nobody, settings.paper)


def render(summary: Summary, name: str, beside: Beside = NOTHING, *, settings: Settings) -> bytes:
    """A document of this summary, in the clinic's language."""
    with speaking(summary.language):
        approved = approvals.covers(settings, summary)
        return FORMATS[name].render(summary, beside, paper=settings.paper, approved=approved)


def fulfil(op: Operation, document_id: UUID, made: bytes, *, asked_at: datetime) -> bool:
    """Keep the bytes; False when they are there already, or were made for an earlier hand-over."""
    document = op.session.get_one(Document, document_id, with_for_update=True, populate_existing=True)
    if document.state is DocumentState.READY or document.asked_at != asked_at:
        return False
    document.content, document.sha256 = made, hashlib.sha256(made).hexdigest()
    document.state, document.made_at = DocumentState.READY, op.now
    sha256 = document.sha256
    op.acting_as(SYSTEM).record(Action.DOCUMENT_MADE, document, format=document.format, sha256=sha256)
    return True


def _of(session: Session, intake: Intake, name: str) -> Document | None:
    stmt = select(Document).where(Document.intake_id == intake.id, Document.format == name)
    return session.scalars(stmt).one_or_none()
