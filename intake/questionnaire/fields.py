"""Questions as controls of a web form, and the two ways to fill a page: `recalled` to show it, `posted` to read it.

Never both for one form: a radio left empty must not fall back on the stored answer. A control keeps what was
typed (`shown`), so that a mistake costs the patient nothing; `data` is the value, None when nothing was answered.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from wtforms.fields import Field
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from intake.config import LANGUAGES
from intake.i18n import Words, current_language, gettext
from intake.i18n import lazy as _
from intake.questionnaire.answers import Answers
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import (
    AnyOf,
    FreeText,
    Grid,
    Number,
    OneOf,
    Option,
    Question,
    Ranked,
    Telephone,
)
from intake.questionnaire.values import BadAnswer, Rating, Value
from intake.text import day as read_day
from intake.text import free, number, telephone

# Between the number to call first and the other one, where they are stored.
_BETWEEN_NUMBERS = "; "


class PageForm(BaseForm):
    """The questions asked on one page, as controls."""

    def __init__(
        self,
        page: Page,
        asked: Sequence[Question],
        on: date | None = None,
        region: str | None = None,
        clinic_phone: str = "",
    ) -> None:
        told: dict[str, Any] = {"on": on, "region": region, "clinic_phone": clinic_phone}
        super().__init__({each.id: UnboundField(_control_of(each), each, **told) for each in asked})
        self.page = page

    @property
    def controls(self) -> tuple["Control", ...]:
        """The questions in the order asked."""
        return tuple(field for field in self if isinstance(field, Control))

    @property
    def drawn(self) -> tuple["Control", ...]:
        """The controls that are drawn by themselves; the box of an "other" is drawn with its question."""
        return tuple(control for control in self.controls if not isinstance(control, BoxControl))

    def process(self, *sources: Any, **values: Any) -> None:
        super().process(*sources, **values)
        for box in (control for control in self.controls if isinstance(control, BoxControl)):
            if box.beside in self:
                box.tie(self[box.beside])

    @property
    def answers(self) -> dict[str, Value | None]:
        """One entry for every question asked: its value, or None where it was left empty."""
        return {control.question.id: control.data for control in self.controls}

    @property
    def readable_answers(self) -> dict[str, Value | None]:
        """The same without what cannot be read."""
        return {each.question.id: each.data for each in self.controls if not each.process_errors}

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """(id of a box, what is wrong, with the question) for every question refused, once validated."""
        return tuple((control.anchor, _named(control)) for control in self.controls if control.errors)

    @property
    def readable(self) -> bool:
        """Everything that was filled in can be kept; questions may still be open."""
        return not any(control.process_errors for control in self.controls)

    def tell_unreadable(self) -> None:
        """Say of each question what cannot be read; what is blank may stay so."""
        for control in self.controls:
            control.errors = tuple(control.process_errors)


def recalled(page: Page, asked: Sequence[Question], answers: Mapping[str, Value]) -> PageForm:
    """The page with what was answered before."""
    form = PageForm(page, asked)
    form.process(data=dict(answers))
    return form


def posted(
    page: Page,
    asked: Sequence[Question],
    formdata: Any,
    *,
    on: date | None = None,
    region: str | None = None,
    clinic_phone: str = "",
) -> PageForm:
    """The page with what was just sent, and nothing else. `on` is today; a day after it is refused.

    `region` is the clinic's, from where a telephone number must be one to call; None when not known. The
    clinic's own, `clinic_phone`, is nobody else's.
    `formdata` is the web framework's mapping of names to lists of texts, with `getlist`.
    """
    form = PageForm(page, asked, on, region, clinic_phone)
    form.process(formdata)
    return form


def filled_in(form: PageForm, known: Mapping[str, Value]) -> PageForm:
    """The same page with these answers shown where nothing was answered; what was typed stays."""
    blank = [each for each in form.controls if each.data is None and not each.process_errors]
    for control in blank:
        if control.question.id in known:
            control.process(None, data=known[control.question.id])
    return form


def on_offer(asked: Sequence[Question], answers: Answers) -> tuple[Question, ...]:
    """The questions with only those options that earlier answers leave on offer ("which of these is worst?")."""
    return tuple(_narrowed(question, answers) for question in asked)


def _narrowed(question: Question, answers: Answers) -> Question:
    if isinstance(question, OneOf) and question.among:
        chosen = answers.get(question.among)
        ids = chosen if isinstance(chosen, tuple) else ()
        return replace(question, options=tuple(option for option in question.options if option.id in ids))
    if isinstance(question, Grid):
        return replace(question, rows=tuple(_rows(question, answers)))
    return question


def _rows(grid: Grid, answers: Answers) -> Iterator[Option]:
    """The rows whose option was ticked; "other" in the patient's own words."""
    for row in grid.rows:
        question_id, option_id = row.id.split(":")
        ticked = answers.get(question_id)
        if isinstance(ticked, tuple) and option_id in ticked:
            typed = answers.get(f"{question_id}__other") if option_id == "other" else None
            yield replace(row, text=str(typed)) if typed else row


