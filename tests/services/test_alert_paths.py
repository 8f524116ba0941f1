"""Whatever happens to an alert: somebody closes it and says what came of it, or it waits."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.red_flags import Finding, Urgency
from intake.red_flags import rule as red_flag
from intake.services import alerts, audit
from intake.services.alerts import (
    CallChanged,
    NoSuchAlert,
    OfferOver,
    OutcomeIncomplete,
    Result,
    TakenAlready,
    Try,
)
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.storage.models import (
    Alert,
    AlertState,
    AttemptKind,
    HandOverState,
    Intake,
    Outcome,
    Role,
    User,
)
from tests.acting import acting, at, looking
from tests.services.conftest import NOW, invite_anna
from tests.services.correspondence import empty_database

CLINIC = Settings.from_environment({})
FINDINGS = st.sampled_from(
    [("R-CES-1", Urgency.EMERGENCY), ("R-CES-1", Urgency.SAME_DAY), ("R-INF-3", Urgency.SAME_DAY)]
)
RESULTS = st.builds(
    Result,
    outcome=st.sampled_from([None, *Outcome]),
    note=st.sampled_from(["", "  ", "Phoned."]),
    initials=st.sampled_from(["", "AB"]),
    clinician_told=st.booleans(),
)
WHO = st.sampled_from(["reception@x", "clinician@x"])


class AlertPaths(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = empty_database(Path(self.folder.name))
        self.intake: UUID = invite_anna(self.database).appointment.intake.id
        self.people = {"reception@x": Role.RECEPTION, "clinician@x": Role.CLINICIAN}
        self.now: datetime = NOW
        self.raised = 0
        with self.database.writing() as session:
            for email, role in self.people.items():
                session.add(
                    User(
                        name=email,
                        email=email,
                        email_hmac=email,
                        roles={role},
                        password_hash="never signs in",
                        active=True,
                        made_at=NOW,
                    )
                )
            session.commit()

    def teardown(self) -> None:
        self.database.dispose()
        self.folder.cleanup()

    @rule(found=FINDINGS)
    def raise_it(self, found: tuple[str, Urgency]) -> None:
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake = intakes.find(op.session, self.intake)
            assert intake is not None
            finding = Finding(red_flag(found[0]), found[1], "reported", ())
            self.raised += len(alerts.raise_(op, intake, [finding]))
            op.commit()

    @precondition(lambda self: self.raised)
    @rule(who=WHO)
    def take(self, who: str) -> None:
        with acting(self.database, now=self.now) as op:
            ids, by = self._ids(op.session), self._user(op.session, who)
            with suppress(TakenAlready):
                alerts.take(at(op, by=by), ids)
            op.commit()

    @precondition(lambda self: self.raised)
    @rule(who=WHO, to=WHO)
    def offer(self, who: str, to: str) -> None:
        with acting(self.database, now=self.now) as op, suppress(CallChanged):
            by, intake = self._user(op.session, who), op.session.get_one(Intake, self.intake)
            alerts.offer(at(op, by=by), intake, to=self._user(op.session, to), note="")
            op.commit()

    @precondition(lambda self: self.raised)
    @rule(who=WHO, deed=st.sampled_from((alerts.accept, alerts.decline, alerts.withdraw)))
    def answer(self, who: str, deed: Callable[[Operation, Intake, UUID], None]) -> None:
        with acting(self.database, now=self.now) as op:
            by, intake = self._user(op.session, who), op.session.get_one(Intake, self.intake)
            for offered in intake.hand_overs[-1:]:
                with suppress(OfferOver):
                    deed(at(op, by=by), intake, offered.id)
            op.commit()

    @precondition(lambda self: self.raised)
    @rule(who=WHO)
    def take_over(self, who: str) -> None:
        with acting(self.database, now=self.now) as op:
            by, intake = self._user(op.session, who), op.session.get_one(Intake, self.intake)
            alerts.take_over(at(op, by=by), intake)
            op.commit()

    @precondition(lambda self: self.raised)
    @rule(who=WHO, kind=st.sampled_from(AttemptKind), again=st.none() | st.integers(1, 60))
    def try_it(self, who: str, kind: AttemptKind, again: int | None) -> None:
        with acting(self.database, now=self.now) as op:
            by, intake = self._user(op.session, who), op.session.get_one(Intake, self.intake)
            again_at = self.now + timedelta(minutes=again) if again else None
            tried = Try(kind, again_at=again_at)
            alerts.note_attempt(at(op, by=by), intake, tried, idempotency_key=uuid4())
            op.commit()

    @precondition(lambda self: self.raised)
    @rule(who=WHO, result=RESULTS, opens=st.booleans())
    def put_right(self, who: str, result: Result, opens: bool) -> None:
        with acting(self.database, now=self.now) as op:
            by = self._user(op.session, who)
            closed = [each.id for each in self._all(op.session) if each.state is AlertState.CLOSED]
            with suppress(OutcomeIncomplete, NoSuchAlert):
                if opens:
                    alerts.open_again(at(op, by=by), closed, result.note)
                else:
                    alerts.put_right(at(op, by=by), closed, result)
            op.commit()

    @invariant()
    def a_call_is_quiet_only_while_somebody_has_it_and_it_is_not_late(self) -> None:
        with looking(self.database, settings=CLINIC, now=self.now) as op:
            rows = alerts.all_open(op)
            if not rows:
                return
            state = alerts.Calls.of(op, rows).state(rows, self.now)
            late = any(row.due_at < self.now for row in rows)
            nobodys = any(row.owner is None for row in rows)
            assert state.loud or not (late or nobodys)

    @invariant()
    def a_call_is_offered_once_at_most_and_only_while_something_waits(self) -> None:
        with looking(self.database, settings=CLINIC, now=self.now) as op:
            offers = [
                each
                for each in op.session.get_one(Intake, self.intake).hand_overs
                if each.state is HandOverState.OFFERED
            ]
            assert len(offers) <= int(bool(alerts.all_open(op)))

    @precondition(lambda self: self.raised)
    @rule(who=WHO, result=RESULTS)
    def close(self, who: str, result: Result) -> None:
        with acting(self.database, now=self.now) as op:
            ids, by = self._ids(op.session), self._user(op.session, who)
            with suppress(OutcomeIncomplete):
                alerts.close(at(op, by=by), ids, result)
            op.commit()

    @rule(minutes=st.integers(1, 600))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def a_closed_alert_says_what_came_of_it_and_who_did_it(self) -> None:
        with self.database.reading() as session:
            for alert in self._all(session):
                if alert.state is AlertState.CLOSED:
                    assert alert.outcome in list(Outcome)
                    assert alert.note
                    assert alert.initials
                    assert alert.closed_by_id
                    assert alert.closed_at
                if alert.state is AlertState.ACKNOWLEDGED:
                    assert alert.owner_id

    @invariant()
    def what_is_late_is_counted(self) -> None:
        with looking(self.database, now=self.now) as op:
            late = any(
                alert.state is not AlertState.CLOSED and alert.due_at < self.now
                for alert in self._all(op.session)
            )
            assert alerts.overdue(op) == int(late)

    @invariant()
    def every_raise_is_recorded(self) -> None:
        raising = (Action.ALERT_RAISED, Action.ALERT_RAISED_AGAIN)
        with self.database.reading() as session:
            assert len(audit.history(session, *raising)) == self.raised

    def _all(self, session: Session) -> list[Alert]:
        return list(session.scalars(select(Alert)))

    def _ids(self, session: Session) -> list[UUID]:
        return [alert.id for alert in self._all(session)]

    def _user(self, session: Session, who: str) -> User:
        return session.scalars(select(User).where(User.email_hmac == who)).one()


TestAlertPaths = AlertPaths.TestCase
TestAlertPaths.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
