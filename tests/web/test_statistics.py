"""Figures on a page and in a spreadsheet: the same numbers, the same hidden."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from intake.spreadsheet import cell
from intake.storage.models import AuditEvent

EVERYBODY = ("V02", "V03", "V04", "V05", "V06", "V08", "V09", "V10", "V12", "V13", "V16", "V17", "V19", "V22")
PERIOD = "from=2026-11-23&to=2026-11-23"


def test_no_number_below_five_stands_on_the_page_or_in_the_table(admin, come):
    come(*EVERYBODY)

    admin.opens(f"/figures?{PERIOD}")
    shown = admin.words_of("td")
    rows = _table(admin)

    cells = [cell for cell in (*shown, *(row[2] for row in rows[1:])) if cell.isdigit()]
    assert not [cell for cell in cells if 0 < int(cell) < 5]
    assert "Fired fewer than 5 times" in admin.words
    assert {"fewer than 5", "not shown"} & set(shown)
    assert any(row[2] == "fewer than 5" for row in rows)


def test_the_table_says_what_the_page_says(admin, come):
    come("V02", "V03")

    admin.opens(f"/figures?{PERIOD}")
    page = [cell for cell in admin.words_of("td") if re.fullmatch(r"\d+|fewer than 5|not shown", cell)]
    rows = [row for row in _table(admin)[1:] if not row[0].startswith(("Median", "R-"))]
    rules = {row[0].split(",")[0] for row in _table(admin) if row[0].startswith("R-")}

    assert sorted(page) == sorted(row[2] for row in rows)
    assert rules
    assert all(rule in admin.words for rule in rules)


def test_the_days_are_the_last_four_weeks_unless_somebody_says_otherwise(admin):
    admin.opens("/figures")

    assert 'value="2026-10-26"' in admin.html
    assert 'value="2026-11-22"' in admin.html


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("from=soon&to=2026-01-01", "Enter two days"),
        ("from=2026-02-01&to=2026-01-01", "must not come after"),
        ("from=2020-01-01&to=2026-01-01", "at most a year"),
    ],
)
def test_days_that_cannot_be_are_asked_again(admin, period, said):
    admin.opens(f"/figures?{period}")

    assert admin.status == 400
    assert said in admin.words
    assert period.split("&")[0].split("=")[1] in admin.html
    assert admin.client.get(f"/figures.csv?{period}").status_code == 400


def test_each_look_is_recorded(admin, clinic_database):
    admin.opens(f"/figures?{PERIOD}")
    _table(admin)

    with clinic_database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "figures:read")).all()
    assert [("csv" in event.detail, event.actor) for event in events] == [
        (False, f"staff:{admin.user.id}"),
        (True, f"staff:{admin.user.id}"),
    ]


def test_figures_are_the_admins(reception, clinician):
    for colleague in (reception, clinician):
        assert colleague.client.get("/figures").status_code == 403
        assert colleague.client.get("/figures.csv").status_code == 403


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(evil):
    assert cell(evil) == "'" + evil


def _table(admin) -> list[list[str]]:
    answer = admin.client.get(f"/figures.csv?{PERIOD}")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
