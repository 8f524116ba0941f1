"""Words folded to be found: letters, apostrophes, titles, numbers, and days with a year of two digits."""

from datetime import date

import pytest

from intake.text import folding, names

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Lukasz", "Łukasz"),
        ("LUKASZ", "łukasz"),
        ("Soren", "Søren"),
        ("Soeren", "Søren"),
        ("Dorde", "Đorđe"),
        ("Djordje", "Đorđe"),
        ("Strasser", "Straßer"),
        ("aesir", "Æsir"),
        ("oeuvre", "Œuvre"),
        ("isik", "Işık"),
        ("Ibrahim", "İbrahim"),
        ("Hamrun", "Ħamrun"),
        ("Ngongo", "Ŋoŋo"),
        ("Thordur", "Þórður"),
        ("Gudrun", "Guðrún"),
        ("Nguyen Dang", "Nguyễn Đặng"),
        ("uong", "Ương"),
        ("Mueller", "Müller"),
        ("Muller", "Müller"),
        ("Müller", "Mueller"),
        ("Aagaard", "Ågård"),
        ("Елкина", "Ёлкина"),
        ("гоголь", "Ґоголь"),
        ("κωστας", "Κώστας"),
        ("احمد", "أحمد"),
        ("ايمان", "إيمان"),
        ("امنة", "آمنه"),
        ("علي", "على"),
        ("علی", "علي"),
        ("كريم", "کریم"),
        ("فؤاد", "فواد"),
        ("محمد", "مـحـمـد"),
        ("مُحَمَّد", "محمد"),
        ("כהן", "כהנ"),
        ("Obrien", "O'Brien"),
        ("O’Brien", "O'Brien"),
        ("O`Brien", "O'Brien"),
        ("O´Brien", "O'Brien"),
        ("Oʼbrien", "O‘Brien"),
        ("Galla", "Gal·la"),
    ],
)
def test_a_spelling_that_a_keyboard_has_finds_the_name(asked: str, name: str) -> None:
    known = folding.named(name)

    assert all(set(spellings) & known for spellings in folding.words(asked))


@pytest.mark.parametrize(
    ("one", "other"), [("Łukasz", "Lucas"), ("कल", "काल"), ("گل", "كل"), ("бык", "бик"), ("Müller", "Maller")]
)
def test_letters_that_tell_names_apart_stay(one: str, other: str) -> None:
    assert not folding.named(one) & folding.named(other)


def test_who_is_found_together_is_not_taken_for_one() -> None:
    assert not names.same("Müller", "Mueller")
    assert folding.named("Müller") & folding.named("Mueller")


@pytest.mark.parametrize(
    "asked", ["2/2/81", "2.2.81", "2-2-81", "2/2/'81", "2 Feb 81", "2 Feb 1981", "020281", "02021981"]
)
def test_a_day_is_read_with_a_year_of_two_digits_too(asked: str) -> None:
    assert folding.days(asked, languages=("en",), most=TODAY) == {date(1981, 2, 2)}


def test_a_short_year_means_every_century_in_which_somebody_may_be_born() -> None:
    assert folding.days("2/2/12", languages=("en",), most=TODAY) == {date(1912, 2, 2), date(2012, 2, 2)}
    assert folding.days("29/2/00", languages=("en",), most=TODAY) == {date(2000, 2, 29)}
    assert folding.days("24/11/26", languages=("en",), most=TODAY) == {date(1926, 11, 24)}


@pytest.mark.parametrize("asked", ["", "31/2/81", "anna", "2/13/81", "2/2/5", "2/2/812"])
def test_what_is_no_day_means_none(asked: str) -> None:
    assert folding.days(asked, languages=("en",), most=TODAY) == frozenset()


@pytest.mark.parametrize(
    "kept",
    [
        "07700 900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "07700/900123",
        "020 7946 0000 or 07700 900123",
        "07700 900123 after 6pm",
        "020 7946 0000 07700 900123",
        "٠٧٧٠٠ ٩٠٠١٢٣",
    ],
)
@pytest.mark.parametrize(
    "asked",
    [
        "07700 900123",
        "+447700900123",
        "00447700900123",
        "+44 (0)7700 900 123",
        "7700900123",
        "900123",
        "0123",
        "٩٠٠١٢٣",
    ],
)
def test_a_telephone_number_is_found_by_any_spelling_and_by_its_end(kept: str, asked: str) -> None:
    endings = folding.endings(asked, "GB")

    assert any(number.endswith(ending) for number in folding.numbers(kept) for ending in endings)


@pytest.mark.parametrize(
    ("kept", "asked", "region"),
    [
        ("0170 1234567", "+49 170 1234567", "DE"),
        ("+39 06 1234 5678", "06 1234 5678", "IT"),
        ("06 20 123 4567", "+36 20 123 4567", "HU"),
        ("+1 202 555 0123", "(202) 555-0123", "US"),
        ("0170 1234567", "+49 170 1234567", None),
    ],
)
def test_national_and_international_are_one_number_in_every_country(
    kept: str, asked: str, region: str | None
) -> None:
    assert any(
        number.endswith(ending)
        for number in folding.numbers(kept)
        for ending in folding.endings(asked, region)
    )


@pytest.mark.parametrize("asked", ["", "12", "anna", "07700 x", "900124"])
def test_another_number_is_not_meant(asked: str) -> None:
    assert not any(
        each.endswith(end) for each in folding.numbers("07700 900123") for end in folding.endings(asked, "GB")
    )
