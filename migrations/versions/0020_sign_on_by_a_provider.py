"""Who staff are at their provider, which sessions it began, and what was used up on the way."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JOB = sa.table("job", sa.column("kind"))


def upgrade() -> None:
    op.create_table(
        "staff_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_hmac", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.String(length=72), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_staff_identity_user_id_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_identity")),
        sa.UniqueConstraint("subject_hmac", name=op.f("uq_staff_identity_subject_hmac")),
        sa.UniqueConstraint("user_id", name=op.f("uq_staff_identity_user_id")),
    )
    op.create_table(
        "spent_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_spent_token")),
    )
    op.create_index(op.f("ix_spent_token_kept_until"), "spent_token", ["kept_until"])
    key = sa.ForeignKey("staff_identity.id", name=op.f("fk_web_session_identity_id"))
    op.add_column(
        "web_session", sa.Column("identity_id", sa.Uuid(), key, nullable=True), inline_references=True
    )
    op.create_index(op.f("ix_web_session_identity_id"), "web_session", ["identity_id"])
    op.add_column("web_session", sa.Column("sid_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    # What the version before does not know would stop its worker.
    op.execute(JOB.delete().where(JOB.c.kind == "tell_of_emergency"))
    op.drop_index(op.f("ix_web_session_identity_id"), "web_session")
    # Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself.
    op.execute("ALTER TABLE web_session DROP COLUMN sid_hash")
    op.execute("ALTER TABLE web_session DROP COLUMN identity_id")
    op.drop_table("spent_token")
    op.drop_table("staff_identity")
