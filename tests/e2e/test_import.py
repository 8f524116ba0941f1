"""Reception imports a file in a browser: uploaded, looked at, confirmed."""

from datetime import UTC, datetime, timedelta

from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD

NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)
WEEK = f"""date;time;minutes;name;date_of_birth;phone;email;clinician;needs
{NEXT_WEEK};09:40;;"Quillmade; Petra";27/3/1962;07700 900123;petra@example.org;Dr Bello;an interpreter
{NEXT_WEEK};10:00;40;Bruno <Inkmade>;1.2.1950;;;Dr Bello;
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
    page.get_by_role("rowheader", name="Quillmade; Petra").wait_for()


def test_an_export_is_told_apart_mapped_and_mended_by_keyboard(live, page, see_no_barrier):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/appointments/import")
    page.get_by_label("E-mail address").fill(live.hire(Role.RECEPTION))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    day = f"{NEXT_WEEK:%d.%m.%Y}"
    content = (
        f"Nachname;Vorname;Geburtsdatum;Handy;Datum;Uhrzeit\nMüller;Änne;28.03.1963;;{day};09:00 Uhr\n"
        f"Fink;Jürgen;31.02.1951;4,4771E+11;{day};10:00 Uhr\n"
    ).encode("cp1252")

    page.get_by_label("Or choose a file").set_input_files(
        files=[{"name": "woche.csv", "mimeType": "text/csv", "buffer": content}]
    )
    page.get_by_role("button", name="Show what is in it").press("Enter")
    page.get_by_text("Line 2 holds a byte (0xFC)").wait_for()
    _fits(page, see_no_barrier)
    page.get_by_label("Müller · Änne · Jürgen").press("Space")
    page.get_by_role("button", name="Go on with these letters").press("Enter")

    page.get_by_role("heading", name="What is in the file?").wait_for()
    _fits(page, see_no_barrier)
    page.get_by_label("Handy").press("Tab")
    page.get_by_role("button", name="Show the appointments").press("Enter")

    page.get_by_text("1 row cannot be imported.").wait_for()
    _fits(page, see_no_barrier)
    page.get_by_label("Date of birth, row 3").fill("1.2.1951")
    page.get_by_label("Telephone, row 3").fill("")
    # Enter in a box looks again, and imports nothing.
    page.get_by_label("Telephone, row 3").press("Enter")
    page.get_by_role("button", name="Import 2 appointments").wait_for()
    page.get_by_role("button", name="Change row 2").press("Enter")
    page.get_by_label("Minutes, row 2").wait_for()
    _fits(page, see_no_barrier)
    page.get_by_role("button", name="Import 2 appointments").press("Enter")
    page.get_by_text("2 appointments came in.").wait_for()


def _fits(page, see_no_barrier) -> None:
    see_no_barrier(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
