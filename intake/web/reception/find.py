"""A patient who telephones: found by name, date of birth, telephone, number or reference.

What is looked for travels in the body of a request, never in an address.
"""

from flask import g, render_template, request

from intake.services.appointments.search import MOST_FOUND, search
from intake.services.audit import Action
from intake.services.staff.accounts import Permission
from intake.text import free
from intake.web import clinic, only, operation, reading
from intake.web.reception.blueprint import blueprint

LONGEST = 200


@blueprint.route("/find", methods=["GET", "POST"])
@only(Permission.MAKE_APPOINTMENT)
def find() -> str:
    """Patients, with their appointments."""
    if request.method in ("GET", "HEAD"):
        return render_template("reception/find.html", asked="", found=None)
    asked = free.one_line(request.form.get("asked", ""))[:LONGEST]
    # Outside the operation: the first search of a process reads everybody, and nobody waits for it to write.
    with reading() as op:
        found = search(op, clinic().patient_index, asked)
    with operation() as op:
        op.record(Action.PATIENT_LOOKED_FOR, g.user, found=len(found))
        op.commit()
    return render_template("reception/find.html", asked=asked, found=found, most=MOST_FOUND)
