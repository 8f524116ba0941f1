"""What is known of a patient, in words: the facts of `matching`, with their labels."""

from datetime import date

from intake.config import Settings
from intake.i18n import Words, format_day
from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS
from intake.questionnaire.questions import OneOf, Option
from intake.services.appointments import identifiers
from intake.text.record_number import NUMBER_OF

LABELS: dict[str, Words] = {
    "name": _("Name"),
    "date_of_birth": _("Date of birth"),
    "sex_at_birth": _("Sex recorded at birth"),
    "number": _("Patient number"),
    "phone": _("Telephone"),
    "email": _("E-mail address"),
    "needs": _("Needs"),
}


def sexes() -> tuple[Option, ...]:
    """The options of the patient's own question."""
    question = QUESTIONS["sex_at_birth"]
    assert isinstance(question, OneOf)
    return question.options


def in_words(fact: str, value: str | date | None) -> str:
    """A fact as staff read it; "" when it is not known."""
    if isinstance(value, date):
        return format_day(value)
    if fact == "sex_at_birth":
        return next((str(option.text) for option in sexes() if option.id == value), "")
    return value or ""


def label_of(fact: str, settings: Settings) -> str:
    """What a fact is called on the page; numbers of other systems by the name of the system."""
    if fact.startswith(NUMBER_OF):
        return identifiers.name_of(fact.removeprefix(NUMBER_OF), settings)
    return str(LABELS[fact])
