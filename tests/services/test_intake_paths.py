"""Whatever is done to a form: what was urgent is with staff, and what was sent stays as it was."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.questionnaire import PAGES
from intake.red_flags import Urgency
from intake.red_flags.advice import card_for
from intake.services import alerts, audit
from intake.services.appointments import booking
from intake.services.forms import asking_again, corrections, draft, intakes, versions
from intake.services.forms.asking_again import NothingToAskAgain
from intake.services.forms.corrections import NothingChanged, NotSent
from intake.services.forms.draft import Choice
from intake.services.forms.intakes import AlreadySent, NotComplete, PageNotOnPath
from intake.services.forms.walking import screening_of, walk
from intake.services.invitations.links import new_token
from intake.storage.models import (
    HANDED_OVER,
    Alert,
    Document,
    Edition,
    Intake,
    IntakeStatus,
    Role,
    User,
)
from tests.acting import acting, at, looking
from tests.services.answering import answers
from tests.services.conftest import NOW, invite_anna
from tests.services.correspondence import empty_database

CLINIC = Settings.from_environment({})
# Questions of three pages, each enough for an alert of its own, and answers to them. The pain is weeks old.
ANSWERS = st.sampled_from(
    [
        ("u_now", "rf_face_speech"),
        ("u_now", "rf_very_unwell"),
        ("u_chest", "rf_chest_pain"),
        ("u_health", "rf_fever"),
        ("u_now", "rf_need_today"),
    ]
)
TOLD = st.sampled_from(["yes", "no", "not_sure"])
WORDS = st.sampled_from(
    ["My back aches.", "I want to kill myself.", "My husband hits me.", "I took too many tablets."]
)


class IntakePaths(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = empty_database(Path(self.folder.name))
        self.intake_id: UUID = invite_anna(self.database).appointment.intake.id
        self.now: datetime = NOW
        # (rule, urgency) of everything that ever rose, and each record that was handed over.
        self.rose: set[tuple[str, Urgency]] = set()
        self.handed_over: list[dict] = []
        with acting(self.database, settings=CLINIC) as op:
            op.session.add(
                User(
                    name="Dr Bello",
                    email="bello@x",
                    email_hmac="bello",
                    roles={Role.CLINICIAN},
                    password_hash="never signs in",
                    active=True,
                    made_at=NOW,
                )
            )
            intake = self._intake(op.session)
            intakes.open(op, intake)
            draft.write(intake, draft.Draft(answers=answers({"on_when": "w2_6"}), passed=frozenset(PAGES)))
            op.commit()

    def teardown(self) -> None:
        self.database.dispose()
        self.folder.cleanup()

    # ---- the patient

    @rule(question=ANSWERS, told=TOLD)
    def save(self, question: tuple[str, str], told: str) -> None:
        page, id = question
        self._saves(page, {id: told})

    @rule(words=WORDS)
    def write(self, words: str) -> None:
        self._saves("p_words", {"mc_main": words})

    def _saves(self, page: str, given: dict[str, str]) -> None:
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake = self._intake(op.session)
            with suppress(AlreadySent, PageNotOnPath):
                saved = intakes.save_page(
                    op, intakes.taken_up(op, intake), PAGES[page], given, version_token=None
                )
                self.rose |= {(each.rule.id, each.urgency) for each in saved.raised}
                if told := card_for(saved.screening):
                    # Whoever goes on has been shown the card of what stands.
                    assert told[0].id in {each.advice for each in draft.read(intake).interrupts}
            op.commit()

    @rule(choice=st.sampled_from(Choice))
    def choose(self, choice: Choice) -> None:
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake = self._intake(op.session)
            before = intake.status
            intakes.choose(op, intake, choice)
            if intake.status is not before:
                self.handed_over.append(dict(intake.summary or {}))
            op.commit()

    @rule()
    def leave_and_come_back(self) -> None:
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake = self._intake(op.session)
            intakes.leave(op, intake)
            intakes.open(op, intake)
            op.commit()

    @rule()
    def send(self) -> None:
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake = self._intake(op.session)
            with suppress(AlreadySent, NotComplete):
                intakes.send(op, intake)
                self.handed_over.append(dict(intake.summary or {}))
            op.commit()

    @rule()
    def cannot_go_on(self) -> None:
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake = self._intake(op.session)
            with suppress(AlreadySent, NotComplete):
                intakes.hand_over_unfinished(op, intake)
                self.handed_over.append(dict(intake.summary or {}))
            op.commit()

    # ---- staff

    @rule(question=ANSWERS, told=TOLD)
    def correct(self, question: tuple[str, str], told: str) -> None:
        page, id = question
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake = self._intake(op.session)
            with suppress(NotSent, NothingChanged):
                corrections.correct(
                    at(op, by=self._clinician(op.session)),
                    intake,
                    PAGES[page],
                    {id: told},
                    reason="Said so.",
                    version_token=versions.version_token_of(intake),
                )
                self.handed_over.append(dict(intake.summary or {}))
            op.commit()

    @rule()
    def ask_the_safety_questions_again(self) -> None:
        with acting(self.database, settings=CLINIC, now=self.now) as op:
            intake, by = self._intake(op.session), self._clinician(op.session)
            with suppress(NothingToAskAgain):
                asking_again.ask_again(at(op, by=by), intake, token=new_token())
            op.commit()

    @rule()
    def cancel(self) -> None:
        with acting(self.database, now=self.now) as op:
            booking.cancel(op, self._intake(op.session).appointment)
            op.commit()

    @rule(minutes=st.integers(1, 600))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # ---- what holds all the same

    @invariant()
    def what_ever_rose_has_its_alert(self) -> None:
        with self.database.reading() as session:
            kept = {(each.rule, each.urgency) for each in session.scalars(select(Alert))}
        assert self.rose <= kept

    @invariant()
    def what_fires_now_is_with_staff(self) -> None:
        with looking(self.database, settings=CLINIC, now=self.now) as op:
            intake = self._intake(op.session)
            journey = walk(op, intake, draft.read(intake))
            fires = screening_of(journey, settings=CLINIC).findings
            kept = {
                each.rule for each in op.session.scalars(select(Alert)) if each.urgency >= Urgency.SAME_DAY
            }
            waiting = alerts.all_open(op)
        # What stood on the draft before it was saved the first time rises with the first page.
        if intake.last_saved_at is not None:
            assert {each.rule.id for each in fires if each.urgency >= Urgency.SAME_DAY} <= kept
        assert {each.rule for each in waiting} == kept

    @invariant()
    def a_sent_form_has_a_receipt_a_record_and_its_documents(self) -> None:
        with self.database.reading() as session:
            intake = self._intake(session)
            documents = session.scalars(select(Document)).all()
            if intake.status is IntakeStatus.SENT:
                assert intake.sent_at
                assert intake.receipt
                assert documents
            if intake.status in HANDED_OVER:
                assert intake.summary == self.handed_over[-1]

    @invariant()
    def every_record_that_was_replaced_is_kept_as_it_was(self) -> None:
        with self.database.reading() as session:
            kept = [each.summary for each in session.scalars(select(Edition).order_by(Edition.number))]
        assert all(each in self.handed_over for each in kept)
        assert len(kept) <= len(self.handed_over)

    @invariant()
    def who_did_it_is_recorded_without_a_gap(self) -> None:
        with self.database.reading() as session:
            assert audit.verify(session) == ()

    def _intake(self, session: Session) -> Intake:
        found = intakes.find(session, self.intake_id)
        assert found is not None
        return found

    def _clinician(self, session: Session) -> User:
        return session.scalars(select(User)).one()


TestIntakePaths = IntakePaths.TestCase
TestIntakePaths.settings = settings(
    max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
