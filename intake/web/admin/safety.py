"""Who approved what patients are asked and told, and what changed since."""

from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.red_flags import SAFETY_VERSION
from intake.services import approvals
from intake.services.accounts import Permission
from intake.services.approvals import CannotApprove
from intake.web import clinic, only, operation, reading
from intake.web.admin.room import proved, room

# A page is read from top to bottom; who wants more takes the command `safety-diff`.
MOST_SHOWN = 200


@room.get("/safety")
@only(Permission.MANAGE_SETTINGS)
def safety() -> str:
    """The version in force, its approval, and what changed since the last one."""
    return _page()


@room.post("/safety")
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
                on=date.fromisoformat(request.form["on"]),
            )
        except CannotApprove as problem:
            op.rollback()
            return _page({"on": str(problem)}), 422
        op.commit()
    return redirect(url_for("admin.safety"), 303)


@room.post("/safety/withdraw")
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
        date.fromisoformat(request.form.get("on", ""))
    except ValueError:
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
            standing=standing,
            shown=(standing.changed or ())[:MOST_SHOWN],
            beside=approvals.beside(settings),
            problems=problems or {},
            typed=request.form,
        )
