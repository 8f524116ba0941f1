"""A table for a spreadsheet from the command line: the one that the page gives, and recorded as well."""

import pytest
from sqlalchemy import select

from intake.services.operations.exports import EXPORTS
from intake.storage.models import AuditEvent

DAYS = ["--from", "2026-11-23", "--to", "2026-11-23"]


@pytest.mark.parametrize("name", EXPORTS)
def test_the_command_prints_what_the_page_gives(app, admin, clinic_database, name):
    result = app.test_cli_runner().invoke(args=["export", name, *DAYS])

    page = admin.client.get(f"/{name}.csv?from=2026-11-23&to=2026-11-23").get_data(as_text=True)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == page.splitlines()
    with clinic_database.reading() as session:
        read = session.scalars(select(AuditEvent).where(AuditEvent.action == "figures:read")).all()
    assert {event.actor for event in read} == {"system", f"staff:{admin.user.id}"}
    assert all(name in event.detail for event in read)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["everything", *DAYS], "'everything' is not"),
        (["figures", "--from", "2026-11-24", "--to", "2026-11-23"], "must not come after"),
        (["figures", "--from", "soon", "--to", "2026-11-23"], "soon"),
    ],
)
def test_what_is_no_table_or_no_days_is_said(app, arguments, said):
    result = app.test_cli_runner().invoke(args=["export", *arguments])

    assert result.exit_code != 0
    assert said in result.output
