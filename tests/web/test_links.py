"""Reception sends the link, follows it, and closes it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.config import Mode, TextGateway
from intake.messaging import Undeliverable
from intake.services.invitations import links
from intake.services.messages import outbox
from intake.services.operations.clinic_settings import SettingsInForce
from intake.storage.models import AuditEvent, Invitation, Job, JobKind
from intake.tasks import Queue
from tests.acting import acting
from tests.web.patients import invite

EMAIL, TEXT = "Send by e-mail", "Send as text message"


@pytest.fixture
def texts() -> bool:
    """Whether text messages leave the clinic."""
    return True


@pytest.fixture
def kind() -> str:
    """Of the database."""
    return "sqlite"


@pytest.fixture
def settings(settings, texts, kind, request):
    sender = TextGateway("file") if texts else None
    url = settings.database_url if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    return replace(settings, text_sender=sender, database_url=url)


@pytest.fixture
def patient(clinic_database, client, clock):
    """Anna, who has an e-mail address and a telephone."""
    return invite(clinic_database, client, clock, email="anna@example.org")


@pytest.fixture
def desk(reception, patient):
    """Reception, looking at Anna's appointment."""
    return reception.opens(page_of(patient))


@pytest.fixture
def sweep(clinic_database, settings, clock):
    """What the queue does each minute."""
    queue = Queue(clinic_database, settings, immediate=True, clock=clock)
    yield queue.sweep
    queue.stop()


def page_of(patient):
    return f"/appointments/{patient.appointment.id}"


def owed(database):
    with database.reading() as session:
        chosen = select(Job).where(Job.kind == JobKind.SEND_INVITATION)
        return list(session.scalars(chosen))


def count(database, row):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row))


def recorded(database, action):
    with database.reading() as session:
        chosen = select(AuditEvent).where(AuditEvent.action == action)
        return [event.actor for event in session.scalars(chosen)]


def posts(colleague, address, **typed):
    """Send a form that no page offers, with the token of the page that is open."""
    token = colleague.html.split('name="csrf_token" value="')[1].split('"')[0]
    return colleague.client.post(address, data={"csrf_token": token, **typed})


def files(settings, kind):
    return [file.read_text() for file in (settings.data_dir / "mail").glob(f"*.{kind}")]


def test_the_link_is_sent_by_e_mail_and_followed(desk, patient, sweep, settings, clinic_database):
    desk.presses(EMAIL)
    assert "E-mail with the link: waiting" in desk.words

    sweep()

    assert "E-mail with the link: sent" in desk.opens(page_of(patient)).words
    (mail,) = files(settings, "eml")
    assert "To: anna@example.org" in mail
    assert len(recorded(clinic_database, "message:owed")) == 1
    assert len(recorded(clinic_database, "message:sent")) == 1


def test_the_link_is_sent_as_a_text_message_and_followed(desk, patient, sweep, settings):
    desk.presses(TEXT)

    sweep()

    assert "Text message with the link: sent" in desk.opens(page_of(patient)).words
    (text,) = files(settings, "txt")
    assert f"/i/{patient.token}" in text


def test_pressing_twice_sends_once_and_pressing_again_later_sends_again(desk, patient, sweep, settings):
    page = desk.page
    for _ in range(2):
        desk.page = page
        desk.presses(EMAIL)
    sweep()
    assert len(files(settings, "eml")) == 1

    desk.presses(EMAIL)
    sweep()
    assert len(files(settings, "eml")) == 2


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("deed", "made"), [("link", Invitation), ("link/send", Job)])
def test_many_presses_at_once_are_one_press(desk, app, clinic_database, kind, deed, made):
    token = desk.html.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {"csrf_token": token, "once": "one-press-of-one-button", "by": "email"}
    with desk.client.session_transaction() as session:
        cookie = dict(session)
    before = count(clinic_database, made)

    def press(_: int) -> int:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(cookie)
        return browser.post(f"{desk.path}/{deed}", data=typed).status_code

    with ThreadPoolExecutor(6) as crowd:
        answers = set(crowd.map(press, range(6)))

    assert answers == {303}
    assert count(clinic_database, made) == before + 1


@pytest.mark.parametrize("texts", [False])
def test_without_a_sender_of_texts_only_e_mail_is_offered(desk):
    assert desk.offers(EMAIL)
    assert not desk.offers(TEXT)


def test_only_ways_that_lead_to_the_patient_are_offered(reception, clinic_database, client, clock):
    offered = {}
    for email in (None, "anna@example.org"):
        for phone in (None, "07700 900123"):
            someone = invite(clinic_database, client, clock, email=email, phone=phone)
            reception.opens(page_of(someone))
            offered[bool(email), bool(phone)] = reception.offers(EMAIL), reception.offers(TEXT)
            assert ("No e-mail address is known." in reception.words) == (email is None)

    assert all(ways == known for known, ways in offered.items())


def test_a_clinic_that_no_e_mail_leaves_says_so(reception, patient, app, settings):
    # Where patients are real, no mail server means no e-mail; in a demonstration it would lie in a file.
    app.extensions["clinic"]._changed = SettingsInForce(replace(settings, mode=Mode.PRODUCTION))

    reception.opens(page_of(patient))

    assert not reception.offers(EMAIL)
    assert reception.offers(TEXT)
    assert "no mail server is set" in reception.words


def test_a_cancelled_visit_offers_nothing_to_send(desk, clinic_database):
    desk.presses("Yes, cancel it")
    assert not desk.offers(EMAIL)
    assert not desk.offers(TEXT)

    posts(desk, f"{desk.path}/link/send", by="email")

    assert owed(clinic_database) == []


