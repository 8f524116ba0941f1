"""Anna at her telephone, who fills in her form page by page, and what she has to say."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from intake.config import Settings
from intake.demo.vignettes import Vignette, answers_of, vignette
from intake.questionnaire import PAGES
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.red_flags import Screening
from intake.services.alerts.call_script import CallScript, call_script
from intake.services.audit import Actor
from intake.services.context import Operation
from intake.services.forms import asking_again, draft, intakes
from intake.services.forms.draft import Check, Choice
from intake.services.forms.intakes import Saved, Sent
from intake.services.invitations.links import new_token
from intake.storage import Database
from intake.storage.models import Intake
from intake.summary import Summary
from tests.acting import acting, looking
from tests.services.answering import TODAY
from tests.services.conftest import NOW, Invited


class Patient:
    """Anna, at her telephone: fills in pages as a view would save them."""

    def __init__(self, database: Database, settings: Settings, invited: Invited) -> None:
        self.database, self.settings, self.now = database, settings, NOW
        self.intake_id = invited.appointment.intake.id

    def intake(self) -> Intake:
        with self.database.reading() as session:
            found = intakes.find(session, self.intake_id)
        assert found is not None
        return found

    def journey(self) -> Journey:
        with self._looking() as op:
            return intakes.journey_of(op, self._mine(op.session))

    def opens(self) -> None:
        with self._acting() as op:
            intakes.open(op, self._mine(op.session))
            op.commit()

    def saves(self, page: str, answers: Mapping[str, Any], seen: str | None = None) -> Saved:
        self.now += timedelta(minutes=1)
        with self._acting() as op:
            saved = intakes.save_page(
                op, intakes.taken_up(op, self._mine(op.session)), PAGES[page], answers, version_token=seen
            )
            op.commit()
        return saved

    def fills_in(self, answers: Answers, until: str | None = None) -> list[Saved]:
        """Walk the main path, saving each page; stop before the page `until`."""
        self.opens()
        saved: list[Saved] = []
        journey = self.journey()
        page: Page | None = journey.steps[0].page
        while page is not None and page.id != until:
            assert len(saved) < len(PAGES), f"going round in circles at {page.id}"
            given = {each.id: answers.get(each.id) for each in journey.asked(page)}
            saved.append(self.saves(page.id, given))
            journey, page = saved[-1].journey, saved[-1].next
        return saved

    def has_filled_in(self, answers: Answers) -> Saved:
        """The same in one go, and then the page "right now" is saved once more."""
        self.opens()
        with self.database.writing() as session:
            mine = self._mine(session)
            draft.write(mine, draft.Draft(answers=answers, passed=frozenset(PAGES)))
            session.commit()
        return self.saves("u_now", {})

    def chooses(self, choice: Choice, where: str = "") -> intakes.CardChosen:
        self.now += timedelta(minutes=1)
        with self._acting() as op:
            chosen = intakes.choose(op, self._mine(op.session), choice, where=where)
            op.commit()
        return chosen

    def sends(self) -> Sent:
        with self._acting() as op:
            sent = intakes.send(op, self._mine(op.session))
            op.commit()
        return sent

    def cannot_go_on(self) -> Screening:
        with self._acting() as op:
            screening = intakes.hand_over_unfinished(op, self._mine(op.session))
            op.commit()
        return screening

    def is_asked_again(self) -> None:
        with acting(self.database, settings=self.settings, now=self.now) as op:
            asking_again.ask_again(op, self._mine(op.session), token=new_token())
            op.commit()

    def checks_before_sending(self) -> tuple[Check, ...]:
        with self._acting() as op:
            checks = intakes.checks_before_sending(op, self._mine(op.session))
            op.commit()
        return checks

    def written(self) -> draft.Draft:
        return draft.read(self.intake())

    def banner(self) -> draft.Interrupt | None:
        with self._looking() as op:
            return intakes.current_advice(op, self._mine(op.session))

    def interruption(self) -> draft.Interrupt | None:
        with self._looking() as op:
            return intakes.interruption(op, self._mine(op.session))

    def summary(self) -> Summary:
        with self._looking() as op:
            return intakes.summary_of(op, self._mine(op.session))

    def script(self) -> CallScript:
        """What reception says to Anna on the telephone."""
        with self._looking() as op:
            return call_script(op, self._mine(op.session))

    def _acting(self) -> AbstractContextManager[Operation]:
        patient = Actor(f"patient:{self.intake_id}")
        return acting(self.database, by=patient, settings=self.settings, now=self.now)

    def _looking(self) -> AbstractContextManager[Operation]:
        return looking(self.database, settings=self.settings, now=self.now)

    def _mine(self, session: Any) -> Intake:
        found = intakes.find(session, self.intake_id)
        assert found is not None
        return found


def benign() -> Answers:
    return without_known(answers_of(vignette("V01"), TODAY))


def urgent() -> Answers:
    """Chest pain now, with sweating and sickness."""
    special = {
        "mc_main": "Pain between my shoulders and in my chest.",
        "sites": ["b_scapula_l"],
        "rf_chest_pain": "yes",
        "rf_chest_when": "now",
        "rf_sweaty": "yes",
        "rf_sick": "yes",
    }
    return without_known(answers_of(Vignette("chest", "", 34, special, urgency=None, fires=()), TODAY))


def without_known(answers: Answers) -> Answers:
    """Anna is Anna, whoever's complaints she has."""
    return answers.merged({"dob": None, "sex_at_birth": None, "phone_best": None})
