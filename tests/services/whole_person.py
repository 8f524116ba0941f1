"""Anna, of whom something is kept in every table and column that can hold anything about a patient."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from intake.config import Settings
from intake.demo.vignettes import answers_of, vignette
from intake.questionnaire import PAGES
from intake.questionnaire.answers import Answers
from intake.services import alerts
from intake.services.alerts import Result
from intake.services.appointments import booking, identifiers, joining
from intake.services.appointments.booking import Booking
from intake.services.forms import corrections, findings, read_marks, versions
from intake.services.forms.findings import to_be_marked
from intake.services.invitations import links, walk_ins
from intake.services.messages import correspondence
from intake.services.staff import drafts, sessions
from intake.storage import Database
from intake.storage.models import (
    Appointment,
    AttemptKind,
    Channel,
    FindingVerdict,
    Import,
    Invitation,
    Job,
    Outcome,
    Patient,
    StaffDraft,
    User,
    WalkInCode,
    WebSession,
)
from tests.acting import NOW, acting
from tests.services.answering import KNOWN, TODAY, has_sent, intake_of
from tests.services.conftest import BORN, Invited, invite_anna

TOLD = "My lower back has hurt since Tuesday"


def urgent_answers(problem: str = TOLD) -> Answers:
    """What somebody answers who must be phoned, in these words of their own."""
    case = vignette("V11")
    said = replace(case, answers={**case.answers, "mc_main": problem})
    return answers_of(said, TODAY).merged(dict.fromkeys(KNOWN))


def keep_everything(database: Database, settings: Settings, reception: User, clinician: User) -> UUID:
    """Let all of it happen; the id of the record that stands."""
    anna = invite_anna(database)
    has_sent(database, settings, anna.appointment, urgent_answers())
    _join_another(database, settings, anna)
    with acting(database, by=reception, settings=settings) as op:
        visit = op.session.get_one(Appointment, anna.appointment.id)
        intake = intake_of(op.session, visit)
        ids = [alert.id for alert in intake.alerts]
        assert ids
        alerts.take(op, ids)
        alerts.note_attempt(op, intake, alerts.Try(AttemptKind.NO_ANSWER), idempotency_key=uuid4())
        alerts.offer(op, intake, to=op.session.get_one(User, clinician.id), note="She asked for you")
        alerts.close(op, ids, Result(Outcome.SEEN_TODAY, "Came in at noon", "RR"))
        alerts.put_right(op, ids, Result(Outcome.SEEN_ELSEWHERE, "Was at the hospital", "RR"))
        alerts.add_note(op, intake, "Rang back in the evening")
        link = op.session.scalars(select(Invitation).where(Invitation.appointment_id == visit.id)).first()
        assert link is not None
        sessions.start_patient(op, link)
        correspondence.enqueue_invitation(op, link, Channel.EMAIL, idempotency_key="once")
        (other,) = (each for each in visit.patient.appointments if each.id != visit.id)
        walk_ins.make_code(op, other, "BCDFGH")
        place = drafts.FormAddress(f"/appointments/{visit.id}/change", "/day/", visit.id)
        drafts.keep(op, uuid4(), place, (("needs", "Typed and not saved"),))
        identifiers.name_patient(op, visit.patient, "nhs_number", "999 000 0018")
        visit.identifiers.append(identifiers.imported_as(op, "row 7"))
        visit.came_by = Import(made_at=NOW)
        op.commit()
    with acting(database, by=clinician, settings=settings) as op:
        intake = intake_of(op.session, op.session.get_one(Appointment, anna.appointment.id))
        token = versions.version_token_of(intake)
        page = PAGES["p_words"]
        given, why = {"mc_main": "It is the left side"}, "Said so"
        corrections.correct(op, intake, page, given, reason=why, version_token=token)
        op.session.flush()
        read_marks.mark_read(op, intake, version_token=versions.version_token_of(intake))
        rule = next(iter(to_be_marked(intake.summary)))
        findings.mark(op, intake, rule, FindingVerdict.EXPLAINED, version_token=0)
        op.commit()
    return anna.appointment.patient_id


def rows_about(session: Any, patient_id: UUID) -> dict[str, list[Any]]:
    """Every row about this person, by table; in each no column is empty that a test can fill."""
    patient = session.get_one(Patient, patient_id)
    visits = sorted(patient.appointments, key=lambda each: each.starts_at)
    forms = [each.intake for each in visits]
    ids = [each.id for each in visits]
    found: list[Any] = [patient, *patient.identifiers, *visits, *forms]
    for visit in visits:
        found += [*visit.identifiers, *visit.joinings, *visit.invitations]
        found += list(dict.fromkeys(each.join for each in visit.joinings))
    for form in forms:
        found += [*form.editions, *form.alerts, *form.attempts, *form.later_notes, *form.hand_overs]
        found += [*form.documents, *form.finding_outcomes, *form.read_marks]
        found += [result for alert in form.alerts for result in alert.earlier_results]
    for model, column in ((WalkInCode, WalkInCode.appointment_id), (StaffDraft, StaffDraft.appointment_id)):
        found += session.scalars(select(model).where(column.in_(ids)))
    found += session.scalars(select(WebSession).where(WebSession.intake_id.in_([each.id for each in forms])))
    found += session.scalars(select(Job).where(Job.appointment_id.in_(ids)))
    by_table: dict[str, list[Any]] = {}
    for row in found:
        by_table.setdefault(row.__tablename__, []).append(row)
    return by_table


def _join_another(database: Database, settings: Settings, anna: Invited) -> None:
    """A second record of hers, joined to the first."""
    with acting(database, settings=settings) as op:
        wanted = Booking(name="Anna Canary-Finch", date_of_birth=BORN, starts_at=NOW + timedelta(days=9))
        other = booking.make(op, wanted)
        links.invite(op, other)
        op.commit()
    with acting(database, settings=settings) as op:
        ids = anna.appointment.patient_id, other.patient_id
        shown = joining.two_records(op, *ids)
        assert shown is not None
        joining.join(op, *ids, (), version_token=shown.version_token)
        op.commit()
