"""What was owed leaves once, and only while it is wanted."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from intake.config import Mode, Settings, TextGateway
from intake.opening import Opening
from intake.services import alerts
from intake.services.alerts import Result
from intake.services.appointments import booking
from intake.services.invitations import links
from intake.services.messages import outbox
from intake.services.staff import account_mail
from intake.storage import Database
from intake.storage.models import (
    AttemptKind,
    Channel,
    IntakeStatus,
    JobKind,
    Outcome,
    Role,
    User,
)
from intake.tasks import Queue
from tests.acting import at
from tests.post_office import PostOffice
from tests.services.answering import answers, has_sent
from tests.services.conftest import NOW
from tests.services.correspondence import VISIT, Clinic, empty_database, plain

DESK = "desk@clinic.example"
FIRST, SECOND = datetime(2026, 3, 19, 10, tzinfo=UTC), datetime(2026, 3, 25, 10, tzinfo=UTC)
ABOUT_ANNA = ("Anna", "Canary", "1991", "07700", "anna@", "R-CES", "saddle", "numb", "emergency\n")
TOLD = (JobKind.TELL_OF_ALERT, JobKind.TELL_OF_OVERDUE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.from_environment({}), data_dir=tmp_path / "data")


@pytest.fixture
def small(tmp_path: Path, settings: Settings) -> Iterator[Clinic]:
    """A clinic on SQLite, in the demonstration: what leaves lies in files."""
    database = empty_database(tmp_path)
    clinic = Clinic(database, settings)
    yield clinic
    clinic.closes()
    database.dispose()


@pytest.fixture
def posting(small: Clinic, post_office: PostOffice) -> Clinic:
    """The same clinic with a mail server and text messages."""
    return small.changes(mail_server=post_office.server, text_sender=TextGateway("file"))


@pytest.fixture
def busy(database: Database, settings: Settings, post_office: PostOffice) -> Iterator[Clinic]:
    """A clinic on either database, with a mail server."""
    clinic = Clinic(database, replace(settings, mail_server=post_office.server))
    yield clinic
    clinic.closes()


# ---- the invitation


def test_an_invitation_leaves_with_the_link_and_is_followed(small: Clinic) -> None:
    small.asks_to_send().sweeps()

    (mail,) = small.mails
    assert mail["To"] == "anna@example.org"
    assert f"/i/{small.token}" in plain(mail)
    assert small.states[-1] == ("invitation", "sent", None)
    assert small.recorded("message:owed") == small.recorded("message:sent") == 1


def test_a_second_press_of_the_same_button_sends_nothing_more(small: Clinic) -> None:
    small.asks_to_send().sweeps().asks_to_send().sweeps()

    assert len(small.mails) == 1
    assert small.recorded("message:owed") == 1


def test_asking_again_sends_again(small: Clinic) -> None:
    small.asks_to_send(once="first").sweeps().asks_to_send(once="second").sweeps()

    assert len(small.mails) == 2


def test_a_text_message_goes_to_the_number_and_holds_the_link(small: Clinic) -> None:
    small.changes(text_sender=TextGateway("file"))

    small.asks_to_send(Channel.TEXT).sweeps()

    (text,) = small.texts
    assert text.startswith("To: +447700900123\n")
    assert f"/i/{small.token}" in text
    assert small.mails == []


def replaced(clinic: Clinic) -> None:
    clinic.makes_a_new_link()


def revoked(clinic: Clinic) -> None:
    with clinic.visit() as (op, appointment):
        links.revoke(op, appointment)


def cancelled(clinic: Clinic) -> None:
    with clinic.visit() as (op, appointment):
        booking.cancel(op, appointment)


def expired(clinic: Clinic) -> None:
    clinic.now = VISIT + timedelta(days=2)


def sent(clinic: Clinic) -> None:
    has_sent(clinic.database, clinic.settings, clinic.appointment, answers())


def left_for_help(clinic: Clinic) -> None:
    with clinic.visit() as (_, appointment):
        appointment.intake.status = IntakeStatus.LEFT_URGENT


def unfinished(clinic: Clinic) -> None:
    with clinic.visit() as (_, appointment):
        appointment.intake.status = IntakeStatus.UNFINISHED


def no_address(clinic: Clinic) -> None:
    with clinic.visit() as (_, appointment):
        appointment.patient.email = None


def no_sender(clinic: Clinic) -> None:
    clinic.changes(mode=Mode.PRODUCTION)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (replaced, "no_link"),
        (revoked, "no_link"),
        (cancelled, "no_link"),
        (expired, "over"),
        (sent, "finished"),
        (left_for_help, "finished"),
        (unfinished, "finished"),
        (no_address, "no_address"),
        (no_sender, "no_sender"),
    ],
)
def test_an_invitation_that_is_not_wanted_any_more_does_not_leave(
    small: Clinic, happens: Callable[[Clinic], None], why: str
) -> None:
    small.asks_to_send()
    happens(small)

    small.sweeps().waits(days=1).sweeps()

    assert ("invitation", "cancelled", why) in small.states
    assert [mail for mail in small.mails if "Your appointment" in mail["Subject"]] == []
    assert small.recorded("message:cancelled") >= 1
    assert not small.has_failed


def test_a_text_message_that_no_way_leads_to_is_called_off_and_says_why(small: Clinic) -> None:
    small.asks_to_send(Channel.TEXT).sweeps()

    assert ("invitation", "cancelled", "no_sender") in small.states


# ---- when it does not get through


def test_a_message_that_does_not_get_through_is_tried_again_and_leaves_once(
    posting: Clinic, post_office: PostOffice
) -> None:
    post_office.answer_to_recipient = "451 Greylisted"
    posting.asks_to_send().sweeps()
    assert ("invitation", "retried", "SMTPRecipientsRefused") in posting.states
    assert posting.has_failed

    post_office.answer_to_recipient = "250 OK"
    posting.waits(minutes=1).sweeps().waits(minutes=10).sweeps()

    assert len(post_office.mails) == 1
    assert not posting.has_failed


def test_an_address_that_is_refused_is_given_up_at_once_and_shown(
    posting: Clinic, post_office: PostOffice
) -> None:
    post_office.answer_to_recipient = "550 No such user"

    posting.asks_to_send().sweeps()
    post_office.answer_to_recipient = "250 OK"
    posting.waits(hours=3).sweeps()

    assert post_office.mails == []
    assert ("invitation", "failed", "Undeliverable") in posting.states
    assert posting.has_failed
    assert posting.recorded("message:failed") == 1


def test_a_message_that_arrives_another_way_outweighs_one_that_failed_before(
    posting: Clinic, post_office: PostOffice
) -> None:
    post_office.answer_to_recipient = "550 No such user"
    posting.asks_to_send().sweeps()
    assert posting.has_failed

    posting.waits(seconds=20).asks_to_send(Channel.TEXT).sweeps()

    assert not posting.has_failed


def test_a_message_that_arrived_is_not_outweighed_by_a_later_try_of_one_that_failed_before(
    posting: Clinic, post_office: PostOffice
) -> None:
    post_office.answer_to_recipient = "451 Greylisted"
    posting.asks_to_send().sweeps_for(timedelta(hours=1), every=timedelta(minutes=5))

    posting.asks_to_send(Channel.TEXT).sweeps()

    assert not posting.has_failed


# ---- reminders


def test_a_reminder_carries_the_link_that_works_now(small: Clinic) -> None:
    old, new = small.token, small.makes_a_new_link()
    small.now = FIRST

    small.sweeps()

    (mail,) = small.mails
    assert mail["Subject"].startswith("A reminder from")
    assert new in plain(mail)
    assert old not in plain(mail)


def test_each_reminder_leaves_once_however_often_is_looked(small: Clinic) -> None:
    small.now = FIRST - timedelta(hours=1)

    small.sweeps_for(timedelta(days=8), every=timedelta(hours=6))

    assert len(small.mails) == 2
    assert small.recorded("message:sent") == 2


def test_a_reminder_does_not_leave_early(small: Clinic) -> None:
    small.now = FIRST - timedelta(seconds=1)

    assert small.sweeps().mails == []


def test_a_reminder_never_leaves_after_the_form_was_sent(small: Clinic) -> None:
    sent(small)
    small.now = FIRST

    small.sweeps()

    assert small.mails == []
    assert ("reminder", "cancelled", "finished") in small.states


@pytest.mark.parametrize(
    ("happens", "why"), [(revoked, "no_link"), (cancelled, "cancelled"), (no_address, "no_address")]
)
def test_a_reminder_that_is_not_wanted_any_more_does_not_leave(
    small: Clinic, happens: Callable[[Clinic], None], why: str
) -> None:
    happens(small)
    small.now = FIRST

    small.sweeps()

    assert small.mails == []
    assert ("reminder", "cancelled", why) in small.states


def test_without_an_e_mail_address_a_reminder_goes_by_text(small: Clinic) -> None:
    no_address(small)
    small.changes(text_sender=TextGateway("file")).now = FIRST

    small.sweeps()

    assert small.token in small.texts[0]


def test_where_no_e_mail_leaves_the_clinic_a_reminder_goes_by_text(small: Clinic) -> None:
    small.changes(mode=Mode.PRODUCTION, text_sender=TextGateway("file")).now = FIRST

    small.sweeps()

    assert small.token in small.texts[0]


def test_no_message_to_a_patient_names_anybody(small: Clinic) -> None:
    small.changes(text_sender=TextGateway("file"))
    small.asks_to_send().asks_to_send(Channel.TEXT).sweeps().now = FIRST

    small.sweeps()

    said = [plain(mail) for mail in small.mails] + [text.partition("\n\n")[2] for text in small.texts]
    assert len(said) == 3
    assert [word for word in ABOUT_ANNA for text in said if word in text] == []


# ---- calls for attention


@pytest.fixture
def watched(small: Clinic) -> Clinic:
    """The same clinic, with somebody who is told of alerts; nobody looks at anything else."""
    return small.changes(alert_email=DESK)


@pytest.fixture
def colleague(small: Clinic) -> User:
    return hired(small, "Rosa Reception", "rosa@clinic.example")


@pytest.fixture
def second(small: Clinic) -> User:
    return hired(small, "Dee Desk", "dee@clinic.example")


def hired(clinic: Clinic, name: str, email: str) -> User:
    with clinic.database.writing() as session:
        user = User(
            name=name,
            email=email,
            email_hmac=email,
            roles={Role.RECEPTION},
            password_hash="never signs in",
            active=True,
            made_at=NOW,
        )
        session.add(user)
        session.commit()
    return user


def handle(clinic: Clinic, by: User, *, closing: bool) -> None:
    """Let somebody take every alert, or say what came of it."""
    with clinic.visit() as (op, appointment):
        ids = [row.alert_id for row in alerts.of(op, appointment.intake)]
        if closing:
            result = Result(Outcome.SEEN_TODAY, "Phoned.", "RR")
            alerts.close(at(op, by=by), ids, result)
        else:
            alerts.take(at(op, by=by), ids)


def told(clinic: Clinic) -> list[str]:
    """The e-mails to the clinic, as their first words, oldest first."""
    rows = sorted(
        (row for row in clinic.rows if row.kind in TOLD and row.done_at), key=lambda row: row.done_at
    )
    return [row.kind.removeprefix("tell_of_") for row in rows]


def test_the_clinic_is_told_of_an_alert_at_once_and_neither_who_nor_why(watched: Clinic) -> None:
    watched.raises()

    watched.sweeps()

    (mail,) = watched.mails
    assert mail["To"] == DESK
    assert "Somebody needs a call." in plain(mail)
    assert [word for word in ABOUT_ANNA if word in plain(mail)] == []
    assert watched.recorded("alert:told") == 1


def test_an_alert_that_nobody_acts_on_calls_every_half_hour(watched: Clinic) -> None:
    watched.raises()

    watched.sweeps_for(timedelta(minutes=109), every=timedelta(minutes=5))

    assert told(watched) == ["alert", "overdue", "overdue", "overdue", "overdue"]
    moments = sorted(row.done_at for row in watched.rows if row.done_at)
    assert [(at - NOW).total_seconds() / 60 for at in moments] == [0, 15, 45, 75, 105]
    assert [plain(mail) for mail in watched.mails if any(word in plain(mail) for word in ABOUT_ANNA)] == []


def test_one_that_was_taken_is_overdue_all_the_same_until_it_is_closed(
    watched: Clinic, colleague: User
) -> None:
    watched.raises()
    handle(watched, colleague, closing=False)

    watched.sweeps_for(timedelta(minutes=50), every=timedelta(minutes=5))
    assert told(watched) == ["overdue", "overdue"]

    handle(watched, colleague, closing=True)
    watched.sweeps_for(timedelta(hours=2), every=timedelta(minutes=5))
    assert told(watched) == ["overdue", "overdue"]


def offers(clinic: Clinic, giver: User, receiver: User) -> UUID:
    """Let somebody offer the call to somebody else."""
    with clinic.visit() as (op, appointment):
        handing = at(op, by=giver)
        to = op.session.merge(receiver)
        return alerts.offer(handing, appointment.intake, to=to, note="Anna is at the door").id


def test_whoever_is_offered_a_call_is_told_by_mail_and_not_about_whom(
    watched: Clinic, colleague: User, second: User
) -> None:
    watched.raises()
    watched.sweeps()
    offers(watched, colleague, second)

    watched.sweeps()

    (mail,) = (mail for mail in watched.mails if mail["To"] == second.email)
    assert "A colleague has handed you a call." in plain(mail)
    assert [word for word in ABOUT_ANNA if word in f"{mail['Subject']} {plain(mail)}"] == []
    assert watched.recorded("alert:told") == 2


def test_an_offer_that_was_taken_back_before_the_mail_left_sends_none(
    watched: Clinic, colleague: User, second: User
) -> None:
    watched.raises()
    offered = offers(watched, colleague, second)
    with watched.visit() as (op, appointment):
        alerts.withdraw(at(op, by=colleague), appointment.intake, offered)

    watched.sweeps()

    assert [mail["To"] for mail in watched.mails] == [DESK]


def test_a_call_that_is_offered_or_to_be_tried_again_is_overdue_all_the_same(
    watched: Clinic, colleague: User, second: User
) -> None:
    watched.raises()
    handle(watched, colleague, closing=False)
    offers(watched, colleague, second)
    with watched.visit() as (op, appointment):
        later = alerts.Try(AttemptKind.NO_ANSWER, again_at=op.now + timedelta(minutes=100))
        alerts.note_attempt(at(op, by=colleague), appointment.intake, later, idempotency_key=uuid4())

    watched.sweeps_for(timedelta(minutes=50), every=timedelta(minutes=5))

    assert told(watched) == ["overdue", "overdue"]


def test_one_that_was_closed_in_time_calls_nobody(watched: Clinic, colleague: User) -> None:
    watched.raises()
    handle(watched, colleague, closing=True)

    watched.sweeps_for(timedelta(hours=2), every=timedelta(minutes=5))

    assert told(watched) == []


def test_one_that_is_raised_again_calls_anew_and_not_twice_as_often(watched: Clinic, colleague: User) -> None:
    watched.raises()
    watched.sweeps_for(timedelta(minutes=20), every=timedelta(minutes=5))
    handle(watched, colleague, closing=True)
    watched.raises()
    again = watched.now

    watched.sweeps_for(timedelta(minutes=80), every=timedelta(minutes=5))

    moments = sorted(row.done_at for row in watched.rows if row.done_at and row.done_at >= again)
    assert [(at - again).total_seconds() / 60 for at in moments] == [0, 15, 45, 75]


def test_nobody_is_called_while_the_clinic_is_shut(watched: Clinic) -> None:
    watched.now = datetime(2026, 3, 13, 17, 30, tzinfo=UTC)  # A Friday; it closes at six.
    watched.raises()

    watched.sweeps_for(timedelta(days=2, hours=16), every=timedelta(minutes=15))

    moments = sorted(row.done_at for row in watched.rows if row.done_at)
    assert [f"{at:%a %H:%M}" for at in moments] == [
        "Fri 17:30",
        "Fri 17:45",
        "Mon 08:00",
        "Mon 08:30",
        "Mon 09:00",
    ]


def test_without_opening_hours_it_calls_day_and_night(watched: Clinic) -> None:
    watched.changes(opening=Opening(()))
    watched.raises()

    watched.sweeps_for(timedelta(hours=24), every=timedelta(minutes=15))

    assert told(watched).count("overdue") == 48


def test_a_clinic_that_wants_no_mail_gets_none(small: Clinic) -> None:
    small.raises()

    small.sweeps_for(timedelta(hours=1), every=timedelta(minutes=5))

    assert small.mails == []
    assert {row.cancel_reason for row in small.rows if row.kind in TOLD} == {"no_address"}


# ---- many at once, on both databases


@pytest.mark.faults
def test_twenty_presses_of_send_at_once_owe_one_message(busy: Clinic, post_office: PostOffice) -> None:
    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(lambda _: busy.asks_to_send(once="one press"), range(20)))

    busy.sweeps()

    assert len(post_office.mails) == 1
    assert busy.recorded("message:owed") == 1
    assert Counter(row.kind for row in busy.rows)[JobKind.SEND_INVITATION] == 1


def owes_reminders(clinic: Clinic, many: int) -> None:
    with clinic.visit() as (op, appointment):
        for number in range(many):
            outbox.add(op, JobKind.SEND_REMINDER, appointment.id, dedupe_key=f"reminder {number}")


@pytest.mark.faults
def test_an_alert_leaves_before_eighty_reminders_and_before_the_next_of_those_under_way(
    posting: Clinic, post_office: PostOffice
) -> None:
    clinic = posting.changes(alert_email="desk@clinic.example")
    owes_reminders(clinic, 80)
    jobs = clinic.queue.jobs
    for _ in range(3):
        assert jobs.do_next(outbox.ORDER)

    clinic.raises()
    clinic.sweeps()

    assert [mail["To"] for mail in post_office.mails[:5]] == ["anna@example.org"] * 3 + [
        "desk@clinic.example",
        "anna@example.org",
    ]
    assert len(post_office.mails) == 81


@pytest.mark.faults
def test_four_workers_at_once_hand_each_message_over_once(busy: Clinic, post_office: PostOffice) -> None:
    for number in range(6):
        busy.asks_to_send(once=f"press {number}")
    queues = [Queue(busy.database, busy.settings, immediate=True, clock=lambda: busy.now) for _ in range(4)]

    with ThreadPoolExecutor(4) as crowd:
        done = list(crowd.map(lambda queue: queue.sweep(), queues))

    assert sum(done) == 6
    assert len(post_office.mails) == len({mail["Message-ID"] for mail in post_office.mails}) == 6
    for queue in queues:
        queue.stop()


@pytest.mark.parametrize("kind", account_mail.CHANGES)
def test_somebody_is_told_of_their_account_by_mail_and_no_secret_is_in_it(
    watched: Clinic, colleague: User, kind: JobKind
) -> None:
    with watched.visit() as (op, _):
        outbox.add(op, kind, colleague.id)

    watched.sweeps()

    (mail,) = (mail for mail in watched.mails if mail["To"] == colleague.email)
    assert "A change of your account" in str(mail["Subject"])
    assert "tell an admin of the clinic" in plain(mail)
    assert "http" not in plain(mail)
    assert watched.recorded("message:sent") == 1
