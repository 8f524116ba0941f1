"""Every letter, figure and sign of Unicode is the same in the note as it was typed. Safety: H-39.

In Windows-1252, which holds few of them, each is the same, or is written otherwise and the note says so.
"""

import json
import re
import sys
import unicodedata
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents import render, windows_1252
from intake.documents.pdf import fonts
from intake.documents.pdf.clean import VARIATIONS, clean, name_of
from intake.questionnaire import QUESTIONS
from intake.questionnaire.questions import FreeText
from intake.summary import Summary
from intake.summary.record import Fact
from tests.documents.reading import squeezed, words
from tests.documents.summaries import summary_of

SORTS = ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Sc", "Sm", "Sk", "So", "Mn", "Mc", "Me")
SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
INPUTS = (
    "warfarin 1½ tablets; ½ tablet; ¼; 5 x 10⁹",
    "Chloé",
    "Łukasz",
    "3 años",
    "£20",
    "10 mg/m²",
)


@cache
def every(sort: str) -> str:
    """All characters of a category, ten to a word; marks each on a letter."""
    found = [each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(each) == sort]
    letters = [f"o{each}" if sort[0] == "M" else each for each in found]
    return " ".join("".join(letters[first : first + 10]) for first in range(0, len(letters), 10))


@cache
def somebody() -> Summary:
    return summary_of("V01")


def note_of(typed: str) -> str:
    """The note of somebody who typed this as a medicine, as a worry, as their words and as a name."""
    fact = Fact("Medicines", typed, ())
    summary = replace(somebody(), name=typed, problem=typed, medicines=(fact,), pain=(fact,))
    return render(summary, "text").decode()


@pytest.mark.parametrize("sort", SORTS)
def test_every_character_of_a_sort_is_in_the_note_as_typed(sort: str) -> None:
    assert QUESTIONS["ice_concern"].parse(every(sort)[:2000]) == every(sort)[:2000].strip()

    assert squeezed(note_of(every(sort))).count(squeezed(every(sort))) == 4


@pytest.mark.parametrize("sort", ["Ll", "Lt", "Nd", "No", "Sc"])
def test_every_character_of_a_sort_is_in_fhir_as_typed(sort: str) -> None:
    question = QUESTIONS["ice_concern"]
    assert isinstance(question, FreeText)

    for typed in (every(sort)[first : first + question.limit] for first in range(0, len(every(sort)), 1900)):
        made = render(summary_of("V01", {"ice_concern": typed}), "fhir")
        assert json.dumps(typed.strip(), ensure_ascii=False).encode() in made


@pytest.mark.parametrize("sort", SORTS)
def test_every_character_of_a_sort_is_printed_as_typed_or_by_its_name(sort: str) -> None:
    for typed in squeezed(every(sort)):
        # How a picture is to be drawn is left out; the picture itself is named.
        assert clean(typed) in (typed, f"[{name_of(typed)}]") or typed in VARIATIONS or typed in SKIN_TONES


def test_every_figure_that_a_font_has_is_read_back_from_the_pdf() -> None:
    figures = [each for sort in ("Nd", "No", "Nl", "Sc") for each in squeezed(every(sort)) if fonts.has(each)]
    assert len(figures) > 800
    typed = " ".join(figures)

    printed = squeezed(words(render(replace(summary_of("V01"), problem=typed), "pdf")))

    # Figures of a script that runs from right to left stand in their own order.
    assert [each for each in figures if each not in printed] == []
    latin = [each for each in figures if unicodedata.bidirectional(each) in ("EN", "ET", "ON", "L")]
    assert len(latin) > 600


@given(st.text(alphabet=st.characters(categories=["L", "N", "S", "P", "Zs"]), min_size=1, max_size=400))
@settings(deadline=None)
def test_words_without_blanks_and_figures_keep_their_order_in_the_note(typed: str) -> None:
    assert squeezed(typed) in squeezed(note_of(f"x{typed}x"))


@pytest.mark.parametrize("unit", ["痛", "ปวดน้ำ", "दर्दमें", "x"])
def test_no_number_and_no_letter_with_its_marks_is_cut_by_the_end_of_a_line(unit: str) -> None:
    numbers = [f"{count}.{count}½" for count in range(1000, 1100)]

    lines = note_of(unit.join(numbers)).split("\n")

    assert max(map(len, lines)) < 100
    for number in numbers:
        assert any(number in line for line in lines)
    assert not [line for line in lines if line[1:2] and unicodedata.category(line[1]) in ("Mn", "Mc")]


