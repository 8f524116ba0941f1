"""Every setting by its name in the environment, with what it means."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.config import wording
from intake.config.settings import Mode


@dataclass(frozen=True)
class Setting:
    """One name in the environment.

    `fact` marks what production does not start without, `made_up` a default for the demonstration only,
    `secret` what no message repeats.
    """

    name: str
    meaning: str
    default: str = ""
    fact: bool = False
    made_up: bool = False
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("BACKSTORY_MODE", "development, or production for real patients", "development"),
    Setting("BACKSTORY_DATA_DIR", "folder for the database and the queue", "instance"),
    Setting("BACKSTORY_DATABASE_URL", "postgresql://... for PostgreSQL; SQLite in the data folder otherwise"),
    Setting("BACKSTORY_KEY_FILE", "file of encryption keys, outside the data folder; made on first run"),
    Setting("BACKSTORY_SEAL_FILE", "file of the daily seals of the audit; beside the key file without it"),
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
    Setting(
        "BACKSTORY_EARLY_PREGNANCY_LINE",
        "telephone of the early pregnancy unit; what names it is left out without it",
        "01632 960 004",
        made_up=True,
    ),
    Setting(
        "BACKSTORY_RELAY_LINE",
        "text relay for people who cannot speak or hear on the phone; left out without it",
        "18000",
        made_up=True,
    ),
    Setting(
        "BACKSTORY_EMERGENCY_TEXT",
        "number of emergency services for text messages; left out without it",
        "999",
        made_up=True,
    ),
    Setting("BACKSTORY_CANCER_LINE", "telephone of the cancer helpline", "01632 960 003", fact=True),
    Setting("BACKSTORY_CRISIS_LINE", "telephone for someone who may harm themselves", "116 123", fact=True),
    Setting("BACKSTORY_PROFILE", "rules, or transcribe: answers are written down and not judged", "rules"),
    Setting(
        "BACKSTORY_PATTERN_TABLE", "yes or no: the table of patterns on page 2 (in production no, unless set)"
    ),
    Setting("BACKSTORY_FEATURES", "optional parts of the form, by id, with commas"),
    Setting("BACKSTORY_PAPER", "A4 or Letter", "A4"),
    Setting("BACKSTORY_LANGUAGE", "the language of the clinic's notes", "en"),
    Setting(
        "BACKSTORY_LANGUAGES",
        "languages that patients can choose, by code, with commas; without it every one there is",
    ),
    Setting(
        "BACKSTORY_CLINIC_ADDRESS",
        "address for the head of letters, lines parted by ;",
        "1 Example Street; Sampletown",
        made_up=True,
    ),
    Setting(
        "BACKSTORY_MAIL_SERVER",
        "smtp+starttls://user:password@host:587, or smtps://...; without it no e-mail leaves",
        secret=True,
    ),
    Setting("BACKSTORY_MAIL_FROM", "the address that e-mail comes from", "clinic@demo.example", made_up=True),
    Setting("BACKSTORY_ALERT_EMAIL", "who gets an e-mail when somebody must be phoned; no names in it"),
    Setting(
        "BACKSTORY_REMINDER_TIME",
        "when reminders leave, 7 days and 1 day before, by the clinic's clock",
        "10:00",
    ),
    Setting(
        "BACKSTORY_TEXT_SENDER",
        "how text messages leave: an https address of a webhook, or file; without it none",
    ),
    Setting("BACKSTORY_TEXT_KEY", "what the webhook of text messages knows the clinic by", secret=True),
    Setting(
        "BACKSTORY_INVITATION_SUBJECT",
        "subject of the e-mail with the link; no word about health",
        "Your appointment at {clinic_name}",
    ),
    Setting(
        "BACKSTORY_INVITATION_TEXT",
        "that e-mail, with {link} in it; \\n is a new line",
        wording.INVITATION,
    ),
    Setting(
        "BACKSTORY_REMINDER_SUBJECT",
        "subject of the reminder; no word about health",
        "A reminder from {clinic_name}",
    ),
    Setting(
        "BACKSTORY_REMINDER_TEXT",
        "the reminder, with {link} in it; \\n is a new line",
        wording.REMINDER,
    ),
    Setting(
        "BACKSTORY_TEXT_MESSAGE",
        "the text message, with {link} in it",
        "{clinic_name}: please answer some questions before your appointment: {link}",
    ),
    Setting(
        "BACKSTORY_KEEP_UNSENT",
        "days after the appointment until a form that was never sent is erased; 1 to 365",
        "7",
    ),
    Setting(
        "BACKSTORY_KEEP_SENT",
        "days after the appointment until everything else about it is erased; 30 to 3650",
        "365",
    ),
    Setting("BACKSTORY_APPROVED_BY", "role and name of the clinical safety officer who approved the rules"),
    Setting("BACKSTORY_APPROVED_ON", "the date of that approval, YYYY-MM-DD"),
    Setting("BACKSTORY_APPROVED_RULES", "the safety version that was approved"),
)


BY_NAME = {setting.name: setting for setting in SETTINGS}
# What the clinic may change by itself. Not here: secrets, where things lie, what a mistake would lock out.
SETTABLE: tuple[str, ...] = tuple(
    setting.name
    for setting in SETTINGS
    if setting.name
    not in (
        "BACKSTORY_MODE",
        "BACKSTORY_DATA_DIR",
        "BACKSTORY_DATABASE_URL",
        "BACKSTORY_KEY_FILE",
        "BACKSTORY_SEAL_FILE",
        "BACKSTORY_PUBLIC_URL",
        "BACKSTORY_TIME_ZONE",
        "BACKSTORY_LANGUAGE",
        "BACKSTORY_MAIL_SERVER",
        "BACKSTORY_TEXT_SENDER",
        "BACKSTORY_TEXT_KEY",
    )
)


def words_of(name: str, given: Mapping[str, str]) -> str:
    """What the environment says for `name`, or the default that it would have; an empty word is none."""
    setting = BY_NAME[name]
    if given.get(name):
        return given[name]
    # A new clinic for real patients starts with nothing made up.
    production = given.get("BACKSTORY_MODE") == Mode.PRODUCTION
    return "" if production and (setting.fact or setting.made_up) else setting.default
