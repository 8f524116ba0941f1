"""What comes in is clean wherever it comes in, and digits are digits in every script."""

import json

import pytest
from sqlalchemy import select

from intake.storage.models import Appointment
from intake.text import free
from tests.web.patients import stored

# A control letter of each kind, half a letter, what is no letter, and an override of direction.
DIRT = "\x00\x01\x07\x08\x0e\x1b\x7f\x81\x90\ufffe\ufdd0\u202e"
TWO_LINES = f"one{DIRT}\x0btwo"


def test_no_form_and_no_address_brings_a_control_character(app):
    sent = {f"a{DIRT}": TWO_LINES, "password": TWO_LINES}

    with app.test_request_context("/", query_string=sent, method="POST", data=sent) as here:
        for came in (here.request.form, here.request.args):
            assert came["a"] == "one\ntwo"
            # A password is a secret and no text: it is compared as it was typed.
            assert came["password"] == TWO_LINES


def test_a_soft_return_of_a_word_processor_is_a_line_break(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words").sends({"mc_main": TWO_LINES})

    answers = stored(clinic_database, patient).draft
    assert "one\\ntwo" in json.dumps(answers)
    assert json.dumps(answers, ensure_ascii=False) == free.cleaned(json.dumps(answers, ensure_ascii=False))


@pytest.mark.parametrize(
    "typed",
    [
        {"dob_day": "٢٧", "dob_month": "٣", "dob_year": "١٩٦٢", "time": "١٠:٣٠", "day": "٢٠٢٦-١١-٣٠"},
        {"dob_day": "۲۷", "dob_month": "۳", "dob_year": "۱۹۶۲", "time": "۱۰:۳۰", "day": "۳۰/۱۱/۲۰۲۶"},
        {
            "dob_day": "２７",
            "dob_month": "３",
            "dob_year": "１９６２",
            "time": "１０：３０",
            "day": "３０／１１／２０２６",
        },
    ],
    ids=["Arabic", "Persian", "full width"],
)
def test_an_appointment_is_made_in_the_digits_of_any_script(reception, clinic_database, typed):
    reception.opens("/appointments/new").presses(
        "Save and make the link", name=f"Zoe{DIRT}\u3000Canary\u200bNew", phone="٠٧٧٠٠ ٩٠٠١٢٣", **typed
    )

    assert reception.status == 200
    with clinic_database.reading() as db:
        (made,) = db.scalars(select(Appointment))
        assert made.patient.name == "Zoe Canary New"
        assert made.patient.date_of_birth.isoformat() == "1962-03-27"
        assert made.starts_at.isoformat() == "2026-11-30T10:30:00+00:00"
    assert "tel:+447700900123" in reception.opens(f"/appointments/{made.id}").html


def test_settings_are_read_in_the_digits_of_any_script(admin):
    admin.opens("/settings").presses("Save", reminder_time="١١:٣٠", opening="Mon-Fri ٠٨:٠٠-١٨:٠٠")

    assert admin.status == 200
    assert "11:30" in admin.opens("/settings").html or "١١:٣٠" in admin.html


def test_a_day_in_an_address_may_have_other_digits(reception):
    assert reception.opens("/day/٢٠٢٦-١١-٢٣").status == 200
    assert reception.opens("/day/?on=٢٠٢٦-١١-٢٣").status == 200
