"""What a finding turned out to be, said by the clinician in one press. Only a post writes anything."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import lazy as _
from intake.services.forms import findings, intakes
from intake.services.forms.findings import MarkedMeanwhile, NotInRecord
from intake.services.forms.versions import NothingHandedOver
from intake.services.staff.accounts import Permission
from intake.storage.models import FindingVerdict
from intake.web import only, operation
from intake.web.clinician.blueprint import blueprint
from intake.web.clinician.reader import reader_page
from intake.web.clinician.worklist import asked_for

MEANWHILE = _("Somebody marked this finding while you read it. What they said stands: nothing was changed.")
NOT_THERE = _("This record was changed while you read it and has no such finding now. Nothing was marked.")


@blueprint.post("/intakes/<uuid:intake_id>/findings")
@only(Permission.MARK_FINDINGS)
def mark_finding(intake_id: UUID) -> Response | tuple[str, int]:
    """Confirmed, explained otherwise, or not needed; back to where it was pressed."""
    rule, version_token = request.form.get("rule", ""), request.form.get("seen", type=int)
    try:
        verdict = FindingVerdict(request.form.get("verdict", ""))
    except ValueError:
        abort(400)
    if version_token is None:
        abort(400)
    try:
        _mark(intake_id, rule, verdict, version_token)
    except MarkedMeanwhile:
        return reader_page(intake_id, problem=MEANWHILE), 409
    except (NotInRecord, NothingHandedOver):
        return reader_page(intake_id, problem=NOT_THERE), 409
    there = url_for("clinician.reader", intake_id=intake_id, whose=asked_for(), _anchor=f"found-{rule}")
    return redirect(there, 303)


def _mark(intake_id: UUID, rule: str, verdict: FindingVerdict, version_token: int) -> None:
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        findings.mark(op, intake, rule, verdict, version_token=version_token)
        op.commit()
