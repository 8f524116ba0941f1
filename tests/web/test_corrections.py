"""Marking as read, putting an answer right, and the record as it was before."""

import io

import pypdf
import pytest

from intake.services import audit
from intake.services.forms import intakes
from intake.storage.models import Role
from tests.acting import looking
from tests.web.conftest import signed_in

WHY = "Said so at the desk"
EVERYBODY = "/worklist/?whose=everybody"


@pytest.fixture
def reader(come):
    """The address of the record of Oscar, who sent an ordinary form."""
    return f"/intakes/{come('V02')['V02'].intake.id}"


@pytest.fixture
def correct(reader):
    return f"{reader}/correct/p_words"


@pytest.fixture
def colleague(app, clinic_database, clock):
    """Another clinician at another screen."""
    return signed_in(app, clinic_database, clock, "Dr Quist", Role.CLINICIAN, "quist")


def test_who_has_read_a_record_is_said_to_each_for_themselves(clinician, colleague, reader, clinic_database):
    clinician.opens(reader).presses("Mark as read")

    assert clinician.path == reader
    assert "You have read this, 09:30" in clinician.words
    assert not clinician.offers("Mark as read")
    assert "Read by you, 09:30" in clinician.opens(EVERYBODY).words
    theirs = colleague.opens(EVERYBODY).words
    assert "Unread" in theirs
    assert "Read 09:30, Dr Bello" in theirs
    assert "Read by Dr Bello, 09:30" in colleague.opens(reader).words
    assert colleague.offers("Mark as read")
    assert recorded(clinic_database, "intake:marked_read") == [{"edition": 1}]


def test_having_read_is_taken_back_by_oneself_alone_and_recorded(
    clinician, colleague, reader, clinic_database
):
    clinician.opens(reader).presses("Mark as read")
    colleague.opens(reader).presses("Mark as read")

    clinician.opens(reader).presses("Take back: not read")

    assert clinician.path == reader
    assert clinician.offers("Mark as read")
    assert "Read by Dr Quist, 09:30" in clinician.words
    assert "You have read this" in colleague.opens(reader).words
    assert "Unread" in clinician.opens(EVERYBODY).words
    assert recorded(clinic_database, "intake:read_taken_back") == [{"edition": 1}]


def test_taking_back_what_was_never_read_changes_nothing(clinician, reader, clinic_database):
    clinician.opens(reader).presses("Mark as read")
    shown = clinician.opens(reader).page
    clinician.presses("Take back: not read")
    clinician.page = shown

    clinician.presses("Take back: not read")

    assert clinician.status == 200
    assert len(recorded(clinic_database, "intake:read_taken_back")) == 1


def test_what_was_read_before_a_correction_does_not_count_after_it(clinician, reader, correct):
    clinician.opens(reader).presses("Mark as read")

    clinician.opens(correct).presses("Save the correction", mc_main="The other side", reason=WHY)

    assert "It was changed after you read it, 09:30." in clinician.opens(reader).words
    assert clinician.offers("Mark as read")
    assert "changed after you read it" in clinician.opens(EVERYBODY).words


def test_marking_twice_is_harmless(clinician, reader, clinic_database):
    clinician.opens(reader)
    shown = clinician.page
    clinician.presses("Mark as read")
    clinician.page = shown

    clinician.presses("Mark as read")

    assert clinician.status == 200
    assert len(recorded(clinic_database, "intake:marked_read")) == 1


def test_what_was_changed_behind_ones_back_is_not_marked_as_read(clinician, reader, correct):
    shown = clinician.opens(reader).page
    clinician.opens(correct).presses("Save the correction", mc_main="The other side", reason=WHY)
    clinician.page = shown

    clinician.presses("Mark as read")

    assert clinician.status == 409
    assert "changed while you read it" in clinician.words
    assert "The other side" in clinician.words
    assert clinician.offers("Mark as read")


def test_a_correct_link_stands_beside_each_answer_and_leads_to_its_question(clinician, reader, correct):
    clinician.opens(reader)
    assert f'href="{correct}#q-mc_main"' in clinician.html

    clinician.opens(correct)

    assert 'id="q-mc_main"' in clinician.html
    assert "Oscar" in clinician.words
    assert "Oscar" not in clinician.title


