"""Strangers who guess at passwords as fast as they can keep no patient waiting."""

import pytest

from bench import sign_in_flood


@pytest.mark.long_faults
def test_a_page_takes_at_most_twice_as_long_under_a_flood_of_made_up_addresses(database_url: str) -> None:
    measured = sign_in_flood.measure(database_url.replace("+psycopg", ""), rounds=30)

    # It was a flood, and it was refused; guesses were looked at as well.
    assert measured.answers[429] > 100
    assert measured.answers[403] >= 1
    assert measured.ratio <= sign_in_flood.WANTED, sign_in_flood.report(measured)
