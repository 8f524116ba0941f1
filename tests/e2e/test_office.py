"""The admin's pages in a browser: no barrier, and nothing cut off on the smallest phone."""

from playwright.sync_api import Page

from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD

WIDE, SMALLEST = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


def test_somebody_new_is_let_in_and_no_page_of_the_office_has_a_barrier(live, page: Page, see_no_barrier):
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(live.hire(Role.ADMIN))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/settings")

    page.goto("/users/new")
    page.get_by_label("Name").fill("Nell New")
    page.get_by_label("E-mail address").fill("nell@clinic.example")
    page.get_by_role("checkbox", name="Makes appointments").check()
    page.get_by_role("button", name="Save and make the link").click()
    link, person = page.get_by_label("Link for Nell New").input_value(), page.url

    for address in ("/settings", "/users", "/users/new", person, "/figures", link):
        for size in (WIDE, SMALLEST):
            page.set_viewport_size(size)
            page.goto(address)
            see_no_barrier(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert page.url.partition("?")[0].endswith("/welcome")
