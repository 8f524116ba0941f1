"""The page of whoever looks after the computer: what fails, what can be tried again, and no patient."""

from dataclasses import replace
from uuid import uuid4

import pytest

from intake.config import MailServer, TextGateway
from intake.messaging.mail_check import CheckStep
from intake.services import audit
from intake.services.audit import Action
from intake.services.messages import heartbeat, outbox
from intake.services.messages.correspondence import TO_PATIENTS
from intake.services.messages.heartbeat import AtWork
from intake.services.operations.health import ClinicPart
from intake.storage.models import Intake, Job, JobKind
from intake.tasks import Queue
from intake.web.admin import operation as page
from tests.acting import acting, looking
from tests.post_office import free_port
from tests.web.test_notice_bar import silent  # noqa: F401  (a fixture)


@pytest.fixture
def failed(patient, clinic_database, clock):
    """Every job of a patient whose form raised alerts was given up."""
    patient.answers = patient.answers.merged({"mc_main": "Canarywords"})
    patient.walks().sends_it_all()
    with acting(clinic_database, now=clock.now) as op:
        jobs = op.session.query(Job).all()
        for job in jobs:
            outbox.failed(op, job.id, error=ValueError("Canary"), for_good=True)
        op.commit()
    assert jobs
    return jobs


def test_every_kind_of_job_part_and_step_has_its_words():
    assert set(page.KINDS) == set(JobKind)
    assert set(page.PARTS) == set(page.GOOD) == set(page.FAILING) == set(ClinicPart)
    assert set(page.FAILED_AT) == set(CheckStep)


def given_up(database):
    with database.reading() as session:
        return outbox.given_up(session)


def deeds(database, action):
    with looking(database) as op:
        return audit.history(op.session, action)


@pytest.mark.parametrize("path", ["/operation"])
def test_only_an_admin_opens_it(admin, clinician, reception, stranger, path):
    assert admin.opens(path).status == 200
    assert "Operation" in admin.title
    for somebody in (clinician, reception):
        assert somebody.opens(path).status == 403
    assert stranger.opens(path).path == "/sign-in"


def test_it_says_of_each_part_how_it_is(admin, clinic_database, clock):
    assert "Work in the backgroundNot well: It stands still." in admin.opens("/operation").words
    admin.client.application.extensions["health"].parts.kept_for = 0
    with acting(clinic_database, now=clock.now) as op:
        heartbeat.beat(op, AtWork("urgent", clock.now, host="desk", pid=7))
        op.commit()

    said = admin.opens("/operation").words

    assert "Work in the backgroundWell: It is at work." in said
    assert "DatabaseWell: It answers." in said
    assert "Mail serverNone is set up" in said
    assert "BackupNone is on record." in said
    assert "desk 7 (urgent): at work" in said
    assert "new values are sealed with key 1" in said
    assert "MB" in said


def test_a_red_line_leads_an_admin_here_and_others_nowhere(silent, admin, reception):  # noqa: F811
    [link] = [each for each in admin.opens("/settings").html.split("<a") if "has not done its work" in each]
    assert 'href="/operation"' in link
    assert "/operation" not in reception.opens("/day/").html


def test_a_failed_job_is_tried_again_and_recorded(admin, failed, clinic_database, clock):
    before = given_up(clinic_database)
    assert "ValueError" in admin.opens("/operation").words

    admin.presses("Try again")

    assert admin.status == 200
    assert given_up(clinic_database) == before - 1
    [deed] = deeds(clinic_database, Action.JOB_TRIED_AGAIN)
    assert deed.actor == f"staff:{admin.user.id}"
    assert set(deed.detail) == {"job"}


def test_all_are_tried_again_and_done(admin, failed, clinic_database, settings, clock):
    admin.opens("/operation").presses("Try all again")

    assert given_up(clinic_database) == 0
    Queue(clinic_database, settings, immediate=True, clock=clock).sweep()
    with clinic_database.reading() as session:
        left = [job for job in session.query(Job) if job.done_at is None and job.cancelled_at is None]
    assert [job for job in left if job.kind is JobKind.RENDER_DOCUMENT] == []
    assert deeds(clinic_database, Action.JOB_TRIED_AGAIN)[0].detail == {"jobs": len(failed)}


