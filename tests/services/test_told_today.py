"""What cannot wait until the visit is told at the answer: the card once, and again when it was taken back."""

from dataclasses import replace

import pytest

from intake.config import Profile, Settings
from intake.questionnaire import PAGES
from intake.red_flags import Urgency
from intake.services import alerts, audit
from intake.services.audit import Action
from intake.services.forms import draft, intakes
from intake.services.forms.draft import Choice, Raised
from intake.services.forms.intakes import LONGEST_WHERE
from intake.storage import Database
from intake.storage.models import IntakeStatus, Outcome, User
from tests.acting import acting, looking
from tests.services.conftest import NOW, Invited
from tests.services.filling_in import Patient, benign

NEEDS_TODAY = {"rf_need_today": "yes"}
CANNOT_STAND = {"rf_cannot_stand": "yes"}
EMERGENCY = {"rf_face_speech": "yes"}


@pytest.fixture
def patient(database: Database, settings: Settings, anna: Invited) -> Patient:
    """Anna, at the end of a form with nothing urgent in it."""
    anna_there = Patient(database, settings, anna)
    anna_there.has_filled_in(benign())
    return anna_there


def shown(patient: Patient) -> list[str]:
    """Every card that was shown, in order."""
    return [each.advice for each in patient.written().interrupts]


def raised(patient: Patient) -> list[tuple[str, Urgency]]:
    with looking(patient.database, settings=patient.settings) as op:
        rows = alerts.of(op, patient.intake())
    return [(each.rule, each.urgency) for each in rows]


def test_the_card_is_shown_at_the_answer_and_staff_are_told(patient: Patient) -> None:
    saved = patient.saves("u_now", NEEDS_TODAY)

    assert saved.interrupt is not None
    assert (saved.interrupt.advice, saved.interrupt.rules) == ("adv_same_day", ("R-GEN-1",))
    assert saved.interrupt.because == ("rf_need_today",)
    assert raised(patient) == [("R-GEN-1", Urgency.SAME_DAY)]
    assert patient.intake().urgency is Urgency.SAME_DAY


