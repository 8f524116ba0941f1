"""Random walks: forward, back, changed and cleared answers. What is said must depend on the path alone."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import Truth
from intake.red_flags import RED_FLAGS, screen
from intake.summary import Subject, write_summary
from tests.answering import STAFFED_FOR_SELF_HARM, any_value, journey_of
from tests.summary.times import MORNING


class Editing(RuleBasedStateMachine):
    """A patient who answers, goes back, changes and clears, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = Answers()

    @rule(data=st.data())
    def answer_the_next_page(self, data: st.DataObject) -> None:
        page = journey_of(self.answers, STAFFED_FOR_SELF_HARM).next
        if page:
            asked = journey_of(self.answers, STAFFED_FOR_SELF_HARM).asked(page)
            self.answers = self.answers.merged({q.id: data.draw(any_value(q)) for q in asked})

    @rule(data=st.data())
    def go_back_and_change_a_page(self, data: st.DataObject) -> None:
        page = data.draw(st.sampled_from(list(PAGES.values())))
        asked = journey_of(self.answers, STAFFED_FOR_SELF_HARM).asked(page)
        self.answers = self.answers.merged({q.id: data.draw(any_value(q)) for q in asked})

    @rule(id=st.sampled_from(list(QUESTIONS)))
    def take_an_answer_away(self, id: str) -> None:
        self.answers = self.answers.merged({id: None})

    @invariant()
    def flags_and_summary_depend_only_on_answers_on_the_path(self) -> None:
        journey = journey_of(self.answers, STAFFED_FOR_SELF_HARM)
        clean = journey_of(journey.counting, STAFFED_FOR_SELF_HARM)

        assert screen(journey) == screen(clean)
        one, other = (
            write_summary(j, screen(j), Subject("Iris Example"), written_at=MORNING, sent_at=None)
            for j in (journey, clean)
        )
        assert one == other
        assert {said.id for said in one.answers} == set(journey.counting)

    @invariant()
    def no_blank_clears_a_rule(self) -> None:
        journey = journey_of(self.answers, STAFFED_FOR_SELF_HARM)
        for red_flag in RED_FLAGS:
            verdict = red_flag.when.verdict(journey.facts)
            if verdict.truth == Truth.NO:
                assert any(id in journey.counting or journey.facts.is_closed(id) for id in verdict.because)


Editing.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
test_edit_paths = Editing.TestCase
