"""Staff correct an answer: a new record, the old one kept, nothing urgent missed or forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.documents import render
from intake.questionnaire import PAGES
from intake.services import audit
from intake.services.forms import corrections, documents, draft, intakes, read_marks, versions
from intake.services.forms.corrections import NothingChanged, NotSent, ReasonNeeded
from intake.services.forms.read_marks import Readings
from intake.services.forms.versions import EditionChanged, NothingHandedOver
from intake.storage.models import Alert, AlertState, Document, DocumentState, Edition
from intake.summary import Summary
from tests.acting import acting, looking
from tests.services.answering import answers, has_sent, intake_of
from tests.services.conftest import NOW

LATER = NOW + timedelta(minutes=40)
WHY = "Said on the telephone"


class Desk:
    """Somebody at the clinic who puts Anna's answers right."""

    def __init__(self, database, settings, anna, clinician):
        self.database, self.settings, self.appointment = database, settings, anna.appointment
        self.clinician, self.now = clinician, LATER

    def mark(self):
        with self.database.reading() as session:
            return versions.version_token_of(intake_of(session, self.appointment))

    def corrects(self, page, given, *, reason=WHY, version_token=None):
        version_token = version_token or self.mark()
        with acting(self.database, by=self.clinician, settings=self.settings, now=self.now) as op:
            corrections.correct(
                op,
                intake_of(op.session, self.appointment),
                PAGES[page],
                given,
                reason=reason,
                version_token=version_token,
            )
            op.commit()

    def summary(self):
        with looking(self.database, settings=self.settings, now=self.now) as op:
            intake = intake_of(op.session, self.appointment)
            return intakes.summary_of(op, intake)

    def kept(self, kind):
        with self.database.reading() as session:
            return session.scalars(select(kind)).all()


@pytest.fixture
def desk(database, settings, anna, clinician):
    return Desk(database, settings, anna, clinician)


@pytest.fixture
def sent(database, settings, anna):
    has_sent(database, settings, anna.appointment, answers())


@pytest.fixture
def sent_urgent(database, settings, anna):
    has_sent(database, settings, anna.appointment, answers(CHEST))


CHEST = {"rf_chest_pain": "yes", "rf_chest_when": "now", "rf_sweaty": "yes", "rf_sick": "yes"}
WEAK = {"rf_arm_weak": "no", "rf_legs_weak": "yes"}
UNWELL = {"rf_very_unwell": "yes"}


def test_a_correction_is_a_new_record_with_author_reason_and_the_old_one_whole(desk, sent):
    before = desk.summary()

    desk.corrects("p_words", {"mc_main": "My left side, not my right", "hope": "cause"})

    after = desk.summary()
    (kept,) = desk.kept(Edition)
    assert Summary.from_json(kept.summary) == before
    assert (kept.number, kept.reason, kept.handed_over_at, kept.replaced_at) == (1, WHY, NOW, LATER)
    assert after.problem == "My left side, not my right"
    assert after.amendment.by == "Dr Bello"
    assert {each.id for each in after.amendment.corrections} >= {"mc_main"}
    assert {each.reason for each in after.amendment.corrections} == {WHY}
    assert after.sent_at == before.sent_at


def test_an_answer_that_becomes_urgent_raises_its_alert_in_the_same_transaction(desk, sent):
    assert desk.kept(Alert) == []

    desk.corrects("u_now", UNWELL)

    raised = desk.kept(Alert)
    assert [(alert.rule, alert.state) for alert in raised] == [("R-GEN-2", AlertState.OPEN)]
    assert desk.summary().safety.urgency == "EMERGENCY"


def test_what_a_correction_opens_and_leaves_blank_is_not_answered_and_never_no(desk, sent):
    desk.corrects("u_nerves", WEAK)

    safety = desk.summary().safety

    assert not safety.complete
    assert safety.answered < safety.asked
    assert safety.not_answered


def test_a_finding_that_no_longer_fires_is_kept_as_withdrawn_and_its_alert_stays(desk, sent_urgent):
    raised = {alert.id for alert in desk.kept(Alert)}
    assert raised

    desk.corrects("u_chest", {"rf_chest_pain": "no", "rf_sick": "no", "rf_sweaty": "no"})

    assert {alert.id for alert in desk.kept(Alert)} >= raised
    assert {alert.state for alert in desk.kept(Alert)} == {AlertState.OPEN}
    assert any("was yes, now no" in line.lower() for line in desk.summary().safety.withdrawn)


def test_nobody_is_said_to_have_been_shown_a_page_that_nobody_saw(desk, sent):
    """The patient is not there when staff correct: no emergency page was shown, and none is owed."""
    desk.corrects("u_now", UNWELL)

    with desk.database.reading() as session:
        intake = intake_of(session, desk.appointment)
        assert draft.read(intake).interrupts == ()
    assert desk.summary().safety.told == ()


