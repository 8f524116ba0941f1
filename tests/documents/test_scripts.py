"""What was typed is read back from the PDF, the note and FHIR, in every script: to the last mark.

The words of each script are chosen for what its fonts do: letters drawn before the one they follow, several
letters as one glyph, one letter as several, marks, joiners, and the same glyph for different letters.
"""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import page
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents import render
from intake.documents.pdf.engine import Engine
from intake.documents.pdf.glyphs import LAST_CODE, Codes, clusters
from intake.summary import Summary
from intake.summary.record import Fact
from tests.documents.reading import codes_drawn, squeezed, words
from tests.documents.summaries import SENT, summary_of

TYPED = {
    "Latin": "Chloé Łukasz Zoë İpek Świętosława, office waffle fjord, 3 años, £20, naïve – “café”",
    "Latin, letters and marks apart": "cafe\u0301 nin\u0303o g\u0303 a\u0300\u0301",
    "Vietnamese": "Đau lưng nhiều, Nguyễn Thị Phượng",
    "numbers": "warfarin 1½ tablets; ½ tablet; ¼; ¾; ⅓; 5 x 10⁹; 10 mg/m²; x⁴; H₂O; Ⅷ; ٣; ३; ৩; ௩; ๓",
    "look-alikes": "µg μg K K Ω Ω Å Å A А Α o о ο - ‐ ‑ − x × х",
    "Greek": "πόνος στην πλάτη, Ἀθηνᾶ, ΐ",
    "Cyrillic": "Боль в спине, Їжак, Ђорђе, подъезд",
    "Devanagari": "मेरी पीठ में दर्द है, क्षत्रिय श्रीमती शर्मा, ज्ञान, हिन्दी, कि की, क़लम क\u093cलम, र्क्यु, हैं",
    "Bengali": "আমার পিঠে ব্যথা, কোমর, কৌশল, বাড়ি, ক্ষমা, কর্ম, র\u200d্যাব, হয়েছে",
    "Tamil": "என் முதுகு வலிக்கிறது, கொடு, கோவில், கௌரி, ஸ்ரீ, பொ",
    "Gujarati": "મારી પીઠમાં દુખાવો, શ્રી, ક્ષ",
    "Gurmukhi": "ਮੇਰੀ ਪਿੱਠ ਵਿੱਚ ਦਰਦ",
    "Telugu": "నా వెన్ను నొప్పి, క్షమ",
    "Malayalam": "എന്റെ പുറം വേദന, കൊച്ചി",
    "Sinhala": "මගේ පිට රිදෙනවා, ක්‍ෂ ශ්‍රී, කො",
    "Thai": "ปวดหลังมาก น้ำ ทำ ที่ ผู้ใหญ่ เป็น",
    "Khmer": "ខ្ញុំឈឺខ្នង ស្ត្រី កោះ",
    "Amharic": "የጀርባ ህመም",
    "Chinese": "背痛三天，左腿麻木。",
    "Japanese": "腰が痛い。ぎっくり腰、パン、プ",
    "Korean": "허리가 아파요, 각",
}
# Runs from right to left; no figures or Latin words, whose place in the line each reader decides for itself.
TURNED = {
    "Arabic": "ألم في الظهر منذ أسبوع، لا إله إلا الله، شكراً جداً، مُحَمَّد",
    "Persian": "کمردرد دارم، زخم‌ها می‌سوزد",
    "Urdu": "میری کمر میں درد ہے، کہاں؟",
    "Hebrew": "כאב גב חזק, שָׁלוֹם, חָזָק, שׁ",
}
EVERY = {**TYPED, **TURNED}


def record(words_typed: str) -> Summary:
    """A record that says the words as a name, as the problem and on a line."""
    fact = Fact("Typed", words_typed, ())
    return replace(summary_of("V01"), name=words_typed, problem=words_typed, medicines=(fact,))


