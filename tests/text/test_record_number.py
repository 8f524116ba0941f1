"""Numbers of record systems are read as they are kept; an NHS number has to be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text.record_number import (
    LONGEST,
    NHS_NUMBER,
    NotARecordNumber,
    RecordNumberReason,
    read,
    system_of,
)


@pytest.mark.parametrize(
    "typed", ["999 000 0018", "9990000018", " 999-000-0018 ", "٩٩٩ ٠٠٠ ٠٠١٨", "９９９ ０００ ００１８"]
)
def test_an_nhs_number_is_kept_in_one_way(typed: str) -> None:
    assert read(NHS_NUMBER, typed) == "999 000 0018"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("999 000 0017", RecordNumberReason.CHECK_DIGIT),
        ("999 000 0081", RecordNumberReason.CHECK_DIGIT),
        ("999 000 001", RecordNumberReason.DIGITS),
        ("999 000 00188", RecordNumberReason.DIGITS),
        ("ABC 000 0018", RecordNumberReason.DIGITS),
        ("4.4771E+11", RecordNumberReason.DIGITS),
    ],
)
def test_what_is_no_nhs_number_is_refused(typed: str, reason: RecordNumberReason) -> None:
    with pytest.raises(NotARecordNumber) as refused:
        read(NHS_NUMBER, typed)

    assert refused.value.reason is reason


@given(st.integers(0, 9), st.integers(0, 8))
def test_one_wrong_figure_is_always_noticed(wrong: int, place: int) -> None:
    digits = list("9990000018")
    digits[place] = str(wrong)
    typed = "".join(digits)

    if typed == "9990000018":
        assert read(NHS_NUMBER, typed)
    else:
        with pytest.raises(NotARecordNumber):
            read(NHS_NUMBER, typed)


def test_a_number_of_another_system_stays_as_it_is_written() -> None:
    assert read("hospital", "  ab/12  34 ") == "ab/12 34"
    assert read("hospital", " \n ") is None
    with pytest.raises(NotARecordNumber):
        read("hospital", "x" * (LONGEST + 1))


def test_a_system_is_known_by_the_words_of_its_name() -> None:
    assert {system_of(each) for each in ("NHS number", "nhs_number", "NHS-Number ")} == {NHS_NUMBER}
    assert system_of("—") == ""
