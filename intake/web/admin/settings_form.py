"""The boxes of the page of settings: what each is called, and what is wrong with what was typed.

The words for mistakes are those of the environment, with the name of the box instead of the variable's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from intake.config import LANGUAGES
from intake.i18n import Words
from intake.i18n import lazy as _
from intake.text import free

PREFIX = "BACKSTORY_"
LONGEST = 4000


class BoxKind(StrEnum):
    """How a box is drawn."""

    LINE = "line"
    LINES = "lines"  # parted by ; in the environment
    TEXT = "text"  # with \\n in the environment
    CHOICE = "choice"
    DAY = "day"


@dataclass(frozen=True)
class Box:
    """One setting on the page. `options` are (value, words)."""

    name: str
    label: Words
    hint: Words = ""
    kind: BoxKind = BoxKind.LINE
    options: tuple[tuple[str, Words], ...] = ()

    @property
    def id(self) -> str:
        """The name of the box in the form."""
        return self.name.lower()

    @property
    def setting(self) -> str:
        """The name in the environment."""
        return PREFIX + self.name

    def shown(self, words: str) -> str:
        """What stands in the box for the environment's words."""
        if self.kind is BoxKind.LINES:
            return "\n".join(part.strip() for part in words.split(";") if part.strip())
        return words.replace("\\n", "\n") if self.kind is BoxKind.TEXT else words

    def read(self, typed: str) -> str:
        """The environment's words for what stands in the box."""
        typed = free.cleaned(typed).strip()[:LONGEST]
        if self.kind is BoxKind.LINES:
            return "; ".join(part.strip() for part in typed.split("\n") if part.strip())
        return typed.replace("\n", "\\n") if self.kind is BoxKind.TEXT else " ".join(typed.split())


@dataclass(frozen=True)
class SettingsGroup:
    """Boxes under a heading."""

    id: str
    heading: Words
    boxes: tuple[Box, ...]
    intro: Words = ""


_LANGUAGES = Box(
    "LANGUAGES", _("Languages"), _("Codes with commas, such as en, ar. Empty: every one there is.")
)
_LEFT_OUT = _("Empty: patients do not read of it.")
GROUPS: tuple[SettingsGroup, ...] = (
    SettingsGroup(
        "clinic",
        _("The clinic"),
        (
            Box("CLINIC_NAME", _("Name")),
            Box("CLINIC_PHONE", _("Telephone")),
            Box("CLINIC_ADDRESS", _("Address"), _("For the head of letters."), BoxKind.LINES),
            Box("COUNTRY", _("Country")),
            Box("PAPER", _("Paper"), kind=BoxKind.CHOICE, options=(("A4", "A4"), ("Letter", "Letter"))),
        ),
    ),
    SettingsGroup(
        "hours",
        _("Opening hours"),
        (
            Box("CLINIC_HOURS", _("Opening hours in words"), _("As patients read them.")),
            Box(
                "OPENING",
                _("The same for the program"),
                _("For example Mon-Fri 08:00-18:00, Sat 09:00-12:00."),
            ),
            Box("CLOSED_ON", _("Closed on"), _("Days with commas, such as 2026-12-25, 2026-12-28.")),
        ),
        _("A patient who needs a call is promised one within these hours."),
    ),
    SettingsGroup(
        "contacts",
        _("Safety contacts"),
        (
            Box("EMERGENCY_NUMBER", _("Emergency number")),
            Box("URGENT_LINE", _("Urgent help when the clinic is shut")),
            Box("MATERNITY_LINE", _("Maternity unit")),
            Box("EARLY_PREGNANCY_LINE", _("Early pregnancy unit"), _LEFT_OUT),
            Box("RELAY_LINE", _("Text relay"), _LEFT_OUT),
            Box("EMERGENCY_TEXT", _("Text messages to the emergency services"), _LEFT_OUT),
            Box("CANCER_LINE", _("Cancer helpline")),
            Box("CRISIS_LINE", _("For somebody who may harm themselves")),
        ),
        _("Patients are told to call these. Dial each one before you save it."),
    ),
    SettingsGroup(
        "form",
        _("The form"),
        (
            _LANGUAGES,
            Box("FEATURES", _("Optional parts"), _("Their ids with commas, such as mood_self_harm.")),
            Box(
                "PATTERN_TABLE",
                _("Table of patterns on page 2 of the summary"),
                kind=BoxKind.CHOICE,
                options=(("", _("As usual")), ("yes", _("Yes")), ("no", _("No"))),
            ),
        ),
    ),
    SettingsGroup(
        "messages",
        _("Messages"),
        (
            Box("MAIL_FROM", _("E-mail comes from"), _("An address of the clinic.")),
            Box(
                "ALERT_EMAIL",
                _("Who gets an e-mail when somebody must be phoned"),
                _("It holds no name and no reason."),
            ),
            Box("REMINDER_TIME", _("Reminders leave at"), _("7 days and 1 day before, such as 10:00.")),
            Box("INVITATION_SUBJECT", _("Subject of the invitation")),
            Box("INVITATION_TEXT", _("Text of the invitation"), kind=BoxKind.TEXT),
            Box("REMINDER_SUBJECT", _("Subject of the reminder")),
            Box("REMINDER_TEXT", _("Text of the reminder"), kind=BoxKind.TEXT),
            Box("TEXT_MESSAGE", _("Text message"), kind=BoxKind.TEXT),
        ),
        _("No word about health: others may see the screen. The patient’s link goes where {link} stands."),
    ),
    SettingsGroup(
        "kept",
        _("How long answers are kept"),
        (
            Box("KEEP_SENT", _("Days after the appointment"), _("Then everything about it is erased.")),
            Box(
                "KEEP_UNSENT",
                _("Days after the appointment, if the form was never sent"),
                _("A form with an alert is kept as long as one that was sent."),
            ),
        ),
        _(
            "The clinic’s own record is the archive, not Backstory. What is erased cannot be brought back, "
            "and later forms can no longer be compared with it. Nothing is erased while an alert is open."
        ),
    ),
    SettingsGroup(
        "rules",
        _("The safety rules"),
        (
            Box(
                "PROFILE",
                _("What is done with the answers"),
                kind=BoxKind.CHOICE,
                options=(
                    ("rules", _("They are checked against the safety rules")),
                    ("transcribe", _("They are written down and not judged")),
                ),
            ),
            Box("APPROVED_BY", _("Approved by"), _("Role and name of the clinical safety officer.")),
            Box("APPROVED_ON", _("Approved on"), kind=BoxKind.DAY),
            Box("APPROVED_RULES", _("Safety version that was approved")),
        ),
    ),
)
# Changed only after a page that says what it means.
WEIGHTY = ("KEEP_SENT", "KEEP_UNSENT", "PROFILE", "APPROVED_BY", "APPROVED_ON", "APPROVED_RULES")


