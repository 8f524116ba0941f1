"""A call is a small case: tried, tried again, handed over, closed once, and put right in plain sight."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from intake.config import Settings
from intake.red_flags import Finding, Urgency, rule
from intake.services import alerts
from intake.services.alerts import (
    AgainTooEarly,
    CallChanged,
    CallPart,
    CallState,
    CallVersion,
    OfferOver,
    OutcomeIncomplete,
    Result,
    Try,
)
from intake.services.alerts.call_state import WaitingAlert
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.models import AlertState, AttemptKind, Intake, Job, JobKind, Outcome, Role, User
from tests.acting import acting, looking
from tests.services.conftest import NOW, Invited

CLINIC = Settings.from_environment({})
RESULT = Result(Outcome.EMERGENCY_CARE, "At the hospital.", "RR")
OTHER = Result(Outcome.SEEN_TODAY, "Comes at noon.", "DB")
MINUTE = timedelta(minutes=1)


class Call:
    """The call about Anna. Whoever does something does it `after` so many minutes."""

    def __init__(self, database: Database, anna: Invited) -> None:
        self.database, self.intake_id = database, anna.appointment.intake.id

    def is_raised(
        self, urgency: Urgency = Urgency.EMERGENCY, *, after: int = 0, rule_id: str = "R-CES-1"
    ) -> "Call":
        with acting(self.database, settings=CLINIC, now=NOW + after * MINUTE) as op:
            alerts.raise_(op, self._intake(op), [Finding(rule(rule_id), urgency, "reported", ())])
            op.commit()
        return self

    @contextmanager
    def does(self, user: User, *, after: int = 0) -> Iterator[tuple[Operation, Intake, list[UUID]]]:
        with acting(self.database, by=user, settings=CLINIC, now=NOW + after * MINUTE) as op:
            intake = self._intake(op)
            yield op, intake, [alert.id for alert in intake.alerts]
            op.commit()

    def is_taken_by(self, user: User) -> "Call":
        with self.does(user) as (op, _, ids):
            alerts.take(op, ids)
        return self

    def is_tried_by(
        self,
        user: User,
        kind: AttemptKind = AttemptKind.NO_ANSWER,
        *,
        after: int = 1,
        again: int | None = None,
    ) -> "Call":
        again_at = NOW + again * MINUTE if again is not None else None
        with self.does(user, after=after) as (op, intake, _):
            tried = Try(kind, number="07700 900123", again_at=again_at)
            alerts.note_attempt(op, intake, tried, idempotency_key=uuid4())
        return self

    def is_offered_by(self, user: User, to: User, note: str = "") -> UUID:
        with self.does(user) as (op, intake, _):
            offered = alerts.offer(op, intake, to=op.session.merge(to), note=note)
            return offered.id

    def version(self) -> CallVersion:
        with looking(self.database, settings=CLINIC) as op:
            return CallVersion.read(str(CallVersion.of(self._intake(op))))

    def state(self, *, after: int) -> CallState:
        now = NOW + after * MINUTE
        with looking(self.database, settings=CLINIC, now=now) as op:
            rows = alerts.all_open(op)
            return alerts.Calls.of(op, rows).state(rows, now)

    def case(self) -> alerts.CallCase:
        with looking(self.database, settings=CLINIC) as op:
            intake = self._intake(op)
            return alerts.case_of(op, intake, alerts.of(op, intake))

    def owners(self) -> set[str | None]:
        with looking(self.database, settings=CLINIC) as op:
            return {row.owner for row in alerts.all_open(op)}

    def _intake(self, op: Operation) -> Intake:
        found = intakes.find(op.session, self.intake_id)
        assert found is not None
        return found


@pytest.fixture
def call(database: Database, anna: Invited) -> Call:
    return Call(database, anna)


# ---- two who write at once


def closes(call: Call, user: User) -> None:
    with call.does(user, after=2) as (op, _, ids):
        alerts.close(op, ids, OTHER)


def tries(call: Call, user: User) -> None:
    call.is_tried_by(user)


def raises(call: Call, user: User) -> None:
    call.is_raised(after=3, rule_id="R-INF-3", urgency=Urgency.SAME_DAY)


def takes_over(call: Call, user: User) -> None:
    with call.does(user) as (op, intake, _):
        alerts.take_over(op, intake)


def offers(call: Call, user: User) -> None:
    call.is_offered_by(user, to=user)


def notes(call: Call, user: User) -> None:
    with call.does(user) as (op, intake, _):
        alerts.add_note(op, intake, "Her son rang.")


@pytest.mark.parametrize(
    ("meanwhile", "part"),
    [
        (closes, CallPart.CLOSED),
        (tries, CallPart.TRIED),
        (raises, CallPart.RAISED),
        (takes_over, CallPart.OWNER),
        (offers, CallPart.OWNER),
        (notes, CallPart.NOTED),
    ],
)
def test_a_call_that_changed_meanwhile_is_not_closed_unseen(
    call: Call,
    reception: User,
    clinician: User,
    meanwhile: Callable[[Call, User], None],
    part: CallPart,
) -> None:
    call.is_raised().is_taken_by(reception)
    shown = call.version()
    meanwhile(call, clinician)

    with pytest.raises(CallChanged) as refusal, call.does(reception, after=5) as (op, _, ids):
        alerts.close(op, ids, RESULT, version_token=shown)

    assert refusal.value.parts == {part}
    assert RESULT.note not in [each.note for each in call.case().results]


def test_a_result_that_was_put_right_meanwhile_is_not_put_right_unseen(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised()
    closes(call, clinician)
    shown = call.version()
    with call.does(clinician, after=4) as (op, _, ids):
        alerts.put_right(op, ids, replace(OTHER, note="Comes at one."))

    with pytest.raises(CallChanged), call.does(reception, after=5) as (op, _, ids):
        alerts.put_right(op, ids, RESULT, version_token=shown)

    assert [each.note for each in call.case().results] == ["Comes at one."]


@pytest.mark.faults
def test_of_two_who_close_it_at_once_one_does_and_the_other_is_told(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised()
    shown = call.version()

    def close(user: User) -> str:
        try:
            with call.does(user) as (op, _, ids):
                alerts.close(op, ids, replace(RESULT, initials=user.name[:2]), version_token=shown)
        except CallChanged:
            return "is told"
        return "closes"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(close, (reception, clinician))) == ["closes", "is told"]
    assert len(call.case().results) == 1


def test_the_same_press_twice_is_one(call: Call, reception: User) -> None:
    call.is_raised()
    shown, key = call.version(), uuid4()

    for _ in range(2):
        with call.does(reception) as (op, intake, ids):
            alerts.close(op, ids, RESULT, version_token=shown)
            alerts.note_attempt(op, intake, Try(AttemptKind.NO_ANSWER), idempotency_key=key)
            alerts.add_note(op, intake, "Rang back.", idempotency_key=key)

    case = call.case()
    assert (len(case.results), len(case.attempts), len(case.later_notes)) == (1, 1, 1)


def test_putting_right_and_opening_again_pressed_twice_are_one(call: Call, reception: User) -> None:
    call.is_raised()
    closes(call, reception)
    for deed in (
        lambda op, ids, seen: alerts.put_right(op, ids, RESULT, version_token=seen),
        lambda op, ids, seen: alerts.open_again(op, ids, "The other Anna.", version_token=seen),
    ):
        seen = call.version()
        for after in (20, 21):
            with call.does(reception, after=after) as (op, _, ids):
                deed(op, ids, seen)

    case = call.case()
    assert (len(case.earlier_results), len(case.later_notes), case.results) == (2, 1, ())
    call.is_taken_by(reception)
    closes(call, reception)
    with call.does(reception, after=30) as (op, _, ids), pytest.raises(CallChanged):
        alerts.open_again(op, ids, "The other Anna.", version_token=seen)


def test_what_is_written_on_a_page_that_was_gone_back_to_is_not_lost(call: Call, reception: User) -> None:
    """Its key is that of what was saved from it before."""
    call.is_raised()
    key = uuid4()

    for said in ("Rang at nine.", "Rang at ten.", "Rang at ten."):
        with call.does(reception) as (op, intake, _):
            alerts.note_attempt(op, intake, Try(AttemptKind.NO_ANSWER, said), idempotency_key=key)
            alerts.add_note(op, intake, said, idempotency_key=key)

    case = call.case()
    assert {each.note for each in case.attempts} == {"Rang at nine.", "Rang at ten."}
    assert {each.note for each in case.later_notes} == {"Rang at nine.", "Rang at ten."}


def test_a_version_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no version"):
        CallVersion.read("x-y")


# ---- tries


def test_a_try_is_kept_with_who_and_when_and_whoever_tried_has_the_call(call: Call, reception: User) -> None:
    call.is_raised().is_tried_by(reception, AttemptKind.LEFT_MESSAGE, after=3)

    (tried,) = call.case().attempts
    assert (tried.kind, tried.made_by, tried.number) == (
        AttemptKind.LEFT_MESSAGE,
        "Rosa Reception",
        "07700 900123",
    )
    assert tried.made_at == NOW + 3 * MINUTE
    assert call.owners() == {"Rosa Reception"}


def test_a_call_that_is_to_be_tried_again_is_quiet_until_then(call: Call, reception: User) -> None:
    call.is_raised(Urgency.SAME_DAY).is_tried_by(reception, again=30)

    assert (call.state(after=2).snoozed, call.state(after=2).loud) == (True, False)
    assert call.state(after=29).snoozed
    assert (call.state(after=30).snoozed, call.state(after=30).loud) == (False, True)
    with looking(call.database, now=NOW + 30 * MINUTE) as op:
        assert alerts.due_again(op) == 1


def test_an_emergency_that_is_overdue_is_loud_whatever_was_agreed(call: Call, reception: User) -> None:
    call.is_raised().is_tried_by(reception, again=60)

    assert call.state(after=14).snoozed
    assert (call.state(after=16).late, call.state(after=16).loud) == (True, True)


def test_what_is_raised_after_a_try_does_not_wait_for_the_next(call: Call, reception: User) -> None:
    call.is_raised(Urgency.SAME_DAY).is_tried_by(reception, again=30)
    call.is_raised(Urgency.EMERGENCY, after=5)

    assert (call.state(after=6).again_at, call.state(after=6).loud) == (None, True)


def test_a_try_again_that_has_gone_by_is_refused(call: Call, reception: User) -> None:
    call.is_raised()

    with pytest.raises(AgainTooEarly):
        call.is_tried_by(reception, after=5, again=5)


def test_a_wrong_number_is_loud_until_something_else_was_tried_or_the_number_was_mended(
    call: Call, reception: User
) -> None:
    """Safety: H-35. The flag is raised and nobody was told."""
    call.is_raised(Urgency.SAME_DAY).is_tried_by(reception, AttemptKind.WRONG_NUMBER, again=30)
    assert (call.state(after=2).wrong_number, call.state(after=2).loud) == ("07700 900123", True)
    assert call.case().wrong_numbers == ("07700 900123",)

    with acting(call.database, now=NOW) as op:
        call._intake(op).appointment.patient.phone = "07700 900555"
        op.commit()
    assert call.state(after=2).wrong_number is None

    call.is_tried_by(reception, AttemptKind.NO_ANSWER, after=3)
    assert (call.state(after=4).wrong_number, call.state(after=4).loud) == (None, False)


# ---- afterwards


def test_a_wrong_outcome_is_put_right_and_the_one_before_is_kept(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised()
    closes(call, clinician)

    with call.does(reception, after=9) as (op, _, ids):
        alerts.put_right(op, ids, RESULT)

    case = call.case()
    (result,), (earlier,) = case.results, case.earlier_results
    assert (result.outcome, result.closed_by) == (Outcome.EMERGENCY_CARE, "Rosa Reception")
    assert (earlier.outcome, earlier.note, earlier.initials) == (Outcome.SEEN_TODAY, "Comes at noon.", "DB")
    assert (earlier.closed_by, earlier.closed_at) == ("Dr Bello", NOW + 2 * MINUTE)
    assert (earlier.replaced_by, earlier.replaced_at) == ("Rosa Reception", NOW + 9 * MINUTE)


def test_a_result_is_put_right_only_with_all_that_closing_wants(call: Call, reception: User) -> None:
    call.is_raised()
    closes(call, reception)

    with pytest.raises(OutcomeIncomplete), call.does(reception) as (op, _, ids):
        alerts.put_right(op, ids, replace(RESULT, outcome=Outcome.NOT_REACHED))


def test_a_call_that_was_closed_by_mistake_is_opened_again_and_calls_out(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised()
    closes(call, clinician)

    with call.does(reception, after=20) as (op, _, ids):
        alerts.open_again(op, ids, "It was the other Anna.")

    assert call.owners() == {None}
    assert call.state(after=21).loud
    case = call.case()
    assert [each.note for each in case.earlier_results] == ["Comes at noon."]
    assert [each.note for each in case.later_notes] == ["It was the other Anna."]
    with call.database.reading() as session:
        told = {job.made_at for job in session.query(Job).where(Job.kind == JobKind.TELL_OF_ALERT)}
    assert NOW + 20 * MINUTE in told


# ---- handed over


def test_until_it_is_accepted_a_call_stays_with_the_giver_and_is_as_loud_as_before(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised().is_taken_by(reception)

    offered = call.is_offered_by(reception, to=clinician, note="I am at the door.")
    assert call.owners() == {"Rosa Reception"}
    assert call.state(after=16).loud
    with looking(call.database, by=clinician) as op:
        (told,) = alerts.offered_to(op, clinician)
    assert (told.offered_by, told.note) == ("Rosa Reception", "I am at the door.")

    with call.does(clinician) as (op, intake, _):
        alerts.accept(op, intake, offered)
    assert call.owners() == {"Dr Bello"}


def test_what_nobody_has_stays_nobodys_until_it_is_accepted(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised()

    call.is_offered_by(reception, to=clinician)

    assert call.owners() == {None}
    assert call.state(after=1).loud


def test_a_call_that_is_declined_stays_where_it_was_and_the_giver_is_told(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised().is_taken_by(reception)
    offered = call.is_offered_by(reception, to=clinician)

    with call.does(clinician) as (op, intake, _):
        alerts.decline(op, intake, offered)

    assert call.owners() == {"Rosa Reception"}
    with looking(call.database, by=reception) as op:
        assert [each.offered_to for each in alerts.declined_to(op, reception)] == ["Dr Bello"]


def test_only_the_one_it_was_offered_to_accepts_it_and_only_while_it_stands(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised().is_taken_by(reception)
    offered = call.is_offered_by(reception, to=clinician)

    for user, deed in ((reception, alerts.accept), (reception, alerts.decline), (clinician, alerts.withdraw)):
        with pytest.raises(OfferOver), call.does(user) as (op, intake, _):
            deed(op, intake, offered)
    with call.does(reception) as (op, intake, _):
        alerts.withdraw(op, intake, offered)
    with pytest.raises(OfferOver), call.does(clinician) as (op, intake, _):
        alerts.accept(op, intake, offered)

    assert call.owners() == {"Rosa Reception"}


def test_a_hand_over_and_its_answer_pressed_twice_are_one(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised().is_taken_by(reception)
    seen, offered = call.version(), set()
    for _ in range(2):
        with call.does(reception) as (op, intake, _ids):
            to = op.session.merge(clinician)
            offered.add(alerts.offer(op, intake, to=to, note="In pain", version_token=seen).id)
    (hand_over_id,) = offered
    for _ in range(2):
        with call.does(clinician) as (op, intake, _ids):
            alerts.accept(op, intake, hand_over_id)
    assert call.owners() == {"Dr Bello"}
    with call.does(reception) as (op, intake, _), pytest.raises(OfferOver):
        alerts.accept(op, intake, hand_over_id)

    takes_over(call, reception)
    with call.does(clinician) as (op, intake, _), pytest.raises(OfferOver):
        alerts.accept(op, intake, hand_over_id)
    for deed, somebody in ((alerts.decline, clinician), (alerts.withdraw, reception)):
        hand_over_id = call.is_offered_by(reception, to=clinician)
        for _ in range(2):
            with call.does(somebody) as (op, intake, _ids):
                deed(op, intake, hand_over_id)
    assert call.owners() == {"Rosa Reception"}


def test_what_is_closed_is_not_offered_any_more(call: Call, reception: User, clinician: User) -> None:
    call.is_raised().is_taken_by(reception)
    call.is_offered_by(reception, to=clinician)
    closes(call, reception)

    with looking(call.database, by=clinician) as op:
        assert alerts.offered_to(op, clinician) == ()
    with pytest.raises(CallChanged):
        call.is_offered_by(reception, to=clinician)


def test_an_offer_to_somebody_who_leaves_is_over_and_one_from_them_still_stands(
    call: Call, reception: User, clinician: User
) -> None:
    call.is_raised().is_taken_by(reception)
    call.is_offered_by(reception, to=clinician)
    with acting(call.database) as op:
        accounts.deactivate(op, op.session.get_one(User, clinician.id))
        op.commit()
    assert call.case().offer is None
    assert call.owners() == {"Rosa Reception"}

    with acting(call.database) as op:
        accounts.reactivate(op, op.session.get_one(User, clinician.id))
        op.commit()
    offered = call.is_offered_by(reception, to=clinician)
    with acting(call.database) as op:
        accounts.change_role(op, op.session.get_one(User, reception.id), Role.ADMIN)
        op.commit()
    assert call.owners() == {None}
    with call.does(clinician) as (op, intake, _):
        alerts.accept(op, intake, offered)
    assert call.owners() == {"Dr Bello"}


# ---- the next call


def test_the_next_call_is_the_most_pressing_that_somebody_can_make(
    call: Call, reception: User, clinician: User
) -> None:
    with looking(call.database, by=reception) as op:
        assert alerts.next_call(op) is None
    call.is_raised(Urgency.SAME_DAY)
    with looking(call.database, by=reception, now=NOW + MINUTE) as op:
        coming = alerts.next_call(op)
        assert coming is not None
        assert (coming.intake_id, coming.name) == (call.intake_id, "Anna Canary")

    call.is_taken_by(clinician)
    with looking(call.database, by=reception, now=NOW + MINUTE) as op:
        assert alerts.next_call(op) is None, "somebody has it, and it is not late"
    with looking(call.database, by=reception, now=NOW + timedelta(hours=3)) as op:
        coming = alerts.next_call(op)
        assert coming is not None
        assert coming.owner == "Dr Bello", "an owned call that is overdue is as loud as one nobody has"


def test_nobodys_and_overdue_calls_are_equally_pressing() -> None:
    def state(alert_state: AlertState) -> CallState:
        alert = WaitingAlert(Urgency.EMERGENCY, alert_state, NOW, NOW)
        return CallState.of([alert], (), NOW + MINUTE)

    owned, nobodys = state(AlertState.ACKNOWLEDGED), state(AlertState.OPEN)
    assert owned.pressing == nobodys.pressing
    assert owned.loud


def test_an_emergency_comes_before_a_call_of_the_day_that_is_late() -> None:
    def state(urgency: Urgency, due: int, alert_state: AlertState = AlertState.OPEN) -> CallState:
        alert = WaitingAlert(urgency, alert_state, NOW, NOW + due * MINUTE)
        return CallState.of([alert], (), NOW + 30 * MINUTE)

    late, emergency = state(Urgency.SAME_DAY, 10), state(Urgency.EMERGENCY, 40)
    in_hand = state(Urgency.EMERGENCY, 40, AlertState.ACKNOWLEDGED)
    assert sorted([in_hand, late, emergency], key=lambda each: each.pressing) == [emergency, late, in_hand]
