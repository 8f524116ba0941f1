"""Anna at her telephone, who fills in her form page by page, and what she has to say."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.config import Settings
from intake.demo.vignettes import Vignette, answers_of, vignette
from intake.questionnaire import PAGES
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.services import intakes, sheet
from intake.services.intakes import Saved, Sent
from intake.services.sheet import Check, Choice
from intake.storage import Database
from intake.storage.models import Intake
from tests.services.answering import TODAY
from tests.services.conftest import NOW, Invited


class Patient:
    """Anna, at her telephone: fills in pages as a room would save them."""

    def __init__(self, database: Database, settings: Settings, invited: Invited) -> None:
        self.database, self.settings, self.now = database, settings, NOW
        self.intake_id = invited.appointment.intake.id

    def intake(self) -> Intake:
        with self.database.reading() as session:
            found = intakes.find(session, self.intake_id)
        assert found is not None
        return found

    def journey(self) -> Journey:
        return intakes.journey_of(self.intake(), settings=self.settings, now=self.now)

    def opens(self) -> None:
        with self.database.writing() as session:
            intakes.open(session, self._mine(session), settings=self.settings, now=self.now)
            session.commit()

    def saves(self, page: str, answers: Mapping[str, Any], seen: str | None = None) -> Saved:
        self.now += timedelta(minutes=1)
        with self.database.writing() as session:
            saved = intakes.save_page(
                session,
                self._mine(session),
                PAGES[page],
                answers,
                seen=seen,
                settings=self.settings,
                now=self.now,
            )
            session.commit()
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
            sheet.write(mine, sheet.Sheet(answers=answers, passed=frozenset(PAGES)))
            session.commit()
        return self.saves("u_now", {})

    def chooses(self, choice: Choice, where: str = "") -> intakes.Chosen:
        self.now += timedelta(minutes=1)
        with self.database.writing() as session:
            chosen = intakes.choose(
                session, self._mine(session), choice, where=where, settings=self.settings, now=self.now
            )
            session.commit()
        return chosen

    def sends(self) -> Sent:
        with self.database.writing() as session:
            sent = intakes.send(session, self._mine(session), settings=self.settings, now=self.now)
            session.commit()
        return sent

    def checks_before_sending(self) -> tuple[Check, ...]:
        with self.database.writing() as session:
            checks = intakes.checks_before_sending(
                session, self._mine(session), settings=self.settings, now=self.now
            )
            session.commit()
        return checks

    def written(self) -> sheet.Sheet:
        return sheet.read(self.intake())

    def banner(self) -> sheet.Interrupt | None:
        return intakes.standing_advice(self.intake(), settings=self.settings, now=self.now)

    def interruption(self) -> sheet.Interrupt | None:
        return intakes.interruption(self.intake(), settings=self.settings, now=self.now)

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
