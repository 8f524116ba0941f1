"""What a patient wrote: words that do not fit a "no" elsewhere (R-FT-1), and words that cannot wait (R-FT-2 to 4).

Only answers that count are read. Safety: a match never raises an urgency above PRIORITY by itself, except words of
self-harm and of too many tablets. A phrase too many costs one look at an answer; a phrase too few can cost a leg.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS
from intake.questionnaire.criteria import Cause, Feature
from intake.questionnaire.journey import Journey, once
from intake.questionnaire.questions import FreeText, Gate, Question, Ranked
from intake.questionnaire.values import Rating, Value
from intake.red_flags.model import Finding, RedFlag, Urgency
from intake.red_flags.watch_list import GUARDS, WATCH, Does, Watch
from intake.text import number

# Answered by no criterion: these rules read free text.
_BY_WORDS = Feature("free text")

SELF_HARM = RedFlag(
    "R-FT-2",
    "mood",
    Urgency.SAME_DAY,
    when=_BY_WORDS,
    line=_("Wrote words of self-harm"),
    rationale="Somebody who writes of self-harm needs a person, whether or not the clinic asks about it.",
    sources=("K",),
    advice="adv_crisis_now",
)
TOO_MANY_TABLETS = RedFlag(
    "R-FT-3",
    "meds",
    Urgency.SAME_DAY,
    when=_BY_WORDS,
    line=_("Wrote of more tablets than is safe"),
    rationale="Too many painkillers can do harm before it is felt; advice is needed the same day.",
    sources=("K",),
    advice="adv_poison_now",
)
IN_CONFIDENCE = RedFlag(
    "R-FT-4",
    "general",
    Urgency.PRIORITY,
    when=_BY_WORDS,
    line=_("Wrote words about violence or fear at home"),
    rationale="Another person may be reading along, so only the clinician is told.",
    sources=("K",),
)
TEXT_RULES = (SELF_HARM, TOO_MANY_TABLETS, IN_CONFIDENCE)
# Reception reads their line as well: whoever phones must know before the call.
SAID_AT_RECEPTION = frozenset({SELF_HARM.id, TOO_MANY_TABLETS.id})
RULE_OF = {
    Does.CRISIS: SELF_HARM,
    Does.TODAY: TOO_MANY_TABLETS,
    Does.IN_CONFIDENCE: IN_CONFIDENCE,
}
# Each of its questions is doubted by itself: numb legs say nothing about the saddle.
EACH_BY_ITSELF = frozenset({"w_numb"})
_TYPED = frozenset(each.id for each in QUESTIONS.values() if isinstance(each, FreeText | Ranked))
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'"})


@dataclass(frozen=True)
class Match:
    """Words of a free text that an entry of the list finds, as the patient spelt them."""

    entry: Watch
    phrase: str
    question_id: str


@dataclass(frozen=True)
class Mention:
    """`phrase` stands in a free text and does not fit `question`.

    `asked` False: the question was not asked, so there is nothing to look at again. None: no question asks it.
    """

    entry: str
    phrase: str
    question: str | None
    urgency: Urgency
    asked: bool = True


@once
def matches(journey: Journey) -> tuple[Match, ...]:
    """What the list finds in the words that count, each entry once, in the order of the list."""
    # Two spaces or a line break between words are one space to the patterns.
    typed = (q for q in _asked(journey) if q.id in _TYPED)
    texts = [(q.id, " ".join(text.split())) for q in typed for text in written(q, journey)]
    if not texts:
        return ()
    ready = [(question_id, _ready(text), text) for question_id, text in texts]
    found = (next(_in_texts(entry, ready), None) for entry in WATCH)
    return tuple(match for match in found if match)


def text_findings(journey: Journey) -> tuple[Finding, ...]:
    """The findings of free text that staff and patient are told of (R-FT-2, R-FT-3)."""
    return tuple(_findings(journey, Does.CRISIS, Does.TODAY))


def in_confidence(journey: Journey) -> tuple[Finding, ...]:
    """What is for the clinician's record alone (R-FT-4). Safety: never on a page, a receipt, a list or a message."""
    return tuple(_findings(journey, Does.IN_CONFIDENCE))


def is_delicate(text: str) -> bool:
    """Words of violence or fear at home, or of self-harm: nobody who reads along should come upon them."""
    plain = " ".join(text.split())
    ready = [("", _ready(plain), plain)]
    delicate = (entry for entry in WATCH if entry.does in (Does.IN_CONFIDENCE, Does.CRISIS))
    return any(True for entry in delicate for _ in _in_texts(entry, ready))


def _findings(journey: Journey, *does: Does) -> Iterator[Finding]:
    for match in matches(journey):
        if match.entry.does in does:
            rule = RULE_OF[match.entry.does]
            yield Finding(rule, rule.urgency, "reported", (Cause(match.question_id),), match.phrase)


def mentions(journey: Journey) -> tuple[Mention, ...]:
    """Every match that stands beside a "no", or whose questions were not asked (R-FT-1)."""
    return tuple(mention for match in matches(journey) for mention in _doubted(match, journey))


def _doubted(match: Match, journey: Journey) -> Iterator[Mention]:
    entry = match.entry
    if entry.does is Does.LINE_ONLY:
        yield Mention(entry.id, match.phrase, None, entry.line)
    if entry.does is not Does.LOOK_AGAIN:
        return
    if entry.id in EACH_BY_ITSELF:
        alone = [Watch(entry.id, entry.does, entry.line, (id,), ()) for id in entry.questions]
        yield from (mention for each in alone if (mention := _doubt(each, match.phrase, journey)))
    elif mention := _doubt(entry, match.phrase, journey):
        yield mention


def _doubt(entry: Watch, phrase: str, journey: Journey) -> Mention | None:
    said = {id: journey.facts.value(id) for id in entry.questions}
    items = [id for id in entry.questions if not isinstance(QUESTIONS[id], Gate)]
    # Any yes or not sure has said it already; a gate alone has not said which of its items.
    if any(said[id] in ("yes", "not_sure") for id in items):
        return None
    denied = next((id for id in entry.questions if said[id] == "no"), None)
    if denied:
        return Mention(entry.id, phrase, denied, entry.line)
    if all(journey.facts.is_closed(id) for id in entry.questions):
        return Mention(entry.id, phrase, items[0], entry.line, asked=False)
    return None


def written(question: Question, journey: Journey) -> tuple[str, ...]:
    """The patient's own words in the answer to this question; a chosen option is none."""
    value: Value | None = journey.facts.value(question.id)
    if isinstance(question, FreeText):
        chosen = {option.id for option in question.choices}
        return (str(value),) if value is not None and value not in chosen else ()
    if isinstance(question, Ranked) and isinstance(value, tuple):
        return tuple(item.text if isinstance(item, Rating) else item for item in value)
    return ()


def _asked(journey: Journey) -> Iterator[Question]:
    for step in (*journey.steps, *journey.more):
        yield from step.asked


def _in_texts(entry: Watch, texts: list[tuple[str, str, str]]) -> Iterator[Match]:
    for question_id, ready, text in texts:
        for pattern in _compiled(entry.patterns):
            if found := pattern.search(ready):
                yield Match(entry, text[found.start() : found.end()], question_id)


def _ready(text: str) -> str:
    """The text as it is searched: as many characters as before, so that a match can be quoted."""
    # A letter whose small form is longer ("İ") stays as it is.
    plain = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    plain = number.in_ascii(plain).translate(_APOSTROPHES)
    for guard in _compiled(GUARDS):
        plain = guard.sub(lambda found: "_" * len(found[0]), plain)
    return plain


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
