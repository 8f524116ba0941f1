"""The settings, read once from the environment and checked whole.

Every mistake is said at once, in plain words, before the first patient is let in. In production nothing that
a patient may have to act on (a telephone number, the opening hours) has a default: the application does not
start without it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from intake.config import wording
from intake.config.names import BY_NAME, SETTINGS
from intake.config.settings import LANGUAGES, MailServer, Mode, Profile, Settings, TextSender
from intake.opening import Opening

Parsed = TypeVar("Parsed")


class SettingsInvalid(Exception):
    """The environment does not describe a clinic; `problems` says everything that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Backstory cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = tuple(problems)


def read(environ: Mapping[str, str]) -> Settings:
    """Read and check every setting; raises SettingsInvalid with all the problems together."""
    return _Reading(environ).settings()


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
            key_file=(key_file := self._key_file(data_dir)),
            seal_file=self._seal_file(data_dir, key_file),
            public_url=self._one("BACKSTORY_PUBLIC_URL", self._public_url, ""),
            clinic_name=self._text("BACKSTORY_CLINIC_NAME"),
            clinic_phone=self._one("BACKSTORY_CLINIC_PHONE", _with_a_number, ""),
            clinic_hours=self._text("BACKSTORY_CLINIC_HOURS"),
            clinic_address=_lines(self._text("BACKSTORY_CLINIC_ADDRESS")),
            opening=self._opening(),
            zone=self._one("BACKSTORY_TIME_ZONE", _zone, ZoneInfo("UTC")),
            country=self._text("BACKSTORY_COUNTRY"),
            emergency_number=self._one("BACKSTORY_EMERGENCY_NUMBER", _short_number, ""),
            urgent_line=self._one("BACKSTORY_URGENT_LINE", _with_a_number, ""),
            maternity_line=self._one("BACKSTORY_MATERNITY_LINE", _with_a_number, ""),
            early_pregnancy_line=self._one("BACKSTORY_EARLY_PREGNANCY_LINE", _with_a_number, ""),
            relay_line=self._one("BACKSTORY_RELAY_LINE", _with_a_number, ""),
            emergency_text=self._one("BACKSTORY_EMERGENCY_TEXT", _with_a_number, ""),
            cancer_line=self._one("BACKSTORY_CANCER_LINE", _with_a_number, ""),
            crisis_line=self._one("BACKSTORY_CRISIS_LINE", _with_a_number, ""),
            profile=self._one("BACKSTORY_PROFILE", Profile, Profile.RULES),
            pattern_table=self._one("BACKSTORY_PATTERN_TABLE", _yes_or_no, not self.production),
            features=self._one("BACKSTORY_FEATURES", _ids, frozenset()),
            paper=self._one("BACKSTORY_PAPER", _paper, "A4"),
            language=self._one("BACKSTORY_LANGUAGE", _language, "en"),
            languages=self._one("BACKSTORY_LANGUAGES", _languages, frozenset()),
            mail_server=self._one("BACKSTORY_MAIL_SERVER", _mail_server, None),
            mail_from=self._one("BACKSTORY_MAIL_FROM", _email, ""),
            alert_email=self._one("BACKSTORY_ALERT_EMAIL", _email, ""),
            reminder_time=self._one("BACKSTORY_REMINDER_TIME", _clock, time(10)),
            text_sender=self._one("BACKSTORY_TEXT_SENDER", self._text_sender, None),
            invitation_subject=self._one("BACKSTORY_INVITATION_SUBJECT", wording.subject, ""),
            invitation_text=self._one("BACKSTORY_INVITATION_TEXT", wording.text, ""),
            reminder_subject=self._one("BACKSTORY_REMINDER_SUBJECT", wording.subject, ""),
            reminder_text=self._one("BACKSTORY_REMINDER_TEXT", wording.text, ""),
            text_message=self._one("BACKSTORY_TEXT_MESSAGE", wording.text_message, ""),
            keep_unsent=self._one("BACKSTORY_KEEP_UNSENT", lambda words: _days_from(words, 1, 365), 7),
            keep_sent=self._one("BACKSTORY_KEEP_SENT", lambda words: _days_from(words, 30, 3650), 365),
            approved_by=approved_by,
            approved_on=approved_on,
            approved_rules=approved_rules,
            given={name: self.given[name] for name in ("PORT", *BY_NAME) if name in self.given},
        )
        if settings.mail_server and not settings.mail_from:
            self.problems.append("BACKSTORY_MAIL_FROM is not set, and e-mail must come from somewhere.")
        if self.problems:
            raise SettingsInvalid(self.problems)
        return settings

    def _text(self, name: str) -> str:
        """What the environment says, the default for development, or "" with the problem noted."""
        setting = BY_NAME[name]
        if name in self.given:
            return self.given[name]
        if setting.fact and self.production:
            self.problems.append(f"{name} is not set. It says: {setting.meaning}.")
            return ""
        if setting.made_up and self.production:
            return ""
        # Not `format`: the texts of messages have placeholders of their own.
        return setting.default.replace("{port}", self.given.get("PORT", "8000"))

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
            said = "not understood" if BY_NAME[name].secret else repr(words)
            self.problems.append(f"{name} is {said}: {because}.")
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

    def _seal_file(self, data_dir: Path, key_file: Path) -> Path:
        """Outside the data folder as well: an older copy of that must not bring its seals along."""
        named = self.given.get("BACKSTORY_SEAL_FILE")
        path = Path(named).absolute() if named else key_file.with_name("audit-seals.jsonl")
        if path.is_relative_to(data_dir):
            self.problems.append(
                "BACKSTORY_SEAL_FILE lies inside the data folder, which it is to watch over."
            )
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

    def _text_sender(self, words: str) -> TextSender:
        if words == "file":
            return TextSender("file")
        if urlsplit(words).scheme != "https" or not urlsplit(words).hostname:
            raise ValueError("it must be file, or an address that begins with https://")
        return TextSender("webhook", words, self._text("BACKSTORY_TEXT_KEY"))

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


def _days_from(words: str, least: int, most: int) -> int:
    if not (words.isascii() and words.isdigit() and least <= int(words[:9]) <= most):
        raise ValueError(f"it must be a number of days from {least} to {most}")
    return int(words)


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


def _languages(words: str) -> frozenset[str]:
    return frozenset(_language(code.strip()) for code in words.split(",") if code.strip())


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as problem:
        raise ValueError("a date is written YYYY-MM-DD") from problem


def _days(words: str) -> frozenset[date]:
    return frozenset(_day(each.strip()) for each in words.split(",") if each.strip())


def _lines(words: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in words.split(";") if line.strip())


def _mail_server(words: str) -> MailServer:
    kinds: dict[str, tuple[Literal["tls", "starttls", "none"], int]] = {
        "smtps": ("tls", 465),
        "smtp+starttls": ("starttls", 587),
        "smtp": ("none", 25),
    }
    parts = urlsplit(words)
    if parts.scheme not in kinds or not parts.hostname:
        # The words may hold a password, so they are not said again.
        raise ValueError("it must be like smtp+starttls://user:password@mail.example.org:587")
    security, port = kinds[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, parts.port or port, security, user, password)


def _email(words: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", words):
        raise ValueError("it must be one e-mail address")
    if not words.isascii():
        # Few mail servers take others: it would be found out at each sending.
        raise ValueError("it must be one e-mail address, in plain letters (a domain as xn--...)")
    return words


def _clock(words: str) -> time:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", words)
    if not found:
        raise ValueError("it must be a time of day, such as 10:00")
    return time(int(found[1]), int(found[2]))
