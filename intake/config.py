"""What this clinic is and where its things lie, read once from the environment and checked whole.

Every mistake is said at once, in plain words, before the first patient is let in. In production nothing that
a patient may have to act on (a telephone number, the opening hours) has a default: the application does not
start without it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import dates

from intake.opening import Opening

Parsed = TypeVar("Parsed")

CALL_BACK_WITHIN = timedelta(hours=2)
SHORTEST_CALL_BACK = timedelta(minutes=45)


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


class SettingsInvalid(Exception):
    """The environment does not describe a clinic; `problems` says everything that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Backstory cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Approval:
    """Who signed off the safety rules, and when."""

    by: str
    on: date


@dataclass(frozen=True)
class Settings:
    """Everything the clinic decides. Made by `from_environment`; never changed afterwards."""

    mode: Mode
    data_dir: Path
    database_url: str
    key_file: Path
    public_url: str
    clinic_name: str
    clinic_phone: str
    clinic_hours: str
    opening: Opening
    zone: ZoneInfo
    country: str
    emergency_number: str
    urgent_line: str
    maternity_line: str
    cancer_line: str
    crisis_line: str
    profile: Profile
    pattern_table: bool
    features: frozenset[str]
    paper: Literal["A4", "Letter"]
    language: str
    approved_by: str
    approved_on: date | None
    approved_rules: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check every setting; raises SettingsInvalid with all the problems together."""
        return _Reading(environ).settings()

    @property
    def production(self) -> bool:
        """True when real patients may be let in."""
        return self.mode is Mode.PRODUCTION

    @property
    def demonstration(self) -> bool:
        """True when every page says that it is not for real patients."""
        return not self.production

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

    def clinic_facts(self, now: datetime, language: str | None = None) -> dict[str, str]:
        """What fills the {placeholders} in texts for people; `language` is for the words in `callback_by`."""
        return {
            "clinic_name": self.clinic_name,
            "clinic_phone": self.clinic_phone,
            "clinic_hours": self.clinic_hours,
            "country": self.country,
            "emergency_number": self.emergency_number,
            "urgent_line": self.urgent_line,
            "maternity_line": self.maternity_line,
            "cancer_line": self.cancer_line,
            "crisis_line": self.crisis_line,
            "callback_by": self._callback_by(now, language or self.language),
        }

    def approval(self, rules_version: str) -> Approval | None:
        """Who approved exactly these rules; None means the "not approved for clinical use" banner stays."""
        if self.approved_on is None or self.approved_rules != rules_version:
            return None
        return Approval(self.approved_by, self.approved_on)

    def _callback_by(self, now: datetime, language: str) -> str:
        # Safety: never a time at which nobody is there, and never one that has gone by.
        local = self.local(now)
        closes = self.opening.closes_at(local)
        if closes is not None:
            return min(_next_quarter(local + CALL_BACK_WITHIN), closes).strftime("%H:%M")
        opens = self.opening.next_opening(local)
        if opens is None:
            return self.clinic_hours
        by = min(opens + CALL_BACK_WITHIN, self.opening.closes_at(opens) or opens)
        return f"{dates.format_date(by, 'EEEE', locale=language)} {by:%H:%M}"


@dataclass(frozen=True)
class Setting:
    """One name in the environment. `fact` marks what production does not start without."""

    name: str
    meaning: str
    default: str = ""
    fact: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("BACKSTORY_MODE", "development, or production for real patients", "development"),
    Setting("BACKSTORY_DATA_DIR", "folder for the database and the queue", "instance"),
    Setting("BACKSTORY_DATABASE_URL", "postgresql://... for PostgreSQL; SQLite in the data folder otherwise"),
    Setting("BACKSTORY_KEY_FILE", "file of encryption keys, outside the data folder; made on first run"),
    Setting("BACKSTORY_PUBLIC_URL", "what patients' links begin with", "http://127.0.0.1:{port}", fact=True),
    Setting("BACKSTORY_CLINIC_NAME", "name of the clinic", "Backstory demonstration clinic", fact=True),
    Setting("BACKSTORY_CLINIC_PHONE", "telephone of the clinic", "01632 960 001", fact=True),
    Setting("BACKSTORY_CLINIC_HOURS", "opening hours in words", "Monday to Friday, 8 am to 6 pm", fact=True),
    Setting("BACKSTORY_OPENING", "the same for the program", "Mon-Fri 08:00-18:00", fact=True),
    Setting("BACKSTORY_CLOSED_ON", "days the clinic is closed, such as 2026-12-25, 2026-12-28"),
    Setting("BACKSTORY_TIME_ZONE", "the clinic's time zone", "Europe/London", fact=True),
    Setting("BACKSTORY_COUNTRY", "the country whose emergency number is shown", "United Kingdom", fact=True),
    Setting("BACKSTORY_EMERGENCY_NUMBER", "the emergency number", "999", fact=True),
    Setting("BACKSTORY_URGENT_LINE", "whom to call today when the clinic is shut", "NHS 111", fact=True),
    Setting("BACKSTORY_MATERNITY_LINE", "telephone of the maternity unit", "01632 960 002", fact=True),
    Setting("BACKSTORY_CANCER_LINE", "telephone of the cancer helpline", "01632 960 003", fact=True),
    Setting("BACKSTORY_CRISIS_LINE", "telephone for someone who may harm themselves", "116 123", fact=True),
    Setting("BACKSTORY_PROFILE", "rules, or transcribe: answers are written down and not judged", "rules"),
    Setting(
        "BACKSTORY_PATTERN_TABLE", "yes or no: the table of patterns on page 2 (in production no, unless set)"
    ),
    Setting("BACKSTORY_FEATURES", "optional parts of the form, by id, with commas"),
    Setting("BACKSTORY_PAPER", "A4 or Letter", "A4"),
    Setting("BACKSTORY_LANGUAGE", "the language of the clinic's notes", "en"),
    Setting("BACKSTORY_APPROVED_BY", "role and name of the clinical safety officer who approved the rules"),
    Setting("BACKSTORY_APPROVED_ON", "the date of that approval, YYYY-MM-DD"),
    Setting("BACKSTORY_APPROVED_RULES", "the version of the rules that was approved"),
)


class _Reading:
    """One pass over the environment that gathers what is wrong instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self.given = {name: value.strip() for name, value in environ.items() if value.strip()}
        self.mode = self._one("BACKSTORY_MODE", Mode, Mode.PRODUCTION)
        self.production = self.mode is Mode.PRODUCTION

    def settings(self) -> Settings:
        self._names()
        data_dir = Path(self._text("BACKSTORY_DATA_DIR")).absolute()
        approved_by, approved_on, approved_rules = self._approval()
        settings = Settings(
            mode=self.mode,
            data_dir=data_dir,
            database_url=self._one("BACKSTORY_DATABASE_URL", _database_url, "")
            or f"sqlite:///{data_dir / 'backstory.db'}",
            key_file=self._key_file(data_dir),
            public_url=self._one("BACKSTORY_PUBLIC_URL", self._public_url, ""),
            clinic_name=self._text("BACKSTORY_CLINIC_NAME"),
            clinic_phone=self._one("BACKSTORY_CLINIC_PHONE", _with_a_number, ""),
            clinic_hours=self._text("BACKSTORY_CLINIC_HOURS"),
            opening=self._opening(),
            zone=self._one("BACKSTORY_TIME_ZONE", _zone, ZoneInfo("UTC")),
            country=self._text("BACKSTORY_COUNTRY"),
            emergency_number=self._one("BACKSTORY_EMERGENCY_NUMBER", _short_number, ""),
            urgent_line=self._one("BACKSTORY_URGENT_LINE", _with_a_number, ""),
            maternity_line=self._one("BACKSTORY_MATERNITY_LINE", _with_a_number, ""),
            cancer_line=self._one("BACKSTORY_CANCER_LINE", _with_a_number, ""),
            crisis_line=self._one("BACKSTORY_CRISIS_LINE", _with_a_number, ""),
            profile=self._one("BACKSTORY_PROFILE", Profile, Profile.RULES),
            pattern_table=self._one("BACKSTORY_PATTERN_TABLE", _yes_or_no, not self.production),
            features=self._one("BACKSTORY_FEATURES", _ids, frozenset()),
            paper=self._one("BACKSTORY_PAPER", _paper, "A4"),
            language=self._one("BACKSTORY_LANGUAGE", _language, "en"),
            approved_by=approved_by,
            approved_on=approved_on,
            approved_rules=approved_rules,
        )
        if self.problems:
            raise SettingsInvalid(self.problems)
        return settings

    def _text(self, name: str) -> str:
        """What the environment says, the default for development, or "" with the problem noted."""
        setting = next(each for each in SETTINGS if each.name == name)
        if name in self.given:
            return self.given[name]
        if setting.fact and self.production:
            self.problems.append(f"{name} is not set. It says: {setting.meaning}.")
            return ""
        return setting.default.format(port=self.given.get("PORT", "8000"))

    def _one(self, name: str, parse: Callable[[str], Parsed], otherwise: Parsed) -> Parsed:
        words = self._text(name)
        if not words:
            return otherwise
        try:
            return parse(words)
        except ValueError as problem:
            because = str(problem)
            if isinstance(parse, type) and issubclass(parse, StrEnum):
                because = "it must be " + " or ".join(parse)
            self.problems.append(f"{name} is {words!r}: {because}.")
            return otherwise

    def _names(self) -> None:
        """A misspelt name would silently leave its setting at the default."""
        known = {setting.name for setting in SETTINGS}
        for name in sorted(self.given):
            if self.production and name.startswith("BACKSTORY_") and name not in known:
                self.problems.append(f"{name} is not a setting of Backstory. Is it misspelt?")

    def _key_file(self, data_dir: Path) -> Path:
        named = self.given.get("BACKSTORY_KEY_FILE")
        path = Path(named).absolute() if named else data_dir.with_name(data_dir.name + "-keys") / "keys.json"
        if path.is_relative_to(data_dir):
            self.problems.append("BACKSTORY_KEY_FILE lies inside the data folder: a copy of one is both.")
        return path

    def _public_url(self, words: str) -> str:
        parts = urlsplit(words)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it must be a whole address, such as https://intake.example.org")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("it must end after the name of the host")
        if self.production and parts.scheme != "https":
            raise ValueError("it must begin with https://, because patients send their answers to it")
        return words.rstrip("/")

    def _opening(self) -> Opening:
        closed_on: frozenset[date] = self._one("BACKSTORY_CLOSED_ON", _days, frozenset())
        return self._one("BACKSTORY_OPENING", lambda words: Opening.parse(words, closed_on), Opening(()))

    def _approval(self) -> tuple[str, date | None, str]:
        by, rules = self._text("BACKSTORY_APPROVED_BY"), self._text("BACKSTORY_APPROVED_RULES")
        on = self._one("BACKSTORY_APPROVED_ON", _day, None)
        names = ("BACKSTORY_APPROVED_BY", "BACKSTORY_APPROVED_ON", "BACKSTORY_APPROVED_RULES")
        missing = [name for name in names if name not in self.given]
        if missing and len(missing) < len(names):
            self.problems.append(f"An approval of the rules needs {' and '.join(missing)} as well.")
        return by, on, rules


