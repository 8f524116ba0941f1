"""Staff fill in with the patient, or copy a paper form: the same rules, kept by whom and by what way."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from intake.documents import render
from intake.questionnaire import PAGES
from intake.questionnaire.answers import Answers
from intake.red_flags import Urgency
from intake.services import audit
from intake.services.appointments import booking
from intake.services.forms import draft, intakes, together
from intake.services.forms.entry import Entry
from intake.services.forms.intakes import AlreadySent, NotComplete, PageChanged, PageNotOnPath
from intake.services.forms.together import NotExpected
from intake.services.staff import sessions
from intake.storage.models import IntakeStatus, Route, SessionKind, User, WebSession
from tests.acting import acting, looking
from tests.documents.reading import squeezed, words
from tests.services.answering import answers, has_sent, intake_of, save
from tests.services.conftest import NOW

BLEEDING = {"rf_gi_bleed": "yes"}
# What opens the page of rare things.
RARE = {"any_rare": "yes"}


def test_the_form_of_the_desk_lasts_as_long_as_somebody_is_signed_in_there(
    database, settings, anna, reception
):
    signed_in, token = _start(database, settings, anna, reception, Route.DESK)

    with acting(database) as op:
        found = sessions.find(op, token, SessionKind.PATIENT)
        assert found is not None
        assert found.filled_in_by.id == reception.id
        assert found.route is Route.DESK
        sessions.revoke(op, signed_in, SessionKind.STAFF)
        op.commit()

    with looking(database) as op:
        assert sessions.find(op, token, SessionKind.PATIENT) is None


def test_who_fills_in_for_a_patient_is_not_signed_out_meanwhile(database, settings, anna, reception):
    signed_in, token = _start(database, settings, anna, reception, Route.DESK)

    later = NOW
    for _ in range(3):
        later += timedelta(minutes=8)
        with acting(database, now=later) as op:
            here = sessions.find(op, token, SessionKind.PATIENT)
            assert here is not None
            sessions.see(op, here)
            op.commit()

    with looking(database, now=later) as op:
        assert sessions.find(op, signed_in, SessionKind.STAFF) is not None


def test_nothing_is_filled_in_for_a_cancelled_appointment(database, settings, anna, reception):
    _, token = _start(database, settings, anna, reception, Route.DESK)

    with acting(database) as op:
        found = booking.find(op.session, anna.appointment.id)
        assert found is not None
        booking.cancel(op, found)
        op.commit()

    with looking(database) as op:
        assert sessions.find(op, token, SessionKind.PATIENT) is None
    with pytest.raises(NotExpected):
        _start(database, settings, anna, reception, Route.DESK)


def test_a_form_that_was_sent_is_not_filled_in_again(database, settings, anna, reception):
    has_sent(database, settings, anna.appointment, answers())

    with pytest.raises(AlreadySent):
        _start(database, settings, anna, reception, Route.PAPER)


@pytest.mark.parametrize("route", [Route.DESK, Route.PAPER])
def test_an_emergency_that_staff_enter_makes_the_alert_at_once(database, settings, anna, reception, route):
    with acting(database, by=reception, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        draft.write(intake, draft.Draft(answers=answers(RARE), passed=frozenset(PAGES)))
        saved = _save(op, intake, "u_rare_more", BLEEDING, Entry(route, reception))
        op.commit()

    assert saved.interrupt is not None
    with database.reading() as session:
        intake = intake_of(session, anna.appointment)
        assert [alert.urgency for alert in intake.alerts] == [Urgency.EMERGENCY]
        assert (intake.route, intake.recorded_by_id) == (route, reception.id)
        (saved_by,) = audit.history(session, audit.Action.INTAKE_PAGE_SAVED)
        assert saved_by.actor == f"staff:{reception.id}"


def test_what_was_entered_together_says_so_in_the_record(database, settings, anna, reception):
    _hand_over(database, settings, anna, Entry(Route.DESK, reception), answers())

    with looking(database, settings=settings) as op:
        summary = intakes.summary_of(op, intake_of(op.session, anna.appointment))
    assert summary.completed_by.endswith("Filled in together with Rosa Reception")


def test_blank_on_paper_is_handed_over_as_not_answered_and_never_as_no(database, settings, anna, reception):
    given = answers().merged({"rf_saddle_numb": None, "rf_pee_start": None})

    _hand_over(database, settings, anna, Entry(Route.PAPER, reception), given)

    with looking(database, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        summary = intakes.summary_of(op, intake)
    safety = summary.safety
    assert intake.status is IntakeStatus.SENT
    assert intake.percent < 100
    assert summary.completed_by.endswith("On paper, entered by Rosa Reception")
    assert not safety.complete
    assert safety.answered == safety.asked - 2
    assert len(safety.not_answered) == 2
    denied = [line for group in safety.groups for line in group.negatives]
    assert not set(safety.not_answered) & set(denied)


def test_an_empty_paper_form_says_in_every_document_that_nothing_was_answered(
    database, settings, anna, reception
):
    _hand_over(database, settings, anna, Entry(Route.PAPER, reception), Answers())

    with looking(database, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        summary = intakes.summary_of(op, intake)
    printed = squeezed(words(render(summary, "pdf")))
    assert summary.safety.answered == 0
    assert f"INCOMPLETE:0of{summary.safety.asked}safetyquestionsanswered" in printed
    assert "notanswered" in printed
    assert "nothingreported" not in printed
    note = render(summary, "text").decode()
    assert f"INCOMPLETE: 0 of {summary.safety.asked}" in note
    assert "BACKGROUND: not answered" in note


@pytest.mark.parametrize("entry", [None, Route.DESK, Route.TABLET])
def test_only_paper_may_be_handed_over_incomplete(database, settings, anna, reception, entry):
    by = Entry() if entry is None else Entry(entry, reception if entry is Route.DESK else None)
    given = answers().merged({"rf_saddle_numb": None})

    with pytest.raises(NotComplete):
        _hand_over(database, settings, anna, by, given)


def test_a_patient_whose_paper_form_had_blanks_is_asked_them(database, settings, anna, reception):
    given = answers().merged({"rf_saddle_numb": None})
    with acting(database, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        draft.write(intake, draft.Draft(answers=given, passed=frozenset(PAGES)))
        _save(op, intake, "u_now", {}, Entry(Route.PAPER, reception))

        with pytest.raises(PageNotOnPath) as refused:
            save(op, intake, "s_life", {})
        op.rollback()

    assert refused.value.next is PAGES["u_saddle"]


@pytest.mark.faults
def test_patient_and_staff_at_once_are_told_of_each_other(database, settings, anna, reception):
    """Both have the same page open and save something else: one is kept, the other is shown what stands."""
    with database.writing() as session:
        intake = intake_of(session, anna.appointment)
        draft.write(intake, draft.Draft(answers=answers(RARE), passed=frozenset(PAGES)))
        session.commit()
        seen = intakes.version_token_of(draft.read(intake), PAGES["u_rare_more"])
    outcomes, ready = [], Barrier(2)

    def save_as(entry: Entry, value: str) -> None:
        ready.wait()
        with acting(database, settings=settings) as op:
            intake = intake_of(op.session, anna.appointment)
            try:
                _save(op, intake, "u_rare_more", {"rf_gi_bleed": value}, entry, seen)
                op.commit()
                outcomes.append(value)
            except PageChanged as changed:
                outcomes.append(f"there it says {changed.stored['rf_gi_bleed']}")

    hands = [(Entry(), "yes"), (Entry(Route.DESK, reception), "not_sure")]
    both = [Thread(target=save_as, args=hand) for hand in hands]
    for each in both:
        each.start()
    for each in both:
        each.join()

    (kept,) = {"yes", "not_sure"} & set(outcomes)
    assert sorted(outcomes) == sorted([kept, f"there it says {kept}"])
    with database.reading() as session:
        intake = intake_of(session, anna.appointment)
        assert draft.read(intake).answers["rf_gi_bleed"] == kept
        assert intake.recorded_by_id == (None if kept == "yes" else reception.id)
        assert len(intake.alerts) == 1


def _start(database, settings, anna, user, route):
    """Sign in and open the form; the tokens of both."""
    with acting(database, settings=settings, by=user) as op:
        signed_in = sessions.start_staff(op, op.session.get_one(User, user.id))
        op.session.flush()
        within = op.session.scalars(select(WebSession).where(WebSession.kind == SessionKind.STAFF)).all()[-1]
        intake = intake_of(op.session, anna.appointment)
        token = together.start(op, intake, route, within=within)
        op.commit()
    return signed_in, token


def _save(op, intake, page, given, entry, seen=None):
    return intakes.save_page(
        op, intakes.taken_up(op, intake, entry=entry), PAGES[page], given, version_token=seen, entry=entry
    )


def _hand_over(database, settings, anna, entry, given):
    with acting(database, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        draft.write(intake, draft.Draft(answers=given, passed=frozenset(PAGES)))
        _save(op, intake, "u_now", {}, entry)
        intakes.send(op, intake, entry=entry)
        op.commit()
