"""The copy of everything that is kept about one person: who asks and how that was confirmed, then the file.

It is made anew for each request and kept nowhere; the PDF in a process of its own. Its making is recorded.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.config import LANGUAGES
from intake.documents.orders import Letterhead, SubjectCopyOrder
from intake.documents.subject_copy import SubjectCopy, as_json
from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services.data_protection import collecting
from intake.services.data_protection.copy_request import (
    ASKED_BY,
    GIVEN_BY,
    IDENTITY,
    AskedBy,
    CopyRequest,
    GivenBy,
    Identity,
)
from intake.services.data_protection.erasing import DatedVisit, visits_of
from intake.services.staff.accounts import Permission
from intake.web import clinic, only, operation, reading
from intake.web.being_made import StillBeingMade, made
from intake.web.data_protection.blueprint import blueprint
from intake.web.proof import proved
from intake.web.staff_forms import ChoiceField, DayField, StaffForm, TickField

FILES = {"pdf": "application/pdf", "json": "application/json"}
CONFIDENCE = {
    "yes": _("Yes: it goes into their own hands, and they are alone"),
    "no": _("No: leave it out"),
}


def _by_word(options: Mapping[Any, Words]) -> dict[str, Words]:
    return {each.value: words for each, words in options.items()}


class CopyForm(StaffForm):
    """Who asks, and how it reaches them."""

    asked_by = ChoiceField(
        _("Who asks for it?"), options=_by_word(ASKED_BY), missing=_("Choose who asks for it")
    )
    authority = TickField(_("I have seen that they may ask for the patient: consent, power or court’s paper"))
    identity = ChoiceField(
        _("How was it confirmed who they are?"),
        options=_by_word(IDENTITY),
        missing=_("Choose how it was confirmed"),
    )
    asked_on = DayField(_("On which day was it asked for?"), missing=_("Enter the day, such as 1 3 2026"))
    given_by = ChoiceField(
        _("How does it reach them?"), options=_by_word(GIVEN_BY), missing=_("Choose how it reaches them")
    )
    confidence = ChoiceField(
        _("Include what was said in confidence?"),
        _(
            "Private questions, words about fear or harm, findings, and notes of calls. "
            "A copy that is sent never has them."
        ),
        options=CONFIDENCE,
        missing=_("Choose whether it is included"),
    )
    language = ChoiceField(_("In which language?"), options=LANGUAGES, missing=_("Choose a language"))
    looked = TickField(
        _("I will read it before it is given away, and ask whoever answers for it if it names somebody else")
    )

    def check(self, today: date) -> None:
        """Refuse it until everything is said."""
        self.validate()
        if self.asked_by.data not in (None, AskedBy.SELF.value) and not self.authority.data:
            self.authority.refuse(_("Tick this when you have seen that they may ask for the patient"))
        if self.asked_on.data and self.asked_on.data > today:
            self.asked_on.refuse(_("This day has not come yet"))
        if self.given_by.data == GivenBy.SENT.value and self.confidence.data == "yes":
            self.confidence.refuse(
                _("A copy that is sent leaves this out. Choose “No”, or hand it over in person")
            )
        if not self.looked.data:
            self.looked.refuse(_("Tick this: a copy may name somebody else"))

    @property
    def request(self) -> CopyRequest:
        """What is asked for, once checked."""
        return CopyRequest(
            asked_by=AskedBy(self.asked_by.data),
            identity=Identity(self.identity.data),
            given_by=GivenBy(self.given_by.data),
            asked_on=self.asked_on.data,
            in_confidence=self.confidence.data == "yes",
            language=self.language.data,
        )


@blueprint.route("/patients/<uuid:patient_id>/copy", methods=["GET", "POST"])
@only(Permission.COPY_RECORD)
@proved
def copy(patient_id: UUID) -> str | Response | tuple[str | Response, int]:
    """Ask who wants it and how it is given, then hand out the file."""
    settings = clinic().settings
    today = settings.today(clinic().now())
    if request.method in ("GET", "HEAD"):
        return _page(patient_id, CopyForm(asked_on=today, language=settings.language))
    form, kind = CopyForm(request.form), request.form.get("file", "")
    if kind not in FILES:
        abort(400)
    form.check(today)
    if form.problems:
        return _page(patient_id, form), 422
    with reading() as op:
        patient = collecting.kept_record(op, patient_id) or abort(404)
        kept_id, found = patient.id, collecting.collect(op, patient, form.request)
    try:
        content = _file(found, kind)
    except StillBeingMade:
        busy = gettext("Other documents are being made. Wait a moment, then press the button again.")
        return _page(patient_id, form, problem=busy), 503
    with operation() as op:
        if not collecting.is_still_there(op, kept_id):
            abort(409)
        collecting.note_made(op, kept_id, form.request, kind, len(found.problems))
        op.commit()
    headers = {
        "Content-Disposition": f'attachment; filename="copy.{kind}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, content_type=FILES[kind], headers=headers)


def _file(found: SubjectCopy, kind: str) -> bytes:
    if kind == "json":
        return as_json(found)
    settings = clinic().settings
    head = Letterhead(settings.clinic_name, settings.clinic_address, settings.clinic_phone)
    return made(SubjectCopyOrder(found, head, settings.paper))


def _page(patient_id: UUID, form: CopyForm, problem: str = "") -> str | Response:
    with reading() as op:
        patient = collecting.kept_record(op, patient_id)
        if patient is None:
            abort(404)
        if patient.id != patient_id:
            return redirect(url_for("data_protection.copy", patient_id=patient.id), 303)
        name, born, visits = patient.name, patient.date_of_birth, visits_of(op, patient.id)
    return _shown(form, patient_id, name, born, visits, problem)


def _shown(
    form: CopyForm, patient_id: UUID, name: str, born: date, visits: tuple[DatedVisit, ...], problem: str
) -> str:
    return render_template(
        "data_protection/copy.html",
        form=form,
        patient_id=patient_id,
        name=name,
        born=born,
        visits=visits,
        problem=problem,
        languages=len(LANGUAGES) > 1,
    )
