"""The clinic's day: references, links that can be sent again, owners and clocks of alerts, editions, tablets."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
MOMENT = sa.DateTime(timezone=True)
# Columns that were not there before: table, name, type, and what rows that exist get (None: nothing).
ADDED = (
    ("patient", "needs_sealed", sa.LargeBinary(), None),
    ("appointment", "reference", sa.String(8), ""),
    ("appointment", "source_blind", sa.String(32), None),
    ("appointment", "version", sa.Integer(), "1"),
    ("invitation", "token_sealed", sa.LargeBinary(), None),
    ("invitation", "code_blind", sa.String(32), None),
    ("invitation", "code_sealed", sa.LargeBinary(), None),
    ("invitation", "printed_at", MOMENT, None),
    ("intake", "pages_done", sa.Integer(), "0"),
    ("intake", "pages", sa.Integer(), "0"),
    ("intake", "route", sa.String(24), "web"),
    ("intake", "needs_sealed", sa.LargeBinary(), None),
    ("intake", "edition", sa.Integer(), "1"),
    ("intake", "amended_at", MOMENT, None),
    ("intake", "asked_again_at", MOMENT, None),
    ("intake", "read_at", MOMENT, None),
    ("alert", "note_sealed", sa.LargeBinary(), None),
    ("alert", "initials_sealed", sa.LargeBinary(), None),
    # Safety: whoever waited before there was a clock is overdue now, and is seen first.
    ("alert", "due_at", MOMENT, "1970-01-01 00:00:00"),
    ("web_session", "route", sa.String(24), "web"),
    ("web_session", "name", sa.String(60), None),
    ("outbox", "channel", sa.String(24), None),
    ("outbox", "cancelled_at", MOMENT, None),
)
POINTERS = (
    ("appointment", "clinician_id", "staff_user"),
    ("intake", "recorded_by_id", "staff_user"),
    ("intake", "amended_by_id", "staff_user"),
    ("intake", "read_by_id", "staff_user"),
    ("alert", "owner_id", "staff_user"),
    ("web_session", "tablet_id", "web_session"),
    ("outbox", "appointment_id", "appointment"),
)
INDEXED = (
    ("appointment", "reference", True),
    ("appointment", "source_blind", True),
    ("invitation", "code_blind", True),
    ("alert", "due_at", False),
)


def upgrade() -> None:
    for table, name, kind, given in ADDED:
        column = sa.Column(name, kind, nullable=given is None, server_default=given)
        op.add_column(table, column)
    for table, name, target in POINTERS:
        key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"))
        op.add_column(table, sa.Column(name, sa.Uuid(), key, nullable=True), inline_references=True)
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    _give_references()
    for table, name, unique in INDEXED:
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=unique)
    _new_tables()


def downgrade() -> None:
    for table in ("heartbeat", "clinic_setting", "staff_link", "walk_in_code", "intake_edition"):
        op.drop_table(table)
    for table, name, _ in INDEXED:
        op.drop_index(op.f(f"ix_{table}_{name}"), table)
    for table, name, _ in reversed(POINTERS):
        op.drop_index(op.f(f"ix_{table}_{name}"), table)
    for table, name, *_ in (*reversed(POINTERS), *reversed(ADDED)):
        # Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself.
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _give_references() -> None:
    appointment = sa.table("appointment", sa.column("id", sa.Uuid()), sa.column("reference", sa.String()))
    connection = op.get_bind()
    for (id,) in connection.execute(sa.select(appointment.c.id)).all():
        reference = "".join(secrets.choice(LETTERS) for _ in range(6))
        connection.execute(appointment.update().where(appointment.c.id == id).values(reference=reference))


def _new_tables() -> None:
    op.create_table(
        "intake_edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("summary_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("urgency", sa.SmallInteger(), nullable=True),
        sa.Column("handed_over_at", MOMENT, nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_user.id"], name=op.f("fk_intake_edition_author_id")),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_intake_edition_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_edition")),
        sa.UniqueConstraint("intake_id", "number", name=op.f("uq_intake_edition_intake_id_number")),
    )
    op.create_index(op.f("ix_intake_edition_author_id"), "intake_edition", ["author_id"])
    op.create_index(op.f("ix_intake_edition_intake_id"), "intake_edition", ["intake_id"])

    op.create_table(
        "walk_in_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("code_blind", sa.String(length=32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_walk_in_code_appointment_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff_user.id"], name=op.f("fk_walk_in_code_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_in_code")),
        sa.UniqueConstraint("code_blind", name=op.f("uq_walk_in_code_code_blind")),
    )
    op.create_index(op.f("ix_walk_in_code_appointment_id"), "walk_in_code", ["appointment_id"])
    op.create_index(op.f("ix_walk_in_code_made_by_id"), "walk_in_code", ["made_by_id"])

    op.create_table(
        "staff_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_staff_link_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_link_token_hash")),
    )
    op.create_index(op.f("ix_staff_link_user_id"), "staff_link", ["user_id"])

    op.create_table(
        "clinic_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["staff_user.id"], name=op.f("fk_clinic_setting_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clinic_setting")),
    )
    op.create_index(op.f("ix_clinic_setting_changed_by_id"), "clinic_setting", ["changed_by_id"])

    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
