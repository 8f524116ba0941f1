"""A file as it was uploaded or pasted: its letters, and whether it is a table or a calendar."""

import re
from zoneinfo import ZoneInfo

from intake.i18n import gettext
from intake.services.importing import calendar, sheet
from intake.services.importing.rows import LARGEST, Contents, Unreadable

# A workbook (a ZIP, or the older kind) and a PDF.
_OTHER_KINDS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
# What no page can carry: control characters, halves of letters, and places in Unicode that are no letters.
_NO_LETTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17))
    + "]"
)


def text_of(content: bytes) -> str:
    """The text of an uploaded file: UTF-8, UTF-16, or what Windows wrote before them. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(_too_large())
    if content.startswith(_OTHER_KINDS):
        why = gettext(
            "This is no CSV file and no calendar. In a spreadsheet choose “Save as” and “CSV UTF-8”."
        )
        raise Unreadable(why)
    for coding in (_wide(content), "utf-8-sig"):
        try:
            if coding:
                return content.decode(coding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


def read(text: str, *, zone: ZoneInfo) -> Contents:
    """The rows in a text; `zone` is for times that name none. Raises Unreadable."""
    text = cleaned(text)
    if len(text.encode()) > LARGEST:
        raise Unreadable(_too_large())
    if not text.strip():
        raise Unreadable(gettext("Paste the appointments, or choose a file."))
    if re.match(r"\s*BEGIN:VCALENDAR\b", text, re.IGNORECASE):
        return calendar.read(text.lstrip(), zone=zone)
    return sheet.read(text)


def cleaned(text: str) -> str:
    """The text as a page can carry it there and back: line breaks of one kind, and only letters."""
    return _NO_LETTERS.sub("", re.sub(r"\r\n?", "\n", text))


def _wide(content: bytes) -> str | None:
    """Which UTF-16 it is; without a mark, told by the empty half of its first letter."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(content) % 2 == 0 and b"\0" in content[:2]:
        return "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    return None


def _too_large() -> str:
    return gettext("This is larger than 1 MB. Divide the file.")
