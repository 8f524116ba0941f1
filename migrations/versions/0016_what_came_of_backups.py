"""What came of the backups, and messages that wait for somebody to decide after one was put back."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_status",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("covers_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_name", sa.String(length=80), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_status")),
    )
    op.add_column("job", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself.
    op.execute("ALTER TABLE job DROP COLUMN held_at")
    op.drop_table("backup_status")
