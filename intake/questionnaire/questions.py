"""The kinds of question. A question knows what it asks, when, how its answer is stored and how it is said.

A question is a plain value. What reads it from a web form is `fields`; what draws it is the macro named after
its `kind`; where a note prints it is its `group` or its `note`. A new output never touches this file.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

from intake.i18n import Words, format_day, gettext, listed, lower_first
from intake.i18n import lazy as _
from intake.questionnaire.criteria import ALWAYS, Criterion
from intake.questionnaire.values import BadAnswer, Rating, Value
from intake.text import day, free, number


@dataclass(frozen=True)
class Option:
    """An answer on offer. `noted` is the clinician's word for it where the patient's would not do in a note.

    `exclusive`: it stands alone ("none", "not sure"); `beside`: it may be ticked beside one that stands alone.
    """

    id: str
    text: Words
    noted: Words | None = None
    exclusive: bool = False
    beside: bool = False


class Note(StrEnum):
    """The part of the note that prints an answer. What no part claims is printed under OTHER."""

    IDENTITY = "identity"
    NEEDS = "needs"
    PROBLEM = "problem"
    AGENDA = "agenda"
    LEAD = "lead"
    PAIN = "pain"
    SCORES = "scores"
    IMPACT = "impact"
    GOALS = "goals"
    TREATMENTS = "treatments"
    MEDICINES = "medicines"
    BACKGROUND = "background"
    IDEAS = "ideas"
    SAFETY = "safety"
    OTHER = "other"


@dataclass(frozen=True)
class Question(ABC):
    """One thing the clinic asks.

    `noted` is the phrase of the note, `{}` standing for the answer in words. `label` is its short name in a note,
    `group` the red-flag group it belongs to, `note` the part of the note that prints it in place of that group's line.
    `lasting`: a fact that stays with the patient, so what the last form said of it is offered again. Never a safety question.
    """

    id: str
    text: Words
    _: KW_ONLY
    hint: Words | None = None
    asked_when: Criterion = ALWAYS
    required: bool = False
    noted: Words = "{}"
    label: Words | None = None
    group: str | None = None
    note: Note = Note.OTHER
    lasting: bool = False

    kind: ClassVar[str] = ""
    forced: ClassVar[bool] = False

    @property
    def safety(self) -> bool:
        """It belongs to the safety screen: forced choice, counted in "n of m answered"."""
        return self.forced or self.group is not None

    @property
    def printed_in(self) -> Note:
        """The part of the note that prints it: the one it names, or the safety box for a red-flag group."""
        return Note.SAFETY if self.group and self.note is Note.OTHER else self.note

    def lasts(self, value: Value) -> Value | None:
        """What of an answer stays true of the patient: what was said to be so.

        Safety: "none", "no" and "not sure" are asked anew each time.
        """
        return value if self.lasting else None

    def on_offer(self, value: Value) -> Value | None:
        """What of a stored value the question still offers; None when nothing is left.

        A form that is under way may hold an answer of an earlier version.
        """
        return value

    @abstractmethod
    def parse(self, raw: object) -> Value | None:
        """The stored value for what JSON or a form brought; None when nothing was answered.

        Raises BadAnswer.
        """

    def said(self, value: Value) -> str:
        """The answer in the patient's words, in the current language."""
        return str(value)

    def as_noted(self, value: Value) -> str:
        """The answer in the clinician's words, in the current language."""
        return self.said(value)


@dataclass(frozen=True)
class OneOf(Question):
    """One of the options. With `among`, only those chosen in that earlier question."""

    options: tuple[Option, ...] = ()
    among: str | None = None

    kind = "one_of"

    def lasts(self, value: Value) -> Value | None:
        return super().lasts(value) if value not in ("no", "not_sure") else None

    def on_offer(self, value: Value) -> Value | None:
        return value if value in self._offered else None

    @cached_property
    def _offered(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def option(self, option_id: str) -> Option:
        return next(option for option in self.options if option.id == option_id)

    def parse(self, raw: object) -> Value | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, str) or all(raw != option.id for option in self.options):
            raise BadAnswer(gettext("is not one of the answers on offer"))
        return raw

    def said(self, value: Value) -> str:
        return str(self.option(str(value)).text)

    def as_noted(self, value: Value) -> str:
        return _noted(self.option(str(value)))


