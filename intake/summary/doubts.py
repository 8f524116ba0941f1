"""What does not fit: typed words beside a "no" (R-FT-1), answers against each other (R-CON). Pure."""

from collections.abc import Iterator

from intake.i18n import gettext
from intake.questionnaire.journey import Journey
from intake.red_flags.contradictions import AnswerSource, Misfit, misfits
from intake.red_flags.second_looks import mentioned
from intake.red_flags.watch import Mention
from intake.summary.phrases import named
from intake.summary.record import Doubt


def doubts(journey: Journey) -> tuple[Doubt, ...]:
    """Each with where it was seen, so that nobody searches the free text for a mark on the picture."""
    return (*_by_words(journey), *_by_answers(journey))


def _by_words(journey: Journey) -> Iterator[Doubt]:
    for each in mentioned(journey):
        ids = (each.question,) if each.question else ()
        yield Doubt(_mentioned(each), each.urgency.name, str(AnswerSource.TEXT), ids)


def _by_answers(journey: Journey) -> Iterator[Doubt]:
    for misfit in misfits(journey):
        line = _with_words(misfit)
        yield Doubt(
            line, misfit.contradiction.urgency.name, str(misfit.contradiction.source), misfit.ask_again
        )


def _with_words(misfit: Misfit) -> str:
    line = str(misfit.contradiction.line)
    return f'{line}: "{misfit.phrase}"' if misfit.phrase else line


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
