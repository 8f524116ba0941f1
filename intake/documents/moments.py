"""Days and moments of the record, in words."""

from datetime import date, datetime

from intake.i18n import format_day, format_moment, gettext
from intake.summary import Summary


def moment(text: str) -> datetime:
    """A moment of the record: aware, in the clinic's zone."""
    return datetime.fromisoformat(text)


def moment_in_words(text: str | None) -> str:
    """ "9 Mar 2026, 19:12"; "" for none."""
    if text is None:
        return ""
    when = moment(text)
    return format_moment(when, when.tzinfo) if when.tzinfo else when.isoformat(" ", "minutes")


def day_in_words(text: str | None) -> str:
    """ "9 Mar 2026"; "" for none."""
    return format_day(date.fromisoformat(text), "medium") if text else ""


def unfinished_in_words(summary: Summary) -> str:
    """What stands in place of the moment of sending where somebody could not go on."""
    return gettext(
        "HANDED OVER UNFINISHED %(when)s: the patient could not go on",
        when=moment_in_words(summary.written_at),
    )