# What stands for "not sure" and its like among the answers, and is nobody's own words.
CODES = ("not_sure", "prefer_not_say", "not_applicable")
YES, NO, NOT_SURE = Option("yes", _("Yes")), Option("no", _("No")), Option("not_sure", _("Not sure"))


@dataclass(frozen=True)
class YesNoUnsure(OneOf):
    """A safety question: forced choice, no default, "yes" always the worrying answer.

    `screens` False: the same form of answer to a question that no safety screen counts.
    """

    options: tuple[Option, ...] = (YES, NO, NOT_SURE)
    required: bool = True

    screens: bool = True

    kind = "yes_no_unsure"
    forced = True

    @property
    def safety(self) -> bool:
        return self.screens


@dataclass(frozen=True)
class Gate(YesNoUnsure):
    """One forced choice in place of several: `items` are asked one by one after "yes" or "not sure".

    `names` says each item in words, one a line. Safety: answered "no", every item counts as "no, asked together".
    """

    items: tuple[str, ...] = ()
    names: tuple[Words, ...] = ()

    kind = "gate"


@dataclass(frozen=True)
class YesNoUnsureOrSilent(YesNoUnsure):
    """A safety question that the patient may decline. Declining counts as unanswered."""

    options: tuple[Option, ...] = (YES, NO, NOT_SURE, Option("prefer_not_say", _("Prefer not to say")))


@dataclass(frozen=True)
class YesNoUnsureOrNotMine(YesNoUnsure):
    """A safety question that may not apply to the patient. "Does not apply" counts as no."""

    options: tuple[Option, ...] = (YES, NO, NOT_SURE, Option("not_applicable", _("Does not apply to me")))


@dataclass(frozen=True)
class YesNo(OneOf):
    """A plain yes or no, no safety question."""

    options: tuple[Option, ...] = (YES, NO)

    kind = "yes_no"


@dataclass(frozen=True)
class AnyOf(Question):
    """Any number of the options; an exclusive one ("none", "not sure") stands alone."""

    options: tuple[Option, ...] = ()

    kind = "any_of"

    def lasts(self, value: Value) -> Value | None:
        alone = [option.id for option in self.options if option.exclusive]
        said = value if isinstance(value, tuple) else ()
        return super().lasts(tuple(str(each) for each in said if each not in alone)) or None

    def on_offer(self, value: Value) -> Value | None:
        if not isinstance(value, tuple):
            return None
        return tuple(id for id in value if isinstance(id, str) and id in self._offered) or None

    @cached_property
    def _offered(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)

    def clash(self, ids: Sequence[str]) -> Option | None:
        """The option that stands alone and does not here; None when the choice is fine."""
        alone = [option for option in self.options if option.exclusive and option.id in ids]
        with_it = [id for id in ids if not self.option(id).beside]
        return alone[0] if alone and len(with_it) > 1 else None

    def option(self, option_id: str) -> Option:
        return next(option for option in self.options if option.id == option_id)

    def parse(self, raw: object) -> Value | None:
        ids = _texts(raw)
        offered = [option.id for option in self.options]
        if any(id not in offered for id in ids):
            raise BadAnswer(gettext("is not one of the answers on offer"))
        chosen = tuple(id for id in offered if id in ids)
        if self.clash(chosen):
            raise BadAnswer(gettext("has an answer that stands alone together with others"))
        return chosen or None

    def said(self, value: Value) -> str:
        return "; ".join(str(self.option(id).text) for id in _texts(value))

    def as_noted(self, value: Value) -> str:
        return listed(_noted(self.option(id)) for id in _texts(value))


