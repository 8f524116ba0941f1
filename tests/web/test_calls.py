"""The page of a call: nothing that two people write about it is lost, and each press does one thing."""

from datetime import datetime

import pytest
from werkzeug.datastructures import MultiDict

from intake.services.staff import accounts
from intake.storage.models import Role, User
from intake.web.reception.call_page import CallForm
from tests.acting import acting
from tests.web.conftest import signed_in

TODAY = "/day/2026-11-23"
RESULT = {"outcome": "emergency_care", "note": "Phoned 09:40, at the hospital", "initials": "RR"}
OTHER = {"outcome": "seen_today", "note": "She comes at noon", "initials": "DB"}


@pytest.fixture
def maureen(come):
    """A made-up patient whose heart answers cannot wait."""
    return come("V05")["V05"]


def page_of(appointment):
    return f"/alerts/{appointment.intake.id}"


def time_goes_by(clock, minutes, *people):
    """Everybody looks at the day now and then, so nobody is signed out."""
    for _ in range(0, minutes, 6):
        clock.wait(minutes=6)
        for somebody in people:
            somebody.opens(TODAY)


def both_wrote(reception, clinician, maureen):
    """Both look at the open call; the clinician saves first."""
    for somebody in (reception, clinician):
        somebody.opens(page_of(maureen))
    clinician.presses("Save and close", **OTHER)
    reception.presses("Save and close", **RESULT)


def test_who_closes_second_sees_both_and_adds_theirs_by_one_press(reception, clinician, maureen):
    both_wrote(reception, clinician, maureen)

    assert reception.status == 422
    assert "Somebody else wrote what came of it while you wrote" in reception.words
    for said in (OTHER["note"], OTHER["initials"], "Dr Bello", "09:30"):
        assert said in reception.words
    assert RESULT["note"] in reception.html
    assert "Nothing left to do" not in reception.words

    reception.presses("Add mine as a later note")

    assert reception.status == 200
    assert OTHER["note"] in reception.words
    assert "At the emergency department, or on the way Phoned 09:40, at the hospital (RR)" in reception.words
    assert "Later note · Rosa Reception" in reception.words
    assert "Not saved" not in reception.words


def test_who_closes_second_puts_theirs_in_its_place_by_one_press(reception, clinician, maureen):
    both_wrote(reception, clinician, maureen)

    reception.presses("Put mine in its place")

    assert reception.status == 200
    done, so_far = reception.words.split("What happened so far")
    assert RESULT["note"] in done
    assert OTHER["note"] not in done
    assert OTHER["note"] in so_far
    assert "put right by Rosa Reception" in so_far
    assert "Not saved" not in reception.words


def test_who_puts_right_second_sees_what_stands_and_keeps_what_they_wrote(reception, clinician, maureen):
    reception.opens(page_of(maureen)).presses("Save and close", **RESULT)
    address = next(each.get("href") for each in _anchors(reception) if "put-right" in each.get("href", ""))
    reception.opens(address)
    clinician.opens(address).presses("Put it right", **OTHER)

    reception.presses("Put it right", **RESULT | {"note": "Not saved yet"})

    assert reception.status == 422
    assert OTHER["note"] in reception.words
    assert "Not saved yet" in reception.html
    reception.presses("Put it right")
    assert reception.status == 200
    assert "Not saved yet" in reception.words


@pytest.mark.parametrize("deed", ["Save the try, the call goes on", "Hand over"])
def test_what_was_typed_into_a_call_that_somebody_closed_is_offered_as_a_note(
    reception, clinician, maureen, deed
):
    reception.opens(page_of(maureen))
    clinician.opens(page_of(maureen)).presses("Save and close", **OTHER)

    reception.presses(deed, note="Her son rang", offer_note="Her son rang", to=str(clinician.user.id))

    assert reception.status == 422
    assert "Her son rang" in "".join(reception.words_of("textarea"))
    reception.presses("Save the note")
    assert "Her son rang" in reception.words


