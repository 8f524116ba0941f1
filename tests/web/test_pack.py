"""All records of a day in one file, in the order of the appointments."""

import io

import pikepdf
import pytest
from sqlalchemy import select

from intake.storage.models import AuditEvent

DAY = "/worklist/2026-11-23"
PACK = f"{DAY}/summaries.pdf?whose=everybody"


@pytest.fixture
def people(come):
    """Three who sent their form, one half-way through, one who has not opened it."""
    return come("V05", "V02", "V12", "V15", "V32")


def bookmarks(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_outline() as outline:
        return [item.title for item in outline.root]


def test_it_holds_every_record_once_in_the_order_they_come(clinician, people):
    clinician.opens(PACK)

    expected = sorted(people[each].starts_at for each in ("V05", "V02", "V12"))
    titles = bookmarks(clinician.page.data)
    assert [title[:5] for title in titles] == [f"{at:%H:%M}" for at in expected]
    assert {title[6:].split()[0] for title in titles} == {"Maureen", "Oscar", "Dorothy"}


def test_its_name_and_its_title_say_nothing_of_a_patient(clinician, people):
    page = clinician.opens(PACK).page

    assert page.headers["Content-Disposition"] == 'attachment; filename="summaries-2026-11-23.pdf"'
    with pikepdf.open(io.BytesIO(page.data)) as file:
        assert str(file.docinfo.Title) == "Patients of 23 November 2026"


def test_each_record_that_is_taken_out_is_recorded_for_its_patient(clinician, people, clinic_database):
    clinician.opens(PACK)

    with clinic_database.reading() as session:
        made = session.scalars(select(AuditEvent).where(AuditEvent.action == "pack:made")).all()
    assert {each.about for each in made} == {
        f"intake:{people[vignette].intake.id}" for vignette in ("V05", "V02", "V12")
    }
    assert {each.actor for each in made} == {f"staff:{clinician.user.id}"}


def test_the_list_says_how_many_are_in_it_and_how_many_are_not(clinician, people):
    clinician.opens(f"{DAY}?whose=everybody")

    assert "3 summaries in one PDF" in clinician.words
    assert "2 patients have sent nothing and are not in it." in clinician.words
    assert f'href="{PACK}"' in clinician.html


def test_without_a_record_there_is_no_pack(clinician, come):
    come("V32")

    assert "in one PDF" not in clinician.opens(f"{DAY}?whose=everybody").words
    assert clinician.opens(PACK).path == DAY
