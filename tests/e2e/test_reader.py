"""The clinician has one minute: what decides the visit stands on the first screen of a desk."""

import io
import unicodedata
from datetime import UTC, datetime, timedelta

import pypdf
import pytest
from playwright.sync_api import Page, expect

from intake.demo.vignettes import answers_of, born, vignette
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.questions import FreeText
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.forms import draft, intakes
from intake.storage.models import Role
from tests.acting import acting
from tests.e2e.conftest import LiveClinic
from tests.e2e.test_staff import PHONE, WIDE, sign_in

# Words that stand open about the patient and on the first screen, whatever fired.
MOST_WORDS = 220
WANTS = {"hope": "cause"}
# Who they are, what they said and whom to ring are no questions of safety.
CERTAIN = {"dob", "sex_at_birth", "mc_main", "sites", "phone_best"}


def unsure() -> Answers:
    """A place on the map, words of their own, and "not sure" to everything that can be answered so."""
    given = answers_of(vignette("V01"), datetime.now(UTC).date())
    doubted = {}
    for id, question in QUESTIONS.items():
        if isinstance(question, FreeText):
            continue
        try:
            doubted[id] = question.parse("not_sure")
        except ValueError:
            continue
    # Not sure of ever having had cancer asks which, and one cannot be unsure of that.
    doubted["pmh_cancer_type"] = QUESTIONS["pmh_cancer_type"].parse(["other"])
    return given.merged({id: value for id, value in doubted.items() if id not in CERTAIN})


def first_screen(page: Page) -> float:
    """Where the first screen ends, in pixels, but for what the whole clinic is told above the record."""
    notices = page.locator("#notice-bar").bounding_box()
    return WIDE["height"] + (notices["height"] if notices else 0)


def sent(live: LiveClinic, case: str, answers: Answers | None = None) -> str:
    """The address of the record of a patient who sent this form, and who comes later today."""
    now = datetime.now(UTC)
    with acting(live.database, settings=live.settings, now=now) as op:
        made_up = vignette(case)
        who = Booking(
            name="Anna Canary", date_of_birth=born(made_up, now.date()), starts_at=now + timedelta(minutes=1)
        )
        appointment = booking.make(op, who)
        given = (answers or answers_of(made_up, now.date())).merged(WANTS)
        draft.write(appointment.intake, draft.Draft(answers=given, passed=frozenset(PAGES)))
        intakes.open(op, appointment.intake)
        intakes.send(op, appointment.intake)
        op.commit()
    return f"/intakes/{appointment.intake.id}?whose=everybody"


PARTS = (
    ".reader__bar",
    ".safety",
    "blockquote",
    "[aria-labelledby=wants]",
    "[aria-labelledby=pain]",
    ".figures",
)
PATIENTS = {
    **{case: case for case in ("V01", "V05", "V08", "V12", "V14")},
    "nothing but not sure": "V01",
}


@pytest.mark.parametrize("patient", PATIENTS)
def test_words_wants_pain_and_map_stand_on_the_first_screen(live, page, patient):
    address = sent(live, PATIENTS[patient], None if patient in PATIENTS.values() else unsure())
    page.set_viewport_size(WIDE)
    sign_in(live, page, Role.CLINICIAN)

    page.goto(address)

    for part in PARTS:
        box = page.locator(part).first.bounding_box()
        assert box is not None, part
        assert box["y"] + box["height"] <= first_screen(page), part
    words = " ".join(
        page.locator(each).inner_text() for each in (".reader__who", ".identity", ".reader__first")
    )
    assert len(words.split()) <= MOST_WORDS, words


TALKATIVE = " ".join(f"word{count}" for count in range(150))[:1000]


def test_long_words_are_folded_openly_and_push_nothing_below_the_first_screen(live, page, see_no_barrier):
    wants = (TALKATIVE[:190], "A plan")
    given = answers_of(vignette("V05"), datetime.now(UTC).date())
    address = sent(live, "V05", given.merged({"mc_main": TALKATIVE, "agenda": wants}))
    page.set_viewport_size(WIDE)
    sign_in(live, page, Role.CLINICIAN)

    page.goto(address)

    for part in ("[aria-labelledby=wants]", "[aria-labelledby=pain]", ".figures"):
        box = page.locator(part).first.bounding_box()
        assert box is not None, part
        assert box["y"] + box["height"] <= first_screen(page), part
    whole = page.locator("[aria-labelledby=wants] blockquote")
    expect(whole).to_be_hidden()
    page.locator("[aria-labelledby=wants] summary").first.click()
    expect(whole).to_be_visible()
    assert whole.inner_text() == TALKATIVE
    see_no_barrier(page)


