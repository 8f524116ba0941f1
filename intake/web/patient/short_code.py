"""The code on a letter, typed by hand: it stands for the link.

Like a link it changes nothing when it is opened, and whether it is known is not told before the date of birth
is right.
"""

from flask import Response, render_template, request, session, url_for

from intake.i18n import gettext
from intake.services.invitations import links
from intake.web import open_to_all, reading
from intake.web.patient.blueprint import blueprint, go


@blueprint.get("/c")
@open_to_all
def code() -> str:
    """Ask for the code."""
    return render_template("patient/code.html", typed="", problem=None)


@blueprint.post("/c")
@open_to_all
def type_code() -> Response | tuple[str, int]:
    """On to the date of birth; what cannot be a code is said at once."""
    typed = request.form.get("code", "")[:60]
    found = links.code_in(typed)
    if found is None:
        problem = gettext(
            "The code has twelve letters and figures, such as ABCD-EFGH-JKMN. Please look again."
        )
        return render_template("patient/code.html", typed=typed, problem=problem), 422
    return _ask_for_the_date(found)


@blueprint.get("/c/<copied:code>")
@open_to_all
def open_code(code: str) -> Response:
    """The same as an address, for whoever types it whole."""
    found = links.code_in(code)
    if found is None:
        return go(url_for("patient.code"))
    return _ask_for_the_date(found)


def _ask_for_the_date(found: str) -> Response:
    with reading() as op:
        fingerprint = links.fingerprint_of(op, found)
    session.pop("patient", None)
    session.pop("own_copy", None)
    session["pre"] = fingerprint
    return go(url_for("patient.start", opened=1))
