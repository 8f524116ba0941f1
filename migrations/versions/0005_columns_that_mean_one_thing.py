"""Columns that mean one thing.

No table that others point at is copied: SQLite would have to drop it with its foreign keys on. Columns are
added, filled and dropped instead, which both databases can do.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

from intake.storage.encryption import Keys

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _sessions_at_the_desk()
    _throttles()
    _passwords()
    _settings_version()
    _imports()
    _last_pages()
    _identifiers()
    _jobs()


def downgrade() -> None:
    _jobs_undone()
    _identifiers_undone()
    _drop("intake", "last_page_sealed")
    _imports_undone()
    _settings_version_undone()
    _passwords_undone()
    _throttles_undone()
    _sessions_at_the_desk_undone()


# ---- a session that is carried by another one: by a tablet, or by the desk


SESSION = sa.table(
    "web_session", *(sa.column(name) for name in ("id", "kind", "user_id", "tablet_id", "desk_id"))
)


def _sessions_at_the_desk() -> None:
    _point("web_session", "desk_id", "web_session")
    desks = sa.select(SESSION.c.id).where(SESSION.c.kind == "staff").scalar_subquery()
    moved = {"desk_id": SESSION.c.tablet_id, "tablet_id": None, "user_id": None}
    op.execute(SESSION.update().where(SESSION.c.tablet_id.in_(desks)).values(moved))


def _sessions_at_the_desk_undone() -> None:
    desk = SESSION.alias("desk")
    user = sa.select(desk.c.user_id).where(desk.c.id == SESSION.c.desk_id).scalar_subquery()
    moved = {"tablet_id": SESSION.c.desk_id, "user_id": user}
    op.execute(SESSION.update().where(SESSION.c.desk_id.is_not(None)).values(moved))
    op.drop_index(op.f("ix_web_session_desk_id"), "web_session")
    _drop("web_session", "desk_id")


# ---- tries by what is guessed at


THROTTLE = sa.table("throttle", *(sa.column(name) for name in ("kind", "subject_hmac", "tries", "since")))


def _throttles() -> None:
    op.create_table(
        "throttle",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_hmac", sa.String(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_hmac", name=op.f("pk_throttle")),
    )
    op.execute(
        "INSERT INTO throttle (kind, subject_hmac, tries, since) "
        "SELECT 'sign_in', email_blind, tries, since FROM sign_in_throttle"
    )
    op.drop_table("sign_in_throttle")
    for kind, subject in _guessed_at():
        of_it = THROTTLE.c.subject_hmac == _keys().hmac_index("walk-in tries", subject)
        op.execute(THROTTLE.update().where(of_it).values(kind=kind))


def _guessed_at() -> Iterator[tuple[str, str]]:
    """The kind of each throttle that is none of an e-mail address, and what its HMAC was made of."""
    bind, id = op.get_bind(), sa.column("id", sa.Uuid())
    if not bind.scalar(sa.select(sa.func.count()).select_from(THROTTLE)):
        return
    tablets = sa.select(id).select_from(sa.table("web_session")).where(sa.column("kind") == "tablet")
    for tablet in bind.scalars(tablets).all():
        yield "tablet", f"tablet {tablet}"
    for code in bind.scalars(sa.select(id).select_from(sa.table("walk_in_code"))).all():
        yield "walk_in_code", f"code {code}"


def _throttles_undone() -> None:
    op.create_table(
        "sign_in_throttle",
        sa.Column("email_blind", sa.String(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("email_blind", name=op.f("pk_sign_in_throttle")),
    )
    op.execute(
        "INSERT INTO sign_in_throttle (email_blind, tries, since) "
        "SELECT subject_hmac, tries, since FROM throttle"
    )
    op.drop_table("throttle")


# ---- no password yet is NULL


USER = sa.table("staff_user", sa.column("password_hash"), sa.column("new_hash"))


def _passwords() -> None:
    op.add_column("staff_user", sa.Column("new_hash", sa.String(length=200), nullable=True))
    chosen = USER.c.password_hash != "none yet"
    op.execute(USER.update().where(chosen).values(new_hash=USER.c.password_hash))
    _replace("staff_user", "password_hash", "new_hash")


def _passwords_undone() -> None:
    given = sa.Column("new_hash", sa.String(length=200), nullable=False, server_default="none yet")
    op.add_column("staff_user", given)
    chosen = USER.c.password_hash.is_not(None)
    op.execute(USER.update().where(chosen).values(new_hash=USER.c.password_hash))
    _replace("staff_user", "password_hash", "new_hash")


# ---- how often the settings were changed


def _settings_version() -> None:
    op.create_table(
        "settings_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["staff_user.id"], name=op.f("fk_settings_version_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_version")),
    )
    op.create_index(op.f("ix_settings_version_changed_by_id"), "settings_version", ["changed_by_id"])
    op.execute(
        "INSERT INTO settings_version (id, number, changed_at, changed_by_id) "
        "SELECT 1, CAST(value AS INTEGER), changed_at, changed_by_id "
        "FROM clinic_setting WHERE name = 'changes'"
    )
    op.execute("DELETE FROM clinic_setting WHERE name = 'changes'")


def _settings_version_undone() -> None:
    op.execute(
        "INSERT INTO clinic_setting (name, value, changed_at, changed_by_id) "
        "SELECT 'changes', CAST(number AS VARCHAR(20)), changed_at, changed_by_id FROM settings_version"
    )
    op.drop_table("settings_version")


# ---- imports, each with a row of its own


def _imports() -> None:
    op.create_table(
        "appointment_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff_user.id"], name=op.f("fk_appointment_import_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_import")),
    )
    op.create_index(op.f("ix_appointment_import_made_at"), "appointment_import", ["made_at"])
    op.create_index(op.f("ix_appointment_import_made_by_id"), "appointment_import", ["made_by_id"])
    _point("appointment", "import_id", "appointment_import")
    _gather_imports()


def _gather_imports() -> None:
    """What was made of a file at one moment came by one import. Who made it only the audit kept."""
    appointment = sa.table(
        "appointment",
        sa.column("made_at", MOMENT),
        sa.column("source_blind"),
        sa.column("import_id", sa.Uuid()),
    )
    made = sa.table(
        "appointment_import",
        *(sa.column("id", sa.Uuid()), sa.column("made_at", MOMENT), sa.column("made_by_id", sa.Uuid())),
    )
    bind, came_in = op.get_bind(), appointment.c.source_blind.is_not(None)
    moments = sa.select(appointment.c.made_at).where(came_in).distinct()
    for moment in bind.scalars(moments).all():
        id = uuid4()
        bind.execute(made.insert().values(id=id, made_at=moment, made_by_id=_importer(moment)))
        theirs = came_in & (appointment.c.made_at == moment)
        bind.execute(appointment.update().where(theirs).values(import_id=id))


def _importer(moment: datetime) -> UUID | None:
    """The member of staff who made an import at this moment; None when it cannot be told."""
    event = sa.table(
        "audit_event", *(sa.column(name) for name in ("actor", "action")), sa.column("at", MOMENT)
    )
    user = sa.table("staff_user", sa.column("id", sa.Uuid()))
    of_it = (event.c.action == "appointments:imported") & (event.c.at == moment)
    actors = set(op.get_bind().scalars(sa.select(event.c.actor).where(of_it)))
    known = op.get_bind().scalars(sa.select(user.c.id)).all()
    found = [id for id in known if f"staff:{id}" in actors]
    return found[0] if len(found) == 1 else None


def _imports_undone() -> None:
    op.drop_index(op.f("ix_appointment_import_id"), "appointment")
    _drop("appointment", "import_id")
    op.drop_table("appointment_import")


# ---- the page that was saved last, which statistics read from the audit


def _last_pages() -> None:
    op.add_column("intake", sa.Column("last_page_sealed", sa.LargeBinary(), nullable=True))
    intake = sa.table("intake", sa.column("id", sa.Uuid()), sa.column("last_page_sealed", sa.LargeBinary()))
    bind, pages = op.get_bind(), _pages_saved()
    for id in bind.scalars(sa.select(intake.c.id)).all():
        page = pages.get(f"intake:{id}")
        if page is not None:
            kept = _keys().ring.seal(page.encode(), f"intake|last_page|{id}")
            bind.execute(intake.update().where(intake.c.id == id).values(last_page_sealed=kept))


def _pages_saved() -> dict[str, str]:
    """The page that was saved last, by the form as the audit names it."""
    event = sa.table(
        "audit_event",
        *(sa.column(name) for name in ("seq", "action", "about", "detail")),
        sa.column("at", MOMENT),
    )
    saved = sa.select(event.c.about, event.c.detail).where(event.c.action == "intake:page_saved")
    rows = op.get_bind().execute(saved.order_by(event.c.at, event.c.seq))
    # Later versions may record a page without naming it.
    named = ((about, json.loads(detail).get("page")) for about, detail in rows)
    return {about: page for about, page in named if page is not None}


# ---- what record systems call patients and appointments


PATIENT = sa.table("patient", sa.column("id", sa.Uuid()), sa.column("number_sealed", sa.LargeBinary()))
APPOINTMENT = sa.table("appointment", sa.column("id", sa.Uuid()), sa.column("source_blind"))
PATIENT_IDENTIFIER, APPOINTMENT_IDENTIFIER = (
    sa.table(
        f"{whose}_identifier",
        sa.column("id", sa.Uuid()),
        sa.column(f"{whose}_id", sa.Uuid()),
        sa.column("system"),
        sa.column("value_sealed", sa.LargeBinary()),
        sa.column("value_hmac"),
    )
    for whose in ("patient", "appointment")
)


def _identifiers() -> None:
    _identifier_table("patient", unique=("patient_id", "system"), value_known=True)
    op.create_index(
        op.f("ix_patient_identifier_system_value_hmac"), "patient_identifier", ["system", "value_hmac"]
    )
    _identifier_table("appointment", unique=("system", "value_hmac"), value_known=False)
    _move_numbers()
    _move_sources()


def _identifier_table(whose: str, *, unique: tuple[str, str], value_known: bool) -> None:
    table = f"{whose}_identifier"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(f"{whose}_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=not value_known),
        sa.Column("value_hmac", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint([f"{whose}_id"], [f"{whose}.id"], name=op.f(f"fk_{table}_{whose}_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{table}_{unique[0]}_{unique[1]}")),
    )
    op.create_index(op.f(f"ix_{table}_{whose}_id"), table, [f"{whose}_id"])


def _move_numbers() -> None:
    """The clinic's own number of a patient is opened where it was sealed, and sealed where it is now."""
    bind, id = op.get_bind(), PATIENT.c.id
    numbered = sa.select(id, PATIENT.c.number_sealed).where(PATIENT.c.number_sealed.is_not(None))
    for patient_id, sealed in bind.execute(numbered).all():
        number = _keys().ring.open(sealed, f"patient|number|{patient_id}").decode()
        row = uuid4()
        bind.execute(
            PATIENT_IDENTIFIER.insert().values(
                id=row,
                patient_id=patient_id,
                system="clinic",
                value_sealed=_keys().ring.seal(number.encode(), f"patient_identifier|value|{row}"),
                value_hmac=_keys().hmac_index("patient identifier", "clinic", number.strip().casefold()),
            )
        )
    _drop("patient", "number_sealed")


