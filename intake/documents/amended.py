"""What a record says about its place among others: what it replaces, and that it has been replaced."""

from intake.documents.moments import moment, moment_in_words
from intake.i18n import format_time, gettext
from intake.summary import Summary
from intake.summary.record import Correction


def standing_of(summary: Summary) -> str:
    """ "Amended 9 Mar 2026, 10:40 by Dr Bello, replaces 10:02"; "" for a record that stands alone."""
    return " \u00b7 ".join(filter(None, (_replaced(summary), _amended(summary))))


def corrected(each: Correction) -> str:
    """ "was no, now yes", and on the next line who corrected it, when and why."""
    change = gettext("was %(old)s, now %(new)s", old=each.was, new=each.now)
    by = gettext("corrected by %(who)s, %(when)s", who=each.by, when=moment_in_words(each.at))
    return f"{change}\n{by}: {each.reason}"


def _replaced(summary: Summary) -> str:
    if summary.replaced_at is None:
        return ""
    return gettext("REPLACED at %(when)s: do not use", when=moment_in_words(summary.replaced_at))


def _amended(summary: Summary) -> str:
    amendment = summary.amendment
    if amendment is None:
        return ""
    if amendment.at is None:
        return gettext(
            "Safety questions asked again, replaces %(when)s", when=moment_in_words(amendment.replaces)
        )
    return gettext(
        "Amended %(when)s by %(who)s, replaces %(earlier)s",
        when=moment_in_words(amendment.at),
        who=amendment.by,
        earlier=_on_the_same_day(amendment.replaces, amendment.at),
    )


def _on_the_same_day(earlier: str, later: str) -> str:
    """The time of day, or the whole moment when it was on another day."""
    when = moment(earlier)
    if when.tzinfo is None or when.date() != moment(later).date():
        return moment_in_words(earlier)
    return format_time(when, when.tzinfo)
