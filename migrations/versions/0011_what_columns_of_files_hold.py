"""What the columns of imported files hold is remembered, by their headings."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SHAPE = "import_shape"


def upgrade() -> None:
    op.create_table(
        SHAPE,
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=True),
        sa.Column("century", sa.String(10), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["staff_user.id"], name=op.f("fk_import_shape_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_import_shape")),
    )
    op.create_index(op.f("ix_import_shape_changed_by_id"), SHAPE, ["changed_by_id"])


def downgrade() -> None:
    op.drop_table(SHAPE)
