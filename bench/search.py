"""Reception looks for a patient among all that a clinic knows."""

import gc
import random
import time
import tracemalloc
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bench.measure import warm
from bench.visit import empty_clinic
from intake.config import Settings
from intake.services.appointments.matching import Directory, PersonFacts
from intake.services.appointments.patient_index import PatientIndex
from intake.services.appointments.search import search
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.storage import Database
from intake.storage.models import Patient, PatientIdentifier, new_id

SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ra",
    "ten",
    "dor",
    "vi",
    "shu",
    "ban",
    "el",
    "ar",
    "no",
    "fi",
    "gre",
    "sto",
    "wen",
    "ly",
    "ma",
    "ro",
    "ti",
    "be",
    "ul",
    "pa",
    "qui",
]
# Names that many have, as beginnings and as whole words, with a slip and as two; numbers and days.
ASKED = ("ka", "a b", "Kalomi Ten", "Mr Tendor Bna", "07700 900123", "0123", "2/2/81", "Kalo Mira 2/2/81")
ADDED_AT_ONCE = 2000


@dataclass(frozen=True)
class Search:
    """Milliseconds of processor time, and bytes for each patient.

    `found` are the times of the slowest of `ASKED`. `changed` and `erased` bring the index up to date after
    one patient was written or erased.
    """

    found: list[float]
    built: list[float]
    changed: list[float]
    erased: list[float]
    alike: list[float]
    bytes_each: float


def searches(many: int) -> Search:
    """How long it takes to find somebody among `many` patients, and to keep them in memory."""
    with empty_clinic() as (settings, database):
        _fill(database, many)
        index = PatientIndex(database)
        built = _timed(index.bring_up_to_date)
        found = max((_search(database, settings, index, asked) for asked in ASKED), key=max)
        with database.writing() as session:
            one = session.query(Patient).limit(1).one()
            one.name = "Somebody Else"
            session.commit()
        changed = _timed(index.bring_up_to_date)
        with database.writing() as session:
            session.delete(session.query(Patient).limit(1).one())
            session.commit()
        erased = _timed(index.bring_up_to_date)
        nobody = PersonFacts("Nobody Known", date(1950, 1, 1))
        with Operation.reading(database, settings, SYSTEM, datetime.now(UTC)) as op:
            alike = _timed(lambda: Directory(op).match_by_hand(nobody))
        return Search(found, built, changed, erased, alike, _bytes_each(database, many))


def _search(database: Database, settings: Settings, index: PatientIndex, asked: str) -> list[float]:
    with Operation.reading(database, settings, SYSTEM, datetime.now(UTC)) as op:
        return warm(lambda: search(op, index, asked), runs=5)


def _bytes_each(database: Database, many: int) -> float:
    """What the memory of this process grows by."""
    gc.collect()
    tracemalloc.start()
    index = PatientIndex(database)
    index.bring_up_to_date()
    gc.collect()
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(index) == many - 1
    return grown / many


def _fill(database: Database, many: int) -> None:
    """Made-up people, each with a telephone number and the clinic's number."""
    chance, now = random.Random(7), datetime.now(UTC)
    surnames, first_names = (
        [_word(chance, most) for _ in range(number)] for most, number in ((4, 30000), (3, 4000))
    )
    for start in range(0, many, ADDED_AT_ONCE):
        with database.writing() as session:
            for _ in range(start, min(many, start + ADDED_AT_ONCE)):
                patient = Patient(
                    name=f"{chance.choice(first_names)} {chance.choice(surnames)}",
                    date_of_birth=date(1930, 1, 1) + timedelta(days=chance.randrange(30000)),
                    phone=f"07700 {chance.randrange(10**6):06}",
                    created_at=now,
                )
                number = f"{chance.randrange(10**10):010}"
                patient.identifiers.append(
                    PatientIdentifier(system="clinic", value=number, value_hmac=new_id().hex)
                )
                session.add(patient)
            session.commit()


def _word(chance: random.Random, most: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, most))).title()


def _timed(work: object) -> list[float]:
    began = time.process_time()
    assert callable(work)
    work()
    return [(time.process_time() - began) * 1000]
