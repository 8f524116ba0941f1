"""The words of messages, as plain text and with a button."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from intake.config import Settings
from intake.i18n import Words, current_language, format_moment, format_weekday_moment, gettext, text_direction
from intake.resources import folder

TEMPLATES = folder("templates") / "mail"


@dataclass(frozen=True)
class Letter:
    """Neutral words. `text` is the plain form, `html` the same with a button, `short` fits a text message."""

    subject: str
    text: str
    html: str
    short: str


def invitation(settings: Settings, link: str, starts_at: datetime) -> Letter:
    """The first message with the link, in the clinic's own words."""
    return _letter(settings, settings.invitation_subject, settings.invitation_text, link, starts_at)


def reminder(settings: Settings, link: str, starts_at: datetime) -> Letter:
    """The message for somebody who has not finished, in the clinic's own words."""
    return _letter(settings, settings.reminder_subject, settings.reminder_text, link, starts_at)


def call_for_attention(settings: Settings, *, overdue: bool) -> Letter:
    """To the clinic itself: somebody waits. Not who, and not why."""
    if overdue:
        said = gettext("Somebody is still waiting for a call that should have been made by now.")
    else:
        said = gettext("Somebody needs a call.")
    return _to_staff(settings, said)


def call_offered(settings: Settings) -> Letter:
    """To one member of staff: a colleague offers them a call. Not about whom, and not why."""
    return _to_staff(settings, gettext("A colleague has handed you a call. It is yours once you accept it."))


def about_account(settings: Settings, said: Words, at: datetime) -> Letter:
    """To one member of staff: something has changed about how they sign in. No link, and nothing secret."""
    when = format_weekday_moment(at, settings.zone)
    return _about_account(
        settings,
        gettext("A change of your account"),
        gettext("%(said)s It was %(when)s.", said=said, when=when),
    )


def new_browser(settings: Settings, at: datetime, kind: str) -> Letter:
    """To one member of staff: they, or somebody, signed in from a `kind` of browser that was not known."""
    when = format_weekday_moment(at, settings.zone)
    said = gettext(
        "Somebody signed in to your account in a browser that we do not know: %(kind)s, %(when)s.",
        kind=kind,
        when=when,
    )
    return _about_account(settings, gettext("A sign-in from a new browser"), said)


def new_password(settings: Settings, at: datetime) -> Letter:
    """To one member of staff: their account has a new password since then."""
    when = format_weekday_moment(at, settings.zone)
    said = gettext("The password of your account was changed, %(when)s.", when=when)
    return _about_account(settings, gettext("Your password was changed"), said)


def _about_account(settings: Settings, subject: str, said: str) -> Letter:
    """`said`, and what to do if it was somebody else."""
    fine = gettext("If it was you, all is well.")
    todo = gettext("If it was not you: tell an admin of the clinic now, and change your password.")
    html = _html("attention.html", said=f"{said} {fine}", todo=todo)
    return Letter(subject, f"{said}\n\n{fine}\n\n{todo}\n", html, said)


def emergency_sign_in(settings: Settings) -> Letter:
    """To each admin: the emergency account was used."""
    said = gettext(
        "Somebody has signed in to Backstory with the emergency account. If nobody was to use it, change its "
        "password at once."
    )
    address = f"{settings.public_url}/users"
    todo = gettext("See who works here: %(address)s", address=address)
    subject = gettext("The emergency account was used")
    return Letter(subject, f"{said}\n\n{todo}\n", _html("attention.html", said=said, todo=todo), said)


def _to_staff(settings: Settings, said: str) -> Letter:
    todo = gettext("Please open today's list: %(address)s", address=f"{settings.public_url}/day/")
    subject = gettext("Please open today's list")
    return Letter(subject, f"{said}\n\n{todo}\n", _html("attention.html", said=said, todo=todo), said)


def plain_letter(subject: str, words: str) -> Letter:
    """A few words and nothing to press."""
    return Letter(subject, f"{words}\n", _html("attention.html", said=words, todo=""), words)


def with_when(words: str, written: str) -> str:
    """The words of a clinic that leaves out when the appointment is, with `written` behind them.

    Two who share a mailbox or a telephone get two messages, and nothing else tells them apart.
    """
    return words if "{when}" in words else words + written


def _letter(settings: Settings, subject: str, text: str, link: str, starts_at: datetime) -> Letter:
    when = format_weekday_moment(starts_at, settings.zone)
    words = settings.in_message(text, link, when)
    html = _html(
        "letter.html",
        title=settings.clinic_name,
        paragraphs=[paragraph.strip() for paragraph in words.split("\n\n") if paragraph.strip()],
        link=link,
        button=gettext("Open the questions"),
    )
    short = settings.in_message(
        with_when(settings.text_message, " ({when})"), link, format_moment(starts_at, settings.zone)
    )
    return Letter(settings.in_message(with_when(subject, ": {when}"), link, when), words + "\n", html, short)


def _html(name: str, **values: object) -> str:
    return _template(name).render(language=current_language(), direction=text_direction(), **values)


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(name)