@dataclass(frozen=True)
class Regions(AnyOf):
    """Places on the body map, in the order of the map."""

    kind = "regions"


@dataclass(frozen=True)
class Number(Question):
    """A whole number from `least` to `most`, or one of the `choices` in place of it."""

    least: int = 0
    most: int = 120
    choices: tuple[Option, ...] = ()

    kind = "number"

    def parse(self, raw: object) -> Value | None:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if isinstance(raw, str) and _choice(self.choices, raw):
            return raw
        whole = isinstance(raw, int | str) and not isinstance(raw, bool)
        try:
            return number.read(str(raw) if whole else "", least=self.least, most=self.most)
        except number.NotANumber:
            words = gettext(
                "must be a whole number from %(least)s to %(most)s", least=self.least, most=self.most
            )
            raise BadAnswer(words) from None

    def said(self, value: Value) -> str:
        choice = _choice(self.choices, value)
        return str(choice.text) if choice else str(value)

    def as_noted(self, value: Value) -> str:
        choice = _choice(self.choices, value)
        return _noted(choice) if choice else str(value)


@dataclass(frozen=True)
class Scale(Number):
    """0 to 10."""

    most: int = 10

    kind = "scale"


@dataclass(frozen=True)
class Day(Question):
    """A calendar day, not in the future."""

    kind = "day"

    def parse(self, raw: object) -> Value | None:
        if raw is None or raw == "":
            return None
        try:
            born = day.iso(raw) if isinstance(raw, str) else None
        except day.NotADay:
            born = None
        if born is None or born < day.EARLIEST_BIRTH:
            raise BadAnswer(gettext("must be a real date, year first, like 1962-03-27"))
        return born.isoformat()

    def said(self, value: Value) -> str:
        return format_day(date.fromisoformat(str(value)))


@dataclass(frozen=True)
class FreeText(Question):
    """The patient's own words, up to `limit` characters; `lines` is the height of the box.

    `choices` may be chosen in place of words. `beside`: the box belongs to "other" of that question.
    """

    limit: int = 2000
    lines: int = 3
    choices: tuple[Option, ...] = ()
    beside: str | None = None

    kind = "free_text"

    def said(self, value: Value) -> str:
        choice = _choice(self.choices, value)
        return str(choice.text) if choice else str(value)

    def as_noted(self, value: Value) -> str:
        choice = _choice(self.choices, value)
        return _noted(choice) if choice else str(value)

    def parse(self, raw: object) -> Value | None:
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise BadAnswer(gettext("must be text"))
        if _choice(self.choices, raw):
            return raw
        if raw in CODES:
            raise BadAnswer(gettext("must be in words"))
        text = free.cleaned(raw).strip()
        if len(text) > self.limit:
            raise BadAnswer(gettext("is longer than %(limit)s characters", limit=self.limit))
        return text or None


@dataclass(frozen=True)
class Telephone(FreeText):
    """A telephone number as the patient writes it: at least LEAST digits, in any script."""

    LEAST: ClassVar[int] = 7

    limit: int = 80
    lines: int = 1

    kind = "telephone"

    def parse(self, raw: object) -> Value | None:
        words = super().parse(raw)
        if words is None or _choice(self.choices, words):
            return words
        if len(number.digits_of(str(words))) < self.LEAST:
            raise BadAnswer(gettext("must have at least %(least)s digits", least=self.LEAST))
        return words


@dataclass(frozen=True)
class Ranked(Question):
    """Up to three things in the patient's own words, the most important first."""

    limit: int = 200
    most: int = 3

    kind = "ranked"

    def parse(self, raw: object) -> Value | None:
        texts = tuple(text for each in _texts(raw) if (text := free.cleaned(each).strip()))
        self._check(texts)
        return texts or None

    def said(self, value: Value) -> str:
        return " ".join(f"{place}) {text}" for place, text in enumerate(_texts(value), 1))

    def _check(self, texts: Sequence[str]) -> None:
        if len(texts) > self.most:
            raise BadAnswer(gettext("can hold %(most)s things at most", most=self.most))
        if any(len(text) > self.limit for text in texts):
            raise BadAnswer(gettext("is longer than %(limit)s characters", limit=self.limit))