def test_a_way_that_does_not_exist_is_refused(desk, clinic_database):
    for by in ("", "post", "EMAIL", "email; text"):
        assert posts(desk, f"{desk.path}/link/send", by=by).status_code == 400, by

    assert owed(clinic_database) == []


def test_a_message_that_could_not_be_delivered_is_shown(desk, patient, clinic_database, clock):
    desk.presses(EMAIL)
    with acting(clinic_database, now=clock.now) as op:
        (message,) = owed(clinic_database)
        outbox.claim(op, message.id)
        outbox.failed(op, message.id, error=Undeliverable(), for_good=True)
        op.commit()

    desk.opens(page_of(patient))

    assert "could not be delivered" in desk.words
    assert "the address was refused" in desk.words
    assert desk.words_of(".messages__failed")


def test_a_message_that_has_not_got_through_yet_says_when_it_is_tried_again(
    desk, patient, clinic_database, clock
):
    desk.presses(EMAIL)
    with acting(clinic_database, now=clock.now) as op:
        (message,) = owed(clinic_database)
        outbox.claim(op, message.id)
        outbox.failed(op, message.id, error=ConnectionRefusedError("mail.example.org"))
        op.commit()

    desk.opens(page_of(patient))

    assert "has not got through, is tried again" in desk.words
    assert "ConnectionRefusedError" not in desk.html


def test_a_message_that_was_called_off_says_why(desk, patient, sweep):
    desk.presses(EMAIL)
    desk.presses("Make a new link")

    sweep()

    assert "not sent: there was no link that worked" in desk.opens(page_of(patient)).words


def test_reminders_that_are_still_to_come_are_shown(reception, clinic_database, client, clock):
    later = invite(clinic_database, client, clock, starts_at=clock.now + timedelta(days=9))

    reception.opens(page_of(later))

    assert reception.words.count("Reminder: waiting") == 2


def test_a_link_that_was_closed_opens_nothing_and_can_be_made_anew(desk, patient, clinic_database):
    patient.comes_in()
    desk.presses("Close the link")

    assert "No link works now." in desk.words
    assert desk.link_of_patient() is None
    assert not desk.offers(EMAIL)
    assert not desk.offers("Close the link")
    assert patient.opens("/form/p_start").status == 409
    assert "This form is closed" in patient.words
    assert patient.comes_in().status == 403
    assert len(recorded(clinic_database, "invitation:closed")) == 1

    desk.presses("Make a new link")
    patient.token = desk.link_of_patient().rpartition("/")[2]
    assert patient.comes_in().path.startswith("/form/")


def test_closing_a_link_twice_is_recorded_once(desk, clinic_database):
    posts(desk, f"{desk.path}/link/close")
    posts(desk, f"{desk.path}/link/close")

    assert len(recorded(clinic_database, "invitation:closed")) == 1


def test_the_code_stands_beside_the_link_and_opens_the_form(desk, patient, clinic_database):
    with clinic_database.reading() as session:
        code = links.spelt(session.scalars(select(Invitation)).one().code)

    assert code not in desk.words
    assert code in desk.opens(f"{desk.path}/link").words
    assert patient.opens("/c").sends({"code": code}).gives(patient.born).path == "/form/p_start"


def test_no_address_of_the_desk_holds_the_link(desk, patient):
    for button in (EMAIL, TEXT, "Make a new link"):
        desk.presses(button)
        secret = desk.link_of_patient().rpartition("/")[2]
        addresses = [hop.request.full_path for hop in (*desk.page.history, desk.page)]
        assert not [each for each in addresses if secret in each or patient.token in each]


def test_who_sent_and_who_closed_stands_in_the_record(desk, clinic_database):
    desk.presses(EMAIL)
    desk.presses("Close the link")

    for action in ("message:owed", "invitation:closed"):
        assert [str(desk.user.id) in actor for actor in recorded(clinic_database, action)] == [True]


def test_neither_a_stranger_nor_a_patient_sends_or_closes_a_link(desk, stranger, patient, clinic_database):
    patient.comes_in()
    for deed in ("link/send", "link/close", "link", "tries"):
        for somebody in (stranger.opens("/sign-in"), patient):
            answer = posts(somebody, f"{page_of(patient)}/{deed}", by="email")
            assert answer.status_code in (303, 401, 403), (deed, answer.status_code)

    assert owed(clinic_database) == []
    assert desk.opens(desk.path).link_of_patient().endswith(patient.token)


@pytest.mark.parametrize(("phone", "arrives"), [("07700 900123", True), ("none", False), ("07700", False)])
def test_a_text_message_is_offered_only_to_a_number_that_can_get_one(
    desk, patient, clinic_database, clock, phone, arrives
):
    with acting(clinic_database, now=clock.now) as op:
        op.session.merge(patient.appointment.patient).phone = phone
        op.commit()

    desk.opens(page_of(patient))

    assert desk.offers(TEXT) is arrives
    assert ("No text message can be sent" in desk.words) is not arrives


def test_the_button_of_an_older_page_makes_no_second_link_and_is_no_fault(desk, patient, clinic_database):
    def links_made():
        with clinic_database.reading() as db:
            return db.scalar(select(func.count()).select_from(Invitation))

    older, newer = replace(desk).opens(page_of(patient)), replace(desk).opens(page_of(patient))
    once = replace(older).presses("Make a new link").link_of_patient()
    newest = newer.presses("Make a new link").link_of_patient()
    before = links_made()

    older.presses("Make a new link")

    assert older.status == 200
    assert older.link_of_patient() == newest != once
    assert links_made() == before
