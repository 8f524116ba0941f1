"""The context in which the clinic does something: who acts, when, by which settings, in which transaction.

A view opens one operation, calls services with it, and commits once, in plain sight. Services change objects
and record what they did; they never commit. The exceptions stand here and nowhere else:

- An attempt (password, date of birth, code) is spent and committed before a secret is compared, so that it
  counts whatever becomes of the request: `accounts._guess`, `codes.spend`, `links.identify`,
  `walk_ins.open_form`, `together.identify`.
- A password is hashed outside any transaction, so that nobody waits for it to save a page: after the commit
  of the attempt, and in `password_links.use` between looking at the link and locking it.
- The day's seal is a file between two transactions: one reads what is to be sealed, one counts the line once
  it is written. `daily_seal.accept_restored` and `daily_seal._write` open their own operations.
- A backup that is put back is a database of its own until it is done: `putting_back._all_of_it`.
- A change of keys seals everything again in small transactions, so that the clinic goes on meanwhile:
  `key_rotation.take_up`, `key_rotation.seal_everything` with `key_rotation._pass` and
  `key_rotation._seal_chains`, and `key_rotation.remove_key`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services import audit
from intake.services.audit import Action, Actor, Deed
from intake.storage import Database, NotCommitted, Refused
from intake.storage.encryption import HmacIndex, keys_of
from intake.storage.models import Identified, User

# The clocks of two computers may differ by so much. What lies further ahead was written by a clock that was
# wrong, and has been set right since.
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Operation:
    """One thing that the clinic does. `now` is aware; `settings` and `now` stay the same to its end."""

    session: Session
    actor: Actor
    now: datetime
    settings: Settings
    _deeds: list[Deed] = field(default_factory=list, repr=False)

    @classmethod
    @contextmanager
    def open(cls, database: Database, settings: Settings, actor: Actor, now: datetime) -> Iterator[Self]:
        """An operation that may change things; raises NotCommitted when what it did is not committed."""
        with database.writing() as session:
            yield from cls(session, actor, now, settings)._until_committed()

    @classmethod
    @contextmanager
    def reading(cls, database: Database, settings: Settings, actor: Actor, now: datetime) -> Iterator[Self]:
        """An operation that sees one moment and can change nothing."""
        with database.reading() as session:
            yield from cls(session, actor, now, settings)._until_committed()

    @property
    def user(self) -> User:
        """The member of staff who acts, as a row of this session; raises LookupError for anybody else."""
        if self.actor.user_id is None:
            raise LookupError(f"{self.actor.name} is no member of staff.")
        return self.session.get_one(User, self.actor.user_id)

    def acting_as(self, actor: Actor) -> Self:
        """The same operation, done by somebody else: the transaction and what is recorded are shared."""
        return replace(self, actor=actor)

    def record(self, action: Action, on: Identified | None = None, **detail: str | int | UUID | None) -> None:
        """Note a deed for the chain that `on` belongs to; `detail` holds ids and counts, never what was said.

        It is written with the commit, in the same transaction.
        """
        self._deeds.append(Deed(action, self.actor, on, self.now, detail))

    def hmac_index(self, purpose: str, *values: str) -> HmacIndex:
        """A keyed fingerprint by which an encrypted value can be looked up; 32 characters."""
        # In the transaction: the key may be another one by the time it begins.
        self.session.connection()
        return keys_of(self.session).hmac_index(purpose, *values)

    def commit(self) -> None:
        """Write what was recorded, and make everything last."""
        audit.write(self.session, self._deeds)
        self._deeds.clear()
        self.session.commit()

    def rollback(self) -> None:
        """Undo everything since the last commit; nothing of it is recorded."""
        self._deeds.clear()
        self.session.rollback()

    def _until_committed(self) -> Iterator[Self]:
        try:
            yield self
        except Refused as refusal:
            if self._deeds:
                raise NotCommitted("A refusal leaves a trace: commit, then answer.") from refusal
            raise
        if self._deeds:
            raise NotCommitted("Something was recorded and not committed.")


class Rehearsal(Operation):
    """An operation that comes to nothing: what it did is seen until its end, and then undone."""

    @classmethod
    @contextmanager
    def open(cls, database: Database, settings: Settings, actor: Actor, now: datetime) -> Iterator[Self]:
        with database.writing() as session:
            try:
                yield from cls(session, actor, now, settings)._until_committed()
            finally:
                # The view goes on with the rows it has, which an undone transaction would empty.
                session.expunge_all()
                session.rollback()

    def commit(self) -> None:
        """Write it as if it were to last."""
        self._deeds.clear()
        self.session.flush()
