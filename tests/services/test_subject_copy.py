"""The copy of everything kept about one person: whole, theirs alone, without confidences where it is sent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from sqlalchemy import DateTime, inspect, select, text

from intake.config import Settings
from intake.documents.subject_copy import SCHEMA, SubjectCopy, as_json
from intake.red_flags import Urgency
from intake.services.context import Operation
from intake.services.data_protection import collecting
from intake.services.data_protection.copy_request import AskedBy, CopyRequest, GivenBy, Identity
from intake.services.data_protection.left_out import COLUMNS, NOT_ABOUT_PATIENTS
from intake.storage import Database
from intake.storage.encryption import Sealed
from intake.storage.models import AuditEvent, Intake, Patient, Row, User
from tests.acting import acting, looking
from tests.services.answering import answers, has_sent
from tests.services.conftest import invite_anna
from tests.services.whole_person import keep_everything, rows_about, urgent_answers

ROOT = Path(__file__).parents[2]
IN_HAND = CopyRequest(
    AskedBy.SELF, Identity.PHOTO, GivenBy.HAND, date(2026, 3, 9), in_confidence=True, language="en"
)
SENT = replace(IN_HAND, given_by=GivenBy.SENT)
# They only lead to other rows of the same person, or cannot be changed at all.
RECORDED = "audit_event"


@pytest.fixture
def whole(database: Database, settings: Settings, reception: User, clinician: User) -> UUID:
    return keep_everything(database, settings, reception, clinician)


def copy_of(op: Operation, patient_id: UUID, asked: CopyRequest = IN_HAND) -> SubjectCopy:
    patient = collecting.kept_record(op, patient_id)
    assert patient is not None
    return collecting.collect(op, patient, asked)


def copied(
    database: Database, patient_id: UUID, asked: CopyRequest = IN_HAND, **settings: Any
) -> SubjectCopy:
    chosen = replace(Settings.from_environment({}), **settings)
    with looking(database, settings=chosen) as op:
        return copy_of(op, patient_id, asked)


def read_in(copy: SubjectCopy) -> str:
    """What somebody reads in it."""
    return "\n".join(
        f"{line.label}: {line.words}"
        for part in copy.parts
        for entry in part.entries
        for line in entry.lines
        if not line.data_only
    )


def lines_of(copy: SubjectCopy) -> list[tuple[Any, ...]]:
    return [
        (line.id, line.words, str(line.value))
        for part in copy.parts
        for entry in part.entries
        for line in entry.lines
        if not line.data_only
    ]


def test_every_table_is_in_the_copy_or_says_why_not() -> None:
    about = {*_COVERED, RECORDED}

    assert about | set(NOT_ABOUT_PATIENTS) == set(Row.metadata.tables)
    assert not about & set(NOT_ABOUT_PATIENTS)


def test_every_reason_is_of_a_column_that_is_there() -> None:
    there = {f"{table.name}.{column.key}" for table in Row.metadata.sorted_tables for column in table.columns}

    assert set(COLUMNS) <= there


def test_whatever_changes_in_a_column_changes_the_copy(
    database: Database, settings: Settings, whole: UUID, reception: User
) -> None:
    """The proof that nothing is missing: each column of each row about the person, one after the other."""
    with acting(database, by=reception, settings=settings) as op:
        before = lines_of(copy_of(op, whole))
        tables = rows_about(op.session, whole)
        places = [(name, row.id) for name, rows in tables.items() for row in rows[:1]]
        assert set(tables) == _COVERED
        missing = []
        for name, id in places:
            model = _MODELS[name]
            for attribute in _attributes(model):
                row = op.session.get_one(model, id, populate_existing=True)
                _change(op, row, attribute)
                if lines_of(copy_of(op, whole)) == before:
                    missing.append(f"{name}.{attribute}")
                op.rollback()
        assert lines_of(copy_of(op, whole)) == before

    assert missing == []


def test_whoever_read_or_did_something_stands_in_the_copy(database: Database, whole: UUID) -> None:
    copy = copied(database, whole)
    said = [
        {line.id: line.words for line in entry.lines}
        for part in copy.parts
        if part.id == "who_read"
        for entry in part.entries
    ]
    with database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.stream.like("appointment:%"))).all()

    assert len([each for each in said if "at" in each]) >= len(events) > 10
    assert "Dr Bello (Clinician)" in {each.get("who") for each in said}
    assert {"Sent the form", "Corrected answers", "Closed the call"} <= {each.get("what") for each in said}


def test_nothing_of_another_patient_is_in_it(database: Database, settings: Settings, whole: UUID) -> None:
    other = invite_anna(database)
    with database.writing() as session:
        session.get_one(Patient, other.appointment.patient_id).name = "Zenobia Otherwise"
        session.commit()
    has_sent(database, settings, other.appointment, urgent_answers("canary of somebody else"))

    booked = other.appointment
    canaries = "Zenobia", "canary of somebody else", booked.reference, str(booked.id)
    for asked in (IN_HAND, SENT):
        made = as_json(copied(database, whole, asked)).decode()
        for canary in canaries:
            assert canary not in made


def test_no_secret_of_a_link_is_in_it(database: Database, settings: Settings) -> None:
    anna = invite_anna(database)
    made = as_json(copied(database, anna.appointment.patient_id)).decode()
    with looking(database) as op:
        (link,) = op.session.get_one(Patient, anna.appointment.patient_id).appointments[0].invitations
        secrets = (link.token, link.code, link.secret_hash, link.code_hmac)

    assert anna.appointment.reference in made
    for secret in secrets:
        assert secret
        assert secret not in made


def test_the_data_keep_to_their_schema(database: Database, whole: UUID) -> None:
    schema = json.loads((ROOT / SCHEMA).read_text())

    for asked in (IN_HAND, SENT):
        document = json.loads(as_json(copied(database, whole, asked)))
        jsonschema.Draft202012Validator(schema).validate(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**document, "more": 1})


def test_long_text_is_never_cut(database: Database, settings: Settings) -> None:
    anna = invite_anna(database)
    long = " ".join(f"word{number}" for number in range(125))
    has_sent(database, settings, anna.appointment, answers({"mc_main": long}))

    assert long in read_in(copied(database, anna.appointment.patient_id))


DELICATE = "My back hurts since my husband hit me on Sunday"


@pytest.mark.parametrize("asked", [SENT, replace(IN_HAND, in_confidence=False)], ids=["sent", "by choice"])
def test_what_was_said_in_confidence_stays_out_of_a_copy_that_is_sent(
    database: Database, settings: Settings, asked: CopyRequest
) -> None:
    anna = invite_anna(database)
    has_sent(database, settings, anna.appointment, urgent_answers(DELICATE))
    patient_id = anna.appointment.patient_id

    sent, handed = copied(database, patient_id, asked), copied(database, patient_id)

    assert DELICATE in read_in(handed)
    assert "violence" in read_in(handed)
    assert "Closed" not in read_in(sent)
    made = as_json(sent).decode()
    for secret in (DELICATE, "husband", "violence", "rf_saddle_numb", "saddle", "Raised an alert", "R-CES"):
        assert secret not in made, secret
    # An ordinary form says the same about what is left out: that tells nothing.
    plain = invite_anna(database)
    has_sent(database, settings, plain.appointment, answers())
    assert copied(database, plain.appointment.patient_id, asked).left_out == sent.left_out
    assert "handed over" in read_in(sent) or sent.parts


def test_confidence_is_a_choice_even_in_person_and_never_where_it_is_sent() -> None:
    assert IN_HAND.is_whole
    assert not SENT.is_whole
    assert not replace(IN_HAND, in_confidence=False).is_whole


def test_staff_are_named_or_not_as_the_clinic_decides(database: Database, whole: UUID) -> None:
    named, unnamed = copied(database, whole), copied(database, whole, copy_names=False)

    for name in ("Dr Bello", "Rosa Reception"):
        assert name in as_json(named).decode()
        assert name not in as_json(unnamed).decode()
    assert "Clinician" in read_in(unnamed)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("document", "content_sealed"),
        ("intake", "summary_sealed"),
        ("alert", "note_sealed"),
        ("patient", "name_sealed"),
    ],
)
def test_what_cannot_be_read_is_said_plainly_and_the_rest_is_there(
    database: Database, settings: Settings, whole: UUID, table: str, column: str
) -> None:
    if table == "document":
        with acting(database, settings=settings) as op:
            intake = op.session.scalars(select(Intake).where(Intake.summary_sealed.is_not(None))).one()
            for document in intake.documents:
                document.content = b"%PDF-made-up"
            op.session.commit()
    with database.writer.begin() as connection:
        spoilt = b"\x01\x01" + b"spoilt" * 20
        connection.execute(
            text(f"UPDATE {table} SET {column} = :spoilt WHERE {column} IS NOT NULL"), {"spoilt": spoilt}
        )

    copy = copied(database, whole)

    assert copy.problems
    assert "could not be read" in read_in(copy)
    assert "My lower back has hurt" in as_json(copy).decode() or table == "intake"
    assert "+44" in read_in(copy) or "07700 900123" in read_in(copy)


def test_a_detail_whose_key_is_gone_is_said_plainly(database: Database, whole: UUID) -> None:
    with database.writer.begin() as connection:
        sealed = connection.execute(text("SELECT id, note_sealed FROM call_note")).one()
        gone = sealed.note_sealed[:1] + bytes([9]) + sealed.note_sealed[2:]
        connection.execute(text("UPDATE call_note SET note_sealed = :gone"), {"gone": gone})

    copy = copied(database, whole)

    assert any("Note of staff" in problem for problem in copy.problems)


# ---- every column


def _models() -> dict[str, type[Row]]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Row.registry.mappers}


_MODELS = _models()
_COVERED = {
    "alert",
    "appointment",
    "appointment_identifier",
    "call_attempt",
    "call_note",
    "document",
    "earlier_result",
    "finding_outcome",
    "hand_over",
    "intake",
    "intake_edition",
    "invitation",
    "job",
    "joined_appointment",
    "patient",
    "patient_identifier",
    "patient_join",
    "read_mark",
    "staff_draft",
    "walk_in_code",
    "web_session",
}


def _attributes(model: type[Row]) -> Iterator[str]:
    """Everything that a row of this table can say, but for what is left out and why."""
    for attribute in inspect(model).column_attrs:
        (column,) = attribute.columns
        leads_elsewhere = any(key.column.table.name != "staff_user" for key in column.foreign_keys)
        name = f"{model.__tablename__}.{column.key}"
        if column.primary_key or column.key == "seal" or leads_elsewhere or name in COLUMNS:
            continue
        yield attribute.key.removesuffix("_sealed")


def _change(op: Operation, row: Any, attribute: str) -> None:
    """Let it say something else than it does."""
    setattr(row, attribute, _other(op, row, attribute))
    op.session.flush()
    op.session.expire_all()


def _other(op: Operation, row: Any, attribute: str) -> Any:
    value = getattr(row, attribute)
    column = inspect(type(row)).column_attrs.get(attribute)
    if column is not None and column.columns[0].foreign_keys:
        users = op.session.scalars(select(User)).all()
        return next(each.id for each in users if each.id != value)
    if attribute in ("draft", "summary"):
        return json.loads(
            json.dumps(value).replace("Tuesday", "Wednesday").replace("left side", "right side")
        )
    if isinstance(value, dict) and "fields" in value:
        return {**value, "fields": [["needs", "other"]]}
    if isinstance(value, dict):
        return {**value, "phone": "01632 960999"}
    if isinstance(value, list):
        return [*value, "more"]
    if isinstance(value, Enum):
        return next(each for each in type(value) if each is not value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return b"other"
    if isinstance(value, str):
        return "fr" if attribute == "language" else f"{value}9"[-8:]
    return _first(type(row), attribute)


def _first(model: type[Row], attribute: str) -> Any:
    """A value for what is empty."""
    if attribute == "urgency":
        return Urgency.NOTE
    sealed = model.__dict__.get(attribute)
    column = (
        inspect(model)
        .column_attrs[f"{attribute}_sealed" if isinstance(sealed, Sealed) else attribute]
        .columns[0]
    )
    if isinstance(sealed, Sealed):
        if attribute == "needs" and model is Intake:
            return ["a lift"]
        return b"%PDF" if attribute == "content" else "canary"
    if isinstance(column.type.dialect_impl, type) or isinstance(getattr(column.type, "impl", None), DateTime):
        return datetime.fromisoformat("2026-03-09T12:00+00:00")
    kind = column.type.python_type
    if issubclass(kind, Enum):
        return next(iter(kind))
    return {int: 7, str: "canary"}.get(kind, datetime.fromisoformat("2026-03-09T12:00+00:00"))
