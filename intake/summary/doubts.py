"""What does not fit: typed words beside a "no" (R-FT-1), answers against each other (R-CON). Pure."""

from collections.abc import Iterator, Sequence

from intake.i18n import gettext, listed
from intake.questionnaire.journey import Journey
from intake.red_flags.contradictions import AnswerSource, Misfit, misfits
from intake.red_flags.second_looks import mentioned
from intake.red_flags.watch import Mention
from intake.summary.phrases import named
from intake.summary.places import place_words
from intake.summary.record import Doubt

# What a contradiction looks at besides, and what fits.
_WHEN_AND_WHO = frozenset({"on_when", "dob"})


def doubts(journey: Journey) -> tuple[Doubt, ...]:
    """Each with where it was seen, so that nobody searches the free text for a mark on the picture."""
    return (*_by_words(journey), *_by_answers(journey))


def _by_words(journey: Journey) -> Iterator[Doubt]:
    for each in mentioned(journey):
        ids = (each.question,) if each.question else ()
        yield Doubt(_mentioned(each), each.urgency.name, str(AnswerSource.TEXT), ids)


def _by_answers(journey: Journey) -> Iterator[Doubt]:
    for misfit in misfits(journey):
        marked = _marked_beside(misfit, journey)
        # What was marked was seen on the picture, whatever list the contradiction stands in.
        source = AnswerSource.MAP if marked else misfit.contradiction.source
        line = _with_words(misfit, marked)
        yield Doubt(line, misfit.contradiction.urgency.name, str(source), misfit.ask_again)


def _marked_beside(misfit: Misfit, journey: Journey) -> tuple[str, ...]:
    """The marks that do not fit; none where something else does not fit, at a place that opens it."""
    causes = misfit.contradiction.when.verdict(journey.facts).causes
    beside = {each.question_id: each.options for each in causes if each.question_id not in _WHEN_AND_WHO}
    others = beside.keys() - set(misfit.contradiction.ask_again)
    return beside["sites"] if others == {"sites"} else ()


def _with_words(misfit: Misfit, marked: Sequence[str]) -> str:
    """The line with the words typed, or with those of the marked places that it is about."""
    line = str(misfit.contradiction.line)
    if misfit.phrase:
        return f'{line}: "{misfit.phrase}"'
    if marked:
        return gettext("%(line)s (marked: %(places)s)", line=line, places=listed(place_words(marked)))
    return line


def _mentioned(mention: Mention) -> str:
    if mention.question is None:
        return gettext('Free text mentions "%(phrase)s"', phrase=mention.phrase)
    if not mention.asked:
        return gettext(
            'Free text mentions "%(phrase)s"; %(what)s was not asked',
            phrase=mention.phrase,
            what=named(mention.question),
        )
    return gettext(
        'Free text mentions "%(phrase)s"; %(what)s answered no',
        phrase=mention.phrase,
        what=named(mention.question),
    )
