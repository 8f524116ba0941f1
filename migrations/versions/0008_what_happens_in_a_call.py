"""Tries to reach a patient, later notes, results that were put right, and hand-overs that wait for an answer."""

import sqlalchemy as sa
from alembic import op

from intake.storage.audit_total import count
from intake.storage.bound_rows import SealChanges
from intake.storage.encryption import Keys

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("call_attempt", "call_note", "earlier_result", "hand_over")


def upgrade() -> None:
    _make(
        "call_attempt",
        _points("intake_id", "intake"),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        _points("made_by_id", "staff_user"),
        sa.Column("again_at", MOMENT, nullable=True),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
    )
    _make(
        "call_note",
        _points("intake_id", "intake"),
        sa.Column("written_at", MOMENT, nullable=False),
        _points("written_by_id", "staff_user"),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=False),
    )
    _make(
        "earlier_result",
        _points("alert_id", "alert"),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("initials_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=False),
        _points("closed_by_id", "staff_user", nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=False),
        _points("replaced_by_id", "staff_user"),
    )
    _make(
        "hand_over",
        _points("intake_id", "intake"),
        _points("offered_by_id", "staff_user"),
        _points("offered_to_id", "staff_user"),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
    )


def downgrade() -> None:
    bind, changes = op.get_bind(), SealChanges()
    for name in TABLES:
        seals = bind.scalars(sa.select(sa.column("seal")).select_from(sa.table(name))).all()
        changes.removed += [(name, each) for each in seals]
    if changes.removed:
        count(bind, _keys(), changes)
    # An earlier version knows no such mail.
    op.execute("DELETE FROM job WHERE kind = 'tell_of_hand_over'")
    for name in reversed(TABLES):
        op.drop_table(name)


def _keys() -> Keys:
    """The clinic's keys. Raises LookupError where the migration was started without them."""
    keys = op.get_context().config.attributes.get("keys")
    if keys is None:
        raise LookupError("What is sealed has to be counted out, and this needs the clinic's keys.")
    return keys


def _points(name: str, target: str, *, nullable: bool = False) -> tuple[str, str, bool]:
    return name, target, nullable


def _make(table: str, *columns: "sa.Column[object] | tuple[str, str, bool]") -> None:
    pointers = [each for each in columns if isinstance(each, tuple)]
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.Column(each[0], sa.Uuid(), nullable=each[2]) if isinstance(each, tuple) else each
            for each in columns
        ),
        sa.Column("seal", sa.String(72), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, target, _ in pointers
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for name, _, _ in pointers:
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
