"""The desk's three jobs by keyboard alone: a call, an appointment with its link, an import. And every state
of a call without a barrier."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.storage.models import Appointment, Role
from tests.e2e.clinic import PASSWORD

NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)
FARTHEST = 200
SHOWS_FOCUS = """[document.activeElement, document.activeElement.parentElement].some(
    each => getComputedStyle(each).outlineStyle === "solid"
)"""


@pytest.fixture
def calls(live) -> dict[str, Appointment]:
    """Three to be phoned today, whose calls no other test closes."""
    clinic = DemoClinic(live.database, live.settings, live.app.clinic.now())
    vignettes = ("V08", "V09", "V10")
    for scene in SCENES:
        if scene.vignette in vignettes:
            clinic.add(replace(scene, told=False, before=""))
    return {scene.vignette: booked for scene, _, booked in clinic.present() if scene.vignette in vignettes}


def test_a_call_is_made_tried_closed_and_the_next_one_opened(live, page, calls, see_no_barrier):
    sign_in(page, live.hire(Role.RECEPTION), "/day/")

    press(page, page.get_by_role("link", name=calls["V09"].patient.name).first)
    page.wait_for_url("**/alerts/*")
    press(page, page.get_by_label("Engaged"), "Space")
    type_in(page, page.get_by_label("What was said and done"), "Rang long")
    press(page, page.get_by_role("button", name="Save the try"))
    expect(page.get_by_role("region", name="What happened so far")).to_contain_text("Rang long")
    see_no_barrier(page)

    press(page, page.get_by_label("Seen today, or will be"), "Space")
    type_in(page, page.get_by_label("What was said and done"), "Comes at noon")
    type_in(page, page.get_by_label("Your initials"), "RR")
    press(page, page.get_by_role("button", name="Save and close"))
    expect(page.get_by_role("region", name="What was done")).to_contain_text("Comes at noon")
    see_no_barrier(page)

    press(page, page.get_by_role("link", name="Next call:"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Phone this patient")


def test_an_appointment_is_made_and_its_link_shown(live, page):
    sign_in(page, live.hire(Role.RECEPTION), f"/day/{NEXT_WEEK}")

    press(page, page.get_by_role("link", name="Make an appointment"))
    type_in(page, page.get_by_label("Name of the patient"), "Kay Keyboard")
    for box, typed in (("dob_day", "10"), ("dob_month", "April"), ("dob_year", "1972")):
        type_in(page, page.locator(f"#{box}"), typed)
    go_to(page, page.locator("#time"))
    page.keyboard.type("1050AM")
    press(page, page.get_by_role("button", name="Save and make the link"))
    press(page, page.get_by_role("link", name="Show the link"))

    assert "/i/" in page.locator("#link").input_value()


def test_appointments_are_pasted_looked_at_and_imported(live, page):
    sign_in(page, live.hire(Role.RECEPTION), "/day/")

    press(page, page.get_by_role("link", name="Import"))
    rows = f"date;time;name;date_of_birth\n{NEXT_WEEK};11:00;Pat Pasted;29/4/1964\n"
    type_in(page, page.get_by_label("Paste the appointments"), rows)
    press(page, page.get_by_role("button", name="Show what is in it"))
    press(page, page.get_by_role("button", name="Import 1 appointment"))

    expect(page.get_by_text("1 appointment came in.")).to_be_visible()


def test_no_state_of_a_call_has_a_barrier(live, browser, browser_context_args, calls, see_no_barrier):
    address = f"/alerts/{calls['V10'].intake.id}"
    giver, receiver = (browser.new_context(**browser_context_args).new_page() for _ in range(2))
    sign_in(giver, live.hire(Role.RECEPTION), address)
    sign_in(receiver, live.hire(Role.CLINICIAN), address)

    giver.get_by_label("Wrong number").check()
    giver.get_by_role("button", name="Save the try").click()
    expect(giver.get_by_text("the patient has not been told").first).to_be_visible()
    giver.get_by_text("Hand it over").click()
    giver.get_by_role("button", name="Hand over").click()
    expect(giver.get_by_text("not accepted yet").first).to_be_visible()
    looks_well(giver, see_no_barrier)

    for each in (giver, receiver):
        each.goto(address)
    for each in (receiver, giver):
        each.get_by_label("Seen today, or will be").check()
        each.get_by_label("What was said and done").fill("Spoke with the patient")
        each.get_by_label("Your initials").fill("RR")
        looks_well(each, see_no_barrier)
        each.get_by_role("button", name="Save and close").click()
    expect(giver.get_by_role("heading", name="Two of you have written")).to_be_visible()
    looks_well(giver, see_no_barrier)
    receiver.get_by_role("link", name="Put this right").click()
    looks_well(receiver, see_no_barrier)
    for each in (giver, receiver):
        each.context.close()


def looks_well(page: Page, see_no_barrier) -> None:
    see_no_barrier(page)
    was = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    page.set_viewport_size(was)


def sign_in(page: Page, email: str, to: str) -> None:
    page.goto(f"/sign-in?next={to}")
    type_in(page, page.get_by_label("E-mail address"), email)
    type_in(page, page.get_by_label("Password"), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to it with the tabulator, in a group of choices with the arrows, and press the key."""
    go_to(page, target)
    page.keyboard.press(key)
    page.wait_for_load_state()


def type_in(page: Page, target: Locator, words: str) -> None:
    go_to(page, target)
    page.keyboard.insert_text(words)


def go_to(page: Page, target: Locator) -> None:
    target.wait_for()
    group = target.get_attribute("name") if target.get_attribute("type") == "radio" else None
    for _ in range(FARTHEST):
        if target.evaluate("it => it === document.activeElement"):
            assert page.evaluate(SHOWS_FOCUS), "no focus is seen"
            return
        in_group = group and page.evaluate("document.activeElement.name") == group
        page.keyboard.press("ArrowDown" if in_group else "Tab")
    raise AssertionError(f"The keyboard does not reach {target}")
