"""Who approved what is in force, that it ends with any change, and what changed since."""

import json
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.questionnaire.declared import canonical, fingerprint
from intake.red_flags import SAFETY_VERSION, screen
from intake.red_flags.safety_version import content
from intake.services import audit
from intake.services.audit import SYSTEM, Actor
from intake.services.operations import approvals
from intake.services.operations.approvals import CannotApprove
from intake.services.operations.clinic_settings import SettingsInForce
from intake.storage import Database
from intake.storage.models import AuditEvent, Role, SafetyApproval, User
from intake.summary import Subject, write_summary
from tests.acting import acting, looking
from tests.answering import journey_of, plain_patient
from tests.services.conftest import _user
from tests.test_config import CLINIC

ENVIRONMENT = Settings.from_environment(CLINIC)
SIGNED = date(2026, 3, 6)


@pytest.fixture
def ada(database: Database) -> User:
    return _user(database, "Ada Admin", Role.ADMIN)


def approve(database: Database, by: Actor | User = SYSTEM, **other: Any) -> None:
    signed = {"role": "clinical safety officer", "person": "Dr Safe", "on": SIGNED, **other}
    with acting(database, by=by, settings=ENVIRONMENT) as op:
        approvals.approve(op, **signed)
        op.commit()


def in_force(database: Database) -> Settings:
    return SettingsInForce(ENVIRONMENT).read(database)


def test_without_an_approval_nothing_is_approved(database: Database) -> None:
    assert approvals.in_force(in_force(database)) is None


def test_an_approval_is_in_force_at_the_next_look_of_every_process(database: Database, ada: User) -> None:
    another_process = SettingsInForce(ENVIRONMENT)
    assert approvals.in_force(another_process.read(database)) is None

    approve(database, ada)

    approval = approvals.in_force(another_process.read(database))
    assert approval is not None
    assert (approval.by, approval.on) == ("Dr Safe, clinical safety officer", SIGNED)
    assert another_process.read(database) is another_process.read(database)


def test_it_ends_when_anything_changes(database: Database) -> None:
    """Safety: H-34. The row names the version of another content."""
    approve(database)

    with database.writing() as session:
        session.scalars(select(SafetyApproval)).one().version = fingerprint({"another": "content"})
        session.commit()

    assert approvals.in_force(in_force(database)) is None


def test_it_keeps_the_very_content_and_what_the_clinic_set_beside_it(database: Database) -> None:
    approve(database)

    with database.reading() as session:
        kept = session.scalars(select(SafetyApproval)).one()

    assert approvals.approved_content(kept) == content()
    assert fingerprint(approvals.approved_content(kept)) == kept.version == SAFETY_VERSION
    beside = json.loads(kept.beside)
    assert beside["profile"] == ENVIRONMENT.profile.value
    assert beside["telephone numbers"]["clinic_phone"] == ENVIRONMENT.clinic_phone


def test_a_withdrawn_approval_is_none(database: Database, ada: User) -> None:
    approve(database)

    with acting(database, by=ada) as op:
        assert approvals.withdraw(op) == 1
        op.commit()

    assert approvals.in_force(in_force(database)) is None


def test_it_is_in_the_record_of_who_did_what(database: Database, ada: User) -> None:
    approve(database, ada)
    with acting(database, by=ada) as op:
        approvals.withdraw(op)
        op.commit()

    with database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action.like("safety:%"))).all()
        assert [event.action for event in events] == ["safety:approved", "safety:approval_withdrawn"]
        assert {event.actor for event in events} == {f"staff:{ada.id}"}
        assert json.loads(events[0].detail) == {"version": SAFETY_VERSION}
        assert audit.verify(session) == ()


@pytest.mark.parametrize(
    "wrong", [{"role": " "}, {"person": ""}, {"person": "x" * 121}, {"on": date(2026, 3, 10)}]
)
def test_half_an_approval_or_one_of_tomorrow_is_refused(database: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(CannotApprove):
        approve(database, **wrong)


def test_what_changed_since_is_said_in_words(database: Database) -> None:
    """Approved was another hint, another tier, and a question that is gone now."""
    approve(database)
    was = json.loads(canonical(content()))
    was["questions"]["rf_fever"]["hint"] = "A fever is 39 C or more."
    was["rules"]["R-ACS-1"]["urgency"] = "SAME_DAY"
    was["questions"]["rf_gone"] = {"text": "Is it gone?"}
    del was["cards"]["adv_call_now"]
    with database.writing() as session:
        kept = session.scalars(select(SafetyApproval)).one()
        kept.content, kept.version = zlib.compress(canonical(was).encode()), fingerprint(was)
        session.commit()

    with looking(database, settings=replace(ENVIRONMENT, urgent_line="111 and more")) as op:
        standing = approvals.standing(op)

    assert standing.changed is not None
    said = [change.words for change in standing.changed]
    assert "rules R-ACS-1, urgency: “SAME_DAY” is now “EMERGENCY”" in said
    assert any(
        "questions rf_fever, hint: “A fever is 39 C or more.” is now “A fever is 38 C" in each
        for each in said
    )
    assert any(each.startswith("cards adv_call_now: new: urgency: “EMERGENCY”") for each in said)
    assert "questions rf_gone: gone: text: “Is it gone?”" in said
    assert len(said) == 4
    assert standing.beside == ("telephone numbers",)


def test_an_approval_in_the_settings_counts_and_keeps_nothing(database: Database) -> None:
    by_name = {
        "BACKSTORY_APPROVED_BY": "Dr Safe, safety officer",
        "BACKSTORY_APPROVED_ON": "2026-03-01",
        "BACKSTORY_APPROVED_RULES": SAFETY_VERSION,
    }
    settings = SettingsInForce(Settings.from_environment({**CLINIC, **by_name})).read(database)

    assert approvals.in_force(settings) is not None
    with looking(database, settings=settings) as op:
        assert approvals.standing(op).changed is None


@pytest.mark.parametrize("version", [SAFETY_VERSION, "0123456789ab", ""])
def test_only_records_of_the_version_in_force_are_covered(database: Database, version: str) -> None:
    """A question or a card that changed uncovers a record as well as a rule does."""
    journey = journey_of(plain_patient())
    moment = datetime(2026, 11, 22, 9, tzinfo=UTC)
    record = write_summary(journey, screen(journey), Subject("Anna"), written_at=moment, sent_at=moment)
    approve(database)

    covered = approvals.covers(in_force(database), replace(record, safety_version=version))

    assert record.safety_version == SAFETY_VERSION
    assert covered == (version == SAFETY_VERSION)
