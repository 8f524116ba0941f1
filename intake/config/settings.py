"""What the clinic decides, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import dates

from intake.config import reading, wording
from intake.config.public_holidays import HolidayCalendar
from intake.config.reading import Reading, Setting, SettingsInvalid, declared_in, setting
from intake.config.timing import CALL_BACK_WITHIN, SHORTEST_CALL_BACK
from intake.config.values import (
    LANGUAGES,
    LONGEST_DEADLINE,
    Approval,
    IdentityProvider,
    MailServer,
    Mode,
    Profile,
    TextGateway,
)
from intake.config.wording import fill
from intake.opening import Opening
from intake.text import network, telephone


@dataclass(frozen=True)
class Settings:
    """Everything the clinic decides, one line for each. Made by `from_environment`; never changed afterwards.

    A line says what the setting means, its default, how its words are read, and who may change it. The page
    of settings, the check at the start and the table in docs/deploying.md follow from it.
    """

    mode: Mode = setting(
        "development, or production for real patients",
        "development",
        parse=Mode,
        otherwise=Mode.PRODUCTION,
        on_page=False,
    )
    data_dir: Path = setting(
        "folder for the database and the queue",
        "instance",
        parse=Path,
        otherwise=Path("instance"),
        on_page=False,
    )
    database_url: str = setting(
        "postgresql://... for PostgreSQL; SQLite in the data folder otherwise",
        secret=True,
        parse_with=reading.database_url,
        on_page=False,
    )
    key_file: Path = setting(
        "file of encryption keys, outside the data folder; made on first run",
        parse=Path,
        otherwise=None,
        on_page=False,
    )
    seal_file: Path = setting(
        "file of the daily seals of the audit; beside the key file without it",
        parse=Path,
        otherwise=None,
        on_page=False,
    )
    backup_folder: Path | None = setting(
        "folder for backups that are made by themselves, outside the data folder; without it none are",
        parse=Path,
        otherwise=None,
        on_page=False,
    )
    backup_every: int = setting(
        "how many minutes of work may be lost at most; 5 to 10080",
        "1440",
        parse=reading.minutes_from(5, 10080),
        otherwise=1440,
        on_page=False,
    )
    backup_keep: int = setting(
        "how many backups are kept, and for how many days the last one of each day; 1 to 35",
        "14",
        parse=reading.days_from(1, 35),
        otherwise=14,
        on_page=False,
    )
    backup_key_file: Path | None = setting(
        "file with the key that backups are locked with; without it and a passphrase the clinic's own keys",
        parse=Path,
        otherwise=None,
        on_page=False,
    )
    backup_passphrase: str = setting(
        "passphrase that backups are locked with, of 12 characters or more", secret=True, on_page=False
    )
    backup_red_after: int | None = setting(
        "hours without a backup until staff see a red line; without it one and a half times as long as "
        "from one to the next; 1 to 720",
        parse=reading.hours_from(1, 720),
        otherwise=None,
        on_page=False,
    )
    public_url: str = setting(
        "what patients' links begin with",
        "http://localhost:{port}",
        fact=True,
        parse_with=reading.public_url,
        on_page=False,
    )
    trusted_proxies: tuple[network.Network | str, ...] = setting(
        "proxies whose X-Forwarded-For is believed: addresses or ranges, with commas; unix for a socket file",
        parse=reading.networks,
        otherwise=(),
        on_page=False,
    )
    clinic_name: str = setting("name of the clinic", "Backstory demonstration clinic", fact=True)
    clinic_phone: str = setting(
        "telephone of the clinic", "01632 960 001", fact=True, parse=reading.with_a_number
    )
    clinic_hours: str = setting("opening hours in words", "Monday to Friday, 8 am to 6 pm", fact=True)
    closed_on: frozenset[date] = setting(
        "days the clinic is closed, such as 2026-12-25, 2026-12-28",
        parse=reading.iso_days,
        otherwise=frozenset(),
    )
    holiday_country: str = setting(
        "country whose public holidays the clinic keeps, by its two letters, such as GB; without it none",
        parse=reading.holiday_country,
    )
    holiday_region: str = setting(
        "region of that country with holidays of its own, by its code, such as SCT",
        parse_with=reading.holiday_region,
        otherwise="",
    )
    open_on: frozenset[date] = setting(
        "public holidays on which the clinic is open all the same, such as 2027-05-03",
        parse=reading.iso_days,
        otherwise=frozenset(),
    )
    opening: Opening = setting(
        "the same for the program",
        "Mon-Fri 08:00-18:00",
        fact=True,
        parse_with=reading.opening,
        otherwise=Opening(()),
    )
    zone: ZoneInfo = setting(
        "the clinic's time zone",
        "Europe/London",
        fact=True,
        name="BACKSTORY_TIME_ZONE",
        parse=reading.zone,
        otherwise=ZoneInfo("UTC"),
        on_page=False,
    )
    country: str = setting("the country whose emergency number is shown", "United Kingdom", fact=True)
    emergency_number: str = setting("the emergency number", "999", fact=True, parse=reading.short_number)
    urgent_line: str = setting(
        "whom to call today when the clinic is shut", "NHS 111", fact=True, parse=reading.with_a_number
    )
    maternity_line: str = setting(
        "telephone of the maternity unit", "01632 960 002", fact=True, parse=reading.with_a_number
    )
    early_pregnancy_line: str = setting(
        "telephone of the early pregnancy unit; what names it is left out without it",
        "01632 960 004",
        made_up=True,
        parse=reading.with_a_number,
    )
    relay_line: str = setting(
        "text relay for people who cannot speak or hear on the phone; left out without it",
        "18000",
        made_up=True,
        parse=reading.with_a_number,
    )
    emergency_text: str = setting(
        "number of emergency services for text messages; left out without it",
        "999",
        made_up=True,
        parse=reading.with_a_number,
    )
    cancer_line: str = setting(
        "telephone of the cancer helpline", "01632 960 003", fact=True, parse=reading.with_a_number
    )
    crisis_line: str = setting(
        "telephone for someone who may harm themselves", "116 123", fact=True, parse=reading.with_a_number
    )
    profile: Profile = setting(
        "rules, or transcribe: answers are written down and not judged",
        "rules",
        parse=Profile,
        otherwise=Profile.RULES,
    )
    pattern_table: bool = setting(
        "yes or no: the table of patterns on page 2 (in production no, unless set)",
        parse=reading.yes_or_no,
        otherwise=None,
    )
    features: frozenset[str] = setting(
        "optional parts of the form, by id, with commas", parse=reading.ids, otherwise=frozenset()
    )
    paper: Literal["A4", "Letter"] = setting("A4 or Letter", "A4", parse=reading.paper, otherwise="A4")
    language: str = setting(
        "the language of the clinic's notes", "en", parse=reading.language, otherwise="en", on_page=False
    )
    languages: frozenset[str] = setting(
        "languages that patients can choose, by code, with commas; without it every one there is",
        parse=reading.languages,
        otherwise=frozenset(),
    )
    record_systems: tuple[str, ...] = setting(
        "other record systems that have numbers for patients, such as NHS number; parted by ;",
        parse=reading.record_systems,
        otherwise=(),
    )
    clinic_address: tuple[str, ...] = setting(
        "address where patients come, also for the head of letters; lines parted by ;",
        "1 Example Street; Sampletown",
        made_up=True,
        parse=reading.lines,
        otherwise=(),
    )
    mail_server: MailServer | None = setting(
        "smtp+starttls://user:password@host:587, or smtps://...; without it no e-mail leaves",
        secret=True,
        parse_with=reading.mail_server,
        otherwise=None,
        on_page=False,
    )
    second_mail_server: MailServer | None = setting(
        "another such server, tried when the first does not take a message or is too slow",
        secret=True,
        parse_with=reading.mail_server,
        otherwise=None,
        on_page=False,
    )
    message_deadline: int = setting(
        "seconds that mail servers, or the provider of text messages, have for one message; "
        f"1 to {LONGEST_DEADLINE}",
        "60",
        parse=reading.seconds_from(1, LONGEST_DEADLINE),
        otherwise=60,
        on_page=False,
    )
    mail_from: str = setting(
        "the address that e-mail comes from", "clinic@demo.example", made_up=True, parse=reading.one_email
    )
    alert_email: str = setting(
        "who gets an e-mail when somebody must be phoned; no names in it", parse=reading.one_email
    )
    security_contact: tuple[str, ...] = setting(
        "whom to tell of a hole in security, in /.well-known/security.txt: e-mail or https addresses, parted "
        "by ;; without it there is no such page",
        parse=reading.contacts,
        otherwise=(),
        on_page=False,
    )
    research_export_by: frozenset[str] = setting(
        "e-mail addresses of the clinicians who may take answers out for research or audit, with commas; "
        "without it nobody may",
        parse=reading.emails,
        otherwise=frozenset(),
    )
    reminder_time: time = setting(
        "when reminders leave, 7 days and 1 day before, by the clinic's clock",
        "10:00",
        parse=reading.clock,
        otherwise=time(10),
    )
    text_key: str = setting(
        "what the webhook of text messages knows the clinic by", secret=True, on_page=False
    )
    text_sender: TextGateway | None = setting(
        "how text messages leave: an https address of a webhook, or file; without it none",
        secret=True,
        parse_with=reading.text_sender,
        otherwise=None,
        on_page=False,
    )
    second_factor: frozenset[str] = setting(
        "roles that need more than a password to sign in: reception, clinician, admin, with commas; or none "
        "(in production clinician, admin, unless set)",
        parse=reading.roles_or_none,
        otherwise=None,
        on_page=False,
    )
    health_token: str = setting(
        "what a monitor shows as a bearer token to read /health/deep; without it nobody can",
        secret=True,
        parse=reading.token,
        on_page=False,
    )
    metrics_token: str = setting(
        "what Prometheus shows as a bearer token to read /metrics; without it nobody can",
        secret=True,
        parse=reading.token,
        on_page=False,
    )
    request_log: bool = setting(
        "yes or no: the log is lines of JSON, one for each request (in production yes, unless set)",
        parse=reading.yes_or_no,
        otherwise=None,
        on_page=False,
    )
    sign_on_issuer: str = setting(
        "https address of the OpenID Connect provider by which staff sign in; without it there is none",
        parse_with=reading.issuer,
        on_page=False,
    )
    sign_on_client_id: str = setting("what that provider knows the clinic by", on_page=False)
    sign_on_client_secret: str = setting(
        "by what the clinic shows there that it is itself", secret=True, on_page=False
    )
    sign_on_scopes: tuple[str, ...] = setting(
        "what is asked of it, with blanks",
        "openid email profile",
        parse=reading.scopes,
        otherwise=("openid",),
        on_page=False,
    )
    sign_on_label: str = setting(
        "what stands on the button of the sign-in page", "Sign in with your work account", on_page=False
    )
    sign_on_role_claim: str = setting(
        "the claim that says what somebody does here, such as groups, or realm_access.roles; "
        "without it an admin says it here",
        on_page=False,
    )
    sign_on_roles: tuple[tuple[str, str], ...] = setting(
        "roles by that claim: reception=Front desk; clinician=Physio; admin=IT. All that fit count",
        parse=reading.roles_by_claim,
        otherwise=(),
        on_page=False,
    )
    sign_on_acr: tuple[str, ...] = setting(
        "values of acr of which the provider must say one, with commas; without it none is asked for",
        parse=reading.words_with_commas,
        otherwise=(),
        on_page=False,
    )
    sign_on_amr: tuple[str, ...] = setting(
        "values of amr that the provider must all say, such as mfa, with commas",
        parse=reading.words_with_commas,
        otherwise=(),
        on_page=False,
    )
    sign_on_trusts_email: bool = setting(
        "yes or no: the provider's e-mail addresses count as verified although it does not say so",
        "no",
        parse=reading.yes_or_no,
        otherwise=False,
        on_page=False,
    )
    sign_on_new_people: bool = setting(
        "yes or no: whoever has one of those roles there gets an account here; else an admin adds it first",
        "no",
        parse=reading.yes_or_no,
        otherwise=False,
        on_page=False,
    )
    password_sign_in: bool = setting(
        "yes or no: passwords let staff in; with no, only the emergency account's does",
        "yes",
        parse=reading.yes_or_no,
        otherwise=True,
        on_page=False,
    )
    emergency_account: str = setting(
        "e-mail address of the admin account for the day when nothing else lets anybody in",
        parse=reading.one_email,
        on_page=False,
    )
    invitation_subject: str = setting(
        "subject of the e-mail with the link; no word about health",
        "Your appointment at {clinic_name}",
        parse=wording.subject,
    )
    invitation_text: str = setting(
        "that e-mail, with {link} in it; \\n is a new line", wording.INVITATION, parse=wording.text
    )
    reminder_subject: str = setting(
        "subject of the reminder; no word about health",
        "A reminder from {clinic_name}",
        parse=wording.subject,
    )
    reminder_text: str = setting(
        "the reminder, with {link} in it; \\n is a new line", wording.REMINDER, parse=wording.text
    )
    text_message: str = setting(
        "the text message, with {link} in it",
        "{clinic_name}, {when}: please answer some questions before your appointment: {link}",
        parse=wording.text_message,
    )
    try_emergency_within: int = setting(
        "minutes until the first try to phone about an emergency, for the figures; 1 to 600",
        "5",
        parse=reading.minutes_from(1, 600),
        otherwise=5,
    )
    try_same_day_within: int = setting(
        "minutes until the first try to phone a patient who must be phoned today; 1 to 600",
        "60",
        parse=reading.minutes_from(1, 600),
        otherwise=60,
    )
    close_emergency_within: int = setting(
        "minutes until a call about an emergency has an outcome, for the figures; 1 to 1440",
        "60",
        parse=reading.minutes_from(1, 1440),
        otherwise=60,
    )
    close_same_day_within: int = setting(
        "minutes until a call that must be made today has an outcome; 1 to 1440",
        "240",
        parse=reading.minutes_from(1, 1440),
        otherwise=240,
    )
    keep_unsent: int = setting(
        "days after the appointment until a form that was never sent is erased; 1 to 365",
        "7",
        parse=reading.days_from(1, 365),
        otherwise=7,
    )
    keep_sent: int = setting(
        "days after the appointment until everything else about it is erased; 30 to 3650",
        "365",
        parse=reading.days_from(30, 3650),
        otherwise=365,
    )
    copy_names: bool = setting(
        "yes or no: the copy of everything that is kept, for a patient, names staff; without it their roles",
        "yes",
        parse=reading.yes_or_no,
        otherwise=True,
    )
    approved_by: str = setting("role and name of the clinical safety officer who approved the rules")
    approved_on: date | None = setting(
        "the date of that approval, YYYY-MM-DD", parse=reading.iso_day, otherwise=None
    )
    approved_rules: str = setting("the safety version that was approved")
    # What it was read from: only names of ours. Secrets are among them, so it is never shown.
    given: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check every setting; raises SettingsInvalid with all the problems together."""
        return cls._of(Reading(SETTINGS, environ))

    def overlaid(self, changes: Mapping[str, str]) -> "Settings":
        """The same with `changes` over the environment's words; raises SettingsInvalid. "" is the default."""
        if not changes:
            return self
        secrets = {
            each.name: self.given[each.name] for each in SETTINGS if each.secret and each.name in self.given
        }
        return self._of(Reading(SETTINGS, {**self.given, **changes}, secrets))

    @classmethod
    def _of(cls, read: Reading) -> "Settings":
        values = {**read.values, **_what_follows(read)}
        _check_together(read)
        if read.problems:
            raise SettingsInvalid(read.problems)
        names = ("PORT", *(each.name for each in SETTINGS))
        return cls(**values, given={name: read.given[name] for name in names if name in read.given})

    def words_of(self, name: str, changes: Mapping[str, str] | None = None) -> str:
        """What `changes` say for this name, or the environment, or else its default, in its own words."""
        (asked,) = (each for each in SETTINGS if each.name == name)
        return asked.words_in({**self.given, **(changes or {})})

    @property
    def production(self) -> bool:
        """True when real patients may be let in."""
        return self.mode is Mode.PRODUCTION

    @property
    def demonstration(self) -> bool:
        """True when every page says that it is not for real patients."""
        return not self.production

    @property
    def identity_provider(self) -> IdentityProvider | None:
        """By which provider staff may sign in; None where the clinic has none."""
        if not self.sign_on_issuer:
            return None
        return IdentityProvider(
            self.sign_on_issuer,
            self.sign_on_client_id,
            self.sign_on_client_secret,
            self.sign_on_scopes,
            self.sign_on_label,
            self.sign_on_role_claim,
            self.sign_on_roles,
            self.sign_on_acr,
            self.sign_on_amr,
            self.sign_on_trusts_email,
            self.sign_on_new_people,
        )

    @property
    def region(self) -> str | None:
        """The clinic's country as telephone numbers know it ("GB"); None when its name is not known."""
        return telephone.region_of(self.country, self.language)

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

    @property
    def holidays(self) -> HolidayCalendar | None:
        """The public holidays that the clinic keeps, but for those it is open on; None: it keeps none."""
        return reading.holidays_of(self.holiday_country, self.holiday_region)

    def holidays_in(self, year: int) -> Mapping[date, str]:
        """The public holidays of a year, those too on which the clinic is open, with their names."""
        return self.holidays.of_year(year, self.language) if self.holidays else {}

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

    def in_message(self, words: str, link: str, when: str) -> str:
        """The subject or text of a message with the clinic's facts, the `link` and `when` they come."""
        return fill(
            words,
            {
                "clinic_name": self.clinic_name,
                "clinic_phone": self.clinic_phone,
                "clinic_hours": self.clinic_hours,
                "emergency_number": self.emergency_number,
                "link": link,
                "when": when,
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


SETTINGS: tuple[Setting, ...] = declared_in(Settings)
# What the clinic may change by itself. Not here: secrets, where things lie, what a mistake would lock out.
SETTABLE: tuple[str, ...] = tuple(each.name for each in SETTINGS if each.on_page)


def _by_mode(read: Reading) -> frozenset[str]:
    """Who needs a second factor where nothing is said: whom answers and accounts lie open to."""
    return frozenset({"clinician", "admin"} if read.production else ())


def _what_follows(read: Reading) -> dict[str, Any]:
    """What depends on where the data lies, or on the mode, while nothing is said."""
    data_dir = read.values["data_dir"].absolute()
    named = read.values["key_file"]
    key_file = named.absolute() if named else data_dir.with_name(data_dir.name + "-keys") / "keys.json"
    if key_file.is_relative_to(data_dir):
        read.problems.append("BACKSTORY_KEY_FILE lies inside the data folder: a copy of one is both.")
    said, log = read.values["pattern_table"], read.values["request_log"]
    roles = read.values["second_factor"]
    return {
        "backup_folder": _backup_folder(read, data_dir),
        "data_dir": data_dir,
        "key_file": key_file,
        "seal_file": _seal_file(read, data_dir, key_file),
        "database_url": read.values["database_url"] or f"sqlite:///{data_dir / 'backstory.db'}",
        "pattern_table": not read.production if said is None else said,
        "request_log": read.production if log is None else log,
        "second_factor": _by_mode(read) if roles is None else roles,
    }


def _seal_file(read: Reading, data_dir: Path, key_file: Path) -> Path:
    """Outside the data folder as well: an older copy of that must not bring its seals along."""
    named = read.values["seal_file"]
    path: Path = named.absolute() if named else key_file.with_name("audit-seals.jsonl")
    if path.is_relative_to(data_dir):
        read.problems.append("BACKSTORY_SEAL_FILE lies inside the data folder, which it is to watch over.")
    return path


def _backup_folder(read: Reading, data_dir: Path) -> Path | None:
    """On another disk if possible, and never inside of what it is to replace."""
    named = read.values["backup_folder"]
    if named is None:
        return None
    path: Path = named.absolute()
    if path.is_relative_to(data_dir):
        read.problems.append(
            "BACKSTORY_BACKUP_FOLDER lies inside the data folder: both would be lost at once."
        )
    return path


def _check_together(read: Reading) -> None:
    """What is right by itself and wrong with the rest."""
    region = telephone.region_of(read.values["country"], read.values["language"])
    for each in SETTINGS:
        words = read.values[each.field] if each.parse is reading.with_a_number else ""
        if words and not telephone.lines_in(words, region):
            said = "no number in it that can be called whole, or with a code"
            read.problems.append(f"{each.name} is {words!r}: there is {said}.")
    if read.values["mail_server"] and not read.values["mail_from"]:
        read.problems.append("BACKSTORY_MAIL_FROM is not set, and e-mail must come from somewhere.")
    if read.values["second_mail_server"] and not read.values["mail_server"]:
        read.problems.append("BACKSTORY_SECOND_MAIL_SERVER is set, and BACKSTORY_MAIL_SERVER is not.")
    if read.values["backup_passphrase"] and len(read.values["backup_passphrase"]) < 12:
        read.problems.append("BACKSTORY_BACKUP_PASSPHRASE has fewer than 12 characters.")
    if read.values["backup_passphrase"] and read.values["backup_key_file"]:
        read.problems.append("BACKSTORY_BACKUP_PASSPHRASE and BACKSTORY_BACKUP_KEY_FILE are set: choose one.")
    _check_sign_on(read)
    names = ("BACKSTORY_APPROVED_BY", "BACKSTORY_APPROVED_ON", "BACKSTORY_APPROVED_RULES")
    missing = [name for name in names if name not in read.given]
    if missing and len(missing) < len(names):
        read.problems.append(f"An approval of the rules needs {' and '.join(missing)} as well.")


def _check_sign_on(read: Reading) -> None:
    """Nobody is locked out, and no half of a sign-on by a provider is taken for the whole."""
    said = read.values
    if said["sign_on_issuer"] and not (said["sign_on_client_id"] and said["sign_on_client_secret"]):
        read.problems.append(
            "BACKSTORY_SIGN_ON_ISSUER needs BACKSTORY_SIGN_ON_CLIENT_ID and BACKSTORY_SIGN_ON_CLIENT_SECRET."
        )
    if bool(said["sign_on_role_claim"]) != bool(said["sign_on_roles"]):
        read.problems.append("BACKSTORY_SIGN_ON_ROLE_CLAIM and BACKSTORY_SIGN_ON_ROLES need each other.")
    if said["sign_on_new_people"] and not said["sign_on_role_claim"]:
        read.problems.append("BACKSTORY_SIGN_ON_NEW_PEOPLE needs BACKSTORY_SIGN_ON_ROLE_CLAIM.")
    if said["password_sign_in"]:
        return
    if not said["sign_on_issuer"]:
        read.problems.append(
            "BACKSTORY_PASSWORD_SIGN_IN is no, and BACKSTORY_SIGN_ON_ISSUER names no other way in."
        )
    if not said["emergency_account"]:
        read.problems.append(
            "BACKSTORY_PASSWORD_SIGN_IN is no, and BACKSTORY_EMERGENCY_ACCOUNT names nobody who could "
            "come in while the provider is away."
        )


def _in_words(local: datetime, language: str) -> str:
    """A day and a time, without the year: "Monday 9 March, 08:00"."""
    return f"{dates.format_date(local, 'EEEE d MMMM', locale=language)}, {local:%H:%M}"


def _next_quarter(local: datetime) -> datetime:
    """`local` moved on to the next quarter of an hour, as people say times."""
    minutes = -(local.minute + (local.second or local.microsecond) / 60) % 15
    return (local + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
