"""What changed since the last form, and pain over the visits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.demo.vignettes import answers_of, born
from intake.questionnaire import PAGES
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.forms import draft, intakes
from intake.storage.models import Appointment, AuditEvent
from intake.web.clinician.severity import ScoredVisit, chart_of
from tests.acting import acting
from tests.conftest import MORNING
from tests.web.patients import CASES


@pytest.fixture
def returning(clinic_database, settings, clock):
    """Anna, who was here three weeks ago with a plain ache and comes again with fever; gives both forms."""
    at_first = {"nrs_now": 7, "sleep": "fine"}
    first = _sends(clinic_database, settings, "V01", clock.now - timedelta(days=21), at_first)
    again = {"nrs_now": 4, "sleep": "bad", "rf_fever": "yes", "mc_main": "It burns now"}
    second = _sends(clinic_database, settings, "V01", clock.now - timedelta(hours=1), again, patient=first)
    return first.intake.id, second.intake.id


def _sends(database, settings, case, at, special, patient=None):
    with acting(database, settings=settings, now=at) as op:
        appointment = booking.make(
            op,
            Booking(
                name="Anna Canary",
                date_of_birth=born(CASES[case], at.date()),
                starts_at=at + timedelta(hours=2),
            ),
        )
        if patient is not None:
            appointment.patient = op.session.get(Appointment, patient.id).patient
        plain = CASES[case]
        answers = answers_of(replace(plain, answers={**plain.answers, **special}), at.date())
        draft.write(appointment.intake, draft.Draft(answers=answers, passed=frozenset(PAGES)))
        intakes.open(op, appointment.intake)
        intakes.send(op, appointment.intake)
        op.commit()
    return appointment


def test_new_flags_moved_answers_and_scores_are_named_against_the_last_form(clinician, returning):
    first, second = returning

    clinician.opens(f"/intakes/{second}")

    assert "What changed since 2 Nov 2026, 09:30" in clinician.words
    assert "Raised now, not then" in clinician.words
    assert "Fever with long-standing, unchanged back pain" in clinician.words
    assert "Pain now: 4 (was: 7, 2 Nov 2026)" in clinician.words
    assert "At least the smallest change that matters, 2 points or 30 %: pain now" in clinician.words
    assert "Sleep: badly disturbed (was: fine, 2 Nov 2026)" in clinician.words
    assert "The same as then: " in clinician.words
    assert any("It burns now" in row for row in clinician.words_of("tr"))
    assert f'href="/intakes/{first}"' in clinician.html
    (said,) = clinician.words_of(".changes")
    assert not [word for word in ("better", "worse", "improved", "fortunately") if word in said.casefold()]


def test_the_note_says_what_changed_since_the_last_form(clinician, returning):
    second = returning[1]

    shown = " ".join("".join(clinician.opens(f"/intakes/{second}").words_of("textarea")).split())

    taken = clinician.client.get(f"/intakes/{second}/summary.txt").get_data(as_text=True)
    for note in (shown, " ".join(taken.split())):
        assert "CHANGED SINCE 2 Nov 2026: raised now, not then: Fever with long-standing" in note
        assert "pain now: was 7, is 4" in note
        assert "fever: was No, is Yes" in note


def test_pain_over_the_visits_is_drawn_and_stands_in_a_table(clinician, returning):
    clinician.opens(f"/intakes/{returning[1]}")

    assert 'class="chart__drawing"' in clinician.html
    rows = [row for row in clinician.words_of("tr") if row.startswith(("2 Nov", "23 Nov"))]
    assert [row.split()[2][:5] for row in rows] == ["20267", "20264"]  # the year, and the pain now


def test_comparing_is_reading_the_earlier_form_too(clinician, returning, clinic_database):
    clinician.opens(f"/intakes/{returning[1]}")

    with clinic_database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "intake:read")).all()
    assert {event.about for event in events} == {f"intake:{each}" for each in returning}


def test_the_first_form_is_compared_with_nothing(clinician, returning, come):
    assert "What changed" not in clinician.opens(f"/intakes/{returning[0]}").words
    people = come("V05")
    assert "What changed" not in clinician.opens(f"/intakes/{people['V05'].intake.id}").words


def test_a_chart_needs_two_visits_and_breaks_where_nothing_was_said():
    def visit(days, **scores):
        return ScoredVisit(MORNING.date() + timedelta(days=days), scores)

    assert chart_of([visit(0, now=4)]) is None
    assert chart_of([visit(0, now=4), visit(1)]) is None
    chart = chart_of([visit(0, now=10), visit(1, worst=5), visit(2, now=0), visit(3, now=1)])

    now, average, worst = chart.lines
    assert len(now.points) == 3
    assert len(now.parts) == 1
    assert (average.points, len(worst.points), worst.parts) == ((), 1, ())
    assert now.points[0].y < now.points[1].y