@dataclass
class SettingsForm:
    """What stands in the boxes, what is in force, and what is wrong; each by the id of its box.

    `clashes` are the boxes that somebody else has changed as well since the page was opened.
    """

    typed: dict[str, str]
    in_force: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    clashes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "SettingsForm":
        """What is in force, by setting."""
        shown = {box.id: box.shown(values[box.setting]) for box in boxes()}
        return cls(dict(shown), shown)

    @classmethod
    def filled_in(cls, form: Mapping[str, str], values: Mapping[str, str]) -> "SettingsForm":
        """What somebody typed. A box they left alone keeps what is in force, whoever changed it meanwhile."""
        filled = cls.of(values)
        clashes = set()
        for box in boxes():
            typed, was = form.get(box.id), form.get(f"was_{box.id}")
            if typed is None or (was is not None and box.read(typed) == box.read(was)):
                continue
            filled.typed[box.id] = box.shown(box.read(typed))
            known = {box.read(filled.in_force[box.id]), box.read(typed)}
            if was is not None and box.read(was) not in known and len(known) > 1:
                clashes.add(box.id)
        filled.clashes = frozenset(clashes)
        return filled

    def different(self) -> dict[str, str]:
        """What was typed and is not in force yet: the environment's words, by setting."""
        return {
            box.setting: box.read(self.typed[box.id])
            for box in boxes()
            if box.read(self.typed[box.id]) != box.read(self.in_force[box.id])
        }

    def complain(self, problems: Iterable[str]) -> None:
        """Write each problem to its box."""
        for problem in problems:
            named = [name for name in re.findall(r"BACKSTORY_[A-Z_]+", problem) if name in _by_setting()]
            box = _box(named[0]) if named else next(boxes())
            words = re.sub(
                r"BACKSTORY_[A-Z_]+",
                lambda found: f"“{_box(found[0]).label}”" if found[0] in _by_setting() else found[0],
                problem,
            )
            self.errors[box.id] = f"{self.errors[box.id]} {words}" if box.id in self.errors else words


def groups() -> tuple[SettingsGroup, ...]:
    """The groups with their boxes; nobody chooses between one language."""
    if len(LANGUAGES) > 1:
        return GROUPS
    return tuple(
        SettingsGroup(
            group.id, group.heading, tuple(box for box in group.boxes if box is not _LANGUAGES), group.intro
        )
        for group in GROUPS
    )


def boxes() -> Iterator[Box]:
    """Every box on the page."""
    return (box for group in groups() for box in group.boxes)


def weighty(different: Mapping[str, str]) -> bool:
    """True when something is changed that needs a second look."""
    return any(PREFIX + name in different for name in WEIGHTY)


def _by_setting() -> dict[str, Box]:
    return {box.setting: box for box in boxes()}


def _box(setting: str) -> Box:
    return _by_setting()[setting]
