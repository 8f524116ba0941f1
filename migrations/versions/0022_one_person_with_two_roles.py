"""One person with several roles: which they have, in which a session works, and in which something was done.

Whoever was there keeps the one role they had, under the seal they had; a session that lasts goes on in it.
"""

import sqlalchemy as sa
from alembic import op

from intake.storage.audit_total import count
from intake.storage.bound_rows import SealChanges
from intake.storage.encryption import Keys
from intake.storage.seals import SealKind, holds, seal

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

USER = sa.table(
    "staff_user",
    sa.column("id", sa.Uuid()),
    *(sa.column(name) for name in ("email_blind", "roles", "role", "password_hash", "seal")),
    sa.column("active", sa.Boolean()),
)
# From the least far-reaching on: going down, it is what somebody with several keeps.
ROLES = ("reception", "clinician", "admin")


def upgrade() -> None:
    op.add_column("staff_user", sa.Column("roles", sa.String(length=40), nullable=False, server_default=""))
    op.execute("UPDATE staff_user SET roles = role")
    op.execute("ALTER TABLE staff_user DROP COLUMN role")
    op.add_column("web_session", sa.Column("role", sa.String(length=24), nullable=True))
    op.execute(
        "UPDATE web_session SET role = (SELECT roles FROM staff_user WHERE staff_user.id = web_session.user_id) "
        "WHERE kind = 'staff'"
    )
    op.add_column("audit_event", sa.Column("role", sa.String(length=24), nullable=True))


def downgrade() -> None:
    """Events that say a role are sealed with it: `check` of the version before finds them changed."""
    op.execute("ALTER TABLE audit_event DROP COLUMN role")
    op.execute("ALTER TABLE web_session DROP COLUMN role")
    op.add_column("staff_user", sa.Column("role", sa.String(length=24), nullable=False, server_default=""))
    op.execute("UPDATE staff_user SET role = roles WHERE roles IN ('reception', 'clinician', 'admin')")
    _keep_one_role()
    op.execute("ALTER TABLE staff_user DROP COLUMN roles")


def _keep_one_role() -> None:
    bind, it, changes = op.get_bind(), USER.c, SealChanges()
    several = sa.select(it.id, it.email_blind, it.roles, it.password_hash, it.active, it.seal)
    for id, email, roles, password, active, before in bind.execute(several.where(it.role == "")).all():
        kept = next(role for role in ROLES if role in roles.split())
        said = ("staff_user", id, email, roles, password, active)
        sealed = before
        # What was changed without the keys stays found out.
        if holds(_keys(), before, SealKind.ROW, *said):
            sealed = seal(_keys(), SealKind.ROW, "staff_user", id, email, kept, password, active)
            changes.replaced("staff_user", before, sealed)
        bind.execute(USER.update().where(it.id == id).values(role=kept, seal=sealed))
    if changes.added:
        count(bind, _keys(), changes)


def _keys() -> Keys:
    """The clinic's keys. Raises LookupError where the migration was started without them."""
    keys = op.get_context().config.attributes.get("keys")
    if keys is None:
        raise LookupError("What is sealed has to be moved, and this needs the clinic's keys.")
    return keys
