"""Whom the names of clinicians in files mean: decided once for each name, seen and changed here."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.services.appointments import clinicians
from intake.services.appointments.clinicians import Clinicians
from intake.services.staff.accounts import Permission
from intake.web import only, operation, reading
from intake.web.admin.blueprint import blueprint, proved

NOBODY, UNDECIDED = "nobody", ""


@dataclass(frozen=True)
class DecidedName:
    """A name and the value of the choice that stands. `left`: whom it meant sees patients here no longer."""

    name: str
    chosen: str
    left: bool


@blueprint.get("/clinician-names")
@only(Permission.MANAGE_USERS)
def clinician_names() -> str:
    """Every name that was decided, and those on appointments to come that mean nobody yet."""
    with reading() as op:
        accounts, undecided = Clinicians(op).accounts, clinicians.undecided(op)
        decided = tuple(
            DecidedName(
                each.name,
                str(each.account.id) if each.account else UNDECIDED if each.left else NOBODY,
                each.left,
            )
            for each in clinicians.mapped(op)
        )
    return render_template(
        "admin/clinician_names.html", accounts=accounts, undecided=undecided, decided=decided
    )


@blueprint.post("/clinician-names")
@only(Permission.MANAGE_USERS)
@proved
def decide_clinician_name() -> Response:
    """Say whom a name means; the empty choice forgets what was said."""
    name, choice = request.form.get("name", ""), request.form.get("means", UNDECIDED)
    with operation() as op:
        accounts = {str(each.id): each.id for each in Clinicians(op).accounts}
        if not name.strip() or choice not in (*accounts, NOBODY, UNDECIDED):
            abort(400)
        if choice == UNDECIDED:
            clinicians.forget(op, name)
        else:
            clinicians.decide(op, name, accounts.get(choice))
        op.commit()
    return redirect(url_for("admin.clinician_names"), 303)
