"""The main job in a real browser: from the link in a letter to the PDF in the consulting room."""

import io

import pypdf
from playwright.sync_api import Browser, expect

from intake.storage.models import Role
from tests.e2e.conftest import PASSWORD
from tests.e2e.visitors import Finger, Keyboard, walk_to_the_receipt


def test_a_patient_answers_on_a_phone_and_the_clinician_reads_the_summary(live, page, see_no_barrier):
    patient = live.invite("V05")

    walk_to_the_receipt(page, patient, Finger(), look=see_no_barrier)
    page.get_by_role("button", name="Finish and clear this phone").click()
    see_no_barrier(page)
    page.goto("/sign-in")
    see_no_barrier(page)
    page.get_by_label("E-mail address").fill(live.hire(Role.CLINICIAN))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    see_no_barrier(page)
    page.goto(f"/intakes/{patient.appointment.intake.id}")
    see_no_barrier(page)
    pdf = page.request.get(f"/intakes/{patient.appointment.intake.id}/summary.pdf")

    sheets = pypdf.PdfReader(io.BytesIO(pdf.body())).pages
    words = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert pdf.headers["content-type"] == "application/pdf"
    assert "Anna Canary" in words
    assert str(patient.answers["mc_main"]) in words


def test_the_form_works_whole_without_scripts(live, browser: Browser, browser_context_args):
    patient = live.invite("V02")
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()

    walk_to_the_receipt(page, patient, Finger())

    expect(page.get_by_text("Receipt number")).to_be_visible()
    context.close()


def test_the_form_works_whole_with_the_keyboard_alone(live, page):
    patient = live.invite("V03")

    walk_to_the_receipt(page, patient, Keyboard())

    expect(page.get_by_text("Receipt number")).to_be_visible()
