"""What stands in the clear in the audit, and outlives the answers, tells no answer."""

from itertools import groupby

import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.demo.vignettes import answers_of, vignette
from intake.questionnaire.answers import Answers
from intake.services import alerts, audit
from intake.services.alerts import Result
from intake.services.audit import Action
from intake.services.operations import retention
from intake.storage import Database
from intake.storage.audit_details import BLOCK, FOLLOWS, WRITTEN_AS
from intake.storage.models import AuditEvent, Outcome, User
from tests.acting import acting
from tests.services.answering import TODAY, intake_of
from tests.services.conftest import Invited, invite_anna
from tests.services.filling_in import Patient, benign, without_known

Row = tuple[object, ...]


def pregnant() -> Answers:
    """She is pregnant, shivers and has a fever."""
    return without_known(answers_of(vignette("V29"), TODAY))


def in_the_clear(database: Database, anna: Invited) -> list[Row]:
    """Each event of the appointment as the database alone tells it, without ids and times."""
    id, form = str(anna.appointment.id), str(anna.appointment.intake.id)
    with database.reading() as session:
        chosen = select(AuditEvent).where(AuditEvent.stream == f"appointment:{id}").order_by(AuditEvent.seq)
        events = session.scalars(chosen).all()
    return [
        (
            each.actor.replace(form, "FORM"),
            each.action,
            each.about.replace(id, "VISIT").replace(form, "FORM").split(":")[0],
            each.detail,
            each.key_number,
            None if each.detail_sealed is None else len(each.detail_sealed),
        )
        for each in events
    ]


def how_many(database: Database, action: Action) -> int:
    with database.reading() as session:
        return len(audit.history(session, action))


def without_repeats(rows: list[Row]) -> list[Row]:
    return [row for row, _ in groupby(rows)]


@pytest.mark.parametrize("together", [True, False])
def test_two_very_different_patients_leave_the_same_clear_audit(
    database: Database, settings: Settings, together: bool
) -> None:
    left = []
    for given in (benign(), pregnant()):
        anna = invite_anna(database)
        patient = Patient(database, settings, anna)
        patient.has_filled_in(given) if together else patient.fills_in(given)
        patient.sends()
        left.append(in_the_clear(database, anna))

    plain, special = left
    assert how_many(database, Action.ALERT_RAISED)
    # How many pages somebody saves depends on the way through; what each leaves is the same.
    assert without_repeats(plain) == without_repeats(special)
    assert not together or plain == special


def test_what_staff_do_about_an_alert_is_in_the_clear_what_they_do_for_everybody(
    database: Database, settings: Settings, clinician: User
) -> None:
    anna = invite_anna(database)
    patient = Patient(database, settings, anna)
    patient.has_filled_in(pregnant())
    patient.sends()
    before = len(in_the_clear(database, anna))

    with acting(database, by=clinician) as op:
        ids = [alert.id for alert in intake_of(op.session, anna.appointment).alerts]
        alerts.take(op, ids)
        op.commit()
    with acting(database, by=clinician) as op:
        alerts.close(op, ids, Result(Outcome.SEEN_TODAY, "Came in", "RR"))
        op.commit()

    left = in_the_clear(database, anna)[before:]
    assert [row[1] for row in left] == ["intake:worked_on", "intake:worked_on"]
    with database.reading() as session:
        closed = audit.history(session, Action.ALERT_CLOSED)
    assert len(closed) == len(ids)


def test_every_detail_of_an_appointment_is_sealed(database: Database, settings: Settings) -> None:
    anna = invite_anna(database)
    Patient(database, settings, anna).has_filled_in(pregnant())

    for row in in_the_clear(database, anna):
        assert row[3] == "{}"
        assert isinstance(row[5], int)
        assert BLOCK < row[5] < 2 * BLOCK


def test_what_was_done_can_be_read_in_full_while_the_form_is_kept(
    database: Database, settings: Settings
) -> None:
    anna = invite_anna(database)
    Patient(database, settings, anna).has_filled_in(pregnant())

    with database.reading() as session:
        (saved,) = audit.history(session, Action.INTAKE_PAGE_SAVED)
        raised = audit.history(session, Action.ALERT_RAISED)
    assert saved.detail["page"] == "u_now"
    assert {each.about.split(":")[0] for each in raised} == {"alert"}


def test_when_it_is_erased_nobody_reads_the_details_even_with_the_keys(
    database: Database, settings: Settings
) -> None:
    anna = invite_anna(database)
    Patient(database, settings, anna).fills_in(benign())
    with acting(database, settings=settings) as op:
        retention.erase(op, anna.appointment.id)
        op.commit()

    with database.reading() as session:
        assert audit.verify(session) == ()
        left = audit.history(session)
        assert not audit.history(session, Action.INTAKE_PAGE_SAVED)
    assert {each.action for each in left} >= {"intake:worked_on", "appointment:erased"}
    assert all(each.detail == {} for each in left)


def test_what_is_written_as_something_else_is_a_deed_there_is() -> None:
    known = {str(each) for each in Action}

    assert {*WRITTEN_AS, *WRITTEN_AS.values(), *FOLLOWS} <= known