class Control(Field, ABC):
    """A question on a page. `shown` stands in its boxes: what was typed, or what was answered before."""

    missing: Words = _("Choose an answer")
    unreadable: Words = _("Choose one of the answers on offer")

    shown: Any
    # The box of the option "other", when the question has one.
    box: "BoxControl | None" = None

    def __init__(
        self,
        question: Question,
        on: date | None = None,
        region: str | None = None,
        clinic_phone: str = "",
        **wiring: Any,
    ) -> None:
        super().__init__(str(question.text), **wiring)
        self.question = question
        self.on, self.region, self.clinic_phone = on, region, clinic_phone

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data: Value | None = None
        if formdata is not None:
            self.read(formdata)
        else:
            self.data = data if isinstance(data, str | int | tuple | Mapping) else None
            self.recall(self.data)

    @property
    def anchor(self) -> str:
        """The id of the box that a mistake is about."""
        return self.question.id

    @abstractmethod
    def recall(self, value: Value | None) -> None:
        """Show the stored answer."""

    @abstractmethod
    def read(self, formdata: Any) -> None:
        """Show what was sent, and make a value of it."""

    def take(self, raw: object) -> None:
        """Make a value of `raw`, or say in the patient's words what is wrong with it."""
        try:
            self.data = self.question.parse(raw)
        except BadAnswer:
            self.refuse(self.unreadable)

    def refuse(self, words: Words, **values: object) -> None:
        """Note a mistake."""
        self.data = None
        self.process_errors.append(self.say(words, **values))

    def say(self, words: Words, **values: object) -> str:
        return str(words) % values

    def pre_validate(self, form: Any) -> None:
        if self.data is None and self.question.required and not self.process_errors:
            raise StopValidation(self.say(self.missing))


class Single(Control):
    """One value under one name: a choice, a number, a text."""

    shown: str

    def recall(self, value: Value | None) -> None:
        self.shown = "" if value is None else str(value)

    def read(self, formdata: Any) -> None:
        self.shown = formdata.get(self.name, "")
        self.take(self.shown)

    def choose_other(self) -> None:
        """Choose "other", because something was written beside it."""
        self.shown = "other"
        self.take(self.shown)


class YesNoUnsureControl(Single):
    missing = _("Choose yes, no or not sure")


class YesNoControl(Single):
    missing = _("Choose yes or no")


class ChosenField(Single):
    """A box to type in, and choices in place of typing ("I have no phone")."""

    chosen: str
    both = _("Choose “%(choice)s” or write an answer, not both")

    @property
    def choices(self) -> tuple[Option, ...]:
        assert isinstance(self.question, FreeText | Number)
        return self.question.choices

    def recall(self, value: Value | None) -> None:
        self.chosen = str(value) if any(option.id == value for option in self.choices) else ""
        self.shown = "" if self.chosen or value is None else str(value)

    def read(self, formdata: Any) -> None:
        self.shown = formdata.get(self.name, "")
        sent = formdata.get(f"{self.name}-choice", "")
        choice = next((option for option in self.choices if option.id == sent), None)
        self.chosen = sent if choice else ""
        # The word of a choice may also be sent as the answer itself.
        if any(option.id == self.shown for option in self.choices):
            self.chosen, self.shown = self.shown, ""
        if choice and self.shown.strip():
            self.refuse(self.both, choice=choice.text)
        else:
            self.take(self.chosen or self.shown)