def test_a_try_is_noted_and_the_call_comes_back_by_itself(reception, come, clock):
    patient = come("V09")["V09"]
    reception.opens(page_of(patient))

    reception.presses("Save the try, the call goes on", tried="no_answer", again_at="09:45", note="Rang long")

    assert "To be tried again at 09:45" in reception.words
    for said in ("No answer", "Rang long", "try again at 09:45", "Who has this Rosa Reception"):
        assert said in reception.words
    reception.opens(TODAY)
    assert reception.words_of(".is-quiet")
    time_goes_by(clock, 18, reception)
    assert not reception.words_of(".is-quiet")
    assert "Was to be tried again at 09:45" in reception.words
    assert "1 patient is to be phoned again now." in reception.words


def test_a_result_that_is_chosen_beside_a_try_is_not_dropped_without_a_word(reception, maureen):
    reception.opens(page_of(maureen))

    reception.presses("Save the try", tried="no_answer", note="Rang long", outcome="emergency_care")

    assert reception.status == 422
    assert "You chose “At the emergency department, or on the way” too" in reception.words
    assert "What happened so far" not in reception.words
    reception.presses("Save the try")
    assert "Rang long" in reception.words
    assert "Who has this Rosa Reception" in reception.words


@pytest.mark.parametrize("again_at", ["soon", "08:00", "25:00"])
def test_a_time_to_try_again_that_is_none_is_asked_again(reception, maureen, again_at):
    reception.opens(page_of(maureen))

    reception.presses("Save the try", tried="engaged", again_at=again_at, note="Rang long")

    assert reception.status == 422
    assert "Enter a time within the next 12 hours" in reception.words
    assert again_at in reception.html
    assert "Rang long" in reception.html


@pytest.mark.parametrize(
    ("now", "typed", "meant"),
    [
        ("2026-11-23T23:55+00:00", "00:10", "2026-11-24T00:10+00:00"),
        ("2026-11-23T23:55+00:00", "23:50", None),
        ("2026-11-23T09:30+00:00", "09:05", None),
        # The clocks go back, and the hour from one to two comes twice.
        ("2026-10-25T00:50+00:00", "01:55", "2026-10-25T00:55+00:00"),
        ("2026-10-25T00:50+00:00", "01:10", "2026-10-25T01:10+00:00"),
        # The clocks go forward, and it does not come at all.
        ("2027-03-28T00:50+00:00", "01:10", "2027-03-28T01:10+00:00"),
        ("2027-03-28T00:50+00:00", "02:10", "2027-03-28T01:10+00:00"),
    ],
)
def test_a_time_to_try_again_is_the_next_time_the_clock_shows_it(app, now, typed, meant):
    form = CallForm(MultiDict({"tried": "no_answer", "again_at": typed}))
    with app.test_request_context():
        tried = form.attempt(datetime.fromisoformat(now))

    assert (tried and tried.again_at) == (datetime.fromisoformat(meant) if meant else None)


def test_a_try_that_is_chosen_with_the_result_is_noted_too(reception, maureen):
    reception.opens(page_of(maureen))

    reception.presses("Save and close", **RESULT, tried="left_message")

    assert "Nothing left to do" in reception.words
    assert "Left a message to phone back" in reception.words.split("What happened so far")[1]


def test_a_try_without_what_came_of_it_is_asked_again(reception, maureen):
    reception.opens(page_of(maureen)).presses("Save the try", note="Rang long")

    assert reception.status == 422
    assert "Choose what came of the try" in reception.words
    assert "Rang long" in reception.html


def test_a_wrong_number_stays_loud_and_says_that_nobody_was_told(reception, maureen):
    reception.opens(page_of(maureen)).presses("Save the try", tried="wrong_number", again_at="10:20")

    assert "Wrong number: the patient has not been told." in reception.words
    assert "No other number is known." in reception.words
    reception.opens(TODAY)
    assert "Wrong number: the patient has not been told." in reception.words
    assert not reception.words_of(".is-quiet")


