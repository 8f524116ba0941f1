"""The checker of what must hold finds what does not."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text, update

from intake.services.appointments import booking
from intake.storage.models import Intake, Job, WebSession
from tests.acting import acting
from tests.conftest import MORNING
from tests.faults.invariants import Mailed, Told, broken

NOBODY = UUID(int=0)


def test_a_clinic_with_a_sent_form_holds(come, clinic_database):
    come("V05")

    assert broken(clinic_database) == []


def test_what_was_told_and_is_not_there_is_found(clinic_database):
    assert broken(clinic_database, Told(frozenset({NOBODY}))) == [
        f"Intake {NOBODY} was told to be sent, and is not."
    ]


def test_each_kind_of_damage_is_found(come, clinic_database):
    come("V05")
    damage = [
        "UPDATE intake SET receipt = NULL",
        "DELETE FROM document",
        "UPDATE patient SET name_sealed = x'00'",
        "UPDATE appointment SET state = 'cancelled'",
    ]
    for statement in damage:
        with clinic_database.writer.connect() as connection:
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.execute(text(statement))
            connection.commit()

    found = " ".join(broken(clinic_database))

    for words in ("by half", "without documents", "name: ", "The record: "):
        assert words in found


def test_what_a_page_acknowledged_and_the_form_lacks_is_found(come, clinic_database):
    intake = come("V05")["V05"].intake.id

    found = broken(clinic_database, Told(answers={intake: {"mc_main": "Other words"}}))

    assert found == [f"Intake {intake}: the answer to mc_main is not the one that was acknowledged."]


def test_a_warning_that_staff_do_not_know_of_is_found(come, clinic_database):
    come("V05")

    assert broken(clinic_database, Told(warned=frozenset({NOBODY}))) == [
        f"Intake {NOBODY} was warned, and staff know nothing."
    ]


def test_messages_that_never_came_or_came_too_often_are_found(come, clinic_database):
    come("V05")
    with clinic_database.writing() as session:
        session.execute(update(Job).values(done_at=Job.made_at))
        session.commit()
    strange = Mailed(Counter({"nobody's": 3}), kills=1)

    found = " ".join(broken(clinic_database, Told(mailed=strange)))

    for words in ("never came", "2 messages came twice, after 1 kills", "that nobody owes"):
        assert words in found


def test_work_that_is_owed_is_found(come, clinic_database):
    come("V05")
    with clinic_database.writing() as session:
        session.execute(update(Job).values(done_at=None, cancelled_at=None, not_before=Job.made_at))
        session.commit()

    assert "is owed and not done" in " ".join(broken(clinic_database, Told(mailed=Mailed(Counter(), 0))))


def test_a_word_of_a_patient_in_a_file_is_found(tmp_path, clinic_database):
    log = tmp_path / "log"
    log.write_text("INFO Zyzzyva came")

    assert broken(clinic_database, Told(canaries=("Zyzzyva",), files=(log,))) == [
        "log holds a word of a patient."
    ]


def test_a_form_sent_and_a_visit_begun_after_the_appointment_was_cancelled_are_found(
    patient, clinic_database, settings
):
    patient.has_come_to(clinic_database)
    with acting(clinic_database, settings=settings, now=MORNING) as op:
        appointment = booking.find(op.session, patient.appointment.id)
        booking.cancel(op, appointment)
        op.commit()
    later = MORNING + timedelta(hours=1)
    with clinic_database.writing() as session:
        session.get(Intake, patient.appointment.intake.id).sent_at = later
        for visit in session.scalars(select(WebSession)):
            visit.started_at = later
        session.commit()

    found = " ".join(broken(clinic_database))

    assert "was sent after its appointment was cancelled" in found
    assert "began after its link was closed" in found
