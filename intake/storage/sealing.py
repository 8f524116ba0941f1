"""Seals what an earlier version wrote, once, in the transaction of the migration that brought the seals.

What did not hold before does not hold afterwards: a broken event keeps its old seal, which is none any more.
"""

import hmac
import json
from collections.abc import Iterable
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, text, update
from sqlalchemy.orm import Session

from intake.storage.audit_details import APPOINTMENT, WRITTEN_AS, FullDeed, new_salt, seal_deeds
from intake.storage.audit_total import bound_models, count_anew
from intake.storage.bound_rows import row_said
from intake.storage.encryption import Keys, Purpose, keys_of
from intake.storage.models import Appointment, AuditEvent, AuditHead
from intake.storage.models.row import Bound, Row
from intake.storage.seals import START, SealKind, event_mac, head_said, seal

SEALED_FROM = "0006"


def seal_what_is_there(session: Session) -> None:
    """Seal every row, event and end of a chain that an earlier version left, and count them."""
    connection, keys = session.connection(), keys_of(session)
    for model in bound_models():
        _seal_rows(connection, keys, model)
    with _Unguarded(connection):
        _seal_chains(connection, keys)
    session.expire_all()
    count_anew(session)


def is_new(session: Session) -> bool:
    """True while nothing was ever written that a seal covers."""
    models: list[type[Row]] = [AuditEvent, AuditHead, *bound_models()]
    return all(session.execute(select(model.__table__).limit(1)).first() is None for model in models)


def _seal_rows(connection: Connection, keys: Keys, model: type[Bound]) -> None:
    table = model.__table__
    assert isinstance(table, Table)
    columns = [table.c[name].label(name) for name in ("id", *model.BOUND)]
    sealed = [
        {"row": row["id"], "sealed": seal(keys, SealKind.ROW, *row_said(model, row))}
        for row in connection.execute(select(*columns)).mappings()
    ]
    if sealed:
        stmt = update(table).where(table.c.id == bindparam("row")).values(seal=bindparam("sealed"))
        connection.execute(stmt, sealed)


def _seal_chains(connection: Connection, keys: Keys) -> None:
    events = connection.execute(select(AuditEvent.__table__).order_by(AuditEvent.stream, AuditEvent.seq))
    salts = _give_salts(connection)
    for stream, chain in groupby(events.all(), key=lambda each: each.stream):
        _seal_chain(connection, keys, salts.get(stream), list(chain))


def _give_salts(connection: Connection) -> dict[str, bytes]:
    """A salt for each appointment, by the name of its stream."""
    table = Appointment.__table__
    salts = {id: new_salt() for id in connection.execute(select(table.c.id)).scalars()}
    for id, salt in salts.items():
        connection.execute(update(Appointment).where(Appointment.id == id).values(detail_salt=salt))
    return {f"{APPOINTMENT}{id}": salt for id, salt in salts.items()}


def _seal_chain(connection: Connection, keys: Keys, salt: bytes | None, chain: list[Any]) -> None:
    stream, old, new, expected = chain[0].stream, START, START, 1
    for event in chain:
        genuine = event.seq == expected and hmac.compare_digest(event.mac, _earlier_mac(keys, old, event))
        old, expected = event.mac, event.seq + 1
        values = _in_confidence(keys, salt, event) if stream.startswith(APPOINTMENT) else {}
        rewritten = SimpleNamespace(**(dict(event._mapping) | values))
        new = event_mac(keys, new, rewritten) if genuine else event.mac
        stmt = update(AuditEvent).where(AuditEvent.id == event.id)
        connection.execute(stmt.values(**values, mac=new))
    ending = AuditHead.stream == stream, AuditHead.seq == expected - 1, AuditHead.mac == old
    sealed = seal(keys, SealKind.HEAD, *head_said(stream, expected - 1, new))
    connection.execute(update(AuditHead).where(*ending).values(mac=new, seal=sealed))


def _in_confidence(keys: Keys, salt: bytes | None, event: Any) -> dict[str, Any]:
    """What an event of an appointment becomes: its details are sealed, or gone where the form is erased."""
    hidden = event.action in WRITTEN_AS
    deed = FullDeed(event.action, event.about, event.actor, json.loads(event.detail))
    return {
        "action": WRITTEN_AS.get(event.action, event.action),
        "about": event.stream if hidden else event.about,
        "detail": "{}",
        "detail_sealed": None if salt is None else seal_deeds(keys, salt, event.id, [deed]),
    }


def _earlier_mac(keys: Keys, before: str, event: Any) -> str:
    """The seal of an event as versions before this one made it."""
    at = event.at.isoformat()
    said = [before, event.stream, event.seq, at, event.actor, event.action, event.about, event.detail]
    secret = keys.secret(Purpose.AUDIT, event.key_number)
    return hmac.digest(secret, json.dumps(said).encode(), "sha256").hex()


class _Unguarded:
    """While events are sealed anew, the triggers that refuse any change are away."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def __enter__(self) -> None:
        if not self._sqlite:
            self._say(["ALTER TABLE audit_event DISABLE TRIGGER USER"])
            return
        self._made = self._connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'")
        ).all()
        self._say(f"DROP TRIGGER {name}" for name, _ in self._made)

    def __exit__(self, *_: object) -> None:
        if not self._sqlite:
            self._say(["ALTER TABLE audit_event ENABLE TRIGGER USER"])
            return
        self._say(sql for _, sql in self._made)

    def _say(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._connection.execute(text(statement))
