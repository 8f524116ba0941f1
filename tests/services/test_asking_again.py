"""The safety questions are asked again: nothing of the old answers is taken for a new one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.demo.vignettes import VIGNETTES, answers_of
from intake.questionnaire import PAGES, QUESTIONS, page_of
from intake.questionnaire.answers import Answers
from intake.questionnaire.earlier import gates_answered
from intake.questionnaire.journey import Journey
from intake.red_flags import Urgency, screen
from intake.services import alerts, audit
from intake.services.alerts.call_script import call_script
from intake.services.forms import draft, intakes
from intake.services.forms.asking_again import SAFETY, NothingToAskAgain, ask_again, cleared
from intake.services.forms.draft import Draft
from intake.services.forms.entry import Entry
from intake.services.forms.walking import answered_at
from intake.services.invitations import links
from intake.storage.models import Alert, Appointment, Edition, IntakeStatus, Invitation, Route
from tests.acting import acting, at, looking
from tests.services.answering import TODAY, answers, has_sent, intake_of, save
from tests.services.conftest import NOW

LATER = NOW + timedelta(days=2)
# Fever with pain of a few weeks.
WORRYING = {"rf_fever": "yes", "on_when": "w2_6"}
CALM = {**WORRYING, "rf_fever": "no"}


def said(case):
    """The draft and the journey of a made-up patient who has sent the form."""
    given = answers_of(case, TODAY)
    return Draft(answers=given, passed=frozenset(PAGES)), Journey(given, TODAY, frozenset(PAGES))


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_no_safety_answer_is_left_and_every_other_is(case):
    before, journey = said(case)

    fresh = cleared(before, journey)

    assert not SAFETY & fresh.answers.keys()
    kept = {question for question in journey.counting if question not in SAFETY}
    assert fresh.answers.keys() == kept
    assert not SAFETY & fresh.already_answered
    # Nor is a gate answered from what is left.
    assert gates_answered(fresh.answers) == fresh.answers
    open_again = Journey(fresh.answers, TODAY, fresh.passed)
    assert not open_again.complete
    assert open_again.safety_answered == ()


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_the_same_answers_again_lead_to_the_same_findings(case):
    before, journey = said(case)
    fresh = cleared(before, journey)

    again = {question: value for question, value in before.answers.items() if question in SAFETY}
    after = Journey(Answers({**fresh.answers, **again}), TODAY, frozenset(PAGES))

    assert screen(after).findings == screen(journey).findings


@pytest.fixture
def sent(database, settings, anna):
    """Anna, who sent a form with fever in it."""
    has_sent(database, settings, anna.appointment, answers(WORRYING))
    return anna.appointment


@pytest.fixture
def sent_wavering(database, settings, anna):
    """Anna, who took her fever back and reported it again before she sent the form."""
    fever = ("yes", "no", "yes")
    with acting(database, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        intakes.open(op, intake)
        draft.write(intake, Draft(answers=answers(WORRYING), passed=frozenset(PAGES)))
        for minutes, value in enumerate(fever):
            now = NOW + timedelta(minutes=minutes)
            save(at(op, now=now), intake, page_of("rf_fever").id, {"rf_fever": value})
        intakes.send(at(op, now=NOW + timedelta(hours=1)), intake)
        op.commit()
    return anna.appointment


@pytest.fixture
def ask(database, settings, clinician):
    """Ask the safety questions of this appointment again, now."""

    def ask_now(appointment: Appointment, token: str = "a new secret", now=LATER) -> None:
        with acting(database, by=clinician, settings=settings, now=now) as op:
            intake = intake_of(op.session, appointment)
            ask_again(op, intake, token=token)
            op.commit()

    return ask_now


def answer_again(database, settings, appointment, given, *, send=True):
    """Open the form again, answer its safety questions, and send it."""
    now = LATER + timedelta(hours=1)
    with acting(database, settings=settings, now=now) as op:
        intake = intake_of(op.session, appointment)
        intakes.open(op, intake)
        for page in PAGES.values():
            here = intakes.journey_of(op, intake)
            asked = [q.id for q in here.asked(page) if q.id not in draft.read(intake).already_answered]
            if asked and here.may_open(page):
                save(op, intake, page.id, {id: given[id] for id in asked if id in given})
        if send:
            intakes.send(op, intake)
        op.commit()


def test_the_record_stands_until_the_new_answers_are_sent(database, settings, sent, ask):
    with looking(database, settings=settings, now=LATER) as op:
        before = intakes.summary_of(op, intake_of(op.session, sent))
    ask(sent)

    with looking(database, settings=settings, now=LATER) as op:
        intake = intake_of(op.session, sent)
        assert intakes.summary_of(op, intake) == before
        assert (intake.status, intake.edition) == (IntakeStatus.NOT_OPENED, 2)
        assert answered_at(intake) == NOW
        assert intake.urgency is Urgency.SAME_DAY
        assert audit.verify(op.session) == ()


def test_what_was_urgent_stays_urgent_while_the_patient_answers(database, settings, sent, ask):
    ask(sent)
    answer_again(database, settings, sent, answers(CALM), send=False)

    with database.reading() as session:
        assert intake_of(session, sent).urgency is Urgency.SAME_DAY


def test_what_does_not_fire_any_more_is_kept_as_withdrawn(database, settings, sent, ask):
    ask(sent)
    answer_again(database, settings, sent, answers(CALM))

    with looking(database, settings=settings, now=LATER) as op:
        intake = intake_of(op.session, sent)
        summary = intakes.summary_of(op, intake)
        assert intake.status is IntakeStatus.SENT
        assert intake.urgency is None
        assert "rf_fever" in {
            change.question for each in draft.read(intake).withdrawn for change in each.changes
        }
        assert summary.safety.withdrawn
        assert [alert.rule for alert in op.session.scalars(select(Alert))]


def test_what_is_new_raises_an_alert_though_the_form_is_never_sent(database, settings, anna, ask):
    has_sent(database, settings, anna.appointment, answers(CALM))
    ask(anna.appointment)
    answer_again(database, settings, anna.appointment, answers(WORRYING), send=False)

    with looking(database, settings=settings) as op:
        assert alerts.all_open(op)
        assert intake_of(op.session, anna.appointment).urgency is Urgency.SAME_DAY


def script_of(database, settings, appointment):
    with looking(database, settings=settings, now=LATER) as op:
        assert alerts.all_open(op)
        return call_script(op, intake_of(op.session, appointment))


def test_whoever_phones_about_the_form_of_before_has_its_answers_and_advice_meanwhile(
    database, settings, sent, ask
):
    before = script_of(database, settings, sent)

    ask(sent)

    meanwhile = script_of(database, settings, sent)
    assert before.answers
    assert before.advice
    assert (meanwhile.answers, meanwhile.advice) == (before.answers, before.advice)


def test_an_answer_that_is_another_than_before_is_asked_about_on_the_telephone(database, settings, sent, ask):
    ask(sent)
    answer_again(database, settings, sent, answers(CALM), send=False)

    script = script_of(database, settings, sent)

    assert [(each.before, each.answer) for each in script.changed] == [("Yes", "No")]
    assert script.advice


def test_an_answer_that_stood_when_it_was_asked_again_does_not_count_as_taken_back(
    database, settings, sent_wavering, ask
):
    ask(sent_wavering)

    with looking(database, settings=settings) as op:
        (row,) = alerts.all_open(op)
    assert row.withdrawn_at is None


def test_a_blank_is_not_the_answer_of_before(database, settings, sent, ask):
    ask(sent)
    with acting(database, settings=settings, now=LATER) as op:
        intake = intake_of(op.session, sent)
        intakes.open(op, intake)
        with pytest.raises(intakes.NotComplete):
            intakes.send(op, intake)
        op.rollback()


def test_what_was_left_blank_on_paper_is_asked_with_the_safety_questions(
    database, settings, anna, ask, reception
):
    on_paper, blank = Entry(Route.PAPER, reception), ("mc_main", "soc_smoking", "rf_fever")
    with acting(database, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        given = answers().merged(dict.fromkeys(blank))
        draft.write(intake, Draft(answers=given, passed=frozenset(PAGES)))
        intakes.send(op, intake, entry=on_paper)
        op.commit()

    ask(anna.appointment)
    answer_again(database, settings, anna.appointment, answers())

    with database.reading() as session:
        intake = intake_of(session, anna.appointment)
        assert intake.status is IntakeStatus.SENT
        assert intake.percent == 100
        assert set(blank) <= draft.read(intake).answers.keys()


def test_the_old_link_dies_and_the_new_one_works(database, sent, anna, ask):
    ask(sent)

    with database.reading() as session:
        assert links.with_token(session, anna.token) is None
        assert links.with_token(session, "a new secret") is not None


@pytest.mark.faults
def test_of_ten_presses_one_asks(database, sent, ask):
    def press(number):
        try:
            ask(sent, token=f"secret {number}")
        except NothingToAskAgain:
            return False
        return True

    with ThreadPoolExecutor(10) as crowd:
        asked = list(crowd.map(press, range(10)))

    assert sum(asked) == 1
    with database.reading() as session:
        assert len(session.scalars(select(Edition)).all()) == 1
        assert len(session.scalars(select(Invitation).where(Invitation.state == "open")).all()) == 1


def test_a_form_that_was_not_sent_or_cannot_be_opened_any_more_is_not_asked_again(
    database, settings, anna, ask
):
    with pytest.raises(NothingToAskAgain):
        ask(anna.appointment)
    has_sent(database, settings, anna.appointment, answers())
    with pytest.raises(NothingToAskAgain):
        ask(anna.appointment, now=NOW + timedelta(days=30))


def test_every_question_that_a_rule_needs_again_is_a_safety_question():
    assert len(SAFETY) > 40
    assert all(QUESTIONS[question].safety for question in SAFETY)
