"""Nothing that staff type is lost: not by a time-out, not by signing out, not by a crash of the browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from flask import url_for

from intake.questionnaire import PAGES
from intake.services.staff import accounts
from intake.services.staff.accounts import Permission
from intake.storage.models import Role
from intake.web import guard_of
from tests.acting import acting
from tests.strict import parsed
from tests.web.conftest import PASSWORD
from tests.web.staff import Colleague

NEW = "/appointments/new"
NOTE = "Phoned 10:40, husband drives her in"
TEMPLATES = Path(__file__).parents[2] / "templates"
# Forms of staff with boxes that keep no draft, and why.
EXCLUDED = {
    "sign_in.sign_out": "no boxes",
    "sign_in.change_role": "no boxes, but for a password",
    "reception.find": "a search saves nothing",
    "admin.send_trial_mail": "an address to try, which is kept nowhere",
    "admin.send_trial_text": "the same for a number",
    "admin.look_at_research": "a question about data saves nothing, and the key of a project is kept nowhere",
    "admin.take_research": "the same, which rides along",
    "admin.records": "a search for two records saves nothing",
    "second_factor.take_up_app": "a code that counts for half a minute",
    "second_factor.new_passkey": "a name that is typed in a second, before the browser makes the passkey",
    "reception.fill_in_together": "the date of birth that opens a form is kept nowhere",
    "account.change_password": "passwords are kept nowhere",
    "data_protection.who_read": "a search saves nothing",
    "data_protection.look_up": "the same for a proof of erasing",
    "data_protection.erase": "one choice and one tick, made and sent in one movement",
    "data_protection.copy": "a handful of choices that are sent at once, and no text",
    "reception.preview_import": "pasted from a file that lies elsewhere; the page promises not to keep it",
    "reception.confirm_import": "the same text, which rides along",
}
BOXES = ("text", "email", "tel", "date", "time", "search", "number", "password", "radio", "checkbox")


@dataclass(frozen=True)
class Form:
    """A form of a page as a browser has it."""

    action: str
    boxes: tuple[str, ...]
    hidden: dict[str, str]


def forms_of(colleague: Colleague) -> list[Form]:
    tree = parsed(colleague.html)[0]
    return [_form(each, colleague.path) for each in tree.iter("form") if each.get("method") == "post"]


def _form(form: ElementTree.Element, path: str) -> Form:
    boxes = [each.get("name", "") for each in form.iter() if _is_box(each)]
    hidden = {each.get("name", ""): each.get("value", "") for each in form.iter("input") if _is_hidden(each)}
    return Form(form.get("action") or path, tuple(boxes), hidden)


def _is_box(element: ElementTree.Element) -> bool:
    kind = element.get("type", "text")
    return element.tag in ("textarea", "select") or (element.tag == "input" and kind in BOXES)


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get("type") == "hidden"


def form_to(colleague: Colleague, action: str) -> Form:
    return next(each for each in forms_of(colleague) if each.action == action)


def types(colleague: Colleague, form: Form, **boxes: str):
    """What the script sends while somebody types."""
    fields = [*form.hidden.items(), *boxes.items()]
    sent = {"address": form.action, "page": form.hidden["draft_page"], "fields": fields}
    sent["signed_in"] = form.hidden["signed_in"]
    headers = {"X-CSRFToken": form.hidden["csrf_token"]}
    return colleague.client.post(f"/drafts/{form.hidden['draft']}", json=sent, headers=headers)


def offered(colleague: Colleague) -> list[str]:
    return [each.get("data-offered") for each in parsed(colleague.html)[0].iter() if each.get("data-offered")]


def typed_in(colleague: Colleague, address: str) -> dict[str, str]:
    answer = colleague.client.get(address)
    assert answer.status_code == 200
    return dict(answer.get_json()["fields"])


def test_what_was_typed_is_offered_when_the_form_is_opened_again(reception):
    form = form_to(reception.opens(NEW), NEW)

    assert types(reception, form, name="Iris Newc").status_code == 204
    assert types(reception, form, name="Iris Newcomer", phone="07700 900123").status_code == 204

    (address,) = offered(reception.opens(NEW))
    assert typed_in(reception, address) == {"name": "Iris Newcomer", "phone": "07700 900123"}
    assert "and not saved it" in reception.words
    assert "Not saved: 1" in reception.words
    reception.opens("/drafts/")
    assert "Not saved: 1" in reception.words
    assert "Iris Newcomer" in reception.words


def test_it_is_still_there_after_signing_out_and_in(reception, app, clinic_database, clock):
    types(reception, form_to(reception.opens(NEW), NEW), name="Iris Newcomer")

    reception.presses("Sign out")
    reception.opens("/sign-in").presses("Sign in", email="reception@clinic.example", password=PASSWORD)

    assert len(offered(reception.opens(NEW))) == 1


def test_it_is_gone_when_the_form_is_saved(reception):
    form = form_to(reception.opens(NEW), NEW)
    boxes = {"name": "Iris Newcomer", "dob_day": "9", "dob_month": "3", "dob_year": "1971", "time": "16:40"}
    types(reception, form, **boxes)

    reception.client.post(NEW, data=form.hidden | boxes | {"day": "2026-11-24"})

    assert offered(reception.opens(NEW)) == []
    assert types(reception, form, **boxes).status_code == 410
    assert "Nothing: everything" in reception.opens("/drafts/").words


def test_a_form_that_comes_back_with_a_mistake_goes_on_with_its_draft(reception):
    form = form_to(reception.opens(NEW), NEW)

    reception.page = reception.client.post(NEW, data=form.hidden | {"name": "Iris Newcomer"})

    assert reception.status == 400
    again = form_to(reception, NEW)
    assert again.hidden["draft"] == form.hidden["draft"]
    assert offered(reception) == []
    # The browser crashes now: what was posted without any script is there.
    (address,) = offered(reception.opens(NEW))
    assert typed_in(reception, address)["name"] == "Iris Newcomer"


def test_it_is_gone_when_it_is_discarded(reception):
    types(reception, form_to(reception.opens(NEW), NEW), name="Iris Newcomer")

    reception.opens("/drafts/").presses("Discard it")

    assert "Iris" not in reception.words
    assert offered(reception.opens(NEW)) == []


def test_two_windows_of_one_form_do_not_overwrite_each_other(reception):
    one, two = form_to(reception.opens(NEW), NEW), form_to(reception.opens(NEW), NEW)
    types(reception, one, name="Iris One")
    types(reception, two, name="Iris Two")

    names = {typed_in(reception, each)["name"] for each in offered(reception.opens(NEW))}

    assert names == {"Iris One", "Iris Two"}


def test_the_page_of_drafts_says_about_whom_and_only_what_was_typed(reception, come):
    appointment = come("V02")["V02"]
    path = f"/appointments/{appointment.id}/change"
    form = form_to(reception.opens(path), path)
    types(reception, form, needs="Interpreter", phone=" ")

    reception.opens("/drafts/")

    assert appointment.patient.name in reception.words_of("h2")[0]
    assert "Interpreter" in reception.words
    assert form.hidden["seen"] not in reception.html


def test_nobody_else_sees_it(reception, clinician):
    form = form_to(reception.opens(NEW), NEW)
    types(reception, form, name="Iris Canary")
    (address,) = offered(reception.opens(NEW))

    assert clinician.client.get(address).status_code == 404
    assert offered(clinician.opens(NEW)) == []
    assert "Canary" not in clinician.opens("/drafts/").html
    theirs = form_to(clinician.opens(NEW), NEW)
    theirs.hidden["draft"] = form.hidden["draft"]
    assert types(clinician, theirs, name="Mine").status_code == 410
    clinician.client.post(f"{address}/discard", data={"csrf_token": theirs.hidden["csrf_token"]})
    assert typed_in(reception, address)["name"] == "Iris Canary"


def test_what_may_no_longer_be_sent_is_no_longer_shown(clinician, come, clinic_database, clock):
    intake = come("V05")["V05"].intake
    path = f"/intakes/{intake.id}/correct/p_start"
    form = form_to(clinician.opens(path), path)
    assert types(clinician, form, reason="Canary said so").status_code == 204
    (address,) = offered(clinician.opens(path))

    with acting(clinic_database, now=clock.now) as op:
        accounts.change_role(op, op.session.merge(clinician.user), Role.RECEPTION)
        op.commit()
    clinician.opens("/day/").presses("Sign in", email="clinician@clinic.example", password=PASSWORD)
    assert clinician.path.startswith("/day/")

    assert clinician.client.get(address).status_code == 404
    assert "Canary" not in clinician.opens("/drafts/").html


def test_secrets_are_not_kept(admin):
    form = form_to(admin.opens("/k/enrol"), "/k/enrol")

    types(admin, form, name="Tablet 9", own_password="canary-password")

    (address,) = offered(admin.opens("/k/enrol"))
    assert typed_in(admin, address) == {"name": "Tablet 9"}
    # Without a script, and with a wrong password, the same.
    admin.client.post("/k/enrol", data=form.hidden | {"name": "Tablet 8", "own_password": "canary-password"})
    assert typed_in(admin, address) == {"name": "Tablet 8"}


@pytest.mark.parametrize(
    "address", ["/nowhere", "/sign-in", "/start", "/settings", "//evil.example/", "x" * 300]
)
def test_drafts_are_kept_of_forms_that_this_person_may_send_and_of_nothing_else(reception, address):
    form = form_to(reception.opens(NEW), NEW)
    elsewhere = Form(address, form.boxes, form.hidden)

    assert types(reception, elsewhere, name="Iris").status_code == 404


@pytest.mark.parametrize(
    "fields", [None, "x", [["a"]], [["a", 1]], [["a", "x" * 100_001]], [["a", "b"]] * 401]
)
def test_what_is_no_draft_is_refused(reception, fields):
    form = form_to(reception.opens(NEW), NEW)
    sent = {"address": NEW, "page": NEW, "signed_in": form.hidden["signed_in"], "fields": fields}
    headers = {"X-CSRFToken": form.hidden["csrf_token"]}

    answer = reception.client.post(f"/drafts/{uuid4()}", json=sent, headers=headers)

    assert answer.status_code in (400, 413)
    assert offered(reception.opens(NEW)) == []


def test_a_draft_without_a_token_of_ours_is_refused(reception):
    form = form_to(reception.opens(NEW), NEW)
    form.hidden["csrf_token"] = "made up"

    assert types(reception, form, name="Iris").status_code == 400


# ---- the time-out


def test_typing_keeps_a_session_alive_and_looking_by_itself_does_not(reception, clock):
    form = form_to(reception.opens(NEW), NEW)
    here = {"X-Signed-In": str(reception.user.id)}

    for _ in range(4):
        clock.wait(minutes=8)
        assert reception.client.get("/here", headers=here).status_code == 204
    for _ in range(4):
        clock.wait(minutes=8)
        assert types(reception, form, name="Iris").status_code == 204
    for _ in range(2):
        clock.wait(minutes=6)
        answer = reception.client.get("/here", headers=here | {"X-Background": "1"})

    assert answer.status_code == 401


def test_a_page_that_comes_after_the_time_out_asks_for_the_password_and_goes_on(reception, come, clock):
    intake = come("V05")["V05"].intake
    path = f"/alerts/{intake.id}"
    form = form_to(reception.opens(path), f"{path}/result")
    alerts = _alerts(reception, form.action)
    clock.wait(minutes=11)

    reception.page = reception.client.post(
        form.action,
        data=form.hidden | {"alert": alerts, "outcome": "seen_today", "note": NOTE, "initials": "RR"},
    )
    assert reception.status == 401
    assert "Rosa Reception, your password please" in reception.words
    reception.presses("Go on", password_again="wrong canary")
    assert "This is not your password" in reception.words
    assert "canary" not in reception.html
    reception.presses("Go on", password_again=PASSWORD)

    assert reception.path == path
    assert NOTE in reception.words


def _alerts(colleague, action) -> list[str]:
    tree = parsed(colleague.html)[0]
    form = next(each for each in tree.iter("form") if each.get("action") == action)
    return [each.get("value") for each in form.iter("input") if each.get("name") == "alert"]


def test_what_came_after_the_time_out_is_kept_though_the_browser_is_closed(reception, clock):
    form = form_to(reception.opens(NEW), NEW)
    clock.wait(minutes=11)

    reception.client.post(NEW, data=form.hidden | {"name": "Iris Newcomer"})
    reception.opens("/sign-in").presses("Sign in", email="reception@clinic.example", password=PASSWORD)

    (address,) = offered(reception.opens(NEW))
    assert typed_in(reception, address)["name"] == "Iris Newcomer"


def test_a_page_of_one_person_is_never_sent_in_the_name_of_another(reception, clinician, app):
    form = form_to(reception.opens(NEW), NEW)
    _signs_in_at(reception, "clinician@clinic.example")
    # The script of the page of the first one.
    assert types(reception, form, name="Iris").status_code == 401
    assert reception.client.get("/here", headers={"X-Signed-In": form.hidden["signed_in"]}).status_code == 303

    reception.page = reception.client.post(NEW, data=form.hidden | {"name": "Iris Newcomer"})

    assert reception.status == 401
    assert "Rosa Reception, your password please" in reception.words
    assert offered(reception.opens(NEW)) == []
    assert offered(clinician.opens(NEW)) == []


def _signs_in_at(colleague, email):
    colleague.opens("/sign-in").presses("Sign in", email=email, password=PASSWORD)
    assert colleague.path != "/sign-in"


def unlocks(colleague) -> dict[str, str]:
    """What the cover of a page sends along."""
    hidden = form_to(colleague.opens(NEW), NEW).hidden
    return {"csrf_token": hidden["csrf_token"], "user": hidden["signed_in"]}


def test_the_lock_ends_the_session_and_the_password_begins_another(reception):
    token = unlocks(reception)

    assert reception.client.post("/lock", data=token).status_code == 204
    assert reception.opens(NEW).path == "/sign-in"
    for wrong in (
        {"password": "guess after guess"},
        {"password": PASSWORD, "user": str(uuid4())},
        {"user": "x"},
    ):
        assert reception.client.post("/unlock", data=token | wrong).status_code == 403
    assert reception.client.post("/unlock", data=token | {"password": PASSWORD}).status_code == 204

    # The page that was covered is as good as before.
    boxes = {"name": "Iris Newcomer", "dob_day": "9", "dob_month": "3", "dob_year": "1971", "time": "16:40"}
    covered = form_to(reception.opens(NEW), NEW)
    answer = reception.client.post(NEW, data=covered.hidden | boxes | {"day": "2026-11-24"})
    assert answer.status_code == 303


def test_a_window_that_one_person_left_open_does_not_sign_another_out(reception, clinician):
    token = unlocks(reception)
    _signs_in_at(reception, "clinician@clinic.example")

    # What signs forms is new since then. A page that is open takes it up, and says no more than this.
    assert reception.client.post("/lock", data=token).status_code == 400
    now = reception.client.get("/here", headers={"X-Background": "1"}).headers["X-Form-Token"]
    assert reception.client.post("/lock", data={**token, "csrf_token": now}).status_code == 204

    assert reception.opens(NEW).path == NEW


def test_unlocking_is_tried_as_often_as_signing_in_and_no_more(reception, clock):
    token = unlocks(reception)
    for _ in range(10):
        reception.client.post("/unlock", data=token | {"password": "guess after guess"})

    assert reception.client.post("/unlock", data=token | {"password": PASSWORD}).status_code == 429
    clock.wait(minutes=6)
    assert reception.client.post("/unlock", data=token | {"password": PASSWORD}).status_code == 204


# ---- every form of staff


@pytest.fixture
def everybody(app, clinic_database, clock, reception, clinician, admin):
    return reception, clinician, admin


def test_every_form_of_staff_with_boxes_keeps_what_is_typed(app, everybody, come):
    come("V02", "V05")
    seen = set()

    for colleague, address in _pages(app, everybody, come):
        if not _is_page(colleague.opens(address), address):
            continue
        for form in forms_of(colleague):
            endpoint = _endpoint(app, form.action)
            text = [name for name in form.boxes if name]
            if not text or endpoint in EXCLUDED:
                continue
            if set(text) <= ONE_CHOICE.get(endpoint, set()):
                continue
            seen.add(endpoint)
            assert "draft" in form.hidden, f"{address}: the form to {form.action} keeps nothing"
            kept = types(colleague, form, **{text[0]: "canary"})
            assert kept.status_code == 204, f"{address}: {form.action}"
            assert typed_in(colleague, f"/drafts/{form.hidden['draft']}")[text[0]] == "canary"
            assert f"/drafts/{form.hidden['draft']}" in offered(colleague.opens(address))

    assert seen >= {
        "reception.new_appointment",
        "reception.change",
        "reception.save_call",
        "reception.offer",
        "clinician.save_correction",
        "admin.new_user",
        "admin.change_settings",
        "admin.approve_safety",
        "tablet.let_in",
    }


def test_what_is_typed_to_put_a_result_right_is_kept(reception, come):
    path = f"/alerts/{come('V05')['V05'].intake.id}"
    reception.opens(path).presses(
        "Save and close", outcome="seen_today", note=NOTE, initials="RR", clinician_told="1"
    )
    address = next(each for each in re.findall(r'href="([^"]+)"', reception.html) if "put-right" in each)

    assert (
        types(reception, form_to(reception.opens(address), address), note="It was her son").status_code == 204
    )

    (kept,) = offered(reception.opens(address))
    assert typed_in(reception, kept)["note"] == "It was her son"


# Forms whose only box is one choice, made and sent in one movement.
ONE_CHOICE = {"admin.change_role": {"role"}, "admin.decide_clinician_name": {"means"}}


def _pages(app, everybody, come) -> Iterator[tuple[Colleague, str]]:
    """Every page of staff, for whoever may open it."""
    booked = come("V02", "V05")
    addresses = [each for case in ("V02", "V05") for each in _addresses(app, booked[case], everybody[0].user)]
    return ((colleague, address) for address in addresses for colleague in everybody)


def _is_page(colleague: Colleague, address: str) -> bool:
    return (colleague.status, colleague.path, colleague.page.mimetype) == (200, address, "text/html")


def _addresses(app, appointment, user) -> list[str]:
    values = {
        "appointment_id": appointment.id,
        "intake_id": appointment.intake.id,
        "day": "2026-11-23",
        "user_id": user.id,
        "number": 1,
        "page": PAGES["p_start"],
    }
    with app.test_request_context():
        return [
            url_for(rule.endpoint, **{each: values[each] for each in rule.arguments})
            for rule in app.url_map.iter_rules()
            if guard_of(app, rule.endpoint) in list(Permission) and "GET" in (rule.methods or ())
            if rule.arguments <= values.keys()
        ]


def _endpoint(app, address: str) -> str:
    return app.url_map.bind("").match(address.partition("?")[0], method="POST")[0]


FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)
TEXT_BOX = re.compile(
    r"<textarea|<input type=\"(?!hidden|radio|checkbox)"
    r"|forms\.(line|text)\(|questions\.question|_boxes\.html|draw\("
)


def test_every_template_of_staff_with_text_boxes_takes_part():
    """Also the pages that no visit above comes to."""
    careless = [
        f"{file.relative_to(TEMPLATES)}: {form.splitlines()[0]}"
        for file in sorted(TEMPLATES.rglob("*.html"))
        if file.parent.name in ("reception", "clinician", "admin", "data_protection", "components")
        or file.name == "enrol.html"
        for form in FORM.findall(file.read_text())
        if TEXT_BOX.search(form) and "forms.draft(" not in form
        if not any(f'url_for("{endpoint}"' in form for endpoint in EXCLUDED)
        if f"{file.parent.name}/{file.name}" not in WITHOUT
    ]

    assert careless == []


OF_STAFF = ("reception", "clinician", "admin", "data_protection", "components")
# Pages of a password, and no other box.
WITHOUT = {"admin/welcome.html", "admin/prove.html"}


def test_what_is_excluded_is_there():
    source = "\n".join(file.read_text() for file in TEMPLATES.rglob("*.html"))

    assert [each for each in EXCLUDED if f'url_for("{each}"' not in source] == []
