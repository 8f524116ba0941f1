"""What a restore does with each table: kept as it was, emptied, or changed so that nothing happens twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from intake.services.messages import outbox
from intake.services.operations.backup import after_restore
from intake.services.staff import known_browsers
from intake.services.staff.known_browsers import Client
from intake.storage import Database
from intake.storage.models import (
    BackupStatus,
    ClinicSetting,
    Heartbeat,
    JobKind,
    KnownBrowser,
    PolicyReport,
    RefusedSignIn,
    Row,
    SessionKind,
    SignInStep,
    StaffDraft,
    StaffLink,
    StaffLinkPurpose,
    StepPurpose,
    Throttle,
    ThrottleKind,
    User,
    WalkInCode,
    WebSession,
    Worker,
)
from tests.acting import NOW, acting
from tests.services.answering import answers, has_sent
from tests.services.conftest import invite_anna
from tests.services.test_backup import LATER, Clinic, clinic, everything

__all__ = ["clinic"]
KEPT, EMPTIED, CHANGED = "kept", "emptied", "changed"
# And why, where it is not plain.
TABLES = {
    "alert": KEPT,
    "appointment": KEPT,
    "appointment_identifier": KEPT,
    "appointment_import": KEPT,
    "audit_event": CHANGED,  # goes on: that it was put back, and why
    "audit_head": CHANGED,
    "audit_total": CHANGED,
    "backup_status": KEPT,  # the next one is due at once
    "call_attempt": KEPT,
    "call_note": KEPT,
    "clinic_setting": KEPT,
    "clinician_name": KEPT,
    "document": KEPT,
    "earlier_result": KEPT,
    "erasure": KEPT,  # those since the backup are gone; what was printed remains
    "finding_outcome": KEPT,
    "hand_over": KEPT,
    "heartbeat": KEPT,  # red until a worker is at work
    "import_shape": KEPT,
    "intake": KEPT,
    "intake_edition": KEPT,
    "invitation": KEPT,
    "job": CHANGED,  # messages to patients that were due are held back
    "joined_appointment": KEPT,
    "key_check": KEPT,  # and the keys of now are added
    "known_browser": KEPT,  # lets nobody in; without it strangers' tries lock staff out
    "mode_kept": KEPT,
    "passkey": KEPT,  # as the password of then
    "patient": KEPT,
    "patient_change": KEPT,
    "patient_identifier": KEPT,
    "patient_join": KEPT,
    "policy_report": KEPT,
    "read_mark": KEPT,
    "recovery_code": KEPT,  # as the password of then
    "refused_sign_in": KEPT,  # an attack goes on being seen
    "safety_approval": KEPT,
    "search_version": KEPT,  # no process is at work that has read it
    "settings_version": KEPT,
    "sign_in_step": EMPTIED,  # half done by a browser that is signed out
    "spent_token": KEPT,  # what counts once has counted
    "staff_draft": KEPT,  # what was typed; what it was saved as is gone too
    "staff_identity": KEPT,
    "staff_grant": KEPT,  # as the roles: look at "People"
    "staff_link": EMPTIED,  # it may have been used since
    "staff_user": KEPT,
    "tally": KEPT,
    "throttle": KEPT,  # nobody gets new tries
    "totp_secret": KEPT,  # as the password of then
    "walk_in_code": EMPTIED,  # as the links
    "web_session": CHANGED,  # signed out
    "worker": EMPTIED,  # they have ended
}


def test_of_every_table_it_is_said_what_a_restore_does_with_it() -> None:
    assert set(TABLES) == set(Row.metadata.tables)


def test_a_restore_does_with_each_table_what_is_said(
    clinic: Clinic,
    database: Database,
    reception: User,
) -> None:
    fill(database, clinic, reception)
    url = clinic.settings.database_url
    before = everything(url, clinic.keys)
    made = clinic.backs_up(database)
    database.close()

    clinic.puts_back(made.path)

    after = everything(url, clinic.keys)
    for table, done in TABLES.items():
        if done == KEPT:
            assert after[table] == before[table], table
        elif done == EMPTIED:
            assert before[table], table
            assert after[table] == [], table
        else:
            assert after[table] != before[table], table
    restored = Database(url, clinic.keys)
    with restored.reading() as session:
        assert session.scalars(select(WebSession.revoked_at)).all() == [LATER]
        assert [each.number for each in after_restore.waiting(session)] == [1]
        browser = session.scalars(select(KnownBrowser)).one()
        assert browser.user_id == reception.id
    restored.dispose()


def fill(database: Database, clinic: Clinic, staff: User) -> None:
    """Rows of what passes: what is signed in, counted, typed, owed."""
    anna = invite_anna(database)
    has_sent(database, clinic.settings, anna.appointment, answers())
    hour = NOW.replace(minute=0)
    with acting(database, settings=clinic.settings) as op:
        known_browsers.remember(op, op.session.get_one(User, staff.id), Client(browser="a token"))
        outbox.add(op, JobKind.SEND_REMINDER, uuid4(), not_before=NOW, appointment_id=anna.appointment.id)
        op.session.add_all(
            [
                WebSession(
                    token_hash="t" * 64, kind=SessionKind.TABLET, name="Hall", started_at=NOW, seen_at=NOW
                ),
                StaffLink(
                    user_id=staff.id,
                    token_hash="l" * 64,
                    purpose=next(iter(StaffLinkPurpose)),
                    made_at=NOW,
                    expires_at=NOW + timedelta(days=1),
                ),
                WalkInCode(
                    appointment_id=anna.appointment.id,
                    code_hmac=op.hmac_index("walk-in code", "BCDFGH"),
                    made_at=NOW,
                    made_by_id=staff.id,
                    expires_at=NOW + timedelta(minutes=15),
                ),
                SignInStep(
                    token_hash="s" * 64, purpose=StepPurpose.SECOND_FACTOR, user_id=staff.id, made_at=NOW
                ),
                Worker(host="here", pid=7, lanes="documents", started_at=NOW, seen_at=NOW),
                Heartbeat(name="scheduler", at=NOW),
                BackupStatus(id=1, covers_until=NOW),
                PolicyReport(
                    day=NOW, directive="img-src", blocked="inline", route="/day/", number=1, last_at=NOW
                ),
                ClinicSetting(name="clinic_name", value="Canary", changed_at=NOW, changed_by_id=staff.id),
                Throttle(
                    kind=ThrottleKind.SIGN_IN, subject_hmac=op.hmac_index("tries", "x"), tries=3, since=NOW
                ),
                RefusedSignIn(
                    hour=hour,
                    network_hmac=op.hmac_index("network", "x"),
                    network="192.0.2.0/24",
                    account=str(staff.id),
                    tries=3,
                    turned_away=0,
                    last_at=NOW,
                ),
                StaffDraft(
                    user_id=staff.id,
                    appointment_id=anna.appointment.id,
                    address="/alert",
                    page="/alert",
                    begun_at=NOW,
                    changed_at=NOW,
                    content={"note": "typed"},
                ),
            ]
        )
        op.session.commit()


@pytest.mark.parametrize("reason", ["", "x" * 201])
def test_a_reason_that_cannot_be_recorded_whole_is_refused(database: Database, reason: str) -> None:
    with pytest.raises(ValueError, match="1 to 200 characters"), acting(database) as op:
        after_restore.settle(op, (), reason)
