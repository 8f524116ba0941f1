"""What has been kept for long enough is gone, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from intake.config import Settings
from intake.red_flags import Finding, Urgency, rule
from intake.services import alerts, audit
from intake.services.alerts import Result
from intake.services.forms import intakes
from intake.services.invitations import attempts, links
from intake.services.operations import retention
from intake.services.staff import guesses, known_browsers, sessions
from intake.services.staff.known_browsers import Client
from intake.storage import Database
from intake.storage.models import (
    AttemptKind,
    AuditEvent,
    AuditHead,
    AuditTotal,
    Import,
    Invitation,
    KeyCheck,
    Outcome,
    Row,
    SearchVersion,
    Tally,
    ThrottleKind,
    User,
    WebSession,
    new_id,
)
from intake.tasks import Queue
from tests.acting import acting, looking
from tests.services.answering import answers, has_sent
from tests.services.conftest import Invited, invite_anna

VISIT = datetime.fromisoformat("2026-03-12T10:30+00:00")
STAYS = {each.__tablename__ for each in (AuditEvent, AuditHead, AuditTotal, KeyCheck, SearchVersion, Tally)}


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Row.metadata.sorted_tables
            if table.name not in STAYS
        }


def expired(database: Database, settings: Settings, days: float) -> tuple[UUID, ...]:
    """What may be erased so many days after the visit."""
    with looking(database, settings=settings, now=VISIT + timedelta(days=days)) as op:
        return retention.expired(op)


def erase(database: Database, anna: Invited) -> retention.Erased | None:
    settings = Settings.from_environment({})
    with acting(database, settings=settings, now=VISIT) as op:
        erased = retention.erase(op, anna.appointment.id)
        op.commit()
    return erased


def raises_an_alert(database: Database, settings: Settings, anna: Invited, *, closed_by: User | None) -> None:
    with acting(database, by=closed_by, settings=settings, now=VISIT) as op:
        intake = intakes.find(op.session, anna.appointment.intake.id)
        assert intake is not None
        finding = Finding(rule("R-CES-1"), Urgency.EMERGENCY, "reported", ())
        alerts.raise_(op, intake, [finding])
        op.session.flush()
        if closed_by is not None:
            result = Result(Outcome.EMERGENCY_CARE, "Went by ambulance", "RR")
            ids = [alert.id for alert in intake.alerts]
            alerts.take(op, ids)
            alerts.close(op, ids, result)
        op.commit()


@pytest.fixture
def sent(database: Database, settings: Settings, anna: Invited) -> Invited:
    has_sent(database, settings, anna.appointment, answers())
    return anna


def test_nothing_is_left_of_a_patient_but_the_audit_and_a_count(
    database: Database, settings: Settings, reception: User
) -> None:
    before = rows(database)
    anna = invite_anna(database)
    has_sent(database, settings, anna.appointment, answers({"rf_fever_now": "yes"}))
    raises_an_alert(database, settings, anna, closed_by=None)
    with acting(database, now=VISIT, by=reception) as op:
        intake = intakes.find(op.session, anna.appointment.intake.id)
        assert intake is not None
        ids = [alert.id for alert in intake.alerts]
        alerts.take(op, ids)
        alerts.note_attempt(op, intake, alerts.Try(AttemptKind.NO_ANSWER), idempotency_key=new_id())
        alerts.offer(op, intake, to=op.user, note="Anna")
        alerts.close(op, ids, Result(Outcome.SEEN_TODAY, "Came in", "RR"))
        alerts.put_right(op, ids, Result(Outcome.SEEN_ELSEWHERE, "Was at the hospital", "RR"))
        alerts.add_note(op, intake, "Rang back")
        invitation = op.session.scalars(select(Invitation)).one()
        sessions.start_patient(op, invitation)
        op.commit()

    erased = erase(database, anna)

    assert rows(database) == before
    assert erased is not None
    with database.reading() as session:
        assert audit.verify(session) == ()
        deeds = session.scalars(select(AuditEvent.action)).all()
    assert {"appointment:erased", "patient:erased", "intake:sent"} <= set(deeds)


def test_a_patient_with_another_appointment_stays(database: Database, settings: Settings) -> None:
    first, second = invite_anna(database), invite_anna(database)
    with database.writing() as session:
        both = [session.merge(each.appointment) for each in (first, second)]
        alone, both[1].patient = both[1].patient, both[0].patient
        session.flush()
        session.delete(alone)
        session.commit()

    erase(database, first)

    assert rows(database)["patient"] == rows(database)["appointment"] == 1
    erase(database, second)
    assert rows(database)["patient"] == 0


def test_a_form_that_was_sent_is_kept_as_long_as_the_clinic_says(
    database: Database, settings: Settings, sent: Invited
) -> None:
    assert expired(database, settings, 365) == ()
    assert expired(database, settings, 366) == (sent.appointment.id,)
    assert expired(database, replace(settings, keep_sent=30), 31) == (sent.appointment.id,)


def test_a_form_that_was_never_sent_is_kept_for_a_week(
    database: Database, settings: Settings, anna: Invited
) -> None:
    assert expired(database, settings, 7) == ()
    assert expired(database, settings, 8) == (anna.appointment.id,)


def test_an_open_alert_keeps_everything(database: Database, settings: Settings, anna: Invited) -> None:
    raises_an_alert(database, settings, anna, closed_by=None)

    assert expired(database, settings, 5000) == ()
    with pytest.raises(retention.AlertOpen):
        erase(database, anna)


def test_what_was_done_about_an_alert_is_kept_though_the_form_was_never_sent(
    database: Database, settings: Settings, anna: Invited, reception: User
) -> None:
    raises_an_alert(database, settings, anna, closed_by=reception)

    assert expired(database, settings, 8) == ()
    assert expired(database, settings, 366) == (anna.appointment.id,)


def test_erasing_twice_is_erasing_once(database: Database, anna: Invited) -> None:
    assert erase(database, anna) is not None
    assert erase(database, anna) is None


@pytest.fixture
def queue_at(database: Database, settings: Settings, tmp_path: Path) -> Callable[[float], Queue]:
    """A queue that works so many days after the visit."""

    def make(days: float) -> Queue:
        now = VISIT + timedelta(days=days)
        return Queue(database, replace(settings, data_dir=tmp_path), immediate=True, clock=lambda: now)

    return make


def test_the_queue_erases_by_itself_and_goes_past_an_open_alert(
    database: Database, settings: Settings, anna: Invited, queue_at: Callable[[float], Queue]
) -> None:
    worrying = invite_anna(database)
    raises_an_alert(database, settings, worrying, closed_by=None)

    assert queue_at(7).tidy() == 0
    assert queue_at(8).tidy() == 1
    with database.reading() as session:
        assert links.with_token(session, worrying.token) is not None
        assert links.with_token(session, anna.token) is None


def test_known_browsers_and_refused_sign_ins_are_kept_no_longer_than_they_are_of_use(
    database: Database, reception: User
) -> None:
    with acting(database, now=VISIT) as op:
        known_browsers.remember(op, op.session.get_one(User, reception.id), Client(browser="a token"))
        guesses.note(op, "192.0.2.1/32", reception.id, tries=1)
        op.commit()

    kept = []
    for days in (29, 31, 401):
        with acting(database, now=VISIT + timedelta(days=days)) as op:
            retention.sweep_up(op)
            op.commit()
        kept.append((rows(database)["refused_sign_in"], rows(database)["known_browser"]))

    assert kept == [(1, 1), (0, 1), (0, 0)]


def test_tries_and_imports_that_say_nothing_any_more_are_forgotten(
    database: Database, anna: Invited, queue_at: Callable[[float], Queue]
) -> None:
    with acting(database, now=VISIT) as op:
        attempts.spend(op, ThrottleKind.SIGN_IN, "5" * 32, within=timedelta(minutes=5))
        empty, used = Import(made_at=VISIT), Import(made_at=VISIT)
        op.session.add_all([empty, used])
        op.session.merge(anna.appointment).came_by = used
        op.session.commit()

    queue_at(0.01).tidy()
    assert (rows(database)["throttle"], rows(database)["appointment_import"]) == (1, 2)
    queue_at(1).tidy()
    assert (rows(database)["throttle"], rows(database)["appointment_import"]) == (0, 2)
    with acting(database, now=VISIT + timedelta(days=31)) as op:
        retention.sweep_up(op)
        op.commit()

    assert rows(database)["throttle"] == 0
    with database.reading() as session:
        assert session.scalars(select(Import.id)).all() == [used.id]


def test_sessions_that_nobody_uses_are_forgotten(
    database: Database, anna: Invited, queue_at: Callable[[float], Queue]
) -> None:
    with acting(database, now=VISIT) as op:
        sessions.start_patient(op, op.session.scalars(select(Invitation)).one())
        op.commit()

    queue_at(6).tidy()
    assert rows(database)[WebSession.__tablename__] == 1
    queue_at(31).tidy()
    assert rows(database)[WebSession.__tablename__] == 0
