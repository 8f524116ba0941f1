"""The clinic's settings on a page: checked by eye and by rule, and in force at the next request."""

import re

import pytest
from sqlalchemy import select

from intake.app import create_app
from intake.config import LANGUAGES, SETTABLE
from intake.red_flags import SAFETY_VERSION
from intake.services.staff import sessions
from intake.storage.models import AuditEvent, ClinicSetting, Role
from intake.web.admin.settings_form import boxes
from tests.acting import acting
from tests.strict import make_strict
from tests.web.staff import Colleague

SAVE = "Save the settings"


@pytest.fixture
def bea(app, admin, clinic_database, clock) -> Colleague:
    """Another admin, with a browser of her own."""
    from intake.services.staff import accounts

    with acting(clinic_database, now=clock.now) as op:
        user = accounts.expect_user(op, name="Bea", email="bea@clinic.example", role=Role.ADMIN)
        token = sessions.start_staff(op, user)
        op.commit()
    client = make_strict(app)
    with client.session_transaction() as cookie:
        cookie["staff"] = token
    return Colleague(client, user)


@pytest.fixture
def expired(come, clock):
    """A patient who sent a form 31 days ago."""
    come("V01")
    clock.wait(days=31)


def test_a_patient_sees_the_new_number_at_the_next_page_in_every_process(
    admin, client, settings, clinic_database, clock
):
    another_process = make_strict(create_app(settings, clinic_database, clock=clock))
    assert "01632 960 001" in another_process.get("/").get_data(as_text=True)

    admin.opens("/settings").presses(SAVE, clinic_phone="01632 960 777", clinic_name="Hill Clinic")

    assert "It is in force now" in admin.words
    for browser in (client, another_process):
        page = browser.get("/").get_data(as_text=True)
        assert "Hill Clinic" in page
        assert "01632 960 777" in page


def test_every_mistake_is_said_at_once_and_nothing_typed_is_lost(admin):
    admin.opens("/settings").presses(
        SAVE,
        clinic_phone="call us",
        opening="whenever",
        emergency_number="help",
        invitation_text="About your back pain: {link}",
        clinic_name="New name",
    )

    assert admin.status == 422
    problems = admin.words_of(".message-problem")[0]
    for label in (
        "“Telephone”",
        "“The same for the program”",
        "“Emergency number”",
        "“Text of the invitation”",
    ):
        assert label in problems
    assert "BACKSTORY_" not in problems
    for typed in ("call us", "whenever", "About your back pain", "New name"):
        assert typed in admin.html
    assert "New name" not in admin.opens("/settings").html


def test_two_admins_who_change_the_same_box_see_both(admin, bea):
    admin.opens("/settings")
    bea.opens("/settings").presses(SAVE, crisis_line="01632 960 111")

    admin.presses(SAVE, crisis_line="01632 960 222", clinic_name="Hill Clinic")

    assert admin.status == 409
    assert "In force now: 01632 960 111" in admin.words
    assert "01632 960 222" in admin.html
    assert "Hill Clinic" in admin.html
    assert admin.presses(SAVE).status == 200
    assert "01632 960 222" in admin.html
    assert "Hill Clinic" in admin.html


def test_two_admins_who_change_different_boxes_do_not_undo_each_other(admin, bea):
    admin.opens("/settings")
    bea.opens("/settings").presses(SAVE, crisis_line="01632 960 111")

    admin.presses(SAVE, clinic_name="Hill Clinic")

    assert admin.status == 200
    assert "01632 960 111" in admin.html
    assert "Hill Clinic" in admin.html


def test_hours_are_said_so_that_they_can_be_checked_by_eye(admin):
    admin.opens("/settings")
    assert "Open now. Next closing: 18:00 today." in admin.words
    assert "A patient told at 17:50 today is promised a call by 18:00 today." in admin.words

    admin.presses("Show the preview", opening="Tue 09:00-12:00")

    assert "Nothing is saved yet" in admin.words
    assert "Shut now. Next opening: 24 Nov 2026, 09:00." in admin.words
    assert "Open now" in admin.opens("/settings").words