def test_two_lines_that_end_and_begin_with_figures_are_no_fraction() -> None:
    note = note_of("Warfarin 1\n2 daily\nand ½\n⅓ at night")

    assert "Warfarin 1; 2 daily / and ½; ⅓ at night" in note


@pytest.mark.parametrize("typed", ["letrozole", "ﬁbre", "ßeta", "ǆ", "ΐ", "İpek", "i"])
def test_no_typed_word_gets_a_capital_or_loses_it(typed: str) -> None:
    assert note_of(typed).count(typed) >= 4


def old_note(typed: str) -> str:
    return windows_1252.encoded(note_of(typed)).decode("windows-1252")


@pytest.mark.parametrize("typed", INPUTS)
def test_a_dose_or_name_typed_is_the_same_in_every_document(typed: str) -> None:
    summary = replace(summary_of("V01", {"ice_concern": typed}), name=typed, problem=typed)

    assert typed in " ".join(render(summary, "text").decode().split())
    assert squeezed(words(render(summary, "pdf"))).count(squeezed(typed)) >= 3
    assert json.dumps(typed, ensure_ascii=False) in render(summary, "fhir").decode()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1½ tablets, ½, ¼, ¾", "1½ tablets, ½, ¼, ¾"),
        ("1⅓, ⅔, 2⅛5", "1 1/3, 2/3, 2 1/8 5"),
        ("5 x 10⁹, 10⁻³, 10¹², 10²⁴", "5 x 10^9, 10^-3, 10¹², 10^24"),
        ("x⁴5, H₂O, m²", "x^4 5, H_2O, m²"),
        ("Chloé Łukasz Świętosława", "Chloé Lukasz Swietoslawa"),
        ("Nguyễn Thị İpek Đorđe", "Nguyên Thi Ipek Dorde"),
        ("cafe\u0301, 3 años, £20, €5", "café, 3 años, £20, €5"),
        ("٣٫٥ mg, १२ mg, ๓, ５", "3.5 mg, 12 mg, 3, 5"),
        ("①5, 5⑴, ⒈, Ⅷ, ㎎, ㎡", "(1)5, 5(1), (1.), VIII, mg, m²"),
        ("≤5, −3, 5‑10, →", "<=5, -3, 5-10, ->"),
        ("μg", "µg"),
        ("β-blocker", "[U+03B2]-blocker"),
        ("पीठ दर्द", "[U+092A U+0940 U+0920] [U+0926 U+0930 U+094D U+0926]"),
        ("pain 🔥 ☐", "pain [fire] [ballot box]"),
        ("፩ \ue000", "[ethiopic digit one] [U+E000]"),
    ],
)
def test_what_windows_1252_lacks_is_written_by_the_table(typed: str, written: str) -> None:
    assert f'"{written}"' in old_note(typed)


def test_the_end_of_the_note_says_what_was_written_otherwise() -> None:
    said = " ".join(old_note("Łukasz, 1⅓, β").split())

    assert '"L" = U+0141 latin capital letter l with stroke' in said
    assert '"1/3" = U+2153 vulgar fraction one third' in said
    assert "written in [ ]: U+03B2 greek small letter beta." in said


@pytest.mark.parametrize("typed", ["plain", *INPUTS[1:2], *INPUTS[3:]])
def test_a_note_that_windows_1252_holds_is_the_same_in_both(typed: str) -> None:
    assert old_note(typed) == note_of(typed)


@pytest.mark.parametrize("sort", SORTS)
def test_in_windows_1252_every_character_is_the_same_or_accounted_for(sort: str) -> None:
    old = windows_1252.encoded(every(sort)).decode("windows-1252")
    shown, said = set(old), set(re.findall(r"U\+([0-9A-F]{4,6}) ", " ".join(old.split())))

    for typed in squeezed(every(sort)):
        held = typed in shown or unicodedata.normalize("NFC", f"o{typed}") in shown
        assert held or f"{ord(typed):04X}" in said or typed in VARIATIONS, typed
    assert max(map(len, old.split("\n"))) < 100


@pytest.mark.parametrize("sort", ["Nd", "Nl", "No"])
def test_in_windows_1252_no_figure_joins_another_and_each_keeps_its_value(sort: str) -> None:
    for typed in squeezed(every(sort)):
        written = windows_1252.encoded(f"7{typed}7 mg").decode("windows-1252").split("\n")[0]
        value = unicodedata.decimal(typed, None)
        if value is not None:
            assert written == f"7{value}7 mg"
        else:
            assert re.fullmatch(r"7\D(.*\D)?7 mg", written, re.ASCII), (typed, written)
