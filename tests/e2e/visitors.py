"""Ways to fill in a page of questions: with a finger, or with the keyboard alone."""

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from intake.questionnaire import QUESTIONS
from tests.web.patients import Patient, typed

MOST_TABS = 200
MOST_PAGES = 80


class Hand(Protocol):
    """How somebody works a page."""

    def choose(self, page: Page, box: Locator) -> None: ...

    def pick(self, page: Page, menu: Locator, value: str) -> None: ...

    def write(self, page: Page, box: Locator, text: str) -> None: ...

    def press(self, page: Page, button: Locator) -> None: ...


class Finger:
    """Taps what it wants."""

    def choose(self, page: Page, box: Locator) -> None:
        # On the body map the boxes lie over the drawing; elsewhere the label is the large thing to tap.
        label = page.locator(f'label:not(.map__row, .map__spot)[for="{box.get_attribute("id")}"]')
        if not box.is_checked():
            (label if label.count() else box).click()

    def pick(self, page: Page, menu: Locator, value: str) -> None:
        menu.select_option(value)

    def write(self, page: Page, box: Locator, text: str) -> None:
        box.fill(text)

    def press(self, page: Page, button: Locator) -> None:
        with page.expect_navigation():
            button.click()


class Keyboard:
    """Goes everywhere with Tab, and never touches the screen."""

    def choose(self, page: Page, box: Locator) -> None:
        if box.is_checked():
            return
        self._go_to(page, box)
        if box.get_attribute("type") == "radio":
            self._turn_to(page, box)
        if not box.is_checked():
            page.keyboard.press("Space")

    def pick(self, page: Page, menu: Locator, value: str) -> None:
        self._go_to(page, menu)
        for _ in range(menu.locator("option").count()):
            if menu.input_value() == value:
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard never picks {value} on {page.url}")

    def write(self, page: Page, box: Locator, text: str) -> None:
        self._go_to(page, box)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)

    def press(self, page: Page, button: Locator) -> None:
        self._go_to(page, button)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def _go_to(self, page: Page, wanted: Locator) -> None:
        """Tab until the wanted box, or another of its group of radio buttons, has the focus."""
        for _ in range(MOST_TABS):
            if wanted.evaluate(
                "it => it === document.activeElement"
                " || (it.type === 'radio' && it.name === document.activeElement.name)"
            ):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never reaches {wanted} on {page.url}")

    def _turn_to(self, page: Page, wanted: Locator) -> None:
        for _ in range(MOST_TABS):
            if wanted.evaluate("it => it === document.activeElement"):
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {wanted} on {page.url}")


def come_in(page: Page, patient: Patient, hand: Hand, look: Callable[[Page], None] = lambda _: None) -> None:
    """Open the link and give the date of birth."""
    page.goto(f"/i/{patient.token}")
    look(page)
    for part in ("day", "month", "year"):
        hand.write(page, page.locator(f"[name=birth-{part}]"), str(getattr(patient.born, part)))
    hand.press(page, page.locator("main .button").first)


def walk(
    page: Page,
    patient: Patient,
    hand: Hand,
    look: Callable[[Page], None] = lambda _: None,
    to: str = "/form/received",
) -> None:
    """Answer page after page until the address is `to`; `look` sees each page before it is answered."""
    for _ in range(MOST_PAGES):
        look(page)
        if urlsplit(page.url).path == to:
            return
        _step_on(page, patient, hand)
    raise AssertionError(f"never came to {to}; stopped at {page.url}")


def _step_on(page: Page, patient: Patient, hand: Hand) -> None:
    match urlsplit(page.url).path:
        case "/form/now":
            hand.press(page, page.locator("button:is([value=continue], [value=understood])"))
        case "/form/look":
            hand.press(page, page.locator("a.button"))
        case "/form/check":
            hand.press(page, page.get_by_role("button", name="Send my answers").first)
        case _:
            _answer(page, patient, hand)


def _answer(page: Page, patient: Patient, hand: Hand) -> None:
    form = page.locator("form:has([name=seen])")
    fields = form.locator("input[name], textarea, select").evaluate_all("all => all.map(it => it.name)")
    asked = dict.fromkeys(name.split("-")[0] for name in fields)
    for question_id in (name for name in asked if name in QUESTIONS):
        for name, text in typed(QUESTIONS[question_id], patient.answers.get(question_id)):
            _fill_in(page, form, hand, name, text)
    hand.press(page, form.locator("button.button"))


def _fill_in(page: Page, form: Locator, hand: Hand, name: str, text: str) -> None:
    choice = form.locator(f'input[name="{name}"][value="{text}"]:is([type=radio], [type=checkbox])')
    other = form.locator(f'[name="{name}"]:not([type=radio], [type=checkbox])')
    if choice.count():
        hand.choose(page, choice)
    elif text and other.input_value() != text:
        menu = other.evaluate("it => it.tagName === 'SELECT'")
        (hand.pick if menu else hand.write)(page, other, text)