def test_changing_the_profile_needs_a_second_look(admin):
    admin.opens("/settings").presses(SAVE, profile="transcribe", clinic_name="Hill Clinic")
    assert "No answer will be judged" in admin.words
    assert "Answers are checked" in Colleague(admin.client).opens("/settings").words

    admin.presses("Yes, put it in force")

    assert "Answers are written down and not judged." in admin.words
    assert "Hill Clinic" in admin.html


def test_keeping_answers_for_less_long_says_how_many_go_and_needs_a_second_look(expired, admin):
    admin.opens("/settings").presses(SAVE, keep_sent="30")

    assert admin.words_of("strong")[0] == (
        "1 appointment has been kept for longer than that and is erased within the hour."
    )
    assert "erased 30 days after it" in admin.words
    admin.presses("Yes, put it in force")
    assert "It is in force now" in admin.words


def test_a_text_that_is_too_long_is_refused_and_shown_whole(admin):
    text = "x" * 4001

    admin.opens("/settings").presses(SAVE, clinic_hours=text)

    assert admin.status == 422
    assert "This can have at most 4000 characters" in admin.words
    assert text in admin.html


@pytest.mark.parametrize("days", ["29", "0", "-1", "a year", "9999999999999", "٢٩"])
def test_no_other_number_of_days_is_taken(admin, days):
    admin.opens("/settings").presses(SAVE, keep_sent=days)

    assert admin.status == 422
    assert "it must be a number of days from 30 to 3650" in admin.words


def test_approving_names_the_very_rules_and_needs_a_second_look(admin, client):
    approval = {"approved_by": "Dr Safe, safety officer", "approved_on": "2026-11-20"}
    admin.opens("/settings").presses(SAVE, **approval, approved_rules="last year's")
    assert admin.status == 422
    assert f"the rules in force are {SAFETY_VERSION}" in admin.words

    admin.presses(SAVE, approved_rules=SAFETY_VERSION)
    assert "will count as approved for clinical use" in admin.words
    assert "not approved" in client.get("/").get_data(as_text=True)
    admin.presses("Yes, put it in force")

    assert "Approved by Dr Safe, safety officer." in admin.words
    assert "not approved" not in client.get("/").get_data(as_text=True)


def test_half_an_approval_is_refused(admin):
    admin.opens("/settings").presses(SAVE, approved_by="Dr Safe")

    assert admin.status == 422
    assert "An approval of the rules needs" in admin.words


def test_what_messages_say_is_shown_as_it_would_leave(admin):
    admin.opens("/settings").presses(
        "Show the preview", invitation_text="Hello from {clinic_name}.\r\n\r\nOpen {link}"
    )

    assert any("Hello from Backstory demonstration clinic." in said for said in admin.words_of("blockquote"))


def test_every_setting_that_can_be_set_here_has_a_box(monkeypatch):
    monkeypatch.setitem(LANGUAGES, "cy", "Cymraeg")

    assert {box.setting for box in boxes()} == set(SETTABLE)


def test_secrets_and_places_have_no_box(admin):
    admin.opens("/settings").presses(
        SAVE, mail_server="smtp://evil.example", public_url="https://evil.example"
    )

    assert admin.status == 200
    assert "evil" not in admin.html
    assert "They stay in the environment" in admin.words


def test_with_one_language_there_is_nothing_to_choose(admin, monkeypatch):
    admin.opens("/settings")
    assert "The form is offered in English." in admin.words
    assert 'name="languages"' not in admin.html

    monkeypatch.setitem(LANGUAGES, "cy", "Cymraeg")
    admin.opens("/settings").presses(SAVE, languages="cy")

    assert admin.status == 200
    page = Colleague(make_strict(admin.client.application)).client.get("/", headers={"Accept-Language": "en"})
    assert 'lang="en"' in page.get_data(as_text=True)


