"""A made-up patient at the form, or staff who fill it in for one."""

from dataclasses import replace
from datetime import datetime, timedelta

from intake.demo.scenes import Reached, Scene
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.red_flags import Urgency
from intake.red_flags.advice import CARDS
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.services.forms.draft import Choice
from intake.services.forms.entry import BY_PATIENT, Entry
from intake.storage.models import Intake

EACH_PAGE_TAKES = timedelta(seconds=20)


class Form:
    """One page every few seconds."""

    def __init__(self, op: Operation, intake: Intake, answers: Answers, entry: Entry = BY_PATIENT) -> None:
        self.op = op.acting_as(entry.actor(intake))
        self.intake, self.answers, self.entry = intake, answers, entry

    def fill_in(self, scene: Scene, started_at: datetime, done_at: datetime) -> None:
        """Answer page by page, as far as the scene goes."""
        self.moment, self.blank = started_at, scene.blank
        journey = intakes.journey_of(replace(self.op, now=started_at), self.intake, entry=self.entry)
        while (page := journey.next) and journey.percent < scene.percent:
            saved = self._save(journey, page)
            journey = saved.journey
            if saved.interrupt:
                emergency = CARDS[saved.interrupt.advice].urgency is Urgency.EMERGENCY
                if emergency and scene.reached is Reached.LEFT:
                    self._choose(Choice.GETTING_HELP)
                    return
                self._choose(Choice.CONTINUE if emergency else Choice.UNDERSTOOD)
        if scene.reached is Reached.UNFINISHED:
            intakes.hand_over_unfinished(replace(self.op, now=done_at), self.intake, entry=self.entry)
        if scene.reached is Reached.SENT:
            self._add_detail(journey)
            intakes.send(replace(self.op, now=done_at), self.intake, entry=self.entry)

    def _add_detail(self, journey: Journey) -> None:
        for page in [step.page for step in journey.more]:
            asked = journey.asked(page)
            if any(question.id in self.answers for question in asked):
                saved = self._save(journey, page)
                journey = saved.journey
                if saved.interrupt:
                    self._choose(Choice.UNDERSTOOD)

    def _save(self, journey: Journey, page: Page) -> intakes.Saved:
        self.moment += EACH_PAGE_TAKES
        asked = [question.id for question in journey.asked(page)]
        given = {each: None if each in self.blank else self.answers.get(each) for each in asked}
        op = replace(self.op, now=self.moment)
        stands = intakes.taken_up(op, self.intake, entry=self.entry)
        return intakes.save_page(op, stands, page, given, version_token=None, entry=self.entry)

    def _choose(self, choice: Choice) -> None:
        intakes.choose(replace(self.op, now=self.moment), self.intake, choice, entry=self.entry)
