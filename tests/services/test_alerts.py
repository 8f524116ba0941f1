"""An alert has a name and a time to it, and is not closed without an outcome."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.questionnaire.answers import Answers
from intake.red_flags import Finding, Urgency, rule
from intake.services import alerts
from intake.services.alerts import NoSuchAlert, OutcomeIncomplete, Result, TakenAlready
from intake.services.appointments import booking, day_list
from intake.services.appointments.booking import Booking
from intake.services.forms import draft, intakes
from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.models import (
    Alert,
    AlertState,
    Appointment,
    IntakeStatus,
    Job,
    JobKind,
    Outcome,
    Role,
    User,
)
from tests.acting import acting, looking
from tests.services.conftest import NOW, Invited, invite_anna

DAY = date(2026, 3, 12)


def raised(database: Database, anna: Invited, *findings: tuple[str, Urgency]) -> None:
    with acting(database, settings=Settings.from_environment({})) as op:
        intake = intakes.find(op.session, anna.appointment.intake.id)
        assert intake is not None
        fired = [Finding(rule(id), urgency, "reported", ()) for id, urgency in findings]
        alerts.raise_(op, intake, fired)
        op.commit()


def waiting(database: Database, settings: Settings) -> list[alerts.AlertRow]:
    with looking(database, settings=settings) as op:
        return list(alerts.open_alerts(op, DAY))


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
        said = draft.read(intake)
        draft.write(intake, replace(said, answers=said.answers.merged({"phone_best": "07700 900999"})))
        session.commit()

    assert [row.phone for row in waiting(database, settings)] == ["07700 900999"]


@pytest.mark.parametrize(
    ("given", "can_be_called", "other"),
    [
        ("07700 900999", True, "07700 900123"),
        ("+44 7700 900123", True, None),
        ("12345678", False, "07700 900123"),
        ("same as you have", False, "07700 900123"),
    ],
)
def test_beside_a_wrong_number_stand_the_other_ways_to_reach_the_patient(
    given: str, can_be_called: bool, other: str | None, database: Database, settings: Settings, anna: Invited
) -> None:
    """Safety: H-35. A flag raised with a wrong number is still told to somebody."""
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    with database.writing() as session:
        intake = intakes.find(session, anna.appointment.intake.id)
        assert intake is not None
        intake.appointment.patient.email = "anna@example.org"
        said = draft.read(intake)
        draft.write(intake, replace(said, answers=said.answers.merged({"phone_best": given})))
        session.commit()

    (row,) = waiting(database, settings)
    assert (row.phone, row.can_be_called, row.other_phone) == (given, can_be_called, other)
    assert row.email == "anna@example.org"


def test_whoever_has_no_phone_is_marked_and_the_number_is_what_the_clinic_knew(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    assert [row.no_phone for row in waiting(database, settings)] == [False]

    with database.writing() as session:
        intake = intakes.find(session, anna.appointment.intake.id)
        assert intake is not None
        said = draft.read(intake)
        draft.write(intake, replace(said, answers=said.answers.merged({"phone_best": "no_phone"})))
        session.commit()

    assert [(row.no_phone, row.phone) for row in waiting(database, settings)] == [(True, "07700 900123")]


def test_a_number_that_was_only_confirmed_gives_way_to_the_one_the_clinic_has_since(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    with database.writing() as session:
        intake = intakes.find(session, anna.appointment.intake.id)
        assert intake is not None
        number = Answers({"phone_best": "07700 900123"})
        draft.write(intake, replace(draft.read(intake), answers=number, known=number))
        intake.status = IntakeStatus.SENT
        intake.appointment.patient.phone = "07700 900555"
        session.commit()

    assert [row.phone for row in waiting(database, settings)] == ["07700 900555"]


RESULT = Result(Outcome.EMERGENCY_CARE, " At the hospital. ", "RR")


def does(
    database: Database, user: User, deed: Callable[..., object], *rest: object, now: datetime = NOW
) -> None:
    """Let somebody do something with every alert that waits."""
    with acting(database, by=user, now=now) as op:
        deed(op, list(op.session.scalars(select(Alert.id))), *rest)
        op.commit()


def test_the_first_who_takes_it_has_it(
    database: Database, settings: Settings, anna: Invited, reception: User, clinician: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))

    does(database, reception, alerts.take, now=NOW + timedelta(minutes=1))
    with pytest.raises(TakenAlready):
        does(database, clinician, alerts.take, now=NOW + timedelta(minutes=2))

    (row,) = waiting(database, settings)
    assert (row.state, row.owner) == (AlertState.ACKNOWLEDGED, "Rosa Reception")
    assert row.acknowledged_at == NOW + timedelta(minutes=1)


@pytest.mark.faults
def test_of_two_who_take_it_at_once_one_has_it(
    database: Database, settings: Settings, anna: Invited, reception: User, clinician: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY), ("R-INF-3", Urgency.SAME_DAY))

    def take(user: User) -> str:
        try:
            does(database, user, alerts.take)
        except TakenAlready:
            return "sees who has it"
        return "has it"

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(take, (reception, clinician)))

    assert outcomes == ["has it", "sees who has it"]
    assert len({row.owner for row in waiting(database, settings)}) == 1


@pytest.mark.parametrize("leave", ["is let in no longer", "becomes an admin"])
def test_what_somebody_had_who_may_no_longer_act_is_nobodys_and_calls_anew(
    database: Database, settings: Settings, anna: Invited, reception: User, leave: str
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    does(database, reception, alerts.take)

    later = NOW + timedelta(minutes=5)
    with acting(database, now=later) as op:
        rosa = op.session.get_one(User, reception.id)
        if leave == "becomes an admin":
            accounts.change_role(op, rosa, Role.ADMIN)
        else:
            accounts.deactivate(op, rosa)
        op.commit()

    (row,) = waiting(database, settings)
    assert (row.state, row.owner) == (AlertState.OPEN, None)
    with database.reading() as session:
        calls = session.scalars(select(Job.made_at).where(Job.kind == JobKind.TELL_OF_ALERT))
        assert set(calls) == {NOW, later}


@pytest.mark.parametrize(
    ("result", "missing"),
    [
        (replace(RESULT, outcome=None), ("outcome",)),
        (replace(RESULT, note="  "), ("note",)),
        (replace(RESULT, initials=" "), ("initials",)),
        (replace(RESULT, outcome=Outcome.NOT_REACHED), ("clinician_told",)),
        (Result(None, "", ""), ("outcome", "note", "initials")),
    ],
)
def test_an_alert_is_not_closed_without_outcome_note_and_initials(
    database: Database,
    settings: Settings,
    anna: Invited,
    reception: User,
    result: Result,
    missing: tuple[str, ...],
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))

    with pytest.raises(OutcomeIncomplete) as refusal:
        does(database, reception, alerts.close, result)

    assert refusal.value.missing == missing
    assert len(waiting(database, settings)) == 1


def test_closing_keeps_what_came_of_it_with_who_and_when(
    database: Database, settings: Settings, anna: Invited, reception: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))

    does(database, reception, alerts.close, RESULT)

    assert waiting(database, settings) == []
    with looking(database, settings=settings) as op:
        intake = intakes.find(op.session, anna.appointment.intake.id)
        assert intake is not None
        (seen,) = alerts.of(op, intake)
        (line,) = day_list.day_list(op, DAY)
    assert (seen.outcome, seen.note, seen.initials) == (Outcome.EMERGENCY_CARE, "At the hospital.", "RR")
    assert (seen.closed_by, seen.closed_at, seen.owner) == ("Rosa Reception", NOW, "Rosa Reception")
    assert not line.needs_attention


def test_what_was_closed_and_fires_again_is_open_again(
    database: Database, settings: Settings, anna: Invited, reception: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    does(database, reception, alerts.close, RESULT)

    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))

    (row,) = waiting(database, settings)
    assert (row.state, row.owner) == (AlertState.OPEN, None)


def test_what_was_done_the_first_time_is_kept_when_it_fires_again(
    database: Database, settings: Settings, anna: Invited, reception: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    does(database, reception, alerts.close, RESULT)
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    (again,) = waiting(database, settings)

    with acting(database, now=NOW + timedelta(hours=1), by=reception) as op:
        called = replace(RESULT, outcome=Outcome.SEEN_TODAY, note="Called again; comes at noon.")
        alerts.close(op, [again.alert_id], called)
        op.commit()

    with looking(database, settings=settings) as op:
        intake = intakes.find(op.session, anna.appointment.intake.id)
        assert intake is not None
        rows = alerts.of(op, intake)
    assert {row.note for row in rows} == {"At the hospital.", "Called again; comes at noon."}
    assert {row.closed_at for row in rows} == {NOW, NOW + timedelta(hours=1)}


@pytest.mark.parametrize(
    ("urgency", "raised_at", "due"),
    [
        (Urgency.EMERGENCY, "2026-03-09T09:00+00:00", "2026-03-09T09:15+00:00"),
        (Urgency.EMERGENCY, "2026-03-09T22:00+00:00", "2026-03-10T08:15+00:00"),
        (Urgency.EMERGENCY, "2026-03-14T10:00+00:00", "2026-03-16T08:15+00:00"),
        (Urgency.SAME_DAY, "2026-03-09T09:00+00:00", "2026-03-09T11:00+00:00"),
        (Urgency.SAME_DAY, "2026-03-09T17:30+00:00", "2026-03-09T18:00+00:00"),
        (Urgency.SAME_DAY, "2026-03-13T18:30+00:00", "2026-03-16T10:00+00:00"),
        # The clocks go forward on the Sunday between.
        (Urgency.SAME_DAY, "2026-03-27T18:30+00:00", "2026-03-30T09:00+00:00"),
    ],
)
def test_the_clock_runs_while_the_clinic_is_open(urgency: Urgency, raised_at: str, due: str) -> None:
    now = datetime.fromisoformat(raised_at)

    by = alerts.due_at(urgency, settings=Settings.from_environment({}), now=now)

    assert by.astimezone(UTC) == datetime.fromisoformat(due)


def test_what_is_late_is_counted_by_patient(
    database: Database, settings: Settings, anna: Invited, reception: User
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY), ("R-INF-3", Urgency.SAME_DAY))

    def late(minutes: int) -> int:
        with looking(database, now=NOW + timedelta(minutes=minutes)) as op:
            return alerts.overdue(op)

    assert (late(15), late(16), late(300)) == (0, 1, 1)
    does(database, reception, alerts.take)
    assert late(16) == 1
    does(database, reception, alerts.close, RESULT)
    assert late(300) == 0


def test_an_alert_nobody_raised_cannot_be_taken(database: Database, reception: User) -> None:
    with acting(database, by=reception) as op, pytest.raises(NoSuchAlert):
        alerts.take(op, [uuid4()])


def test_an_emergency_of_another_day_is_seen_today(
    database: Database, settings: Settings, anna: Invited
) -> None:
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))

    with looking(database, settings=settings) as op:
        assert alerts.open_alerts(op, date(2026, 3, 9)) == ()
        assert len(alerts.all_open(op)) == 1


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
        with acting(database, settings=settings) as op:
            booking.make(
                op,
                Booking(
                    name=f"At {hour}",
                    date_of_birth=date(1980, 1, 1),
                    starts_at=datetime(2026, 7, 8, hour, minute, tzinfo=UTC),
                ),
            )
            op.commit()

    with looking(database, settings=settings) as op:
        names = [row.name for row in day_list.day_list(op, date(2026, 7, 8))]
    assert names == ["At 8", "At 22"]


def test_cancelling_the_appointment_does_not_silence_an_emergency(
    database: Database, settings: Settings
) -> None:
    anna = invite_anna(database)
    raised(database, anna, ("R-CES-1", Urgency.EMERGENCY))
    with acting(database) as op:
        appointment = op.session.get_one(Appointment, anna.appointment.id)
        for _ in range(2):
            booking.cancel(op, appointment)
        op.commit()

    with looking(database, settings=settings) as op:
        (row,) = day_list.day_list(op, DAY)
    assert row.form.cancelled
    assert [each.rule for each in waiting(database, settings)] == ["R-CES-1"]
