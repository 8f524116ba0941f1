"""All safety answers in one table: the clinical groups in their order, the worrying answers first."""

from collections.abc import Iterable

from intake.documents.pdf.clean import clean
from intake.documents.safety_box import MOST_NOT_SURE, BoxRow
from intake.i18n import gettext, lower_first
from intake.summary import Summary
from intake.summary.phrases import listed, word_no_together
from intake.summary.record import Said


def full_answers(summary: Summary) -> tuple[str, str, tuple[str, str], tuple[BoxRow, ...]]:
    """Title, note, columns and rows of the table of all safety answers, group by group."""
    asked = gettext(
        "%(answered)s of %(asked)s safety questions answered.",
        answered=summary.safety.answered,
        asked=summary.safety.asked,
    )
    said = [each for each in summary.answers if each.safety]
    grouped = any(each.group for each in said)
    rows = tuple(_by_group(summary, said) if grouped else _by_section(said))
    column = gettext("Group") if grouped else gettext("Part of the form")
    return gettext("All safety answers"), asked, (column, gettext("Answers")), rows


def unsure_ids(summary: Summary) -> frozenset[str]:
    """The safety questions that the table lists as not sure."""
    return frozenset(each.id for each in summary.answers if each.safety and each.value == "not_sure")


def many_unsure(summary: Summary) -> bool:
    """Page 1 gives their number alone, and each stands in the table and nowhere else."""
    return len(unsure_ids(summary)) > MOST_NOT_SURE


def _by_group(summary: Summary, said: list[Said]) -> Iterable[BoxRow]:
    """A row for each clinical group, and one for the safety questions of the history."""
    together = {group.label: group.together for group in summary.safety.groups}
    names = [group.label for group in summary.safety.groups]
    others = [name for name in dict.fromkeys(each.group for each in said) if name and name not in names]
    for name in (*names, *others):
        text = _by_answer([each for each in said if each.group == name], together.get(name, ()))
        if text:
            yield BoxRow(name, text)
    rest = [each for each in said if not each.group]
    # Medicines that one question named among other things are printed with the medicines.
    medicines = [lower_first(fact.label) for fact in summary.medicines if fact.text == word_no_together()]
    if rest or medicines:
        yield BoxRow(gettext("History"), _by_answer(rest, tuple(medicines)))


def _by_section(said: list[Said]) -> Iterable[BoxRow]:
    """A row for each part of the form, for records that do not name the groups."""
    parts = list(dict.fromkeys(each.section for each in said))
    return (BoxRow(part, _by_answer([each for each in said if each.section == part])) for part in parts)


def _by_answer(said: list[Said], together: tuple[str, ...] = ()) -> str:
    """One line for each kind of answer, the worrying ones first."""
    names = {
        "yes": gettext("Yes"),
        "not_sure": gettext("Not sure"),
        "prefer_not_say": gettext("Preferred not to say"),
        "not_applicable": gettext("Does not apply"),
        "no": gettext("No"),
    }
    # What one question named among others is listed one by one in its place.
    alone = [it for it in said if not (it.gate and it.value == "no")]
    kinds = {name: [_name(it) for it in alone if it.value == value] for value, name in names.items()}
    details = [f"{_name(it)}: {it.answer}" for it in said if it.value not in names]
    yes, *others, no = (f"{name}: {listed(chosen)}" if chosen else "" for name, chosen in kinds.items())
    asked_with = gettext("No (asked together): %(what)s", what=listed(together)) if together else ""
    denied = ". ".join(filter(None, (no, asked_with)))
    return clean("\n".join(filter(None, (yes, *details, *others, denied))))


def _name(said: Said) -> str:
    return lower_first(said.label or said.question)
