"""The page before sending, on a phone: short enough to be read, with nothing hidden that was said."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import LiveClinic
from tests.web.patients import Patient

PHONE = 844
MOST_SCREENS = 4
# The clinic's limit for a phone of 320 px with letters twice as large.
MOST_PIXELS = 25_000
# Somebody plain; somebody with several "yes"; somebody who is sure of nothing.
WHO = ("V01", "V05", "V35")


def checks(page: Page, live: LiveClinic, case: str) -> Patient:
    """Let the whole form be answered, and open the page before sending."""
    patient = live.invite(case).has_come_to(live.database)
    page.goto(f"/i/{patient.token}")
    for part, said in (("day", patient.born.day), ("month", patient.born.month), ("year", patient.born.year)):
        page.fill(f"#birth-{part}", str(said))
    presses(page, page.get_by_role("button", name="Continue"))
    page.goto("/form/check")
    while page.url.endswith("/form/now"):
        presses(page, page.locator("button[name=choice]").last)
        page.goto("/form/check")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    return patient


def presses(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.click()


def height(page: Page) -> int:
    tall: int = page.evaluate("document.documentElement.scrollHeight")
    return tall


@pytest.mark.parametrize("case", WHO)
def test_it_is_at_most_four_screens_of_a_phone(page: Page, live: LiveClinic, case: str) -> None:
    checks(page, live, case)

    assert height(page) <= MOST_SCREENS * PHONE


def test_the_patients_own_words_stand_on_the_first_screen(page: Page, live: LiveClinic) -> None:
    patient = checks(page, live, "V01")

    words = page.get_by_text(str(patient.answers["mc_main"]), exact=False).first.bounding_box()

    assert words is not None
    assert words["y"] + words["height"] <= PHONE


def test_what_was_answered_no_opens_without_a_script(
    browser: Browser, live: LiveClinic, base_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    checks(page, live, "V01")

    folded = page.get_by_text("You said no to")
    question = page.get_by_text("do you feel very ill right now", exact=False).first
    expect(question).not_to_be_visible()
    folded.click()

    expect(question).to_be_visible()
    context.close()


def test_with_large_letters_on_a_small_phone_it_stays_short(
    browser: Browser, live: LiveClinic, base_url: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, base_url=base_url)
    page = context.new_page()
    checks(page, live, "V05")
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert height(page) <= MOST_PIXELS
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_it_can_be_sent_from_both_ends(page: Page, live: LiveClinic) -> None:
    checks(page, live, "V01")

    first, last = page.get_by_role("button", name="Send my answers").all()
    top, bottom = first.bounding_box(), last.bounding_box()

    assert top
    assert bottom
    assert top["y"] < PHONE
    assert bottom["y"] > height(page) - PHONE
