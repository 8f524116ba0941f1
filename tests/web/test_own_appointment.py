"""The patient's own appointment: shown to whoever is let in, kept in their calendar, told to nobody else."""

from datetime import UTC, timedelta

import pytest
from icalendar import Calendar

from intake.services.forms import intakes
from tests.web.patients import invite

CLINICIAN = "Dr Rosa Fern"
TO_CHANGE = "To change it, call 01632 960 001."
FACTS = ("Your appointment", "1 Example Street", "Call the clinic on 01632 960 001")


@pytest.fixture
def patient(clinic_database, client, clock):
    """Anna, an ordinary patient with a link."""
    return invite(clinic_database, client, clock, with_whom=CLINICIAN)


def day_of(patient, zone):
    local = patient.appointment.starts_at.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M}"


def test_before_the_date_of_birth_nothing_shows_of_the_appointment(patient, settings):
    for address in (f"/i/{patient.token}", "/start", "/form/appointment.ics", "/finished"):
        patient.opens(address)
        words = (day_of(patient, settings.zone), CLINICIAN, "1 Example Street")
        assert not [each for each in words if each in patient.html]

    patient.opens("/start").gives(patient.born + timedelta(days=1))
    assert CLINICIAN not in patient.html


def test_the_first_page_says_when_with_whom_where_and_how_to_change_it(patient, settings):
    patient.comes_in()

    assert patient.path == "/form/p_start"
    for words in (*FACTS, CLINICIAN, day_of(patient, settings.zone)):
        assert words in patient.words


@pytest.mark.parametrize("page", ["u_now", "p_where", "m_level"])
def test_every_page_has_it_in_small(patient, page, clinic_database, settings):
    patient.has_come_to(clinic_database, page)

    for words in (FACTS[0], FACTS[1], CLINICIAN, day_of(patient, settings.zone), TO_CHANGE):
        assert words in patient.words
    assert CLINICIAN not in "".join(patient.tree.xpath("//title/text()"))


def test_the_number_that_was_given_is_read_back_with_the_way_to_change_it(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_start").opens("/form/p_start?change=phone_best")

    patient.sends({"who_completing": "self", "phone_best": "02079460958", "phone_best-second": "07700900123"})

    assert patient.path == "/form/u_now"
    assert "If we need to call you, we call 020 7946 0958; 07700 900123." in patient.words
    (link,) = patient.tree.xpath("//a[contains(@href, 'change=phone_best')]/@href")
    patient.opens(link)
    boxes = {each.get("name"): each.get("value") for each in patient.tree.xpath("//input[@type='tel']")}
    assert boxes == {"phone_best": "02079460958", "phone_best-second": "07700900123"}


def test_the_number_is_read_back_on_the_check_page_and_the_receipt(patient, clinic_database):
    patient.answers = patient.answers.merged({"phone_best": "02079460958"})
    patient.has_come_to(clinic_database).opens("/form/check")
    assert "020 7946 0958" in patient.words

    patient.sends_it_all()
    assert patient.path == "/form/received"
    assert "Your phone number: 020 7946 0958" in patient.words

    patient.comes_in().opens("/form/received")
    assert "020 7946 0958" not in patient.words


def test_a_card_that_promises_a_call_says_which_number_will_be_called(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock)
    patient.answers = patient.answers.merged({"phone_best": "02079460958"})
    patient.has_come_to(clinic_database).opens("/form/u_now").sends({"rf_cannot_stand": "yes"})

    assert patient.path == "/form/now"
    assert "We will call 020 7946 0958." in patient.words
    assert patient.tree.xpath("//a[contains(@href, 'change=phone_best')]")


@pytest.mark.parametrize("phone", ["no_phone", "same as you have", "12345678", None])
@pytest.mark.parametrize("hours", [0, 11])
def test_whoever_cannot_be_called_is_promised_no_call(phone, hours, clinic_database, client, clock):
    """Safety: H-35."""
    clock.wait(hours=hours)
    patient = invite(clinic_database, client, clock)
    forget_the_number(patient, clinic_database)
    patient.answers = patient.answers.merged({"phone_best": phone})
    patient.has_come_to(clinic_database).opens("/form/u_now").sends({"rf_cannot_stand": "yes"})

    for address in ("/form/now", "/form/leave"):
        patient.opens(address)
        assert "will phone you" not in patient.words
        assert "We will call" not in patient.words
        assert "keep your phone near" not in patient.words


def forget_the_number(patient, database):
    with database.writing() as session:
        intakes.find(session, patient.appointment.intake.id).appointment.patient.phone = None
        session.commit()


def test_the_receipt_has_the_appointment_as_a_file_for_a_calendar(patient, clinic_database, settings, clock):
    patient.has_come_to(clinic_database).opens("/form/check").sends_it_all()
    assert patient.path == "/form/received"
    (link,) = patient.tree.xpath("//a[contains(@href, '.ics')]/@href")

    answer = patient.client.get(link)

    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    (event,) = Calendar.from_ical(answer.get_data(as_text=True)).walk("VEVENT")
    assert event["SUMMARY"] == f"Appointment, {settings.clinic_name}"
    assert event["LOCATION"] == "1 Example Street, Sampletown"
    assert event["DTSTART"].params["TZID"] == str(settings.zone)
    assert event["DTSTART"].dt.astimezone(UTC) == patient.appointment.starts_at
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=patient.appointment.minutes)
    assert settings.clinic_phone in event["DESCRIPTION"]


def test_the_file_says_nothing_of_the_patient_and_leads_nowhere(patient, clinic_database):
    patient.has_come_to(clinic_database)

    file = patient.client.get("/form/appointment.ics").get_data(as_text=True).replace("\r\n ", "")

    told = (
        patient.token,
        str(patient.appointment.id),
        patient.appointment.id.hex,
        patient.appointment.reference,
        "Anna",
        "http",
        "pain",
        "form",
    )
    assert not [each for each in told if each.casefold() in file.casefold()]
    assert file == patient.client.get("/form/appointment.ics").get_data(as_text=True).replace("\r\n ", "")


def test_the_file_needs_the_session_of_the_patient(client):
    answer = client.get("/form/appointment.ics")

    assert (answer.status_code, answer.location) == (303, "/start")
