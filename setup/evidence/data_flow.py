"""What leaves the clinic's computer and whereto, by the settings that name where; and its picture."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from intake.config.settings import SETTINGS
from setup.evidence.claims import Claim

CRAWL = (
    "e2e/test_nothing_leaves.py::test_no_page_of_a_patient_asks_another_host",
    "e2e/test_nothing_leaves.py::test_no_page_of_staff_asks_another_host",
    "e2e/test_nothing_leaves.py::test_a_request_to_another_host_would_be_counted",
)


@dataclass(frozen=True)
class Recipient:
    """Who gets something. `settings`: how the names of the settings begin without which nothing leaves."""

    name: str
    gets: str
    settings: tuple[str, ...]
    proofs: tuple[str, ...] = ()

    @property
    def named_by(self) -> tuple[str, ...]:
        """The settings there are."""
        return tuple(each.name for each in SETTINGS if each.field.startswith(self.settings))


RECIPIENTS = (
    Recipient(
        "Mail server of the clinic",
        "e-mail address, time of the appointment, link; no word about health and no name",
        ("mail_server", "second_mail_server", "mail_from", "alert_email"),
        (
            "messaging/test_mail.py::test_no_word_of_any_message_is_about_health",
            "messaging/test_mail.py::test_where_encryption_is_asked_for_nothing_travels_without_it",
        ),
    ),
    Recipient(
        "Text message gateway",
        "telephone number, time of the appointment, link; no word about health and no name",
        ("text_sender", "text_key"),
        ("messaging/test_texts.py::test_nothing_of_ours_opens_an_address_in_the_clear",),
    ),
    Recipient(
        "Folder of backups",
        "everything, in files that are locked with a key",
        ("backup_",),
        ("services/test_backup.py::test_what_is_put_back_is_what_was_there",),
    ),
    Recipient(
        "Identity provider of the staff",
        "that somebody of the staff signs in; nothing of a patient",
        ("sign_on",),
        (
            "sso/test_sessions.py::test_no_redirect_is_followed",
            "sso/test_sessions.py::test_an_address_that_is_not_encrypted_is_not_asked",
            "sso/test_tokens.py::test_nothing_that_was_given_stands_in_a_log_or_a_later_address",
        ),
    ),
    Recipient(
        "Monitoring",
        "whether the parts work, and counts; read by whoever has the token",
        ("health_token", "metrics_token"),
        ("web/test_health.py::test_nothing_of_the_clinic_is_in_them",),
    ),
    Recipient(
        "Research project",
        "answers with numbers in place of names, taken by a clinician whom the clinic names",
        ("research_",),
        ("web/test_research.py::test_the_file_says_nothing_that_tells_who_somebody_is",),
    ),
)


def claims() -> tuple[Claim, ...]:
    """Each recipient, and that pages fetch nothing from elsewhere."""
    rows = (Claim(each.name, _said(each), each.proofs) for each in _there())
    nothing = "Pages of patients and staff make 0 requests to other hosts when a browser goes through them"
    return (*rows, Claim("Everybody else", nothing, CRAWL))


def picture() -> str:
    """The same as SVG."""
    there = _there()
    height = 90 + 70 * len(there)
    boxes = "".join(_box(place, each) for place, each in enumerate(there))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}"
  font-family="sans-serif" font-size="14" role="img">
<title>What leaves the clinic’s computer</title>
<rect width="900" height="{height}" fill="#fff"/>
<text x="20" y="30" font-weight="bold">What leaves, and only when a setting names where</text>
<rect x="20" y="60" width="270" height="{height - 90}" rx="6" fill="#e6f0ef" stroke="#0b5358"/>
<text x="40" y="95" font-weight="bold">Backstory at the clinic</text>
<text x="40" y="120">Names, answers and documents:</text>
<text x="40" y="140">encrypted in its database</text>
<text x="40" y="170">Patients and staff use it with a</text>
<text x="40" y="190">browser; pages ask no other host</text>
{boxes}</svg>
"""


def _there() -> tuple[Recipient, ...]:
    return tuple(each for each in RECIPIENTS if each.named_by)


def _said(recipient: Recipient) -> str:
    names = ", ".join(f"`{name}`" for name in recipient.named_by)
    return f"{recipient.gets[0].upper()}{recipient.gets[1:]}. Only if set: {names}"


def _box(place: int, recipient: Recipient) -> str:
    top = 60 + 70 * place
    words = recipient.gets if len(recipient.gets) < 66 else f"{recipient.gets[:64].rpartition(' ')[0]} …"
    return (
        f'<path d="M290 {top + 28} H350" stroke="#0b5358" stroke-width="2"/>'
        f'<path d="M350 {top + 22} l12 6 l-12 6 z" fill="#0b5358"/>'
        f'<rect x="365" y="{top}" width="515" height="56" rx="6" fill="#fff" stroke="#5b6770"/>'
        f'<text x="380" y="{top + 23}" font-weight="bold">{escape(recipient.name)}</text>'
        f'<text x="380" y="{top + 43}">{escape(words)}</text>\n'
    )
