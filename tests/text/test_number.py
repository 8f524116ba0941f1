"""Whole numbers, in the digits of every script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text import number
from intake.text.number import NotANumber, NumberReason


@given(st.integers(0, 99_999), st.sampled_from("0٠۰०０"))
def test_a_number_is_read_in_any_digits(wanted: int, nought: str) -> None:
    written = "".join(chr(ord(nought) + int(each)) for each in str(wanted))

    assert number.read(f" {written} ", least=0, most=99_999) == wanted
    assert number.digits_of(f"no. {written}!") == str(wanted)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", NumberReason.EMPTY),
        ("\u200f", NumberReason.EMPTY),
        ("ten", NumberReason.NO_NUMBER),
        ("-1", NumberReason.NO_NUMBER),
        ("+1", NumberReason.NO_NUMBER),
        ("1.5", NumberReason.NO_NUMBER),
        ("1,5", NumberReason.NO_NUMBER),
        ("1 0", NumberReason.NO_NUMBER),
        ("²", NumberReason.NO_NUMBER),
        ("0", NumberReason.OUT_OF_RANGE),
        ("11", NumberReason.OUT_OF_RANGE),
        ("9" * 10_000, NumberReason.OUT_OF_RANGE),
    ],
)
def test_what_is_no_such_number_says_why(words: str, reason: NumberReason) -> None:
    with pytest.raises(NotANumber) as refused:
        number.read(words, least=1, most=10)

    assert refused.value.reason is reason


def test_leading_noughts_say_nothing() -> None:
    assert number.read("0007", least=0, most=10) == 7


@given(st.text())
def test_digits_of_every_script_keep_their_places(words: str) -> None:
    written = number.in_ascii(words)

    assert len(written) == len(words)
    assert [each.isdecimal() for each in written] == [each.isdecimal() for each in words]
    assert all(each.isascii() for each in written if each.isdecimal())
