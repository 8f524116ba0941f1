"""The way in and the way out."""

import logging
import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from intake.services.appointments import booking
from intake.services.invitations import links
from intake.storage.models import AuditEvent, Intake, IntakeStatus, Invitation, WebSession
from tests.acting import acting
from tests.strict import make_strict
from tests.web.patients import invite, stored

OTHER_DAY = date(1950, 1, 2)
# What stands behind an address in a message, a letter or a chat.
AROUND = (
    *".),;:!?>]}\"'*_-/ |",
    "”",
    "’",
    "»",
    "›",
    "）",
    "。",
    "、",
    "…",
    "\u00a0",
    "\u200b",
    "**.",
    ">.",
    "&gt;",
)


@pytest.fixture
def patient(clinic_database, client, clock):
    """Anna, an ordinary patient with a link."""
    return invite(clinic_database, client, clock)


def rows(database):
    """How much is stored, by table."""
    with database.reading() as session:
        return {
            model.__name__: session.scalar(select(func.count()).select_from(model))
            for model in (AuditEvent, Intake, Invitation, WebSession)
        }


def alike(page):
    """The page without what differs from request to request."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.get_data(as_text=True))


def test_opening_a_link_changes_nothing_and_takes_its_secret_out_of_the_address(patient, clinic_database):
    before = rows(clinic_database)

    for _ in range(20):
        answer = patient.client.get(f"/i/{patient.token}")

    assert (answer.status_code, answer.location) == (303, "/start?opened=1")
    assert patient.token not in answer.get_data(as_text=True) + str(answer.headers)
    assert rows(clinic_database) == before
    assert patient.comes_in().path == "/form/p_start"


def test_a_wrong_link_and_a_wrong_date_get_the_same_answer(patient):
    wrong_date = patient.opens(f"/i/{patient.token}").gives(OTHER_DAY).page
    wrong_link = patient.opens(f"/i/{'x' * 43}").gives(OTHER_DAY).page

    assert wrong_date.status_code == wrong_link.status_code == 403
    assert alike(wrong_date) == alike(wrong_link)
    assert "Anna" not in wrong_date.text
    assert "That date does not fit this link. You can try 4 more times." in wrong_date.text
    assert "Do you need help now? Call" in wrong_date.text


@pytest.mark.parametrize("known", [True, False])
def test_after_five_wrong_dates_a_link_is_closed_whether_it_exists_or_not(known, patient):
    token = patient.token if known else "x" * 43
    for left in (4, 3, 2, 1, 0):
        patient.opens(f"/i/{token}")
        assert "This link is closed now" not in patient.words
        patient.gives(OTHER_DAY)
        assert patient.status == 403
        assert (f"You can try {left} more times." in patient.words) is (left > 0)

    patient.opens(f"/i/{token}")
    assert "This link is closed now. You tried the date five times." in patient.words
    assert "01632 960 001" in patient.words
    assert "Do you need help now? Call 999. Do not wait for a new link." in patient.words
    assert "birth-day" not in patient.html


def test_a_closed_link_is_closed_to_the_right_date_and_on_another_phone_too(patient, app):
    asks = patient.opens(f"/i/{patient.token}").page
    for _ in range(5):
        patient.opens(f"/i/{patient.token}").gives(OTHER_DAY)

    patient.page = asks
    assert patient.gives(patient.born).status == 403
    assert "This link is closed now." in patient.words

    there = patient.__class__(make_strict(app), patient.appointment, patient.token, patient.born)
    assert there.comes_in().status == 403


def test_a_date_that_cannot_be_costs_no_try(patient):
    for _ in range(7):
        patient.opens(f"/i/{patient.token}").sends(
            {"birth-day": "31", "birth-month": "2", "birth-year": "1990"}
        )

    assert patient.status == 422
    assert "There is no such day in that month" in patient.words
    assert 'value="31"' in patient.html
    assert patient.gives(patient.born).path == "/form/p_start"


def test_the_first_page_names_no_patient_and_no_appointment(patient):
    patient.opens(f"/i/{patient.token}")

    assert "Anna" not in patient.html
    assert "07700" not in patient.html


def test_without_a_link_there_is_nothing_to_fill_in(client):
    page = client.get("/start")

    assert "open the link that the clinic sent you" in page.text
    assert "birth-day" not in page.text


@pytest.mark.parametrize("path", ["/form/", "/form/p_start", "/form/check", "/form/now", "/form/copy"])
def test_nobody_gets_into_the_form_without_being_identified(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.location) == (303, "/start")


def test_the_same_link_carries_on_where_it_was_left_on_another_phone(patient, app, clinic_database):
    patient.has_come_to(clinic_database, "u_now")
    phone = make_strict(app)

    there = patient.__class__(phone, patient.appointment, patient.token, patient.born).comes_in()

    assert there.path == "/form/u_now"


def test_finishing_leaves_nothing_to_see_on_the_phone(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/").sends_it_all()

    answer = patient.client.post(
        "/form/finish", data={"csrf_token": patient.forms()[-1].fields["csrf_token"]}
    )

    assert answer.location == "/finished"
    # Not "cookies": that would take those of every site of the domain along. Ours is taken away by name.
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Set-Cookie"].startswith("backstory=; Expires=Thu, 01 Jan 1970 00:00:00 GMT;")
    assert patient.client.get_cookie("backstory") is None
    assert patient.client.get("/form/received").location == "/start"


def test_a_finished_session_is_not_revived_by_an_old_cookie(patient, app, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/")
    cookie = patient.client.get_cookie("backstory")
    patient.opens("/form/leave").sends(to="/form/finish")

    thief = make_strict(app)
    thief.set_cookie("backstory", cookie.value)

    assert thief.get("/form/check").location == "/start"


def test_after_an_hour_unused_the_date_is_asked_again(patient, clock, clinic_database):
    patient.has_come_to(clinic_database, "u_now")

    clock.wait(minutes=61)

    assert patient.opens("/form/u_now").path == "/start"
    assert patient.gives(patient.born).path == "/form/u_now"


def test_another_patients_link_ends_what_was_open_on_the_phone(patient, clinic_database, clock):
    patient.has_come_to(clinic_database, "u_now")
    other = invite(clinic_database, patient.client, clock, "V05", name="Boris Canary")

    other.opens(f"/i/{other.token}")

    assert other.opens("/form/u_now").path == "/start"
    assert other.gives(other.born).path == "/form/p_start"


def test_two_patients_never_see_each_other(clinic_database, app, clock):
    anna = invite(clinic_database, make_strict(app), clock, "V01")
    boris = invite(clinic_database, make_strict(app), clock, "V05", name="Boris Canary")
    anna.has_come_to(clinic_database).opens("/form/")
    boris.has_come_to(clinic_database).opens("/form/")

    seen_by_boris = [boris.opens(path).html for path in ("/form/check", "/form/p_start", "/form/p_words")]
    anna.sends_it_all()
    seen_by_boris.append(boris.opens("/form/check").html)

    assert all("Ache by my left shoulder blade" not in html for html in seen_by_boris)
    assert boris.path == "/form/check"
    assert "Ache by my left shoulder blade" in anna.opens("/form/copy").html


def test_a_link_that_was_sent_already_shows_the_receipt_and_no_answers(patient, app, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/").sends_it_all()
    phone = make_strict(app)

    there = patient.__class__(phone, patient.appointment, patient.token, patient.born).comes_in()

    assert there.path == "/form/received"
    assert "Ache by my left" not in there.html
    assert there.opens("/form/copy").path == "/form/received"


def test_a_page_of_someone_elses_form_left_open_is_never_saved_in_this_one(patient, clinic_database, clock):
    patient.has_come_to(clinic_database, "p_words")
    left_open = patient.page
    other = invite(clinic_database, patient.client, clock, "V01", name="Boris Canary").walks(
        to="/form/p_words"
    )

    patient.page = left_open
    patient.sends({"mc_main": "Words of Anna"})

    assert patient.status == 409
    assert "belongs to another form" in patient.words
    assert "Words of Anna" in patient.words
    assert "Words of Anna" not in other.opens("/form/p_words").html


def test_a_check_page_of_someone_elses_form_left_open_does_not_send_this_one(patient, clinic_database, clock):
    patient.has_come_to(clinic_database).opens("/form/check")
    left_open = patient.page
    other = invite(clinic_database, patient.client, clock, "V01", name="Boris Canary")
    other.has_come_to(clinic_database).opens("/form/check")

    for button in ("/form/send", "/form/leave"):
        patient.page = left_open
        patient.sends(to=button)

        assert patient.status == 409
        assert "belongs to another form" in patient.words
        kept = stored(clinic_database, other)
        assert (kept.status, kept.left_at) == (IntakeStatus.IN_PROGRESS, None)


def test_what_one_patient_presses_on_the_emergency_page_is_not_noted_of_another(
    client, clinic_database, clock
):
    one, other = (
        invite(clinic_database, client, clock, "V05", name=name).walks(to="/form/now")
        for name in ("Anna Canary", "Boris Canary")
    )

    one.sends({"choice": "getting_help"})

    assert one.status == 409
    assert "belongs to another form" in one.words
    kept = stored(clinic_database, other)
    assert kept.status is IntakeStatus.IN_PROGRESS
    assert [each["choice"] for each in kept.draft["interrupts"]] == [None]


def test_an_expired_session_loses_nothing_that_was_typed(patient, clock, clinic_database):
    patient.has_come_to(clinic_database, "p_words")
    clock.wait(minutes=61)

    patient.sends({"mc_main": "It <hurts> & burns"})

    assert patient.status == 401
    assert "It <hurts> & burns" in patient.words
    assert patient.gives(OTHER_DAY).status == 403
    assert "It <hurts> & burns" in patient.words
    assert patient.gives(patient.born).path != "/form/p_words"
    assert "It &lt;hurts&gt; &amp; burns" in patient.opens("/form/p_words").html


def test_a_page_that_waits_behind_the_date_is_checked_like_any_other(patient, clock, clinic_database):
    patient.has_come_to(clinic_database, "p_words")
    clock.wait(minutes=61)

    patient.sends({"mc_main": "a" * 1001}).gives(patient.born)

    assert patient.status == 422
    assert "a" * 1001 in patient.html


@pytest.mark.parametrize("to", ["https://example.com/", "/form/nothing", "/day/", "//x", "/form/send", "é"])
def test_only_a_page_of_questions_can_wait_behind_the_date(patient, to):
    patient.opens(f"/i/{patient.token}").gives(patient.born, to=to)

    assert patient.path == "/form/p_start"


def test_a_link_closed_meanwhile_says_so_and_shows_what_was_typed(patient, clinic_database, clock):
    patient.has_come_to(clinic_database, "p_words")
    with acting(clinic_database, now=clock()) as op:
        appointment = booking.find(op.session, patient.appointment.id)
        booking.cancel(op, appointment)
        op.commit()

    patient.sends({"mc_main": "Words of Anna"})

    assert patient.status == 409
    assert "This form is closed" in patient.words
    assert "Words of Anna" in patient.words
    assert not [form for form in patient.forms() if form.action.startswith("/form/p_words")]


def test_a_new_link_closes_the_old_one(patient, clinic_database, clock):
    patient.has_come_to(clinic_database, "p_when")
    with acting(clinic_database, now=clock()) as op:
        appointment = booking.find(op.session, patient.appointment.id)
        links.invite(op, appointment)
        op.commit()

    assert patient.opens("/form/p_when").status == 409
    assert patient.opens(f"/i/{patient.token}").gives(patient.born).status == 403


def test_a_link_ends_a_day_after_the_appointment(patient, clock):
    asks = patient.opens(f"/i/{patient.token}").page
    clock.now = patient.appointment.starts_at + timedelta(days=1, minutes=21)

    patient.opens(f"/i/{patient.token}")
    assert "This link has run out. Please call us on 01632 960 001." in patient.words
    assert "Do not wait for a new link." in patient.words
    assert "birth-day" not in patient.html

    patient.page = asks
    assert patient.gives(patient.born).status == 403


def test_a_closed_clinic_says_so_before_anything_is_asked(patient, clock):
    assert "The clinic is closed now" not in patient.opens(f"/i/{patient.token}").words

    clock.wait(hours=11)

    patient.opens(f"/i/{patient.token}")
    assert "The clinic is closed now. It opens on Tuesday" in patient.words
    assert "Cannot wait? Call NHS 111, day or night." in patient.words


def test_the_secret_of_a_link_stands_in_no_log_line(patient, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("werkzeug").info('"GET /i/%s?x=1 HTTP/1.1" 303 -', patient.token)

    patient.comes_in()

    assert patient.token not in caplog.text
    assert "GET ... HTTP" in caplog.text


@pytest.mark.parametrize("broken", ["", "x", "{}x", "{:.42}", "{:.20}", "=3D{:.40}"])
def test_a_link_that_is_not_whole_says_so_and_asks_for_no_date(broken, patient):
    patient.opens(f"/i/{broken.format(patient.token) or '%20'}")

    assert "This link is not whole." in patient.words
    assert "Do you need help now? Call 999." in patient.words
    assert "birth-day" not in patient.html


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("", after) for after in (".", ")", ">", ").", ",", "%20", "/", "'s", "&amp;x=1", "?utm_source=x")),
        *(("", quote(after)) for after in AROUND),
        ("%20", ""),
        ("%3C", "%3E"),
        ("%E2%80%9C", "%E2%80%9D."),
        ("", "/)/"),
        ("", "%0A"),
        ("", "%2529"),
    ],
)
def test_what_came_along_with_a_link_does_no_harm(before, after, patient):
    patient.opens(f"/i/{before}{patient.token}{after}").gives(patient.born)

    assert patient.path == "/form/p_start"


@pytest.mark.parametrize("after", [each for each in AROUND if each != "&gt;"])
def test_what_came_along_with_a_code_does_no_harm(after, patient, app):
    page = make_strict(app).get(f"/c/ABCD-EFGH-JKMN{quote(after)}", follow_redirects=True)

    assert page.request.path == "/start"


def test_looking_at_a_link_does_not_open_it(patient, clinic_database):
    before = stored(clinic_database, patient).status

    looked = patient.client.head(f"/i/{patient.token}")

    assert (looked.status_code, looked.location) == (303, "/start?opened=1")
    assert "Set-Cookie" not in looked.headers
    assert patient.client.get("/start").text.count("birth-day") == 0
    assert stored(clinic_database, patient).status is before


@pytest.mark.parametrize("broken", ["%20", "%0D%0A", "=%0A", "%0A%20%20"])
def test_a_link_whose_line_a_mail_program_broke_is_whole(broken, patient):
    patient.opens(f"/i/{patient.token[:20]}{broken}{patient.token[20:]}").gives(patient.born)

    assert patient.path == "/form/p_start"


def test_a_wrong_date_says_what_else_may_be_wrong_for_every_link_alike(patient):
    for token in (patient.token, "x" * 43):
        patient.opens(f"/i/{token}").gives(OTHER_DAY)

        assert "it may be an old link, one that is not whole" in patient.words


def test_tries_are_counted_for_each_link_by_itself(patient):
    for token, left in ((patient.token, 4), ("x" * 43, 4), (patient.token, 3), ("x" * 43, 3)):
        patient.opens(f"/i/{token}").gives(OTHER_DAY)

        assert f"You can try {left} more times." in patient.words


def test_after_reception_allowed_more_tries_they_are_counted_anew(patient, clinic_database, clock):
    for _ in range(5):
        patient.opens(f"/i/{patient.token}").gives(OTHER_DAY)
    with acting(clinic_database, now=clock()) as op:
        links.allow_more_tries(op, links.with_token(op.session, patient.token))
        op.commit()

    patient.opens(f"/i/{patient.token}").gives(OTHER_DAY)

    assert "You can try 4 more times." in patient.words


@pytest.mark.parametrize("way", ["link", "code"])
def test_a_browser_without_cookies_is_told_so_and_not_led_in_a_circle(way, patient, app):
    browser = app.test_client(use_cookies=False)
    address = f"/i/{patient.token}" if way == "link" else "/c/ABCD-EFGH-JKMN"

    page = browser.get(address, follow_redirects=True)

    assert "Your browser did not keep our cookie" in page.text
    assert "01632 960 001" in page.text
    assert "birth-day" not in page.text
    assert "Your browser did not keep our cookie" not in patient.opens(address).words


def test_a_form_sent_without_cookies_says_so_and_keeps_what_was_typed(app):
    browser = app.test_client(use_cookies=False)

    page = browser.post("/c", data={"code": "ABCD-EFGH-JKMN"})

    assert page.status_code == 400
    assert "did not send our cookie" in page.text
    assert "ABCD-EFGH-JKMN" in page.text
