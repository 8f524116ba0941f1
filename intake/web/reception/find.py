"""A patient who telephones: found by name, date of birth, number or reference.

What is looked for travels in the body of a request, never in an address.
"""

from flask import g, render_template, request

from intake.services import audit, patients
from intake.services.accounts import Permission
from intake.services.audit import Action, Actor
from intake.text import free
from intake.web import clinic, only
from intake.web.reception.room import room

LONGEST = 200


@room.route("/find", methods=["GET", "POST"])
@only(Permission.MAKE_APPOINTMENT)
def find() -> str:
    """Patients, with their appointments."""
    if request.method == "GET":
        return render_template("reception/find.html", asked="", found=None)
    asked = free.one_line(request.form.get("asked", ""))[:LONGEST]
    with clinic().database.writing() as session:
        found = patients.search(session, asked)
        by, now = Actor.staff(g.user), clinic().now()
        audit.record(session, Action.PATIENT_LOOKED_FOR, by=by, on=g.user, now=now, found=len(found))
        session.commit()
    return render_template("reception/find.html", asked=asked, found=found, most=patients.MOST_FOUND)
