"""The numbers to call among the words that somebody typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text import telephone

BLANK = st.sampled_from(["", " ", "-", "."])
ANYTHING = st.text(st.one_of(st.sampled_from("0123456789+() -/.,;\n"), st.characters()), max_size=60)
REGION = st.sampled_from(["GB", "DE", "US", None])


@given(st.from_regex(r"07[0-9]{9}", fullmatch=True), st.lists(BLANK, min_size=10, max_size=10))
def test_a_number_is_read_however_its_digits_are_parted(number: str, gaps: list[str]) -> None:
    written = number[0] + "".join(gap + digit for gap, digit in zip(gaps, number[1:], strict=True))

    (found,) = telephone.numbers_in(f"Mum: {written}", "GB")

    assert found.dialled == "+44" + number[1:]


@pytest.mark.parametrize(
    ("words", "dialled"),
    [
        ("07700 900123", ["+447700900123"]),
        ("+44 (0)7700 900123", ["+447700900123"]),
        ("0044 7700 900123", ["+447700900123"]),
        ("+44 7700 900 012", ["+447700900012"]),
        ("٠٧٧٠٠ ٩٠٠١٢٣", ["+447700900123"]),
        ("07700 900123 or 020 7946 0000", ["+447700900123", "+442079460000"]),
        ("07700 900123 020 7946 0000", ["+447700900123", "+442079460000"]),
        ("07700 900123\n020 7946 0000", ["+447700900123", "+442079460000"]),
        ("07700900123/02079460000", ["+447700900123", "+442079460000"]),
        ("07700 900123, after 6pm", ["+447700900123"]),
        ("my son in Munich: +49 89 1234567", ["+49891234567"]),
        ("0044 (0) 7700 900123", ["+447700900123"]),
        ("+44 07700 900123", ["+447700900123"]),
        ("07700  900123", ["+447700900123"]),
        ("07700_900_123", ["+447700900123"]),
        ("07700\u2013900\u2011123", ["+447700900123"]),
        ("０７７００　９００１２３", ["+447700900123"]),
        ("07700 900123 2pm", ["+447700900123"]),
        ("07700 900123 18-20", ["+447700900123"]),
        ("07700 900123 18:00-20:00", ["+447700900123"]),
        ("flat 4 07700 900123", ["+447700900123"]),
        ("07700 900123 born 27/3/1962", ["+447700900123"]),
        ("Mum: 07700 900123, Dad: 07700 900456", ["+447700900123", "+447700900456"]),
        ("07700 900123  020 7946 0000", ["+447700900123", "+442079460000"]),
        ("07700 900123, 900456", ["+447700900123"]),
        ("same as you have", []),
        ("none", []),
        ("999", []),
        ("116 123", []),
        ("0000000", []),
        ("07700 90012", []),
        ("07700 9001234", []),
        ("07700 9OO123", []),
        ("0800 FLOWERS", []),
        ("020 7946 0958 0958", []),
        ("07700", []),
        ("12/3/1960", []),
        ("1" * 80, []),
    ],
)
def test_every_number_among_the_words_is_found(words: str, dialled: list[str]) -> None:
    assert [each.dialled for each in telephone.numbers_in(words, "GB")] == dialled


@pytest.mark.parametrize(
    ("words", "region", "dialled"),
    [
        ("0151/23456789", "DE", ["+4915123456789"]),
        ("0 30 / 90 18 20", "DE", ["+4930901820"]),
        ("0170 1234567 030 123456", "DE", ["+491701234567", "+4930123456"]),
        ("nach 18 Uhr 030 901820", "DE", ["+4930901820"]),
        ("geb. 27.3.1962", "DE", []),
        ("116 117", "DE", []),
        ("06.12.34.56.78 ou 01 23 45 67 89", "FR", ["+33612345678", "+33123456789"]),
        ("+33 (0)6 12 34 56 78", "FR", ["+33612345678"]),
        ("06 12 34 56", "FR", []),
        ("(415) 555-2671 or 415.555.2672", "US", ["+14155552671", "+14155552672"]),
        ("1-415-555-2671", "US", ["+14155552671"]),
        ("011 44 7700 900123", "US", ["+447700900123"]),
        ("555-2671", "US", []),
        ("98765-43210/98765-43211", "IN", ["+919876543210", "+919876543211"]),
        ("०९८७६५ ४३२१०", "IN", ["+919876543210"]),
    ],
)
def test_a_number_is_read_as_the_country_of_the_clinic_writes_it(
    words: str, region: str, dialled: list[str]
) -> None:
    assert [each.dialled for each in telephone.numbers_in(words, region)] == dialled


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("02079460958", "020 7946 0958"),
        ("+442079460958", "020 7946 0958"),
        ("my son 07700900123 after 6", "my son 07700 900123 after 6"),
        ("07700900123; 02079460958", "07700 900123; 020 7946 0958"),
        ("٠٧٧٠٠٩٠٠١٢٣", "07700 900123"),
        ("07700900123 or 02079460958 after 6", "07700 900123 or 020 7946 0958 after 6"),
        ("+33199001234", "+33 1 99 00 12 34"),
        ("07700 90012", "07700 90012"),
        ("same as you have", "same as you have"),
    ],
)
def test_a_number_is_read_back_in_the_groups_of_its_country(words: str, said: str) -> None:
    assert telephone.grouped(words, "GB") == said


@given(ANYTHING, REGION)
def test_a_number_read_back_is_the_number_that_was_typed(words: str, region: str | None) -> None:
    dialled = [each.dialled for each in telephone.numbers_in(words, region)]

    said = telephone.grouped(words, region)

    assert [each.dialled for each in telephone.numbers_in(said, region)] == dialled


@pytest.mark.parametrize(
    ("words", "callable_"),
    [
        ("07700 900123 after 6pm", True),
        ("07700 900123 020 7946 0958", True),
        ("+39 06 1234 5678", True),
        ("020 7946", False),
        ("020 7946 0958 0958", False),
        ("07700 900123; 020 7946", False),
        ("12345678", False),
        ("07700 90012", False),
        ("07911 12345", False),
        ("0117 496 012", False),
        ("496 0123", False),
        ("+353 87 123 456", False),
        ("0800 1111", True),
        ("+49 30 12345", True),
        ("+1 202 555 0143", True),
        ("07700 900123 ext 5", True),
        ("no_phone", False),
        ("", False),
    ],
)
def test_a_number_with_too_few_or_too_many_digits_is_nobodys(words: str, callable_: bool) -> None:
    assert telephone.can_be_called(words, "GB") is callable_


def test_an_extension_is_dialled_after_the_number() -> None:
    (found,) = telephone.numbers_in("020 7946 0000 ext 12", "GB")

    assert (found.dialled, found.extension) == ("+442079460000", "12")
    assert found.link == "tel:+442079460000;ext=12"
    assert found.grouped == "020 7946 0000 x12"


@given(ANYTHING, REGION)
def test_what_is_dialled_stands_in_the_words_and_nothing_else_is(words: str, region: str | None) -> None:
    end = 0
    for found in telephone.numbers_in(words, region):
        assert end <= found.start < found.end <= len(words)
        assert found.dialled.removeprefix("+").isdigit()
        assert found.dialled.isascii()
        end = found.end


@pytest.mark.parametrize(
    ("words", "dialled"),
    [
        ("07700 900123", "+447700900123"),
        ("020 7946 0000 or 07911 123456", "+447911123456"),
        ("07700 900123 or 020 7946 0000", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("07700 900123 or +44 7700 900123", "+447700900123"),
        ("07700 9001234", None),
        ("07911 123456 or 07911 123457", None),
        ("07700 900123 or 07700 900124", None),
        ("07700 900123, 900124", None),
        ("07700", None),
    ],
)
def test_a_text_message_goes_to_one_number_or_to_nobody(words: str, dialled: str | None) -> None:
    found = telephone.for_texts(words, "GB")

    assert (found.dialled if found else None) == dialled


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("NHS 111", "tel:111"),
        ("999", "tel:999"),
        ("Samaritans, 116 123", "tel:116123"),
        ("0800 1111", "tel:+448001111"),
        ("0117 496 0123", "tel:+441174960123"),
        ("+44 117 496 0123", "tel:+441174960123"),
    ],
)
def test_a_line_of_the_clinic_is_called_as_it_is_dialled(line: str, link: str) -> None:
    assert telephone.line_link(line, "GB") == link


@pytest.mark.parametrize(
    ("line", "dialled"),
    [
        ("01632 960 001 or 01632 960 002", ["+441632960001", "+441632960002"]),
        ("NHS 111, option 2", ["111"]),
        ("999 or 112", ["999", "112"]),
        ("Samaritans 116 123 (24/7)", ["116123"]),
        ("111 or 01632 960 001", ["111", "+441632960001"]),
        ("18000", ["18000"]),
        ("ask at the desk", []),
    ],
)
def test_a_line_with_more_than_one_number_runs_none_together(line: str, dialled: list[str]) -> None:
    assert [each.dialled for each in telephone.lines_in(line, "GB")] == dialled


@given(ANYTHING, REGION)
def test_whatever_a_line_of_the_settings_says_its_numbers_stand_in_it(line: str, region: str | None) -> None:
    end = 0
    for found in telephone.lines_in(line, region):
        assert end <= found.start < found.end <= len(line)
        assert found.dialled.removeprefix("+").isdigit()
        end = found.end


def test_a_short_number_keeps_its_meaning_where_national_numbers_can_be_as_short() -> None:
    assert telephone.line_link("116 117", "DE") == "tel:116117"


@pytest.mark.parametrize(
    ("country", "language", "region"),
    [
        ("United Kingdom", "en", "GB"),
        (" united  kingdom ", "en", "GB"),
        ("England", "en", "GB"),
        ("GB", "en", "GB"),
        ("Deutschland", "de", "DE"),
        ("Germany", "de", "DE"),
        ("Narnia", "en", None),
    ],
)
def test_the_country_of_the_clinic_is_known_by_its_name(country: str, language: str, region: str) -> None:
    assert telephone.region_of(country, language) == region


def test_without_a_known_country_two_numbers_stay_two() -> None:
    words = "07700 900123 or 020 7946 0000"

    assert [each.dialled for each in telephone.numbers_in(words, None)] == ["07700900123", "02079460000"]
    assert telephone.grouped(words, None) == words


def test_without_a_known_country_digits_are_dialled_as_they_stand() -> None:
    (found,) = telephone.numbers_in("07700 900123 after 6pm", None)

    assert found.dialled == "07700900123"
