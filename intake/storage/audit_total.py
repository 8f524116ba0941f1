"""One encrypted row that knows how many sealed rows there are, and a digest over all of their seals.

A single seal tells that a row is genuine, not that no row is missing or that an older one was put back. The
digest does: a sum of keyed terms, one for each sealed row and each end of a chain, kept up to date with each
transaction at the cost of one row. It is encrypted, so that nobody can look for other rows with the same sum
(Clarke et al., Incremental multiset hash functions, ASIACRYPT 2003).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, event, select, update
from sqlalchemy.orm import Session

from intake.storage.bound_rows import SealChanges, row_said, take_changes
from intake.storage.encryption import Keys, Tampered, WrongKey, keys_of
from intake.storage.models import AuditEvent, AuditHead, AuditTotal
from intake.storage.models.row import Bound
from intake.storage.seals import SealKind, holds, mac, number_of

THE_ONE = 1
PLACE = f"{AuditTotal.__tablename__}|content|{THE_ONE}"
MODULUS = 2**256


@dataclass(frozen=True)
class Total:
    """What must be there.

    `origin` is new whenever a state is accepted as it is; `last` is the id of an event and its seal.
    """

    origin: str
    rows: dict[str, int]
    digest: int
    events: int
    last: tuple[str, str] | None

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Total":
        """Read back what `to_json` gave."""
        last = tuple(kept["last"]) if kept["last"] else None
        return cls(kept["origin"], kept["rows"], int(kept["digest"], 16), kept["events"], last)

    def to_json(self) -> dict[str, Any]:
        """As it is kept, encrypted."""
        rows = {table: number for table, number in sorted(self.rows.items()) if number}
        return vars(self) | {"rows": rows, "digest": f"{self.digest:x}"}

    def after(self, changes: SealChanges, keys: Keys) -> "Total":
        """The total when these changes are counted."""
        rows = Counter(self.rows)
        rows.update(table for table, _ in changes.added)
        rows.subtract(table for table, _ in changes.removed)
        added, removed = (_sum(keys, each) for each in (changes.added, changes.removed))
        return replace(
            self,
            rows=dict(rows),
            digest=(self.digest + added - removed) % MODULUS,
            events=self.events + changes.events,
            last=changes.last_event or self.last,
        )


@dataclass(frozen=True)
class Broken:
    """Something that does not hold; `seq` is the event's number in its stream, where it is about one."""

    stream: str
    seq: int | None
    what: str


def total_of(session: Session) -> Total | None:
    """What must be there, as it was last sealed; None when it is missing or was changed."""
    stmt = select(AuditTotal.content_sealed).where(AuditTotal.id == THE_ONE)
    return _opened(keys_of(session), session.scalar(stmt))


def count_anew(session: Session) -> Total:
    """Take what lies in the database now for what must be there, with a new origin."""
    found, _ = _found(session)
    row = session.get(AuditTotal, THE_ONE)
    if row is None:
        row = AuditTotal(id=THE_ONE)
        session.add(row)
    row.content_sealed = _sealed(keys_of(session), found)
    return found


def breaks(session: Session) -> Iterator[Broken]:
    """Rows that were changed without the keys, and what is missing, was added or was put back."""
    found, changed = _found(session)
    yield from changed
    wanted = total_of(session)
    if wanted is None:
        yield Broken("total", None, "it is missing, or was changed")
        return
    for table in sorted({*found.rows, *wanted.rows}):
        difference = found.rows.get(table, 0) - wanted.rows.get(table, 0)
        if difference:
            word = "missing" if difference < 0 else "too many"
            yield Broken(table, None, f"{abs(difference)} {word}")
    if found.events != wanted.events:
        yield Broken("total", None, f"{found.events} events, not {wanted.events}")
    if found.digest != wanted.digest:
        yield Broken("total", None, "something was removed, added or put back")


@event.listens_for(Session, "before_commit")
def _count(session: Session) -> None:
    """Last of all: whoever commits waits here for nobody who still has other rows to lock."""
    if session.get_transaction() is None or session.in_nested_transaction():
        # The end of a savepoint is said as a commit too.
        return
    session.flush()
    changes = take_changes(session)
    if changes is None:
        return
    count(session.connection(), keys_of(session), changes)


def count(connection: Connection, keys: Keys, changes: SealChanges) -> None:
    """Take these changes into the total, if there is one."""
    # By plain statements: this is done for each page that is saved.
    table = AuditTotal.__table__
    stmt = select(table.c.content_sealed).where(table.c.id == THE_ONE).with_for_update()
    total = _opened(keys, connection.execute(stmt).scalar())
    # Nothing is repaired here: `check` says what is wrong, and the clinic goes on.
    if total is not None:
        sealed = _sealed(keys, total.after(changes, keys))
        connection.execute(update(AuditTotal).where(table.c.id == THE_ONE).values(content_sealed=sealed))


def bound_models() -> list[type[Bound]]:
    """Every kind of row that is sealed."""
    return sorted(Bound.__subclasses__(), key=lambda model: model.__tablename__)


def _found(session: Session) -> tuple[Total, list[Broken]]:
    """What lies in the database, and which rows were changed without the keys."""
    keys: Keys = keys_of(session)
    changes, changed = SealChanges(), []
    for model in bound_models():
        columns = [getattr(model, name) for name in ("id", "seal", *model.BOUND)]
        for row in session.execute(select(*columns)).mappings():
            changes.added.append((model.__tablename__, row["seal"]))
            if not holds(keys, row["seal"], SealKind.ROW, *row_said(model, row)):
                changed.append(Broken(f"{model.__tablename__}:{row['id']}", None, "it was changed"))
    heads = session.execute(select(AuditHead.seal)).scalars()
    changes.added += [(AuditHead.__tablename__, head) for head in heads]
    latest = select(AuditEvent.id, AuditEvent.mac).order_by(AuditEvent.at.desc(), AuditEvent.seq.desc())
    events = session.execute(select(AuditEvent.id)).all()
    last = session.execute(latest.limit(1)).one_or_none()
    changes.events = len(events)
    changes.last_event = (str(last.id), last.mac) if last else None
    return Total(str(uuid4()), {}, 0, 0, None).after(changes, keys), changed


def _sealed(keys: Keys, total: Total) -> bytes:
    return keys.ring.seal(json.dumps(total.to_json()).encode(), PLACE)


def _opened(keys: Keys, sealed: bytes | None) -> Total | None:
    try:
        return Total.of(json.loads(keys.ring.open(sealed, PLACE))) if sealed is not None else None
    except (Tampered, WrongKey):
        return None


def _sum(keys: Keys, seals: Iterable[tuple[str, str]]) -> int:
    return sum(int(mac(keys, _key_of(keys, each), SealKind.TERM, table, each), 16) for table, each in seals)


def _key_of(keys: Keys, sealed: str) -> int:
    """The key of the term of a seal: its own, so that the sum needs no key that no seal needs."""
    number = number_of(sealed)
    return keys.numbers[0] if number is None or not keys.has(number) else number
