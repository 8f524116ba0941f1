"""Free text: what was typed, without what no page can carry."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text import free

ANY = st.text(st.one_of(st.sampled_from("\r\n\t\x00\x93\u200e "), st.characters()), max_size=60)


@given(ANY)
def test_cleaned_text_is_clean(words: str) -> None:
    cleaned = free.cleaned(words)

    assert free.cleaned(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned
    assert not any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t" for each in cleaned)


@given(st.recursive(ANY, lambda each: st.lists(each, max_size=3) | st.dictionaries(ANY, each, max_size=3)))
def test_what_lies_within_is_cleaned_however_deep(tree: Any) -> None:
    cleaned = free.cleaned_within(tree)

    assert free.cleaned_within(cleaned) == cleaned
    json.dumps(cleaned, ensure_ascii=False).encode()


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])))
def test_nothing_that_can_be_seen_is_taken_out(words: str) -> None:
    kept = "".join(each for each in words if each not in "\ufeff\u202d\u202e")
    assert free.cleaned(words) == kept


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b\x07c\x1bd", "abcd"),
        ("\x93quoted\x94 \x96 it\x92s 5\x80", "“quoted” – it’s 5€"),
        ("half a letter \ud83d", "half a letter "),
        ("a\tb", "a\tb"),
        ("one\x0btwo\x0cthree\u2028four\u2029five", "one\ntwo\nthree\nfour\nfive"),
        ("one\x1ctwo\x1dthree\x1efour\x1ffive", "one\ntwo\nthree\nfour five"),
        ("read \u202ebackwards\u202c", "read backwards\u202c"),
    ],
)
def test_line_ends_control_characters_and_slips_are_mended(typed: str, cleaned: str) -> None:
    assert free.cleaned(typed) == cleaned


def test_one_line_has_single_blanks_and_what_is_seen_no_marks() -> None:
    assert free.one_line("  a \n b\u00a0c ") == "a b c"
    assert free.seen("\u200ea\u202e b\u200b") == "a b"
    assert free.seen("क्\u200dष") == "क्\u200dष"
