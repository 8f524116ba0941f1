"""A screen that nobody uses is covered, and comes back whole; what is typed outlives the browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD

NOTE = "Phoned 10:40, husband drives her to the emergency department"
NEW = "/appointments/new"
MINUTE = 60_000


@pytest.fixture
def alert(live) -> str:
    """The address of somebody to be phoned, whose call no other test closes."""
    clinic = DemoClinic(live.database, live.settings, live.app.clinic.now())
    scene = next(each for each in SCENES if each.vignette == "V11")
    clinic.add(scene)
    appointment = next(booked for each, _, booked in clinic.present() if each.vignette == "V11")
    return f"/alerts/{appointment.intake.id}"


def sign_in(page: Page, email: str, to: str = NEW) -> None:
    page.goto(f"/sign-in?next={to}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{to}")


def unlock(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_nine_minutes_of_typing_lock_nothing(live, page):
    page.clock.install()
    sign_in(page, live.hire(Role.RECEPTION))
    name = page.get_by_label("Name of the patient")
    name.focus()

    for _ in range(40):
        page.keyboard.press("a")
        page.clock.run_for(30_000)

    expect(page.get_by_role("dialog")).not_to_be_visible()
    expect(name).to_have_value("a" * 40)


def test_use_of_one_window_is_use_of_all(live, page):
    page.clock.install()
    sign_in(page, live.hire(Role.RECEPTION))
    other = page.context.new_page()
    other.clock.install()
    other.goto(NEW)
    for _ in range(4):
        other.keyboard.press("Shift")
        for each in (page, other):
            each.clock.run_for(4 * MINUTE)

    expect(page.get_by_role("dialog")).not_to_be_visible()


def test_a_screen_that_nobody_uses_is_covered_and_comes_back_whole(live, page, alert, see_no_barrier):
    page.clock.install()
    sign_in(page, live.hire(Role.RECEPTION), alert)
    title = page.title()
    note = page.get_by_label("What was said and done")
    page.get_by_label("Seen today, or will be").check()
    note.press_sequentially(NOTE)

    page.clock.run_for(9 * MINUTE + 5_000)
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    page.clock.run_for(MINUTE)

    cover = page.get_by_role("dialog", name="This screen is locked")
    expect(cover).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page).to_have_title("This screen is locked")
    assert NOTE not in page.content()
    assert "Maureen" not in page.content()
    assert page.locator("a").count() == 0
    see_no_barrier(page)
    for key in ("Escape", "Escape", "j"):
        page.keyboard.press(key)
    expect(cover).to_be_visible()

    unlock(page, "guess after guess")
    expect(page.get_by_role("alert")).to_contain_text("This is not your password")
    unlock(page)

    expect(cover).not_to_be_visible()
    expect(page).to_have_title(title)
    expect(note).to_have_value(NOTE)
    expect(note).to_be_focused()
    expect(page.get_by_label("Seen today, or will be")).to_be_checked()
    page.keyboard.type(" now")
    page.get_by_label("Your initials").fill("RR")
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text(NOTE + " now").first).to_be_visible()


def test_the_key_that_answers_the_question_goes_nowhere_else(live, page):
    page.clock.install()
    sign_in(page, live.hire(Role.RECEPTION))
    page.get_by_label("Name of the patient").press_sequentially("Iris")
    page.clock.run_for(9 * MINUTE + 5_000)
    expect(page.get_by_role("button", name="Carry on")).to_be_focused()

    page.keyboard.press("Enter")
    page.clock.run_for(1_000)

    expect(page.get_by_role("dialog")).not_to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Name of the patient")).to_be_focused()
    page.clock.run_for(9 * MINUTE)
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()


def test_a_covered_screen_is_signed_out_behind_the_cover(live, page):
    page.clock.install()
    sign_in(page, live.hire(Role.RECEPTION))
    page.clock.run_for(10 * MINUTE + 5_000)
    with page.expect_response("**/lock"):
        page.clock.run_for(5_000)

    page.goto("/day/")

    expect(page).to_have_title(re.compile("Sign in"))


def test_somebody_else_who_signs_in_does_not_see_the_first_ones_page(live, page):
    page.clock.install()
    first, second = live.hire(Role.RECEPTION), live.hire(Role.CLINICIAN)
    sign_in(page, first)
    page.get_by_label("Name of the patient").press_sequentially("Iris Canary")
    page.clock.run_for(10 * MINUTE + 5_000)

    page.get_by_role("button", name="I am somebody else").click()
    page.wait_for_url("**/sign-in")
    sign_in(page, second)

    assert "Canary" not in page.content()
    expect(page.get_by_role("button", name="Take it up")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, first)
    page.get_by_role("button", name="Take it up").click()
    expect(page.get_by_label("Name of the patient")).to_have_value("Iris Canary")


def test_a_window_of_the_first_one_is_covered_when_another_signs_in(live, page):
    sign_in(page, live.hire(Role.RECEPTION))
    page.get_by_label("Name of the patient").press_sequentially("Iris Canary")
    other = page.context.new_page()
    sign_in(other, live.hire(Role.CLINICIAN))

    with page.expect_response("**/lock"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_role("dialog", name="This screen is locked")).to_be_visible()
    assert "Canary" not in page.content()
    other.reload()
    expect(other).not_to_have_title(re.compile("Sign in"))


def test_what_is_typed_outlives_the_browser(live, browser, browser_context_args, see_no_barrier):
    email = live.hire(Role.RECEPTION)
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    sign_in(page, email)
    with page.expect_response(re.compile(r"/drafts/[0-9a-f-]{36}$")):
        page.get_by_label("Name of the patient").press_sequentially("Iris Newcomer")
        page.get_by_label("Female").check()
    expect(page.get_by_text("What you type here is kept until you save it")).to_be_visible()
    context.close()

    page = browser.new_context(**browser_context_args).new_page()
    sign_in(page, email)
    see_no_barrier(page)
    page.get_by_role("link", name="See what you had typed").click()
    expect(page.get_by_text("Iris Newcomer")).to_be_visible()
    see_no_barrier(page)
    page.get_by_role("link", name="Open the form").click()
    page.get_by_role("button", name="Take it up").press("Enter")

    expect(page.get_by_text("is in the boxes again")).to_be_focused()
    expect(page.get_by_label("Name of the patient")).to_have_value("Iris Newcomer")
    expect(page.get_by_label("Female")).to_be_checked()
    page.context.close()


def test_leaving_by_a_link_keeps_what_was_typed_a_moment_ago(live, page):
    sign_in(page, live.hire(Role.RECEPTION))
    page.get_by_label("Name of the patient").press_sequentially("Iris Newcomer")
    page.get_by_role("link", name="Back to the day").click()
    page.wait_for_url("**/day/*")

    page.goto(NEW)
    page.get_by_role("button", name="Discard it").click()

    expect(page.get_by_text("Discarded.")).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Take it up")).to_have_count(0)


def test_what_cannot_be_kept_is_said_and_asked_about(live, page):
    page.clock.install()
    sign_in(page, live.hire(Role.RECEPTION))
    page.route("**/drafts/*", lambda route: route.abort())
    page.get_by_label("Name of the patient").press_sequentially("Iris Newcomer")
    page.clock.run_for(3_000)
    expect(page.get_by_text("What you typed is not kept yet")).to_be_visible()

    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Back to the day").click()
    page.wait_for_url("**/day/*")

    assert asked == ["beforeunload"]
