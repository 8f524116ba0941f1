"""No page of patients or staff asks any other host for anything: a browser goes through them and counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD, running
from tests.e2e.visitors import Finger, come_in, walk

pytestmark = pytest.mark.walks
# Pages for each person, over which the crawl goes no further: every kind of page comes long before.
MOST_PAGES = 20
LEAVING = ("sign-out", "finish", "tablet", ".csv", ".pdf", ".json", "/copy", "tel:", "document", "/papers")


@contextmanager
def counting(page: Page) -> Iterator[list[str]]:
    """Every request of the browser to a host that is not ours, as it is made."""
    ours, elsewhere = [], []

    def look(request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("data", "blob", "about"):
            return
        (ours if parts.hostname == "127.0.0.1" else elsewhere).append(request.url)

    page.context.on("request", look)
    yield elsewhere
    assert len(ours) > 20
    assert elsewhere == [], f"{len(elsewhere)} requests to other hosts"


def test_a_request_to_another_host_would_be_counted(page: Page, live):
    with pytest.raises(AssertionError, match="1 requests to other hosts"):
        _looks_elsewhere(page, live.settings.public_url)


def test_no_page_of_a_patient_asks_another_host(live, page: Page):
    patient = live.invite("V01")
    with counting(page):
        come_in(page, patient, Finger())
        walk(page, patient, Finger(), to="/form/check")


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_staff_asks_another_host(tmp_path, page: Page, role):
    with running(tmp_path) as clinic, counting(page):
        _people(clinic)
        page.goto(f"{clinic.settings.public_url}/sign-in")
        page.get_by_label("E-mail address").fill(clinic.hire(role))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "sign-in" not in url)

        assert _crawl(page) >= 8


def _looks_elsewhere(page: Page, address: str) -> None:
    with counting(page):
        for _ in range(12):
            page.goto(f"{address}/sign-in")
        # Our own policy would stop it before it is sent, so it is asked of a page without one.
        page.goto("data:text/html,<img src='http://elsewhere.invalid/pixel.png'>")


def _people(clinic):
    demonstration = DemoClinic(clinic.database, clinic.settings, clinic.app.clinic.now())
    for scene in SCENES[:3]:
        demonstration.add(scene)


def _crawl(page: Page) -> int:
    """Follow every link of every page once."""
    host, waiting, seen = urlsplit(page.url).netloc, [page.url], set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page.goto(address)
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])")
        waiting += [each for each in links if urlsplit(each).netloc == host and not _leaves(each)]
    return len(seen)


def _leaves(address: str) -> bool:
    return any(part in address for part in LEAVING)
