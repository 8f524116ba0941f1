"""A time of day, in the digits of every script."""

from datetime import time

import pytest

from intake.text import clock


@pytest.mark.parametrize(
    "words", ["10:30", "10.30", "1030", " 10:30 ", "١٠:٣٠", "۱۰:۳۰", "１０：３０", "१०:३०", "10\u200e:30"]
)
def test_a_time_is_read_in_the_digits_of_every_script(words: str) -> None:
    assert clock.read(words) == time(10, 30)


@pytest.mark.parametrize("words", ["", "24:00", "10:60", "ten", "10:3", "10:30:00", "-1:30", "½0:30"])
def test_what_is_no_time_of_day_is_refused(words: str) -> None:
    with pytest.raises(clock.NotATime):
        clock.read(words)
