"""A patient goes through a form that is filled in already, and each page is saved as it stands."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

from flask.testing import FlaskClient

from intake.app import create_app
from intake.config import Settings
from intake.demo.vignettes import answers_of, born, vignette
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.services.invitations import links
from intake.storage import Database, open_database

PATIENT = "V01"
ROUNDS = 3


def page_posts() -> list[float]:
    """Milliseconds of processor time to save one page and read the next, for each page of the form."""
    with empty_clinic() as (settings, database):
        return _visit(settings, database)


@contextmanager
def empty_clinic() -> Iterator[tuple[Settings, Database]]:
    """A clinic on SQLite that nobody has come to."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment(
            {"BACKSTORY_DATA_DIR": f"{folder}/data", "BACKSTORY_KEY_FILE": f"{folder}/keys/keys.json"}
        )
        database = open_database(settings)
        database.migrate()
        try:
            yield settings, database
        finally:
            database.dispose()


def _visit(settings: Settings, database: Database) -> list[float]:
    now = datetime.now(UTC)
    token, birth, pages = fill_in(database, settings, now)
    browser = create_app(settings, database).test_client()
    browser.get(f"/i/{token}")
    start_page = as_shown(browser, "/start")
    parts = {"birth-day": birth.day, "birth-month": birth.month, "birth-year": birth.year}
    browser.post("/start", data=start_page | {name: str(part) for name, part in parts.items()})
    times = [_save(browser, f"/form/{page}") for _ in range(ROUNDS) for page in pages]
    return times[len(pages) :]  # the first round fills the caches


def fill_in(
    database: Database, settings: Settings, now: datetime, name: str = "Alex Example"
) -> tuple[str, date, list[str]]:
    """The secret of the link, the date of birth and the pages of a patient whose form is filled in."""
    case = vignette(PATIENT)
    birth = born(case, settings.today(now))
    with Operation.open(database, settings, SYSTEM, now) as op:
        appointment = booking.make(
            op, Booking(name=name, date_of_birth=birth, starts_at=now + timedelta(days=1))
        )
        token = links.invite(op, appointment)
        intakes.open(op, appointment.intake)
        answers = answers_of(case, settings.today(now))
        while page := intakes.journey_of(op, appointment.intake).next:
            intakes.save_page(op, intakes.taken_up(op, appointment.intake), page, answers, version_token=None)
        pages = [step.page.id for step in intakes.journey_of(op, appointment.intake).steps]
        op.commit()
    return token, birth, pages


def _save(browser: FlaskClient, path: str) -> float:
    sent = as_shown(browser, path)
    began = time.process_time()
    saved = browser.post(path, data=sent)
    assert saved.status_code == 303, f"{path}: {saved.status}"
    assert browser.get(saved.location).status_code == 200
    return (time.process_time() - began) * 1000


def as_shown(browser: FlaskClient, path: str) -> dict[str, list[str]]:
    """What a browser would send if the page were saved as it is shown."""
    answer = browser.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return form_fields(answer.get_data(as_text=True))


def form_fields(page: str) -> dict[str, list[str]]:
    """What the form of a page would send."""
    reader = _Form()
    reader.feed(page)
    return reader.sent


class _Form(HTMLParser):
    """Gathers what the page's form would send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self._send(name, value)
        elif tag == "textarea" and name:
            self._area = name
            self._send(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._send(self._select, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area][-1] += data.removeprefix("\n")

    def _send(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)