def test_a_call_is_offered_with_a_note_and_accepted(reception, clinician, maureen):
    reception.opens(TODAY).presses("I am doing this")

    reception.presses("Hand over", to=str(clinician.user.id), offer_note="She wants a doctor")
    assert "Who has this Rosa Reception Offered to Dr Bello" in reception.words

    clinician.opens("/worklist/")
    assert "Rosa Reception hands you a call" in clinician.words
    clinician.opens(page_of(maureen))
    assert "Rosa Reception hands this call to you She wants a doctor" in clinician.words
    clinician.presses("Accept: I am doing this")
    assert "Who has this Dr Bello" in clinician.words
    assert "hands you a call" not in clinician.opens(TODAY).words
    for somebody in (reception, clinician):
        so_far = somebody.opens(page_of(maureen)).words.split("What happened so far")[1]
        assert "Offered to Dr Bello · accepted at 09:30" in so_far
        assert "She wants a doctor" in so_far


def test_what_is_handed_to_you_stands_first(reception, clinician, come):
    people = come("V05", "V09")
    reception.opens(page_of(people["V09"])).presses("Hand over", to=str(clinician.user.id))

    reception.opens(page_of(people["V09"])).presses("Save the try", tried="engaged", again_at="10:50")
    assert len(reception.opens(TODAY).words_of(".is-quiet")) == 1
    assert not clinician.opens(TODAY).words_of(".is-quiet"), "it waits for the answer of the clinician"

    def first(somebody):
        return next(words for words in somebody.opens(TODAY).words_of("li") if "born" in words)

    assert people["V09"].patient.name in first(clinician)
    assert "Handed to you by Rosa Reception" in first(clinician)
    assert people["V05"].patient.name in first(reception)


def test_an_offer_that_is_declined_or_taken_back_leaves_it_where_it_was(reception, clinician, maureen):
    reception.opens(TODAY).presses("I am doing this")
    reception.presses("Hand over", to=str(clinician.user.id))
    clinician.opens(page_of(maureen)).presses("Decline")

    assert "Who has this Rosa Reception" in clinician.words
    reception.opens("/day/")
    assert "Dr Bello has declined the call you offered: it is still yours." in reception.words

    reception.opens(page_of(maureen)).presses("Hand over", to=str(clinician.user.id))
    clinician.opens(page_of(maureen))
    reception.presses("Take back the offer")
    clinician.presses("Accept: I am doing this")
    assert clinician.status == 409
    assert "This is not offered any more." in clinician.words
    assert "Who has this Rosa Reception" in clinician.words


def test_who_left_since_the_page_was_opened_is_offered_nothing_and_the_note_stays(
    app, reception, clinician, clinic_database, clock, maureen
):
    signed_in(app, clinic_database, clock, "Cleo Clinician", Role.CLINICIAN, "cleo")
    reception.opens(page_of(maureen))
    with acting(clinic_database, now=clock.now) as op:
        accounts.deactivate(op, op.session.get_one(User, clinician.user.id))
        op.commit()

    reception.presses("Hand over", to=str(clinician.user.id), offer_note="She wants a doctor")

    assert reception.status == 422
    assert "This person takes no calls any more." in reception.words
    assert "She wants a doctor" in reception.html
    assert "Offered to" not in reception.words


def test_somebody_else_does_it_instead_by_one_press(reception, clinician, maureen):
    reception.opens(TODAY).presses("I am doing this")

    clinician.opens(page_of(maureen)).presses("I am doing this instead")

    assert "Who has this Dr Bello" in clinician.words


def test_who_is_not_signed_in_is_marked_among_those_who_could_take_it(reception, clinician, maureen, clock):
    options = reception.opens(page_of(maureen)).words_of("option")
    assert "Dr Bello" in options

    time_goes_by(clock, 18, reception)
    assert "Dr Bello (not signed in)" in reception.opens(page_of(maureen)).words_of("option")


