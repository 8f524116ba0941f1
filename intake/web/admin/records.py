"""Two records of one patient: found by their appointments, looked at side by side, joined, and parted again.

An admin sees who they are and when they come, and nothing that they answered.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services.appointments import identifiers, joining
from intake.services.appointments.joining import (
    CannotJoin,
    JoinedRecords,
    JoinRefusal,
    PatientRecord,
    RecordsChanged,
)
from intake.services.appointments.patients import BookedVisit
from intake.services.context import Operation
from intake.services.staff.accounts import Permission
from intake.storage.models import Patient
from intake.text import free
from intake.web import only, operation, reading
from intake.web.admin.blueprint import blueprint, proved
from intake.web.facts import in_words, label_of

REFUSED: dict[JoinRefusal, Words] = {
    JoinRefusal.SAME: _("Both appointments are of the same record already."),
    JoinRefusal.JOINED: _("One of these records is part of another one already."),
    JoinRefusal.KEEPS_OTHERS: _(
        "The second record has others joined to it. Name the two the other way round, or part those first."
    ),
    JoinRefusal.LATER_FIRST: _("Another record was joined to this one later. Part that one first."),
}
ONE, OTHER = "one", "other"


@dataclass(frozen=True)
class ComparedFact:
    """A fact in both records, in words; `box` is the choice between them, "" where both say the same."""

    box: str
    label: str
    one: str
    other: str


@dataclass(frozen=True)
class RecordColumn:
    """One of two records: who it is, its numbers with their systems, and its visits."""

    name: str
    date_of_birth: date
    created_at: datetime
    numbers: tuple[tuple[str, str], ...]
    visits: tuple[BookedVisit, ...]


@dataclass(frozen=True)
class JoinedLine:
    """One joining on the list."""

    join_id: UUID
    made_at: datetime
    name: str
    date_of_birth: date
    joined_name: str
    joined_birth: date

    @classmethod
    def of(cls, joined: JoinedRecords) -> "JoinedLine":
        """Who was joined to whom, and when."""
        kept, other = joined.kept.person, joined.joined.person
        return cls(
            joined.join_id, joined.made_at, kept.name, kept.date_of_birth, other.name, other.date_of_birth
        )


@blueprint.route("/records", methods=["GET", "POST"])
@only(Permission.JOIN_RECORDS)
def records() -> str | Response | tuple[str, int]:
    """Where two records are named by their appointments, and what was joined before."""
    if request.method in ("GET", "HEAD"):
        return _records_page()
    typed = {name: free.one_line(request.form.get(name, ""))[:40] for name in (ONE, OTHER)}
    with reading() as op:
        found = {name: joining.patient_of(op.session, words) for name, words in typed.items()}
    problems = tuple(
        (name, gettext("No appointment has this reference")) for name, id in found.items() if id is None
    )
    one, other = found[ONE], found[OTHER]
    if one is None or other is None:
        return _records_page(typed, problems), 400
    try:
        with reading() as op:
            joining.two_records(op, one, other)
    except CannotJoin as refused:
        return _records_page(typed, ((OTHER, str(REFUSED[refused.reason])),)), 409
    return redirect(url_for("admin.join_records", patient_id=one, other_id=other), 303)


@blueprint.route("/records/<uuid:patient_id>/join/<uuid:other_id>", methods=["GET", "POST"])
@only(Permission.JOIN_RECORDS)
@proved
def join_records(patient_id: UUID, other_id: UUID) -> str | Response | tuple[str, int]:
    """Both side by side, and which facts the one record that is left has."""
    if request.method in ("GET", "HEAD"):
        return _join_page(patient_id, other_id)
    take = [fact for fact in joining.FACTS if request.form.get(f"fact-{fact}") == OTHER]
    missing = [fact for fact in _asked(patient_id, other_id) if f"fact-{fact}" not in request.form]
    if missing or request.form.get("sure") != "yes":
        return _join_page(patient_id, other_id, missing=True), 400
    try:
        with operation() as op:
            joining.join(op, patient_id, other_id, take, version_token=request.form.get("seen", ""))
            op.commit()
    except CannotJoin as refused:
        return _records_page(problems=((OTHER, str(REFUSED[refused.reason])),)), 409
    except RecordsChanged:
        return _join_page(patient_id, other_id, changed=True), 409
    return redirect(url_for("admin.records"), 303)


@blueprint.route("/records/joined/<uuid:join_id>", methods=["GET", "POST"])
@only(Permission.JOIN_RECORDS)
@proved
def part_records(join_id: UUID) -> str | Response | tuple[str, int]:
    """What parting gives back, and to whom the visits made since belong."""
    if request.method in ("GET", "HEAD"):
        return _part_page(join_id)
    with reading() as op:
        shown = joining.joined_records(op, join_id)
    if shown is None:
        return redirect(url_for("admin.records"), 303)
    answers = {each: request.form.get(f"visit-{each}", "") for each in shown.since}
    if not all(answer in (ONE, OTHER) for answer in answers.values()):
        return make_response(_part_page(join_id, missing=True), 400)
    theirs = [each for each, answer in answers.items() if answer == OTHER]
    try:
        with operation() as op:
            joining.part(op, join_id, theirs, version_token=request.form.get("seen", ""))
            op.commit()
    except (CannotJoin, RecordsChanged):
        return make_response(_part_page(join_id, changed=True), 409)
    return redirect(url_for("admin.records"), 303)


def _asked(patient_id: UUID, other_id: UUID) -> tuple[str, ...]:
    with reading() as op:
        try:
            found = joining.two_records(op, patient_id, other_id)
        except CannotJoin:
            return ()
    return found.differing if found is not None else ()


def _records_page(typed: dict[str, str] | None = None, problems: tuple[tuple[str, str], ...] = ()) -> str:
    with reading() as op:
        joined = tuple(map(JoinedLine.of, joining.all_joined(op)))
    typed = typed or {}
    return render_template(
        "admin/records.html",
        one=typed.get(ONE, ""),
        other=typed.get(OTHER, ""),
        problems=problems,
        joined=joined,
    )


def _join_page(patient_id: UUID, other_id: UUID, *, missing: bool = False, changed: bool = False) -> str:
    with reading() as op:
        try:
            found = joining.two_records(op, patient_id, other_id)
        except CannotJoin as refused:
            return _records_page(problems=((OTHER, str(REFUSED[refused.reason])),))
        if found is None:
            abort(404)
        columns = _column(op, found.one), _column(op, found.other)
        facts = tuple(
            ComparedFact(
                box=f"fact-{fact}" if fact in found.differing else "",
                label=label_of(fact, op.settings),
                one=in_words(fact, found.one.person.facts[fact]),
                other=in_words(fact, found.other.person.facts[fact]),
            )
            for fact in joining.FACTS
        )
    return render_template(
        "admin/join_records.html",
        columns=columns,
        compared=facts,
        chosen=tuple(fact for fact in joining.FACTS if request.form.get(f"fact-{fact}") == OTHER),
        kept=tuple(fact for fact in joining.FACTS if request.form.get(f"fact-{fact}") == ONE),
        version_token=found.version_token,
        patient_id=patient_id,
        other_id=other_id,
        missing=missing,
        changed=changed,
    )


def _part_page(join_id: UUID, *, missing: bool = False, changed: bool = False) -> str | Response:
    with reading() as op:
        found = joining.joined_records(op, join_id)
        if found is None:
            # Somebody else has parted them.
            return redirect(url_for("admin.records"), 303)
        columns = _column(op, found.kept), _column(op, found.joined)
        restored = tuple(
            ComparedFact("", label_of(fact, op.settings), _said(fact, now), _said(fact, before))
            for fact, now, before in found.restored
        )
    since = tuple(visit for visit in found.kept.known.visits if visit.appointment_id in found.since)
    return render_template(
        "admin/part_records.html",
        columns=columns,
        restored=restored,
        since=since,
        chosen=tuple((str(each), request.form.get(f"visit-{each}", "")) for each in found.since),
        version_token=found.version_token,
        join_id=join_id,
        refused=str(REFUSED[found.refusal]) if found.refusal else "",
        made_at=found.made_at,
        missing=missing,
        changed=changed,
    )


def _said(fact: str, kept: str | None) -> str:
    """A fact as a joining keeps it, in words."""
    return in_words(fact, date.fromisoformat(kept) if fact == "date_of_birth" and kept else kept)


def _column(op: Operation, record: PatientRecord) -> RecordColumn:
    patient = op.session.get_one(Patient, record.patient_id)
    return RecordColumn(
        name=record.person.name,
        date_of_birth=record.person.date_of_birth,
        created_at=record.created_at,
        numbers=identifiers.all_numbers(op, patient),
        visits=record.known.visits,
    )
