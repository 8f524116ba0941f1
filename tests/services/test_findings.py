"""What a finding turned out to be: marked in one press, changed openly, and nobody's health in the audit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from intake.demo.vignettes import answers_of, vignette
from intake.services import audit
from intake.services.forms import draft, findings
from intake.services.forms.findings import MarkedMeanwhile, NotInRecord
from intake.services.forms.versions import NothingHandedOver, set_aside
from intake.services.operations import retention
from intake.services.staff.accounts import PERMISSIONS, Permission
from intake.storage.models import FindingOutcome, FindingVerdict, IntakeStatus, Role, Tally
from tests.acting import acting
from tests.services.answering import TODAY, intake_of
from tests.services.conftest import NOW

LATER = NOW + timedelta(days=3)
CHEST, HEAVY, PAIN = "R-CAR-1", "R-GEN-4", "R-NS-1"
RECORD = {
    "safety": {
        "profile": "rules",
        "rules": [
            {"rule": CHEST, "urgency": "EMERGENCY"},
            {"rule": HEAVY, "urgency": "PRIORITY"},
            {"rule": PAIN, "urgency": "NOTE"},
        ],
    }
}


class Clinic:
    """The clinician, with Anna's record."""

    def __init__(self, database, anna, clinician):
        self.database, self.appointment, self.clinician = database, anna.appointment, clinician

    def hands_over(self, record=None):
        with self.database.writing() as session:
            intake = intake_of(session, self.appointment)
            given = answers_of(vignette("V05"), TODAY)
            draft.write(intake, draft.Draft(answers=given))
            intake.status, intake.sent_at, intake.summary = IntakeStatus.SENT, NOW, record or RECORD
            session.commit()

    def marks(self, rule, verdict, *, version_token=0, by=None):
        with acting(self.database, by=by or self.clinician, now=LATER) as op:
            intake = intake_of(op.session, self.appointment)
            findings.mark(op, intake, rule, verdict, version_token=version_token)
            op.commit()

    def stands(self):
        with self.database.reading() as session:
            return findings.marks_of(intake_of(session, self.appointment))

    def recorded(self):
        with self.database.reading() as session:
            assert audit.verify(session) == ()
            return audit.history(session, audit.Action.FINDING_MARKED)


@pytest.fixture
def clinic(database, anna, clinician):
    found = Clinic(database, anna, clinician)
    found.hands_over()
    return found


def test_a_finding_is_marked_with_who_and_when(clinic):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)

    (mark,) = clinic.stands().values()
    assert (mark.rule, mark.verdict, mark.version) == (CHEST, FindingVerdict.CONFIRMED, 1)
    assert (mark.by, mark.at) == ("Dr Bello", LATER)


def test_the_latest_mark_counts_and_each_is_in_the_audit_without_what_it_said(clinic):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)
    clinic.marks(CHEST, FindingVerdict.EXPLAINED, version_token=1)

    assert clinic.stands()[CHEST].verdict is FindingVerdict.EXPLAINED
    events = clinic.recorded()
    assert [event.detail for event in events] == [{"mark": 1}, {"mark": 2}]
    assert {event.actor for event in events} == {f"staff:{clinic.clinician.id}"}
    assert {event.stream for event in events} == {f"appointment:{clinic.appointment.id}"}
    whole = " ".join(f"{event.about} {event.detail}" for event in events)
    assert not [word for word in (CHEST, *FindingVerdict, "EMERGENCY") if word in whole]


def test_the_same_mark_again_changes_nothing(clinic):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)

    assert clinic.stands()[CHEST].version == 1
    assert len(clinic.recorded()) == 1


def test_whoever_has_not_seen_the_mark_of_another_does_not_overwrite_it(clinic, reception):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)

    with pytest.raises(MarkedMeanwhile):
        clinic.marks(CHEST, FindingVerdict.NOT_NEEDED, by=reception)

    assert clinic.stands()[CHEST].verdict is FindingVerdict.CONFIRMED
    assert len(clinic.recorded()) == 1


@pytest.mark.faults
def test_of_two_who_press_at_once_one_counts(clinic):
    def press(verdict):
        try:
            clinic.marks(CHEST, verdict)
        except MarkedMeanwhile:
            return None
        return verdict

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(press, (FindingVerdict.CONFIRMED, FindingVerdict.NOT_NEEDED))

    assert (first is None) != (second is None)
    assert clinic.stands()[CHEST].verdict is (first or second)
    assert len(clinic.recorded()) == 1


def test_rules_are_marked_apart(clinic):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)
    clinic.marks(HEAVY, FindingVerdict.NOT_NEEDED)

    assert {mark.rule: mark.verdict for mark in clinic.stands().values()} == {
        CHEST: FindingVerdict.CONFIRMED,
        HEAVY: FindingVerdict.NOT_NEEDED,
    }


@pytest.mark.parametrize("rule", [PAIN, "R-CES-1", ""])
def test_what_did_not_fire_or_is_only_a_note_is_not_marked(clinic, rule):
    with pytest.raises(NotInRecord):
        clinic.marks(rule, FindingVerdict.CONFIRMED)

    assert clinic.stands() == {}


def test_a_form_that_was_not_handed_over_has_nothing_to_mark(clinic):
    with clinic.database.writing() as session:
        intake_of(session, clinic.appointment).status = IntakeStatus.IN_PROGRESS
        session.commit()

    with pytest.raises(NothingHandedOver):
        clinic.marks(CHEST, FindingVerdict.CONFIRMED)


def test_a_mark_outlives_the_record_it_was_made_on(clinic):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)
    with acting(clinic.database, now=LATER) as op:
        intake = intake_of(op.session, clinic.appointment)
        set_aside(op, intake, reason="Said on the telephone")
        intake.summary = RECORD | {"amended": True}
        op.record(audit.Action.INTAKE_CORRECTED, intake)
        op.commit()

    assert clinic.stands()[CHEST].verdict is FindingVerdict.CONFIRMED
    clinic.marks(CHEST, FindingVerdict.EXPLAINED, version_token=1)
    assert clinic.stands()[CHEST].version == 2


def test_the_database_alone_tells_neither_the_rule_nor_what_it_was(clinic):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)

    with clinic.database.reading() as session:
        (row,) = session.execute(text("SELECT * FROM finding_outcome")).all()
        assert session.scalars(select(FindingOutcome)).one().rule == CHEST
    cells = [bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in row]
    assert not [cell for cell in cells if CHEST.encode() in cell or b"confirmed" in cell]


def test_only_clinicians_mark():
    assert [role for role in Role if Permission.MARK_FINDINGS in PERMISSIONS[role]] == [Role.CLINICIAN]


def test_marks_are_erased_with_their_form_and_a_count_without_a_name_is_left(clinic, settings):
    clinic.marks(CHEST, FindingVerdict.CONFIRMED)

    with acting(clinic.database, settings=settings, now=LATER) as op:
        retention.erase(op, clinic.appointment.id)
        op.commit()

    with clinic.database.reading() as session:
        assert session.scalars(select(FindingOutcome)).all() == []
        kept = {(row.rule, row.urgency, row.verdict, row.number) for row in session.scalars(select(Tally))}
    assert kept == {("", 4, "", 1), (CHEST, 4, "confirmed", 1), (HEAVY, 2, "", 1)}
