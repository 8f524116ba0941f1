"""The clinic and the browser of the browser tests: the size of a phone, on a free port."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.e2e.clinic import PHONE, LiveClinic, chromium, running

# The rules of WCAG 2.2, levels A and AA, and what axe calls best practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveClinic]:
    """One clinic for all browser tests of a process; each test makes its own appointments."""
    with running(tmp_path_factory.mktemp("live")) as clinic:
        yield clinic


@pytest.fixture(scope="session")
def base_url(live: LiveClinic) -> str:
    return live.settings.public_url


@pytest.fixture
def see_no_barrier() -> Callable[[Page], None]:
    """Fail with what axe finds on the page."""

    def look(page: Page) -> None:
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return look


# What Chromium writes when our policy forbids something, or text becomes elements past Trusted Types.
REFUSED = ("Content Security Policy", "TrustedHTML", "TrustedScript", "Permissions policy")
_refused: list[str] = []


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Browser:
    """The browser, whose every window says what it refused on our pages."""
    opens = browser.new_context

    def watched(**wanted: Any) -> BrowserContext:
        context = opens(**wanted)
        context.on("console", _note)
        return context

    browser.new_context = watched  # type: ignore[method-assign]
    return browser


def _note(said: ConsoleMessage) -> None:
    if any(each in said.text for each in REFUSED):
        _refused.append(f"{said.page.url if said.page else ''}: {said.text}")


@pytest.fixture(autouse=True)
def nothing_is_refused() -> Iterator[None]:
    """No page of ours does what its own policy forbids."""
    _refused.clear()
    yield
    assert _refused == []


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **chromium()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, **PHONE}
