"""The words of messages. What an invitation says, a reminder says as well."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from intake.config import Settings
from intake.i18n import current_language, gettext, text_direction

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"


@dataclass(frozen=True)
class Letter:
    """Neutral words. `text` is the plain form, `html` the same with a button, `short` fits a text message."""

    subject: str
    text: str
    html: str
    short: str


def invitation(settings: Settings, link: str) -> Letter:
    """The first message with the link, in the language being spoken."""
    opening = gettext("You have an appointment at %(clinic)s.", clinic=settings.clinic_name)
    subject = gettext("Your appointment at %(clinic)s", clinic=settings.clinic_name)
    return _letter(settings, link, opening, subject)


def reminder(settings: Settings, link: str, days: int) -> Letter:
    """The same, `days` before the appointment, for somebody who has not finished."""
    if days == 1:
        opening = gettext("Your appointment at %(clinic)s is tomorrow.", clinic=settings.clinic_name)
    else:
        opening = gettext(
            "Your appointment at %(clinic)s is in %(days)s days.", clinic=settings.clinic_name, days=days
        )
    subject = gettext("A reminder from %(clinic)s", clinic=settings.clinic_name)
    return _letter(settings, link, opening, subject)


def call_for_attention(settings: Settings, *, overdue: bool) -> Letter:
    """To the clinic itself: somebody waits. Not who, and not why."""
    if overdue:
        said = gettext("Somebody is still waiting for a call that should have been made by now.")
    else:
        said = gettext("Somebody needs a call.")
    todo = gettext("Please open today's list: %(address)s", address=f"{settings.public_url}/day/")
    subject = gettext("Please open today's list")
    return Letter(subject, f"{said}\n\n{todo}\n", _html("attention.html", said=said, todo=todo), said)


def _letter(settings: Settings, link: str, opening: str, subject: str) -> Letter:
    paragraphs = [
        gettext("Hello,"),
        opening,
        gettext(
            "Please answer some questions before you come. It takes about ten minutes. "
            "You can stop and go on later, also on another device."
        ),
    ]
    after = [
        gettext("You will be asked for the patient's date of birth. The link is for this appointment only."),
        gettext(
            "Nobody reads replies to this message. For help, or to answer on paper or with us, "
            "call %(phone)s (%(hours)s). In an emergency call %(number)s.",
            phone=settings.clinic_phone,
            hours=settings.clinic_hours,
            number=settings.emergency_number,
        ),
        settings.clinic_name,
    ]
    html = _html(
        "letter.html", paragraphs=paragraphs, after=after, link=link, button=gettext("Open the questions")
    )
    short = gettext("%(opening)s Please answer some questions first: %(link)s", opening=opening, link=link)
    return Letter(subject, "\n\n".join([*paragraphs, link, *after]) + "\n", html, short)


def _html(name: str, **values: object) -> str:
    return _template(name).render(language=current_language(), direction=text_direction(), **values)


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(name)
