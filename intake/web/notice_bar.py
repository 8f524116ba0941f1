"""The notice bar: what cannot wait, on whatever page of the staff somebody is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from intake.i18n import format_moment, format_time, gettext, ngettext
from intake.services import alerts
from intake.services.alerts import HandOverView
from intake.services.messages import heartbeat, worker_watch
from intake.services.messages.heartbeat import Silence, Trouble
from intake.services.operations.backup import after_restore, status
from intake.services.staff import emergency, guesses
from intake.services.staff.accounts import Permission
from intake.services.staff.guesses import Pressure
from intake.web import clinic, may_here, reading


@dataclass(frozen=True)
class Notice:
    """A line of the notice bar. `address` is where to act on it, or None when they may open no such page.

    `name` is the name of somebody in the words, or "".
    """

    words: str
    address: str | None = None
    name: str = ""

    @property
    def parts(self) -> tuple[str, str, str]:
        """The words before the name, the name, which no browser translates, and the words behind it."""
        return self.words.partition(self.name) if self.name else (self.words, "", "")

    def as_json(self) -> dict[str, Any]:
        """For the script that keeps the notice bar up to date."""
        return {"parts": self.parts, "address": self.address}


def notices() -> tuple[Notice, ...]:
    """What everybody who is signed in must know now."""
    with reading() as op:
        overdue, again = alerts.overdue(op), alerts.due_again(op)
        offered, declined = alerts.offered_to(op, op.user), alerts.declined_to(op, op.user)
        silences = heartbeat.silences(op)
        attack = guesses.attack(op) if may_here(Permission.MANAGE_USERS) else None
        used = emergency.used_lately(op) if may_here(Permission.MANAGE_USERS) else None
        backup_until, unsaved = status.red_since(op), status.never_backed_up(op)
        held = after_restore.held(op.session)
    for silence in silences:
        if silence.trouble is Trouble.QUEUE:
            worker_watch.say(f"not since {silence.since:%Y-%m-%d %H:%M} UTC")
    return (
        *(_offered(offer) for offer in offered),
        *(_declined(offer) for offer in declined),
        *_overdue(overdue),
        *_again(again),
        *(_silence(silence) for silence in silences),
        *_held(held),
        *_backups(backup_until, unsaved),
        *_attack(attack),
        *_emergency(used),
    )


def _offered(offer: HandOverView) -> Notice:
    words = gettext("%(name)s hands you a call: accept it or decline it.", name=offer.offered_by)
    return Notice(words, _call(offer), offer.offered_by)


def _declined(offer: HandOverView) -> Notice:
    words = gettext("%(name)s has declined the call you offered: it is still yours.", name=offer.offered_to)
    return Notice(words, _call(offer), offer.offered_to)


def _call(offer: HandOverView) -> str | None:
    return url_for("reception.alert", intake_id=offer.intake_id) if may_here(Permission.ACKNOWLEDGE) else None


def _overdue(many: int) -> Iterable[Notice]:
    if not many:
        return []
    words = ngettext(
        "%(num)s patient should have been phoned by now.",
        "%(num)s patients should have been phoned by now.",
        many,
    )
    return [Notice(words, _day_list())]


def _again(many: int) -> Iterable[Notice]:
    if not many:
        return []
    words = ngettext(
        "%(num)s patient is to be phoned again now.", "%(num)s patients are to be phoned again now.", many
    )
    return [Notice(words, _day_list())]


def _attack(attack: Pressure | None) -> Iterable[Notice]:
    if attack is None:
        return []
    words = ngettext(
        "Somebody is guessing at passwords: %(num)s try in the last two hours.",
        "Somebody is guessing at passwords: %(num)s tries in the last two hours.",
        attack.all,
    )
    return [Notice(words, url_for("admin.refused"))]


def _emergency(used: datetime | None) -> Iterable[Notice]:
    if used is None:
        return []
    words = gettext(
        "The emergency account was used on %(when)s. If nobody was to use it, change its password at once.",
        when=format_moment(used, clinic().settings.zone),
    )
    return [Notice(words, url_for("admin.users"))]


def _day_list() -> str | None:
    return url_for("reception.today") if may_here(Permission.SEE_DAY) else None


def _silence(silence: Silence) -> Notice:
    return Notice(_WORDS[silence.trouble](_when(silence.since)), _operation())


def _when(moment: datetime) -> str:
    settings = clinic().settings
    today = settings.today(moment) == settings.today(clinic().now())
    say_when = format_time if today else format_moment
    return say_when(moment, settings.zone)


def _held(many: int) -> Iterable[Notice]:
    if not many:
        return []
    words = ngettext(
        "A backup was put back. %(num)s message to a patient waits: it may have been sent before. "
        "Ask whoever looks after the computer.",
        "A backup was put back. %(num)s messages to patients wait: they may have been sent before. "
        "Ask whoever looks after the computer.",
        many,
    )
    return [Notice(words, _operation())]


def _backups(until: datetime | None, none_at_all: bool) -> Iterable[Notice]:
    if until is not None:
        words = gettext(
            "There is no backup of what was written since %(when)s. Tell whoever looks after the computer; "
            "today's list is right and goes on.",
            when=_when(until),
        )
        return [Notice(words, _operation())]
    if none_at_all and may_here(Permission.MANAGE_SETTINGS):
        words = gettext("This clinic has no backup of the last seven days. See the page on backups.")
        return [Notice(words, _operation())]
    return []


def _operation() -> str | None:
    return url_for("admin.show_operation") if may_here(Permission.MANAGE_SETTINGS) else None


_WORDS: dict[Trouble, Callable[[str], str]] = {
    Trouble.QUEUE: lambda when: gettext(
        "Backstory has not done its work in the background since %(when)s. No e-mail, text message or PDF is "
        "made. Tell whoever looks after the computer; today's list is right and goes on.",
        when=when,
    ),
    Trouble.MESSAGES: lambda when: gettext(
        "Messages to patients do not get through since %(when)s. They are tried again. See today's list for "
        "whom to phone.",
        when=when,
    ),
    Trouble.CALLS_FOR_ATTENTION: lambda when: gettext(
        "The e-mail that says somebody must be phoned does not get through since %(when)s. "
        "Watch today's list.",
        when=when,
    ),
    Trouble.DOCUMENTS: lambda when: gettext(
        "A summary cannot be made as a PDF since %(when)s. Read it on the screen.", when=when
    ),
}
