"""Who approved what patients are asked and told, and what changed since."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.config import LANGUAGES
from intake.i18n import gettext
from intake.red_flags import SAFETY_VERSION
from intake.services.operations import approvals
from intake.services.operations.approval_view import RecordedApproval
from intake.services.operations.approvals import CannotApprove
from intake.services.staff.accounts import Permission
from intake.text import day
from intake.web import clinic, only, operation, reading
from intake.web.admin.blueprint import blueprint, proved
from intake.web.frozen import frozen

# A page is read from top to bottom; who wants more takes the command `safety-diff`.
MOST_SHOWN = 200


@blueprint.get("/safety")
@only(Permission.MANAGE_SETTINGS)
def safety() -> str:
    """The version in force, its approval, and what changed since the last one."""
    return _page()


@blueprint.post("/safety")
@only(Permission.MANAGE_SETTINGS)
@proved
def approve_safety() -> str | Response | tuple[str, int]:
    """Put an approval of the version on the page on record, or say what is wrong with it."""
    problems = _problems()
    if problems:
        return _page(problems), 422
    with operation() as op:
        try:
            approvals.approve(
                op,
                role=request.form["role"],
                person=request.form["person"],
                on=day.read(request.form["on"], languages=LANGUAGES),
            )
        except CannotApprove as problem:
            op.rollback()
            return _page({"on": str(problem)}), 422
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


def _problems() -> dict[str, str]:
    """What is wrong with what was typed, by box."""
    problems = {}
    for box, words in (("role", gettext("Enter the role")), ("person", gettext("Enter the name"))):
        typed = request.form.get(box, "").strip()
        if not typed or len(typed) > approvals.LONGEST:
            problems[box] = words
    try:
        day.read(request.form.get("on", ""), languages=LANGUAGES)
    except day.NotADay:
        problems["on"] = gettext("Enter the date of the approval")
    # Safety: whoever opened the page before an update approves nothing they did not see.
    if request.form.get("version") != SAFETY_VERSION:
        problems["sure"] = gettext("The version has changed since this page was opened. Read it again.")
    elif "sure" not in request.form:
        problems["sure"] = gettext("Confirm that this very version was read and signed")
    return problems


def _page(problems: dict[str, str] | None = None) -> str:
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
            problems=frozen(problems or {}),
            typed=frozen(request.form.to_dict()),
        )
