"""What findings turned out to be, and the counts that outlive the forms."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "finding_outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("blind", sa.String(length=32), nullable=False),
        sa.Column("rule_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("verdict_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.Column("marked_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_finding_outcome_intake_id")),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["staff_user.id"], name=op.f("fk_finding_outcome_marked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_outcome")),
        sa.UniqueConstraint("intake_id", "blind", name=op.f("uq_finding_outcome_intake_id_blind")),
    )
    op.create_index(op.f("ix_finding_outcome_intake_id"), "finding_outcome", ["intake_id"])
    op.create_index(op.f("ix_finding_outcome_marked_by_id"), "finding_outcome", ["marked_by_id"])

    op.create_table(
        "tally",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "rule", "urgency", "verdict", name=op.f("pk_tally")),
    )


def downgrade() -> None:
    op.drop_table("tally")
    op.drop_table("finding_outcome")
