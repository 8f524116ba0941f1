"""A date, however people write it; never one that could mean another day."""

from datetime import date

import pytest
from babel import Locale, dates
from hypothesis import given
from hypothesis import strategies as st

from intake.text import day
from intake.text.day import DayReason, NotADay

LANGUAGES = ("en", "de", "fr", "es", "ar", "pl")
# Languages whose dates in words are read whole; in others the month has to be a number.
AS_PRINTED = (
    *("en", "de", "fr", "es", "pt", "it", "pl", "ro", "tr", "ar", "fa", "ur"),
    *("hi", "bn", "pa", "gu", "ta", "zh", "ja", "ko", "ru", "uk", "vi"),
)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
WAYS = st.sampled_from(
    [
        "{d}/{m}/{y}",
        "{d}.{m}.{y}",
        "{d}. {m}. {y}",
        "{d} {m} {y}",
        "{d}-{m}-{y}",
        "{y}-{m:02}-{d:02}",
        "{y}/{m}/{d}",
    ]
)


@given(DAYS, WAYS)
def test_numbers_have_the_day_first_or_the_year_first(when: date, way: str) -> None:
    assert _read(way.format(d=when.day, m=when.month, y=when.year)) == when


@given(DAYS, st.sampled_from(LANGUAGES), st.sampled_from(["wide", "abbreviated"]))
def test_a_month_has_its_name_in_every_language(when: date, language: str, width: str) -> None:
    names = dates.get_month_names(width, "format", Locale.parse(language))

    assert day.read(f"{when.day} {names[when.month]} {when.year}", languages=(language, "en")) == when


@given(DAYS, st.sampled_from("٠۰०০๐០０"))
def test_digits_are_of_any_script(when: date, nought: str) -> None:
    written = "".join(chr(ord(nought) + int(each)) if each.isdigit() else each for each in f"{when:%d/%m/%Y}")

    assert _read(written) == when


@given(DAYS)
def test_three_boxes_are_read_like_one_line(when: date) -> None:
    for month in (f"{when.month}", f"{when:%B}", f"{when:%b}".upper()):
        parts = (f" {when.day}", month, f"{when.year}\u200e")

        assert day.of_parts(*parts, languages=LANGUAGES) == when
        assert _read(" ".join(parts)) == when


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("12th March 1960", date(1960, 3, 12)),
        ("the 12th", None),
        ("12.", None),
        ("March 12, 1960", date(1960, 3, 12)),
        ("12 of March 1960", date(1960, 3, 12)),
        ("12march1960", date(1960, 3, 12)),
        ("12 sept. 1960", date(1960, 9, 12)),
        ("12. März 1960", date(1960, 3, 12)),
        ("12 marzec 1960", date(1960, 3, 12)),
        ("12 marca 1960", date(1960, 3, 12)),
        ("1er févr. 1960", date(1960, 2, 1)),
        ("12 de marzo de 1960", date(1960, 3, 12)),
        ("12 ma 1960", None),
        ("12 jui 1960", None),
        ("30/11.2026", None),
        ("1/2/3/1960", None),
        ("2026-11-30T09:40", None),
    ],
)
def test_a_date_is_understood_or_refused_but_never_guessed(words: str, found: date | None) -> None:
    if found is None:
        assert _reason(words) is DayReason.NO_DATE
    else:
        assert _read(words) == found


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (" \u200e", DayReason.EMPTY),
        ("27/3/62", DayReason.SHORT_YEAR),
        ("27/3/0062", DayReason.SHORT_YEAR),
        ("46356", DayReason.SERIAL),
        ("46356,5", DayReason.SERIAL),
        ("29/2/2027", DayReason.NO_SUCH_DAY),
        ("11/30/2026", DayReason.NO_SUCH_DAY),
        ("31/12/1959", DayReason.TOO_EARLY),
        ("1/1/1970", DayReason.TOO_LATE),
        ("12" * 10_000, DayReason.NO_DATE),
    ],
)
def test_what_is_no_such_day_says_why(words: str, reason: DayReason) -> None:
    with pytest.raises(NotADay) as refused:
        day.read(words, languages=LANGUAGES, least=date(1960, 1, 1), most=date(1969, 12, 31))

    assert refused.value.reason is reason


@given(DAYS, WAYS, st.sampled_from(day.PARTS))
def test_one_box_may_hold_the_whole_date(when: date, way: str, box: str) -> None:
    boxes = dict.fromkeys(day.PARTS, "") | {box: way.format(d=when.day, m=when.month, y=when.year)}

    assert day.of_parts(**boxes, languages=LANGUAGES) == when


@given(DAYS, st.sampled_from(["", ".", "th", "st", "º", "er", "-го", "日"]))
def test_a_day_may_have_the_ending_it_is_said_with(when: date, ending: str) -> None:
    boxes = (f"{when.day}{ending}", f"{when.month}", f"{when.year}")

    assert day.of_parts(*boxes, languages=LANGUAGES) == when


@given(DAYS, st.sampled_from(AS_PRINTED))
def test_a_date_is_read_as_its_language_prints_it(when: date, language: str) -> None:
    for style in ("long", "medium"):
        printed = dates.format_date(when, style, locale=language)

        assert day.read(printed, languages=(language,)) == when


@given(DAYS, st.sampled_from([543, -621, 3760]))
def test_a_year_of_another_calendar_is_refused_and_never_converted(when: date, later: int) -> None:
    """Buddhist, Persian and Jewish years of the last century."""
    year = 1920 + when.year % 107 + later
    with pytest.raises(NotADay) as refused:
        day.of_parts(f"{when.day}", f"{when.month}", f"{year}", languages=LANGUAGES)

    assert (refused.value.reason, refused.value.parts) == (DayReason.OTHER_CALENDAR, ("year",))


@given(st.tuples(*[st.one_of(st.text(max_size=12), st.integers(0, 3000).map(str))] * 3))
def test_any_three_boxes_are_a_day_or_name_the_boxes_that_are_wrong(boxes: tuple[str, str, str]) -> None:
    try:
        found = day.of_parts(*boxes, languages=LANGUAGES)
    except NotADay as problem:
        refused = problem
    else:
        assert 1000 <= found.year <= 9999
        return

    assert refused.parts
    assert set(refused.parts) <= set(day.PARTS)


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (("x", "3", "1960"), ("day",)),
        (("1", "", "1960"), ("month",)),
        (("1", "ma", ""), ("month", "year")),
        (("1", "13", "1960"), ("month",)),
        (("31", "2", "1960"), ("day",)),
        (("1", "3", "60"), ("year",)),
    ],
)
def test_the_box_that_is_wrong_is_named(parts: tuple[str, str, str], wrong: tuple[str, ...]) -> None:
    with pytest.raises(NotADay) as refused:
        day.of_parts(*parts, languages=LANGUAGES)

    assert refused.value.parts == wrong


@given(st.text())
def test_any_words_are_a_day_or_none(words: str) -> None:
    try:
        found = _read(words)
    except NotADay:
        return

    assert 1000 <= found.year <= 9999


@given(DAYS)
def test_programs_write_a_day_in_one_way(when: date) -> None:
    assert day.iso(when.isoformat()) == when
    for other in (f"{when:%Y%m%d}", f"{when:%G-W%V-%u}", f" {when}", f"{when}\n", f"{when:%d/%m/%Y}"):
        with pytest.raises(NotADay):
            day.iso(other)


def _read(words: str) -> date:
    return day.read(words, languages=LANGUAGES)


def _reason(words: str) -> DayReason:
    with pytest.raises(NotADay) as refused:
        _read(words)
    return refused.value.reason