def _next_quarter(local: datetime) -> datetime:
    """`local` moved on to the next quarter of an hour, as people say times."""
    minutes = -(local.minute + (local.second or local.microsecond) / 60) % 15
    return (local + timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, LookupError, ValueError) as problem:
        raise ValueError("it is no known time zone, such as Europe/London") from problem


def _database_url(url: str) -> str:
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if url.startswith("postgresql+psycopg://"):
        return url
    if url.startswith("sqlite:///") and url != "sqlite:///:memory:" and len(url) > len("sqlite:///"):
        return url
    raise ValueError("it must begin with postgresql://, or with sqlite:/// and the path of a file")


def _with_a_number(words: str) -> str:
    if not re.search(r"\d", words):
        raise ValueError("there is no number in it that somebody could call")
    return words


def _short_number(words: str) -> str:
    if not re.fullmatch(r"\+?[0-9][0-9 ]{1,18}", words):
        raise ValueError("it must be a number to dial, such as 999, 112 or 911")
    return words


def _yes_or_no(words: str) -> bool:
    answers = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if words.lower() not in answers:
        raise ValueError("it must be yes or no")
    return answers[words.lower()]


def _ids(words: str) -> frozenset[str]:
    ids = [each.strip() for each in words.split(",") if each.strip()]
    wrong = [each for each in ids if not re.fullmatch(r"[a-z][a-z0-9_]*", each)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is not the id of a feature")
    return frozenset(ids)


def _paper(words: str) -> Literal["A4", "Letter"]:
    sizes: dict[str, Literal["A4", "Letter"]] = {"a4": "A4", "letter": "Letter"}
    if words.lower() not in sizes:
        raise ValueError("it must be A4 or Letter")
    return sizes[words.lower()]


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError("it must be one of " + ", ".join(LANGUAGES))
    return code


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as problem:
        raise ValueError("a date is written YYYY-MM-DD") from problem


def _days(words: str) -> frozenset[date]:
    return frozenset(_day(each.strip()) for each in words.split(",") if each.strip())
