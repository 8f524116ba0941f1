"""A patient who telephones or stands at the desk: found by whatever is said first."""

import re
from datetime import date
from uuid import UUID

from sqlalchemy import select

from intake.config import LANGUAGES
from intake.i18n import current_language
from intake.services.appointments import identifiers
from intake.services.appointments.patient_index import PatientIndex, Wanted
from intake.services.appointments.patients import Known, known
from intake.services.context import Operation
from intake.storage.models import REFERENCE_LETTERS, Appointment
from intake.text import code, folding

MOST_FOUND = 40
# Words around a number are a name: "Canary 07700 900123".
_NUMBER = re.compile(r"[0-9+(][0-9 ()./+-]*[0-9]")


def search(op: Operation, index: PatientIndex, asked: str) -> tuple[Known, ...]:
    """Patients by the beginnings of their names, a date of birth, a telephone number or its end, what a
    record system calls them, or a reference; a name together with a date or a number.

    At most 40: those without a slip first, then whoever comes next or came last. Nothing typed finds nobody.
    A record that was joined to another leads to that one.
    """
    by_reference = _by_reference(op, asked)
    found = index.find(wanted(op, asked), most=MOST_FOUND)
    kept = identifiers.kept_of(op.session)
    ids = dict.fromkeys(kept.get(each, each) for each in (*by_reference, *found))
    return known(op.session, list(ids)[:MOST_FOUND])


def wanted(op: Operation, asked: str) -> Wanted:
    """What is looked for."""
    region, mark = op.settings.region, folding.mark(asked)
    days, endings = _days(op, asked), folding.endings(asked, region)
    if days or endings:
        return Wanted(days=days, endings=endings, mark=mark)
    rest, days = _with_a_day(op, asked)
    number = None if days else _NUMBER.search(rest)
    endings = folding.endings(number[0], region) if number else frozenset()
    if number and endings:
        rest = f"{rest[: number.start()]} {rest[number.end() :]}"
    words = folding.words(rest)
    if not words:
        return Wanted(days=days, endings=endings, mark=mark)
    without = tuple(each for each in words if not folding.TITLES & set(each))
    return Wanted(words, without or words, days, endings, mark)


def _days(op: Operation, asked: str) -> frozenset[date]:
    return folding.days(asked, languages=(current_language(), *LANGUAGES), most=op.settings.today(op.now))


def _with_a_day(op: Operation, asked: str) -> tuple[str, frozenset[date]]:
    """The rest, and the days that the first or the last of the words can mean."""
    said = asked.split()
    for at in range(1, len(said)):
        for day, rest in ((said[at:], said[:at]), (said[:at], said[at:])):
            found = _days(op, " ".join(day))
            if found:
                return " ".join(rest), found
    return asked, frozenset()


def _by_reference(op: Operation, asked: str) -> list[UUID]:
    try:
        reference = code.read(asked, REFERENCE_LETTERS)
    except code.NotACode:
        return []
    stmt = select(Appointment.patient_id).where(Appointment.reference == reference)
    return list(op.session.scalars(stmt))
