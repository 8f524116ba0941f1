"""Codes are read however they are spelt, and what is none is told apart from what is too short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text import code
from intake.text.code import LETTERS, CodeReason, NotACode

CODES = st.text(LETTERS, min_size=6, max_size=6)
GAPS = st.lists(st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200b", "\n"]), min_size=6, max_size=6)
ELSEWHERE = str.maketrans("ABEHKMPTX23", "АВЕНКМРТХ２٣")


@given(CODES, GAPS, st.booleans())
def test_a_code_is_read_however_it_is_spelt(made: str, gaps: list[str], small: bool) -> None:
    written = "".join(gap + letter for gap, letter in zip(gaps, made, strict=True))

    assert code.read(written.lower() if small else written, 6) == made
    assert code.read(written.translate(ELSEWHERE), 6) == made


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", CodeReason.EMPTY),
        (" - ", CodeReason.EMPTY),
        ("ABCDE", CodeReason.LENGTH),
        ("ABCDEFG", CodeReason.LENGTH),
        ("ABCDE0", CodeReason.LETTERS),
        ("ABCDEI", CodeReason.LETTERS),
        ("ABCDEЖ", CodeReason.LETTERS),
    ],
)
def test_what_is_no_code_says_why(words: str, reason: CodeReason) -> None:
    with pytest.raises(NotACode) as refused:
        code.read(words, 6)

    assert refused.value.reason is reason


def test_a_u_was_a_v_because_no_code_has_one() -> None:
    assert code.read("abcdeu", 6) == "ABCDEV"
    assert not set("01ILOU") & set(LETTERS)


@given(st.text(max_size=20))
def test_any_words_are_a_code_or_none(words: str) -> None:
    try:
        found = code.read(words, 6)
    except NotACode:
        return

    assert len(found) == 6
    assert set(found) <= set(LETTERS)
