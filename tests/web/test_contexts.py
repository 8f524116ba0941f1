"""What templates are handed: the look at every context must see what it is there to see."""

from collections.abc import Mapping
from dataclasses import dataclass, make_dataclass
from types import MappingProxyType
from typing import Any

import pytest
from flask import before_render_template, render_template_string
from jinja2 import Template, UndefinedError
from wtforms import Form

from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.values import Rating
from intake.services.alerts import AlertView, CallView
from intake.services.alerts.call_script import CallScript
from intake.services.alerts.listing import LINES
from intake.services.appointments.patients import Known
from intake.services.appointments.progress import Progress
from intake.services.appointments.views import AppointmentView, LinkView, PatientView
from intake.services.forms.draft import Draft
from intake.services.messages.correspondence import Followed
from intake.services.staff.views import StaffView
from intake.storage.models import Intake, Patient
from intake.summary import Summary
from intake.web.navigation import NavigationLink
from intake.web.notice_bar import Notice
from intake.web.reception.day_view import DayView
from intake.web.reception.import_view import ImportView
from tests.contexts import faults_of, may_hold_answers

RECEPTION_SEES = (
    AlertView,
    AppointmentView,
    DayView,
    CallView,
    Followed,
    ImportView,
    Known,
    LinkView,
    Notice,
    PatientView,
    Progress,
    StaffView,
    NavigationLink,
)


@dataclass(frozen=True)
class Holder:
    held: object


@dataclass
class Loose:
    words: str = ""


class WithRow(Form):
    def __init__(self) -> None:
        super().__init__()
        self.kept = {"whose": [Patient(name="Anna")]}


def handed(value: object, name: str = "patient/some.html") -> list[str]:
    template = Template("")
    template.name = name
    return faults_of(template, {"value": value})


@pytest.mark.parametrize(
    "value",
    [
        Patient(name="Anna"),
        (1, Patient(name="Anna")),
        Holder(Patient(name="Anna")),
        Holder((MappingProxyType({"a": Patient(name="Anna")}),)),
        WithRow(),
    ],
    ids=["bare", "in a tuple", "in a view", "deep in a view", "behind a form"],
)
def test_a_row_is_seen_wherever_it_hides(value):
    (fault,) = handed(value)

    assert fault.startswith("patient/some.html is handed value")
    assert fault.endswith("a row (Patient)")


@pytest.mark.parametrize("value", [[1], {"a": 1}, {1}, Loose(), Holder([1]), (Holder({"a": 1}),)])
def test_what_can_change_is_seen(value):
    assert handed(value)[0].endswith(")")
    assert "which can change" in handed(value)[0]


@pytest.mark.parametrize(
    "value", ["words", 1, None, (1, ("a",)), Holder(MappingProxyType({"a": 1})), len, Form()]
)
def test_what_cannot_change_may_be_handed_over(value):
    assert handed(value) == []


@pytest.mark.parametrize("view", RECEPTION_SEES, ids=lambda view: view.__name__)
def test_no_view_of_reception_can_hold_an_answer(view):
    assert may_hold_answers(view) == ()


@pytest.mark.parametrize(
    "kind",
    [
        Answers,
        Journey,
        Rating,
        Draft,
        Summary,
        Any,
        object,
        dict[str, str],
        Mapping[str, int],
        tuple[Summary, ...],
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "wrapped", [lambda kind: kind, lambda kind: kind | None, lambda kind: tuple[kind, ...]]
)
def test_a_type_that_can_hold_an_answer_is_seen(kind, wrapped):
    inner = make_dataclass("Inner", [("words", str), ("held", wrapped(kind))], frozen=True)
    outer = make_dataclass("Outer", [("inner", inner | None)], frozen=True)

    (fault,) = may_hold_answers(outer)

    assert fault.startswith("Outer.inner.held may be ")


def test_only_the_call_script_may_hold_answers():
    holder = make_dataclass("Holder", [("script", CallScript)], frozen=True)
    whole = make_dataclass("Whole", [("summary", Summary)], frozen=True)

    assert may_hold_answers(holder) == ()
    assert may_hold_answers(whole)


def test_reception_is_handed_nothing_that_could_be_an_answer():
    journey = make_dataclass("Told", [("journey", Journey | None)], frozen=True)(None)

    assert handed(journey, "clinician/some.html") == []
    assert handed(journey, "reception/some.html") != []
    assert handed((journey,), "reception/some.html") != []


@pytest.mark.parametrize("name", ["g", "session", "config"])
def test_no_template_reaches_what_flask_hands_over_by_itself(app, name):
    with app.test_request_context("/start"), pytest.raises(UndefinedError, match=name):
        render_template_string("{{ " + name + " }}")


def test_reception_is_not_handed_the_wording_of_a_rule(reception, clinician, come, clinic_database):
    appointment = come("V05")["V05"]
    with clinic_database.reading() as session:
        intake = session.get_one(Intake, appointment.intake.id)
        lines = [LINES[alert.rule] for alert in intake.alerts]
    assert lines

    for_reception = _handed_to(reception, appointment)
    for_clinician = _handed_to(clinician, appointment)

    assert not [line for line in lines if str(line) in for_reception]
    assert [line for line in lines if str(line) in for_clinician]


def _handed_to(colleague, appointment) -> str:
    """Everything that the templates of the day and of the appointment are handed, in one text."""
    told = []

    def note(_app, context, **_):
        told.append(repr(context))

    with before_render_template.connected_to(note):
        colleague.client.get("/day/", follow_redirects=True)
        colleague.client.get(f"/appointments/{appointment.id}")
        colleague.client.get(f"/alerts/{appointment.intake.id}")
    return "\n".join(told)
