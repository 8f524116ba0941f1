"""Whom to phone: taken by name, said by the script, closed with what came of it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from intake.red_flags import Finding, rule
from intake.services import alerts, audit
from intake.services.forms import draft
from intake.storage.models import Alert, AlertState
from tests.acting import acting

TODAY = "/day/2026-11-23"
# Of the clinic itself, on every page of staff.
LINES = ("tel:+441632960001",)
RESULT = {"outcome": "emergency_care", "note": "Phoned 09:40, at the emergency department", "initials": "RR"}


@pytest.fixture
def maureen(come):
    """A made-up patient whose heart answers cannot wait."""
    return come("V05")["V05"]


def page_of(appointment):
    return f"/alerts/{appointment.intake.id}"


def one_more_is_raised(clinic_database, appointment, clock):
    with clinic_database.writing() as session:
        first = session.scalars(select(Alert)).first()
        session.add(
            Alert(
                intake=session.merge(appointment.intake),
                finding_hmac="later",
                rule=first.rule,
                certainty="reported",
                urgency=first.urgency,
                state=AlertState.OPEN,
                raised_at=clock.now,
                due_at=clock.now,
            )
        )
        session.commit()


def test_one_press_on_the_day_takes_it_and_shows_whom_to_phone(reception, maureen):
    reception.opens(TODAY).presses("I am doing this")

    assert reception.path == page_of(maureen)
    assert "Who has this Rosa Reception" in reception.words
    assert maureen.patient.phone in reception.words
    assert "Rosa Reception is doing this." in reception.opens(TODAY).words


def test_the_script_is_made_of_the_patients_own_answers_and_of_no_others(reception, maureen):
    reception.opens(page_of(maureen))

    assert "ask for the date of birth" in reception.words
    assert "Does the pain spread into your arm" in reception.words
    assert "Call 999 now" in reception.words
    assert "Pain in my upper back and chest since this morning" not in reception.words
    assert "hypertension" not in reception.words.lower()


def gives(clinic_database, appointment, given, known):
    with clinic_database.writing() as session:
        intake = session.merge(appointment.intake)
        intake.appointment.patient.phone = known
        said = draft.read(intake)
        draft.write(intake, replace(said, answers=said.answers.merged({"phone_best": given})))
        session.commit()


KNOWN, ITS_LINK = "020 7946 0000", "tel:+442079460000"
GIVEN = [
    ("+44 (0)7700 900123", ["tel:+447700900123", ITS_LINK]),
    ("0044 7700 900123 after 6pm", ["tel:+447700900123", ITS_LINK]),
    ("07700 900123 or 020 7946 0000", ["tel:+447700900123", ITS_LINK]),
    ("020 7946 0000 ext 12", [ITS_LINK + ";ext=12"]),
    ("07700", [ITS_LINK]),
    ("same as you have", [ITS_LINK]),
    ("none", [ITS_LINK]),
    ("999", [ITS_LINK]),
]


@pytest.mark.parametrize(("given", "links"), GIVEN, ids=[given for given, _ in GIVEN])
@pytest.mark.parametrize("page", ["call", "day"])
def test_each_number_that_can_be_called_is_a_link_and_what_was_written_stands_there(
    reception, maureen, clinic_database, given, links, page
):
    gives(clinic_database, maureen, given, KNOWN)

    reception.opens(page_of(maureen) if page == "call" else TODAY)

    calls = [link for link in re.findall(r'href="(tel:[^"]*)"', reception.html) if link not in LINES]
    assert calls == links
    assert given in reception.words
    assert ("no number that can be called" in reception.words) == (links == [ITS_LINK])


def test_without_any_number_that_can_be_called_the_desk_is_told_what_to_do(
    reception, maureen, clinic_database
):
    gives(clinic_database, maureen, "same as you have", "ask his wife 1")

    reception.opens(page_of(maureen))

    assert "same as you have" in reception.words
    assert "ask his wife 1" in reception.words
    assert "Nobody can be called? Look for another number" in reception.words


def test_each_look_at_a_script_is_recorded(reception, maureen, clinic_database):
    reception.opens(page_of(maureen))

    with clinic_database.reading() as session:
        actions = [each.action for each in audit.history(session)]
    assert actions.count("alert:script_read") == 1


def test_the_first_who_took_it_has_it_and_the_second_sees_who(reception, clinician, maureen):
    reception.opens(TODAY)
    clinician.opens(TODAY)

    clinician.presses("I am doing this")
    reception.presses("I am doing this")

    assert reception.status == 409
    assert "Dr Bello has taken this already." in reception.words
    assert "Who has this Dr Bello" in reception.words


def test_what_is_raised_after_the_first_was_taken_is_nobodys_until_it_is_taken_too(
    reception, maureen, clinic_database, clock
):
    reception.opens(TODAY).presses("I am doing this")
    one_more_is_raised(clinic_database, maureen, clock)

    reception.opens(page_of(maureen))
    assert "Nobody has what was raised since." in reception.words
    reception.presses("I am doing this")

    assert "Who has this Rosa Reception" in reception.words
    with clinic_database.reading() as session:
        assert set(session.scalars(select(Alert.state))) == {AlertState.ACKNOWLEDGED}


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("outcome", "Choose what came of it"),
        ("note", "Write in a few words what was said and done"),
        ("initials", "Enter your initials"),
    ],
)
def test_it_is_not_closed_without_outcome_note_and_initials(reception, maureen, left_out, said):
    reception.opens(page_of(maureen))

    reception.presses("Save and close", **RESULT | {left_out: "  "})

    assert reception.status == 422
    assert said in reception.words
    kept = [value for name, value in RESULT.items() if name != left_out and name != "outcome"]
    assert all(value in reception.html for value in kept)


def test_not_reached_in_an_emergency_wants_a_clinician_who_knows(reception, maureen):
    reception.opens(page_of(maureen)).presses("Save and close", **RESULT | {"outcome": "not_reached"})
    assert "Tell a clinician first" in reception.words

    reception.presses("Save and close", **RESULT | {"outcome": "not_reached", "clinician_told": "1"})
    assert reception.status == 200
    assert "Not reached; a clinician has taken over" in reception.words


def test_what_came_of_it_stays_with_initials_name_and_time(reception, maureen):
    reception.opens(page_of(maureen)).presses("Save and close", **RESULT)

    assert "Nothing left to do" in reception.words
    assert "At the emergency department, or on the way" in reception.words
    assert "RR · Rosa Reception · 23 Nov 2026, 09:30" in reception.words
    assert "need attention" not in reception.opens(TODAY).words
    assert "needs attention" not in "".join(reception.words_of("h2"))


def test_what_came_after_the_page_was_shown_is_not_closed_with_it(reception, maureen, clinic_database, clock):
    reception.opens(page_of(maureen))
    page = reception.page
    one_more_is_raised(clinic_database, maureen, clock)

    reception.page = page
    reception.presses("Save and close", **RESULT)

    assert "Phone this patient" in reception.words
    assert "1 patient needs attention" in reception.opens(TODAY).words


def it_fires_again(clinic_database, settings, clock):
    clock.wait(minutes=5)
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        first = op.session.scalars(select(Alert)).first()
        finding = Finding(rule(first.rule), first.urgency, "reported", ())
        alerts.raise_(op, first.intake, [finding])
        op.commit()


def test_the_record_says_of_an_alert_that_fires_again_that_nobody_has_it(
    reception, clinician, maureen, settings, clinic_database, clock
):
    record = f"/intakes/{maureen.intake.id}"
    reception.opens(TODAY).presses("I am doing this")
    assert "taken on by Rosa Reception" in clinician.opens(record).words

    it_fires_again(clinic_database, settings, clock)

    assert "nobody has taken it on yet" in clinician.opens(record).words


def test_what_was_raised_again_while_somebody_wrote_is_not_closed(
    reception, maureen, settings, clinic_database, clock
):
    reception.opens(TODAY).presses("I am doing this")
    it_fires_again(clinic_database, settings, clock)

    reception.presses("Save and close", **RESULT)

    assert reception.status == 422
    assert "It was raised again while you wrote. Nothing is closed" in reception.words
    assert RESULT["note"] in reception.html
    with clinic_database.reading() as session:
        assert AlertState.CLOSED not in set(session.scalars(select(Alert.state)))

    reception.presses("Save and close", **RESULT)
    assert "Nothing left to do" in reception.words


def test_an_alert_of_somebody_else_is_not_handled_on_the_page_of_this_patient(
    reception, come, clinic_database
):
    people = come("V05", "V09")
    with clinic_database.reading() as session:
        chosen = select(Alert.id).where(Alert.intake_id == people["V09"].intake.id)
        others = [str(each) for each in session.scalars(chosen)]
    page = page_of(people["V05"])

    for button, typed in (
        ("I am doing this", {}),
        ("Save and close", RESULT),
    ):
        reception.opens(page).presses(button, alert=others, **typed)
        assert reception.status == 404

    with clinic_database.reading() as session:
        assert set(session.scalars(select(Alert.state))) == {AlertState.OPEN}


def test_an_alert_that_is_none_is_refused(reception, maureen):
    for alert, status in (("00000000-0000-0000-0000-000000000000", 404), ("none", 400), ("", 400)):
        reception.opens(TODAY).presses("I am doing this", alert=alert)
        assert reception.status == status


def test_what_is_late_turns_every_page_red_and_comes_first(reception, clinician, come):
    people = come("V05", "V09")

    reception.opens("/appointments/new")
    assert "1 patient should have been phoned by now." in reception.words
    assert "1 patient should have been phoned by now." in clinician.opens("/day/").words

    reception.opens(TODAY)
    names = [words for words in reception.words_of("li") if "born" in words]
    assert people["V05"].patient.name in names[0]
    assert "Overdue since" in names[0]
    assert "Due by" in names[1]


def test_reception_sees_no_rule_and_no_answer_on_the_day(reception, maureen):
    words = reception.opens(TODAY).words

    assert "chest" not in words.lower()


def test_the_note_says_what_came_of_the_call(reception, clinician, maureen):
    reception.opens(page_of(maureen)).presses("Save and close", **RESULT)

    clinician.opens(f"/intakes/{maureen.intake.id}")

    shown = " ".join("".join(clinician.words_of("textarea")).split())
    taken = clinician.client.get(f"/intakes/{maureen.intake.id}/summary.txt").get_data(as_text=True)
    for note in (shown, " ".join(taken.split())):
        assert "Call: EMERGENCY, 23 Nov 2026, 09:30 (RR): At the emergency department" in note
        assert RESULT["note"] in note