def test_a_correction_is_printed_with_what_it_replaces_by_whom_and_why(clinician, reader, correct):
    clinician.opens(correct).presses("Save the correction", mc_main="The other side", reason=WHY)

    assert clinician.path == reader
    assert "Amended 23 Nov 2026, 09:30 by Dr Bello, replaces 21 Nov 2026, 09:30" in clinician.words
    assert "The other side" in clinician.words
    assert WHY in clinician.words
    assert "Unread" in clinician.opens("/worklist/?whose=everybody").words
    pdf = clinician.client.get(f"{reader}/summary.pdf").data
    first, *rest = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert "Amended 23 Nov 2026, 09:30 by Dr Bello, replaces 21 Nov 2026, 09:30" in first
    assert WHY in " ".join(rest)


def test_the_record_as_it_was_stays_readable_and_printable_and_says_that_it_was_replaced(
    clinician, reader, correct, clinic_database
):
    clinician.opens(reader)
    was = clinician.words_of("blockquote")[0]
    clinician.opens(correct).presses("Save the correction", mc_main="The other side", reason=WHY)

    clinician.opens(f"{reader}/editions/1")

    assert was in clinician.words_of("blockquote")
    assert "The other side" not in clinician.words
    assert "REPLACED at 23 Nov 2026, 09:30: do not use" in clinician.words
    assert WHY in clinician.words
    for extension in ("pdf", "txt", "json"):
        assert clinician.client.get(f"{reader}/editions/1/summary.{extension}").status_code == 200
    pdf = clinician.client.get(f"{reader}/editions/1/summary.pdf").data
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert all("REPLACED" in page for page in pages)
    assert was.split(".")[0] in pages[0]
    assert recorded(clinic_database, "intake:read")[-1] == {"edition": 1}
    assert clinician.opens(f"{reader}/editions/2").status == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mc_main": "Words that I typed", "reason": " "}, "Say why it is corrected"),
        ({"reason": "Words that I typed"}, "Nothing is different"),
        ({"mc_main": "Words that I typed", "hope": "not on offer", "reason": WHY}, "There is a problem"),
    ],
)
def test_a_correction_that_cannot_be_made_says_why_and_loses_nothing(clinician, correct, given, said):
    clinician.opens(correct).presses("Save the correction", **given)

    assert clinician.status == 422
    assert said in clinician.words
    assert "Words that I typed" in clinician.html


def test_the_second_of_two_who_correct_sees_both_versions(clinician, reader, correct):
    shown = clinician.opens(correct).page
    clinician.presses("Save the correction", mc_main="Mine", reason=WHY)
    clinician.page = shown

    clinician.presses("Save the correction", mc_main="Yours", reason="Another reason")

    assert clinician.status == 409
    assert "The record was changed meanwhile" in clinician.words
    assert "Mine" in clinician.words
    assert "Yours" in clinician.html
    assert "Another reason" in clinician.html
    clinician.presses("Save the correction")
    assert clinician.path == reader
    assert clinician.words_of("blockquote")[0] == "Yours"


def test_an_emergency_that_a_correction_reveals_is_on_the_day_list_at_once(clinician, reader, reception):
    clinician.opens(f"{reader}/correct/u_now").presses(
        "Save the correction", rf_very_unwell="yes", reason=WHY
    )

    assert "EMERGENCY: act now" in clinician.words
    assert "1 patient needs attention" in reception.opens("/day/").words


def test_only_a_form_that_was_sent_is_corrected(clinician, come):
    people = come("V15", "V06")

    for vignette in people:
        record = f"/intakes/{people[vignette].intake.id}"
        assert clinician.opens(f"{record}/correct/p_words").path == record
        assert "/correct/" not in clinician.html


def test_reception_corrects_and_marks_nothing(reception, reader, correct):
    token = reception.opens("/day/")._main()
    csrf = next(box.get("value") for box in token.iter("input") if box.get("name") == "csrf_token")

    for path in (f"{reader}/read", correct):
        answer = reception.client.post(path, data={"csrf_token": csrf, "mc_main": "x", "reason": "y"})
        assert answer.status_code == 403


def test_each_line_leads_to_the_answer_it_came_from(clinician, come, clinic_database, settings, clock):
    people = come("V05")
    with looking(clinic_database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, people["V05"].intake.id)
        summary = intakes.summary_of(op, intake)

    clinician.opens(f"/intakes/{intake.id}")

    lines = (*summary.pain, *summary.impact, *summary.medicines, *summary.safety.fired)
    answered = {said.id for said in summary.answers}
    assert lines
    for line in lines:
        assert [id for id in line.ids if id in answered and f'href="#a-{id}"' in clinician.html], line
    assert all(f'id="a-{said.id}"' in clinician.html for said in summary.answers)


def recorded(database, action):
    with database.reading() as session:
        return [each.detail for each in audit.history(session, audit.Action(action))]
