"""Signs on at a real OpenID Connect provider (oidc-provider) in a real browser: there, back, and out."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from conformance import HERE, WORK, free_port
from conformance.pages import install
from tests.e2e.clinic import LiveClinic, chromium, running

CLIENT_ID, CLIENT_SECRET, LABEL = "backstory", "a secret, with : and % and +", "Sign in with the hospital"
DESK: Any = {"viewport": {"width": 1280, "height": 800}}
MINUTE = 60_000


def person(name: str, group: str) -> dict[str, Any]:
    """Somebody as the provider tells of them."""
    email = f"{name.lower()}@hospital.example"
    return {"name": f"{name} Example", "email": email, "email_verified": True, "groups": [group]}


PEOPLE = {"rosa": person("Rosa", "Desk"), "pia": person("Pia", "Kitchen")}


class RealProvider:
    """The provider, in a process of its own. Each start signs with a new key, and knows nobody's session."""

    def __init__(self, port: int, clinic: str) -> None:
        self.port, self.starts = port, 0
        self.client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [f"{clinic}/sign-on/back"],
            "post_logout_redirect_uris": [f"{clinic}/sign-in"],
            "backchannel_logout_uri": f"{clinic}/sign-on/ended",
            "backchannel_logout_session_required": True,
        }
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin anew, with a new key."""
        self.end()
        self.starts += 1
        said = {"port": self.port, "client": self.client, "people": PEOPLE, "keys": self.starts}
        # Beside what was installed, where Node looks for it.
        (WORK / "provider.mjs").write_bytes((HERE / "provider.mjs").read_bytes())
        self._process = subprocess.Popen(
            ["node", "provider.mjs", json.dumps(said)],
            cwd=WORK,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._wait_for("listening")

    def knows(self, people: dict[str, Any]) -> None:
        """From now on these are its people."""
        pipe = self._running.stdin
        assert pipe is not None
        pipe.write(json.dumps(people) + "\n")
        pipe.flush()
        self._wait_for("people")

    def end(self) -> None:
        """It is away."""
        if self._process is not None:
            self._process.communicate(timeout=30)
            self._process = None

    @property
    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def _wait_for(self, word: str) -> None:
        pipe: IO[str] | None = self._running.stdout
        assert pipe is not None
        while (line := pipe.readline()) and line.strip() != word:
            print(line, end="")
        assert line, "The provider has ended."


def check() -> bool:
    """Whether every step comes out as a person would expect; the first that does not is raised."""
    install()
    port = free_port()
    settings = {
        "BACKSTORY_SIGN_ON_ISSUER": f"http://127.0.0.1:{port}",
        "BACKSTORY_SIGN_ON_CLIENT_ID": CLIENT_ID,
        "BACKSTORY_SIGN_ON_CLIENT_SECRET": CLIENT_SECRET,
        "BACKSTORY_SIGN_ON_LABEL": LABEL,
        "BACKSTORY_SIGN_ON_ROLE_CLAIM": "groups",
        "BACKSTORY_SIGN_ON_ROLES": "clinician=Physio; reception=Desk",
        "BACKSTORY_SIGN_ON_NEW_PEOPLE": "yes",
    }
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), settings) as clinic:
        provider = RealProvider(port, clinic.settings.public_url)
        with sync_playwright() as play, play.chromium.launch(**chromium()) as browser:
            try:
                _walk(clinic, provider, browser)
            finally:
                provider.end()
    print("Signed on, unlocked, out, out from there, with another role and by a new key.")
    return True


def _walk(clinic: LiveClinic, provider: RealProvider, browser: Browser) -> None:
    with _visitor(clinic, browser) as context:
        page = context.new_page()
        _while_it_is_away(page)
        provider.start()
        # It was away: for some seconds it is not asked again.
        clinic.app.extensions["sign_on"]._away_until = 0.0
        _signs_on(page, "rosa")
        expect(page).to_have_url(re.compile(r"/day/[\d-]+$"))
        expect(page.locator(".staff-bar__name")).to_have_text("Rosa Example")
        _locks_and_unlocks(page)
        _signs_out(page)
        provider.knows({**PEOPLE, "rosa": person("Rosa", "Physio")})
        _signs_on(page, "rosa")
        expect(page).to_have_url(re.compile(r"/worklist/"))
        _is_signed_out_from_there(provider, context, page)
    with _visitor(clinic, browser) as context:
        page = context.new_page()
        _signs_on(page, "pia")
        expect(page.get_by_role("heading", level=1)).to_have_text("You have no role here")
        provider.start()
        _signs_on(page, "rosa")
        expect(page).to_have_url(re.compile(r"/day/[\d-]+$"))
    assert provider.starts == 2


def _while_it_is_away(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name=LABEL).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The sign-in service does not answer")
    expect(page.get_by_role("link", name="Other ways to sign in")).to_be_visible()


def _signs_on(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name=LABEL).click()
    _shows_it(page, name)


def _shows_it(page: Page, name: str) -> None:
    """On the provider's own pages: who it is, and that the clinic may know it."""
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    agree = page.get_by_role("button", name="Continue")
    agree.or_(page.get_by_role("heading", level=1)).first.wait_for()
    if agree.is_visible():
        agree.click()


def _locks_and_unlocks(page: Page) -> None:
    """Whoever has no password shows it at the provider, in a window beside the page that waits."""
    page.clock.install()
    page.goto("/appointments/new")
    page.get_by_label("Name of the patient").fill("Half typed")
    page.clock.run_for(11 * MINUTE)
    cover = page.get_by_role("dialog")
    expect(cover).to_contain_text("This screen is locked")
    expect(cover.get_by_label("Password")).not_to_be_visible()
    with page.expect_popup() as opened:
        cover.get_by_role("link", name=LABEL).click()
    _shows_it(opened.value, "pia")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("You have no role here")
    opened.value.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(cover).to_contain_text("This screen is locked")
    with page.expect_popup() as opened:
        cover.get_by_role("link", name=LABEL).click()
    _shows_it(opened.value, "rosa")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Thank you")
    opened.value.close()
    # As a browser says it of a page that somebody comes back to.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_label("Name of the patient")).to_have_value("Half typed")


def _signs_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out here")
    page.get_by_role("link", name="Sign out of the work account too").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page).to_have_url(re.compile(r"/sign-in(\?.*)?$"))


def _is_signed_out_from_there(provider: RealProvider, context: BrowserContext, page: Page) -> None:
    """Somebody signs out at the provider, without a word to us: it tells us by itself (back-channel)."""
    other = context.new_page()
    other.goto(f"http://127.0.0.1:{provider.port}/session/end")
    other.get_by_role("button", name="Yes, sign me out").click()
    other.get_by_role("heading", name="Sign-out Success").wait_for()
    page.goto("/worklist/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@contextmanager
def _visitor(clinic: LiveClinic, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**DESK, base_url=clinic.settings.public_url)
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()
