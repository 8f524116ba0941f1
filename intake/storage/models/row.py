"""What every row is made of: an id, and columns that say what class of thing they hold."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from intake.red_flags import Urgency
from intake.storage.models.states import (
    AlertState,
    AppointmentState,
    AttemptKind,
    Channel,
    DocumentState,
    ErasureReason,
    HandOverState,
    IntakeStatus,
    InvitationState,
    JobKind,
    Role,
    Route,
    SessionKind,
    StaffLinkPurpose,
    StepPurpose,
    ThrottleKind,
)
from intake.storage.types import Rank, UTCDateTime, word_of


class DataClass(StrEnum):
    """The classes of what columns hold; they decide how long it is kept and who may see it."""

    HEALTH = "health"
    IDENTITY = "identity"
    OPERATIONAL = "operational"
    SECRET = "secret"  # noqa: S105  (a name, no secret)
    AUDIT = "audit"


def column(kind: DataClass, *arguments: Any, **options: Any) -> MappedColumn[Any]:
    """A column that says what class of thing it holds."""
    return mapped_column(*arguments, info={"class": kind}, **options)


def sealed(kind: DataClass, **options: Any) -> MappedColumn[Any]:
    """The column behind a Sealed attribute."""
    return column(kind, LargeBinary, **options)


def foreign_key(target: str, kind: DataClass = DataClass.OPERATIONAL, **options: Any) -> MappedColumn[Any]:
    """A foreign key, with the index that SQLite and PostgreSQL do not make by themselves."""
    return column(kind, ForeignKey(target), index=True, **options)


def new_id() -> UUID:
    """A fresh id, made here and not by the database: what is sealed is bound to it."""
    return uuid4()


class Row(DeclarativeBase):
    """Anything kept."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime,
        Urgency: Rank(Urgency),
        AppointmentState: word_of(AppointmentState),
        InvitationState: word_of(InvitationState),
        IntakeStatus: word_of(IntakeStatus),
        AlertState: word_of(AlertState),
        AttemptKind: word_of(AttemptKind),
        HandOverState: word_of(HandOverState),
        DocumentState: word_of(DocumentState),
        Role: word_of(Role),
        SessionKind: word_of(SessionKind),
        JobKind: word_of(JobKind),
        Channel: word_of(Channel),
        Route: word_of(Route),
        StaffLinkPurpose: word_of(StaffLinkPurpose),
        ThrottleKind: word_of(ThrottleKind),
        StepPurpose: word_of(StepPurpose),
        ErasureReason: word_of(ErasureReason),
    }


class Identified(Row):
    """A row with an id of its own."""

    __abstract__ = True

    id: Mapped[UUID] = column(DataClass.OPERATIONAL, primary_key=True, sort_order=-1)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})


class Bound(Identified):
    """A row that ties things together. `seal` covers its id and the columns named in `BOUND`.

    It is written by `storage/bound_rows.py`; columns with a default cannot be among them.
    """

    __abstract__ = True

    BOUND: ClassVar[tuple[str, ...]]

    seal: Mapped[str] = column(DataClass.AUDIT, String(72), sort_order=100)