class NumberControl(ChosenField):
    missing = _("Enter a number")
    unreadable = _("Enter a whole number from %(least)s to %(most)s")

    def say(self, words: Words, **values: object) -> str:
        assert isinstance(self.question, Number)
        return super().say(words, least=self.question.least, most=self.question.most, **values)


class ScaleControl(NumberControl):
    missing = _("Choose a number from %(least)s to %(most)s")
    unreadable = _("Choose a number from %(least)s to %(most)s")


class FreeTextControl(ChosenField):
    missing = _("Write an answer")
    too_long = _("Make your answer shorter, %(limit)s letters at most (now %(length)s)")

    def take(self, raw: object) -> None:
        self.take_words(str(raw))

    def take_words(self, words: str) -> None:
        """Make a value of the words, unless they are too many."""
        assert isinstance(self.question, FreeText)
        length = len(free.cleaned(words).strip())
        if length > self.question.limit:
            self.refuse(self.too_long, limit=self.question.limit, length=length)
        else:
            super().take(words)


class TelephoneControl(FreeTextControl):
    """A number to call, and one more for when nobody answers; they are one answer."""

    second: str
    missing = _("Write a phone number, or choose that you have none")
    unreadable = _("Write the whole number, at least %(least)s digits, or choose that you have no phone")
    uncallable = _(
        "We cannot call this number. Please check every digit. A number of another country begins with +"
    )
    ours = _("This is the number of the clinic. Write your own, or choose that you have no phone")

    @property
    def anchor(self) -> str:
        return f"{self.question.id}-second" if self.second_is_wrong else self.question.id

    def recall(self, value: Value | None) -> None:
        super().recall(value)
        self.second_is_wrong = False
        self.shown, _mark, self.second = self.shown.partition(_BETWEEN_NUMBERS)

    def read(self, formdata: Any) -> None:
        self.second = formdata.get(f"{self.name}-second", "")
        self.second_is_wrong = False
        super().read(formdata)

    def take(self, raw: object) -> None:
        typed = [words for words in (self.shown, self.second) if free.seen(words)]
        if self.chosen and typed:
            self.refuse(self.both, choice=next(each.text for each in self.choices if each.id == self.chosen))
            return
        for words in typed:
            if problem := self._what_is_wrong(words):
                self.second_is_wrong = words is self.second
                self.refuse(problem)
                return
        self.take_words(self.chosen or _BETWEEN_NUMBERS.join(typed))

    def _what_is_wrong(self, words: str) -> Words | None:
        if len(number.digits_of(words)) < Telephone.LEAST:
            return self.unreadable
        if telephone.same_number(words, self.clinic_phone, self.region):
            return self.ours
        return None if telephone.can_be_called(words, self.region) else self.uncallable

    def say(self, words: Words, **values: object) -> str:
        return super().say(words, least=Telephone.LEAST, **values)


class BoxControl(FreeTextControl):
    """The one-line box beside the option "other"."""

    elsewhere = _("You wrote something beside “%(other)s”. Choose that as well, or take the words away")

    @property
    def beside(self) -> str:
        """The name of the control that it belongs to."""
        assert isinstance(self.question, FreeText)
        assert self.question.beside
        return self.question.beside

    def tie(self, control: Field) -> None:
        """Words in the box choose "other" where nothing else was chosen; nothing that was typed is lost."""
        assert isinstance(control, Single | Many)
        control.box = self
        if self.data is None or (control.data is None and control.process_errors):
            return
        if control.data is None or (isinstance(control.data, tuple) and "other" not in control.data):
            control.choose_other()
        elif control.data != "other" and not isinstance(control.data, tuple):
            self.refuse(self.elsewhere, other=_other(control.question).text)