@cache
def pdf_of(script: str) -> bytes:
    return render(record(EVERY[script]), "pdf")


@pytest.mark.parametrize("script", EVERY)
def test_the_pdf_gives_back_what_was_typed(script: str) -> None:
    """Safety: H-39."""
    typed = EVERY[script].split() if script in TURNED else [squeezed(EVERY[script])]

    found = squeezed(words(pdf_of(script)))

    # The name stands in two heads. A comma between words from right to left may go to either side.
    assert [part for part in typed if found.count(part.strip(",،؟")) < 4] == []


@pytest.mark.parametrize("script", EVERY)
def test_the_note_gives_back_what_was_typed(script: str) -> None:
    """Safety: H-39."""
    typed = squeezed(EVERY[script])

    assert squeezed(render(record(EVERY[script]), "text").decode()).count(typed) == 3


@pytest.mark.parametrize("script", EVERY)
def test_fhir_gives_back_what_was_typed(script: str) -> None:
    """Safety: H-39."""
    summary = summary_of("V01", {"ice_concern": EVERY[script]})

    said = json.loads(render(replace(summary, name=EVERY[script]), "fhir"))

    assert EVERY[script] in every_string(said["item"])
    assert said["contained"][0]["name"] == [{"text": EVERY[script]}]


def every_string(part: Any) -> set[str]:
    if isinstance(part, str):
        return {part}
    kids = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return {text for kid in kids for text in every_string(kid)}


@pytest.mark.parametrize("script", EVERY)
def test_a_reader_that_knows_no_script_finds_every_character_in_its_place(script: str) -> None:
    """Search and screen readers take the codes one by one; what runs from right to left they turn round."""
    codes = codes_drawn(pdf_of(script))

    drawn = "".join(codes)
    for word in EVERY[script].split():
        looked_for = word[::-1] if script in TURNED else word
        assert looked_for in drawn or looked_for.strip(",،؟") in drawn, word
    assert all(codes)


@pytest.mark.parametrize("script", EVERY)
def test_words_in_any_script_leave_the_file_conforming(script: str) -> None:
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf_of(script), profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_a_character_without_a_font_shows_as_a_box_and_breaks_nothing() -> None:
    machine = Engine("A4")
    markup = '<html lang="en"><head><title>A</title></head><body><p>one \u0378 two</p></body></html>'

    pdf = machine.write(machine.lay_out(markup, {}), SENT)

    assert "one \u0378 two" in words(pdf)
    assert page.validate_pdf_bytes(pdf, profile="3a").is_compliant


@given(st.data())
@settings(deadline=None)
def test_no_character_of_a_run_is_lost_or_said_twice(data: st.DataObject) -> None:
    text = data.draw(st.text(min_size=1, max_size=12))
    bounds = [len(text[:place].encode()) for place in range(len(text))]
    starts = sorted(data.draw(st.lists(st.sampled_from(bounds), min_size=1, max_size=16)))
    drawn = data.draw(st.lists(st.booleans(), min_size=len(starts), max_size=len(starts)))

    found = clusters(text.encode(), starts, drawn)

    assert "".join(cluster.text for cluster in found) == text
    places = [place for cluster in found for place in cluster.places]
    assert places == [place for place, seen in enumerate(drawn) if seen]
    assert len(found) == 1 or all(cluster.text and cluster.places for cluster in found)
    for cluster in found:
        meanings = cluster.meanings()
        assert all(meanings)
        assert len(meanings) == len(cluster.places)
        if 0 < len(cluster.places) <= len(cluster.text):
            assert "".join(meanings) == cluster.text


def test_a_font_with_no_free_code_keeps_to_the_numbers_of_its_glyphs() -> None:
    codes = Codes({}, free=LAST_CODE)

    said = [codes.code_of(7, meaning) for meaning in ("a", "b", "c", "b", "a")]

    assert said == [7, LAST_CODE, 7, LAST_CODE, 7]
