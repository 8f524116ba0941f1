"""An alert has a name and a time to it, and is not closed without an outcome."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from intake.config import Settings
from intake.red_flags import Finding, Urgency, rule
from intake.services import alerts, appointments, intakes, sheet
from intake.services.alerts import NoSuchAlert, OutcomeNeeded
from intake.services.audit import SYSTEM
from intake.storage import Database
from intake.storage.models import AlertState, Appointment, User
from tests.services.conftest import NOW, Invited, invite_anna

DAY = date(2026, 3, 12)


def raised(database: Database, anna: Invited, *findings: tuple[str, Urgency]) -> None:
    with database.writing() as session:
        intake = intakes.find(session, anna.appointment.intake.id)
        assert intake is not None
        fired = [Finding(rule(id), urgency, "reported", ()) for id, urgency in findings]
        alerts.raise_(session, intake, fired, settings=Settings.from_environment({}), now=NOW)
        session.commit()


def waiting(database: Database, settings: Settings) -> list[alerts.AlertRow]:
    with database.reading() as session:
        return list(alerts.open_alerts(session, DAY, settings=settings))


def test_the_most_urgent_is_first(database: Database, settings: Settings, anna: Invited) -> None:
    raised(database, anna, ("R-INF-3", Urgency.SAME_DAY), ("R-CES-1", Urgency.EMERGENCY))

    assert [row.rule for row in waiting(database, settings)] == ["R-CES-1", "R-INF-3"]


def test_what_can_wait_for_the_visit_makes_no_alert(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.PRIORITY), ("R-INF-3", Urgency.NOTE))

    assert waiting(database, settings) == []


def test_a_rule_that_rises_is_a_new_alert_and_one_that_stays_is_not(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.SAME_DAY))
    raised(database, anna, ("R-CES-1", Urgency.SAME_DAY))
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))

    assert [row.urgency for row in waiting(database, settings)] == [Urgency.EMERGENCY, Urgency.SAME_DAY]


def test_the_number_to_call_is_the_one_the_patient_just_gave(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    with database.writing() as session:
        intake = intakes.find(session, anna.appointment.intake.id)
        assert intake is not None
        said = sheet.read(intake)
        sheet.write(intake, replace(said, answers=said.answers.merged({"phone_best": "07700 900999"})))
        session.commit()

    assert [row.phone for row in waiting(database, settings)] == ["07700 900999"]


def test_acknowledging_keeps_the_first_name_and_time(
    database: Database, settings: Settings, anna: Invited, reception: User, clinician: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    (row,) = waiting(database, settings)
    for user, minutes in ((reception, 1), (clinician, 2)):
        with database.writing() as session:
            by = session.get_one(User, user.id)
            alerts.acknowledge(session, row.alert_id, by=by, now=NOW + timedelta(minutes=minutes))
            session.commit()

    assert waiting(database, settings) == []
    with database.reading() as session:
        intake = intakes.find(session, row.intake_id)
        assert intake is not None
        (seen,) = alerts.of(session, intake, settings=settings)
        (line,) = appointments.day_list(session, DAY, settings=settings)
    assert (seen.state, seen.acknowledged_by) == (AlertState.ACKNOWLEDGED, "Rosa Reception")
    assert seen.acknowledged_at == NOW + timedelta(minutes=1)
    assert not line.needs_attention


def test_an_alert_is_not_closed_without_an_outcome(
    database: Database, settings: Settings, anna: Invited, reception: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    (row,) = waiting(database, settings)

    with database.writing() as session:
        by = session.get_one(User, reception.id)
        with pytest.raises(OutcomeNeeded):
            alerts.close(session, row.alert_id, by=by, outcome="  ", now=NOW)
        closed = alerts.close(session, row.alert_id, by=by, outcome=" At the hospital. ", now=NOW)
        session.commit()
    assert (closed.state, closed.outcome) == (AlertState.CLOSED, "At the hospital.")


def test_an_alert_nobody_raised_cannot_be_acknowledged(database: Database, reception: User) -> None:
    with database.writing() as session, pytest.raises(NoSuchAlert):
        alerts.acknowledge(session, uuid4(), by=reception, now=NOW)


def test_an_emergency_of_another_day_is_seen_today(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))

    with database.reading() as session:
        assert alerts.open_alerts(session, date(2026, 3, 9), settings=settings) == ()
        assert len(alerts.all_open(session, settings=settings)) == 1


def test_the_rule_of_an_alert_does_not_lie_in_the_clear(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    with database.writer.connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM alert").all())

    assert "R-CES" not in kept


def test_the_day_is_the_clinics_own_and_in_order(database: Database, settings: Settings) -> None:
    # 23:30 on the 8th of July in London is 22:30 UTC; half past midnight is still the 8th in UTC.
    for hour, minute in ((22, 30), (8, 0), (23, 30)):
        with database.writing() as session:
            appointments.make(
                session,
                name=f"At {hour}",
                date_of_birth=date(1980, 1, 1),
                starts_at=datetime(2026, 7, 8, hour, minute, tzinfo=UTC),
                by=SYSTEM,
                now=NOW,
            )
            session.commit()

    with database.reading() as session:
        names = [row.name for row in appointments.day_list(session, date(2026, 7, 8), settings=settings)]
    assert names == ["At 8", "At 22"]


def test_cancelling_the_appointment_does_not_silence_an_emergency(
    database: Database, settings: Settings
) -> None:
    anna = invite_anna(database)
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    with database.writing() as session:
        appointment = session.get_one(Appointment, anna.appointment.id)
        for _ in range(2):
            appointments.cancel(session, appointment, by=SYSTEM, now=NOW)
        session.commit()

    with database.reading() as session:
        (row,) = appointments.day_list(session, DAY, settings=settings)
    assert row.cancelled
    assert [each.rule for each in waiting(database, settings)] == ["R-CES-1"]