class Many(Control):
    """Boxes to tick, all under one name."""

    shown: tuple[str, ...]
    missing = _("Choose at least one answer")
    clash = _("Choose “%(alone)s” or other answers, not both")

    def recall(self, value: Value | None) -> None:
        self.shown = tuple(map(str, value)) if isinstance(value, tuple) else ()

    def read(self, formdata: Any) -> None:
        assert isinstance(self.question, AnyOf)
        self.take_all(tuple(formdata.getlist(self.name)))

    def choose_other(self) -> None:
        """Choose "other" as well, because something was written beside it."""
        self.take_all((*self.shown, "other"))

    def take_all(self, ids: tuple[str, ...]) -> None:
        """Make a value of the options ticked."""
        assert isinstance(self.question, AnyOf)
        self.shown = ids
        known = [id for id in ids if any(option.id == id for option in self.question.options)]
        if alone := self.question.clash(known):
            self.refuse(self.clash, alone=alone.text)
        else:
            self.take(list(ids))


class RegionsControl(Many):
    missing = _("Tap the picture, or use the list, to show at least one place")


class DayControl(Control):
    """Day, month and year in three boxes; the month as a number or a name."""

    parts = read_day.PARTS
    shown: dict[str, str]
    missing = _("Enter a date")
    unreadable = _("The date must be a real date, like 27 3 1962")
    no_century = _("Write the year with four figures, like 1962")
    too_early = _("The year must be %(earliest)s or later. Please check all four figures")
    other_calendar = _("Write the year as it is counted here: this year is %(year)s")
    ahead = _("The date must be in the past")
    not_read: Mapping[str, Words] = {
        "day": _("The day must be a number from 1 to 31"),
        "month": _("The month must be a number from 1 to 12, or its name"),
        "year": no_century,
    }
    left_out: Mapping[str, Words] = {
        "day": _("The day is missing"),
        "month": _("The month is missing"),
        "year": _("The year is missing"),
    }
    no_such: Mapping[str, Words] = {
        "day": _("There is no such day in that month. Please check the day and the month"),
        "month": not_read["month"],
    }

    @property
    def anchor(self) -> str:
        return f"{self.question.id}-{next(iter(self.wrong), 'day')}"

    def recall(self, value: Value | None) -> None:
        self.wrong: tuple[str, ...] = ()
        if value is None:
            self.shown = dict.fromkeys(self.parts, "")
        else:
            day = date.fromisoformat(str(value))
            self.shown = {part: str(getattr(day, part)) for part in self.parts}

    def read(self, formdata: Any) -> None:
        self.wrong = ()
        self.shown = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in self.parts}
        if not any(self.shown.values()):
            return
        day, month, year = (self.shown[part] for part in self.parts)
        languages = (current_language(), *LANGUAGES)
        try:
            born = read_day.of_parts(
                day, month, year, languages=languages, least=read_day.EARLIEST_BIRTH, most=self.on
            )
        except read_day.NotADay as problem:
            self.refuse(self._why(problem), wrong=problem.boxes)
        else:
            self.take(born.isoformat())

    def refuse(self, words: Words, **values: object) -> None:
        wrong = values.pop("wrong", self.parts)
        self.wrong = wrong if isinstance(wrong, tuple) else self.parts
        super().refuse(words, **values)

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.process_errors and self.question.required:
            self.wrong = self.parts
        super().pre_validate(form)

    def say(self, words: Words, **values: object) -> str:
        earliest = read_day.EARLIEST_BIRTH.year
        return super().say(words, earliest=earliest, year=self.on.year if self.on else earliest, **values)

    def _why(self, problem: read_day.NotADay) -> Words:
        only = problem.parts[0] if len(problem.parts) == 1 else ""
        if problem.reason is read_day.DayReason.NO_DATE and only:
            return (self.not_read if self.shown[problem.boxes[0]] else self.left_out)[only]
        if problem.reason is read_day.DayReason.NO_SUCH_DAY and only in self.no_such:
            return self.no_such[only]
        return {
            read_day.DayReason.SHORT_YEAR: self.no_century,
            read_day.DayReason.TOO_EARLY: self.too_early,
            read_day.DayReason.OTHER_CALENDAR: self.other_calendar,
            read_day.DayReason.TOO_LATE: self.ahead,
        }.get(problem.reason, self.unreadable)


