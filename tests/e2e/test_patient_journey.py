"""A patient with a phone: the whole way in a real browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from intake.questionnaire import PAGES
from intake.questionnaire.body import REGIONS
from intake.storage.models import WebSession
from intake.web.drawing import views
from tests.e2e.clinic import LiveClinic
from tests.e2e.visitors import Finger, come_in, walk
from tests.pseudo import pseudo_languages
from tests.web.patients import Patient, invite

SMALLEST_TARGET = 44
NARROW = {"width": 320, "height": 640}
TALLEST_CHECK_PAGE = 25_000


@pytest.fixture
def come(live: LiveClinic) -> Callable[..., Patient]:
    """Let somebody have an appointment today: `come("V07")`."""

    def let_come(case: str = "V01", **facts: Any) -> Patient:
        return invite(live.database, live.app.test_client(), lambda: datetime.now(UTC), case, **facts)

    return let_come


@pytest.fixture
def without_script(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


def no_sideways_scroll(page: Page) -> None:
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_from_link_to_receipt_with_script_and_no_barrier(page, come, see_no_barrier):
    patient = come("V01")
    faults = []
    page.on("pageerror", lambda problem: faults.append(str(problem)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)

    come_in(page, patient, Finger(), look=see_no_barrier)
    walk(page, patient, Finger(), look=see_no_barrier, to="/form/check")
    page.get_by_role("button", name="Send my answers").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are saved.")
    see_no_barrier(page)
    page.get_by_role("link", name="See my answers").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    see_no_barrier(page)
    page.go_back()
    page.get_by_role("button", name="Finish and clear this phone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This phone is clear")
    see_no_barrier(page)
    page.go_back()
    expect(page.get_by_text("Receipt number")).to_have_count(0)
    assert faults == []


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("eo", "ltr"), ("he", "rtl")])
def test_the_narrowest_phone_never_scrolls_sideways(
    language, direction, browser, browser_context_args, come, see_no_barrier
):
    with pseudo_languages():
        patient = come("V07", language=language)
        context = browser.new_context(**{**browser_context_args, "viewport": NARROW}, locale=language)
        page = context.new_page()

        come_in(page, patient, Finger(), look=no_sideways_scroll)
        walk(page, patient, Finger(), look=fits, to="/form/check")
        assert page.locator("html").get_attribute("dir") == direction
        for name in ("more", "m_level", "m_work", "now", "leave", "nothing"):
            page.goto(f"/form/{name}")
            fits(page)
            if direction == "rtl":
                see_no_barrier(page)
        context.close()


# Words of which a part stands on the next line, or beyond the edge of the screen.
CUT = """() => {
  const cut = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, within = text.parentElement;
    const box = within.getBoundingClientRect();
    if (!within.checkVisibility() || box.width < 2 || within.closest("textarea, select, svg")) continue;
    for (const word of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const parts = [...range.getClientRects()].filter(part => part.width > 0);
      const lines = new Set(parts.map(part => Math.round(part.top)));
      const beyond = parts.some(part => part.left < -1 || part.right > innerWidth + 1);
      if (lines.size > 1 || beyond) cut.push(word[0]);
    }
  }
  return cut;
}"""


def cut_with_letters_doubled(page: Page) -> list[str]:
    """The words that are cut once the letters are twice as large; nothing may scroll sideways."""
    root = "document.documentElement"
    page.evaluate(f"{root}.style.fontSize = 2 * parseFloat(getComputedStyle({root}).fontSize) + 'px'")
    no_sideways_scroll(page)
    cut: list[str] = page.evaluate(CUT)
    return cut


def test_doubled_text_on_the_narrowest_phone_is_whole(browser, browser_context_args, come, live):
    patient = come("V07")
    patient.has_come_to(live.database)
    context = browser.new_context(**{**browser_context_args, "viewport": NARROW})
    page = context.new_page()
    come_in(page, patient, Finger())

    seen = {}
    for name in (*PAGES, "check", "more", "now", "leave"):
        page.goto(f"/form/{name}")
        seen[urlsplit(page.url).path] = cut_with_letters_doubled(page)
        if name == "check":
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert page.evaluate("document.documentElement.scrollHeight") < TALLEST_CHECK_PAGE
        if name == "p_where":
            sides = page.locator(".map__sides span").evaluate_all(
                "all => all.map(it => it.getBoundingClientRect()).map(box => [box.left, box.right])"
            )
            assert all(left[1] < right[0] for left, right in zip(sides[::2], sides[1::2], strict=True))
    assert len(seen) > 30
    assert {path: words for path, words in seen.items() if words} == {}
    context.close()


@pytest.mark.parametrize("case", ["V01", "V05"])
def test_doubled_text_is_whole_on_the_pages_where_the_patient_stops(
    case, browser, browser_context_args, come, live
):
    patient = come(case)
    patient.has_come_to(live.database)
    context = browser.new_context(**{**browser_context_args, "viewport": NARROW})
    page = context.new_page()
    page.goto("/code")
    assert cut_with_letters_doubled(page) == []
    come_in(page, patient, Finger())
    walk(page, patient, Finger())
    assert cut_with_letters_doubled(page) == []
    page.goto("/form/copy")
    assert cut_with_letters_doubled(page) == []
    context.close()


def test_doubled_text_is_whole_for_whoever_cannot_go_on(browser, browser_context_args, come, live):
    patient = come("V01")
    patient.has_come_to(live.database, "u_health")
    context = browser.new_context(**{**browser_context_args, "viewport": NARROW})
    page = context.new_page()
    come_in(page, patient, Finger())
    page.goto("/form/u_health")
    Finger().press(page, page.get_by_role("button", name="I cannot go on"))
    assert cut_with_letters_doubled(page) == []
    Finger().press(page, page.get_by_role("button", name="Send what I have"))
    assert cut_with_letters_doubled(page) == []
    context.close()


TARGETS = ".choice, .map__row, .page__back, .rows__act a, button, select, textarea, input[type=text]"
TOO_SMALL = """([targets, least]) => [...document.querySelectorAll(targets)]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().width > 2)
  .map(each => [each.className || each.tagName, each.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < least)
  .map(([name, box]) => [name, box.width, box.height])"""


def fits(page: Page) -> None:
    no_sideways_scroll(page)
    small = page.evaluate(TOO_SMALL, [TARGETS, SMALLEST_TARGET - 0.5])
    assert small == [], page.url


def test_a_mistake_is_told_first_and_leads_to_its_box(page, come, see_no_barrier):
    patient = come("V01")
    come_in(page, patient, Finger())
    page.get_by_role("button", name="Save and continue").click()

    box = page.get_by_role("alert")
    expect(box).to_be_focused()
    see_no_barrier(page)
    box.get_by_role("link", name="Who is filling in this form?").click()
    expect(page.get_by_label("The patient")).to_be_focused()


def test_the_emergency_page_is_told_first_and_calls(page, come, see_no_barrier):
    patient = come("V102")
    come_in(page, patient, Finger())
    walk(page, patient, Finger(), to="/form/now")

    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("link", name="Call 999", exact=True)).to_have_attribute("href", "tel:999")
    see_no_barrier(page)
    page.get_by_role("button", name="I have already been seen for this").click()
    see_no_barrier(page)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_be_focused()
    see_no_barrier(page)
    page.get_by_label("Where and when were you seen for this?").fill("St Mary's, Monday")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("status", name="What to do")).to_be_visible()
    see_no_barrier(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Save and come back later").click()
    see_no_barrier(page)


def test_none_of_these_clears_the_others(page, come, live):
    patient = come("V01")
    patient.has_come_to(live.database)
    come_in(page, patient, Finger())
    page.goto("/form/m_with")

    page.get_by_label("Headache").check()
    page.get_by_label("None", exact=True).check()
    expect(page.get_by_label("Headache")).not_to_be_checked()
    page.get_by_label("Headache").check()
    expect(page.get_by_label("None", exact=True)).not_to_be_checked()


def test_letters_left_are_said_near_the_limit(page, come, live):
    patient = come("V01")
    patient.has_come_to(live.database, "p_words")
    come_in(page, patient, Finger())
    page.goto("/form/p_words")
    note = page.locator("#mc_main-left")

    expect(note).to_be_hidden()
    page.locator("#mc_main").press_sequentially("a" * 3)
    page.locator("#mc_main").fill("a" * 1010)
    expect(note).to_have_text("10 letters too many")


def test_each_area_of_the_body_ticks_its_own_box_without_script(without_script, come, live):
    patient = come("V01")
    patient.has_come_to(live.database, "p_where")
    come_in(without_script, patient, Finger())
    page = without_script
    page.goto("/form/p_where")

    wrong = []
    for view, drawing in zip(views(), page.locator("svg.map__fine").all(), strict=True):
        left, top, width, _ = map(float, view.box.split())
        for area in view.areas:
            box = page.locator(f"#{area.region.id}")
            before = box.is_checked()
            at = drawing.bounding_box()
            scale = at["width"] / width
            page.mouse.wheel(0, at["y"] + (area.y - top) * scale - 300)
            page.wait_for_timeout(30)
            at = drawing.bounding_box()
            page.touchscreen.tap(at["x"] + (area.x - left) * scale, at["y"] + (area.y - top) * scale)
            if box.is_checked() is before:
                wrong.append(area.region.id)
    assert wrong == []
    assert len(page.locator("[name=sites]:checked").all()) == len(REGIONS)


def test_the_words_of_a_place_say_the_side_that_was_tapped(page, come, live):
    patient = come("V01")
    patient.has_come_to(live.database, "p_where")
    come_in(page, patient, Finger())
    page.goto("/form/p_where")
    page.get_by_label("Use a list instead of the picture").check()

    page.get_by_label("Right lower back").check()
    Finger().press(page, page.locator("main .button"))
    page.goto("/form/p_where")

    assert page.locator("#b_low_r").is_checked()


def test_everything_can_be_read_in_forced_colours_and_on_paper(
    browser, browser_context_args, come, live, see_no_barrier
):
    patient = come("V01")
    patient.has_come_to(live.database)
    context = browser.new_context(**browser_context_args, forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    come_in(page, patient, Finger())
    for path in ("/form/p_where", "/form/u_now", "/form/check"):
        page.goto(path)
        see_no_barrier(page)
    page.emulate_media(media="print")
    for button in page.get_by_role("button", name="Send my answers", include_hidden=True).all():
        expect(button).to_be_hidden()
    expect(page.get_by_text("Ache by my left shoulder blade after work")).to_be_visible()
    context.close()


@pytest.fixture
def words_page(page: Page, come: Callable[..., Patient], live: LiveClinic) -> Page:
    """The page of the patient's own words, with something typed."""
    patient = come("V01")
    patient.has_come_to(live.database, "p_words")
    come_in(page, patient, Finger())
    page.goto("/form/p_words")
    page.locator("#mc_main").fill("An ache between the shoulders")
    page.locator("[name=hope]").first.check()
    return page


def still_there(page: Page) -> None:
    expect(page.locator("#mc_main")).to_have_value("An ache between the shoulders")
    assert urlsplit(page.url).path == "/form/p_words"


def test_without_a_network_nothing_typed_is_lost(words_page):
    page = words_page

    page.context.set_offline(True)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("You are offline. What you typed is still here.")
    still_there(page)

    page.context.set_offline(False)
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved. You can come back later.")


def fail(route):
    route.abort("connectionreset")


def bad_gateway(route):
    html = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    route.fulfill(status=502, content_type="text/html", body=html)


def captive_portal(route):
    html = "<html><body><main id=main><form><h1>Pay for Wi-Fi</h1></form></main></body></html>"
    route.fulfill(status=200, content_type="text/html", body=html)


def when_posted(answer):
    """Answer so what is posted, and fetch pages as ever."""
    return lambda route: answer(route) if route.request.method == "POST" else route.continue_()


@pytest.mark.parametrize("answer", [fail, bad_gateway, captive_portal])
@pytest.mark.parametrize("press", ["Save and continue", "Back", "Save and come back later", "Enter"])
def test_a_page_that_does_not_arrive_stays_with_what_was_typed(answer, press, words_page):
    page = words_page
    page.route("**/form/p_words", when_posted(answer))

    if press == "Enter":
        page.locator("input[type=text]").first.press("Enter")
    else:
        page.get_by_role("button", name=press, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here.")
    still_there(page)

    page.unroute_all()
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/form/p_where")
    page.go_back()
    still_there(page)


def test_an_answer_that_is_lost_on_the_way_costs_one_more_press(words_page):
    page = words_page

    def saved_and_lost(route):
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route("**/form/p_words", saved_and_lost)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here.")
    page.unroute_all()
    page.locator("#mc_main").fill("An ache between the shoulders, worse at night")
    page.get_by_role("button", name="Save and continue").click()

    page.wait_for_url("**/form/p_where")


def test_a_slow_answer_says_so_and_is_asked_for_once(words_page):
    page = words_page
    posts = []
    page.route("**/form/p_words", lambda route: posts.append(route))

    for _ in range(3):
        page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("status").filter(has_text="Saving. Please wait.")).to_be_visible()
    assert len(posts) == 1

    posts[0].continue_()
    page.wait_for_url("**/form/p_where")


def test_a_mistake_with_script_says_so_without_leaving_the_page(words_page, see_no_barrier):
    page = words_page
    page.locator("#mc_main").fill("")

    page.get_by_role("button", name="Save and continue").click()

    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error:")
    see_no_barrier(page)
    page.locator("#mc_main").fill("An ache between the shoulders")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/form/p_where")


def test_a_session_that_ended_asks_for_the_date_on_the_same_page_and_says_so(words_page, live):
    page = words_page
    with live.database.writing() as database:
        last = select(WebSession).order_by(WebSession.started_at.desc()).limit(1)
        database.scalars(last).one().seen_at -= timedelta(days=1)
        database.commit()

    page.get_by_role("button", name="Save and continue").click()

    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here.")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("An ache between the shoulders")).to_be_visible()


def test_what_was_typed_is_there_after_the_browsers_own_back(words_page):
    page = words_page
    page.goto("/form/u_now")

    page.goto("/form/p_words")

    still_there(page)


def test_what_was_typed_is_there_after_a_reload_behind_a_failure(words_page):
    page = words_page
    page.route("**/form/p_words", when_posted(fail))
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute_all()

    page.reload()

    expect(page.locator("#mc_main")).to_have_value("An ache between the shoulders")


@pytest.mark.parametrize("script", [True, False])
def test_back_keeps_what_was_typed(script, browser, browser_context_args, come, live):
    patient = come("V01")
    patient.has_come_to(live.database, "p_words")
    context = browser.new_context(**browser_context_args, java_script_enabled=script)
    page = context.new_page()
    come_in(page, patient, Finger())
    page.goto("/form/p_words")
    page.locator("#mc_main").fill("An ache between the shoulders")

    page.get_by_role("button", name="Back", exact=True).click()

    page.wait_for_url("**/form/u_now")
    page.goto("/form/p_words")
    still_there(page)
    context.close()
