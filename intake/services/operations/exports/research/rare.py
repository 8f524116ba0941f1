"""Combinations by which few people could be recognised, looked for before anything leaves.

Whoever knows a man of 91 who came in March finds his row. An export is no sum: nothing in it can be hidden
without a lie, so the combination is shown to whoever takes it, to be widened or answered for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from intake.documents.research.dictionary import TableChoices
from intake.services.context import Operation
from intake.services.operations.disclosure_control import SMALL
from intake.services.operations.exports.research.forms import ResearchForm, opened, told_of
from intake.services.operations.exports.research.project import ProjectKey

BATCH = 100


@dataclass(frozen=True)
class RareCombination:
    """Values of the columns that tell people apart, which fewer than SMALL patients share."""

    values: tuple[str, ...]
    patients: int


@dataclass(frozen=True)
class LookedAt:
    """What an export would tell: how many forms and patients, and who could be recognised by `columns`."""

    forms: int
    patients: int
    columns: tuple[str, ...]
    rare: tuple[RareCombination, ...]


def look(op: Operation, ids: tuple[UUID, ...], key: ProjectKey, choices: TableChoices) -> LookedAt:
    """Count the patients behind each combination, by the columns as they would leave."""
    sharing: defaultdict[tuple[str, ...], set[UUID]] = defaultdict(set)
    for batch in batches(ids):
        for form in opened(op, batch, key):
            sharing[_combination(form, choices)].add(form.intake.appointment.patient_id)
        op.session.expunge_all()
    few = sorted(
        (
            RareCombination(values, len(patients))
            for values, patients in sharing.items()
            if len(patients) < SMALL
        ),
        key=lambda each: (each.patients, each.values),
    )
    patients = set().union(*sharing.values())
    rare = tuple(few) if choices.quasi_identifiers else ()
    return LookedAt(len(ids), len(patients), choices.quasi_identifiers, rare)


def batches(ids: tuple[UUID, ...], size: int = BATCH) -> Iterable[tuple[UUID, ...]]:
    """The same in pieces."""
    return (ids[at : at + size] for at in range(0, len(ids), size))


def _combination(form: ResearchForm, choices: TableChoices) -> tuple[str, ...]:
    told = told_of(form, choices)
    return tuple("" if told[name] is None else str(told[name]) for name in choices.quasi_identifiers)
