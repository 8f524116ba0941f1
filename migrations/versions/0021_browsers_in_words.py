"""Which kind of browser a session is in, and how often browsers refused something on our pages."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

THROTTLE = sa.table("throttle", sa.column("kind"))
JOB = sa.table("job", sa.column("kind"))
NEW_JOBS = ("tell_of_new_browser", "tell_of_new_password")


def upgrade() -> None:
    for table in ("web_session", "known_browser"):
        op.add_column(table, sa.Column("device", sa.String(length=40), server_default="", nullable=False))
    op.create_table(
        "policy_report",
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
        sa.Column("directive", sa.String(length=40), nullable=False),
        sa.Column("blocked", sa.String(length=100), nullable=False),
        sa.Column("route", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "directive", "blocked", "route", name=op.f("pk_policy_report")),
    )


def downgrade() -> None:
    # Work of kinds that the version before does not know would stop it.
    op.execute(JOB.delete().where(JOB.c.kind.in_(NEW_JOBS)))
    op.execute(THROTTLE.delete().where(THROTTLE.c.kind == "policy_report"))
    op.drop_table("policy_report")
    for table in ("known_browser", "web_session"):
        op.drop_column(table, "device")
