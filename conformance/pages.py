"""Holds the pages that patients and staff walk through against the Nu Html Checker and pa11y.

The Nu checker reads what the server sent, also the pages with an error on them; pa11y opens each address anew
with the cookies of whoever was there.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Response, request
from playwright.sync_api import Browser, Page, sync_playwright

from conformance import HERE, WORK
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES, STAFF
from intake.storage.models import Role
from tests.e2e.clinic import PHONE, LiveClinic, chromium, running
from tests.e2e.visitors import Finger, come_in, walk

# An ache after work, an emergency, a pregnancy, a child, and somebody who is sure of nothing.
PATIENTS = ("V01", "V102", "V10", "V16", "V31")
# A fieldset is a group already, but not to every screen reader that reads the three boxes of a date.
UNNECESSARY = ".*The “group” role is unnecessary for element “fieldset”.*"
MORE = (
    "/form/more",
    "/form/m_worry",
    "/form/m_with",
    "/form/m_level",
    "/form/m_work",
    "/form/leave",
    "/form/lost",
)
OF_STAFF = {
    Role.RECEPTION: ("/day/", "/day/?show=sent", "/appointments/new", "/import", "/find?q=Example"),
    Role.CLINICIAN: ("/worklist/?whose=everybody", "/find?q=Example"),
    Role.ADMIN: ("/users", "/users/new", "/settings", "/safety", "/figures"),
}


@dataclass
class Seen:
    """The pages that were sent, by address, and what pa11y found on them."""

    checker: "Pa11y"
    sent: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def keep(self, response: Response) -> Response:
        """Keep a page as the server sent it; the first of each address and status."""
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            self.sent.setdefault(
                f"{response.status_code} {_place(request.url)}", response.get_data(as_text=True)
            )
        return response

    def look(self, page: Page) -> None:
        """Let pa11y open the same address with the same cookies."""
        if _place(page.url) in self.asked:
            return
        self.asked.add(_place(page.url))
        cookies = page.context.cookies(page.url)
        cookie = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
        self.faults += (f"{page.url}: {fault}" for fault in self.checker.faults(page.url, cookie))


class Pa11y:
    """A pa11y that waits for addresses, with one browser for all of them."""

    def __init__(self) -> None:
        command = ["node", str(HERE / "pa11y.mjs"), json.dumps(chromium())]
        self._process = subprocess.Popen(
            command, cwd=WORK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def faults(self, url: str, cookie: str) -> list[str]:
        """What is wrong on the page, in words."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"url": url, "cookie": cookie}) + "\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found

    def end(self) -> None:
        """Let the browser close."""
        self._process.communicate(timeout=60)


def check() -> bool:
    """Whether neither checker finds anything; what they find is printed."""
    install()
    with tempfile.TemporaryDirectory() as folder, _pa11y() as checker, running(Path(folder)) as clinic:
        seen = Seen(checker)
        clinic.app.after_request(seen.keep)
        with sync_playwright() as play, play.chromium.launch(**chromium()) as browser:
            for case in PATIENTS:
                _patient(clinic, browser, seen, case)
            _staff(clinic, browser, seen)
    print(f"{len(seen.sent)} pages for the Nu checker, {len(seen.asked)} for pa11y.")
    print(*seen.faults, sep="\n", end="\n" if seen.faults else "")
    return _is_valid(seen.sent) and not seen.faults


def install() -> None:
    """What the checkers of pages, and the provider of sign-on, are made of."""
    for name in ("package.json", "package-lock.json"):
        (WORK / name).write_bytes((HERE / name).read_bytes())
    # Without their scripts, which would fetch a Java and a browser of their own.
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=WORK, check=True
    )


@contextmanager
def _pa11y() -> Iterator[Pa11y]:
    checker = Pa11y()
    try:
        yield checker
    finally:
        checker.end()


def _patient(clinic: LiveClinic, browser: Browser, seen: Seen, case: str) -> None:
    """From the link to the receipt, with a mistake on the way and the pages beside it."""
    page = _visitor(clinic, browser)
    patient = clinic.invite(case)
    page.goto("/")
    seen.look(page)
    come_in(page, patient, Finger(), look=seen.look)
    page.locator("main form:has([name=seen]) button.button").click()
    walk(page, patient, Finger(), look=seen.look, to="/form/check")
    for address in MORE:
        page.goto(address)
        seen.look(page)
    page.goto("/form/check")
    walk(page, patient, Finger(), look=seen.look)
    page.goto("/form/copy")
    seen.look(page)
    page.context.close()


def _staff(clinic: LiveClinic, browser: Browser, seen: Seen) -> None:
    demonstration = DemoClinic(clinic.database, clinic.settings, clinic.app.clinic.now())
    demonstration.add_staff()
    for scene in SCENES[:12]:
        demonstration.add(scene)
    appointments = [appointment for _, _, appointment in demonstration.present()]
    for staff in STAFF:
        role = Role(staff.role)
        page = _visitor(clinic, browser)
        page.goto("/sign-in")
        seen.look(page)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("E-mail address").fill(staff.email)
        page.get_by_label("Password").fill(demonstration.password(staff))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        role = Role(staff.role)
        of_each = "/intakes/{0.intake.id}" if role is Role.CLINICIAN else "/appointments/{0.id}"
        theirs = () if role is Role.ADMIN else (of_each.format(each) for each in appointments)
        for address in (*OF_STAFF[role], *theirs):
            page.goto(address)
            seen.look(page)
        page.context.close()


def _visitor(clinic: LiveClinic, browser: Browser) -> Page:
    return browser.new_context(**PHONE, base_url=clinic.settings.public_url).new_page()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_valid(sent: dict[str, str]) -> bool:
    """Ask the Nu checker about all pages at once. Its warnings count as well."""
    folder = WORK / "pages"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    for count, (address, html) in enumerate(sorted(sent.items())):
        (folder / f"{count:03}.html").write_text(html)
        print(f"{count:03}.html {address}", file=(folder / "addresses.txt").open("a" if count else "w"))
    jar = WORK / "node_modules/vnu-jar/build/dist/vnu.jar"
    checker = ["java", "-jar", str(jar), "--skip-non-html", "--Werror"]
    command = [*checker, "--filterpattern", UNNECESSARY, str(folder)]
    return subprocess.run(command, check=False).returncode == 0
