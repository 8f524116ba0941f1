"""Rows as the lines of a patient's copy: in words and as plain values, or said to be unreadable."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from intake.documents.subject_copy import CopyEntry, CopyLine
from intake.i18n import Words, format_day, format_moment, gettext, join
from intake.i18n import lazy as _
from intake.red_flags import Urgency
from intake.red_flags.watch import is_delicate
from intake.services.alerts.attempts import ATTEMPTS
from intake.services.alerts.outcomes import OUTCOMES
from intake.services.context import Operation
from intake.storage.encryption import Tampered, WrongKey
from intake.storage.models import FindingVerdict, JobKind, Role, Route, User

# What reading a row may raise: changed, its key gone, or written by nobody we know.
READ_FAULTS = (Tampered, WrongKey, ValueError, KeyError, TypeError, AttributeError)
ROLES: dict[Role, Words] = {
    Role.RECEPTION: _("Reception"),
    Role.CLINICIAN: _("Clinician"),
    Role.ADMIN: _("Admin"),
}
_OF_CALLS: tuple[Mapping[Any, Words], ...] = (OUTCOMES, ATTEMPTS)
WORDS: dict[Enum, Words] = {
    **{each: words for some in _OF_CALLS for each, words in some.items()},
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.SAME_DAY: _("To be phoned the same day"),
    Urgency.PRIORITY: _("First at the visit"),
    Urgency.NOTE: _("A note"),
    FindingVerdict.CONFIRMED: _("It was so"),
    FindingVerdict.EXPLAINED: _("It had another reason"),
    FindingVerdict.NOT_NEEDED: _("Nothing was needed"),
    JobKind.RENDER_DOCUMENT: _("The summary was made as a document"),
    JobKind.SEND_INVITATION: _("The link to the form, to the patient"),
    JobKind.SEND_REMINDER: _("A reminder, to the patient"),
    JobKind.TELL_OF_ALERT: _("To the clinic: somebody must be phoned"),
    JobKind.TELL_OF_OVERDUE: _("To the clinic: a call is late"),
    JobKind.TELL_OF_HAND_OVER: _("To a colleague: a call is handed over"),
    Route.WEB: _("On the patient’s own device"),
    Route.DESK: _("Together with somebody at the clinic"),
    Route.PAPER: _("On paper"),
    Route.TABLET: _("On a tablet of the clinic"),
}


@dataclass(frozen=True)
class CopiedFact:
    """An attribute of a row with its label. `say` puts its value into words where that is not plain."""

    name: str
    label: Words
    say: Callable[[Any], str] | None = None


class _Unreadable:
    """Stands for a value that is kept and cannot be read."""


UNREADABLE = _Unreadable()


@dataclass
class LineWriter:
    """Writes the lines of one copy, and gathers what could not be read.

    `sent`: what was said in confidence stays out. `names`: staff are named, and not by their roles alone.
    """

    op: Operation
    names: bool
    sent: bool
    problems: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """What cannot be taken apart, such as a document, is in the copy."""
        return self.names and not self.sent

    def entry(self, id: str, title: str, row: object, told: Iterable[CopiedFact]) -> CopyEntry:
        """All that is kept in these attributes of the row; what is empty is left aside."""
        return CopyEntry(id, title, tuple(self.lines(row, title, told)))

    def lines(self, row: object, place: str, told: Iterable[CopiedFact]) -> Iterator[CopyLine]:
        """The same one by one."""
        for each in told:
            if each.name == "initials" and not self.names:
                continue
            value = self.read(lambda: getattr(row, each.name), place, str(each.label))  # noqa: B023
            yield from self.line(each.name, str(each.label), value, each.say)

    def line(
        self, id: str, label: str, value: Any, say: Callable[[Any], str] | None = None
    ) -> Iterator[CopyLine]:
        """One line; none where nothing is kept, or where it was said in confidence."""
        if value is UNREADABLE:
            yield CopyLine(id, label, gettext("This is kept and could not be read."))
        elif value not in (None, "", [], ()):
            words = say(value) if say is not None else self.in_words(value)
            if not (self.sent and is_delicate(words)):
                yield CopyLine(id, label, words, self.plain(value))

    def read(self, get: Callable[[], Any], place: str, what: str) -> Any:
        """What `get` gives; where that cannot be read, it is noted and UNREADABLE stands for it."""
        try:
            return get()
        except READ_FAULTS:
            self.problems.append(f"{place}: {what}")
            return UNREADABLE

    def staff(self, user: User | None) -> str:
        """A member of staff as the clinic decides that patients read of them."""
        if user is None:
            return gettext("Somebody who worked here")
        roles = join([str(ROLES[role]) for role in Role if role in user.roles])
        return f"{user.name} ({roles})" if self.names else roles

    def moment(self, at: datetime) -> str:
        """A moment by the clinic's clock, in words."""
        return format_moment(at, self.op.settings.zone)

    def in_words(self, value: Any) -> str:
        """A value as somebody reads it."""
        if isinstance(value, User):
            return self.staff(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return format_day(value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, Enum):
            return str(WORDS.get(value, str(value.value).replace("_", " ")))
        if isinstance(value, Mapping):
            return "\n".join(f"{key}: {said}" for key, said in value.items() if said is not None)
        if isinstance(value, list | tuple):
            return "\n".join(map(str, value))
        return str(value)

    def plain(self, value: Any) -> Any:
        """A value as JSON can hold it."""
        if isinstance(value, User):
            return self.staff(value)
        if isinstance(value, datetime):
            return self.op.settings.local(value).isoformat(timespec="seconds")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Urgency):
            return value.name.lower()
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        return value
