"""The watch over the services notices a change that nobody recorded; it is on in every test of a service."""

from types import FunctionType

from intake.services.appointments import booking
from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.models import Appointment, User
from tests.acting import acting
from tests.services.conftest import Invited
from tests.services.recorded import SERVICES, watching


def _moves_unseen(appointment: Appointment) -> None:
    appointment.minutes += 5


def as_a_service(function: FunctionType) -> FunctionType:
    """The same function, as if it stood in a module of the services."""
    code = function.__code__.replace(co_filename=f"{SERVICES}/unseen.py")
    return FunctionType(code, function.__globals__)


def test_a_service_that_records_nothing_is_noticed(database: Database, anna: Invited) -> None:
    with watching() as unrecorded, database.writing() as session:
        as_a_service(_moves_unseen)(session.get_one(Appointment, anna.appointment.id))
        session.commit()

    assert unrecorded == ["appointment.minutes"]


def test_what_a_test_prepares_by_hand_is_left_alone(database: Database, anna: Invited) -> None:
    with watching() as unrecorded, database.writing() as session:
        _moves_unseen(session.get_one(Appointment, anna.appointment.id))
        session.commit()

    assert unrecorded == []


def test_a_service_that_records_is_left_alone(database: Database, anna: Invited, clinician: User) -> None:
    with watching() as unrecorded, acting(database) as op:
        booking.cancel(op, op.session.get_one(Appointment, anna.appointment.id))
        accounts.deactivate(op, op.session.merge(clinician))
        op.commit()

    assert unrecorded == []
