"""The patient's form: saved page by page, screened each time, sent once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import func, select

from intake.config import Profile, Settings
from intake.demo.vignettes import VIGNETTES, Vignette, answers_of
from intake.questionnaire import PAGES
from intake.red_flags import Urgency
from intake.services import alerts, audit
from intake.services.appointments import booking, day_list
from intake.services.forms import draft, intakes
from intake.services.forms.draft import Choice
from intake.services.forms.intakes import AlreadySent, NotComplete, PageChanged, PageNotOnPath
from intake.services.invitations import links
from intake.storage import Database
from intake.storage.encryption import Keys
from intake.storage.models import (
    Alert,
    Appointment,
    Document,
    DocumentState,
    IntakeStatus,
    Job,
    JobKind,
    Outcome,
    User,
)
from intake.summary import Summary
from tests.acting import acting, looking
from tests.services.answering import TODAY
from tests.services.conftest import BORN, NOW, Invited, invite_anna
from tests.services.filling_in import Patient, benign, urgent


@pytest.fixture
def patient(database: Database, settings: Settings, anna: Invited) -> Patient:
    return Patient(database, settings, anna)


def actions(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.action for each in audit.history(session)]


def rendering(database: Database) -> int:
    """How many documents are owed or made."""
    with database.reading() as session:
        owed = select(func.count()).select_from(Job).where(Job.kind == JobKind.RENDER_DOCUMENT)
        return session.scalar(owed) or 0


def count(database: Database, what: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_opening_is_noted_once(patient: Patient) -> None:
    assert patient.intake().status is IntakeStatus.NOT_OPENED

    patient.opens()
    patient.opens()

    assert patient.intake().status is IntakeStatus.OPENED
    assert patient.intake().opened_at == NOW
    assert actions(patient.database)[-2:] == ["intake:opened", "intake:resumed"]


def test_what_the_clinic_knows_is_not_asked_again(patient: Patient) -> None:
    facts = patient.journey().facts

    assert facts.value("dob") == "1991-05-04"
    assert facts.value("sex_at_birth") == "female"
    assert facts.value("phone_best") == "07700 900123"


def test_the_patient_may_correct_what_the_clinic_knows(patient: Patient) -> None:
    patient.fills_in(benign(), until="p_start")

    patient.saves("p_start", {"dob": "1991-05-05"})

    assert patient.journey().facts.value("dob") == "1991-05-05"


def test_a_form_is_filled_in_page_by_page_and_sent(patient: Patient) -> None:
    saved = patient.fills_in(benign())

    assert saved[-1].journey.complete
    assert [each.interrupt for each in saved if each.interrupt] == []
    assert patient.intake().status is IntakeStatus.IN_PROGRESS
    assert sorted(each.journey.percent for each in saved) == [each.journey.percent for each in saved]

    sent = patient.sends()

    intake = patient.intake()
    assert (intake.status, intake.percent, intake.receipt) == (IntakeStatus.SENT, 100, sent.receipt)
    assert intake.sent_at == patient.now
    assert patient.summary().name == "Anna Canary"
    assert (count(patient.database, Document), rendering(patient.database)) == (1, 1)


def test_saved_pages_wait_for_another_device(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_chest")

    next_page = patient.journey().next

    assert next_page is not None
    assert next_page.id == "u_chest"


def test_a_page_out_of_turn_is_not_saved(patient: Patient) -> None:
    patient.opens()

    with pytest.raises(PageNotOnPath) as refusal:
        patient.saves("u_saddle", {"rf_saddle_numb": "no"})

    assert refusal.value.next is patient.journey().next


def test_an_unfinished_form_is_not_sent(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_chest")

    with pytest.raises(NotComplete) as refusal:
        patient.sends()

    assert refusal.value.next is PAGES["u_chest"]
    assert patient.intake().status is IntakeStatus.IN_PROGRESS


def test_answers_to_other_pages_are_left_aside(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_now")

    patient.saves("u_now", {"rf_very_unwell": "no", "rf_saddle_numb": "yes", "made_up": "yes"})

    assert "rf_saddle_numb" not in draft.read(patient.intake()).answers
    assert "made_up" not in draft.read(patient.intake()).answers


def test_two_tabs_do_not_overwrite_each_other(patient: Patient) -> None:
    patient.fills_in(benign(), until="p_words")
    mark = intakes.version_token_of(draft.read(patient.intake()), PAGES["p_words"])
    patient.saves("p_words", {"mc_main": "The first tab.", "hope": "cause"}, seen=mark)

    with pytest.raises(PageChanged) as refusal:
        patient.saves("p_words", {"mc_main": "The second tab.", "hope": "cause"}, seen=mark)

    assert refusal.value.stored["mc_main"] == "The first tab."
    again = patient.saves("p_words", {"mc_main": "Both.", "hope": "cause"}, seen=refusal.value.version_token)
    assert again.journey.facts.value("mc_main") == "Both."


def test_a_double_press_of_save_is_not_a_conflict(patient: Patient) -> None:
    patient.fills_in(benign(), until="p_words")
    mark = intakes.version_token_of(draft.read(patient.intake()), PAGES["p_words"])
    given = {"mc_main": "Twice.", "hope": "cause"}

    first, second = (patient.saves("p_words", given, seen=mark) for _ in range(2))

    assert first.next is second.next


def test_staff_see_an_emergency_in_the_same_transaction(patient: Patient) -> None:
    saved = patient.fills_in(urgent())

    shown = [each.screening.urgency for each in saved if each.interrupt]
    assert shown[-1] is Urgency.EMERGENCY
    with looking(patient.database, settings=patient.settings) as op:
        (first, *_) = alerts.all_open(op)
        (row,) = day_list.day_list(op, date(2026, 3, 12))
    assert (first.name, first.urgency, first.phone) == ("Anna Canary", Urgency.EMERGENCY, "07700 900123")
    assert first.line
    assert row.needs_attention
    assert row.unowned == row.open_alerts > 0
    assert row.urgency is Urgency.EMERGENCY


def test_the_emergency_page_is_owed_until_it_is_answered(patient: Patient) -> None:
    patient.has_filled_in(urgent())
    assert patient.interruption() is not None

    patient.chooses(Choice.CONTINUE)

    assert patient.interruption() is None
    standing = patient.banner()
    assert standing is not None
    assert standing.choice is Choice.CONTINUE
    assert standing.choice_at == patient.now


def test_an_emergency_that_stands_is_said_again_when_the_form_is_resumed(patient: Patient) -> None:
    patient.has_filled_in(urgent())
    patient.chooses(Choice.CONTINUE)

    patient.opens()

    assert patient.interruption() is not None


def test_whoever_was_seen_for_it_is_not_asked_again(patient: Patient) -> None:
    patient.has_filled_in(urgent())
    patient.chooses(Choice.ALREADY_SEEN, where="City hospital, Sunday")

    patient.opens()

    assert patient.interruption() is None
    assert draft.read(patient.intake()).interrupts[-1].where == "City hospital, Sunday"


def test_an_emergency_never_blocks_sending_and_is_said_once_more(patient: Patient) -> None:
    patient.has_filled_in(urgent())
    patient.chooses(Choice.ALREADY_SEEN, where="City hospital, Sunday")

    sent = patient.sends()

    # The receipt begins with the card: nothing comes before it.
    assert sent.screening.urgency is Urgency.EMERGENCY
    assert patient.intake().status is IntakeStatus.SENT
    assert patient.interruption() is None
    patient.chooses(Choice.GETTING_HELP)
    assert patient.interruption() is None
    assert patient.intake().status is IntakeStatus.SENT


def test_getting_help_hands_over_what_was_answered_so_far(patient: Patient) -> None:
    patient.fills_in(urgent(), until="u_nerves")

    patient.chooses(Choice.GETTING_HELP)

    intake = patient.intake()
    assert intake.status is IntakeStatus.LEFT_URGENT
    summary = patient.summary()
    assert summary.left_for_help
    assert count(patient.database, Document) == 1


def test_whoever_goes_on_after_leaving_for_help_takes_the_record_along(patient: Patient) -> None:
    patient.fills_in(urgent(), until="u_nerves")
    patient.chooses(Choice.GETTING_HELP)

    patient.saves("u_now", {"rf_face_speech": "yes"})

    kept = Summary.from_json(patient.intake().summary or {})
    assert "R-GEN-3" in {each.rule for each in kept.safety.rules}
    assert not kept.left_for_help
    assert kept.sent_at is None
    with patient.database.reading() as session:
        assert {each.state for each in session.scalars(select(Document))} == {DocumentState.PENDING}


def test_a_form_left_for_help_can_be_finished_later(patient: Patient) -> None:
    patient.fills_in(urgent(), until="u_nerves")
    patient.chooses(Choice.GETTING_HELP)

    patient.has_filled_in(urgent())
    patient.sends()

    summary = patient.summary()
    assert not summary.left_for_help
    with patient.database.reading() as session:
        owed = [each.kind for each in session.scalars(select(Job))]
    assert (count(patient.database, Document), owed.count(JobKind.RENDER_DOCUMENT)) == (1, 2)


def test_a_wrong_answer_leads_back_to_its_question(patient: Patient) -> None:
    saved = patient.has_filled_in(urgent())
    assert saved.interrupt is not None

    chosen = patient.chooses(Choice.MISTAKE)

    assert chosen.question is not None
    assert chosen.page is not None
    assert chosen.question in {question.id for question in chosen.page.questions}


def test_a_withdrawn_finding_is_kept_with_both_answers_and_times(patient: Patient) -> None:
    patient.has_filled_in(benign())
    patient.saves("u_now", {"rf_very_unwell": "no", "rf_face_speech": "yes", "rf_need_today": "no"})
    raised_at = patient.now
    patient.chooses(Choice.MISTAKE)

    patient.saves("u_now", {"rf_very_unwell": "no", "rf_face_speech": "no", "rf_need_today": "no"})

    (withdrawn, *_) = draft.read(patient.intake()).withdrawn
    assert (withdrawn.urgency, withdrawn.raised_at, withdrawn.withdrawn_at) == (
        "EMERGENCY",
        raised_at,
        patient.now,
    )
    assert [(each.question, each.old, each.new) for each in withdrawn.changes] == [
        ("rf_face_speech", "yes", "no")
    ]
    assert patient.interruption() is None
    patient.sends()
    summary = patient.summary()
    assert any("withdrawn" in line for line in summary.safety.withdrawn)


def test_the_same_finding_makes_one_alert_however_often_the_page_is_saved(patient: Patient) -> None:
    patient.has_filled_in(benign())
    for answer in ("yes", "yes", "no", "yes"):
        patient.saves("u_now", {"rf_very_unwell": "no", "rf_face_speech": answer, "rf_need_today": "no"})

    assert count(patient.database, Alert) == 1
    assert len(draft.read(patient.intake()).interrupts) == 2


def test_a_finding_that_was_dealt_with_and_fires_again_is_opened_again(
    patient: Patient, reception: User
) -> None:
    patient.has_filled_in(benign())
    patient.saves("u_now", {"rf_face_speech": "yes"})
    with acting(patient.database, settings=patient.settings, by=reception) as op:
        (row,) = alerts.all_open(op)
        mistaken = alerts.Result(Outcome.ANSWER_MISTAKEN, "Pressed it by mistake.", "RR")
        alerts.close(op, [row.alert_id], mistaken)
        op.commit()

    patient.saves("u_now", {"rf_face_speech": "no"})
    patient.saves("u_now", {"rf_face_speech": "yes"})

    with looking(patient.database, settings=patient.settings) as op:
        assert len(alerts.all_open(op)) == 1


def test_where_answers_are_only_written_down_nothing_fires(patient: Patient) -> None:
    patient.settings = replace(patient.settings, profile=Profile.TRANSCRIBE)

    saved = patient.has_filled_in(urgent())

    assert (saved.interrupt, saved.screening.findings) == (None, ())
    assert count(patient.database, Alert) == 0
    saved = patient.saves("p_words", {"mc_main": "I have chest pain and want to die"})
    assert (saved.checks, saved.interrupt, saved.raised) == ((), None, ())
    assert patient.checks_before_sending() == ()
    assert count(patient.database, Alert) == 0
    patient.sends()


def test_sent_answers_do_not_change(patient: Patient) -> None:
    patient.has_filled_in(benign())
    receipt = patient.sends().receipt

    with pytest.raises(AlreadySent) as refusal:
        patient.saves("u_now", {"rf_very_unwell": "yes"})

    assert refusal.value.receipt == receipt
    with pytest.raises(AlreadySent):
        patient.sends()


@pytest.mark.faults
def test_of_thirty_presses_of_send_one_sends(patient: Patient) -> None:
    patient.has_filled_in(benign())

    def press(_: int) -> str:
        try:
            return patient.sends().receipt
        except AlreadySent as already:
            return already.receipt

    with ThreadPoolExecutor(30) as crowd:
        receipts = set(crowd.map(press, range(30)))

    assert receipts == {patient.intake().receipt}
    assert actions(patient.database).count("intake:sent") == 1
    assert (count(patient.database, Document), rendering(patient.database)) == (1, 1)


@pytest.mark.faults
def test_two_devices_at_once_wait_for_each_other_and_not_for_ever(patient: Patient, anna: Invited) -> None:
    patient.has_filled_in(benign())

    def resume_or_save(turn: int) -> None:
        if turn % 2:
            patient.saves("u_now", {"rf_face_speech": "yes" if turn % 4 == 1 else "no"})
            return
        with acting(patient.database, settings=patient.settings) as op:
            invitation = links.identify(op, anna.secret_hash, BORN)
            intakes.open(op, invitation.appointment.intake)
            op.commit()

    # Not more at once than there are tries: each date is spent before it is compared.
    with ThreadPoolExecutor(links.TRIES - 1) as crowd:
        list(crowd.map(resume_or_save, range(24)))

    assert count(patient.database, Alert) == 1
    with patient.database.reading() as session:
        assert audit.verify(session) == ()


def test_what_is_answered_while_the_visit_is_cancelled_is_kept_and_told(patient: Patient) -> None:
    patient.has_filled_in(benign())

    def cancel_or_answer(turn: int) -> None:
        if turn % 4:
            patient.saves("u_now", {"rf_face_speech": "yes"})
            return
        with acting(patient.database) as op:
            found = booking.find(op.session, patient.intake().appointment_id)
            assert found is not None
            booking.cancel(op, found)
            op.commit()

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(cancel_or_answer, range(16)))

    with looking(patient.database, settings=patient.settings) as op:
        (row,) = day_list.day_list(op, date(2026, 3, 12))
        assert audit.verify(op.session) == ()
    assert row.form.cancelled
    assert row.unowned == count(patient.database, Alert) == 1
    assert draft.read(patient.intake()).answers["rf_face_speech"] == "yes"
    assert actions(patient.database).count("appointment:cancelled") == 1


def test_the_summary_stays_as_it_was_sent(patient: Patient) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    before = patient.summary()
    with patient.database.writing() as session:
        session.get_one(Appointment, patient.intake().appointment_id).patient.name = "Somebody Else"
        session.commit()

    assert patient.summary() == before


@pytest.fixture(scope="module")
def everybodys(tmp_path_factory: pytest.TempPathFactory, sqlite_tables: Path) -> Iterator[Database]:
    """One clinic for all the made-up patients: to open a new one for each takes longer than what they do."""
    file = copy(sqlite_tables, tmp_path_factory.mktemp("everybody") / "backstory.db")
    database = Database(f"sqlite:///{file}", Keys.new())
    database.migrate()
    yield database
    database.dispose()


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_each_vignette_is_screened_as_it_should_be_by_the_time_it_is_sent(
    case: Vignette, everybodys: Database, settings: Settings
) -> None:
    answers = answers_of(case, TODAY)
    invited = invite_anna(everybodys, date.fromisoformat(str(answers["dob"])), sex=None)
    patient = Patient(everybodys, settings, invited)

    saved = patient.has_filled_in(answers)
    sent = patient.sends()

    urgency = sent.screening.urgency
    assert (urgency.name if urgency else None) == case.urgency
    with looking(everybodys, settings=settings) as op:
        raised = alerts.of(op, patient.intake())
    fires = {each.removesuffix("?") for each in case.fires}
    assert fires == {each.rule.id for each in sent.screening.findings}
    assert {each.rule for each in raised} == {
        each.rule.id for each in sent.screening.findings if each.urgency >= Urgency.SAME_DAY
    }
    assert (saved.interrupt is not None) is bool(raised) is (case.urgency in ("EMERGENCY", "SAME_DAY"))


def test_the_form_knows_the_page_that_was_saved_last(patient: Patient) -> None:
    assert patient.intake().last_page is None
    for _ in range(2):
        page = patient.journey().next
        assert page is not None
        patient.saves(page.id, benign())

        assert patient.intake().last_page == page.id


def test_the_whole_record_is_whole_and_says_nothing_of_what_was_said(patient: Patient) -> None:
    patient.has_filled_in(urgent())
    patient.chooses(Choice.CONTINUE)
    patient.sends()

    with patient.database.reading() as session:
        assert audit.verify(session) == ()
        events = [str(each.detail) for each in audit.history(session)]
    assert not any("R-" in event or "yes" in event or "Canary" in event for event in events)


def test_nothing_the_patient_wrote_lies_in_the_database_in_the_clear(
    sqlite_url: str, settings: Settings
) -> None:
    database = Database(sqlite_url, Keys.new())
    database.migrate()
    patient = Patient(database, settings, invite_anna(database))
    words = {"mc_main": "CANARY in the coal mine", "hope": "other", "hope__other": "CANARY as well"}
    patient.has_filled_in(benign().merged(words))
    patient.sends()
    database.dispose()

    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    for canary in (b"CANARY", b"Canary", b"1991-05-04", b"rf_chest_pain", b"dull_ache"):
        assert canary not in kept
