"""Chains of audit events, one for each stream, and whether all of them hold.

Each event is sealed together with the one before it, and the end of each chain is sealed and counted in the
total (`storage/audit_total.py`): a tail that is cut, a chain that is removed with its end, and one that was
put back from an older copy are noticed.
"""

import hmac
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from intake.services.upsert import insert_if_missing
from intake.storage import audit_total
from intake.storage.audit_details import APPOINTMENT, seal_deeds_again
from intake.storage.audit_total import Broken
from intake.storage.bound_rows import changes_of
from intake.storage.encryption import Keys, keys_of
from intake.storage.models import Appointment, AuditEvent, AuditHead
from intake.storage.resealing import sealed_by
from intake.storage.seals import START, SealKind, content_of, event_mac, head_said, holds, seal

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
    genuine = holds(keys, before, SealKind.HEAD, *head.said)
    head.seq, head.mac = event.seq, event.mac
    if genuine:
        head.seal = seal(keys, SealKind.HEAD, *head.said)
        changes.replaced(_HEAD, before, head.seal)
    changes.events, changes.last_event = changes.events + 1, (str(event.id), event.mac)
    session.add(event)


def breaks(session: Session) -> Iterator[Broken]:
    """Every place where the record does not hold."""
    heads = {head.stream: head for head in session.scalars(select(AuditHead))}
    ends: dict[str, tuple[int, str]] = {}
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.stream, AuditEvent.seq))
    for stream, chain in groupby(events, key=lambda event: event.stream):
        walked = Walked(keys_of(session), heads.get(stream))
        for event in chain:
            yield from walked.past(event)
        ends[stream] = walked.end
    for stream in sorted({*heads, *ends}):
        head = heads.get(stream)
        if head is None or ends.get(stream, (0, START)) != (head.seq, head.mac):
            yield Broken(stream, None, "its end is missing")
        elif not holds(keys_of(session), head.seal, SealKind.HEAD, *head.said):
            yield Broken(stream, None, "its end was changed")
    yield from audit_total.breaks(session)


def breaks_in(session: Session, streams: Collection[str]) -> tuple[Broken, ...]:
    """Every place where these chains do not hold; what is missing as a whole only `breaks` can tell."""
    heads = {
        head.stream: head for head in session.scalars(select(AuditHead).where(AuditHead.stream.in_(streams)))
    }
    found: list[Broken] = []
    for stream in sorted(streams):
        walked, head = Walked(keys_of(session), heads.get(stream)), heads.get(stream)
        events = select(AuditEvent.__table__).where(AuditEvent.stream == stream).order_by(AuditEvent.seq)
        for event in session.connection().execute(events):
            found.extend(walked.past(event))
        if head is None or walked.end != (head.seq, head.mac):
            found.append(Broken(stream, None, "its end is missing"))
        elif not holds(keys_of(session), head.seal, SealKind.HEAD, *head.said):
            found.append(Broken(stream, None, "its end was changed"))
    return tuple(found)


@dataclass(frozen=True)
class SealedApart:
    """A chain up to a number, as it is to be sealed by its end: `details` are encrypted again, by event."""

    stream: str
    before: tuple[int, str]
    last: tuple[int, str]
    digest: str
    details: Mapping[UUID, bytes]


def due(session: Session) -> list[str]:
    """The chains in which something needs another key than the current one, and can still be read."""
    keys = keys_of(session)
    ends = select(AuditHead.stream).where(AuditHead.seal.not_like(f"{keys.current}:%"))
    own = (
        select(AuditEvent.stream)
        .join(AuditHead, AuditHead.stream == AuditEvent.stream)
        .where(AuditEvent.seq > AuditHead.sealed_through, AuditEvent.key_number != keys.current)
    )
    there = {f"{APPOINTMENT}{id}" for id in session.scalars(select(Appointment.id))}
    encrypted = (
        select(AuditEvent.stream)
        .where(~sealed_by(AuditEvent.detail_sealed, keys.current), AuditEvent.detail_sealed.is_not(None))
        .distinct()
    )
    read = {stream for stream in session.scalars(encrypted) if stream in there}
    return sorted({*session.scalars(ends), *session.scalars(own.distinct()), *read})


