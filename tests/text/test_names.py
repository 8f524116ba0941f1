"""Names are kept as they are written, and found however they are typed."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intake.config import LANGUAGES
from intake.text import names

ANY = st.text(st.one_of(st.sampled_from(" -'’\u0301\u200e\u202e\u200c\x00\n"), st.characters()), max_size=30)

# Every blank and line end of Unicode, and what parts words without being one.
BLANKS = [each for each in map(chr, range(0x10000)) if each.isspace() and each != "\x85"]
BLANKS += ["\r\n", "\u200b", "\u2800", "\u3164", "\uffa0"]


@given(ANY)
def test_a_kept_name_is_one_line_of_what_can_be_seen(name: str) -> None:
    kept = names.cleaned(name)

    assert names.cleaned(kept) == kept
    assert kept == " ".join(kept.split())
    assert not any(unicodedata.category(each) in ("Cc", "Cs") for each in kept)
    assert not set("\u200e\u200f\u202a\u202e\u2066\u2069") & set(kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna \n  Canary ", "Anna Canary"),
        *((f"Anna{blank}Canary", "Anna Canary") for blank in BLANKS),
        ("Anna \u200b \u00a0Canary", "Anna Canary"),
        ("\u3164", ""),
        ("Anna\x00Canary", "AnnaCanary"),
        ("\u202eAnna\u202c", "Anna"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("D\x92Arcy", "D’Arcy"),
        # The joiner is part of how this name is spelt.
        ("مه\u200cلقا", "مه\u200cلقا"),
        ("\u200e", ""),
    ],
)
def test_a_name_is_kept_as_it_is_written(typed: str, kept: str) -> None:
    assert names.cleaned(typed) == kept


@given(ANY)
def test_a_name_is_the_same_after_it_was_cleaned(name: str) -> None:
    assert names.words(names.cleaned(name)) == names.words(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ó’Brien-Ñandú, Zoë", "zoe obrien nandu"),
        ("O'Brien", "O‘Brien"),
        ("مه\u200cلقا", "مهلقا"),
        ("Dr Bello", "BELLO  DR"),
        ("Strauß", "STRAUSS"),
        ("Mr Ali Hassan", "Hassan Ali"),
        ("EXAMPLE, Noor (Dr)", "Noor Example"),
        ("Canary, Mrs. Anna", "Anna Canary"),
        ("Prof. Dr. Anna Canary PhD", "ANNA CANARY"),
        ("Lord Byron", "Byron"),
        ("Dr", "dr."),
    ],
)
def test_two_spellings_are_one_name(one: str, other: str) -> None:
    assert names.same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "Anne"),
        ("कल", "काल"),
        ("", "Anna"),
        ("?", "!"),
        ("John Smith Jr", "John Smith"),
        ("John Smith Sr", "John Smith Jr"),
        ("John Smith III", "John Smith II"),
        ("Dr", "Mr"),
        ("Miss", "Dr Miss Example"),
        ("Anna Lord Canary", "Anna Canary"),
        ("Jack Lord", "Jack"),
        ("LORD, Jack", "Jack"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert not names.same(one, other)


def test_every_language_that_is_offered_has_its_titles() -> None:
    assert LANGUAGES.keys() <= names.TITLES.keys()
    assert all(names.words(title) == (title,) for titles in names.TITLES.values() for title in titles)


@given(ANY)
def test_a_title_before_or_behind_a_name_makes_no_other_person(name: str) -> None:
    assume(names.untitled(name) and not set(names.words(name)) & set().union(*names.TITLES.values()))

    assert names.same(f"Dr {name}", name)
    assert names.same(f"{name}, Mrs", name)
