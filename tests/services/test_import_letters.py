"""The letters of a file: sure, or asked with names as they would look; never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.services.appointments.importing.letters import ENCODINGS, MARKED, LettersAsked, opened

HEADER = "date;time;name;date_of_birth\n"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_without_a_question(coding):
    found = opened("Zoë “Ñandú”".encode(coding))

    assert found.text.removeprefix("\ufeff") == "Zoë “Ñandú”"
    assert (found.notes, found.encoding) == ((), None)


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        ("Jürgen Weiß", "cp1252"),
        ("Łukasz Żółć", "cp1250"),
        ("Łukasz Żółć", "iso-8859-2"),
        ("Zoë Ñandú", "mac_roman"),
        ("Jürgen Größ", "cp850"),
        ("Ольга", "cp1251"),
        ("Şule Ağa", "cp1254"),
    ],
)
def test_a_byte_that_is_not_utf_8_is_named_with_its_line_and_the_right_letters_are_offered(name, coding):
    content = f"{HEADER}2026-12-01;09:00;{name};27.3.1962".encode(coding)

    with pytest.raises(LettersAsked) as asked:
        opened(content)

    first = next(byte for byte in content if byte > 127)
    assert f"Line 2 holds a byte (0x{first:02X}) that is not UTF-8" in asked.value.why
    (right,) = [each for each in asked.value.candidates if name in each.samples]
    assert name in opened(content, encoding=right.code).text
    assert opened(content, encoding=right.code).encoding == right.code


def test_each_offer_looks_different():
    with pytest.raises(LettersAsked) as asked:
        opened("Jürgen".encode("cp1252"))

    samples = [each.samples for each in asked.value.candidates]
    assert len(set(samples)) == len(samples)
    assert len(samples) < len(ENCODINGS)


def test_a_word_with_a_sign_or_another_script_inside_is_not_offered_where_another_is_plausible():
    with pytest.raises(LettersAsked) as asked:
        opened("Müller-Canary;Änne".encode("cp1252"))

    said = " ".join(" ".join(each.samples) for each in asked.value.candidates)
    assert "M³ller" not in said
    assert "Mьller" not in said


def test_of_a_file_that_is_utf_8_but_for_a_byte_the_byte_can_be_marked():
    content = "Zoë;Noël;Änne;".encode() + b"J\xfcrgen"

    with pytest.raises(LettersAsked) as asked:
        opened(content)

    assert MARKED in [each.code for each in asked.value.candidates]
    assert opened(content, encoding=MARKED).text == "Zoë;Noël;Änne;J\ufffdrgen"


def test_lines_are_counted_in_files_of_old_macintoshes():
    with pytest.raises(LettersAsked) as asked:
        opened("a\rb\rJürgen".encode("cp1252"))

    assert asked.value.line == 3


@given(st.binary(max_size=80), st.sampled_from([None, *ENCODINGS, MARKED, "rot13", "utf-7"]))
def test_any_file_has_a_text_or_a_question(content, encoding):
    text, byte = None, 0
    try:
        text = opened(content, encoding=encoding).text
    except LettersAsked as asked:
        byte = asked.byte

    assert (text is None) == (byte > 127)
    assert text is not None or encoding not in (*ENCODINGS, MARKED)
