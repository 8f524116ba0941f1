"""Answers taken out in a browser: asked, looked at, taken, without a barrier on a phone."""

import zipfile

from playwright.sync_api import Page

from intake.services.operations import clinic_settings
from intake.storage.models import Role
from tests.acting import acting
from tests.e2e.clinic import PASSWORD, running
from tests.e2e.test_office import SMALLEST
from tests.services.answering import has_sent
from tests.web.patients import CASES, answers_of

SOON = "2099-12-31"


def test_a_named_clinician_takes_answers_out_on_a_phone(tmp_path, page: Page, see_no_barrier):
    with running(tmp_path) as clinic:
        address, who = clinic.settings.public_url, clinic.hire(Role.CLINICIAN)
        _name(clinic, who)
        _send(clinic, "V05")
        page.set_viewport_size(SMALLEST)
        page.goto(f"{address}/sign-in")
        page.get_by_label("E-mail address").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Research").click()
        see_no_barrier(page)
        page.get_by_label("Name of the project").fill("Leaks after 50")
        page.get_by_label("What allows it").fill("Audit 17")
        page.get_by_label("Visits from").fill("2020-01-01")
        page.get_by_label("to", exact=True).fill(SOON)
        page.get_by_role("button", name="Look at what it would tell").click()
        see_no_barrier(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("I have read who could be recognised").check()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Make the file").click()

        taken.value.save_as(tmp_path / "taken.zip")
        with zipfile.ZipFile(tmp_path / "taken.zip") as folder:
            assert folder.testzip() is None
            assert folder.read("answers.csv").count(b"\r\n") == 2


def _name(clinic, who):
    """As an admin does on the page of settings."""
    with acting(clinic.database, now=clinic.app.clinic.now()) as op:
        wanted = {"BACKSTORY_RESEARCH_EXPORT_BY": who}
        clinic_settings.change(op, clinic.settings, wanted, version_token=0)
        op.commit()


def _send(clinic, case):
    patient = clinic.invite(case)
    now = clinic.app.clinic.now()
    given = answers_of(CASES[case], now.date()).merged(dict.fromkeys(("dob", "sex_at_birth", "phone_best")))
    has_sent(clinic.database, clinic.settings, patient.appointment, given, now)
