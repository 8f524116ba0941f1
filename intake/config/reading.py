"""How settings are declared and read: once from the environment, and checked whole.

Every mistake is said at once, in plain words, before the first patient is let in. In production nothing that
a patient may have to act on (a telephone number, the opening hours) has a default: the application does not
start without it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from intake.config import public_holidays
from intake.config.public_holidays import ClosedDays, HolidayCalendar
from intake.config.values import LANGUAGES, ROLE_WORDS, MailServer, Mode, TextGateway
from intake.opening import Opening
from intake.text import clock as read_clock
from intake.text import day, email, network, number, record_number

PREFIX = "BACKSTORY_"
MODE = f"{PREFIX}MODE"
# What a command reads by itself: these are no settings, and are set beside them.
OF_COMMANDS = frozenset({f"{PREFIX}NEW_PASSWORD"})
LONGEST_SECRET = 10_000
_DECLARED = "setting"


class SettingsInvalid(Exception):
    """The environment does not describe a clinic; `problems` says everything that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Backstory cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = tuple(problems)


class NotUnderstood(ValueError):
    """Why a secret is not understood, in words of ours: those of a library may repeat a part of it."""


@dataclass(frozen=True)
class Setting:
    """A field of Settings, and its `name` in the environment.

    `fact` marks what production does not start without, `made_up` a default for the demonstration only,
    `secret` what no message repeats, and what may lie in a file that `file_name` names. `on_page`: the clinic
    may change it by itself. `parse` raises ValueError for words that it does not understand; `parse_with` is
    given what was read before it as well. `otherwise` is the value while nothing is said.
    """

    field: str
    name: str
    meaning: str
    default: str = ""
    fact: bool = False
    made_up: bool = False
    secret: bool = False
    on_page: bool = True
    parse: Callable[[str], object] = str
    parse_with: Callable[[str, Mapping[str, Any]], object] | None = None
    otherwise: object = ""

    @property
    def file_name(self) -> str:
        """What the environment calls the file that this secret may lie in."""
        return f"{self.name}_FILE"

    def words_in(self, given: Mapping[str, str]) -> str:
        """What the environment says, or the default that it would have; an empty word is none."""
        if given.get(self.name):
            return given[self.name]
        # A new clinic for real patients starts with nothing made up.
        production = given.get(MODE) == Mode.PRODUCTION
        return "" if production and (self.fact or self.made_up) else self.default


def setting(meaning: str, default: str = "", **more: Any) -> Any:
    """Declare a field of Settings as a Setting; `name` where the environment calls it something else."""
    declared = {"meaning": meaning, "default": default, **more}
    return field(repr=not more.get("secret"), metadata={_DECLARED: declared})


def declared_in(settings: type) -> tuple[Setting, ...]:
    """The settings that a class declares, in their order."""
    return tuple(
        Setting(**{"field": each.name, "name": PREFIX + each.name.upper(), **each.metadata[_DECLARED]})
        for each in fields(settings)
        if _DECLARED in each.metadata
    )


