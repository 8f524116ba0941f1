"""What a person may do besides their role, and proof of who was erased on request."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
GRANT, ERASURE = "staff_grant", "erasure"


def upgrade() -> None:
    op.create_table(
        GRANT,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.String(40), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=True),
        sa.Column("seal", sa.String(72), nullable=False),
        _key(GRANT, "user_id"),
        _key(GRANT, "given_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_grant")),
        sa.UniqueConstraint("user_id", "permission", name=op.f("uq_staff_grant_user_id_permission")),
    )
    op.create_table(
        ERASURE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("erased_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(72), nullable=False),
        _key(ERASURE, "erased_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("reference", name=op.f("uq_erasure_reference")),
    )
    for table, name in ((GRANT, "user_id"), (GRANT, "given_by_id"), (ERASURE, "erased_by_id")):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def downgrade() -> None:
    """Whoever was given more than their role has it no longer; proofs that were printed remain."""
    op.drop_table(ERASURE)
    op.drop_table(GRANT)


def _key(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["staff_user.id"], name=op.f(f"fk_{table}_{column}"))
