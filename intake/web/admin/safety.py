"""Who approved what patients are asked and told, and what changed since."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import ValidationError

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.red_flags import SAFETY_VERSION
from intake.services.operations import approvals
from intake.services.operations.approval_view import RecordedApproval
from intake.services.operations.approvals import CannotApprove
from intake.services.staff.accounts import Permission
from intake.web import clinic, only, operation, reading
from intake.web.admin.blueprint import blueprint, proved
from intake.web.frozen import frozen
from intake.web.staff_forms import DayField, LineField, StaffForm, TickField

# A page is read from top to bottom; who wants more takes the command `safety-diff`.
MOST_SHOWN = 200


class ApprovalForm(StaffForm):
    """Who approved, and when; `version` is the safety version that stood on the page."""

    role = LineField(_("Role"), limit=approvals.LONGEST, missing=_("Enter the role"))
    person = LineField(_("Name"), limit=approvals.LONGEST, missing=_("Enter the name"))
    on = DayField(_("Date of the approval"), missing=_("Enter the date of the approval"))
    sure = TickField(_("The clinical safety officer has read and signed this very version."))
    version = LineField()

    def validate_sure(self, field: TickField) -> None:
        """Refuse what nobody has confirmed of the version in force."""
        # Safety: whoever opened the page before an update approves nothing they did not see.
        if self.version.shown != SAFETY_VERSION:
            raise ValidationError(
                gettext("The version has changed since this page was opened. Read it again.")
            )
        if not field.data:
            raise ValidationError(gettext("Confirm that this very version was read and signed"))


@blueprint.get("/safety")
@only(Permission.MANAGE_SETTINGS)
def safety() -> str:
    """The version in force, its approval, and what changed since the last one."""
    return _page(ApprovalForm())


@blueprint.post("/safety")
@only(Permission.MANAGE_SETTINGS)
@proved
def approve_safety() -> str | Response | tuple[str, int]:
    """Put an approval of the version on the page on record, or say what is wrong with it."""
    form = ApprovalForm(request.form)
    if not form.validate():
        return _page(form), 422
    with operation() as op:
        try:
            approvals.approve(op, role=form.role.data, person=form.person.data, on=form.on.data)
        except CannotApprove as problem:
            op.rollback()
            form.on.refuse(str(problem))
            return _page(form), 422
        op.commit()
    return redirect(url_for("admin.safety"), 303)


@blueprint.post("/safety/withdraw")
@only(Permission.MANAGE_SETTINGS)
@proved
def withdraw_safety() -> Response:
    """End the approval on record of the version in force."""
    with operation() as op:
        approvals.withdraw(op)
        op.commit()
    return redirect(url_for("admin.safety"), 303)


def _page(form: ApprovalForm) -> str:
    settings = clinic().settings
    with reading() as op:
        standing = approvals.standing(op)
        recorded = approvals.of_this_version(op.session)
        return render_template(
            "admin/safety.html",
            version=SAFETY_VERSION,
            approval=approvals.in_force(settings),
            recorded=recorded,
            last=RecordedApproval.of(standing.last) if standing.last else None,
            many_changed=len(standing.changed or ()),
            changed_beside=standing.beside,
            shown=(standing.changed or ())[:MOST_SHOWN],
            beside=frozen(approvals.beside(settings)),
            form=form,
        )
