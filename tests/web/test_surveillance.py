"""What the rules yield, on the page of figures and in its table."""

import csv
import io

import pytest

from intake.red_flags import Urgency
from intake.storage.models import FindingVerdict, Outcome
from tests.services.yielding import Clinic
from tests.strict import parsed, words_of

EMERGENCY, TODAY = ("R-GEN-2", Urgency.EMERGENCY), ("R-GEN-1", Urgency.SAME_DAY)
RARE = ("R-GEN-4", Urgency.PRIORITY)
PERIOD = "from=2026-03-05&to=2026-03-20"


@pytest.fixture
def clinic(clinic_database, settings, clinician):
    """A month of 120 forms."""
    clinic = Clinic(clinic_database, settings, clinician.user)
    clinic.sees(84)
    clinic.sees(10, TODAY, verdict=FindingVerdict.CONFIRMED, phoned=Outcome.SEEN_TODAY)
    clinic.sees(4, TODAY, RARE, verdict=FindingVerdict.CONFIRMED, phoned=Outcome.SEEN_TODAY)
    clinic.sees(22, EMERGENCY, verdict=FindingVerdict.NOT_NEEDED)
    return clinic


def test_the_page_says_how_each_rule_did_and_what_goes_to_review(admin, clinic):
    admin.opens(f"/figures?{PERIOD}")

    assert "Visits of the whole month 2026-03." in admin.words
    rows = _rows(admin)
    assert ["Forms handed over", "120", "", ""] in rows
    assert ["Emergency", "22", "18.3", "below 3 (over)"] in rows
    assert ["Calls that reached the patient", "14", "11.7", ""] in rows
    assert ["Same day", "14", "14", "0", "0", "0", "14"] in [row[1:] for row in rows]
    assert ["Emergency", "22", "0", "0", "22", "0", "0"] in [row[1:] for row in rows]
    assert "For clinical review" in admin.words
    assert [line for line in admin.words_of("li") if line.startswith("R-GEN-2 ")]


def test_a_rule_that_was_confirmed_is_not_reviewed(admin, clinic):
    clinic.sees(1, EMERGENCY, verdict=FindingVerdict.CONFIRMED)

    admin.opens(f"/figures?{PERIOD}")

    assert ["Forms handed over", "121", "", ""] in _rows(admin)
    assert "For clinical review" not in admin.words


def test_the_table_has_the_same(admin, clinic):
    rows = _table(admin)

    assert ["Whole months", "Forms handed over", "120", "", ""] in rows
    assert ["Whole months", "Emergency", "22", "18.3", "3"] in rows
    assert ["R-GEN-1, SAME_DAY, after the visit", "Confirmed", "14", "", ""] in rows
    assert ["R-GEN-1, SAME_DAY, after the visit", "Calls that reached the patient", "14", "11.7", ""] in rows
    assert [row[0] for row in rows if row[0].endswith("clinical review")] == ["R-GEN-2, for clinical review"]


def test_a_rare_rule_is_named_without_its_number(admin, clinic):
    admin.opens(f"/figures?{PERIOD}")
    rows = {tuple(row[:2]): row[2] for row in _table(admin)}

    assert rows["R-GEN-4, PRIORITY, after the visit", "Fired"] == "fewer than 5"
    assert rows["R-GEN-4, PRIORITY, after the visit", "Confirmed"] == "not shown"
    assert not [cell for cell in (*admin.words_of("td"), *rows.values()) if cell in ("1", "2", "3", "4")]


def test_what_was_erased_still_stands_on_the_page(admin, clinic):
    clinic.erases()

    assert ["Emergency", "22", "18.3", "below 3 (over)"] in _rows(admin.opens(f"/figures?{PERIOD}"))


def test_what_the_rules_yield_is_the_admins_alone(reception, clinician, clinic):
    for colleague in (reception, clinician):
        assert colleague.client.get(f"/figures?{PERIOD}").status_code == 403


def _rows(admin) -> list[list[str]]:
    """The tables of the page, line by line."""
    return [[words_of(cell) for cell in line] for line in parsed(admin.html)[0].iter("tr")]


def _table(admin) -> list[list[str]]:
    answer = admin.client.get(f"/figures.csv?{PERIOD}")
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
