"""The clinic's own words for its messages: what may stand in them, and what must not.

Safety: whoever reads over a shoulder learns that somebody has an appointment, and no more. A word about
health is refused here, before it can leave in a hundred messages.
"""

import re
from string import Formatter

PLACEHOLDERS = ("clinic_name", "clinic_phone", "clinic_hours", "emergency_number", "link", "when")
LONGEST_TEXT = 2000
LONGEST_SUBJECT = 120
LONGEST_TEXT_MESSAGE = 300

_END = (
    r"{link}\n\nYou will be asked for a date of birth. The link is for this appointment only.\n\n"
    r"Nobody reads replies to this message. For help, or to answer on paper or with us, call "
    r"{clinic_phone} ({clinic_hours}). In an emergency call {emergency_number}.\n\n{clinic_name}"
)
INVITATION = (
    r"Hello,\n\nYou have an appointment at {clinic_name}: {when}.\n\nPlease answer some questions before you "
    r"come. It takes about ten minutes. You can stop and go on later, also on another device.\n\n" + _END
)
REMINDER = (
    r"Hello,\n\nYou have an appointment at {clinic_name} soon: {when}.\n\nPlease answer some questions "
    r"before you come. What you have answered already is kept.\n\n" + _END
)

# Beginnings of words: "symptom" also finds "symptoms".
ABOUT_HEALTH = (
    "ache",
    "back pain",
    "bladder",
    "bowel",
    "cancer",
    "diagnos",
    "disease",
    "fracture",
    "health",
    "illness",
    "injur",
    "medical",
    "medicat",
    "medicine",
    "mental",
    "numbness",
    "pain",
    "patient",
    "pregnan",
    "red flag",
    "sciatica",
    "spinal",
    "spine",
    "surger",
    "symptom",
    "therap",
    "treatment",
)
_HEALTH = re.compile(r"\b(" + "|".join(map(re.escape, ABOUT_HEALTH)) + r")\w*", re.IGNORECASE)


def subject(words: str) -> str:
    """A line for the head of an e-mail; raises ValueError. The link has no place in it."""
    if "\n" in words:
        raise ValueError("it must be one line")
    _check(words, LONGEST_SUBJECT)
    if "link" in _placeholders(words):
        raise ValueError("a subject is shown on locked screens: {link} cannot stand in it")
    return words


def text(words: str) -> str:
    r"""The body of an e-mail, with {link} in it; raises ValueError. \n is a new line."""
    return _with_link(words, LONGEST_TEXT)


def text_message(words: str) -> str:
    """A text message, with {link} in it; raises ValueError."""
    return _with_link(words, LONGEST_TEXT_MESSAGE)


def fill(words: str, facts: dict[str, str]) -> str:
    """`words` with the clinic's facts and the link in their places."""
    return re.sub(r"\{(\w+)\}", lambda found: facts[found[1]], words)


def _with_link(words: str, limit: int) -> str:
    words = words.replace("\\n", "\n").replace("\r\n", "\n")
    _check(words, limit)
    if "link" not in _placeholders(words):
        raise ValueError("{link} must stand in it, or nobody can open the form")
    return words


def _check(words: str, limit: int) -> None:
    if len(words) > limit:
        raise ValueError(f"it can have at most {limit} characters")
    unknown = [name for name in _placeholders(words) if name not in PLACEHOLDERS]
    if unknown:
        allowed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"{{{unknown[0]}}} cannot be filled; what can is {allowed}")
    found = _HEALTH.search(words)
    if found:
        raise ValueError(f"{found[0]!r} tells whoever sees the message about somebody's health")


def _placeholders(words: str) -> list[str]:
    try:
        parts = list(Formatter().parse(words))
    except ValueError as problem:
        raise ValueError("there is a { or } that belongs to no placeholder") from problem
    if any(shape or change for _, _, shape, change in parts):
        raise ValueError("a placeholder is a name between { and }, such as {link}")
    if "{{" in words or "}}" in words:
        raise ValueError("there is a { or } that belongs to no placeholder")
    return [name for _, name, _, _ in parts if name is not None]