@pytest.fixture
def held_back(patient, clinic_database, clock):
    """Three messages to patients that a restore holds back, one of which was tried before."""
    with acting(clinic_database, now=clock.now) as op:
        intake = op.session.query(Intake).first()
        for kind in (JobKind.SEND_INVITATION, JobKind.SEND_REMINDER, JobKind.SEND_REMINDER):
            outbox.add(op, kind, uuid4(), not_before=clock.now, appointment_id=intake.appointment_id)
        op.session.flush()
        jobs = op.session.query(Job).where(Job.kind.in_(TO_PATIENTS)).order_by(Job.made_at).all()
        for job in jobs:
            job.held_at = clock.now
        jobs[0].last_error = "Canary"
        op.commit()
    return [job.id for job in jobs]


def claimed(database, clock, ids):
    """Which of these a worker takes up."""
    taken = []
    with acting(database, now=clock.now) as op:
        while (claim := outbox.claim_next(op, TO_PATIENTS)) is not None:
            taken.append(claim.job.id)
        op.rollback()
    return [id for id in ids if id in taken]


def test_what_a_restore_holds_back_is_counted_and_names_nobody(admin, held_back, clinic_database, clock):
    assert claimed(clinic_database, clock, held_back) == []

    said = admin.opens("/operation").words

    assert "Held since a backup was put back" in said
    assert "Send an invitation1" in said
    assert "Send a reminder2" in said
    assert "Canary" not in admin.html
    assert "Try again" not in said


def test_an_admin_lets_it_leave_and_that_is_recorded(admin, held_back, clinic_database, clock):
    admin.opens("/operation").presses("Send them")

    assert "Held since" not in admin.words
    assert claimed(clinic_database, clock, held_back) == held_back
    [deed] = deeds(clinic_database, Action.HELD_MESSAGES_RELEASED)
    assert (deed.actor, deed.detail) == (f"staff:{admin.user.id}", {"number": 3})


def test_an_admin_drops_it_and_it_never_leaves(admin, held_back, clinic_database, clock):
    admin.opens("/operation").presses("Drop them: nothing is sent")

    assert "Held since" not in admin.words
    assert claimed(clinic_database, clock, held_back) == []
    [deed] = deeds(clinic_database, Action.HELD_MESSAGES_DROPPED)
    assert (deed.actor, deed.detail) == (f"staff:{admin.user.id}", {"number": 3})


def test_what_is_done_is_not_done_again(admin, failed, clinic_database, clock):
    with acting(clinic_database, now=clock.now) as op:
        for job in op.session.query(Job):
            job.done_at = clock.now
        op.commit()

    page = admin.client.post(
        f"/operation/jobs/{failed[0].id}/again", data={"csrf_token": "", "signed_in": str(admin.user.id)}
    )

    assert page.status_code in (400, 404)
    assert deeds(clinic_database, Action.JOB_TRIED_AGAIN) == ()


def test_no_patient_is_on_the_page(admin, failed, patient, come, clinic_database, clock):
    come("V05")
    with acting(clinic_database, now=clock.now) as op:
        for job in op.session.query(Job):
            outbox.failed(op, job.id, error=ValueError("Canary"), for_good=True)
        op.commit()
    page = admin.opens("/operation")

    for canary in ("Canary", "Anna", patient.token, "07700", "@"):
        assert canary not in page.words
    # Whose alert it was is for those who act on it.
    rows = [row for row in page.words_of("tr") if "Tell the clinic" in row and "ValueError" in row]
    assert rows
    with clinic_database.reading() as session:
        from intake.storage.models import Appointment

        references = [each.reference for each in session.query(Appointment)]
    assert not [row for row in rows if any(reference in row for reference in references)]