def _move_sources() -> None:
    """Of the row of an import only the HMAC was kept."""
    bind, source = op.get_bind(), APPOINTMENT.c.source_blind
    for appointment_id, hmac in bind.execute(
        sa.select(APPOINTMENT.c.id, source).where(source.is_not(None))
    ).all():
        known = {"appointment_id": appointment_id, "system": "import", "value_hmac": hmac}
        bind.execute(APPOINTMENT_IDENTIFIER.insert().values(id=uuid4(), **known))
    op.drop_index(op.f("ix_appointment_source_blind"), "appointment")
    _drop("appointment", "source_blind")


def _identifiers_undone() -> None:
    """What other systems than these two call them has no place in the version before, and goes."""
    op.add_column("patient", sa.Column("number_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("appointment", sa.Column("source_blind", sa.String(length=32), nullable=True))
    bind, its = op.get_bind(), PATIENT_IDENTIFIER.c
    numbers = sa.select(its.id, its.patient_id, its.value_sealed).where(its.system == "clinic")
    for row, patient_id, sealed in bind.execute(numbers).all():
        number = _keys().ring.open(sealed, f"patient_identifier|value|{row}")
        kept = _keys().ring.seal(number, f"patient|number|{patient_id}")
        bind.execute(PATIENT.update().where(PATIENT.c.id == patient_id).values(number_sealed=kept))
    its = APPOINTMENT_IDENTIFIER.c
    sources = sa.select(its.appointment_id, its.value_hmac).where(its.system == "import")
    for appointment_id, hmac in bind.execute(sources).all():
        theirs = APPOINTMENT.c.id == appointment_id
        bind.execute(APPOINTMENT.update().where(theirs).values(source_blind=hmac))
    op.create_index(op.f("ix_appointment_source_blind"), "appointment", ["source_blind"], unique=True)
    op.drop_table("appointment_identifier")
    op.drop_table("patient_identifier")


# ---- work owed: jobs, of which messages are some


JOB = (
    "id, kind, ref, appointment_id, channel, slot, made_at, not_before, lease_until, attempts, "
    "done_at, dead_at, cancelled_at"
)


def _jobs() -> None:
    _job_table("job", sa.Column("cancel_reason", sa.String(length=120), nullable=True))
    op.execute(
        f"INSERT INTO job ({JOB}, cancel_reason, last_error) SELECT {JOB}, "
        "CASE WHEN cancelled_at IS NOT NULL THEN last_error END, "
        "CASE WHEN cancelled_at IS NULL THEN last_error END FROM outbox"
    )
    op.drop_table("outbox")


def _jobs_undone() -> None:
    _job_table("outbox")
    op.execute(
        f"INSERT INTO outbox ({JOB}, last_error) SELECT {JOB}, coalesce(cancel_reason, last_error) FROM job"
    )
    op.drop_table("job")


def _job_table(table: str, *more: sa.Column[str]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=True),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=120), nullable=True),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("kind", "ref", "slot", name=op.f(f"uq_{table}_kind_ref_slot")),
    )
    # Not part of the table: a column that is could not be dropped when it is taken back further.
    _point(table, "appointment_id", "appointment")
    op.create_index(
        op.f(f"ix_{table}_done_at_dead_at_not_before"), table, ["done_at", "dead_at", "not_before"]
    )


# ---- what the steps share


def _point(table: str, name: str, target: str) -> None:
    """A column that points at a row of `target`, with its index."""
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"))
    op.add_column(table, sa.Column(name, sa.Uuid(), key, nullable=True), inline_references=True)
    op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def _keys() -> Keys:
    """The clinic's keys. Raises LookupError where the migration was started without them."""
    keys = op.get_context().config.attributes.get("keys")
    if keys is None:
        raise LookupError("What is sealed has to be moved, and this needs the clinic's keys.")
    return keys


def _replace(table: str, column: str, by: str) -> None:
    """Put the column `by` in the place of `column`."""
    _drop(table, column)
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {by} TO {column}")


def _drop(table: str, column: str) -> None:
    """Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself."""
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
