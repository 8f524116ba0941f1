"""Second factors of staff: secrets of apps, passkeys, recovery codes, and sign-ins that are half done.

A session says by which methods it was begun; of those that are there already nobody can tell.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NEW_KINDS = (
    "tell_of_factor_added",
    "tell_of_factor_removed",
    "tell_of_factors_dropped",
    "tell_of_recovery",
    "tell_of_copied_passkey",
)
JOB = sa.table("job", sa.column("kind"))
THROTTLE = sa.table("throttle", sa.column("kind"))
NEW_TRIES = ("code", "passkey")


def upgrade() -> None:
    op.add_column("web_session", sa.Column("methods", sa.String(60), server_default="", nullable=False))
    op.create_table(
        "totp_secret",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.String(length=72), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_totp_secret_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_totp_secret")),
        sa.UniqueConstraint("user_id", "active", name=op.f("uq_totp_secret_user_id_active")),
    )
    op.create_index(op.f("ix_totp_secret_user_id"), "totp_secret", ["user_id"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_hash", sa.String(length=64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal", sa.String(length=72), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_passkey_credential_hash")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal", sa.String(length=72), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"])
    op.create_table(
        "sign_in_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("challenge", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_sign_in_step_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_step")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_step_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_step_made_at"), "sign_in_step", ["made_at"])
    op.create_index(op.f("ix_sign_in_step_user_id"), "sign_in_step", ["user_id"])


def downgrade() -> None:
    # What the version before does not know would stop it.
    op.execute(JOB.delete().where(JOB.c.kind.in_(NEW_KINDS)))
    op.execute(THROTTLE.delete().where(THROTTLE.c.kind.in_(NEW_TRIES)))
    for table in ("sign_in_step", "recovery_code", "passkey", "totp_secret"):
        op.drop_table(table)
    # Said plainly: Alembic would copy the table of SQLite, which can drop a column by itself.
    op.execute("ALTER TABLE web_session DROP COLUMN methods")
