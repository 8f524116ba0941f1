"""Seals on rows that tie things together and on the ends of the audit's chains; sealed details of the audit.

What lies in the database is sealed right after this, in the same transaction, by `storage/sealing.py`: it
takes the keys, which no migration has.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SEALED = (
    "alert",
    "appointment",
    "appointment_identifier",
    "audit_head",
    "finding_outcome",
    "intake",
    "intake_edition",
    "invitation",
    "patient",
    "patient_identifier",
    "safety_approval",
    "staff_user",
)


def upgrade() -> None:
    for table in SEALED:
        op.add_column(table, sa.Column("seal", sa.String(72), nullable=False, server_default=""))
    op.add_column("audit_event", sa.Column("detail_sealed", sa.LargeBinary(), nullable=True))
    op.add_column(
        "appointment", sa.Column("detail_salt", sa.LargeBinary(), nullable=False, server_default="")
    )
    op.create_table(
        "audit_total",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_total")),
    )


def downgrade() -> None:
    op.drop_table("audit_total")
    op.execute("ALTER TABLE audit_event DROP COLUMN detail_sealed")
    op.execute("ALTER TABLE appointment DROP COLUMN detail_salt")
    for table in reversed(SEALED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN seal")
