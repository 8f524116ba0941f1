"""Who is meant by the name of a clinician in a file: an account here, or nobody here.

It is decided once for each name, whatever the order of its words, its titles and capitals. A name that is an
account's own needs no decision.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from intake.services.audit import Action
from intake.services.context import Operation
from intake.storage.encryption import HmacIndex
from intake.storage.models import Appointment, AppointmentState, ClinicianName, Role, User
from intake.text import email, names

LONGEST_NAME = 200
_TITLES = frozenset(
    ("dr", "doctor", "doc", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "sr", "pt")
)


@dataclass(frozen=True)
class Account:
    """A clinician who works here."""

    id: UUID
    name: str


@dataclass(frozen=True)
class MappedName:
    """What was decided about a name. `account` None: nobody here, or somebody who is not here any more."""

    id: UUID
    name: str
    account: Account | None
    left: bool


class Clinicians:
    """Everybody who sees patients here, and what the clinic has decided about names: read once.

    `deciding` is what is being decided at this moment, by name.
    """

    def __init__(self, op: Operation, deciding: Mapping[str, UUID | None] | None = None) -> None:
        self._op = op
        users = op.session.scalars(
            select(User).where(User.active.is_(True), User.may_work_as(Role.CLINICIAN))
        )
        self.accounts = tuple(
            sorted((Account(each.id, each.name) for each in users), key=lambda each: each.name.casefold())
        )
        self._by_id = {each.id: each for each in self.accounts}
        self._by_name: dict[tuple[str, ...], list[Account]] = defaultdict(list)
        for account in self.accounts:
            self._by_name[_key(account.name)].append(account)
        stmt = select(ClinicianName.name_hmac, ClinicianName.user_id)
        self._decided: dict[str, UUID | None] = {
            row.name_hmac: row.user_id for row in op.session.execute(stmt)
        }
        # By every key: what is decided now goes over what was decided under an earlier one.
        self._decided |= {
            each: user_id for name, user_id in (deciding or {}).items() for each in _hmac(op, name).every
        }

    def named(self, name: str) -> Account | None:
        """The clinician whom this name means; None: nobody here, or it is not decided."""
        decided = self._decision(name)
        if decided is not None:
            return decided[0]
        alike = self._by_name.get(_key(name), []) if name else []
        return alike[0] if len(alike) == 1 else None

    def decided(self, name: str) -> Account | None:
        """The clinician of a decision, and of nothing else: how an account is called does not count."""
        found = self._decision(name)
        return found[0] if found is not None else None

    def is_known(self, name: str) -> bool:
        """Nobody has to be asked who this is."""
        return self._decision(name) is not None or self.named(name) is not None

    def is_decided(self, name: str) -> bool:
        """The clinic has said who this is, or that it is nobody here."""
        return self._decision(name) is not None

    def unknown(self, written: Iterable[str]) -> tuple[str, ...]:
        """Those of these names about which somebody has to be asked, each once."""
        by_key = {_key(name): name for name in written if name and not self.is_known(name)}
        return tuple(sorted(by_key.values(), key=str.casefold))

    def same(self, one: str, other: str) -> bool:
        """They mean one person."""
        first, second = self.named(one), self.named(other)
        return first == second if first is not None and second is not None else _key(one) == _key(other)

    def _decision(self, name: str) -> tuple[Account | None] | None:
        """(whom it was decided to be,); None when nothing is, or they do not work here any more."""
        ways = _hmac(self._op, name).every if name else ()
        hmac = next((each for each in ways if each in self._decided), None)
        if hmac is None:
            return None
        user_id = self._decided[hmac]
        account = self._by_id.get(user_id) if user_id is not None else None
        return None if user_id is not None and account is None else (account,)


def decide(op: Operation, name: str, user_id: UUID | None) -> None:
    """From now on this name means that clinician; None: nobody here. Appointments to come follow."""
    name = names.cleaned(name)[:LONGEST_NAME]
    user = op.session.get(User, user_id) if user_id is not None else None
    found = op.session.scalars(_decided_about(op, name)).one_or_none()
    if found is not None and found.user_id == user_id:
        return
    if found is None:
        found = ClinicianName(name=name, name_hmac=_hmac(op, name), made_at=op.now)
        op.session.add(found)
    found.user = user
    op.record(Action.CLINICIAN_NAME_DECIDED, user or op.user, name=found.id)
    if user is not None:
        _follow(op, name, user)


def forget(op: Operation, name: str) -> None:
    """Nothing is decided about this name any more; it is asked about when it comes again."""
    found = op.session.scalars(_decided_about(op, name)).one_or_none()
    if found is not None:
        op.session.delete(found)
        op.record(Action.CLINICIAN_NAME_FORGOTTEN, op.user, name=found.id)


def mapped(op: Operation) -> tuple[MappedName, ...]:
    """Everything that was decided, by name."""
    here = {each.id: each for each in Clinicians(op).accounts}
    rows = op.session.scalars(select(ClinicianName)).all()
    found = [
        MappedName(row.id, row.name, here.get(row.user_id) if row.user_id else None, _left(row, here))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: each.name.casefold()))


def undecided(op: Operation) -> tuple[str, ...]:
    """Names on appointments to come that mean nobody yet."""
    stmt = select(Appointment.with_whom).where(*_to_come(op), Appointment.clinician_id.is_(None)).distinct()
    return Clinicians(op).unknown(op.session.scalars(stmt))


def _left(row: ClinicianName, here: Mapping[UUID, Account]) -> bool:
    return row.user_id is not None and row.user_id not in here


def staff_addresses(op: Operation) -> frozenset[str]:
    """The e-mail addresses of everybody who works or worked here, and the clinic's own, folded."""
    own = [op.settings.mail_from, *(user.email for user in op.session.scalars(select(User)))]
    return frozenset(email.folded(each) for each in own if each)


def _follow(op: Operation, name: str, user: User) -> None:
    stmt = select(Appointment).where(*_to_come(op), Appointment.clinician_id.is_(None))
    for each in op.session.scalars(stmt.order_by(Appointment.id).options(joinedload(Appointment.clinician))):
        if each.with_whom and _key(each.with_whom) == _key(name):
            each.clinician, each.with_whom = user, user.name
            op.record(Action.APPOINTMENT_CHANGED, each, changed="with_whom")


def _to_come(op: Operation) -> tuple[ColumnElement[bool], ...]:
    return Appointment.starts_at > op.now, Appointment.state == AppointmentState.BOOKED


def _decided_about(op: Operation, name: str) -> Select[ClinicianName]:
    return select(ClinicianName).where(ClinicianName.name_hmac == _hmac(op, name))


def index_parts(name: str) -> tuple[str, ...]:
    """Of what the HMAC of a name is made."""
    return ("clinician name", *_key(name))


def _hmac(op: Operation, name: str) -> HmacIndex:
    return op.hmac_index(*index_parts(name))


def _key(name: str) -> tuple[str, ...]:
    """Equal for two spellings of one name, with its titles or without."""
    whole = names.key(name)
    return tuple(word for word in whole if word not in _TITLES) or whole
