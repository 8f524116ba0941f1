"""Old answers are asked again with one press, and only those that safety hangs on."""

from datetime import timedelta

import pytest

from intake.services.forms import draft, intakes
from tests.acting import acting
from tests.strict import make_strict
from tests.web.patients import invite

ASK = "Ask the safety questions again"
RECORD = "/intakes/{}"


@pytest.fixture
def anna(clinic_database, settings, client, clock):
    """Anna, who sent her form nine days ago and comes in two hours."""
    clock.wait(days=-9)
    anna = invite(
        clinic_database, client, clock, starts_at=clock.now + timedelta(days=9, hours=2), with_whom="Dr Bello"
    )
    anna.has_come_to(clinic_database)
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, anna.appointment.intake.id)
        intakes.send(op, intake)
        op.commit()
    clock.wait(days=9)
    return anna


def test_the_new_link_is_shown_and_asks_only_what_safety_hangs_on(anna, clinician, app):
    clinician.opens(RECORD.format(anna.appointment.intake.id))
    assert "These answers are 9 days old." in clinician.words

    clinician.presses(ASK)

    anna.client, anna.token = make_strict(app), clinician.link_of_patient().rpartition("/")[2]
    anna.page = None
    anna.comes_in()
    assert "The clinic asks the safety questions again" in anna.words
    anna.walks()
    assert "Your other answers are kept as you sent them." in anna.words
    assert "In your own words" not in anna.words
    anna.sends_it_all()

    clinician.opens(RECORD.format(anna.appointment.intake.id))
    assert "9 days old" not in clinician.words
    assert "Earlier records:" in clinician.words


def test_until_then_the_record_of_before_stands_and_says_what_is_known_already(
    anna, clinician, app, clinic_database
):
    clinician.opens(RECORD.format(anna.appointment.intake.id)).presses(ASK)
    before = clinician.opens(RECORD.format(anna.appointment.intake.id)).words
    assert "Safety questions asked again 09:30, not sent yet" in before
    assert "Answered so far: 0 of" in before
    assert not clinician.offers(ASK)

    with clinic_database.reading() as session:
        already_answered = draft.read(intakes.find(session, anna.appointment.intake.id)).already_answered
    assert "mc_main" in already_answered
    assert "Safety questions asked again" in clinician.opens("/worklist/").words


def test_pressing_twice_asks_once_and_leads_to_the_same_link(anna, clinician):
    clinician.opens(RECORD.format(anna.appointment.intake.id))
    page = clinician.page
    first = clinician.presses(ASK).link_of_patient()
    clinician.page = page

    assert clinician.presses(ASK).link_of_patient() == first


def test_somebody_who_was_slower_is_told(anna, clinician, clock):
    clinician.opens(RECORD.format(anna.appointment.intake.id))
    late = clinician.page
    clinician.presses(ASK)
    clinician.page = late

    clinician.presses(ASK, once="another page")

    assert clinician.status == 409
    assert "asked again already" in clinician.words


def test_the_desk_shows_what_was_kept_only_after_the_date_of_birth(anna, clinician, reception):
    clinician.opens(RECORD.format(anna.appointment.intake.id)).presses(ASK)

    reception.opens(f"/appointments/{anna.appointment.id}").presses("Fill in together")

    assert "Ask for the date of birth" in reception.words
    assert reception.opens("/form/check").path == "/start"
