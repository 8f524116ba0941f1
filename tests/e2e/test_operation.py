"""Operation and strangers in a browser: what came of a press is seen at once, and nothing is cut off."""

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from intake.storage.models import Role, Throttle
from tests.e2e.clinic import PASSWORD

WIDE, PHONE, SMALLEST = (
    {"width": 1280, "height": 800},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
)


def signs_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


@pytest.fixture
def admin(live, page: Page) -> Page:
    signs_in(page, live.hire(Role.ADMIN))
    page.wait_for_url("**/settings")
    return page


def test_no_page_on_operation_has_a_barrier_or_is_cut_off(admin, see_no_barrier):
    for address in ("/operation", "/users/refused", "/nothing-here"):
        for size in (WIDE, PHONE, SMALLEST):
            admin.set_viewport_size(size)
            admin.goto(address)
            see_no_barrier(admin)
            assert admin.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        admin.set_viewport_size(PHONE)
        admin.evaluate("document.documentElement.style.fontSize = '200%'")
        assert admin.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize(
    ("box", "typed", "heading"),
    [
        ("E-mail address to try", "me@clinic.example", "The trial e-mail"),
        ("Mobile number to try", "07700 900123", "The trial text message"),
    ],
)
def test_what_came_of_a_trial_is_on_the_screen_without_scrolling(admin, see_no_barrier, box, typed, heading):
    admin.goto("/operation")
    admin.get_by_label(box).fill(typed)
    with admin.expect_navigation():
        admin.get_by_label(box).press("Enter")

    expect(admin.get_by_role("heading", name=heading)).to_be_in_viewport()
    see_no_barrier(admin)


def test_a_stranger_is_told_to_wait_and_whoever_was_here_before_is_let_in(live, browser: Browser, base_url):
    email = live.hire(Role.RECEPTION)
    hers = browser.new_context(base_url=base_url).new_page()
    signs_in(hers, email)
    hers.get_by_role("button", name="Sign out").click()
    without_script = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    signs_in(without_script, email, "guess after guess")
    with live.database.writing() as session:
        kinds = Throttle.kind.in_(("sign_in", "account"))
        session.execute(update(Throttle).where(kinds).values(tries=10_000))
        session.commit()

    try:
        signs_in(without_script, email)
        signs_in(hers, email)
    finally:
        with live.database.writing() as session:
            session.execute(update(Throttle).where(kinds).values(tries=1))
            session.commit()

    expect(without_script.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(without_script.get_by_text("too many passwords were tried").first).to_be_visible()
    assert without_script.get_by_label("E-mail address").input_value() == email
    assert without_script.get_by_label("Password").input_value() == ""
    expect(hers.get_by_role("button", name="Sign out")).to_be_visible()
