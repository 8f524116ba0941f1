"""An upgrade while patients fill in their forms: they go on where they were, and nothing they said is lost.

Each database was left by a released version. It is brought up to date as `start` does it, and then the same
browsers, whose pages are still open, go on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake import __version__
from intake.app import Backstory, create_app
from intake.config import Settings
from intake.questionnaire import QUESTIONS
from intake.red_flags import Urgency
from intake.services import audit
from intake.services.forms import intakes
from intake.storage import Database
from intake.storage.models import Appointment, Intake, IntakeStatus
from tests.conftest import Clock
from tests.released import states, write
from tests.released.states import VERSIONS, FormUnderWay, Released, released
from tests.strict import make_strict
from tests.web.patients import Patient, said_by

CASES = [(version, form.case) for version in VERSIONS for form in released(version).forms]


@dataclass(frozen=True)
class Upgraded:
    """A clinic that ran a released version a moment ago, and this one now."""

    app: Backstory
    database: Database
    before: Released

    def form(self, case: str) -> FormUnderWay:
        return next(each for each in self.before.forms if each.case == case)

    def intake(self, case: str) -> Intake:
        """The form of this patient as it is kept now."""
        with self.database.reading() as session:
            id = session.scalars(
                select(Intake.id).join(Appointment).where(Appointment.reference == self.form(case).reference)
            ).one()
            found = intakes.find(session, id)
        assert found is not None
        return found

    def browser(self, case: str) -> Patient:
        """The patient's own browser, with the cookie that the released version gave it."""
        form = self.form(case)
        client = make_strict(self.app)
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        with client.session_transaction() as cookie:
            # Without its age: the browser's clock goes on, and that of this test stands still.
            cookie.update(serializer.loads(form.cookie))
        answers = said_by(case, self.before.now.date())
        with self.database.reading() as session:
            appointment = session.scalars(
                select(Appointment).where(Appointment.reference == form.reference)
            ).one()
        return Patient(client, appointment, form.token, form.born, answers)


@pytest.fixture
def upgraded(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Upgraded]:
    """Migrated as `start` does it."""
    before = released(request.param)
    key_file = tmp_path / "keys/keys.json"
    database = before.laid_into(database_url, key_file)
    database.migrate()
    settings = Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
            "BACKSTORY_DATABASE_URL": database_url.replace("postgresql+psycopg:", "postgresql:"),
            "BACKSTORY_KEY_FILE": str(key_file),
        }
    )
    clock = Clock(before.now)
    clock.wait(minutes=2)
    app = create_app(settings, database, clock=clock)
    yield Upgraded(app, database, before)
    app.clinic.queue.stop()
    database.close()


def said(answers: dict[str, Any]) -> dict[str, Any]:
    return {id: value for id, value in answers.items() if value is not None}


@pytest.mark.parametrize("upgraded", VERSIONS, indirect=True)
def test_every_answer_is_there_after_an_upgrade(upgraded: Upgraded) -> None:
    assert upgraded.before.forms
    for form in upgraded.before.forms:
        draft = upgraded.intake(form.case).draft
        assert said(draft["answers"]).items() >= said(form.answers).items()
        assert form.passed <= set(draft["passed"])


@pytest.mark.parametrize("upgraded", VERSIONS, indirect=True)
def test_the_audit_record_is_whole_after_an_upgrade(upgraded: Upgraded) -> None:
    with upgraded.database.reading() as session:
        assert not audit.verify(session)


@pytest.mark.parametrize("upgraded", VERSIONS, indirect=True)
def test_what_was_urgent_is_as_urgent_after_an_upgrade(upgraded: Upgraded) -> None:
    urgent = [form for form in upgraded.before.forms if form.urgency]

    assert urgent
    for form in urgent:
        now = upgraded.intake(form.case).urgency
        assert now is not None
        assert now >= Urgency[form.urgency or ""]


@pytest.mark.faults
@pytest.mark.parametrize(("upgraded", "case"), CASES, indirect=["upgraded"])
def test_an_open_page_goes_on_and_the_form_is_sent(upgraded: Upgraded, case: str) -> None:
    form, patient = upgraded.form(case), upgraded.browser(case)

    patient.opens(form.path)

    assert patient.status == 200, patient.words[:300]
    assert patient.path == form.path
    patient.walks().sends_it_all()
    sent = upgraded.intake(case)
    assert sent.status is IntakeStatus.SENT
    kept = said(sent.draft["answers"])
    changed = {id for id, value in said(form.answers).items() if kept.get(id) != value}
    assert changed == set()
    assert set(form.answers) & set(QUESTIONS)


@pytest.mark.parametrize("upgraded", VERSIONS, indirect=True)
def test_a_link_that_the_released_version_sent_still_opens(upgraded: Upgraded) -> None:
    form = upgraded.before.forms[0]
    patient = upgraded.browser(form.case)
    patient.client = make_strict(upgraded.app)

    patient.comes_in()

    assert patient.status == 200
    assert patient.path.startswith("/form")


@pytest.mark.faults
def test_what_this_version_will_leave_can_be_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    monkeypatch.setattr(write, "FOLDER", tmp_path)
    monkeypatch.setattr(states, "FOLDER", tmp_path)

    assert write.main() == 0
    assert write.main() == 1

    left = states.released(__version__)
    database = left.laid_into(sqlite_url, tmp_path / "keys.json")
    with database.reading() as session:
        drafts = [intake.draft for intake in session.scalars(select(Intake))]
        assert not audit.verify(session)
    database.dispose()
    assert len(drafts) == len(left.forms) == len(write.STOPS)
    assert {form.path for form in left.forms} > {"/form/check"}


def test_every_version_that_came_before_left_a_database() -> None:
    """A new version begins with the database of the one before it: docs/operating.md says how."""
    changes = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = [line.split()[1] for line in changes.splitlines() if line.startswith("## ")]
    before = [version for version in versions if version not in ("Unreleased", "0.1.0")]

    assert __version__ in before
    assert set(before) == set(VERSIONS)
