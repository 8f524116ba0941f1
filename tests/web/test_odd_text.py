"""Odd text on the pages of staff: found by the one reading, and never lost where it is refused."""

from datetime import date

import pytest

from intake.i18n import current_language
from intake.text import day, names


@pytest.mark.parametrize("words", ["a(b)@x.org", "jörg@x.org", "a@localhost"])
def test_a_page_that_refuses_an_address_keeps_what_was_typed(admin, reception, words):
    admin.opens("/users/new").presses(
        "Save and make the link", name="Rosa New", email=words, role="reception"
    )
    assert admin.status == 400
    assert f'value="{words}"' in admin.html

    reception.opens("/appointments/new").presses("Save and make the link", name="Anna New", email=words)
    assert reception.status in (400, 422)
    assert f'value="{words}"' in reception.html
    assert "Anna New" in reception.html


def test_the_search_reads_days_names_and_codes_like_every_entrance(reception):
    reception.opens("/appointments/new").presses(
        "Save and make the link",
        name="Zoe\u0308 Ó’Brien\u200e",
        dob_day="٢٧",
        dob_month="March",
        dob_year="1962",
        day="2026-11-30",
        time="09:40",
    )
    assert reception.status == 200
    assert names.cleaned("Zoe\u0308 Ó’Brien\u200e") in reception.html

    for asked in (
        "27/3/1962",
        "27/3/62",
        "27th March 1962",
        "٢٧.٣.١٩٦٢",
        "zoe obr",
        "\u202eOBRIEN  zoë\u202c",
    ):
        reception.opens("/find").presses("Find", asked=asked)

        assert "1 patient" in reception.words, asked
    assert day.read("27th March 1962", languages=[current_language()]) == date(1962, 3, 27)
    for asked in ("3/27/1962", "Zoe X"):
        reception.opens("/find").presses("Find", asked=asked)

        assert "Nobody was found" in reception.words, asked
