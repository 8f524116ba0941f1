"""Reception imports a file in a browser: uploaded, looked at, confirmed."""

from datetime import UTC, datetime, timedelta

from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD

NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)
WEEK = f"""date;time;minutes;name;date_of_birth;phone;email;clinician;needs
{NEXT_WEEK};09:40;;"Canary; Anna";27/3/1962;07700 900123;anna@example.org;Dr Bello;an interpreter
{NEXT_WEEK};10:00;40;Bruno <Finch>;1.2.1950;;;Dr Bello;
{NEXT_WEEK};25:00;;;ask;none;;;
"""


def test_a_file_is_uploaded_looked_at_and_imported(live, page, see_no_barrier):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/appointments/import")
    page.get_by_label("E-mail address").fill(live.hire(Role.RECEPTION))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    see_no_barrier(page)
    content = WEEK.replace("\n", "\r\n").encode("utf-16")
    file = {"name": "week.csv", "mimeType": "text/csv", "buffer": content}

    page.get_by_label("Or choose a file").set_input_files(files=[file])
    page.get_by_role("button", name="Show what is in it").click()
    page.get_by_text("Nothing is imported yet.").wait_for()
    see_no_barrier(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Import 2 appointments; 1 row is left out").click()
    page.get_by_role("button", name="Make and send the links").click()

    page.get_by_text("2 have a link.").wait_for()
    see_no_barrier(page)
    page.goto(f"/day/{NEXT_WEEK}")
    page.get_by_role("rowheader", name="Canary; Anna").wait_for()
