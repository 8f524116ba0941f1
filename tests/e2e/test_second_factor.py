"""Password and code without a script, and a passkey of Chromium's own, from set-up to the next sign-in."""

from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD

HOME = "/account/second-factor"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in(page: Page, email: str) -> None:
    page.goto(f"/sign-in?next={HOME}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_an_app_and_its_codes_need_no_script(live, browser: Browser, see_no_barrier):
    context = browser.new_context(base_url=live.settings.public_url, java_script_enabled=False)
    page, email = context.new_page(), live.hire(Role.RECEPTION)
    sign_in(page, email)
    page.goto(f"{HOME}/app")
    page.get_by_role("button", name="Set up an app").click()
    key = page.locator("code").inner_text().replace(" ", "")
    page.wait_for_load_state()
    assert page.locator("img").evaluate("image => image.naturalWidth") > 100
    page.get_by_label("Code").fill(pyotp.TOTP(key).at(datetime.now(UTC)))
    page.get_by_role("button", name="Use this app").click()
    made = page.locator(".factors__codes code")
    expect(made).to_have_count(10)
    codes = made.all_inner_texts()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")

    sign_in(page, email)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    expect(page.get_by_text("9 left")).to_be_visible()
    context.close()


@pytest.mark.walks
def test_a_passkey_signs_in_alone_and_opens_a_covered_screen(live, page: Page, see_no_barrier):
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    # Passkeys refuse an address of numbers, and the page says so.
    base = live.settings.public_url
    page.goto("/sign-in")
    expect(page.get_by_text("Passkeys do not work at an address of numbers")).to_be_hidden()
    page.goto(base.replace("localhost", "127.0.0.1") + "/sign-in")
    expect(page.get_by_text("Passkeys do not work at an address of numbers")).to_be_visible()

    sign_in(page, live.hire(Role.CLINICIAN))
    page.goto(f"{HOME}/passkeys")
    see_no_barrier(page)
    page.get_by_label("What do you call it?").fill("This laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    see_no_barrier(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")

    page.goto(f"/sign-in?next={HOME}/passkeys")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_role("heading", name="This laptop")).to_be_visible()

    page.clock.install()
    page.goto(HOME)
    page.clock.run_for(11 * 60_000)
    expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
