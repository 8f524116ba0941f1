"""Phones that fill in forms over HTTP while the clinic falls over, and what each of them was told.

A phone does what a person does: it presses again when nothing came back or "try again" stands there. What
was answered with the next page counts as told; that much must be there afterwards.
"""

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from werkzeug.datastructures import MultiDict

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.fields import posted
from intake.questionnaire.values import Value
from tests.faults.invariants import Told
from tests.web.patients import Patient

# Seconds somebody goes on pressing.
PATIENCE = 120.0
PAUSE = 0.2
# What is answered while the clinic cannot: 502 to 504 by a proxy, 429 when it is busy.
LATER = (429, 502, 503, 504)


@dataclass(frozen=True)
class Asked:
    """What a page was asked with, as `TestResponse.request` says it."""

    path: str
    query_string: bytes


@dataclass(frozen=True)
class Answered:
    """A page, as far as a patient reads it."""

    request: Asked
    status_code: int
    headers: Mapping[str, str]
    body: bytes

    def get_data(self, as_text: bool = True) -> str:
        assert as_text
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Notes:
    """What the phones of a test were told, and what they should never have seen; shared by threads."""

    pages: int = 0
    pressed_again: int = 0
    refused: int = 0
    sent: set[UUID] = field(default_factory=set)
    warned: set[UUID] = field(default_factory=set)
    answers: dict[UUID, dict[str, Value | None]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def told(self, **more: Any) -> Told:
        """The same for the invariants."""
        with self.lock:
            return Told(
                sent=frozenset(self.sent),
                warned=frozenset(self.warned),
                answers={intake: dict(answers) for intake, answers in self.answers.items()},
                faults=tuple(self.faults),
                **more,
            )


@dataclass
class Phone:
    """The browser of one patient; it stands where Flask's test client stands in tests of pages.

    Where one of the `ports` does not answer the next is asked, as a proxy before the clinic would.
    """

    ports: Sequence[int]
    intake: UUID
    notes: Notes
    patience: float = PATIENCE
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, follow_redirects: bool = True, **_: Any) -> Answered:
        answer = self.presses("GET", address, b"")
        return self._follows(answer) if follow_redirects else answer

    def post(self, address: str, data: Any = None, follow_redirects: bool = True, **_: Any) -> Answered:
        form = data if isinstance(data, MultiDict) else MultiDict(data)
        answer = self.presses("POST", address, urlencode(list(form.items(multi=True))).encode(), form)
        if answer.status_code == 303:
            self._was_told(urlsplit(address).path, form, answer)
        return self._follows(answer) if follow_redirects else answer

    def presses(self, method: str, address: str, body: bytes, form: Any = None) -> Answered:
        """Ask until there is an answer that is one."""
        until = time.monotonic() + self.patience
        while True:
            try:
                answer = self.asks(method, address, body)
            except (OSError, http.client.HTTPException):
                answer, self.ports = None, (*self.ports[1:], self.ports[0])
            if answer is not None and answer.status_code not in LATER:
                if answer.status_code >= 500:
                    self._fault(f"{method} {urlsplit(address).path}: {answer.status_code}")
                return answer
            if answer is not None and answer.status_code == 503 and form is not None:
                with self.notes.lock:
                    self.notes.refused += 1
                self._is_handed_back(address, form, answer)
            assert time.monotonic() < until, f"{method} {address} was never answered"
            with self.notes.lock:
                self.notes.pressed_again += 1
            time.sleep(PAUSE)

    def asks(self, method: str, address: str, body: bytes) -> Answered:
        """One request on a connection of its own."""
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=30)
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if method == "POST":
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body if method == "POST" else None, headers)
            got = connection.getresponse()
            page = got.read()
        finally:
            connection.close()
        for cookie in got.msg.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        given = {name.lower(): value for name, value in got.headers.items()}
        return Answered(Asked(parts.path, parts.query.encode()), got.status, given, page)

    def _follows(self, answer: Answered) -> Answered:
        for _ in range(10):
            if answer.status_code not in (301, 302, 303, 307, 308):
                return answer
            answer = self.presses("GET", answer.location, b"")
        raise AssertionError(f"sent round in circles to {answer.location}")

    def _was_told(self, path: str, form: Any, answer: Answered) -> None:
        page, onward = path.rpartition("/")[2], urlsplit(answer.location).path
        with self.notes.lock:
            if page in PAGES:
                self.notes.pages += 1
                self.notes.answers.setdefault(self.intake, {}).update(said_with(form))
            if onward == "/form/received":
                self.notes.sent.add(self.intake)
            if onward == "/form/now":
                self.notes.warned.add(self.intake)

    def _is_handed_back(self, address: str, form: Any, answer: Answered) -> None:
        """I6: a page that says "not saved" holds every word of it."""
        page = answer.body.decode()
        words = (text for name, text in form.items(multi=True) if name == "mc_main" and text)
        if not all(text in page for text in words):
            self._fault(f"POST {urlsplit(address).path}: 503 without what was typed")

    def _fault(self, what: str) -> None:
        with self.notes.lock:
            self.notes.faults.append(what)


def said_with(form: Any) -> Iterator[tuple[str, Value | None]]:
    """(question, answer) for all that a posted form answers."""
    any_page = next(iter(PAGES.values()))
    names = dict.fromkeys(name.split("-")[0] for name in form)
    for question in (QUESTIONS[name] for name in names if name in QUESTIONS):
        yield question.id, posted(any_page, (question,), form).controls[0].data


@contextmanager
def in_use(phones: int, each: Callable[[int], None], notes: Notes) -> Iterator[None]:
    """So many people at once, until the block ends; then each comes to an end with what is in hand.

    `each(number)` is one patient's visit, from the link to the receipt.
    """
    over = threading.Event()

    def use(number: int) -> None:
        while not over.is_set():
            try:
                each(number)
            except Exception as problem:
                with notes.lock:
                    notes.faults.append(f"A phone: {type(problem).__name__} {problem}"[:400])
                return

    threads = [threading.Thread(target=use, args=(number,)) for number in range(phones)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def fills_in(patient: Patient, *, words: str) -> None:
    """From the link to the receipt; the patient's own words are written three times, each time otherwise."""
    patient.walks(to="/form/p_words")
    for time_ in ("first", "second", "last"):
        patient.answers = {**patient.answers, "mc_main": f"{words} {time_}"}
        patient.answers_page()
        if time_ != "last":
            patient.opens("/form/p_words")
    patient.walks().sends_it_all()
    assert patient.path == "/form/received", patient.path
