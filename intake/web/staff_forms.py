"""What the forms of staff are made of: WTForms whose fields read what was typed with `intake.text`.

Nothing typed is lost: `shown` is what stands in a box, as it was typed; `data` is what was read from it, None
where it was left empty or refused.
"""

from collections.abc import Mapping
from typing import Any

from wtforms import Field, Form
from wtforms.form import BaseForm

from intake.config import LANGUAGES
from intake.i18n import Words, current_language, gettext, join
from intake.text import day, email, free, names
from intake.web import reasons

# What a line can hold, in characters, unless its field says less. Longer ones are refused and shown whole.
LONGEST_LINE = 1000


class StaffForm(Form):
    """A form whose fields are those below."""

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """(id of a box, what is wrong with it) for every field refused, once validated."""
        return problems_of(self)


class StaffField(Field):
    """A box with its label and hint. Subclasses say how it is read."""

    shown: Any

    def __init__(self, label: Words = "", hint: Words = "", **wiring: Any) -> None:
        # Bound for each request, so the words are said in the language of whoever reads them.
        super().__init__(str(label), description=str(hint), **wiring)

    @property
    def anchor(self) -> str:
        """The id of the box that a mistake is about."""
        return self.name

    @property
    def error(self) -> str:
        """What is wrong with what was typed; "" when nothing is."""
        return self.errors[0] if self.errors else ""

    @property
    def said(self) -> str:
        """What stands in it, in words."""
        return str(self.shown)

    def refuse(self, words: Words) -> None:
        """Note what only showed when it was to be done."""
        self.errors = [*self.errors, str(words)]


class LineField(StaffField):
    """One line of free text, of `limit` characters. `missing` is what is said when it is left empty."""

    shown: str

    def __init__(
        self,
        label: Words = "",
        hint: Words = "",
        *,
        limit: int = LONGEST_LINE,
        missing: Words = "",
        **wiring: Any,
    ) -> None:
        super().__init__(label, hint, **wiring)
        self.limit, self.missing = limit, missing

    def process_data(self, value: Any) -> None:
        self.data = value
        self.shown = "" if value is None else self.written(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.shown = "".join(valuelist[:1]).strip()
        text = free.one_line(self.shown)
        if len(text) > self.limit:
            raise ValueError(gettext("This can have at most %(limit)s characters", limit=self.limit))
        self.data = self.read(text)
        if self.data is None and self.missing:
            raise ValueError(str(self.missing))

    def read(self, text: str) -> Any:
        """What the words ask for, None when nothing. Raises ValueError with what is wrong, in words."""
        return text or None

    def written(self, value: Any) -> str:
        """What stands in the box for a value."""
        return str(value)


class NameField(LineField):
    """The name of somebody or something, as it is kept."""

    def read(self, text: str) -> str | None:
        return names.cleaned(text) or None


class EmailField(LineField):
    """One e-mail address that the mail sender can write to."""

    def read(self, text: str) -> str | None:
        try:
            return email.read(text)
        except email.NotAnAddress as problem:
            if problem.reason is email.EmailReason.EMPTY:
                return None
            raise ValueError(str(reasons.EMAIL[problem.reason])) from None


class ChoiceField(LineField):
    """One of a few options, whose words are given by id. `missing` is also said when it is none of them."""

    def __init__(
        self, label: Words = "", hint: Words = "", *, options: Mapping[str, Any], **wiring: Any
    ) -> None:
        super().__init__(label, hint, **wiring)
        self.options = options

    def read(self, text: str) -> str | None:
        if text and text not in self.options:
            raise ValueError(str(self.missing or gettext("Choose one of these")))
        return text or None

    @property
    def said(self) -> str:
        return str(self.options.get(self.shown, self.shown))


class ChoicesField(StaffField):
    """Some of a few options, whose words are given by id: `shown` and `data` are the ids that are ticked.

    `missing` is said when none is, and when one is none of them.
    """

    shown: tuple[str, ...] = ()

    def __init__(
        self,
        label: Words = "",
        hint: Words = "",
        *,
        options: Mapping[str, Any],
        missing: Words,
        **wiring: Any,
    ) -> None:
        super().__init__(label, hint, **wiring)
        self.options, self.missing = options, missing

    def process_formdata(self, valuelist: list[str]) -> None:
        self.shown = tuple(each for each in self.options if each in valuelist)
        self.data = self.shown
        if not self.shown or not set(valuelist) <= set(self.options):
            raise ValueError(str(self.missing))

    @property
    def said(self) -> str:
        return join([str(self.options[each]) for each in self.shown])


class DayField(LineField):
    """A day; `missing` is also said when what was typed is none."""

    def read(self, text: str) -> Any:
        try:
            return day.read(text, languages=languages())
        except day.NotADay:
            return None


class TextField(LineField):
    """Free text of several lines, "" when empty. It is shown whole; how long it may be, the service says."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.shown = "".join(valuelist[:1])
        self.data = free.cleaned(self.shown).strip()


class TickField(StaffField):
    """A box to tick."""

    shown: bool

    def process_data(self, value: Any) -> None:
        self.data = self.shown = bool(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = self.shown = bool(valuelist)


class PasswordField(StaffField):
    """A secret: never shown again, and taken as it is, with its blanks."""

    shown = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = "".join(valuelist[:1])


def languages() -> tuple[str, ...]:
    """The languages in which a month may be named."""
    return (current_language(), *LANGUAGES)


def problems_of(form: BaseForm) -> tuple[tuple[str, str], ...]:
    """(id of a box, what is wrong with it) for every field refused."""
    fields = (field for field in form if isinstance(field, StaffField))
    return tuple((field.anchor, field.error) for field in fields if field.error)
