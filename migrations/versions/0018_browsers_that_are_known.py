"""Browsers in which staff have signed in before, and how often somebody was refused, by hour and by range.

Tries are swept by their age, so that it has an index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

THROTTLE = sa.table("throttle", sa.column("kind"))
KINDS_BEFORE = ("sign_in", "tablet", "walk_in_code", "desk")


def upgrade() -> None:
    op.create_table(
        "known_browser",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_known_browser_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browser")),
        sa.UniqueConstraint("token_hash", "user_id", name=op.f("uq_known_browser_token_hash_user_id")),
    )
    op.create_index(op.f("ix_known_browser_user_id"), "known_browser", ["user_id"])
    op.create_table(
        "refused_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network_hmac", sa.String(length=32), nullable=False),
        sa.Column("network_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("account", sa.String(length=36), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("turned_away", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_sign_in")),
        sa.UniqueConstraint(
            "hour", "network_hmac", "account", name=op.f("uq_refused_sign_in_hour_network_hmac_account")
        ),
    )
    op.create_index(op.f("ix_throttle_since"), "throttle", ["since"])


def downgrade() -> None:
    # What is counted under kinds that the version before does not know would stop it.
    op.execute(THROTTLE.delete().where(THROTTLE.c.kind.not_in(KINDS_BEFORE)))
    op.drop_index(op.f("ix_throttle_since"), "throttle")
    op.drop_table("refused_sign_in")
    op.drop_table("known_browser")