@dataclass(frozen=True)
class Rated(Ranked):
    """Up to three things with how well the patient can do each, 0 to 10."""

    kind = "rated"

    def parse(self, raw: object) -> Value | None:
        if raw is None:
            return None
        if not isinstance(raw, list | tuple):
            raise BadAnswer(gettext("must be a list"))
        ratings = tuple(rating for rating in map(_rating, raw) if rating.text)
        self._check([rating.text for rating in ratings])
        return ratings or None

    def said(self, value: Value) -> str:
        assert isinstance(value, tuple)
        return "; ".join(_said_rating(rating) for rating in value if isinstance(rating, Rating))


@dataclass(frozen=True)
class Grid(Question):
    """One of the `columns` for each of the `rows` that the patient has something to say about.

    A row is an option of an earlier list and is named "question:option"; it is there while that is ticked.
    """

    rows: tuple[Option, ...] = ()
    columns: tuple[Option, ...] = ()

    kind = "grid"

    def on_offer(self, value: Value) -> Value | None:
        if not isinstance(value, Mapping):
            return None
        rows, columns = {row.id for row in self.rows}, {column.id for column in self.columns}
        return {row: cell for row, cell in value.items() if row in rows and cell in columns} or None

    def parse(self, raw: object) -> Value | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, Mapping):
            raise BadAnswer(gettext("must be a table of answers"))
        rows, columns = [row.id for row in self.rows], [column.id for column in self.columns]
        if any(row not in rows or cell not in columns for row, cell in raw.items()):
            raise BadAnswer(gettext("is not one of the answers on offer"))
        return {row: raw[row] for row in rows if row in raw} or None

    def said(self, value: Value) -> str:
        assert isinstance(value, Mapping)
        names = {option.id: str(option.text) for option in (*self.rows, *self.columns)}
        return "; ".join(f"{names[row]}: {names[cell].lower()}" for row, cell in value.items())


def rows_of(*lists: AnyOf) -> tuple[Option, ...]:
    """A row for every option of these lists that does not stand alone."""
    return tuple(
        replace(option, id=f"{each.id}:{option.id}")
        for each in lists
        for option in each.options
        if not option.exclusive
    )


def box_beside(question: Question) -> FreeText | None:
    """The one-line box beside the option "other"; None for a question without that option.

    Sex is recorded as it was; nobody is asked to explain it.
    """
    options = question.options if isinstance(question, OneOf | AnyOf) else ()
    if question.id == "sex_at_birth" or all(option.id != "other" for option in options):
        return None
    return FreeText(
        f"{question.id}__other",
        _("In your own words"),
        asked_when=question.asked_when,
        note=question.printed_in,
        lasting=question.lasting,
        limit=200,
        lines=1,
        beside=question.id,
    )


def _choice(choices: tuple[Option, ...], value: object) -> Option | None:
    return next((option for option in choices if option.id == value), None)


def _noted(option: Option) -> str:
    return str(option.noted) if option.noted else lower_first(str(option.text))


def _texts(raw: object) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple) or not all(isinstance(item, str) for item in raw):
        raise BadAnswer(gettext("must be a list"))
    return tuple(raw)


def _rating(raw: object) -> Rating:
    if isinstance(raw, Rating):
        return raw
    if isinstance(raw, str):
        return Rating(free.cleaned(raw).strip())
    if not isinstance(raw, Mapping) or not isinstance(raw.get("text"), str):
        raise BadAnswer(gettext("must be a list of things with a rating"))
    value = Scale("rating", "").parse(raw.get("rating"))
    return Rating(free.cleaned(raw["text"]).strip(), value if isinstance(value, int) else None)


def _said_rating(rating: Rating) -> str:
    return rating.text if rating.rating is None else f"{rating.text} {rating.rating}/10"
