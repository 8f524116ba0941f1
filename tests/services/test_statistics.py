"""The figures say how it goes, and never enough to recognise somebody."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from intake.config import Settings
from intake.red_flags import Urgency
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.context import Operation
from intake.services.invitations import links
from intake.services.operations import statistics
from intake.services.operations.statistics import RESULTS, Figures
from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.models import (
    Alert,
    AlertState,
    Appointment,
    Attempt,
    AttemptKind,
    EarlierResult,
    Outcome,
    Role,
    Route,
    Row,
    new_id,
)
from tests.acting import acting, looking
from tests.services.conftest import NOW
from tests.services.correspondence import empty_database

DAY = date(2026, 3, 12)
VISIT = datetime(2026, 3, 12, 10, 30, tzinfo=NOW.tzinfo)


@pytest.fixture
def database(tmp_path: Path):
    """Counting is the same on either kind, and many patients take their time."""
    opened = empty_database(tmp_path)
    yield opened
    opened.dispose()


class Clinic:
    """Books patients in and lets their forms come as far as it is told."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings
        with acting(database) as op:
            rosa = accounts.expect_user(op, name="Rosa", email="rosa@x.example", role=Role.RECEPTION)
            self.user = rosa.id
            op.commit()

    def books(self, how_many: int, **facts) -> None:
        with acting(self.database) as op:
            for _ in range(how_many):
                self._book(op, **facts)
            op.commit()

    def figures(self, first: date = DAY, last: date = DAY, now: datetime = VISIT) -> Figures:
        with looking(self.database, settings=self.settings, now=now) as op:
            return statistics.figures(op, first, last)

    def _book(
        self,
        op: Operation,
        *,
        visit: datetime = VISIT,
        page: str = "",
        minutes: int | None = None,
        late: bool = False,
        opened: bool = True,
        urgency: Urgency | None = None,
        rule: str = "",
        outcome: Outcome | None = None,
        noted: str = "",
        route: Route = Route.WEB,
        invited: bool = True,
        cancelled: bool = False,
        **call: int,
    ) -> Appointment:
        found = booking.make(op, Booking(name="A", date_of_birth=DAY, starts_at=visit))
        if invited:
            links.invite(op, found)
        form = found.intake
        form.route, form.urgency = route, urgency
        if opened:
            form.opened_at = visit + timedelta(hours=1) if late else NOW
        if minutes is not None:
            form.sent_at = form.opened_at + timedelta(minutes=minutes)
            form.summary = {"safety": {"rules": [{"rule": noted, "urgency": "PRIORITY"}] if noted else []}}
        form.last_page = page or None
        op.session.flush()
        if rule:
            op.session.add_all(_call(form, _alert(form, rule, urgency, outcome), self.user, **call))
        if cancelled:
            booking.cancel(op, found)
        return found


@pytest.fixture
def clinic(database: Database, settings: Settings) -> Clinic:
    return Clinic(database, settings)


def numbers(lines) -> dict[str, int | None]:
    return {str(line.name): line.count.value for line in lines}


def test_forms_are_counted_step_by_step(clinic):
    clinic.books(10, opened=False)
    clinic.books(10)
    clinic.books(20, minutes=12)
    clinic.books(10, minutes=30, late=True)

    found = clinic.figures()

    assert numbers(found.steps) == {
        "Invited": 50,
        "Opened": 40,
        "Finished": 30,
        "Finished before the visit": 20,
    }
    assert [line.percent for line in found.steps] == [100, 80, 60, 40]
    assert found.minutes == 12


def test_who_was_not_invited_who_cancelled_and_other_days_are_left_out(clinic):
    clinic.books(20, minutes=10)
    clinic.books(5, invited=False)
    clinic.books(5, cancelled=True)
    clinic.books(5, visit=VISIT + timedelta(days=1))

    assert numbers(clinic.figures().steps)["Invited"] == 20
    assert numbers(clinic.figures(DAY, DAY + timedelta(days=1)).steps)["Invited"] == 25


def test_where_people_stop_is_the_last_page_they_saved(clinic):
    clinic.books(20, minutes=10)
    clinic.books(6)
    clinic.books(8, page="p_where")

    stops = numbers(clinic.figures().stops)

    assert stops["No page saved"] == 6
    assert sorted(value for value in stops.values() if value is not None) == [6, 8]


