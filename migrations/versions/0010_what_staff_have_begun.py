"""What staff have typed into a form and not saved yet is kept until they do."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DRAFT = "staff_draft"


def upgrade() -> None:
    op.create_table(
        DRAFT,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("page", sa.String(200), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_staff_draft_user_id")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_staff_draft_appointment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_draft")),
    )
    for name in ("user_id", "appointment_id"):
        op.create_index(op.f(f"ix_{DRAFT}_{name}"), DRAFT, [name])


def downgrade() -> None:
    """What was begun and not saved is gone: the earlier version has no place for it."""
    op.drop_table(DRAFT)
