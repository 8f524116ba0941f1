"""The own account in a browser: at the desk by keyboard, on a phone, and another browser is out at once."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from intake.storage.models import Role
from tests.e2e import conftest
from tests.e2e.clinic import PASSWORD

DESK, SMALLEST = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
NEW = "seven yellow submarines"


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in?next=/account")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: urlsplit(address).path == "/account")


def test_somebody_changes_the_password_and_signs_out_elsewhere_by_keyboard(
    live, page: Page, browser: Browser, browser_context_args, see_no_barrier
):
    email = live.hire(Role.RECEPTION)
    other = browser.new_context(**browser_context_args).new_page()
    sign_in(other, email)
    page.set_viewport_size(DESK)
    sign_in(page, email)
    for size in (SMALLEST, DESK):
        page.set_viewport_size(size)
        see_no_barrier(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("link", name="Change your password").focus()
    page.keyboard.press("Enter")
    for box in ("Your password until now", "New password", "The new one once more"):
        page.get_by_label(box, exact=True).focus()
        page.keyboard.type("password1234" if box != "Your password until now" else PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("a password that many people use")
    see_no_barrier(page)
    for box in ("Your password until now", "New password", "The new one once more"):
        page.get_by_label(box, exact=True).focus()
        page.keyboard.type(NEW if box != "Your password until now" else PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your new password is kept")
    other.goto("/account")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    sign_in(other, email, NEW)
    page.reload()
    page.get_by_role("button", name="Sign out everywhere else").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out everywhere else")).to_have_count(0)
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.context.close()


def test_text_becomes_elements_nowhere_past_our_policy(page: Page):
    page.goto("/start")

    tried = page.evaluate(
        """() => {
          const kinds = [
            () => { document.body.innerHTML = "<b>x</b>"; },
            () => document.write("x"),
            () => document.body.insertAdjacentHTML("beforeend", "<i>x</i>"),
            () => new DOMParser().parseFromString("<b>x</b>", "text/html"),
            () => trustedTypes.createPolicy("another", { createHTML: (text) => text }),
            () => trustedTypes.createPolicy("clinic-page", { createHTML: (text) => text }),
          ];
          const said = (act) => { try { act(); return "done"; } catch (problem) { return problem.name; } };
          return kinds.map(said);
        }"""
    )

    assert tried == ["TypeError"] * 6
    # That the watch over every other browser test sees it as well.
    assert conftest._refused
    conftest._refused.clear()
