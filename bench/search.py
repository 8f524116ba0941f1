"""Reception looks for a patient among all that a small clinic knows."""

from datetime import UTC, date, datetime, timedelta

from bench.measure import warm
from bench.visit import empty_clinic
from intake.services.appointments import booking, patients
from intake.services.appointments.booking import Booking
from intake.services.appointments.matching import Directory, PersonFacts
from intake.services.audit import SYSTEM
from intake.services.context import Operation

NAMES = ("Example", "Sample", "Specimen", "Pretend", "Madeup")


def searches(many: int) -> tuple[list[float], list[float]]:
    """Milliseconds of processor time to find one of `many` patients by name, and to look who is alike."""
    now = datetime.now(UTC)
    with empty_clinic() as (settings, database):
        with Operation.open(database, settings, SYSTEM, now) as op:
            for number in range(many):
                booking.make(
                    op,
                    Booking(
                        name=f"Patient{number} {NAMES[number % len(NAMES)]}",
                        date_of_birth=date(1930, 1, 1) + timedelta(days=number * 5),
                        starts_at=now - timedelta(minutes=number),
                    ),
                )
            op.commit()
        nobody = PersonFacts("Nobody Known", date(1950, 1, 1))
        with Operation.reading(database, settings, SYSTEM, now) as op:
            found = warm(lambda: patients.search(op, "patient123 spec"), runs=5)
            alike = warm(lambda: Directory(op).match_by_hand(nobody), runs=5)
    return found, alike
