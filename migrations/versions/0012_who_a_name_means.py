"""Names of clinicians in files mean accounts; what a file said of an appointment is known by its version.

Imports made before say nothing of their shape, so nothing is said to have vanished from a later file of theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NAMES, IMPORT, IDENTIFIER = "clinician_name", "appointment_import", "appointment_identifier"


def upgrade() -> None:
    op.create_table(
        NAMES,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_hmac", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("seal", sa.String(72), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_clinician_name_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinician_name")),
        sa.UniqueConstraint("name_hmac", name=op.f("uq_clinician_name_name_hmac")),
    )
    op.create_index(op.f("ix_clinician_name_user_id"), NAMES, ["user_id"])
    op.add_column(IMPORT, sa.Column("shape_hmac", sa.String(32), nullable=True))
    op.create_index(op.f("ix_appointment_import_shape_hmac"), IMPORT, ["shape_hmac"])
    for name in ("moved", "cancelled"):
        op.add_column(IMPORT, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column(IDENTIFIER, sa.Column("sequence", sa.Integer(), nullable=True))
    op.add_column(IDENTIFIER, sa.Column("changed_at", MOMENT, nullable=True))


def downgrade() -> None:
    op.drop_index(op.f("ix_appointment_import_shape_hmac"), IMPORT)
    # Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself.
    for table, columns in ((IDENTIFIER, ("changed_at", "sequence")), (IMPORT, ("cancelled", "moved", "shape_hmac"))):
        for name in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table(NAMES)
