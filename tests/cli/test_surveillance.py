"""The page of the safety file that says what the rules yield."""

import pytest

from intake.red_flags import RULES_VERSION, Urgency
from intake.services.staff.accounts import expect_user
from intake.storage.models import FindingVerdict, Outcome, Role
from tests.acting import acting
from tests.services.yielding import Clinic

EMERGENCY, TODAY = ("R-GEN-2", Urgency.EMERGENCY), ("R-GEN-1", Urgency.SAME_DAY)
RARE = ("R-GEN-4", Urgency.PRIORITY)
BACKWARDS = ["--from", "2026-04", "--to", "2026-03"]


@pytest.fixture
def clinic(clinic_database, settings, clock):
    """Forms of a month, some of them urgent."""
    facts = {"name": "Dr Bello", "email": "b@clinic.example", "role": Role.CLINICIAN}
    with acting(clinic_database, now=clock.now) as op:
        clinician = expect_user(op, **facts)
        op.commit()
    clinic = Clinic(clinic_database, settings, clinician)
    clinic.sees(90)
    clinic.sees(21, EMERGENCY, verdict=FindingVerdict.EXPLAINED)
    clinic.sees(6, TODAY, verdict=FindingVerdict.CONFIRMED, phoned=Outcome.SEEN_TODAY)
    clinic.sees(3, TODAY, RARE, verdict=FindingVerdict.CONFIRMED, phoned=Outcome.SEEN_TODAY)
    return clinic


def test_the_page_is_printed_as_markdown(commands, clinic):
    result = commands.invoke(args=["surveillance"])

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "# Surveillance"
    assert RULES_VERSION in lines[2]
    assert "Everything since counting began." in lines[2]
    assert "| Forms handed over | 120 |  |  |" in lines
    assert "| Emergency | 21 | 17.5 | below 3, **over** |" in lines
    assert "| Same day | 9 | 7.5 | below 10 |" in lines
    assert "| Calls that reached the patient | 9 | 7.5 |  |" in lines
    (rule,) = (line for line in lines if line.startswith("| R-GEN-2 |"))
    assert rule.endswith("| 21 | 0 | 21 | 0 | 0 | 0 |")
    (review,) = (line for line in lines if line.startswith("- "))
    assert review.startswith("- R-GEN-2: ")


def test_small_numbers_are_hidden_in_the_file_as_well(commands, clinic):
    lines = commands.invoke(args=["surveillance"]).output.splitlines()

    (rule,) = (line for line in lines if line.startswith("| R-GEN-4 |"))
    assert rule.endswith("| fewer than 5 | not shown | not shown | not shown | not shown | not shown |")
    cells = {cell.strip() for line in lines for cell in line.split("|")}
    assert not cells & {"1", "2", "3", "4"}


def test_nothing_to_review_is_said(commands, clinic):
    clinic.sees(5, EMERGENCY, verdict=FindingVerdict.CONFIRMED)

    lines = commands.invoke(args=["surveillance"]).output.splitlines()

    assert "None." in lines


def test_months_can_be_chosen(commands, clinic):
    march = commands.invoke(args=["surveillance", "--from", "2026-03"]).output
    before = commands.invoke(args=["surveillance", "--from", "2026-01", "--to", "2026-02"]).output

    assert "Visits of 2026-03." in march
    assert "| Forms handed over | 120 |" in march
    assert "2026-01 to 2026-02." in before
    assert "| Forms handed over | 0 |" in before


@pytest.mark.parametrize(
    "months", [["--from", "soon"], ["--to", "2026-03"], ["--from", "2026-04", "--to", "2026-03"]]
)
def test_months_that_are_none_are_refused_plainly(commands, months):
    result = commands.invoke(args=["surveillance", *months])

    assert result.exit_code == 1
    assert "Months are written 2026-03" in result.output
    assert "Traceback" not in result.output