def test_what_the_rules_raised_stands_beside_what_came_of_it(clinic):
    clinic.books(40, minutes=10)
    clinic.books(6, minutes=10, urgency=Urgency.EMERGENCY, rule="R-CES-1", outcome=Outcome.EMERGENCY_CARE)
    clinic.books(5, minutes=10, urgency=Urgency.EMERGENCY, rule="R-CES-1", outcome=Outcome.NOT_REACHED)
    clinic.books(7, minutes=10, urgency=Urgency.EMERGENCY, rule="R-CES-1")
    clinic.books(9, minutes=10, urgency=Urgency.PRIORITY, noted="R-CA-1")

    found = clinic.figures()

    raised, noted = found.rules
    assert (raised.rule, raised.urgency, raised.fired.value) == ("R-CES-1", Urgency.EMERGENCY, 18)
    assert [count.value for count in raised.results] == [6, 0, 0, 5, 7]
    assert (noted.rule, noted.fired.value, noted.results) == ("R-CA-1", 9, ())
    tiers = {str(line.name): (line.count.value, line.percent, line.target) for line in found.tiers}
    assert tiers["Emergency"] == (18, 27, 3)
    assert tiers["Same day"] == (0, 0, 10)


def test_a_rare_rule_is_not_shown_with_its_number_or_its_outcome(clinic):
    clinic.books(30, minutes=10)
    clinic.books(3, minutes=10, urgency=Urgency.EMERGENCY, rule="R-CES-1", outcome=Outcome.SEEN_TODAY)

    found = clinic.figures()

    (rule,) = found.rules
    assert rule.fired.value is None
    assert rule.fired.small
    assert {count.value for count in rule.results} == {None}
    tiers = numbers(found.tiers)
    assert tiers["Emergency"] is None
    assert tiers["No rule"] is None, "30 of 33 would tell that there were three"


def test_no_small_number_is_shown_anywhere_whatever_the_clinic_is_like(clinic):
    for number, facts in enumerate(
        [
            {"opened": False},
            {"page": "p_where"},
            {"page": "u_now"},
            {"minutes": 5, "urgency": Urgency.SAME_DAY, "rule": "R-INF-1"},
            {"minutes": 5, "route": Route.DESK, "outcome": Outcome.SEEN_TODAY, "rule": "R-INF-1"}
            | {"urgency": Urgency.SAME_DAY},
            {"minutes": 9, "noted": "R-CA-1", "route": Route.PAPER, "late": True},
        ],
        1,
    ):
        clinic.books(number, **facts)
        clinic.books(8, minutes=20)
        assert not [value for value in _all_numbers(clinic.figures()) if 0 < value < 5]


def test_parts_that_are_all_shown_add_up_to_what_finished(clinic):
    clinic.books(20, minutes=10)
    clinic.books(10, minutes=10, route=Route.DESK, urgency=Urgency.NOTE)

    found = clinic.figures()

    assert sum(numbers(found.routes).values()) == 30
    assert sum(numbers(found.tiers).values()) == 30


def test_calls_are_measured_to_the_first_try_to_contact_and_to_the_outcome(clinic):
    """Emergencies: a try at 3 minutes and closed at 10, or closed at 40 and nobody reached."""
    facts = {"minutes": 10, "urgency": Urgency.EMERGENCY, "rule": "R-CES-1"}
    clinic.books(8, **facts, outcome=Outcome.SEEN_TODAY, tried=3, closed=10)
    clinic.books(6, **facts, outcome=Outcome.NOT_REACHED, closed=40)

    emergency, same_day = clinic.figures().calls

    assert (emergency.calls.value, same_day.calls.value) == (14, 0)
    said = [(each.within, each.minutes, each.met.value, each.missed.value) for each in emergency.steps]
    assert said == [(5, 3, 8, 6), (None, 10, 8, 6), (60, 10, 14, 0)]
    assert [each.percent for each in emergency.steps] == [57, 57, 100]


