"""The checker of what must hold finds what does not."""

from uuid import UUID

from sqlalchemy import text

from tests.faults.invariants import Told, broken

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
