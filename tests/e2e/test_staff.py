"""The staff's pages in a browser: no barrier, no sideways scroll, news by itself."""

import pytest
from playwright.sync_api import Page, expect

from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD, running

WIDE, PHONE, SMALLEST = (
    {"width": 1280, "height": 800},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
)


@pytest.fixture
def patients(live):
    """Made-up patients of today: one not opened, one sent, an emergency and one on the way."""
    return come_to(live)


def come_to(live):
    clinic = DemoClinic(live.database, live.settings, live.app.clinic.now())
    for scene in SCENES:
        if scene.vignette in ("V01", "V02", "V05", "V15"):
            clinic.add(scene)
    return {scene.vignette: appointment for scene, _, appointment in clinic.present()}


def sign_in(live, page: Page, role: Role) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(live.hire(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/worklist/*" if role is Role.CLINICIAN else "**/day/*")


def test_no_page_of_staff_has_a_barrier_or_scrolls_sideways(live, page, patients, see_no_barrier):
    sign_in(live, page, Role.CLINICIAN)
    appointment = patients["V05"]
    addresses = [
        "/day/",
        "/day/?show=sent",
        "/day/2031-01-01",
        "/worklist/?whose=everybody",
        f"/worklist/{patients['V05'].starts_at.date()}?whose=everybody",
        "/appointments/new",
        f"/appointments/{appointment.id}",
        f"/appointments/{appointment.id}/link",
        f"/intakes/{appointment.intake.id}",
        f"/intakes/{patients['V15'].intake.id}",
        f"/intakes/{patients['V01'].intake.id}",
    ]

    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        for address in addresses:
            page.goto(address)
            see_no_barrier(page)
    page.set_viewport_size(SMALLEST)
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_mistake_in_an_appointment_is_in_focus_and_one_press_from_its_box(live, page, see_no_barrier):
    sign_in(live, page, Role.RECEPTION)
    page.goto("/appointments/new")

    page.get_by_role("button", name="Save and make the link").click()

    see_no_barrier(page)
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Enter the date of birth").click()
    expect(page.locator("#dob_day")).to_be_focused()


def test_a_link_is_made_copied_and_gone(live, page, browser_context_args):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(live, page, Role.RECEPTION)
    page.goto("/appointments/new")
    page.get_by_label("Name of the patient").fill("Iris Newcomer")
    for box, typed in (("dob_day", "9"), ("dob_month", "March"), ("dob_year", "1971"), ("time", "23:40")):
        page.locator(f"#{box}").fill(typed)
    page.get_by_role("button", name="Save and make the link").click()
    page.get_by_role("link", name="Show the link").click()

    link = page.locator("#link").input_value()
    page.get_by_role("button", name="Copy the link").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.get_by_role("link", name="Back to the appointment").click()
    assert "/i/" not in page.content()
    page.get_by_role("link", name="Back to the day").click()
    assert "/i/" not in page.content()


def test_news_comes_by_itself_and_says_so(live, page, patients):
    page.clock.install()
    sign_in(live, page, Role.RECEPTION)
    page.goto("/day/")
    attention = page.locator(".attention > ul > li")
    before = attention.count()

    clinic = DemoClinic(live.database, live.settings, live.app.clinic.now())
    clinic.add(next(scene for scene in SCENES if scene.vignette == "V34"))
    page.clock.run_for(21_000)

    expect(attention).to_have_count(before + 1)
    expect(page.locator("#alarm")).to_contain_text("A patient needs attention")


def test_a_list_that_gets_no_news_says_so(live, page, patients):
    page.clock.install()
    sign_in(live, page, Role.RECEPTION)
    page.goto("/day/")

    page.route("**/day/**", lambda route: route.abort())
    page.clock.run_for(21_000)

    expect(page.locator("#fresh")).to_contain_text("Not up to date since")


def test_everything_works_without_scripts(live, browser, browser_context_args, patients):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    sign_in(live, page, Role.RECEPTION)

    page.get_by_role("link", name="Sent").first.click()
    assert "show=sent" in page.url
    page.goto("/day/")
    page.get_by_role("button", name="I am doing this").first.click()
    page.wait_for_url("**/alerts/*")
    page.get_by_label("Seen today, or will be").check()
    page.get_by_label("What was said and done").fill("Phoned; comes at noon.")
    page.get_by_label("Your initials").fill("RR")
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("Phoned; comes at noon.").first).to_be_visible()
    page.goto(f"/appointments/{patients['V01'].id}")
    page.get_by_role("button", name="Make a new link").click()
    page.get_by_role("link", name="Show the link").click()
    expect(page.locator("#link")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    context.close()


def test_seven_calls_leave_room_for_the_first_rows_of_the_day(browser, browser_context_args, tmp_path):
    # A clinic of its own: what other tests leave behind makes calls and notices longer.
    with running(tmp_path) as clinic:
        come_to(clinic)
        here = {"viewport": WIDE, "base_url": clinic.settings.public_url}
        context = browser.new_context(**{**browser_context_args, **here})
        page = context.new_page()
        sign_in(clinic, page, Role.RECEPTION)
        page.goto("/day/")

        calls, rows = page.locator(".attention > ul > li"), page.locator("table.day tbody tr")
        tall = sum(each.bounding_box()["height"] for each in calls.all()) / calls.count()
        header = calls.first.bounding_box()["y"]
        chips = rows.first.bounding_box()["y"] - calls.last.bounding_box()["y"] - tall
        first_row_behind_seven = header + 7 * tall + chips + rows.first.bounding_box()["height"]
        assert first_row_behind_seven < 760
        context.close()


def test_by_keyboard_the_row_keeps_the_focus_when_somebody_has_arrived(live, page, patients):
    sign_in(live, page, Role.RECEPTION)
    page.goto("/day/")
    came = patients["V01"].id

    page.locator(f"#arrived-{came}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{came}")).to_contain_text("Waiting")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('tr')?.id") == f"row-{came}"
    page.locator(f"#undo-{came}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#arrived-{came}")).to_be_visible()
