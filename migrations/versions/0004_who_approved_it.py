"""Who approved the safety content, with the content itself, so that what changed since can be said."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "safety_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff_user.id"], name=op.f("fk_safety_approval_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_approval")),
    )
    op.create_index(op.f("ix_safety_approval_made_by_id"), "safety_approval", ["made_by_id"])
    op.create_index(op.f("ix_safety_approval_version"), "safety_approval", ["version"])


def downgrade() -> None:
    op.drop_table("safety_approval")