def test_the_card_is_shown_once(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    again = patient.saves("u_now", NEEDS_TODAY)
    elsewhere = patient.saves("s_life", {"sleep": "bad"})
    patient.opens()

    assert (again.interrupt, elsewhere.interrupt) == (None, None)
    assert shown(patient) == ["adv_same_day"]


def test_the_card_for_today_blocks_nothing_and_its_banner_stands(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    assert patient.interruption() is None
    banner = patient.banner()
    assert banner is not None
    assert (banner.advice, banner.choice) == ("adv_same_day", None)


@pytest.mark.parametrize(
    ("choice", "where"), [(Choice.UNDERSTOOD, ""), (Choice.ALREADY_SEEN, "City hospital")]
)
def test_what_was_chosen_on_it_is_noted_once_with_its_time(
    patient: Patient, choice: Choice, where: str
) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    patient.chooses(choice, where=where)
    chosen_at = patient.now
    patient.chooses(choice, where=f" {where} ")

    banner = patient.banner()
    assert banner is not None
    assert (banner.choice, banner.choice_at, banner.where) == (choice, chosen_at, where)
    assert len(patient.written().interrupts) == 1
    with patient.database.reading() as session:
        noted = audit.history(session, Action.INTAKE_CHOSE)
    assert len(noted) == 1


def test_where_they_were_seen_can_be_put_right_and_both_are_kept(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    patient.chooses(Choice.ALREADY_SEEN, where="City hospital")
    patient.chooses(Choice.ALREADY_SEEN, where="City hospital, Sunday night")

    said = [each.where for each in patient.written().interrupts]
    assert said == ["City hospital", "City hospital, Sunday night"]


def test_where_they_were_seen_is_refused_rather_than_cut(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    patient.chooses(Choice.ALREADY_SEEN, where="x" * LONGEST_WHERE)
    with pytest.raises(ValueError, match="at most 200 characters"):
        patient.chooses(Choice.ALREADY_SEEN, where="x" * (LONGEST_WHERE + 1))

    assert [each.where for each in patient.written().interrupts] == ["x" * LONGEST_WHERE]


def test_a_wrong_answer_leads_back_to_its_question(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    chosen = patient.chooses(Choice.MISTAKE)

    assert (chosen.question, chosen.page) == ("rf_need_today", PAGES["u_now"])


def test_another_finding_with_the_same_card_interrupts_no_second_time(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    second = patient.saves("u_now", CANNOT_STAND)

    assert second.interrupt is None
    assert {rule for rule, _ in raised(patient)} == {"R-GEN-1", "R-GEN-5"}


def test_another_card_interrupts_again(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    patient.saves("u_saddle", {"rf_both_legs_pain": "yes"})
    second = patient.saves("u_ces_when", {"rf_both_legs_when": "d14"})

    assert second.interrupt is not None
    assert second.interrupt.advice == "adv_same_day_ces"
    assert shown(patient) == ["adv_same_day", "adv_same_day_ces"]


def test_a_card_that_another_one_outranks_waits_behind_it(patient: Patient) -> None:
    patient.saves("u_saddle", {"rf_both_legs_pain": "yes"})
    patient.saves("u_ces_when", {"rf_both_legs_when": "d14"})

    lesser = patient.saves("u_now", NEEDS_TODAY)
    taken_back = patient.saves("u_saddle", {"rf_both_legs_pain": "no"})

    assert lesser.interrupt is None
    # Now it is what they must be told, and they were not told it yet.
    assert taken_back.interrupt is not None
    assert taken_back.interrupt.advice == "adv_same_day"
    assert shown(patient) == ["adv_same_day_ces", "adv_same_day"]


def test_it_is_shown_again_when_it_was_taken_back_in_between(patient: Patient) -> None:
    told = [patient.saves("u_now", {"rf_need_today": said}).interrupt for said in ("yes", "no", "yes")]

    assert [each is not None for each in told] == [True, False, True]


def test_nothing_stands_once_the_answer_is_changed(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)
    patient.chooses(Choice.UNDERSTOOD)

    patient.saves("u_now", {"rf_need_today": "no"})

    assert patient.banner() is None
    assert patient.intake().urgency is None
    (withdrawn,) = patient.written().withdrawn
    assert (withdrawn.rule, withdrawn.urgency) == ("R-GEN-1", "SAME_DAY")


def test_a_finding_that_takes_the_place_of_another_under_the_same_card_is_not_told_again(
    patient: Patient,
) -> None:
    patient.saves("u_now", NEEDS_TODAY)
    patient.saves("u_now", CANNOT_STAND)

    patient.saves("u_now", {"rf_need_today": "no"})
    later = patient.saves("s_life", {"sleep": "bad"})

    assert later.interrupt is None
    assert shown(patient) == ["adv_same_day"]


def test_it_never_interrupts_over_an_emergency(patient: Patient) -> None:
    patient.saves("u_now", EMERGENCY)
    patient.chooses(Choice.CONTINUE)

    saved = patient.saves("u_now", NEEDS_TODAY)

    assert saved.interrupt is None
    assert shown(patient) == ["adv_call_now"]
    assert set(raised(patient)) == {("R-GEN-3", Urgency.EMERGENCY), ("R-GEN-1", Urgency.SAME_DAY)}


def test_an_emergency_that_is_not_answered_is_what_is_owed(patient: Patient) -> None:
    patient.saves("u_now", EMERGENCY)

    saved = patient.saves("u_now", NEEDS_TODAY)

    assert saved.interrupt is not None
    assert saved.interrupt.advice == "adv_call_now"
    assert patient.interruption() == saved.interrupt


def test_what_an_emergency_covered_is_told_when_that_is_taken_back(patient: Patient) -> None:
    """Safety: nobody is left with something for today that they were never told."""
    patient.saves("u_now", EMERGENCY | NEEDS_TODAY)
    patient.chooses(Choice.MISTAKE)

    saved = patient.saves("u_now", {"rf_face_speech": "no"})

    assert saved.interrupt is not None
    assert (saved.interrupt.advice, saved.interrupt.rules) == ("adv_same_day", ("R-GEN-1",))


def test_an_emergency_that_becomes_not_sure_is_told_for_today(patient: Patient) -> None:
    patient.saves("u_now", EMERGENCY)
    patient.chooses(Choice.MISTAKE)

    saved = patient.saves("u_now", {"rf_face_speech": "not_sure"})

    assert saved.interrupt is not None
    assert (saved.interrupt.advice, saved.interrupt.rules) == ("adv_same_day", ("R-GEN-3",))
    assert set(raised(patient)) == {("R-GEN-3", Urgency.EMERGENCY), ("R-GEN-3", Urgency.SAME_DAY)}
    assert patient.saves("u_now", {"rf_face_speech": "not_sure"}).interrupt is None


def test_what_is_left_of_an_emergency_that_was_closed_is_with_staff(
    patient: Patient, reception: User
) -> None:
    """Safety: the card promises a call, so somebody has to make it."""
    patient.saves("u_now", EMERGENCY)
    with acting(patient.database, by=reception, settings=patient.settings, now=patient.now) as op:
        (row,) = alerts.all_open(op)
        mistaken = alerts.Result(Outcome.ANSWER_MISTAKEN, "Pressed it by mistake.", "RR")
        alerts.close(op, [row.alert_id], mistaken)
        op.commit()

    for said in ("not_sure", "not_sure"):
        patient.saves("u_now", {"rf_face_speech": said})

    with looking(patient.database, settings=patient.settings) as op:
        (row,) = alerts.all_open(op)
    assert (row.rule, row.urgency, row.certainty) == ("R-GEN-3", Urgency.SAME_DAY, "unsure")
    assert row.withdrawn_at is None


def test_what_was_told_before_an_emergency_is_not_told_again_after_it(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)
    patient.saves("u_now", EMERGENCY)
    patient.chooses(Choice.MISTAKE)

    saved = patient.saves("u_now", {"rf_face_speech": "no"})

    assert saved.interrupt is None
    assert shown(patient) == ["adv_same_day", "adv_call_now"]
    banner = patient.banner()
    assert banner is not None
    assert banner.advice == "adv_same_day"


def test_it_never_blocks_sending_and_nothing_is_owed_afterwards(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    sent = patient.sends()

    assert sent.screening.urgency is Urgency.SAME_DAY
    assert patient.interruption() is None
    banner = patient.banner()
    assert banner is not None
    assert banner.advice == "adv_same_day"
    assert shown(patient) == ["adv_same_day"]
    patient.chooses(Choice.UNDERSTOOD)
    assert patient.intake().status is IntakeStatus.SENT
    assert patient.written().interrupts[-1].choice is Choice.UNDERSTOOD


def test_whoever_stops_for_now_is_told_what_cannot_wait(patient: Patient) -> None:
    patient.saves("u_now", NEEDS_TODAY)

    with acting(patient.database, settings=patient.settings) as op:
        intake = intakes.find(op.session, patient.intake_id)
        assert intake is not None
        left = intakes.leave(op, intake)
        op.commit()

    assert left.urgency is Urgency.SAME_DAY


def test_what_the_first_release_told_only_at_the_end_is_told_at_the_next_answer(patient: Patient) -> None:
    # Given a form on which something for today stands, and no card was shown.
    with patient.database.writing() as session:
        intake = intakes.find(session, patient.intake_id)
        assert intake is not None
        kept = draft.read(intake)
        stands = Raised("R-GEN-1", Urgency.SAME_DAY, NOW)
        draft.write(intake, replace(kept, answers=kept.answers.merged(NEEDS_TODAY), raised=(stands,)))
        session.commit()

    first, second = (patient.saves("s_life", {"sleep": "bad"}) for _ in range(2))

    assert first.interrupt is not None
    assert first.interrupt.advice == "adv_same_day"
    assert (first.raised, second.interrupt) == ((), None)


def test_where_answers_are_only_written_down_no_card_is_shown(patient: Patient) -> None:
    patient.settings = replace(patient.settings, profile=Profile.TRANSCRIBE)

    assert patient.saves("u_now", NEEDS_TODAY | EMERGENCY).interrupt is None