class RankedControl(Control):
    """A few boxes for the patient's own words, one under the other."""

    shown: tuple[str, ...]
    missing = _("Write at least one thing")
    too_long = _("Make each answer shorter, %(limit)s letters at most")

    @property
    def anchor(self) -> str:
        return f"{self.question.id}-1"

    @property
    def places(self) -> range:
        """1 to the number of boxes."""
        assert isinstance(self.question, Ranked)
        return range(1, self.question.most + 1)

    def recall(self, value: Value | None) -> None:
        said = [str(item) for item in value] if isinstance(value, tuple) else []
        self.shown = tuple(said[place - 1] if place <= len(said) else "" for place in self.places)

    def read(self, formdata: Any) -> None:
        self.shown = tuple(formdata.get(f"{self.name}-{place}", "") for place in self.places)
        self.take_texts(list(self.shown), list(self.shown))

    def take_texts(self, texts: list[str], raw: object) -> None:
        assert isinstance(self.question, Ranked)
        if any(len(free.cleaned(text).strip()) > self.question.limit for text in texts):
            self.refuse(self.too_long, limit=self.question.limit)
        else:
            self.take(raw)


class RatedControl(RankedControl):
    """The same with a number from 0 to 10 beside each."""

    ratings: tuple[str, ...]
    nameless = _("Say what number %(place)s is for, or take the number away")

    def recall(self, value: Value | None) -> None:
        given = [item for item in value if isinstance(item, Rating)] if isinstance(value, tuple) else []
        blank = Rating("")
        said = [given[place - 1] if place <= len(given) else blank for place in self.places]
        self.shown = tuple(rating.text for rating in said)
        self.ratings = tuple("" if rating.rating is None else str(rating.rating) for rating in said)

    def read(self, formdata: Any) -> None:
        self.shown = tuple(formdata.get(f"{self.name}-{place}", "") for place in self.places)
        self.ratings = tuple(formdata.get(f"{self.name}-{place}-rating", "") for place in self.places)
        pairs = list(zip(self.shown, self.ratings, strict=True))
        nameless = [place for place, (text, rating) in enumerate(pairs, 1) if rating and not text.strip()]
        if nameless:
            self.refuse(self.nameless, place=nameless[0])
        else:
            self.take_texts(list(self.shown), [{"text": text, "rating": rating} for text, rating in pairs])


class GridControl(Control):
    """One choice for each row, each under its own name."""

    shown: dict[str, str]

    @property
    def anchor(self) -> str:
        return f"{self.question.id}-{next(row.id for row in getattr(self.question, 'rows', ()))}"

    def recall(self, value: Value | None) -> None:
        self.shown = dict(value) if isinstance(value, Mapping) else {}

    def read(self, formdata: Any) -> None:
        rows = [row.id for row in getattr(self.question, "rows", ())]
        sent = {row: formdata.get(f"{self.name}-{row}", "") for row in rows}
        self.shown = {row: cell for row, cell in sent.items() if cell}
        self.take(self.shown)


CONTROLS: dict[str, type[Control]] = {
    "one_of": Single,
    "yes_no": YesNoControl,
    "yes_no_unsure": YesNoUnsureControl,
    "gate": YesNoUnsureControl,
    "any_of": Many,
    "regions": RegionsControl,
    "number": NumberControl,
    "scale": ScaleControl,
    "day": DayControl,
    "free_text": FreeTextControl,
    "telephone": TelephoneControl,
    "ranked": RankedControl,
    "rated": RatedControl,
    "grid": GridControl,
}


def _control_of(question: Question) -> type[Control]:
    return BoxControl if isinstance(question, FreeText) and question.beside else CONTROLS[question.kind]


def _other(question: Question) -> Option:
    assert isinstance(question, OneOf | AnyOf)
    return question.option("other")


def _named(control: Control) -> str:
    question = control.question
    return gettext("%(problem)s: %(question)s", problem=control.errors[0], question=str(question.text))
