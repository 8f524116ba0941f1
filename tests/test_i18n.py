"""Words that wake up late."""

from datetime import UTC, date, datetime
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake import i18n
from intake.i18n import (
    add_catalogue,
    current_language,
    fill,
    format_day,
    format_moment,
    gettext,
    join,
    lazy,
    lower_first,
    ngettext,
    speaking,
    text_direction,
)


class Backwards(NullTranslations):
    """A language in which everything is said backwards."""

    def gettext(self, message: str) -> str:
        return message[::-1]


@pytest.fixture(autouse=True)
def backwards() -> None:
    add_catalogue("he", Backwards())


def test_a_lazy_text_is_said_in_the_language_of_the_reader() -> None:
    greeting = lazy("abc")

    with speaking("he"):
        assert str(greeting) == "cba"
    assert str(greeting) == "abc"


def test_a_language_ends_with_its_block_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), speaking("he"):
        _ = 1 / 0

    assert current_language() == "en"


def test_the_direction_follows_the_language() -> None:
    assert text_direction() == "ltr"
    with speaking("he"):
        assert text_direction() == "rtl"


def test_a_language_is_spoken_from_the_translators_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "LOCALE_FOLDER", tmp_path)
    file = tmp_path / "cy" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(
        """
msgid "Your pain"
msgstr "Eich poen"

msgid "Not translated yet"
msgstr ""

#, fuzzy
msgid "Only guessed"
msgstr "Dim ond dyfalu"
""",
        encoding="utf-8",
    )

    with speaking("cy"):
        said = [gettext(source) for source in ("Your pain", "Not translated yet", "Only guessed")]

    assert said == ["Eich poen", "Not translated yet", "Only guessed"]


def test_facts_fill_their_placeholders_and_leave_other_braces_alone() -> None:
    assert (
        fill(lazy("Call {emergency_number} {not_a_fact}"), {"emergency_number": "999"})
        == "Call 999 {not_a_fact}"
    )


def test_a_fact_is_not_read_for_placeholders_again() -> None:
    assert fill("{clinic_name}", {"clinic_name": "{clinic_phone}", "clinic_phone": "1"}) == "{clinic_phone}"


def test_values_and_plurals_are_filled() -> None:
    assert gettext("%(n)s of us", n=3) == "3 of us"
    assert ngettext("%(num)s form", "%(num)s forms", 2) == "2 forms"
    assert gettext("") == ""


def test_english_puts_the_day_before_the_month() -> None:
    assert format_day(date(2026, 3, 9)) == "9 March 2026"


def test_moments_are_told_in_the_time_of_the_clinic() -> None:
    summer_noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    assert format_moment(summer_noon, ZoneInfo("Europe/London")) == "1 Jul 2026, 13:00"


@pytest.mark.parametrize(
    ("standing_alone", "inside"),
    [("Dull ache", "dull ache"), ("MRI", "MRI"), ("X-ray", "X-ray"), ("I vape", "I vape")],
)
def test_names_keep_their_capitals_inside_a_sentence(standing_alone: str, inside: str) -> None:
    assert lower_first(standing_alone) == inside


def test_lists_end_with_and() -> None:
    assert join(["a", "b", "c"]) == "a, b and c"
    assert join([]) == ""
