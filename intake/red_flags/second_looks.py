"""What the patient is asked to look at once more: a "no" beside other words or marks, and answers that do not fit.

Pure. What is typed and contradicts is asked about as a contradiction, and not again as a mention.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.i18n import listed
from intake.questionnaire import QUESTIONS, page_of
from intake.questionnaire.body import REGIONS
from intake.questionnaire.criteria import Cause
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import Regions
from intake.red_flags.contradictions import AnswerSource, Misfit, misfits
from intake.red_flags.watch import Mention, mentions


@dataclass(frozen=True)
class Look:
    """`questions` are to be looked at again, `about` names the entry or the contradiction.

    `source` says which prompt goes with it; `phrase` are the words typed or the places marked. `beside` are the other
    answers that the questions do not fit.
    """

    about: str
    source: AnswerSource
    questions: tuple[str, ...]
    phrase: str = ""
    beside: tuple[str, ...] = ()


def looks(journey: Journey) -> tuple[Look, ...]:
    """Everything to be looked at again, for the answers that count now."""
    return (*(_of_misfit(misfit, journey) for misfit in misfits(journey)), *_of_mentions(journey))


def mentioned(journey: Journey) -> tuple[Mention, ...]:
    """The mentions that no contradiction says already."""
    said = {misfit.contradiction.typed for misfit in misfits(journey)}
    return tuple(mention for mention in mentions(journey) if mention.entry not in said)


def _of_mentions(journey: Journey) -> Iterator[Look]:
    for mention in mentioned(journey):
        if mention.asked and mention.question:
            yield Look(mention.entry, AnswerSource.TEXT, (mention.question,), mention.phrase)


def _of_misfit(misfit: Misfit, journey: Journey) -> Look:
    contradiction = misfit.contradiction
    causes = contradiction.when.verdict(journey.facts).causes
    phrase = misfit.phrase or _places(causes)
    beside = () if contradiction.source is AnswerSource.TEXT else tuple(_beside(misfit, causes))
    return Look(contradiction.id, contradiction.source, misfit.ask_again, phrase, beside)


def _beside(misfit: Misfit, causes: tuple[Cause, ...]) -> Iterator[str]:
    """The other answers that decided; what the clinic knows already, and places, are said otherwise.

    Of two numbers that do not fit the other is always shown, though it be the age; what only opened the question
    is none of them.
    """
    numbers = misfit.contradiction.source is AnswerSource.NUMBER
    opening = {id for asked in misfit.ask_again for id in QUESTIONS[asked].asked_when.question_ids()}
    for cause in causes:
        question = QUESTIONS[cause.question_id]
        if numbers:
            left_out = question.id in opening
        else:
            left_out = page_of(question.id).confirm or isinstance(question, Regions)
        if question.id not in misfit.ask_again and not left_out:
            yield question.id


def _places(causes: tuple[Cause, ...]) -> str:
    marked = {option for cause in causes if cause.question_id == "sites" for option in cause.options}
    return listed(str(region.label) for region in REGIONS if region.id in marked)