def test_a_trial_e_mail_says_what_the_server_answered(admin, app, post_office, clinic_database):
    app.clinic.environment = replace(app.clinic.environment, mail_server=post_office.server)
    app.clinic._changed = None

    admin.opens("/operation").presses("Send a trial e-mail", email="ada@clinic.example")

    assert "It was taken. See whether it arrives." in admin.words
    assert "In the words of the computer: 250 OK" in admin.words
    [mail] = post_office.mails
    assert post_office.envelopes == [["ada@clinic.example"]]
    assert "trial" in mail["Subject"]
    [deed] = deeds(clinic_database, Action.TRIAL_MESSAGE_SENT)
    assert deed.detail == {"channel": "email", "taken": 1, "step": "letter"}
    assert "ada@" not in str(deed)


def test_a_refusal_is_said_without_what_signs_the_clinic_in(admin, app, post_office):
    server = replace(post_office.server)
    post_office.answer_to_recipient = "550 5.1.1 sesame c2VzYW1l is no mailbox of desk"
    app.clinic.environment = replace(
        app.clinic.environment,
        mail_server=MailServer(server.host, server.port, "none", "", "sesame"),
    )
    app.clinic._changed = None

    admin.opens("/operation").presses("Send a trial e-mail", email="ada@clinic.example")

    assert "the address or number was refused" in admin.words
    assert "550 5.1.1 ... ... is no mailbox of desk" in admin.words
    assert "sesame" not in admin.html


def test_a_server_that_is_not_there_is_said_in_plain_words(admin, app):
    gone = MailServer("127.0.0.1", free_port(), "none", "desk", "sesame")
    app.clinic.environment = replace(app.clinic.environment, mail_server=gone)
    app.clinic._changed = None

    admin.opens("/operation").presses("Send a trial e-mail", email="ada@clinic.example")

    assert "the server could not be reached" in admin.words
    assert "Connection refused" in admin.words


def test_a_trial_text_message_leaves_by_the_clinics_way(admin, app, settings):
    app.clinic.environment = replace(app.clinic.environment, text_sender=TextGateway("file"))
    app.clinic._changed = None

    admin.opens("/operation").presses("Send a trial text message", phone="07700 900417")

    assert "It was taken." in admin.words
    [file] = (settings.data_dir / "mail").glob("*.txt")
    assert "This is a trial from" in file.read_text()


def test_without_a_way_to_send_texts_that_is_said(admin):
    admin.opens("/operation").presses("Send a trial text message", phone="07700 900417")

    assert "the settings name no way" in admin.words


@pytest.mark.parametrize(
    ("button", "box", "typed", "said"),
    [
        ("Send a trial e-mail", "email", "", "Enter"),
        ("Send a trial e-mail", "email", "ada", "This is no e-mail address"),
        ("Send a trial e-mail", "email", "a@clinic.example, b@clinic.example", "e-mail"),
        ("Send a trial text message", "phone", "", "Enter a mobile number"),
        ("Send a trial text message", "phone", "my phone", "Enter one mobile number"),
    ],
)
def test_what_is_no_address_is_said_and_kept(admin, button, box, typed, said, post_office):
    admin.opens("/operation").presses(button, **{box: typed})

    assert admin.status == 422
    assert said in admin.words
    assert f'value="{typed}"' in admin.html
    assert admin.title.startswith("Error:")


def test_trials_are_few(admin, settings, clock):
    for _ in range(5):
        admin.opens("/operation").presses("Send a trial e-mail", email="ada@clinic.example")
        assert admin.status == 200

    admin.opens("/operation").presses("Send a trial e-mail", email="ada@clinic.example")

    assert admin.status == 429
    assert "That was too often" in admin.words
    assert len(list((settings.data_dir / "mail").glob("*.eml"))) == 5
    clock.wait(minutes=9)
    admin.opens("/operation")
    clock.wait(minutes=2)
    assert admin.opens("/operation").presses("Send a trial e-mail", email="a@clinic.example").status == 200
