"""What the clinic decides, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import dates

from intake.config.timing import CALL_BACK_WITHIN, SHORTEST_CALL_BACK
from intake.config.wording import fill
from intake.opening import Opening

# The languages the form can be read in, by code, each with its own name for itself.
LANGUAGES: dict[str, str] = {"en": "English"}


class Mode(StrEnum):
    """Whether real patients may be let in."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Profile(StrEnum):
    """Whether the answers are held against rules, or only written down."""

    RULES = "rules"
    TRANSCRIBE = "transcribe"


@dataclass(frozen=True)
class Approval:
    """Who signed off the safety rules, and when."""

    by: str
    on: date


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over. `security` is tls (from the first byte), starttls, or none."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str


@dataclass(frozen=True)
class TextSender:
    """How text messages leave: into a `file` (for trying out), or to a `webhook` at `url`."""

    kind: Literal["file", "webhook"]
    url: str = ""
    key: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything the clinic decides. Made by `from_environment`; never changed afterwards."""

    mode: Mode
    data_dir: Path
    database_url: str
    key_file: Path
    seal_file: Path
    public_url: str
    clinic_name: str
    clinic_phone: str
    clinic_hours: str
    clinic_address: tuple[str, ...]
    opening: Opening
    zone: ZoneInfo
    country: str
    emergency_number: str
    urgent_line: str
    maternity_line: str
    early_pregnancy_line: str
    relay_line: str
    emergency_text: str
    cancer_line: str
    crisis_line: str
    profile: Profile
    pattern_table: bool
    features: frozenset[str]
    paper: Literal["A4", "Letter"]
    language: str
    languages: frozenset[str]
    mail_server: MailServer | None
    mail_from: str
    alert_email: str
    reminder_time: time
    text_sender: TextSender | None
    invitation_subject: str
    invitation_text: str
    reminder_subject: str
    reminder_text: str
    text_message: str
    keep_unsent: int
    keep_sent: int
    approved_by: str
    approved_on: date | None
    approved_rules: str
    # What it was read from: only names of ours. Secrets are among them, so it is never shown.
    given: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check every setting; raises SettingsInvalid with all the problems together."""
        # Reading knows what it makes, so it stands above.
        from intake.config.reading import read

        return read(environ)

    def overlaid(self, changes: Mapping[str, str]) -> "Settings":
        """The same with `changes` over the environment's words; raises SettingsInvalid. "" is the default."""
        return self.from_environment({**self.given, **changes}) if changes else self

    def words_of(self, name: str, changes: Mapping[str, str] | None = None) -> str:
        """What `changes` say for this name, or the environment, or else its default, in its own words."""
        from intake.config.names import words_of

        return words_of(name, {**self.given, **(changes or {})})

    @property
    def production(self) -> bool:
        """True when real patients may be let in."""
        return self.mode is Mode.PRODUCTION

    @property
    def demonstration(self) -> bool:
        """True when every page says that it is not for real patients."""
        return not self.production

    @property
    def offered(self) -> list[str]:
        """The codes of the languages a patient can choose, in the order they are shown."""
        return [code for code in LANGUAGES if not self.languages or code in self.languages]

    def local(self, moment: datetime) -> datetime:
        """`moment` by the clock on the clinic's wall."""
        return moment.astimezone(self.zone)

    def today(self, now: datetime) -> date:
        """The clinic's date at `now`."""
        return self.local(now).date()

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """The first moment of the clinic's `day` and of the day after, in UTC."""
        midnights = (datetime.combine(each, time(0), self.zone) for each in (day, day + timedelta(days=1)))
        start, end = (midnight.astimezone(UTC) for midnight in midnights)
        return start, end

    def is_open(self, now: datetime) -> bool:
        """True while the clinic's opening hours run."""
        return self.opening.closes_at(self.local(now)) is not None

    def can_call_back(self, now: datetime) -> bool:
        """True while enough of the opening hours is left to promise a call today."""
        closes = self.opening.closes_at(self.local(now))
        return closes is not None and closes - self.local(now) >= SHORTEST_CALL_BACK

    def call_back_by(self, now: datetime) -> datetime | None:
        """The moment by which a patient is promised a call; None when the clinic does not open for a month.

        Safety: never a time at which nobody is there, and never one that has gone by.
        """
        local = self.local(now)
        closes = self.opening.closes_at(local)
        if closes is not None:
            return min(_next_quarter(local + CALL_BACK_WITHIN), closes)
        opens = self.opening.next_opening(local)
        if opens is None:
            return None
        return min(opens + CALL_BACK_WITHIN, self.opening.closes_at(opens) or opens)

    def open_from(self, now: datetime) -> datetime | None:
        """`now` while the clinic is open, else the next opening; None when there is none for a month."""
        return now if self.is_open(now) else self.opening.next_opening(self.local(now))

    def clinic_facts(self, now: datetime, language: str | None = None) -> dict[str, str]:
        """What fills the {placeholders} in texts for people; `language` is for days in words.

        "" where the clinic has not set an optional line: a text that names it is left out.
        """
        return {
            "clinic_name": self.clinic_name,
            "clinic_phone": self.clinic_phone,
            "clinic_hours": self.clinic_hours,
            "country": self.country,
            "emergency_number": self.emergency_number,
            "urgent_line": self.urgent_line,
            "maternity_line": self.maternity_line,
            "early_pregnancy_line": self.early_pregnancy_line,
            "relay_line": self.relay_line,
            "emergency_text": self.emergency_text,
            "cancer_line": self.cancer_line,
            "crisis_line": self.crisis_line,
            "callback_by": self._callback_by(now, language or self.language),
            "clinic_opens": self._clinic_opens(now, language or self.language),
        }

    def in_message(self, words: str, link: str) -> str:
        """The subject or text of a message with the clinic's facts and the patient's `link` in it."""
        return fill(
            words,
            {
                "clinic_name": self.clinic_name,
                "clinic_phone": self.clinic_phone,
                "clinic_hours": self.clinic_hours,
                "emergency_number": self.emergency_number,
                "link": link,
            },
        )

    def approved(self, approval: Approval | None, version: str) -> "Settings":
        """The same with an approval of this version; None leaves what the settings say themselves."""
        if approval is None:
            return self
        return replace(self, approved_by=approval.by, approved_on=approval.on, approved_rules=version)

    def approval(self, version: str) -> Approval | None:
        """Who approved exactly this version; None means the "not approved for clinical use" banner stays."""
        if self.approved_on is None or self.approved_rules != version:
            return None
        return Approval(self.approved_by, self.approved_on)

    def _clinic_opens(self, now: datetime, language: str) -> str:
        opens = self.opening.next_opening(self.local(now))
        return self.clinic_hours if opens is None else _in_words(opens, language)

    def _callback_by(self, now: datetime, language: str) -> str:
        by = self.call_back_by(now)
        if by is None:
            return self.clinic_hours
        if self.is_open(now):
            return f"{by:%H:%M}"
        return f"{dates.format_date(by, 'EEEE', locale=language)} {by:%H:%M}"


def _in_words(local: datetime, language: str) -> str:
    """A day and a time, without the year: "Monday 9 March, 08:00"."""
    return f"{dates.format_date(local, 'EEEE d MMMM', locale=language)}, {local:%H:%M}"


def _next_quarter(local: datetime) -> datetime:
    """`local` moved on to the next quarter of an hour, as people say times."""
    minutes = -(local.minute + (local.second or local.microsecond) / 60) % 15
    return (local + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