def test_an_offer_to_an_admin_or_to_oneself_is_refused(reception, admin, maureen):
    for somebody, status in ((admin, 422), (reception, 400)):
        reception.opens(page_of(maureen))
        # An admin may not act on a call, so there is nobody to offer it to.
        assert not reception.offers("Hand over")
        version = next(e for e in _inputs(reception) if e.get("name") == "seen").get("value")
        token = next(e for e in _inputs(reception) if e.get("name") == "csrf_token").get("value")
        fields = {"csrf_token": token, "seen": version, "to": str(somebody.user.id)}
        assert reception.client.post(page_of(maureen) + "/hand-over", data=fields).status_code == status


def test_an_owned_call_that_is_overdue_is_as_loud_as_one_that_nobody_has(reception, clinician, come, clock):
    come("V09")
    reception.opens(TODAY).presses("I am doing this")
    assert "being done" in reception.opens(TODAY).words
    assert reception.words_of(".is-quiet")
    assert "The patient must be phoned today." not in reception.words
    assert "Somebody is acting on it" in clinician.opens("/worklist/?whose=everybody").words

    time_goes_by(clock, 120, reception, clinician)

    assert not reception.words_of(".is-quiet")
    assert "Rosa Reception is doing this." in reception.words
    assert "Phone today: The patient must be phoned today." in reception.words
    assert "needs attention" in reception.words_of("tr")[1]
    assert "should have been phoned by now" in clinician.opens("/worklist/?whose=everybody").words


def test_after_a_call_the_next_one_is_one_press_away(reception, come):
    people = come("V05", "V09")

    reception.opens(page_of(people["V05"])).presses("Save and close", **RESULT)
    assert f"Next call: {people['V09'].patient.name}" in reception.words
    assert any(each.get("href") == page_of(people["V09"]) for each in _anchors(reception))

    reception.opens(page_of(people["V09"])).presses("Save and close", **RESULT)
    assert "Nobody else has to be phoned now." in reception.words


def test_a_call_closed_by_mistake_is_opened_again(reception, maureen):
    reception.opens(page_of(maureen)).presses("Save and close", **RESULT)
    address = next(each.get("href") for each in _anchors(reception) if "put-right" in each.get("href", ""))

    reception.opens(address).presses("open the call again", note="It was the other Maureen")

    assert "Phone this patient" in reception.words
    assert "Who has this Nobody yet" in reception.words
    for said in (RESULT["note"], "It was the other Maureen"):
        assert said in reception.words


def test_a_result_of_another_patient_is_not_put_right_here(reception, come):
    people = come("V05", "V09")
    for each in people.values():
        reception.opens(page_of(each)).presses("Save and close", **RESULT)
    address = next(each.get("href") for each in _anchors(reception) if "put-right" in each.get("href", ""))

    assert reception.opens(page_of(people["V05"]) + address[len(page_of(people["V09"])) :]).status == 404


def test_the_record_says_what_was_tried_and_noted_later(reception, clinician, maureen):
    reception.opens(page_of(maureen)).presses("Save the try", tried="no_answer")
    reception.presses("Save and close", **RESULT)
    reception.presses("Save the note", note="Her son rang")

    clinician.opens(f"/intakes/{maureen.intake.id}")

    shown = " ".join("".join(clinician.words_of("textarea")).split())
    assert "No answer" in shown
    assert "Her son rang" in shown


def test_an_admin_acts_on_no_call(app, clinic_database, clock, maureen):
    ada = signed_in(app, clinic_database, clock, "Ada Admin", Role.ADMIN)

    for path in ("", "/put-right/00000000-0000-0000-0000-000000000000"):
        assert ada.client.get(page_of(maureen) + path).status_code == 403


def _anchors(somebody):
    return list(somebody._main().iter("a"))


def _inputs(somebody):
    return list(somebody._main().iter("input"))
