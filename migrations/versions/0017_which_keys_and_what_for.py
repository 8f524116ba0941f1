"""What a change of keys needs, and what the database is for.

The events of a chain up to a number are sealed as they are by the end of the chain, so that their own seals
need no key any more; the triggers let nothing of an event be changed but how its details are encrypted. And
the database remembers whether it is for real patients.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEPT = ("id", "stream", "seq", "at", "actor", "action", "about", "detail", "key_number", "mac")


def upgrade() -> None:
    op.add_column("audit_head", sa.Column("sealed_through", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "audit_head", sa.Column("sealed_digest", sa.String(64), server_default="", nullable=False)
    )
    op.create_table(
        "mode_kept",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mode_kept")),
    )
    _drop_triggers()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite("DELETE")
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
        _sqlite("UPDATE", f"WHEN {changed} OR (NEW.detail_sealed IS NULL) <> (OLD.detail_sealed IS NULL) ")
        return
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)
    _postgresql("no_change", "DELETE OR TRUNCATE", "FOR EACH STATEMENT")
    _postgresql(
        "no_update",
        "UPDATE",
        f"FOR EACH ROW WHEN ({changed} OR (NEW.detail_sealed IS NULL) <> (OLD.detail_sealed IS NULL))",
    )


def downgrade() -> None:
    _drop_triggers()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite("UPDATE")
        _sqlite("DELETE")
    else:
        _postgresql("no_change", "UPDATE OR DELETE OR TRUNCATE", "FOR EACH STATEMENT")
    op.drop_table("mode_kept")
    for column in ("sealed_digest", "sealed_through"):
        # Said plainly: Alembic would copy the table of SQLite, which can drop a column by itself.
        op.execute(f"ALTER TABLE audit_head DROP COLUMN {column}")


def _drop_triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS audit_event_no_update")
        op.execute("DROP TRIGGER IF EXISTS audit_event_no_delete")
        return
    op.execute("DROP TRIGGER IF EXISTS audit_event_no_change ON audit_event")
    op.execute("DROP TRIGGER IF EXISTS audit_event_no_update ON audit_event")


def _sqlite(deed: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER audit_event_no_{deed.lower()} BEFORE {deed} ON audit_event {when}"
        "BEGIN SELECT RAISE(ABORT, 'audit events are kept as written'); END"
    )


def _postgresql(name: str, deeds: str, each: str) -> None:
    op.execute(
        f"CREATE TRIGGER audit_event_{name} BEFORE {deeds} ON audit_event {each} "
        "EXECUTE FUNCTION refuse_change()"
    )
