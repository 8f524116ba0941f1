"""What a patient typed can always be printed, and nothing that can be seen is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.pdf import fonts
from intake.documents.pdf.clean import LONGEST_RUN, MOST_MARKS, as_typed, clean, direction


@settings(deadline=None)  # the first letter of a script reads its font
@given(st.text(max_size=300))
def test_every_character_left_can_be_printed(text: str) -> None:
    for character in clean(text):
        assert character == "\n" or character in "\u200c\u200d" or fonts.has(character)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=300))
def test_plain_english_is_left_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("pain \U0001f525 here", "pain [fire] here"),
        ("thumbs \U0001f44d\U0001f3fd up", "thumbs [thumbs up sign] up"),
        ("one 1\ufe0f\u20e3", "one 1"),
        ("a\x00b\x07c", "abc"),
        ("right\u202eleft", "rightleft"),
        ("first\r\nsecond\u2028third", "first\nsecond\nthird"),
        ("tab\there", "tab    here"),
        ("\u0646\u200c\u0645", "\u0646\u200c\u0645"),
    ],
)
def test_pictures_are_named_and_controls_are_dropped(typed: str, printed: str) -> None:
    assert clean(typed) == printed


@pytest.mark.parametrize(
    "typed",
    [
        "Świętosława Żółć, İstanbul, Nguyễn, Ŵyn",
        "Боль в спине",
        "πόνος στην πλάτη",
        "ألم في الظهر 10 mg",
        "כאב גב",
        "背痛三天",
        "腰が痛い",
        "허리가 아파요",
        "पीठ में दर्द",
        "পিঠে ব্যথা",
        "முதுகு வலி",
        "ปวดหลัง",
        "የጀርባ ህመም",
        "زخم‌ها",
    ],
)
def test_any_script_is_printed_as_typed(typed: str) -> None:
    assert clean(typed) == typed


def test_a_letter_piled_with_marks_keeps_a_readable_number_of_them() -> None:
    assert len(clean("e" + "\u0330" * 500)) <= MOST_MARKS + 1


def test_an_endless_word_gets_places_to_break_and_loses_nothing() -> None:
    typed = "x" * 5 * LONGEST_RUN

    printed = clean(typed)

    assert printed.replace("\n", "") == typed
    assert max(len(part) for part in printed.split("\n")) == LONGEST_RUN


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("10 mg", "ltr"),
        ("ألم 10 mg", "rtl"),
        ("10 mg ألم", "ltr"),
        ("3 כאב", "rtl"),
        ("...", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction_follows_the_first_letter_that_has_one(text: str, way: str) -> None:
    assert direction(text) == way


@pytest.mark.parametrize("typed", ["Zoë’s “café” – 30°", "straße, Ærø, Łódź", "ألم 10 mg", "½ of 1½ ٣ 🔥"])
def test_a_text_note_keeps_every_character_that_can_be_seen(typed: str) -> None:
    assert as_typed(typed) == typed
    assert as_typed(f"\u202e{typed}\x00\x07\r\n") == f"{typed}\n"
