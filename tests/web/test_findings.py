"""What a finding turned out to be, said in the reader with one press."""

import pytest
from sqlalchemy import select

from intake.questionnaire import PAGES
from intake.services import audit
from intake.services.forms import findings, intakes
from intake.services.forms.draft import Draft, write
from intake.services.forms.versions import set_aside
from intake.services.forms.walking import freeze, walk
from intake.storage.models import FindingOutcome, FindingVerdict, IntakeStatus
from tests.acting import acting
from tests.strict import make_strict
from tests.web.patients import invite, said_by
from tests.web.staff import Colleague

WORDS = ("Confirmed", "Explained otherwise", "Not needed")
PRESSES = list(zip(WORDS, FindingVerdict, strict=True))


class Record:
    """The record of a patient with chest pain, and what is kept about it."""

    def __init__(self, app, database, settings, clock, case="V05"):
        self.database = database
        self.patient = invite(database, make_strict(app), clock, case)
        self.id = self.patient.appointment.intake.id
        with acting(database, settings=settings, now=clock()) as op:
            intake = intakes.find(op.session, self.id)
            given = Draft(answers=said_by(case, clock().date()), passed=frozenset(PAGES))
            write(intake, given)
            intake.status, intake.last_saved_at, intake.sent_at = IntakeStatus.SENT, clock(), clock()
            freeze(op, intake, given, walk(op, intake, given))
            op.commit()

    @property
    def address(self):
        return f"/intakes/{self.id}"

    def rules(self):
        """The rules to be marked, as they were handed over."""
        with self.database.reading() as session:
            return findings.to_be_marked(intakes.find(session, self.id).summary)

    def marks(self):
        with self.database.reading() as session:
            return {each.rule: each.verdict for each in session.scalars(select(FindingOutcome))}

    def is_in(self, status):
        with self.database.writing() as session:
            intakes.find(session, self.id).status = status
            session.commit()


@pytest.fixture
def record(app, clinic_database, settings, clock):
    return Record(app, clinic_database, settings, clock)


@pytest.fixture
def other_window(app, clinician):
    """The same clinician, who has the record open twice."""
    client = make_strict(app)
    with clinician.client.session_transaction() as here, client.session_transaction() as there:
        there.update(here)
    return Colleague(client, clinician.user)


def test_each_finding_has_three_buttons_and_none_is_pressed(clinician, record):
    clinician.opens(record.address)

    assert len(record.rules()) > 0
    for words in WORDS:
        assert clinician.words_of("button").count(words) == len(record.rules())
    assert 'aria-pressed="true"' not in clinician.html
    assert [rule for rule in record.rules() if f'value="{rule}"' not in clinician.html] == []


@pytest.mark.parametrize(("button", "verdict"), PRESSES)
def test_one_press_marks_a_finding_and_shows_it_pressed(clinician, record, button, verdict):
    clinician.opens(record.address).presses(button)

    (rule,) = record.marks()
    assert record.marks() == {rule: verdict}
    assert clinician.path == record.address
    assert clinician.html.count('aria-pressed="true"') == 1
    assert f"After the visit: {button} Dr Bello" in clinician.words
    assert clinician.html.count(f'id="found-{rule}"') == 1


def test_another_press_changes_it(clinician, record):
    clinician.opens(record.address).presses("Confirmed")
    clinician.presses("Not needed")

    assert list(record.marks().values()) == [FindingVerdict.NOT_NEEDED]
    assert "After the visit: Confirmed" not in clinician.words


def test_a_finding_that_is_not_printed_is_marked_as_well(clinician, record):
    for rule in record.rules():
        clinician.opens(record.address).presses("Confirmed", rule=rule, seen="0")

    assert set(record.marks()) == set(record.rules())
    assert clinician.html.count('<details class="safety__also-fired" open>') == 1
    assert clinician.opens(record.address).html.count('aria-pressed="true"') == len(record.rules())


def test_reading_marks_nothing(clinician, record):
    clinician.opens(record.address)
    answer = clinician.client.get(f"{record.address}/findings?rule=R-CAR-1&verdict=confirmed&seen=0")

    assert answer.status_code == 405
    assert record.marks() == {}


def test_whoever_reads_an_older_page_is_told_and_changes_nothing(clinician, other_window, record):
    clinician.opens(record.address)
    other_window.opens(record.address).presses("Confirmed")

    clinician.presses("Not needed")

    assert clinician.status == 409
    assert "Somebody marked this finding while you read it." in clinician.words
    assert list(record.marks().values()) == [FindingVerdict.CONFIRMED]
    assert "After the visit: Confirmed" in clinician.words


def test_what_was_not_handed_over_cannot_be_marked(clinician, record):
    clinician.opens(record.address)
    record.is_in(IntakeStatus.IN_PROGRESS)

    clinician.presses("Confirmed")

    assert clinician.status == 409
    assert "Nothing was marked." in clinician.words
    assert not clinician.offers("Confirmed")
    assert record.marks() == {}


@pytest.mark.parametrize("typed", [{"verdict": "cured"}, {"verdict": ""}, {"seen": ""}, {"seen": "x"}])
def test_what_no_button_sends_is_refused(clinician, record, typed):
    clinician.opens(record.address)

    clinician.presses("Confirmed", **typed)

    assert clinician.status == 400
    assert record.marks() == {}


def test_a_rule_that_did_not_fire_is_not_marked(clinician, record):
    clinician.opens(record.address)

    clinician.presses("Confirmed", rule="R-CES-1")

    assert clinician.status == 409
    assert record.marks() == {}


def test_only_clinicians_mark_findings(app, record, reception, admin):
    app.config["WTF_CSRF_ENABLED"] = False
    typed = {"rule": next(iter(record.rules())), "verdict": "confirmed", "seen": "0"}

    for other in (reception, admin):
        assert other.client.post(f"{record.address}/findings", data=typed).status_code == 403
    assert record.marks() == {}


def test_a_press_without_a_token_of_the_page_is_refused(clinician, record):
    clinician.opens(record.address)

    clinician.presses("Confirmed", csrf_token="")

    assert clinician.status == 400
    assert record.marks() == {}


def test_the_audit_says_who_marked_and_never_what(clinician, record, clinic_database):
    clinician.opens(record.address).presses("Explained otherwise")

    with clinic_database.reading() as session:
        (event,) = audit.history(session, audit.Action.FINDING_MARKED)
    assert event.actor == f"staff:{clinician.user.id}"
    assert not [rule for rule in record.rules() if rule in str(event.detail) + event.about]
    assert "explained" not in str(event.detail)


def test_an_earlier_record_has_nothing_to_press(clinician, record, clinic_database, clock):
    with acting(clinic_database, now=clock()) as op:
        intake = intakes.find(op.session, record.id)
        set_aside(op, intake, reason="A slip")
        op.commit()

    clinician.opens(f"{record.address}/editions/1")

    assert clinician.status == 200
    assert not clinician.offers("Confirmed")
