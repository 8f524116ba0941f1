"""Whom to tell of a hole in the clinic's security, where people who find one look (RFC 9116)."""

from datetime import timedelta

from flask import Blueprint, Response, abort

from intake.web import clinic, open_to_all

blueprint = Blueprint("security_txt", __name__)

ADDRESS = "/.well-known/security.txt"
# From each day on which it is read, so it is never past; RFC 9116 wants less than a year.
GOOD_FOR = timedelta(days=180)


@blueprint.get(ADDRESS)
@open_to_all
def security_txt() -> Response:
    """The contact of the settings; nothing where there is none."""
    here = clinic()
    if not here.settings.security_contact:
        abort(404)
    expires = (here.now() + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        *(f"Contact: {each}" for each in here.settings.security_contact),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {here.settings.language}",
        f"Canonical: {here.settings.public_url}{ADDRESS}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
