"""Exports of nine shapes come in after one mapping, and the next file of each without."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.storage.models import Appointment, ImportShape
from tests.web.exports import EXPORTS, Came, Export, named
from tests.web.staff import Colleague

# What is asked of each file anew.
OF_EACH_FILE = ("order", "comes-0")


@pytest.mark.parametrize("system", EXPORTS)
def test_an_export_comes_in_after_one_mapping_and_the_next_without(system, reception, clinic_database):
    export = EXPORTS[system]
    asked_first = _imports(reception, export, week=0)
    asked_next = _imports(reception, export, week=1)

    assert _here(clinic_database) == sorted(
        [*map(_key, export.came), *(_key(each, week=1) for each in export.came)]
    )
    assert asked_first[-1] == "What is in the file?"
    assert asked_next == (["One more question"] if {*OF_EACH_FILE} & {*export.answers} else [])


def test_what_the_columns_hold_can_be_changed_at_any_file(reception, clinic_database):
    export = EXPORTS["Cliniko"]
    _imports(reception, export, week=0)

    _uploads(reception, export.made(1))
    reception.presses("Read the file again", **{"column-7": ""})
    reception.presses("Import 2 appointments", **_the_same(reception))

    with clinic_database.reading() as session:
        last = session.scalars(select(Appointment).order_by(Appointment.starts_at.desc())).first()
        (shape,) = session.scalars(select(ImportShape)).all()
        assert last.with_whom == ""
        assert "clinician" not in shape.roles


def test_nothing_of_a_file_is_kept_but_what_its_columns_hold(reception, clinic_database):
    _imports(reception, EXPORTS["Doctolib by Excel"], week=0)

    with clinic_database.reading() as session:
        (shape,) = session.scalars(select(ImportShape)).all()
        kept = f"{shape.fingerprint} {shape.roles} {shape.encoding} {shape.century}"
    for word in ("Nachname", "Canary", "Geburtsdatum", "bestätigt"):
        assert word not in kept


def _imports(reception: Colleague, export: Export, *, week: int) -> list[str]:
    """Upload the file, say what is asked, and import; the pages that asked."""
    asked = []
    _uploads(reception, export.made(week))
    for button in ("Go on with these letters", "Show the appointments"):
        if reception.offers(button):
            asked.append(reception.title.split(" – ")[0].split(" - ")[0])
            reception.presses(button, **_answers(reception, export))
            assert reception.status == 200, reception.words
    many = len(export.came)
    out = f"; {export.left_out} row" if export.left_out else ""
    reception.presses(f"Import {many} appointment{'s' if many > 1 else ''}{out}", **_the_same(reception))
    assert reception.path.startswith("/appointments/imported/"), reception.words
    return asked


def _answers(reception: Colleague, export: Export) -> dict[str, str]:
    return {name: value for name, value in export.answers.items() if f'name="{name}"' in reception.html}


def _the_same(reception: Colleague) -> dict[str, str]:
    """Said of every row that is asked about: it is the patient who stands first there."""
    asked = re.findall(r'name="(who-[0-9]+)"\s+value="([0-9a-f-]{36})"', reception.html)
    return dict(reversed(asked))


def _uploads(reception: Colleague, content: bytes) -> None:
    reception.opens("/appointments/import")
    reception.presses("Show what is in it", file=(io.BytesIO(content), named(content)))
    assert reception.status == 200, reception.words


def _key(came: Came, week: int = 0) -> tuple[str, ...]:
    starts_at = came.starts_at + timedelta(weeks=week)
    told = (came.name, came.born, starts_at, came.minutes, came.phone, came.clinician, came.sex)
    return tuple(map(str, told))


def _here(database) -> list[tuple[str, ...]]:
    with database.reading() as session:
        found = [(each, each.patient) for each in session.scalars(select(Appointment))]
        return sorted(
            tuple(
                map(
                    str,
                    (
                        patient.name,
                        patient.date_of_birth,
                        made.starts_at,
                        made.minutes,
                        patient.phone,
                        made.with_whom,
                        patient.sex_at_birth,
                    ),
                )
            )
            for made, patient in found
        )
