"""A tablet that goes from hand to hand: left alone it clears itself, and the way back shows nothing."""

from playwright.sync_api import Page, expect

from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD, LiveClinic


def test_a_tablet_that_is_left_alone_clears_itself(page: Page, live: LiveClinic, see_no_barrier):
    patient = live.invite("V01")
    code = _code_for(page, live, patient)
    _let_in(page, live)
    see_no_barrier(page)
    page.clock.install()
    page.get_by_label("Code from the desk").fill(code)
    for part, typed in zip(
        ("Day", "Month", "Year"), (patient.born.strftime("%d %m %Y")).split(), strict=True
    ):
        page.get_by_label(part, exact=True).fill(typed)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you start")

    page.clock.run_for(71_000)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Carry on").click()
    expect(page.get_by_role("dialog")).not_to_be_visible()
    page.clock.run_for(91_000)

    expect(page).to_have_url(f"{live.settings.public_url}/k/")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Before you start")


def _code_for(page: Page, live: LiveClinic, patient) -> str:
    _sign_in(page, live.hire(Role.RECEPTION))
    page.goto(f"/appointments/{patient.appointment.id}/walk-in")
    page.get_by_role("button", name="Make a code").click()
    code = page.locator(".walk-in-code").inner_text()
    page.get_by_role("button", name="Sign out").click()
    return code


def _let_in(page: Page, live: LiveClinic) -> None:
    _sign_in(page, live.hire(Role.ADMIN))
    page.goto("/k/enrol")
    page.get_by_label("Name of the tablet").fill("Tablet 1")
    page.get_by_label("Your own password").fill(PASSWORD)
    page.get_by_role("button", name="Let in this tablet").click()
    expect(page.get_by_label("Code from the desk")).to_be_visible()


def _sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
