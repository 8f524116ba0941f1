"""People one answer away from the cases: they tell a broken rule from one that says the same for all."""

from collections.abc import Iterator
from random import Random

from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import Criterion, Facts, Truth
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import AnyOf, OneOf, Question
from intake.questionnaire.values import Value
from intake.red_flags import RedFlag
from tests.red_flags.specified import Case, cases_of

WANDERERS = 2000
# Below, at and above every limit of a rule.
AGES = (9, 10, 15, 16, 17, 18, 34, 35, 39, 40, 44, 45, 46, 49, 50, 59, 60, 61, 64, 65, 66, 69, 70, 71)


def say_another_thing(red_flag: RedFlag, broken: Criterion, near: list[Facts]) -> bool:
    """Somebody's verdict is another under the broken condition."""
    return any(_state(red_flag, red_flag.when, facts) != _state(red_flag, broken, facts) for facts in near)


def near(red_flag: RedFlag) -> list[Facts]:
    """Everybody one answer away from a case of this rule, in a question it reads, and many further away."""
    return [Journey(answers, case.on).facts for case, answers in around(red_flag)]


def around(red_flag: RedFlag) -> Iterator[tuple[Case, Answers]]:
    """The same as answers, with the case they come from."""
    yield from ((case, answers) for case in cases_of(red_flag.id) for answers in _changed(case, red_flag))
    # Always the same people: what is noticed today is noticed tomorrow.
    chance = Random(red_flag.id)
    raised = [case for case in cases_of(red_flag.id) if case.raised]
    for _ in range(WANDERERS):
        case = chance.choice(raised)
        yield case, _wandered(case, red_flag, chance)


def _wandered(case: Case, red_flag: RedFlag, chance: Random) -> Answers:
    """A few answers away."""
    asked = list(dict.fromkeys(red_flag.when.question_ids()))
    changed = chance.sample(asked, k=min(len(asked), chance.randint(1, 6)))
    return case.answers.merged({id: chance.choice(_choices(QUESTIONS[id], case)) for id in changed})


def _choices(question: Question, case: Case) -> list[Value | None]:
    if question.id == "dob":
        return [case.on.replace(year=case.on.year - age).isoformat() for age in AGES]
    if question.id in ("nrs_now", "on_age"):
        return list(range(11)) if question.id == "nrs_now" else [*AGES, "not_sure"]
    return list(_values(question))


def _changed(case: Case, red_flag: RedFlag) -> Iterator[Answers]:
    for question_id in dict.fromkeys(red_flag.when.question_ids()):
        for value in _values(QUESTIONS[question_id]):
            if case.answers.get(question_id) != value:
                yield case.answers.merged({question_id: value})


def _values(question: Question) -> Iterator[Value | None]:
    yield None
    if isinstance(question, AnyOf):
        yield from ((option.id,) for option in question.options)
    elif isinstance(question, OneOf):
        yield from (option.id for option in question.options)


def _state(red_flag: RedFlag, when: Criterion, facts: Facts) -> str:
    truth = when.truth(facts)
    if truth == Truth.NOT_SURE:
        return "unsure" if red_flag.urgency_when_unsure else ""
    return "fires" if truth == Truth.YES else ""
