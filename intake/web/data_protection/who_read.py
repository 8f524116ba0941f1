"""Who read or did what: looked for, shown page by page, taken out as a table. Looking is recorded too.

What is looked for travels in the body of a request, never in an address.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import g, render_template, request
from werkzeug.wrappers import Response

from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services.appointments.search import search
from intake.services.audit import Action, Readable
from intake.services.data_protection import who_read as audit_pages
from intake.services.data_protection.audit_words import KINDS, ActKind
from intake.services.data_protection.who_read import (
    MOST_EXPORTED,
    AuditFilter,
    AuditLine,
    AuditPage,
    UnknownReference,
)
from intake.services.staff import accounts
from intake.services.staff.accounts import Permission
from intake.spreadsheet import table
from intake.storage.models import Patient
from intake.web import clinic, may_here, only, operation, reading
from intake.web.data_protection.blueprint import blueprint
from intake.web.frozen import frozen
from intake.web.staff_forms import DayField, LineField, StaffForm

NOBODY_ELSE: dict[str, Words] = {
    "patient": _("Any patient"),
    "system": _("Backstory itself"),
    "nobody": _("Somebody not signed in"),
}
NOT_READ: dict[Readable, Words] = {
    Readable.ERASED: _("details erased"),
    Readable.BROKEN: _("details cannot be read"),
}


class WhoReadForm(StaffForm):
    """What is looked for. `patient` is what was typed, `patient_id` whom it means."""

    patient = LineField(_("Patient"), _("Name, date of birth, telephone or reference"), limit=200)
    patient_id = LineField()
    person = LineField(_("Who did it"))
    kind = LineField(_("What was done"))
    first = DayField(_("From"), missing=_("Enter a day, such as 1 3 2026"))
    last = DayField(_("To"), missing=_("Enter a day, such as 31 3 2026"))
    reference = LineField(_("Reference of an appointment"))
    after = LineField()

    @property
    def wanted(self) -> AuditFilter:
        """What the boxes ask for."""
        kind = self.kind.data if self.kind.data in list(ActKind) else None
        return AuditFilter(
            patient_id=_id_in(self.patient_id.data),
            person=self.person.data or "",
            kind=ActKind(kind) if kind else None,
            first=self.first.data,
            last=self.last.data,
            reference=self.reference.data or "",
        )

    def check(self) -> None:
        """Refuse what is none of it."""
        for field in (self.first, self.last):
            if field.shown and field.data is None:
                field.refuse(field.missing)
        if self.first.data and self.last.data and self.first.data > self.last.data:
            self.first.refuse(_("The first day must not come after the last"))


@dataclass(frozen=True)
class PersonChoice:
    """Somebody who may have done it."""

    value: str
    name: str
    is_staff: bool


@dataclass(frozen=True)
class PatientChoice:
    """Somebody who may be meant."""

    patient_id: UUID
    name: str
    date_of_birth: date


@blueprint.route("/who-read", methods=["GET", "POST"])
@only(Permission.READ_AUDIT)
def who_read() -> str | tuple[str, int]:
    """The newest acts, or those that are looked for."""
    form = WhoReadForm(request.form)
    form.check()
    meant = _meant(form)
    if form.problems or len(meant) > 1:
        return _page(form, None, meant), 422 if form.problems else 200
    try:
        with reading() as op:
            found = audit_pages.page(op, form.wanted, _id_in(form.after.data))
    except UnknownReference:
        form.reference.refuse(_("No appointment has this reference, or it was erased"))
        return _page(form, None), 422
    with operation() as op:
        audit_pages.note(op, form.wanted, Action.AUDIT_READ, len(found.lines))
        op.commit()
    return _page(form, found)


@blueprint.post("/who-read/table")
@only(Permission.READ_AUDIT)
def who_read_as_table() -> Response | tuple[str, int]:
    """All of what is looked for, as a table for a spreadsheet."""
    form = WhoReadForm(request.form)
    form.check()
    try:
        with reading() as op:
            lines = audit_pages.everything(op, form.wanted) if not form.problems else ()
    except UnknownReference:
        form.reference.refuse(_("No appointment has this reference, or it was erased"))
    if len(lines) > MOST_EXPORTED:
        too_many = gettext("These are more than %(most)s. Choose fewer days", most=MOST_EXPORTED)
        form.first.refuse(too_many)
    if form.problems:
        return _page(form, None), 422
    with operation() as op:
        audit_pages.note(op, form.wanted, Action.AUDIT_EXPORTED, len(lines))
        op.commit()
    response = Response(table(_rows(lines)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="who-read.csv"'
    return response


@blueprint.route("/what-i-did", methods=["GET", "POST"])
@only(Permission.SIGN_IN)
def what_i_did() -> str:
    """What is recorded of whoever looks, for them alone."""
    wanted = AuditFilter(person=str(g.user.id))
    with reading() as op:
        found = audit_pages.page(op, wanted, _id_in(request.form.get("after")))
    return render_template("data_protection/what_i_did.html", found=found, not_read=frozen(NOT_READ))


def _meant(form: WhoReadForm) -> tuple[PatientChoice, ...]:
    """Whoever the typed words fit; once it is one, the form says who. Nobody whom this person may not see."""
    sees = may_here(Permission.MAKE_APPOINTMENT)
    if not sees:
        form.patient_id.data, form.patient_id.shown = None, ""
        return ()
    if form.patient_id.data or not form.patient.data:
        return ()
    with reading() as op:
        found = search(op, clinic().patient_index, form.patient.data)
    if not found:
        form.patient.refuse(_("Nobody was found"))
    if len(found) == 1:
        form.patient_id.data = str(found[0].patient_id)
    return tuple(PatientChoice(each.patient_id, each.name, each.date_of_birth) for each in found)


def _page(form: WhoReadForm, found: AuditPage | None, meant: tuple[PatientChoice, ...] = ()) -> str:
    with reading() as op:
        people = [PersonChoice(str(each.id), each.name, True) for each in accounts.all_users(op.session)]
        patient_id = form.wanted.patient_id
        patient = op.session.get(Patient, patient_id) if patient_id else None
        name = patient.name if patient is not None else ""
    people.sort(key=lambda each: each.name.casefold())
    people += [PersonChoice(value, str(words), False) for value, words in NOBODY_ELSE.items()]
    return render_template(
        "data_protection/who_read.html",
        form=form,
        found=found,
        meant=meant,
        patient=name,
        people=tuple(people),
        kinds=tuple((kind.value, words) for kind, words in KINDS.items()),
        sees_patients=may_here(Permission.MAKE_APPOINTMENT),
        not_read=frozen(NOT_READ),
    )


def _rows(lines: tuple[AuditLine, ...]) -> list[list[object]]:
    settings, sees = clinic().settings, may_here(Permission.SEE_DAY)
    patient = [gettext("Patient")] if sees else []
    head = [gettext("When"), gettext("Who"), gettext("What"), *patient, gettext("Reference")]
    rows: list[list[object]] = [[*head, gettext("Whom"), gettext("Besides"), gettext("Event")]]
    for each in lines:
        besides = "; ".join(filter(None, (each.more, str(NOT_READ.get(each.readable, "")))))
        whose = [each.patient] if sees else []
        said = [settings.local(each.at).isoformat(timespec="seconds"), each.who, each.what]
        rows.append([*said, *whose, each.reference, each.whom, besides, each.id])
    return rows


def _id_in(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