def test_every_rule_that_fired_is_behind_one_press(live, page, see_no_barrier):
    address = sent(live, "V01", unsure())
    page.set_viewport_size(WIDE)
    sign_in(live, page, Role.CLINICIAN)
    page.goto(address)
    folded = page.locator(".safety details")

    assert "rules, only because the patient is not sure" in page.locator(".safety").inner_text()
    for each in folded.all():
        each.locator("summary").first.click()

    assert "no urine for 12 hours" in page.locator(".safety").inner_text()
    see_no_barrier(page)


def test_j_and_k_go_through_the_day_and_never_while_somebody_types(live, page):
    first, second = sent(live, "V02"), sent(live, "V14")
    page.set_viewport_size(WIDE)
    sign_in(live, page, Role.CLINICIAN)
    page.goto(first)
    after = page.locator("a[rel=next]")
    wanted = after.get_attribute("href")

    page.locator(".reader__copy summary").click()
    page.locator("#note").focus()
    page.keyboard.press("j")
    page.locator("#note").blur()
    page.keyboard.press("Control+j")
    assert page.url.endswith(first)
    expect(after.locator("kbd")).to_be_visible()
    page.keyboard.press("j")
    page.wait_for_url(f"**{wanted}")
    page.keyboard.press("k")
    page.wait_for_url(f"**{first}")

    page.get_by_role("button", name="Keys j and k").click()
    page.keyboard.press("j")
    expect(after.locator("kbd")).to_be_hidden()
    assert page.url.endswith(first)
    assert second


def test_without_scripts_one_goes_on_by_a_link_and_paper_folds_nothing(live, browser, browser_context_args):
    address = sent(live, "V05")
    sent(live, "V02")
    context = browser.new_context(**{**browser_context_args, "is_mobile": False}, java_script_enabled=False)
    page = context.new_page()
    sign_in(live, page, Role.CLINICIAN)
    page.goto(address)

    on_paper = squeezed(words_on_paper(page))
    asked = page.locator(".answers__list dt").all_text_contents()
    assert len(asked) > 40
    assert [words for words in ("Because:", *asked) if squeezed(words) not in on_paper] == []
    expect(page.locator("kbd").first).to_be_hidden()
    page.locator("a[rel=next]").click()
    assert page.url != address
    page.get_by_role("button", name="Mark as read").click()
    page.get_by_role("button", name="Take back: not read").click()
    expect(page.get_by_role("button", name="Mark as read")).to_be_visible()
    context.close()


def squeezed(words: str) -> str:
    """Without spaces, line ends and ligatures, which a PDF sets as it likes."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def words_on_paper(page: Page) -> str:
    printed = pypdf.PdfReader(io.BytesIO(page.pdf()))
    return "\n".join(each.extract_text() for each in printed.pages)


def test_the_bar_stays_in_sight_and_hides_nothing_that_has_the_focus(live, page):
    address = sent(live, "V12")
    sign_in(live, page, Role.CLINICIAN)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.goto(address)
        page.locator("#a-mc_main").scroll_into_view_if_needed()
        page.goto(f"{address}#answers")

        bar, target = (page.locator(each).bounding_box() for each in (".reader__bar", "#answers"))
        assert bar is not None
        assert target is not None
        assert 0 <= bar["y"] < 2
        assert bar["height"] <= 110
        assert target["y"] >= bar["y"] + bar["height"]


def test_text_twice_as_large_scrolls_nothing_sideways(
    live, browser_type, browser_type_launch_args, browser_context_args
):
    address = sent(live, "V05")
    larger = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": larger})
    page = browser.new_context(**{**browser_context_args, "is_mobile": False}).new_page()
    sign_in(live, page, Role.CLINICIAN)

    for each in (address, "/worklist/?whose=everybody"):
        page.goto(each)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), each
    browser.close()
