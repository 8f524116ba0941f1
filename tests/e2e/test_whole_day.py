"""A whole day in a browser: thirty are invited, three answer, reception acts, the clinician reads."""

import email
import io
import re
from datetime import date, datetime, timedelta
from email import policy

import pypdf
from playwright.sync_api import Browser, Page, expect

from intake.demo.vignettes import answers_of, born, vignette
from intake.storage.models import Role
from tests.e2e.clinic import PASSWORD, LiveClinic
from tests.e2e.visitors import Finger, come_in, walk
from tests.web.patients import Patient

DESK = {"width": 1280, "height": 800}
MANY = 30
# Who answers, and how far: the last one is told to get help, and leaves.
ANSWER = {"V01": "/form/received", "V02": "/form/received", "V05": "/form/now"}


def file_of(day: date, today: date) -> tuple[str, dict[str, str]]:
    """Thirty appointments with Dr Bello, and the e-mail addresses of those who will answer."""
    lines = ["date,time,name,date_of_birth,sex_at_birth,phone,email,clinician"]
    at, addresses = datetime.combine(day, datetime.min.time()) + timedelta(hours=8), {}
    cases = [*ANSWER, *(f"nobody {number}" for number in range(MANY - len(ANSWER)))]
    for number, case in enumerate(cases):
        name = f"Patient{number} Example"
        birth, sex = date(1950 + number, 2, 3), "female"
        if case in ANSWER:
            birth, sex = (
                born(vignette(case), today),
                str(vignette(case).answers.get("sex_at_birth", "female")),
            )
            addresses[case] = f"{case.lower()}@whole-day.example"
        mail = addresses.get(case, f"{number}@whole-day.example")
        time = at + timedelta(minutes=15 * number)
        lines.append(f"{day},{time:%H:%M},{name},{birth},{sex},07700 900{100 + number},{mail},Dr Bello")
    return "\n".join(lines), addresses


def link_sent_to(live: LiveClinic, address: str) -> str:
    """The link in the e-mail that this person got."""
    for file in (live.settings.data_dir / "mail").glob("*.eml"):
        letter = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        if letter["To"] == address:
            body = letter.get_body(("plain",))
            found = re.search(r"/i/([\w-]{43})", body.get_content() if body else "")
            assert found, f"no link in the e-mail to {address}"
            return found[1]
    raise AssertionError(f"no e-mail to {address}")


def at_the_desk(live: LiveClinic, browser: Browser, base_url: str, role: Role) -> Page:
    """Somebody of the staff at a large screen, signed in."""
    page = browser.new_context(base_url=base_url, viewport=DESK).new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(live.hire(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/worklist/*" if role is Role.CLINICIAN else "**/day/*")
    return page


def test_thirty_are_imported_three_answer_one_is_phoned_and_the_clinician_reads(
    live, browser, base_url, browser_context_args, see_no_barrier
):
    today = live.settings.today(live.app.clinic.now())
    day = today + timedelta(days=3)
    content, addresses = file_of(day, today)
    reception = at_the_desk(live, browser, base_url, Role.RECEPTION)

    # Reception imports the day and sends the links.
    reception.goto("/appointments/import")
    reception.get_by_label("Paste the appointments").fill(content)
    reception.get_by_role("button", name="Show what is in it").click()
    see_no_barrier(reception)
    reception.get_by_role("button", name=f"Import {MANY} appointments").click()
    reception.get_by_role("button", name="Make and send the links").click()
    reception.get_by_text(f"{MANY} have a link.").wait_for()
    # What other tests of this clinic left to be sent may go first.
    while live.app.clinic.queue.sweep():
        pass

    # Three open the e-mail on their phones and answer; one is told to get help, and goes.
    for case, last in ANSWER.items():
        phone = browser.new_context(**browser_context_args).new_page()
        token, birth = link_sent_to(live, addresses[case]), born(vignette(case), today)
        patient = Patient(None, None, token, birth, answers_of(vignette(case), today))
        come_in(phone, patient, Finger())
        walk(phone, patient, Finger(), to=last)
        if last == "/form/now":
            getting_help = phone.get_by_role("button", name="I am getting help now")
            # What is for today is told before the emergency.
            while not getting_help.count():
                Finger().press(phone, phone.get_by_role("button", name="I will do this today"))
                walk(phone, patient, Finger(), to=last)
            getting_help.click()
            phone.wait_for_url("**/form/leave")
        phone.context.close()

    # Reception sees it all, phones the one who left, and writes down what came of it.
    reception.goto(f"/day/{day}")
    expect(reception.locator(".day-head__counts")).to_have_text(
        f"{MANY} appointments: 2 sent, 1 left to get help and {MANY - 3} not opened."
    )
    attention = reception.locator(".attention > ul > li").filter(has_text="Patient2 Example")
    attention.get_by_role("button", name="I am doing this").click()
    reception.wait_for_url("**/alerts/*")
    expect(reception.get_by_role("heading", name="What to say")).to_be_visible()
    see_no_barrier(reception)
    reception.get_by_label("At the emergency department, or on the way").check()
    reception.get_by_label("I have told a clinician").check()
    reception.get_by_label("What was said and done").fill("Phoned; an ambulance is there.")
    reception.get_by_label("Your initials").fill("RR")
    reception.get_by_role("button", name="Save and close").click()
    reception.goto(f"/day/{day}")
    expect(reception.locator(".attention").filter(has_text="Patient2 Example")).to_have_count(0)

    # The clinician reads what cannot wait first, and prints the pack.
    clinician = at_the_desk(live, browser, base_url, Role.CLINICIAN)
    clinician.goto(f"/worklist/{day}")
    on_top = clinician.locator(".work__urgent")
    expect(on_top).to_contain_text("Patient2 Example")
    see_no_barrier(clinician)
    on_top.get_by_role("link", name="Patient2 Example").click()
    clinician.get_by_role("button", name="Mark as read").click()
    expect(clinician.locator(".reader__read-by")).to_contain_text("You have read this")
    pack = clinician.request.get(f"/worklist/{day}/summaries.pdf")
    drafts = pypdf.PdfReader(io.BytesIO(pack.body()))
    words = " ".join(draft.extract_text() for draft in drafts.pages)
    assert [each.title.split()[1] for each in drafts.outline if not isinstance(each, list)] == [
        "Patient0",
        "Patient1",
        "Patient2",
    ]
    assert all(f"Patient{number} Example" in words for number in range(3))
    for page in (reception, clinician):
        page.context.close()
