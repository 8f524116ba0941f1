"""The main job in a real browser: from the link in a letter to the PDF that the clinician reads."""

import io

import pypdf

from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD
from tests.e2e.visitors import Finger, come_in, walk


def test_a_patient_answers_on_a_phone_and_the_clinician_reads_the_summary(live, page, see_no_barrier):
    patient = live.invite("V05")

    come_in(page, patient, Finger(), look=see_no_barrier)
    walk(page, patient, Finger(), look=see_no_barrier)
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

    drafts = pypdf.PdfReader(io.BytesIO(pdf.body())).pages
    words = " ".join(" ".join(draft.extract_text() for draft in drafts).split())
    assert pdf.headers["content-type"] == "application/pdf"
    assert "Anna Canary" in words
    assert str(patient.answers["mc_main"]) in words
