"""Chains of audit events, one for each stream, and whether all of them hold.

Each event is sealed together with the one before it, and the end of each chain is sealed and counted in the
total (`storage/audit_total.py`): a tail that is cut, a chain that is removed with its end, and one that was
put back from an older copy are noticed.
"""

import hmac
from collections.abc import Iterator

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from intake.services.upsert import insert_if_missing
from intake.storage import audit_total
from intake.storage.audit_total import Broken
from intake.storage.bound_rows import changes_of
from intake.storage.encryption import keys_of
from intake.storage.models import AuditEvent, AuditHead
from intake.storage.seals import START, SealKind, event_mac, head_said, holds, seal

_HEAD = AuditHead.__tablename__
# Built once: it is asked for with every page that is saved.
_LOCKED = (
    select(AuditHead)
    .where(AuditHead.stream == bindparam("stream"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked_head(session: Session, stream: str) -> AuditHead:
    """The end of the chain `stream`, kept from others until the session ends; made when there is none."""
    head = session.scalars(_LOCKED, {"stream": stream}).one_or_none()
    if head is not None:
        return head
    first = seal(keys_of(session), SealKind.HEAD, *head_said(stream, 0, START))
    if insert_if_missing(session, AuditHead, {"stream": stream, "seq": 0, "mac": START, "seal": first}):
        changes_of(session).added.append((_HEAD, first))
    return session.scalars(_LOCKED, {"stream": stream}).one()


def append(session: Session, head: AuditHead, event: AuditEvent) -> None:
    """Make `event` the new end of the chain."""
    keys = keys_of(session)
    event.stream, event.seq = head.stream, head.seq + 1
    event.mac = event_mac(keys, head.mac, event)
    # A broken seal stays: whoever cut the chain is found, whatever is added to it later.
    changes, before = changes_of(session), head.seal
    genuine = holds(keys, before, SealKind.HEAD, *head_said(head.stream, head.seq, head.mac))
    head.seq, head.mac = event.seq, event.mac
    if genuine:
        head.seal = seal(keys, SealKind.HEAD, *head_said(head.stream, head.seq, head.mac))
        changes.replaced(_HEAD, before, head.seal)
    changes.events, changes.last_event = changes.events + 1, (str(event.id), event.mac)
    session.add(event)


def breaks(session: Session) -> Iterator[Broken]:
    """Every place where the record does not hold."""
    keys = keys_of(session)
    heads = {head.stream: head for head in session.scalars(select(AuditHead))}
    ends: dict[str, tuple[int, str]] = {}
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.stream, AuditEvent.seq)):
        seq, mac = ends.get(event.stream, (0, START))
        if event.seq != seq + 1:
            yield Broken(event.stream, event.seq, "an event before it is missing")
        elif not hmac.compare_digest(event.mac, event_mac(keys, mac, event)):
            yield Broken(event.stream, event.seq, "it was changed")
        ends[event.stream] = (event.seq, event.mac)
    for stream in sorted({*heads, *ends}):
        end = (heads[stream].seq, heads[stream].mac) if stream in heads else None
        if end is None or ends.get(stream, (0, START)) != end:
            yield Broken(stream, None, "its end is missing")
        elif not holds(keys, heads[stream].seal, SealKind.HEAD, *head_said(stream, *end)):
            yield Broken(stream, None, "its end was changed")
    yield from audit_total.breaks(session)
