"""Words in templates: translation, the clinic's facts, days and times, telephone numbers one can tap."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, g, request, session
from markupsafe import Markup, escape

from intake import i18n
from intake.i18n import Words
from intake.red_flags import advice
from intake.services.operations import approvals
from intake.summary.lines import with_its_answers
from intake.text import telephone
from intake.text.telephone import PhoneNumber
from intake.web import clinic, fall_silent, speak
from intake.web.frozen import frozen

LINES = (
    "emergency_number",
    "urgent_line",
    "maternity_line",
    "early_pregnancy_line",
    "cancer_line",
    "crisis_line",
    "relay_line",
    "clinic_phone",
)


def install_template_filters(app: Flask) -> None:
    """Teach the templates to speak."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # The extension brings this method, unseen by mypy.
    app.jinja_env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        fill=fill, named=named, dial=dial, in_force=in_force, raised=raised, callable=callable_
    )
    app.jinja_env.tests.update(can_be_called=can_be_called, can_be_texted=can_be_texted)
    app.jinja_env.filters.update(
        day=i18n.format_day,
        moment=moment,
        weekday_moment=weekday_moment,
        clock=clock,
        with_its_answers=with_its_answers,
    )
    app.jinja_env.globals.update(told_by=advice)
    app.jinja_env.globals.update(language=i18n.current_language, direction=i18n.text_direction, tel=tel)
    app.before_request(_listen)
    app.teardown_request(fall_silent)
    app.context_processor(_clinic_in_words)
    app.url_defaults(_name_the_version)


def keep_to_ourselves(app: Flask) -> None:
    """Take back what Flask hands to every template: `g` and `session` hold rows, `config` holds secrets.

    Each blueprint brings it along anew, so this comes after the last of them.
    """
    for processors in app.template_context_processors.values():
        processors[:] = [processor for processor in processors if processor.__module__ != "flask.templating"]
    for name in ("g", "session", "config"):
        del app.jinja_env.globals[name]


def facts() -> dict[str, str]:
    """What fills the placeholders, in the language being spoken; worked out once a request."""
    if "facts" not in g or g.facts[0] != i18n.current_language():
        language = i18n.current_language()
        g.facts = language, clinic().settings.clinic_facts(clinic().now(), language)
    known: dict[str, str] = g.facts[1]
    return known


def fill(words: Words) -> str:
    """The text with the clinic's facts in it."""
    return i18n.fill(words, facts())


def dial(words: Words) -> Markup:
    """The same, every telephone number a link that calls it."""
    known = facts()
    parts = re.split(r"\{(\w+)\}", str(words))
    said = [escape(part) for part in parts]
    for at in range(1, len(parts), 2):
        name = parts[at]
        if name == "emergency_text":
            said[at] = _linked(known[name], "sms")
        elif name in LINES:
            said[at] = _linked(known[name])
        else:
            said[at] = escape(known.get(name, f"{{{name}}}"))
    return Markup("").join(said)


def named(words: str) -> Markup:
    """A name, or what is read out letter by letter, as no browser translates it."""
    return Markup('<bdi translate="no">{}</bdi>').format(words)


def in_force(items: Iterable[Words]) -> list[Words]:
    """The items that name nothing the clinic has not set."""
    return list(advice.in_force(items, facts()))


def tel(line: str) -> str:
    """The address that calls a line of the clinic's settings: "NHS 111" is tel:111."""
    return telephone.line_link(line, clinic().settings.region)


def callable_(words: str) -> Markup:
    """What a patient gave as their telephone, as it was typed, each number in it a link that calls it."""
    return _with_links(words, telephone.numbers_in(words, clinic().settings.region))


def can_be_called(words: str) -> bool:
    """There is a number in the words that a link calls."""
    return bool(telephone.numbers_in(words, clinic().settings.region))


def can_be_texted(words: str) -> bool:
    """There is one number in them that can get text messages."""
    return telephone.for_texts(words, clinic().settings.region) is not None


def moment(at: datetime) -> str:
    """Day and time at the clinic."""
    return i18n.format_moment(at, clinic().settings.zone)


def weekday_moment(at: datetime) -> str:
    """The same with the day of the week."""
    return i18n.format_weekday_moment(at, clinic().settings.zone)


def clock(at: datetime) -> str:
    """Time of day at the clinic."""
    return i18n.format_time(at, clinic().settings.zone)


def raised(words: Words) -> str:
    """A text that can stand inside a sentence, at the beginning of a line."""
    text = str(words)
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=256)
def version_of(file: Path, changed: int) -> str:
    """Ten letters that change with the file. `changed` only tells the cache that it did."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def _linked(line: str, scheme: str = "tel") -> Markup:
    """A line of the clinic's settings: the whole of it is the link, or each of the numbers in it."""
    numbers = telephone.lines_in(line, clinic().settings.region)
    if len(numbers) == 1:
        (only,) = numbers
        return Markup('<a class="u-tel" href="{}">{}</a>').format(_address(only, scheme), named(line))
    return _with_links(line, numbers, scheme)


def _with_links(words: str, numbers: Iterable[PhoneNumber], scheme: str = "tel") -> Markup:
    said, at = Markup(), 0
    for each in numbers:
        link = Markup('<a class="u-tel" href="{}">{}</a>').format(
            _address(each, scheme), words[each.start : each.end]
        )
        said, at = said + words[at : each.start] + link, each.end
    return named(said + words[at:])


def _address(number: PhoneNumber, scheme: str) -> str:
    return number.link if scheme == "tel" else f"{scheme}:{number.dialled}"


def _listen() -> None:
    if request.endpoint == "static":
        return
    settings = clinic().settings
    speak(request.accept_languages.best_match(settings.offered) or settings.language)


def _clinic_in_words() -> dict[str, object]:
    settings = clinic().settings
    return {
        "request": request,
        "facts": frozen(facts()),
        "demonstration": settings.demonstration,
        "on_tablet": "tablet" in session,
        "shared_browser": "tablet" in session or _filled_in_by_staff(),
        "approved": approvals.in_force(settings) is not None,
    }


def _filled_in_by_staff() -> bool:
    visit = g.get("visit")
    return visit is not None and visit.filled_in_by is not None


def _name_the_version(endpoint: str, values: dict[str, str]) -> None:
    """Static files are kept by browsers for a year, under a name that changes when they do."""
    if endpoint != "static" or "v" in values:
        return
    file = Path(current_app.static_folder or "") / values["filename"]
    if file.is_file():
        values["v"] = version_of(file, file.stat().st_mtime_ns)
