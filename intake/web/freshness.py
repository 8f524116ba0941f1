"""That somebody who is signed in has just shown again who they are: in the cookie, for that session only."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import session

from intake.services.staff import sessions
from intake.storage.models import WebSession

LASTS = timedelta(minutes=10)
# A clock that is set may go back a little.
A_MOMENT = sessions.SEEN_EVERY


def note(web_session_id: UUID, now: datetime) -> None:
    """They have shown it. The cookie is signed, and good for this session only."""
    session["proved"] = (str(web_session_id), now.isoformat())


def is_fresh(web_session: WebSession, now: datetime) -> bool:
    """They have shown it lately, or signed in lately."""
    if _is_lately(web_session.started_at, now):
        return True
    whose, at = session.get("proved", ("", ""))
    return whose == str(web_session.id) and _is_lately(datetime.fromisoformat(at), now)


def _is_lately(at: datetime, now: datetime) -> bool:
    """Of a clock that was set back nobody can tell how long ago it was."""
    return -A_MOMENT <= now - at < LASTS