def test_without_a_reason_a_change_or_a_sent_form_nothing_is_corrected(desk, sent):
    before = desk.summary()

    with pytest.raises(ReasonNeeded):
        desk.corrects("p_words", {"mc_main": "Other"}, reason="  ")
    with pytest.raises(NothingChanged):
        desk.corrects("p_words", {"mc_main": before.problem})

    assert desk.summary() == before
    assert desk.kept(Edition) == []


def test_a_form_in_the_patients_hand_is_not_corrected(desk):
    with pytest.raises(NotSent):
        desk.corrects("p_words", {"mc_main": "Other"})


def test_what_the_page_does_not_ask_is_left_aside(desk, sent):
    with pytest.raises(NothingChanged):
        desk.corrects("p_words", {"rf_legs_weak": "yes"})


@pytest.mark.faults
def test_of_two_who_correct_at_once_one_is_told(desk, sent):
    seen = desk.mark()

    def correct(words):
        try:
            desk.corrects("p_words", {"mc_main": words}, version_token=seen)
        except EditionChanged:
            return "told"
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(correct, ("one", "two", "three", "four")))

    assert outcomes == ["kept", "told", "told", "told"]
    assert len(desk.kept(Edition)) == 1


def test_reading_is_noted_once_and_ends_with_a_correction(desk, sent):
    def reads(seen):
        with acting(desk.database, by=desk.clinician, now=desk.now) as op:
            intake = intake_of(op.session, desk.appointment)
            read_marks.mark_read(op, intake, version_token=seen)
            op.commit()
            return read_marks.readings_of(intake, desk.clinician)

    seen = desk.mark()
    assert reads(seen) == Readings(LATER, (), None)
    assert reads(seen) == Readings(LATER, (), None)
    desk.now += timedelta(minutes=1)
    desk.corrects("p_words", {"mc_main": "Other"})

    with desk.database.reading() as session:
        assert read_marks.readings_of(intake_of(session, desk.appointment), desk.clinician) == Readings(
            None, (), LATER
        )
    with pytest.raises(EditionChanged):
        reads(seen)
    assert reads(desk.mark()) == Readings(desk.now, (), LATER)
    with desk.database.reading() as session:
        assert len(audit.history(session, audit.Action.INTAKE_MARKED_READ)) == 2


def test_what_was_not_handed_over_cannot_be_marked_as_read(desk):
    with acting(desk.database, by=desk.clinician, now=LATER) as op:
        intake = intake_of(op.session, desk.appointment)
        seen = versions.version_token_of(intake)
        with pytest.raises(NothingHandedOver):
            read_marks.mark_read(op, intake, version_token=seen)


def test_the_documents_are_owed_anew_and_say_what_they_replace(desk, sent):
    desk.corrects("p_words", {"mc_main": "Other words"})

    (document,) = desk.kept(Document)
    assert document.state is DocumentState.PENDING
    note = " ".join(render(desk.summary(), "text").decode().split())
    assert "Amended 9 Mar 2026, 09:40 by Dr Bello, replaces 09:00" in note
    assert "CORRECTED:" in note
    assert WHY in note
    assert b'"status": "amended"' in render(desk.summary(), "fhir")


def test_a_second_correction_keeps_both_and_names_the_one_before(desk, sent):
    desk.corrects("p_words", {"mc_main": "Second"})
    desk.now += timedelta(minutes=20)
    desk.corrects("p_words", {"mc_main": "Third"})

    first, second = sorted(desk.kept(Edition), key=lambda each: each.number)
    assert (first.number, second.number) == (1, 2)
    assert second.handed_over_at == LATER
    assert second.author_id == desk.clinician.id
    assert first.author_id is None
    assert [each.now for each in desk.summary().amendment.corrections] == ["Second", "Third"]
    assert desk.summary().amendment.replaces.endswith("09:40:00+00:00")


def test_the_record_of_who_did_it_is_whole_and_says_nothing_of_what_was_said(desk, sent):
    desk.corrects("p_words", {"mc_main": "Canary in the coal mine"})

    with desk.database.reading() as session:
        assert audit.verify(session) == ()
        (event,) = audit.history(session, audit.Action.INTAKE_CORRECTED)
    assert event.actor == f"staff:{desk.clinician.id}"
    assert "Canary" not in str(event.detail)
    assert WHY not in str(event.detail)


def test_a_pdf_asked_for_while_an_answer_is_corrected_is_not_kept_for_the_new_record(desk, sent):
    with desk.database.reading() as session:
        document = session.scalars(select(Document)).one()
    before = documents.render(desk.summary(), "pdf", settings=desk.settings)

    desk.corrects("p_words", {"mc_main": "My left leg"})

    with acting(desk.database, settings=desk.settings, now=LATER) as op:
        assert not documents.fulfil(op, document.id, before, asked_at=document.asked_at)
        with pytest.raises(documents.StillPending):
            documents.content(op, intake_of(op.session, desk.appointment), "pdf")
        op.rollback()
