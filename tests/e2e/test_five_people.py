"""Five people from the link to the receipt: by finger, by keyboard, without scripts, with large letters.

`make test` lets each of them come in one way; `make walks` lets everybody come in every way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from intake.demo.vignettes import Vignette
from intake.questionnaire import PAGES
from intake.storage.models import IntakeStatus
from intake.summary import Summary
from tests.e2e.clinic import LiveClinic
from tests.e2e.people import PEOPLE
from tests.e2e.visitors import Finger, Hand, Keyboard, come_in, walk
from tests.web.patients import invite, stored

MAIN = {question.id for page in PAGES.values() if not page.more for question in page.questions}
NARROW = {"width": 320, "height": 640}
LARGER = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; })"
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"

Way = Callable[[Browser, dict[str, Any]], "BrowserContext"]


def with_a_finger(browser: Browser, phone: dict[str, Any]) -> BrowserContext:
    return browser.new_context(**phone)


def by_keyboard(browser: Browser, phone: dict[str, Any]) -> BrowserContext:
    return browser.new_context(**phone)


def without_scripts(browser: Browser, phone: dict[str, Any]) -> BrowserContext:
    return browser.new_context(**phone, java_script_enabled=False)


def with_letters_twice_as_large(browser: Browser, phone: dict[str, Any]) -> BrowserContext:
    context = browser.new_context(**{**phone, "viewport": NARROW})
    context.add_init_script(LARGER)
    return context


WAYS = (with_a_finger, by_keyboard, without_scripts, with_letters_twice_as_large)


def everybody() -> Iterator[Any]:
    for place, person in enumerate(PEOPLE):
        for count, way in enumerate(WAYS):
            marks = () if place % len(WAYS) == count else pytest.mark.walks
            yield pytest.param(person, way, marks=marks, id=f"{person.id}-{way.__name__}")


@contextmanager
def visiting(browser: Browser, phone: dict[str, Any], way: Way) -> Iterator[Page]:
    context = way(browser, phone)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    context.close()
    assert faults == []


def nothing_sideways(page: Page) -> None:
    assert not page.evaluate(SIDEWAYS), page.url


@pytest.mark.parametrize(("person", "way"), list(everybody()))
def test_from_the_link_to_the_receipt(
    person: Vignette, way: Way, live: LiveClinic, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    patient = invite(live.database, live.app.test_client(), lambda: datetime.now(UTC), person)
    hand: Hand = Keyboard() if way is by_keyboard else Finger()

    with visiting(browser, browser_context_args, way) as page:
        come_in(page, patient, hand, look=nothing_sideways)
        walk(page, patient, hand, look=nothing_sideways)
        expect(page.get_by_text("Receipt number")).to_be_visible()

    intake = stored(live.database, patient)
    assert intake.status is IntakeStatus.SENT
    assert intake.summary is not None
    summary = Summary.from_json(intake.summary)
    assert summary.safety.urgency == person.urgency
    assert {fired.rule + "?" * fired.unsure for fired in summary.safety.rules} == set(person.fires)
    said = {each.id: each.value for each in summary.answers}
    assert said == {id: value for id, value in patient.answers.to_json().items() if id in said}
    assert MAIN.intersection(person.answers) <= set(said)
