"""Whoever is signed in shows the password once more, before something far-reaching is done."""

from flask import g, session

from intake.services.staff import accounts
from intake.services.staff.accounts import SignInRefused
from intake.web import clinic, operation

# Its name keeps it out of what is handed back to be sent again.
OWN_PASSWORD = "own_password"  # noqa: S105  (the name of a box)


def prove(password: str) -> None:
    """Note that the password was shown; raises SignInRefused."""
    now = clinic().now()
    with operation() as op:
        user = accounts.find_user(op.session, g.user.id)
        assert user is not None
        try:
            accounts.prove(op, user, password)
        except SignInRefused:
            op.commit()
            raise
        op.commit()
    session["proved"] = (str(g.web_session.id), now.isoformat())
