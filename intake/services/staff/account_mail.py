"""What is mailed to a member of staff about their own account, so that they notice what was not them.

A sign-in from a browser that was not known for them, each new password, and what happens to their second
factors. Never a secret, nor a guess at
where it was. Whoever guesses at passwords can cause none of these: only what was right is told.
"""

from datetime import timedelta

from sqlalchemy import func, select

from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.messaging import Letter, about_account, new_browser, new_password
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.storage.models import Job, JobKind, User, WebSession
from intake.text import device

CHANGES: dict[JobKind, Words] = {
    JobKind.TELL_OF_FACTOR_ADDED: _("A second factor was added to your account: an app or a passkey."),
    JobKind.TELL_OF_FACTOR_REMOVED: _("A second factor was removed from your account: an app or a passkey."),
    JobKind.TELL_OF_FACTORS_DROPPED: _(
        "Your second factors were dropped by whoever looks after accounts. Your password alone lets you in "
        "now, and you will be asked to set up a new one."
    ),
    JobKind.TELL_OF_RECOVERY: _("Somebody signed in to your account with one of your recovery codes."),
    JobKind.TELL_OF_COPIED_PASSKEY: _(
        "A passkey of yours was refused, because it may be a copy. Remove it, and make a new one."
    ),
}
# Nobody who has left needs to know of these.
WHILE_ACTIVE = (JobKind.TELL_OF_NEW_BROWSER, JobKind.TELL_OF_NEW_PASSWORD)
# Whoever signs in from a private window each time learns nothing new from more of them.
MOST_A_DAY, A_DAY = 5, timedelta(days=1)


def tell_of_new_browser(op: Operation, user: User, let_in: WebSession) -> None:
    """Enqueue it for this sign-in, unless there were many within a day."""
    if _told_of_late(op, user) < MOST_A_DAY:
        outbox.add(op, JobKind.TELL_OF_NEW_BROWSER, let_in.id)


def tell_of_new_password(op: Operation, user: User) -> None:
    """Enqueue it: whoever chose the password knows already, and otherwise they must."""
    outbox.add(op, JobKind.TELL_OF_NEW_PASSWORD, user.id, dedupe_key=f"{op.now:%Y%m%dT%H%M%S%f}")


def letter_for(op: Operation, message: Job) -> tuple[User, Letter] | None:
    """To whom it goes and what it says; None when there is nobody to tell any more."""
    user = about(op, message)
    if user is None or (message.kind in WHILE_ACTIVE and not user.active):
        return None
    if message.kind in CHANGES:
        return user, about_account(op.settings, CHANGES[message.kind], message.made_at)
    if message.kind is JobKind.TELL_OF_NEW_PASSWORD:
        return user, new_password(op.settings, message.made_at)
    let_in = op.session.get_one(WebSession, message.ref)
    return user, new_browser(op.settings, message.made_at, words_of(let_in.device))


def about(op: Operation, message: Job) -> User | None:
    """Whose account it is about; None when their session was swept meanwhile."""
    if message.kind is not JobKind.TELL_OF_NEW_BROWSER:
        return op.session.get(User, message.ref)
    let_in = op.session.get(WebSession, message.ref)
    return let_in.user if let_in is not None else None


def words_of(kind: str) -> str:
    """A kind of browser (text/device.py) in words: "Firefox on Windows"."""
    browser, system = device.parts_of(kind)
    if browser and system:
        return gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or gettext("A browser of an unknown kind")


def _told_of_late(op: Operation, user: User) -> int:
    theirs = select(WebSession.id).where(WebSession.user_id == user.id)
    stmt = select(func.count()).where(
        Job.kind == JobKind.TELL_OF_NEW_BROWSER,
        Job.ref.in_(theirs),
        Job.made_at > op.now - A_DAY,
        Job.made_at <= op.now,
    )
    return op.session.scalar(stmt) or 0
