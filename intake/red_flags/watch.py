"""What a patient wrote, or marked on the picture, that does not fit a "no" elsewhere (R-FT-1).

Only answers that count are read, and only a "no" is doubted: the patient is asked to look again, once.
Safety: a phrase too many costs one look at an answer; a phrase too few can cost a leg. Word endings are left open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.questionnaire import PAGES
from intake.questionnaire.body import REGIONS
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import FreeText, Question, Ranked
from intake.questionnaire.values import Rating, Value
from intake.red_flags.advice import WATCH_PHRASES, WATCH_REGIONS


@dataclass(frozen=True)
class Mention:
    """`phrase` as the patient spelt it, or the place in words; `question` it does not fit, None when none asks it."""

    phrase: str
    question: str | None


# "Numb" is watched for, "phone number" is not meant.
_INNOCENT = re.compile(r"\bnumber(s|ed)?\b")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'"})


def mentions(journey: Journey) -> tuple[Mention, ...]:
    """Every watch phrase and watched place that stands beside a "no", each question and phrase once."""
    found = [*_in_words(journey), *_on_the_picture(journey)]
    return tuple(dict.fromkeys(found))


def _in_words(journey: Journey) -> Iterator[Mention]:
    texts = [text for question in _asked(journey) for text in _written(question, journey)]
    for watch in WATCH_PHRASES:
        if watch.question_id is not None and journey.facts.value(watch.question_id) != "no":
            continue
        for phrase in watch.phrases:
            spellings = filter(None, (_spelling(str(phrase), text) for text in texts))
            if spelling := next(spellings, None):
                yield Mention(spelling, watch.question_id)
                break


def _on_the_picture(journey: Journey) -> Iterator[Mention]:
    sites = journey.facts.value("sites")
    marked = sites if isinstance(sites, tuple) else ()
    for region in REGIONS:
        question_id = WATCH_REGIONS.get(region.id)
        if question_id and region.id in marked and journey.facts.value(question_id) == "no":
            yield Mention(str(region.label), question_id)


def _asked(journey: Journey) -> Iterator[Question]:
    for page in PAGES.values():
        yield from journey.asked(page)


def _written(question: Question, journey: Journey) -> tuple[str, ...]:
    """The patient's own words in the answer to this question."""
    value: Value | None = journey.facts.value(question.id)
    if isinstance(question, FreeText):
        return (str(value),) if value is not None else ()
    if isinstance(question, Ranked) and isinstance(value, tuple):
        return tuple(item.text if isinstance(item, Rating) else item for item in value)
    return ()


def _spelling(phrase: str, text: str) -> str | None:
    """The words of `text` that match the phrase, as written; None when it is not there."""
    plain = _INNOCENT.sub(lambda word: "_" * len(word[0]), text.translate(_APOSTROPHES).lower())
    # Lowering some letters changes their number; then the phrase itself is shown.
    words = r"\s+".join(re.escape(word) for word in phrase.translate(_APOSTROPHES).lower().split())
    match = re.search(rf"(?<!\w){words}\w*", plain)
    if match is None:
        return None
    return text[match.start() : match.end()] if len(plain) == len(text) else phrase