class Reading:
    """One pass over the environment that gathers what is wrong instead of stopping at the first.

    `values` are by field, in the order of the declaration: the mode comes first. `read_before` is what an
    earlier pass was given: its secrets may come from files, and keep their blanks.
    """

    def __init__(
        self,
        settings: Sequence[Setting],
        environ: Mapping[str, str],
        read_before: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.problems: list[str] = []
        self.given = {name: value.strip() for name, value in environ.items() if value.strip()}
        self.given.update(read_before)
        secrets = [each for each in settings if each.secret]
        for each in secrets:
            self._take_from_file(each)
        self.values: dict[str, Any] = {}
        for each in settings:
            self.values[each.field] = self._value(each)
        self._look_for_misspelt({each.name for each in settings} | {each.file_name for each in secrets})

    @property
    def production(self) -> bool:
        """Nothing is made up."""
        return self.values.get("mode") is Mode.PRODUCTION

    def _take_from_file(self, setting: Setting) -> None:
        """Take a secret from the file that is named for it, as containers and systemd hand them over."""
        named = self.given.get(setting.file_name)
        if named is None:
            return
        if setting.name in self.given:
            self.problems.append(f"{setting.name} and {setting.file_name} are both set. Keep one of them.")
            return
        try:
            self.given[setting.name] = secret_in(Path(named))
        except ValueError as problem:
            self.problems.append(f"{setting.file_name} is {named!r}: {problem}.")

    def _value(self, setting: Setting) -> object:
        words = self._words(setting)
        if not words:
            return setting.otherwise
        try:
            parse_with = setting.parse_with
            return parse_with(words, self.values) if parse_with else setting.parse(words)
        except ValueError as problem:
            said = "not understood" if setting.secret else repr(words)
            self.problems.append(f"{setting.name} is {said}: {_because(setting, problem)}.")
            return setting.otherwise

    def _words(self, setting: Setting) -> str:
        """What the environment says, the default for development, or "" with the problem noted."""
        if setting.name in self.given:
            return self.given[setting.name]
        if setting.fact and self.production:
            self.problems.append(f"{setting.name} is not set. It says: {setting.meaning}.")
            return ""
        if setting.made_up and self.production:
            return ""
        # Not `format`: the texts of messages have placeholders of their own.
        return setting.default.replace("{port}", self.given.get("PORT", "8000"))

    def _look_for_misspelt(self, known: set[str]) -> None:
        """A misspelt name would silently leave its setting at the default."""
        for name in sorted(self.given):
            if not name.startswith(PREFIX) or name in known or name in OF_COMMANDS:
                continue
            near = get_close_matches(name, sorted(known), 1, cutoff=0.85)
            # A demonstration is not stopped by it, unless it was to be none.
            if self.production or near == [MODE]:
                meant = f"Did you mean {near[0]}?" if near else "Is it misspelt?"
                self.problems.append(f"{name} is not a setting of Backstory. {meant}")


def secret_in(file: Path) -> str:
    """The secret that a file holds, without the end of its line. Raises ValueError with what is wrong."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LONGEST_SECRET + 1)
    except OSError as problem:
        raise ValueError(f"the file cannot be read ({problem.strerror})") from None
    if len(content) > LONGEST_SECRET:
        raise ValueError(f"the file is longer than {LONGEST_SECRET} bytes")
    try:
        words = content.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise ValueError("the file is not text in UTF-8") from None
    if not words.strip():
        raise ValueError("the file is empty")
    if not words.isprintable():
        raise ValueError("the file must hold one line and nothing else")
    return words


def token(words: str) -> str:
    """What a program shows as a bearer token: hard to guess, and fit for a header."""
    if not re.fullmatch(r"[!-~]{20,200}", words):
        raise NotUnderstood("it must have 20 to 200 letters, digits and signs, without a blank")
    return words


def _because(setting: Setting, problem: ValueError) -> str:
    if setting.secret and not isinstance(problem, NotUnderstood):
        return f"it says: {setting.meaning}"
    parse = setting.parse
    if isinstance(parse, type) and issubclass(parse, StrEnum):
        return "it must be " + " or ".join(parse)
    return str(problem)


def public_url(words: str, read: Mapping[str, Any]) -> str:
    """The address that links begin with, without a path; encrypted where real patients use it."""
    parts = urlsplit(words)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must be a whole address, such as https://intake.example.org")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("it must end after the name of the host")
    if read["mode"] is Mode.PRODUCTION and parts.scheme != "https":
        raise ValueError("it must begin with https://, because patients send their answers to it")
    return words.rstrip("/")


def issuer(words: str, read: Mapping[str, Any]) -> str:
    """The address of a provider, exactly as it names itself: a slash at its end is a part of it."""
    parts = urlsplit(words)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must be a whole address, such as https://sign-in.example.org/realms/clinic")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("it must hold no name, password, question mark or number sign")
    here = network.is_this_computer(parts.hostname)
    if parts.scheme == "http" and (read["mode"] is Mode.PRODUCTION or not here):
        raise ValueError("it must begin with https://")
    return words


def scopes(words: str) -> tuple[str, ...]:
    """What a provider is asked for; without `openid` it would not say who somebody is."""
    asked = tuple(words.split())
    if "openid" not in asked:
        raise ValueError("openid must be among them")
    return asked


def words_with_commas(words: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in words.split(",") if each.strip())


def roles_by_claim(words: str) -> tuple[tuple[str, str], ...]:
    """(value of the claim, role), in the order in which they count. A value may hold = itself."""
    found = []
    for each in lines(words):
        role, _, value = each.partition("=")
        if role.strip() not in ROLE_WORDS or not value.strip():
            raise ValueError(f"{each!r} is not a role, such as reception, then = and a value of the claim")
        found.append((value.strip(), role.strip()))
    if len({value for value, _ in found}) < len(found):
        raise ValueError("a value of the claim gives one role")
    return tuple(found)


def text_sender(words: str, read: Mapping[str, Any]) -> TextGateway:
    """A folder for trying out, or the address of a webhook."""
    if words == "file":
        return TextGateway("file")
    if urlsplit(words).scheme != "https" or not urlsplit(words).hostname:
        raise NotUnderstood("it must be file, or an address that begins with https://")
    return TextGateway("webhook", words, read["text_key"])


def opening(words: str, read: Mapping[str, Any]) -> Opening:
    """Days and times, without the days on which the clinic is closed."""
    holidays = holidays_of(read["holiday_country"], read["holiday_region"])
    return Opening.parse(number.in_ascii(words), ClosedDays(read["closed_on"], holidays, read["open_on"]))


def holidays_of(country: str, region: str) -> HolidayCalendar | None:
    """The calendar that two settings name; None where no country is set."""
    return HolidayCalendar(country, region) if country else None


def holiday_country(code: str) -> str:
    """A country whose holidays are known."""
    if code.upper() not in public_holidays.countries("en"):
        raise ValueError("it must be the two letters of a country whose holidays are known, such as GB")
    return code.upper()


def holiday_region(code: str, read: Mapping[str, Any]) -> str:
    """A region of the country that is set."""
    known = {each.casefold(): each for each in public_holidays.regions(read["holiday_country"])}
    if code.casefold() not in known:
        named = ", ".join(known.values()) or "none"
        raise ValueError(f"it must be a region of the country that is set, by its code: {named}")
    return known[code.casefold()]


def days_from(least: int, most: int) -> Callable[[str], int]:
    """A number of days within these bounds."""
    return lambda words: _number_from(words, least, most, "days")


def hours_from(least: int, most: int) -> Callable[[str], int]:
    """A number of hours within these bounds."""
    return lambda words: _number_from(words, least, most, "hours")


def minutes_from(least: int, most: int) -> Callable[[str], int]:
    """A number of minutes within these bounds."""
    return lambda words: _number_from(words, least, most, "minutes")


def seconds_from(least: int, most: int) -> Callable[[str], int]:
    """A number of seconds within these bounds."""
    return lambda words: _number_from(words, least, most, "seconds")


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, LookupError, ValueError) as problem:
        raise ValueError("it is no known time zone, such as Europe/London") from problem


def database_url(url: str, read: Mapping[str, Any]) -> str:
    """Where the database is. What real patients say goes over no network in the clear without a word."""
    for short in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if url.startswith(short):
            if read["mode"] is Mode.PRODUCTION and not _is_safe_on_its_way(url):
                raise NotUnderstood(
                    "on another computer the server must be checked and the connection encrypted: let it end "
                    "with ?sslmode=verify-full. Only where nobody else is on the network between them, such "
                    "as that of the containers of one computer, say ?sslmode=disable"
                )
            return "postgresql+psycopg://" + url.removeprefix(short)
    if url.startswith("sqlite:///") and url != "sqlite:///:memory:" and len(url) > len("sqlite:///"):
        return url
    raise NotUnderstood("it must begin with postgresql://, or with sqlite:/// and the path of a file")


def _is_safe_on_its_way(url: str) -> bool:
    """The server of this address is on this computer, or it is said how the way to it is kept safe."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    # "prefer", which is the default, goes on in the clear when it is asked to; "require" checks nobody.
    if set(asked.get("sslmode", ["prefer"])) <= {"verify-full", "verify-ca", "disable"}:
        return True
    hosts = asked.get("host") or [parts.netloc.rpartition("@")[2]]
    hosts += asked.get("hostaddr", [])
    return all(_is_here(host) for named in hosts for host in unquote(named).split(","))


def _is_here(host: str) -> bool:
    """The host is this computer: a socket that is a file, or a loopback address; perhaps with a port."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host
    name = name.partition(":")[0] if name.count(":") == 1 else name
    if name in ("", "localhost") or name.startswith("/"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _number_from(words: str, least: int, most: int, unit: str) -> int:
    try:
        return number.read(words, least=least, most=most)
    except number.NotANumber:
        raise ValueError(f"it must be a number of {unit} from {least} to {most}") from None


def with_a_number(words: str) -> str:
    if not number.digits_of(words):
        raise ValueError("there is no number in it that somebody could call")
    return words


def short_number(words: str) -> str:
    digits = number.in_ascii(words)
    if not re.fullmatch(r"\+?[0-9][0-9 ]{1,18}", digits):
        raise ValueError("it must be a number to dial, such as 999, 112 or 911")
    return digits


def yes_or_no(words: str) -> bool:
    answers = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if words.lower() not in answers:
        raise ValueError("it must be yes or no")
    return answers[words.lower()]


def ids(words: str) -> frozenset[str]:
    ids = [each.strip() for each in words.split(",") if each.strip()]
    wrong = [each for each in ids if not re.fullmatch(r"[a-z][a-z0-9_]*", each)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is not the id of a feature")
    return frozenset(ids)


def roles_or_none(words: str) -> frozenset[str]:
    """Some of the roles of staff; "none" is a choice too."""
    roles = frozenset(each.strip().lower() for each in words.split(",") if each.strip())
    if roles == {"none"}:
        return frozenset()
    if not roles <= {"reception", "clinician", "admin"}:
        raise ValueError("it must be some of reception, clinician and admin, with commas, or none")
    return roles


def paper(words: str) -> Literal["A4", "Letter"]:
    sizes: dict[str, Literal["A4", "Letter"]] = {"a4": "A4", "letter": "Letter"}
    if words.lower() not in sizes:
        raise ValueError("it must be A4 or Letter")
    return sizes[words.lower()]


def language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError("it must be one of " + ", ".join(LANGUAGES))
    return code


def languages(words: str) -> frozenset[str]:
    return frozenset(language(code.strip()) for code in words.split(",") if code.strip())


def iso_day(words: str) -> date:
    try:
        return day.iso(words)
    except day.NotADay:
        raise ValueError("a date is written YYYY-MM-DD") from None


def networks(words: str) -> tuple[network.Network | str, ...]:
    """Addresses of proxies and ranges of them, with commas."""
    try:
        return network.networks(words)
    except network.NotANetwork as problem:
        raise ValueError(
            f"{problem} is no address and no range of addresses, such as 10.0.0.0/8 or ::1"
        ) from None


def iso_days(words: str) -> frozenset[date]:
    return frozenset(iso_day(each.strip()) for each in words.split(",") if each.strip())


def lines(words: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in words.split(";") if line.strip())


def record_systems(words: str) -> tuple[str, ...]:
    """Names of record systems, each with letters or digits in it, and no two alike."""
    named = lines(words)
    ids = [record_number.system_of(name) for name in named]
    if not all(ids) or len(set(ids)) < len(ids) or any(len(id) > 40 for id in ids):
        raise ValueError("must be names of record systems, parted by ;, each another one and not too long")
    return named


def mail_server(words: str, read: Mapping[str, Any]) -> MailServer:
    """A server that e-mail is handed to; no link of a real patient goes there in the clear."""
    kinds: dict[str, tuple[Literal["tls", "starttls", "none"], int]] = {
        "smtps": ("tls", 465),
        "smtp+starttls": ("starttls", 587),
        "smtp": ("none", 25),
    }
    parts = urlsplit(words)
    if parts.scheme not in kinds or not parts.hostname:
        # The words may hold a password, so they are not said again.
        raise NotUnderstood("it must be like smtp+starttls://user:password@mail.example.org:587")
    security, port = kinds[parts.scheme]
    if security == "none" and read["mode"] is Mode.PRODUCTION and not _is_here(parts.hostname):
        raise NotUnderstood(
            "smtp:// sends in the clear, which only a server on this computer may be sent; "
            "it must begin with smtp+starttls:// or smtps://"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, parts.port or port, security, user, password)


def one_email(words: str) -> str:
    try:
        return email.read(words)
    except email.NotAnAddress as problem:
        letters = problem.reason is email.EmailReason.LETTERS
        because = "it must be one e-mail address" + (", in plain letters before the @" if letters else "")
        raise ValueError(because) from None


def contacts(words: str) -> tuple[str, ...]:
    """Where somebody can be told something, each as an address that a browser opens."""
    return tuple(_contact(each) for each in lines(words))


def _contact(words: str) -> str:
    if "@" in words and "/" not in words:
        return f"mailto:{one_email(words.removeprefix('mailto:'))}"
    parts = urlsplit(words)
    if parts.scheme != "https" or not parts.hostname or not words.isascii() or " " in words:
        raise ValueError("it must be an e-mail address, or an address that begins with https://")
    return words


def emails(words: str) -> frozenset[str]:
    """Addresses with commas."""
    return frozenset(one_email(each) for each in words.split(",") if each.strip())


def clock(words: str) -> time:
    try:
        return read_clock.read(words)
    except read_clock.NotATime:
        raise ValueError("it must be a time of day, such as 10:00") from None
