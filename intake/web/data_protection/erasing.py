"""Erase one patient: what will go is shown first, with a reason and the password; then the proof of it."""

import logging
from uuid import UUID

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.services.audit import Action
from intake.services.data_protection import erasing
from intake.services.data_protection.erasing import REASONS, ErasingChanged
from intake.services.operations.backup import erasures
from intake.services.operations.retention import AlertOpen
from intake.services.staff.accounts import Permission
from intake.storage.models import ErasureReason
from intake.web import clinic, only, operation, reading
from intake.web.data_protection.blueprint import blueprint
from intake.web.proof import proved
from intake.web.staff_forms import ChoiceField, LineField, StaffForm, TickField

log = logging.getLogger(__name__)


class ErasePatientForm(StaffForm):
    """Why, and that it is this patient. `seen` is the version token of what was shown."""

    reason = ChoiceField(
        _("Why is this patient erased?"),
        options={reason.value: words for reason, words in REASONS.items()},
        missing=_("Choose why"),
    )
    sure = TickField(_("I have looked at name, date of birth and appointments: it is this person"))
    seen = LineField()

    def check(self) -> None:
        """Refuse it until everything is said."""
        self.validate()
        if not self.sure.data:
            self.sure.refuse(_("Tick this when you have looked that it is this person"))


@blueprint.route("/patients/<uuid:patient_id>/erase", methods=["GET", "POST"])
@only(Permission.ERASE_PATIENT)
@proved
def erase(patient_id: UUID) -> str | Response | tuple[str, int]:
    """What will go, and the button that erases it."""
    form = ErasePatientForm(request.form)
    if request.method in ("GET", "HEAD"):
        return _page(patient_id, form)
    form.check()
    if form.problems:
        return _page(patient_id, form), 422
    reason = ErasureReason(form.reason.data)
    with operation() as op:
        try:
            made = erasing.erase(op, patient_id, reason, version_token=form.seen.shown)
        except ErasingChanged:
            op.rollback()
            return _page(patient_id, form, changed=True), 409
        except AlertOpen:
            op.rollback()
            return _page(patient_id, form), 409
        op.commit()
    _bring_list_up_to_date()
    return redirect(url_for("data_protection.proof", erasure_id=made.id), 303)


@blueprint.get("/erasures/<uuid:erasure_id>")
@only(Permission.SEE_ERASURES)
def proof(erasure_id: UUID) -> str:
    """The proof of an erasing, to be printed."""
    with reading() as op:
        found = erasing.proof_of(op, erasure_id)
    if found is None:
        abort(404)
    return render_template(
        "data_protection/proof.html", proof=found, zone=str(clinic().settings.zone), now=clinic().now()
    )


@blueprint.route("/erasures", methods=["GET", "POST"])
@only(Permission.SEE_ERASURES)
def look_up() -> str | Response | tuple[str, int]:
    """A proof, found by its reference."""
    typed = request.form.get("reference", "")[:40]
    if request.method in ("GET", "HEAD"):
        return render_template("data_protection/erasures.html", typed="", problem="")
    with operation() as op:
        found = erasing.find(op, typed)
        if found is not None:
            op.record(Action.ERASURE_LOOKED_UP, g.user)
            op.commit()
    if found is None:
        problem = gettext("No proof has this reference")
        return render_template("data_protection/erasures.html", typed=typed, problem=problem), 404
    return redirect(url_for("data_protection.proof", erasure_id=found.id), 303)


def _page(patient_id: UUID, form: ErasePatientForm, *, changed: bool = False) -> str:
    with reading() as op:
        shown = erasing.to_be_erased(op, patient_id)
    if shown is None:
        abort(404)
    return render_template(
        "data_protection/erase.html",
        shown=shown,
        form=form,
        changed=changed,
        keeps_backups=clinic().settings.backup_folder is not None,
        gone_by=erasing.backups_gone_by(clinic().settings, clinic().now()),
    )


def _bring_list_up_to_date() -> None:
    """So that no backup brings the patient back. Where it fails, the worker does it later."""
    here = clinic()
    try:
        with here.database.reading() as session:
            erasures.bring_up_to_date(session, here.settings)
    except OSError as problem:
        log.error("The list of who was erased cannot be written: %s", type(problem).__name__)
