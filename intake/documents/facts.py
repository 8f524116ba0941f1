"""Lines of the record in one line of a document."""

from collections.abc import Iterable

from intake.i18n import gettext, lower_first
from intake.summary.phrases import listed, word_no, word_no_together
from intake.summary.record import Fact


def said_of(facts: Iterable[Fact]) -> str:
    """ "hypertension; cancer: breast": with the label where the words do not stand alone."""
    return "; ".join(f"{fact.label}: {fact.text}" if fact.label else fact.text for fact in facts)


def without_denied(facts: Iterable[Fact]) -> tuple[list[Fact], str]:
    """The lines that say something, and the names of those that say no, which share one line."""
    facts = tuple(facts)
    no = [lower_first(fact.label) for fact in facts if fact.text == word_no()]
    together = [lower_first(fact.label) for fact in facts if fact.text == word_no_together()]
    asked_together = gettext("(asked together) %(what)s", what=listed(together)) if together else ""
    said = [fact for fact in facts if fact.text not in (word_no(), word_no_together())]
    return said, "; ".join(filter(None, (listed(no), asked_together)))
