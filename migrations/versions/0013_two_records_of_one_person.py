"""Two records of one person can be joined, and parted again: which they are, and what was booked before."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JOIN, APPOINTMENT = "patient_join", "joined_appointment"


def upgrade() -> None:
    op.create_table(
        JOIN,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("joined_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("after_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.String(72), nullable=False),
        _key(JOIN, "kept_id", "patient"),
        _key(JOIN, "joined_id", "patient"),
        _key(JOIN, "made_by_id", "staff_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_join")),
        sa.UniqueConstraint("joined_id", name=op.f("uq_patient_join_joined_id")),
    )
    op.create_table(
        APPOINTMENT,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("join_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("date_of_birth_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sex_at_birth_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seal", sa.String(72), nullable=False),
        _key(APPOINTMENT, "join_id", JOIN),
        _key(APPOINTMENT, "appointment_id", "appointment"),
        _key(APPOINTMENT, "patient_id", "patient"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joined_appointment")),
        sa.UniqueConstraint(
            "join_id", "appointment_id", name=op.f("uq_joined_appointment_join_id_appointment_id")
        ),
    )
    for table, names in (
        (JOIN, ("kept_id", "made_by_id")),
        (APPOINTMENT, ("join_id", "appointment_id", "patient_id")),
    ):
        for name in names:
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def downgrade() -> None:
    """Refused while two records are joined: the version before would take them for one for ever."""
    joined = op.get_bind().execute(sa.select(sa.func.count()).select_from(sa.table(JOIN))).scalar_one()
    if joined:
        raise LookupError("Part the records of patients that were joined first.")
    op.drop_table(APPOINTMENT)
    op.drop_table(JOIN)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
