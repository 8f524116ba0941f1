"""Who has read a record is a row for each person and each edition of it; before, only the first was kept.

The marks that are carried over are sealed here and counted into the total. Coming from a version without
seals there is no total yet: then all is sealed right after this, as `0006` says.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from intake.storage.audit_total import count
from intake.storage.bound_rows import SealChanges
from intake.storage.encryption import Keys
from intake.storage.seals import SealKind, seal
from intake.storage.types import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MARK = "read_mark"
READ_MARK = sa.table(
    MARK,
    *(sa.column(name, sa.Uuid()) for name in ("id", "intake_id", "user_id")),
    *(sa.column("edition"), sa.column("read_at", UTCDateTime()), sa.column("seal")),
)
INTAKE = sa.table(
    "intake",
    *(sa.column(name, sa.Uuid()) for name in ("id", "read_by_id")),
    *(sa.column("edition"), sa.column("read_at", UTCDateTime())),
)


def upgrade() -> None:
    op.create_table(
        MARK,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("seal", sa.String(72), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_read_mark_intake_id")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_read_mark_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_mark")),
        sa.UniqueConstraint(
            "intake_id", "user_id", "edition", name=op.f("uq_read_mark_intake_id_user_id_edition")
        ),
    )
    for name in ("intake_id", "user_id"):
        op.create_index(op.f(f"ix_{MARK}_{name}"), MARK, [name])
    _carry_over()
    op.drop_index(op.f("ix_intake_read_by_id"), "intake")
    for name in ("read_by_id", "read_at"):
        # Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself.
        op.execute(f"ALTER TABLE intake DROP COLUMN {name}")


def downgrade() -> None:
    """Of those who read the record that stands the first is kept: more had no place."""
    key = sa.ForeignKey("staff_user.id", name=op.f("fk_intake_read_by_id"))
    op.add_column("intake", sa.Column("read_at", MOMENT, nullable=True))
    op.add_column("intake", sa.Column("read_by_id", sa.Uuid(), key, nullable=True), inline_references=True)
    op.create_index(op.f("ix_intake_read_by_id"), "intake", ["read_by_id"])
    _give_back()
    op.drop_table(MARK)


def _carry_over() -> None:
    bind, it, changes = op.get_bind(), INTAKE.c, SealChanges()
    read = sa.select(it.id, it.read_by_id, it.edition, it.read_at).where(it.read_by_id.is_not(None))
    for intake, user, edition, at in bind.execute(read).all():
        id = uuid4()
        sealed = seal(_keys(), SealKind.ROW, MARK, id, intake, user, edition, at)
        mark = {"id": id, "intake_id": intake, "user_id": user, "edition": edition, "read_at": at}
        bind.execute(READ_MARK.insert().values(seal=sealed, **mark))
        changes.added.append((MARK, sealed))
    if changes.added:
        count(bind, _keys(), changes)


def _give_back() -> None:
    bind, it, changes = op.get_bind(), READ_MARK.c, SealChanges()
    marks = sa.select(it.intake_id, it.user_id, it.edition, it.read_at, it.seal)
    for intake, user, edition, at, sealed in bind.execute(marks.order_by(it.read_at.desc())).all():
        theirs = (INTAKE.c.id == intake) & (INTAKE.c.edition == edition)
        bind.execute(INTAKE.update().where(theirs).values(read_by_id=user, read_at=at))
        changes.removed.append((MARK, sealed))
    if changes.removed:
        count(bind, _keys(), changes)


def _keys() -> Keys:
    """The clinic's keys. Raises LookupError where the migration was started without them."""
    keys = op.get_context().config.attributes.get("keys")
    if keys is None:
        raise LookupError("What is sealed has to be moved, and this needs the clinic's keys.")
    return keys
