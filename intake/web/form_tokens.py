"""What signs the forms of a browser: new each time somebody shows in it who they are.

So whoever has copied or planted it before somebody came in has nothing. Pages that are open meanwhile take
the new one up from a header (static/js/staff.js). What is sent with an old one is handed back.
"""

from flask import g, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

# Where Flask-WTF keeps it, in the cookie and for this request.
KEPT_AS = "csrf_token"


def renew_form_token() -> None:
    """From now on forms are signed with another one."""
    session.pop(KEPT_AS, None)
    g.pop(KEPT_AS, None)


def with_form_token(response: Response) -> Response:
    """The answer, and what a page that goes on being used puts into its forms."""
    response.headers["X-Form-Token"] = generate_csrf()
    return response