def test_a_call_that_still_has_time_is_neither_in_time_nor_late(clinic):
    clinic.books(7, minutes=10, urgency=Urgency.EMERGENCY, rule="R-CES-1")

    (emergency, _) = clinic.figures(now=NOW + timedelta(minutes=4)).calls
    assert [(step.met.value, step.missed.value) for step in emergency.steps] == [(0, 0)] * 3
    (emergency, _) = clinic.figures(now=NOW + timedelta(minutes=16)).calls
    assert [(step.met.value, step.missed.value) for step in emergency.steps] == [(0, 7), (0, 7), (0, 0)]


def test_what_patients_wait_is_counted_from_when_the_clinic_is_open(clinic):
    """Raised three hours before it opens; somebody calls ten minutes after that, or an hour before."""
    opens = NOW + timedelta(hours=3)
    hours = f"Mon-Sun {opens:%H:%M}-23:00"
    clinic.settings = Settings.from_environment({"BACKSTORY_OPENING": hours, "BACKSTORY_TIME_ZONE": "UTC"})
    facts = {"minutes": 10, "urgency": Urgency.EMERGENCY, "rule": "R-CES-1", "outcome": Outcome.SEEN_TODAY}

    clinic.books(6, **facts, closed=190)
    assert [step.minutes for step in clinic.figures().calls[0].steps] == [10, 10, 10]
    clinic.books(8, **facts, closed=120)
    assert [step.minutes for step in clinic.figures().calls[0].steps] == [0, 0, 0]


def test_a_result_that_was_put_right_keeps_the_time_it_was_closed_at(clinic):
    facts = {"minutes": 10, "urgency": Urgency.EMERGENCY, "rule": "R-CES-1", "outcome": Outcome.SEEN_TODAY}
    clinic.books(6, **facts, closed=10, put_right=300)
    clinic.books(6, **facts, closed=10, opened_again=20, closed_again=90)

    (emergency, _) = clinic.figures().calls

    assert [(step.met.value, step.missed.value) for step in emergency.steps[1:]] == [(6, 6), (6, 6)]


def test_nothing_at_all_is_no_mistake(clinic):
    found = clinic.figures()

    assert {line.count.value for line in found.steps} == {0}
    assert found.minutes is None
    assert found.rules == ()
    assert not any(step.counted for each in found.calls for step in each.steps)


def _all_numbers(found: Figures):
    lines = [*found.steps, *found.stops, *found.routes, *found.tiers]
    counts = [line.count for line in lines]
    counts += [count for rule in found.rules for count in (rule.fired, *rule.results)]
    counts += [each.calls for each in found.calls]
    counts += [count for each in found.calls for step in each.steps for count in (step.met, step.missed)]
    assert all(len(rule.results) in (0, len(RESULTS)) for rule in found.rules)
    return [count.value for count in counts if count.value is not None]


def _alert(form, rule: str, urgency: Urgency | None, outcome: Outcome | None) -> Alert:
    return Alert(
        intake=form,
        finding_hmac=new_id().hex,
        rule=rule,
        certainty="reported",
        outcome=outcome,
        urgency=urgency,
        state=AlertState.CLOSED if outcome else AlertState.OPEN,
        raised_at=NOW,
        due_at=NOW + timedelta(minutes=15),
        closed_at=NOW + timedelta(minutes=12) if outcome else None,
    )


def _call(
    form,
    alert: Alert,
    user: UUID,
    *,
    tried: int = 0,
    closed: int = 0,
    put_right: int = 0,
    opened_again: int = 0,
    closed_again: int = 0,
) -> list[Row]:
    """What happened in the call about an alert, each so many minutes after it was raised."""

    def at(minutes: int) -> datetime:
        return NOW + timedelta(minutes=minutes)

    rows: list[Row] = [alert]
    if closed:
        alert.closed_at = at(closed_again or put_right or closed)
    if tried:
        no_answer = {"kind": AttemptKind.NO_ANSWER, "made_at": at(tried), "made_by_id": user}
        rows.append(Attempt(intake=form, **no_answer))
    if replaced := put_right or opened_again:
        facts = {"closed_at": at(closed), "replaced_at": at(replaced), "replaced_by_id": user}
        rows.append(EarlierResult(alert=alert, outcome=Outcome.SEEN_TODAY, **facts))
    return rows