def due_by(session: Session, number: int) -> int:
    """How many chains need key `number`."""
    ends = select(AuditHead.stream).where(AuditHead.seal.like(f"{number}:%"))
    own = (
        select(AuditEvent.stream)
        .join(AuditHead, AuditHead.stream == AuditEvent.stream)
        .where(AuditEvent.seq > AuditHead.sealed_through, AuditEvent.key_number == number)
    )
    there = {f"{APPOINTMENT}{id}" for id in session.scalars(select(Appointment.id))}
    encrypted = select(AuditEvent.stream).where(sealed_by(AuditEvent.detail_sealed, number)).distinct()
    read = {stream for stream in session.scalars(encrypted) if stream in there}
    return len({*session.scalars(ends), *session.scalars(own.distinct()), *read})


def looked_through(session: Session, stream: str) -> SealedApart | None:
    """The chain as it is now, to be sealed by its end; None where it does not hold, and stays as it is."""
    keys, salt = keys_of(session), _salt(session, stream)
    head = session.get(AuditHead, stream)
    if head is None or not holds(keys, head.seal, SealKind.HEAD, *head.said):
        return None
    walked, digest, details = Walked(keys, head), sha256(), dict[UUID, bytes]()
    events = select(AuditEvent.__table__).where(AuditEvent.stream == stream).order_by(AuditEvent.seq)
    for event in session.connection().execute(events):
        if any(True for _ in walked.past(event)):
            return None
        said = dict(event._mapping)
        if salt is not None and event.detail_sealed is not None:
            again = seal_deeds_again(keys, salt, event.id, event.detail_sealed)
            if again != event.detail_sealed:
                details[event.id] = again
                said["detail_sealed"] = again
        digest.update(content_of(SimpleNamespace(**said)))
    if walked.end != (head.seq, head.mac):
        return None
    before = head.sealed_through, head.sealed_digest
    return SealedApart(stream, before, walked.end, digest.hexdigest(), details)


def seal_apart(session: Session, found: SealedApart) -> bool:
    """Let the end of a chain seal what was looked through; False: it is in use, or another one meanwhile."""
    keys = keys_of(session)
    stmt = select(AuditHead).where(AuditHead.stream == found.stream).with_for_update(skip_locked=True)
    head = session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()
    if head is None or (head.sealed_through, head.sealed_digest) != found.before:
        return False
    last = select(AuditEvent.mac).where(AuditEvent.stream == found.stream, AuditEvent.seq == found.last[0])
    genuine = holds(keys, head.seal, SealKind.HEAD, *head.said)
    if not genuine or session.scalar(last) != found.last[1]:
        return False
    changed = [{"event_id": id, "sealed_again": detail} for id, detail in found.details.items()]
    if changed:
        table = cast(Table, AuditEvent.__table__)
        again = (
            update(table)
            .where(table.c.id == bindparam("event_id"))
            .values(detail_sealed=bindparam("sealed_again"))
        )
        session.connection().execute(again, changed)
    before = head.seal
    head.sealed_through, head.sealed_digest = found.last[0], found.digest
    head.seal = seal(keys, SealKind.HEAD, *head.said)
    changes_of(session).replaced(_HEAD, before, head.seal)
    return True


def _salt(session: Session, stream: str) -> bytes | None:
    """What the details of the chain of an appointment are read with; None: there are none to be read."""
    if not stream.startswith(APPOINTMENT):
        return None
    id = UUID(stream.removeprefix(APPOINTMENT))
    return session.scalar(select(Appointment.detail_salt).where(Appointment.id == id))


class Walked:
    """A chain as it is walked from its beginning.

    `head` says up to where the events are sealed by a digest; None: none of them is.
    """

    def __init__(self, keys: Keys, head: AuditHead | None) -> None:
        self._keys = keys
        self._through = head.sealed_through if head is not None else 0
        self._wanted = head.sealed_digest if head is not None else ""
        self._passed = sha256()
        self.end = (0, START)

    def past(self, event: Any) -> Iterator[Broken]:
        """Go past the next event; say what does not hold."""
        seq, mac = self.end
        self.end = (event.seq, event.mac)
        if event.seq <= self._through:
            self._passed.update(content_of(event))
        if event.seq != seq + 1:
            yield Broken(event.stream, event.seq, "an event before it is missing")
        elif event.seq > self._through and not self._is_genuine(mac, event):
            yield Broken(event.stream, event.seq, "it was changed")
        elif event.seq == self._through and not hmac.compare_digest(self._passed.hexdigest(), self._wanted):
            yield Broken(event.stream, event.seq, "it was changed, or one before it")

    def _is_genuine(self, before: str, event: Any) -> bool:
        return self._keys.has(event.key_number) and hmac.compare_digest(
            event.mac, event_mac(self._keys, before, event)
        )
