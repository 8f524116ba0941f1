"""A page that is posted is one transaction, and two walks: the form as it stands, and as it is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from intake.questionnaire.journey import Journey
from intake.storage import Database
from tests.web.patients import Patient


@contextmanager
def begun(database: Database) -> Iterator[list[object]]:
    """The transactions that may write, each as it begins."""
    transactions: list[object] = []

    def note(connection: object) -> None:
        transactions.append(connection)

    event.listen(database.writer, "begin", note)
    try:
        yield transactions
    finally:
        event.remove(database.writer, "begin", note)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[Journey]:
    """Every journey, as it is walked."""
    walked: list[Journey] = []
    walk = Journey.__init__

    def walk_and_note(self: Journey, *args: Any, **named: Any) -> None:
        walked.append(self)
        walk(self, *args, **named)

    monkeypatch.setattr(Journey, "__init__", walk_and_note)
    return walked


@pytest.mark.parametrize(("said", "status"), [("self", 303), ("nobody we know", 422)])
def test_a_page_is_taken_in_one_transaction(
    patient: Patient, clinic_database: Database, said: str, status: int
) -> None:
    patient.comes_in().opens("/form/p_start")

    with begun(clinic_database) as transactions:
        answer = _post(patient, said)

    assert answer.status_code == status
    assert len(transactions) == 1


def test_a_page_is_walked_as_it_stands_and_as_it_is_answered_and_no_more(
    patient: Patient, walks: list[Journey]
) -> None:
    patient.comes_in().opens("/form/p_start")
    walks.clear()

    assert _post(patient, "self").status_code == 303

    assert len(walks) == 2


def _post(patient: Patient, said: str) -> Any:
    """Send the page without following where it leads: the next page is a request of its own."""
    form = next(each for each in patient.forms() if "seen" in each.fields)
    sent = MultiDict(form.fields)
    sent["who_completing"] = said
    return patient.client.post(form.action, data=sent)
