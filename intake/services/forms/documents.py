"""Renderings of the frozen summary: enqueued when a form is handed over, and made by the worker."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
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


class StillPending(Exception):
    """The worker has not made the document yet."""


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
    """The bytes of a document. Raises NothingToRender, UnknownFormat, StillPending.

    `beside` is what is said with it; it is in none that is kept.
    """
    if name not in FORMATS:
        raise UnknownFormat(name)
    if intake.summary is None:
        raise NothingToRender
    if name in KEPT:
        made = kept(op.session, intake, name)
        if made is None:
            raise StillPending
        return made
    return render(Summary.from_json(intake.summary), name, beside, settings=op.settings)


def kept(session: Session, intake: Intake, name: str) -> bytes | None:
    """The bytes that were made ahead; None while they are pending."""
    document = _of(session, intake, name)
    return document.content if document is not None else None


def some_pending(session: Session, intake_ids: Sequence[UUID]) -> bool:
    """Some document of these forms, which were handed over, is not made yet."""
    ready = Document.state == DocumentState.READY, Document.content_sealed.is_not(None)
    stmt = select(func.count()).where(Document.intake_id.in_(intake_ids), Document.format.in_(KEPT), *ready)
    return (session.scalar(stmt) or 0) < len(KEPT) * len(set(intake_ids))


def hasten(op: Operation, intake_ids: Sequence[UUID]) -> None:
    """Somebody waits for the documents of these forms: what failed or was given up is due at once."""
    for intake in op.session.scalars(select(Intake).where(Intake.id.in_(intake_ids))):
        documents = [_of(op.session, intake, name) for name in KEPT]
        if not all(each is not None and _is_made_or_owed(op, each) for each in documents):
            enqueue(op, intake)


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


def _is_made_or_owed(op: Operation, document: Document) -> bool:
    return document.state is DocumentState.READY or outbox.hasten(op, JobKind.RENDER_DOCUMENT, document.id)


def _of(session: Session, intake: Intake, name: str) -> Document | None:
    stmt = select(Document).where(Document.intake_id == intake.id, Document.format == name)
    return session.scalars(stmt).one_or_none()
