"""What the rules yield: counted from records and marks, kept when forms are erased, and never small."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text

from intake.red_flags import Urgency
from intake.services import audit
from intake.services.audit import Action
from intake.services.forms import findings, versions
from intake.services.operations.surveillance import VERDICTS, Months
from intake.storage.models import (
    AuditEvent,
    FindingOutcome,
    FindingVerdict,
    Intake,
    IntakeStatus,
    Outcome,
    Tally,
)
from tests.acting import acting
from tests.services.conftest import NOW
from tests.services.correspondence import empty_database
from tests.services.yielding import MARCH, VISIT, Clinic, record

RULE = "R-CAR-1"


@pytest.fixture
def database(tmp_path: Path):
    """Counting is the same on either kind, and many patients take their time."""
    opened = empty_database(tmp_path)
    yield opened
    opened.dispose()


@pytest.fixture
def clinic(database, settings, clinician) -> Clinic:
    return Clinic(database, settings, clinician)


NOW_ = (RULE, Urgency.EMERGENCY)
TODAY_ = ("R-INF-1", Urgency.SAME_DAY)
FIRST = ("R-GEN-4", Urgency.PRIORITY)


def numbers(rule):
    return rule.fired.value, [count.value for count in rule.verdicts]


def shares(found):
    return {str(each.name): (each.count.value, each.per_hundred, each.over) for each in found.tiers}


def test_each_rule_says_how_often_it_fired_and_what_it_was_found_to_be(clinic):
    clinic.sees(30)
    clinic.sees(6, NOW_, verdict=FindingVerdict.CONFIRMED)
    clinic.sees(7, NOW_, verdict=FindingVerdict.EXPLAINED)
    clinic.sees(8, NOW_, verdict=FindingVerdict.NOT_NEEDED)
    clinic.sees(9, NOW_)

    (rule,) = clinic.yields().rules

    assert (rule.rule, rule.urgency) == NOW_
    assert numbers(rule) == (30, [6, 7, 8, 9])
    assert [str(name) for name in VERDICTS.values()] == [
        "Confirmed",
        "Explained otherwise",
        "Not needed",
        "Not marked",
    ]


def test_the_latest_mark_is_the_one_that_counts(clinic):
    clinic.sees(20, NOW_, verdict=FindingVerdict.CONFIRMED)
    with acting(clinic.database, by=clinic.clinician) as op:
        for form in op.session.scalars(select(Intake)).all():
            findings.mark(op, form, RULE, FindingVerdict.NOT_NEEDED, version_token=1)
        op.commit()

    (rule,) = clinic.yields().rules

    assert numbers(rule) == (20, [0, 0, 20, 0])


def test_the_share_of_emergencies_stands_beside_what_was_agreed(clinic):
    clinic.sees(170)
    clinic.sees(6, NOW_, TODAY_)
    clinic.sees(24, TODAY_, FIRST)

    found = clinic.yields()

    assert found.forms.value == 200
    assert shares(found)["Emergency"] == (6, 3.0, True)
    assert shares(found)["Same day"] == (24, 12.0, True)
    assert {each.target for each in found.tiers} == {3, 10, None}
    clinic.sees(100)
    assert shares(clinic.yields())["Emergency"] == (6, 2.0, False)


def test_whoever_left_to_get_help_counts_as_a_form(clinic):
    clinic.sees(20)
    clinic.sees(10, NOW_, status=IntakeStatus.LEFT_URGENT)

    assert clinic.yields().forms.value == 30
    assert shares(clinic.yields())["Emergency"][0] == 10


def test_calls_are_counted_for_each_hundred_forms_and_one_call_is_one(clinic):
    clinic.sees(80)
    clinic.sees(10, NOW_, TODAY_, phoned=Outcome.SEEN_TODAY)
    clinic.sees(10, NOW_, phoned=Outcome.NOT_REACHED)

    found = clinic.yields()

    assert (found.calls.count.value, found.calls.per_hundred) == (10, 10.0)
    calls = {rule.rule: (rule.calls.count.value, rule.calls.per_hundred) for rule in found.rules}
    assert calls == {RULE: (10, 10.0), "R-INF-1": (10, 10.0)}


def test_an_emergency_rule_that_fires_often_and_is_never_confirmed_goes_to_review(clinic):
    clinic.sees(20, NOW_, verdict=FindingVerdict.NOT_NEEDED)
    clinic.sees(40, TODAY_)
    assert clinic.yields().to_review == ()

    clinic.sees(1, NOW_)
    (rule,) = clinic.yields().to_review
    assert (rule.rule, rule.fired.value) == (RULE, 21)

    clinic.sees(1, NOW_, verdict=FindingVerdict.CONFIRMED)
    assert clinic.yields().to_review == ()


def test_only_what_fires_as_an_emergency_goes_to_review(clinic):
    clinic.sees(25, NOW_, TODAY_, verdict=FindingVerdict.NOT_NEEDED)

    assert [rule.rule for rule in clinic.yields().to_review] == [RULE]


def test_review_looks_at_all_that_was_ever_counted(clinic):
    clinic.sees(11, NOW_, visit=VISIT - timedelta(days=60))
    clinic.erases()
    clinic.sees(10, NOW_)

    assert [rule.rule for rule in clinic.yields().to_review] == [RULE]
    assert clinic.yields().rules[0].fired.value == 10


def test_a_rule_that_was_corrected_away_fired_all_the_same(clinic):
    clinic.sees(20, NOW_, verdict=FindingVerdict.NOT_NEEDED)
    with acting(clinic.database) as op:
        for form in op.session.scalars(select(Intake)).all():
            versions.set_aside(op, form, reason="A slip")
            form.summary, form.urgency = record(FIRST), Urgency.PRIORITY
            op.record(Action.INTAKE_CORRECTED, form)
        op.commit()

    found = clinic.yields()

    assert {rule.rule: numbers(rule) for rule in found.rules} == {
        RULE: (20, [0, 0, 20, 0]),
        "R-GEN-4": (20, [0, 0, 0, 20]),
    }
    assert shares(found)["Emergency"][0] == 20


def test_notes_are_not_asked_about_and_not_counted(clinic):
    clinic.sees(20, ("R-NS-1", Urgency.NOTE))

    assert clinic.yields().rules == ()
    assert shares(clinic.yields())["Note"][0] == 20


def test_where_no_rule_is_applied_there_is_nothing_to_watch(clinic):
    clinic.sees(20)
    with clinic.database.writing() as session:
        for form in session.scalars(select(Intake)):
            form.summary = record(profile="transcribe")
        session.commit()

    assert clinic.yields().forms.value == 0


def test_what_is_erased_is_counted_as_before_and_nothing_tells_whose_it_was(clinic):
    clinic.sees(20)
    clinic.sees(6, NOW_, FIRST, verdict=FindingVerdict.CONFIRMED, phoned=Outcome.SEEN_TODAY)
    clinic.sees(5, NOW_, phoned=Outcome.EMERGENCY_CARE)
    before = clinic.yields()
    with clinic.database.reading() as session:
        ids = {str(each) for each in session.scalars(select(Intake.id))}

    clinic.erases()

    assert clinic.yields() == before
    assert clinic.yields(None) == before
    with clinic.database.reading() as session:
        assert session.scalars(select(FindingOutcome)).all() == []
        kept = session.execute(text("SELECT * FROM tally")).all()
        assert not ids & {str(cell) for row in kept for cell in row}
        assert {row.month for row in session.scalars(select(Tally))} == {"2026-03"}


def test_the_month_is_that_of_the_clinics_own_calendar(clinic):
    clinic.settings = replace(clinic.settings, zone=ZoneInfo("Pacific/Auckland"))
    clinic.sees(20, NOW_, visit=datetime(2026, 3, 31, 21, tzinfo=NOW.tzinfo))
    april = Months("2026-04", "2026-04")

    assert clinic.yields(april).forms.value == 20
    clinic.erases()
    assert clinic.yields(april).forms.value == 20
    assert clinic.yields(MARCH).forms.value == 0


def test_other_months_are_left_out(clinic):
    clinic.sees(20, NOW_)
    clinic.sees(30, NOW_, visit=VISIT + timedelta(days=31))
    clinic.sees(40, NOW_, visit=VISIT - timedelta(days=31))

    assert clinic.yields().forms.value == 20
    assert clinic.yields(Months("2026-02", "2026-03")).forms.value == 60
    assert clinic.yields(None).rules[0].fired.value == 90


def test_no_small_number_is_shown_nor_can_be_worked_out(clinic):
    clinic.sees(40)
    clinic.sees(3, ("R-CES-1", Urgency.EMERGENCY), verdict=FindingVerdict.CONFIRMED)
    clinic.sees(2, NOW_, verdict=FindingVerdict.CONFIRMED, phoned=Outcome.SEEN_TODAY)
    clinic.sees(18, NOW_, phoned=Outcome.SEEN_TODAY)
    clinic.sees(1, NOW_)

    found = clinic.yields()

    rare, often = sorted(found.rules, key=lambda rule: rule.rule != "R-CES-1")
    assert (rare.fired.value, rare.fired.small) == (None, True)
    assert {count.value for count in (*rare.verdicts, rare.calls.count)} == {None}
    assert often.fired.value == 21
    assert [count.value for count in often.verdicts] == [None, 0, 0, None]
    assert often.calls.count.value is None, "20 of 21 would tell that one was not phoned"


def test_of_a_few_forms_not_even_their_number_is_shown(clinic):
    clinic.sees(12)
    clinic.sees(7, NOW_)

    found = clinic.yields()

    assert found.forms.value is None
    assert {each.count.value for each in found.tiers} == {None}
    assert {each.per_hundred for each in found.tiers} == {None}


def test_nothing_is_counted_from_the_audit(clinic):
    clinic.sees(25, NOW_, verdict=FindingVerdict.CONFIRMED, phoned=Outcome.SEEN_TODAY)
    before = clinic.yields()
    with clinic.database.writer.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        connection.execute(delete(AuditEvent))

    assert clinic.yields() == before
    with clinic.database.reading() as session:
        assert audit.verify(session) != (), "the audit is gone"


@pytest.mark.parametrize("months", [("2026-3", "2026-04"), ("2026-04", "2026-03"), ("2026-13", "2026-13")])
def test_months_that_are_none_are_refused(months):
    with pytest.raises(ValueError, match="2026-03"):
        Months(*months)
