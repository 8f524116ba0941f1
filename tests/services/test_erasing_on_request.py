"""A patient erased on request: whole or not at all, with a proof that tells nobody, whoever else is at it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from intake.config import Settings
from intake.services import audit
from intake.services.audit import Action, Readable
from intake.services.data_protection import collecting, erasing, who_read
from intake.services.data_protection.audit_words import ACTS, KINDS, actions_of, words_of
from intake.services.data_protection.erasing import ErasingChanged
from intake.services.data_protection.who_read import AuditFilter
from intake.services.forms import intakes
from intake.services.operations.retention import AlertOpen
from intake.services.staff import grants
from intake.services.staff.accounts import Permission, deactivate, may
from intake.storage import Database
from intake.storage.models import AuditEvent, Erasure, ErasureReason, Intake, Patient, Row, StaffGrant, User
from tests.acting import NOW, acting, looking
from tests.services.answering import answers, has_sent, save
from tests.services.conftest import Invited, invite_anna
from tests.services.test_subject_copy import IN_HAND
from tests.services.whole_person import keep_everything, urgent_answers

LEFT = {
    "audit_event",
    "audit_head",
    "audit_total",
    "erasure",
    "key_check",
    "search_version",
    "staff_user",
    "tally",
}
BESIDE = {"appointment_import", "job"}


def erase(database: Database, patient_id: UUID, by: User) -> Erasure:
    with looking(database, by=by) as op:
        shown = erasing.to_be_erased(op, patient_id)
    assert shown is not None
    with acting(database, by=by) as op:
        made = erasing.erase(op, patient_id, ErasureReason.ASKED, version_token=shown.version_token)
        op.commit()
    return made


def test_every_action_has_words_and_every_kind_its_actions() -> None:
    assert set(ACTS) == set(Action)
    assert all(words_of(each) != each for each in Action)
    assert all(actions_of(kind) for kind in KINDS)
    assert words_of("something:earlier") == "something:earlier"


def test_nothing_is_left_of_somebody_with_joined_records_but_counts(
    database: Database, settings: Settings, reception: User, clinician: User
) -> None:
    patient_id = keep_everything(database, settings, reception, clinician)

    made = erase(database, patient_id, reception)

    with looking(database, by=reception) as op:
        left = {
            table.name
            for table in Row.metadata.sorted_tables
            if op.session.scalar(select(func.count()).select_from(table))
        }
        proof = erasing.proof_of(op, made.id)
        assert audit.verify(op.session) == ()
        event = op.session.scalars(select(AuditEvent).where(AuditEvent.stream == f"erasure:{made.id}")).one()
    assert left - BESIDE == LEFT
    assert proof is not None
    assert (proof.event_id, proof.event_hash, proof.holds) == (event.id, event.mac, True)
    assert {str(each.words): each.number for each in proof.kinds}["Records of the person"] == 2
    assert proof.erased_by == "Rosa Reception"
    assert "Canary" not in made.counts


def test_an_open_alert_keeps_all_of_the_appointments(
    database: Database, settings: Settings, reception: User, anna: Invited
) -> None:
    has_sent(database, settings, anna.appointment, urgent_answers())

    with pytest.raises(AlertOpen):
        erase(database, anna.appointment.patient_id, reception)

    with database.reading() as session:
        assert session.get(Patient, anna.appointment.patient_id) is not None


def test_what_was_changed_since_it_was_looked_at_is_not_erased(
    database: Database, reception: User, anna: Invited
) -> None:
    with acting(database, by=reception) as op, pytest.raises(ErasingChanged):
        erasing.erase(op, anna.appointment.patient_id, ErasureReason.ASKED, version_token="another")


def test_erased_while_the_form_is_filled_in_it_is_gone_whole_or_waits(
    database: Database, settings: Settings, reception: User, anna: Invited
) -> None:
    """A page is saved and the patient erased at the same moment: whoever is second finds no half."""
    patient_id, intake_id = anna.appointment.patient_id, anna.appointment.intake.id
    with acting(database, settings=settings) as op:
        intakes.open(op, op.session.get_one(Intake, intake_id))
        op.commit()
    both = Barrier(2)

    def fills_in() -> bool:
        both.wait()
        with acting(database, settings=settings) as op:
            intake = intakes.find(op.session, intake_id)
            if intake is None:
                return False
            try:
                save(op, intake, "p_start", {"who_completing": "self"})
                op.commit()
            except SQLAlchemyError:
                op.rollback()
                return False
        return True

    def erases() -> None:
        both.wait()
        erase(database, patient_id, reception)

    with ThreadPoolExecutor(2) as pool:
        saving, erasing_ = pool.submit(fills_in), pool.submit(erases)
        saving.result()
        erasing_.result()

    with database.reading() as session:
        assert session.get(Patient, patient_id) is None
        assert session.get(Intake, intake_id) is None
        assert audit.verify(session) == ()


def test_a_copy_of_somebody_who_was_erased_meanwhile_is_not_handed_out(
    database: Database, reception: User, anna: Invited
) -> None:
    patient_id = anna.appointment.patient_id
    with looking(database) as op:
        patient = collecting.kept_record(op, patient_id)
        assert patient is not None
        erase(database, patient_id, reception)
        # What was begun before goes on with what it saw, whole.
        assert collecting.collect(op, patient, IN_HAND).problems == ()

    with acting(database) as op:
        assert not collecting.is_still_there(op, patient_id)


def test_details_that_were_erased_show_as_erased(
    database: Database, settings: Settings, reception: User, anna: Invited
) -> None:
    has_sent(database, settings, anna.appointment, answers())
    erase(database, anna.appointment.patient_id, reception)

    with looking(database, by=reception) as op:
        found = who_read.page(op, AuditFilter())

    assert found.broken == ()
    erased = [each for each in found.lines if each.readable is Readable.ERASED]
    assert "Sent the form" in {each.what for each in erased}
    assert all(not each.reference and not each.patient for each in erased)


def test_pages_lead_on_to_the_oldest_and_leave_nothing_out(
    database: Database, settings: Settings, reception: User
) -> None:
    for _ in range(14):
        has_sent(database, settings, invite_anna(database).appointment, answers())
    with looking(database, by=reception) as op:
        everything = who_read.everything(op, AuditFilter())
        page = who_read.page(op, AuditFilter())
        seen = list(page.lines)
        while page.after is not None:
            page = who_read.page(op, AuditFilter(), page.after)
            seen += page.lines

    assert len(seen) > who_read.AT_ONCE
    assert seen == list(everything)


def test_the_last_backup_is_gone_when_the_settings_say_so(tmp_path: Path) -> None:
    def gone_by(**environment: str) -> date | None:
        settings = Settings.from_environment(
            {f"BACKSTORY_{name}": value for name, value in environment.items()}
        )
        return erasing.backups_gone_by(settings, NOW)

    folder = str(tmp_path / "backups")
    assert gone_by() is None
    assert gone_by(BACKUP_FOLDER=folder, BACKUP_KEEP="14") == (NOW + timedelta(days=15)).date()
    assert (
        gone_by(BACKUP_FOLDER=folder, BACKUP_KEEP="5", BACKUP_EVERY="10080")
        == (NOW + timedelta(days=36)).date()
    )


def test_what_somebody_was_allowed_goes_when_they_leave(database: Database, clinician: User) -> None:
    with acting(database) as op:
        user = op.session.get_one(User, clinician.id)
        grants.give(op, user, Permission.READ_AUDIT)
        grants.give(op, user, Permission.READ_AUDIT)
        op.commit()
        assert may(user, Permission.READ_AUDIT)
        assert may(user, Permission.SEE_ERASURES)
        assert not may(user, Permission.ERASE_PATIENT)
        deactivate(op, user)
        op.commit()
        assert op.session.scalars(select(StaffGrant)).all() == []