def test_a_change_is_recorded_without_its_value(admin, clinic_database):
    admin.opens("/settings").presses(SAVE, alert_email="rosa.private@clinic.example")

    with clinic_database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "setting:changed")).all()
    assert [(event.detail, event.actor) for event in events] == [
        ('{"name": "BACKSTORY_ALERT_EMAIL"}', f"staff:{admin.user.id}")
    ]


def test_what_is_not_in_force_is_said_until_it_is_corrected(admin, clinic_database, clock):
    with clinic_database.writing() as session:
        session.add(ClinicSetting(name="BACKSTORY_OPENING", value="whenever", changed_at=clock.now))
        session.commit()

    admin.opens("/settings")
    assert "These settings are not in force" in admin.words
    assert "Open now" in admin.words
    admin.presses(SAVE, opening="Mon 09:00-10:00")

    assert "not in force" not in admin.words
    assert "Next closing: 10:00 today." in admin.words


def test_saving_without_a_change_records_nothing(admin, clinic_database):
    admin.opens("/settings").presses(SAVE)

    assert admin.status == 200
    with clinic_database.reading() as session:
        assert not session.scalars(select(AuditEvent).where(AuditEvent.action == "setting:changed")).all()


def test_after_ten_minutes_settings_wait_for_the_password(admin, clock):
    admin.opens("/settings")
    clock.wait(minutes=9)
    admin.opens("/settings")
    clock.wait(minutes=2)

    admin.presses(SAVE, clinic_name="Hill Clinic")
    assert admin.status == 403

    admin.presses("Go on", own_password="four red wheelbarrows")
    assert "Hill Clinic" in admin.html


def test_the_day_uses_the_settings_in_force_while_the_queue_does_too(
    admin, app, settings, clinic_database, clock
):
    from intake.tasks import Queue

    queue = Queue(clinic_database, settings, immediate=True, clock=clock)
    admin.opens("/settings").presses(SAVE, clinic_name="Hill Clinic")

    queue.sweep()

    assert queue.settings.clinic_name == "Hill Clinic"
    queue.stop()


def test_a_box_that_is_emptied_shows_what_is_in_force_then(admin):
    admin.opens("/settings").presses("Save the settings", clinic_phone="01632 960 999")
    assert 'value="01632 960 999"' in admin.html

    admin.opens("/settings").presses("Save the settings", clinic_phone="")

    assert 'value="01632 960 001"' in admin.html


def test_the_page_says_that_mail_lies_in_files_while_no_server_is_set(admin):
    assert "for trying out: no mail server is set" in admin.opens("/settings").words


def test_each_holiday_of_this_year_and_the_next_is_switched_off_and_on(admin):
    admin.opens("/settings").presses("Show the preview", holiday_country="GB")
    assert "Friday, 25 December 2026: Christmas Day" in admin.words
    assert "Monday, 30 August 2027" not in admin.words

    admin.presses("Save the settings", holiday_country="GB")
    admin.presses("Save the settings", holiday_region="ENG")
    assert "Monday, 30 August 2027: Late Summer Bank Holiday" in admin.words
    for chosen in ({"2027-08-30", "2026-12-25"}, {"2027-08-30"}, set()):
        admin.presses("Save the settings", open_on=["", *sorted(chosen)])
        assert _ticked(admin) == chosen


def test_a_region_of_another_country_is_told_and_nothing_is_lost(admin):
    admin.opens("/settings").presses("Save the settings", holiday_country="GB")
    admin.presses("Save the settings", holiday_region="SCT")

    admin.presses("Save the settings", holiday_country="DE")

    assert admin.status == 422
    assert "“Region” is 'SCT': it must be a region of the country that is set" in admin.words
    admin.presses("Save the settings", holiday_region="BY")
    assert admin.status == 200


def _ticked(admin: Colleague) -> set[str]:
    boxes = re.findall(r'<input type="checkbox" id="open_on[^>]*>', admin.opens("/settings").html)
    return {each.split('value="')[1][:10] for each in boxes if "checked" in each}
