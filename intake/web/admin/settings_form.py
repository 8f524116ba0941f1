"""The form of the page of settings: what each box is called, and what is wrong with what was typed.

The words for mistakes are those of the environment, with the name of the box instead of the variable's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from intake.config import LANGUAGES, public_holidays
from intake.i18n import Words, current_language, gettext
from intake.i18n import lazy as _
from intake.text import free
from intake.web.staff_forms import StaffField, problems_of

PREFIX = "BACKSTORY_"
LONGEST = 4000
_VARIABLE = re.compile(rf"{PREFIX}[A-Z_]+")


class BoxKind(StrEnum):
    """How a box is drawn."""

    LINE = "line"
    LINES = "lines"  # parted by ; in the environment
    TEXT = "text"  # with \\n in the environment
    CHOICE = "choice"
    DAY = "day"
    DAYS = "days"  # some of a list of days, ticked; with commas in the environment


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
        typed = free.cleaned(typed).strip()
        if self.kind is BoxKind.DAYS:
            return ", ".join(sorted({part.strip() for part in typed.split(",") if part.strip()}))
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
            Box(
                "CLINIC_ADDRESS",
                _("Address"),
                _("Where patients come: they read it with their appointment, and on letters."),
                BoxKind.LINES,
            ),
            Box("COUNTRY", _("Country")),
            Box(
                "RECORD_SYSTEMS",
                _("Record systems"),
                _(
                    "Others that have numbers for your patients, one on each line, such as NHS number. "
                    "Your own patient number is always there."
                ),
                BoxKind.LINES,
            ),
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
            Box(
                "CLOSED_ON",
                _("Closed on"),
                _("The clinic’s own days off, with commas, such as 2026-12-25, 2026-12-28."),
            ),
            Box(
                "HOLIDAY_COUNTRY",
                _("Closed on public holidays of"),
                _("“Show the preview” lists them before you save."),
                BoxKind.CHOICE,
            ),
            Box("HOLIDAY_REGION", _("Region"), _("Save the country first."), BoxKind.CHOICE),
            Box(
                "OPEN_ON", _("Open all the same on"), _("Tick the holidays on which you work."), BoxKind.DAYS
            ),
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
        _(
            "No word about health: others may see the screen. The patient’s link goes where {link} stands, "
            "day and time where {when} does. Without it they stand behind the subject and the text message."
        ),
    ),
    SettingsGroup(
        "calls",
        _("How soon patients are phoned"),
        (
            Box("TRY_EMERGENCY_WITHIN", _("Minutes to the first try: emergency")),
            Box("TRY_SAME_DAY_WITHIN", _("Minutes to the first try: phone today")),
            Box("CLOSE_EMERGENCY_WITHIN", _("Minutes to the outcome: emergency")),
            Box("CLOSE_SAME_DAY_WITHIN", _("Minutes to the outcome: phone today")),
        ),
        _(
            "Targets of the figures, counted while the clinic is open. They move no deadline: by when the "
            "patient must be reached is clinical content."
        ),
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
            Box(
                "COPY_NAMES",
                _("Staff in the copy that a patient asks for"),
                kind=BoxKind.CHOICE,
                options=(("", _("As usual")), ("yes", _("By name and role")), ("no", _("By role"))),
            ),
        ),
        _(
            "The clinic’s own record is the archive, not Backstory. What is erased cannot be brought back, "
            "and later forms can no longer be compared with it. Nothing is erased while an alert is open."
        ),
    ),
    SettingsGroup(
        "research",
        _("Research and audit"),
        (
            Box(
                "RESEARCH_EXPORT_BY",
                _("Who may take answers out"),
                _("E-mail addresses of clinicians, with commas. Empty: nobody."),
            ),
        ),
        _("They get the answers of many patients as one file, without names. Each file is recorded."),
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


class SettingField(StaffField):
    """A setting in its box: `shown` stands there, `in_force` what is set now, `data` the environment's words.

    `clash` is true when somebody else has changed it as well since the page was opened.
    """

    def __init__(self, box: Box, **wiring: Any) -> None:
        super().__init__(box.label, box.hint, **wiring)
        self.box, self.options = box, box.options

    @property
    def error(self) -> str:
        return " ".join(self.errors)

    @property
    def different(self) -> bool:
        """What was typed is not in force yet."""
        return bool(self.data != self.box.read(self.in_force))

    def process(self, formdata: Any, data: Any = "", extra_filters: Any = None) -> None:
        self.process_errors, self.clash = [], False
        self.in_force = self.shown = self.box.shown(data)
        self.data = self.box.read(self.shown)
        if formdata is not None and self.name in formdata:
            typed = formdata.getlist(self.name) if self.box.kind is BoxKind.DAYS else [formdata[self.name]]
            self._take(", ".join(typed), formdata.get(f"was_{self.name}"))

    def _take(self, typed: str, was: str | None) -> None:
        """Read what was typed; a box left alone keeps what is in force, whoever changed it meanwhile."""
        wanted, now = self.box.read(typed), self.data
        before = None if was is None else self.box.read(was)
        if wanted == before:
            return
        self.shown, self.data = self.box.shown(wanted), wanted
        if len(wanted) > LONGEST:
            self.refuse(gettext("This can have at most %(limit)s characters", limit=LONGEST))
        self.clash = before not in (None, now) and wanted != now


class SettingsForm(BaseForm):
    """What is in force, by setting, and what somebody typed over it."""

    def __init__(self, values: Mapping[str, str], typed: Any = None) -> None:
        super().__init__({box.id: UnboundField(SettingField, box) for box in boxes()})
        self.process(typed, data={box.id: values[box.setting] for box in boxes()})
        fields = {field.name: field for field in self.settings}
        country, region = fields["holiday_country"], fields["holiday_region"]
        countries = public_holidays.countries(current_language()).items()
        country.options = (("", gettext("No country")), *countries)
        region.options = (
            ("", gettext("The whole country")),
            *public_holidays.regions(country.data.upper()).items(),
        )

    @property
    def settings(self) -> tuple[SettingField, ...]:
        """Every field, in the order of the page."""
        return tuple(field for field in self if isinstance(field, SettingField))

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """(id of a box, what is wrong with it)."""
        return problems_of(self)

    @property
    def clashes(self) -> tuple[str, ...]:
        """The boxes that somebody else has changed as well."""
        return tuple(field.name for field in self.settings if field.clash)

    def different(self) -> dict[str, str]:
        """What was typed and is not in force yet: the environment's words, by setting."""
        return {field.box.setting: field.data for field in self.settings if field.different}

    def complain(self, problems: Iterable[str]) -> None:
        """Write each problem to the box that it names first, with labels for the names of variables."""
        named = {field.box.setting: field for field in self.settings}
        for problem in problems:
            variables = [name for name in _VARIABLE.findall(problem) if name in named]
            field = named[variables[0]] if variables else self.settings[0]
            field.refuse(
                _VARIABLE.sub(
                    lambda found: f"“{named[found[0]].box.label}”" if found[0] in named else found[0], problem
                )
            )


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
