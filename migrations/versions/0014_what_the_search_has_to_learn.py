"""A counter of how often patients were written, and at each patient when: a search in memory learns from it.

Patients who are there already have no mark: whoever begins to hold them reads them all. And a session at the
desk says since when the patient is known to be the right one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    version = op.create_table(
        "search_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("erased", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_version")),
    )
    op.bulk_insert(version, [{"id": 1, "number": 0, "erased": 0}])
    op.create_table(
        "patient_change",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_patient_change")),
    )
    op.add_column("web_session", sa.Column("identified_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_patient_change_number"), "patient_change", ["number"])


def downgrade() -> None:
    # Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself.
    op.execute("ALTER TABLE web_session DROP COLUMN identified_at")
    op.drop_table("patient_change")
    op.drop_table("search_version")
