"""Whatever a request holds, it is answered in words: never with a fault of ours, in nobody's name."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.storage.models import Role
from intake.web.headers import MOST_FIELDS
from tests.strict import StrictClient, parsed
from tests.test_conventions import HALF_WAY, HANDED_IN, ROOT, WholeClinic, _visits, whole

__all__ = ["whole"]

# What a form, an address or a program may bring: of another type, another size, another letter.
HOSTILE = {
    "a quote": "1' OR '1'='1",
    "markup": "<svg/onload=alert(1)>{{7*7}}${7*7}",
    "a large number": "9" * 400,
    "a negative number": "-1",
    "a fraction": "1e309",
    "NUL": "\x00\x1a\x1b[2J",
    "new lines": "a\r\nSet-Cookie: b=1\r\n\r\n",
    "half a letter": "\ud800",
    "many marks": "a" + "\u0300" * 500,
    "a path": "../../../../etc/passwd",
    "an address": "https://evil.example/\\@/",
    "an id": "00000000-0000-4000-8000-000000000000",
    "an old day": "0001-01-01",
    "a late day": "9999-12-31",
    "a format": "%s%n{0.__class__}%(x)s",
    "a list": '["a", {"b": null}]',
    "nothing": "",
    "a long word": "ä" * 20_000,
}
IN_A_PATH = (
    "%00",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "%0d%0aSet-Cookie:%20b=1",
    "1'%20OR%20'1'='1",
    "9" * 400,
    "-1",
    "a" * 4000,
    "%F0%9F%92%A9",
    "0001-01-01",
    "9999-12-31",
    "%D9%A3",
    "{{7*7}}",
)
# These end what is sent here, so they come last.
SHUT_OUT = (401, 403, 404, 405)
WAYS_OUT = ("/sign-out", "/lock", "/finish", "/k/")
NAME_IN_AN_ADDRESS = re.compile(
    r"""request\.args(?:\.get|\.getlist)?[(\[]\s*"(\w+)"|"(\w+)" in request\.args"""
)


@dataclass(frozen=True)
class Form:
    """A form of a page: where it is sent, and what stands in it."""

    address: str
    fields: tuple[tuple[str, str], ...]


def browsers(whole: WholeClinic) -> dict[str, StrictClient]:
    """One of everybody, without the strict look at each page, which is not what is tried here."""
    known = {str(role): whole.staff(role) for role in Role}
    known |= {"patient": whole.patient(HALF_WAY), "patient who sent": whole.patient(HANDED_IN)}
    return {**known, "stranger": whole.stranger()}


@pytest.fixture
def everybody(whole: WholeClinic, monkeypatch: pytest.MonkeyPatch) -> dict[str, StrictClient]:
    monkeypatch.setattr("tests.strict.check_response", lambda _: None)
    # A document that is not made yet is waited for.
    monkeypatch.setattr("intake.web.being_made.WAIT", 0.0)
    return browsers(whole)


# Each thing once for somebody; `make faults` sends everything in the name of everybody.
THOROUGH = pytest.mark.parametrize(
    "thorough", [False, pytest.param(True, marks=pytest.mark.long_faults)], ids=["some", "all"]
)


@THOROUGH
def test_whatever_an_address_holds_is_answered(whole, everybody, thorough):
    names = sorted(_names_in_addresses())
    assert {"from", "to", "on", "next", "change", "whose"} <= set(names)
    questions = [
        urlencode([(name, words[:2000]) for name in names], errors="surrogatepass")
        for words in HOSTILE.values()
    ]
    questions += [
        urlencode([(name, words) for name in names for words in ("1", "'")]),
        "%ff=%ff&=&&a",
        "a" * 4000,
    ]
    question, strange, said = cycle(questions), cycle(IN_A_PATH), _Said()

    for rule, method, path in _visits(whole):
        if method != "GET":
            continue
        for who, browser in said.whoever(everybody, all_of_them=thorough):
            said.note(who, f"GET {path}", browser.get(f"{path}?{next(question)}"))
        for _ in (IN_A_PATH if thorough else IN_A_PATH[:2]) if rule.arguments else ():
            odd = re.sub("<[^>]+>", next(strange), rule.rule)
            for who, browser in said.whoever(everybody):
                said.note(who, f"GET {odd[:200]}", browser.get(odd))

    said.nothing_failed(let_in=20)


@THOROUGH
@pytest.mark.parametrize("who", [*map(str, Role), "patient", "patient who sent", "stranger"])
def test_whatever_a_form_brings_is_answered(whole, everybody, who, thorough):
    browser, said, kinds = everybody[who], _Said(), cycle(HOSTILE.items())
    forms = sorted(_forms(whole, browser), key=lambda each: (each.address.startswith(WAYS_OUT), each.address))

    for form in forms:
        boxes = [name for name, _ in form.fields if name not in ("csrf_token", "signed_in")]
        for name in boxes if thorough else ():
            kind, words = next(kinds)
            said.note(who, f"{name} of {form.address} is {kind}", _sent(browser, form, {name: (words,)}))
            said.note(
                who, f"{name} of {form.address} comes twice", _sent(browser, form, {name: ("1", words)})
            )
        for kind, words in (HOSTILE.items() if thorough else (next(kinds),)) if boxes else ():
            said.note(who, f"{form.address}: {kind}", _sent(browser, form, dict.fromkeys(boxes, (words,))))
            twice = _sent(browser, form, dict.fromkeys(boxes, ("1", words)))
            said.note(who, f"{form.address}: 1 and {kind}", twice)
        said.note(who, f"{form.address}: no boxes", _sent(browser, form, dict.fromkeys(boxes, ())))

    said.nothing_failed(let_in=2)


def test_whatever_stands_in_the_body_is_answered(whole, everybody):
    said = _Said()
    deep = "[" * 100_000
    bodies = (
        ("application/json", deep.encode()),
        ("application/json", b'{"fields": [[1, 2]], "signed_in": {}, "address": [], "page": 1}'),
        ("application/json", b"\xff\xfe"),
        ("application/json", b'{"a": NaN}'),
        ("application/x-www-form-urlencoded", b"\xff=%ff&%=%&=&a=1;b=2"),
        (
            "application/x-www-form-urlencoded",
            urlencode([(f"n{n}", n) for n in range(MOST_FIELDS + 1)]).encode(),
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("multipart/form-data", b"--"),
        ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("text/plain; charset=nothing", b"a=1"),
        ("", b"\x00"),
    )
    seen, turn = set(), cycle(bodies)
    for rule, method, path in _visits(whole):
        if method != "POST" or path.startswith(WAYS_OUT) or rule.rule in seen:
            continue
        seen.add(rule.rule)
        programs_come = rule.rule.startswith("/drafts/")
        for kind, body in bodies if programs_come else (next(turn), next(turn)):
            for who, browser in said.whoever(everybody):
                said.note(who, f"{kind} to {path}", browser.post(path, data=body, content_type=kind))

    said.nothing_failed(let_in=5)


def test_whatever_stands_in_a_header_is_answered(whole, everybody):
    headers = (
        {"Accept-Language": "ä;q=x,*;q=9," * 200},
        {"Cookie": "backstory=" + "x" * 5000 + "; =; backstory_browser=.."},
        {"If-None-Match": '"', "If-Modified-Since": "32 Undecember", "Range": "bytes=9-1,-"},
        {"Authorization": "Bearer \xff", "X-Forwarded-For": "','::::1,", "X-Request-ID": "\xe4"},
        {"Origin": "http://[", "Sec-Fetch-Site": "none"},
        {"Content-Length": "-1"},
        {"Host": "a b"},
        {"X-Background": "\xff", "X-Keep-Page": "\xff", "X-Signed-In": "'"},
        {"X-HTTP-Method-Override": "DELETE", "Content-Type": "\xff"},
        {"Accept-Encoding": "gzip;q=x, br;q=-1, identity;q=0"},
    )
    said = _Said()
    for path in (
        "/",
        "/sign-in",
        "/day/2026-11-23",
        "/find",
        "/form/",
        "/settings",
        "/health/deep",
        "/metrics",
    ):
        for each in headers:
            for method in ("GET", "POST", "HEAD", "OPTIONS", "TRACE", "CANARY"):
                for who, browser in said.whoever(everybody):
                    answer = browser.open(path, method=method, headers=each)
                    said.note(who, f"{method} {path} with {each}", answer)

    said.nothing_failed(let_in=100)


class _Said:
    """What was answered to whom."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.statuses: Counter[int] = Counter()
        self._turn = 0

    def whoever(
        self, everybody: dict[str, StrictClient], *, all_of_them: bool = False
    ) -> list[tuple[str, StrictClient]]:
        """Whose turn it is."""
        self._turn += 1
        browsers = list(everybody.items())
        return browsers if all_of_them else [browsers[self._turn % len(browsers)]]

    def note(self, who: str, what: str, answer: TestResponse) -> None:
        self.statuses[answer.status_code] += 1
        in_header = any("\n" in value or "\r" in value for _, value in answer.headers)
        if answer.status_code >= 500 or in_header or answer.headers.get("Set-Cookie", "").startswith("b="):
            self.failed.append(f"{answer.status_code} for the {who}: {what}")
        answer.close()

    def nothing_failed(self, *, let_in: int) -> None:
        """Nothing did, and at least so many requests got past the doors."""
        assert self.failed == [], "\n".join(self.failed)
        assert sum(many for status, many in self.statuses.items() if status not in SHUT_OUT) >= let_in


def _forms(whole: WholeClinic, browser: StrictClient) -> set[Form]:
    """Every form of the pages that this browser is shown, once."""
    found: dict[tuple[str, frozenset[str]], Form] = {}
    for _, method, path in _visits(whole):
        if method != "GET":
            continue
        with browser.get(path, follow_redirects=True) as page:
            if page.mimetype != "text/html":
                continue
            tree, at = parsed(page.get_data(as_text=True))[0], page.request.path
        for form in tree.iter("form"):
            if form.get("method", "get").lower() == "post":
                filled = Form(form.get("action") or at, tuple(_filled(form)))
                found[filled.address, frozenset(name for name, _ in filled.fields)] = filled
    return set(found.values())


def _filled(form: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Each box once, with what stands in it."""
    for box in form.iter():
        if box.tag in ("input", "select", "textarea", "button") and box.get("name"):
            yield box.get("name", ""), box.get("value") or box.text or "x"


def _sent(browser: StrictClient, form: Form, over: dict[str, tuple[str, ...]]) -> TestResponse:
    fields = MultiDict(dict(form.fields))
    for name, words in over.items():
        fields.setlist(name, list(words))
    body = urlencode(list(fields.items(multi=True)), errors="surrogatepass")
    return browser.post(form.address, data=body, content_type="application/x-www-form-urlencoded")


def _names_in_addresses() -> set[str]:
    """Every name that a page reads from its address."""
    sources = (file.read_text(encoding="utf-8") for file in (ROOT / "intake/web").rglob("*.py"))
    return {one or other for text in sources for one, other in NAME_IN_AN_ADDRESS.findall(text)}
