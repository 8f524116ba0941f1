"""Words folded to be found: wider than `names.key`, which tells people apart.

Safety: nobody is taken for somebody else by this. A search shows whom it found, with the date of birth; so
letters may be alike here that make two names there.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import date
from functools import cache

import phonenumbers

from intake.text import day, free, names, number, telephone

# Put between letters by one keyboard and left out by the next: the apostrophes of many scripts, the Catalan
# point, the long line of Arabic, and joiners that nobody sees.
_LEFT_OUT = re.compile("['’‘‛ʼʻʽʾʿˈʹ′‵`´＇՚׳ꞌ·‧ـ\u200c\u200d]")
_BETWEEN = re.compile("['’‘‛ʼʻʽʾʿˈʹ′‵`´＇՚׳ꞌ]")
# Letters that do not decompose, or whose shape changes with their place. The rest goes by the letter's name.
_ALIKE = {
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "ŋ": "n",
    "ĸ": "k",
    "ə": "e",
    "ǝ": "e",
    "ſ": "s",
    "ɛ": "e",
    "ɔ": "o",
    "ʒ": "z",
    "ƿ": "w",
    "ȝ": "y",
    "ɩ": "i",
    "ʊ": "u",
    "ɑ": "a",
    "ɣ": "g",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ے": "ي",
    "ک": "ك",
    "ڪ": "ك",
    "ء": "",
    "ة": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ۃ": "ه",
    "ں": "ن",
    "ך": "כ",
    "ם": "מ",
    "ן": "נ",
    "ף": "פ",
    "ץ": "צ",
}
# As they are written where a keyboard has no such letter: "Müller", "Mueller".
_SPELT_OUT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "å": "aa",
        "ø": "oe",
        "đ": "dj",
        "ð": "dh",
        "ə": "a",
        "ŋ": "ng",
    }
)
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARABIC")
_SHORTEST_PART = 3
# Chinese, Japanese and Korean put no blank between the family name, of one or two signs, and the name given.
_UNSPACED = re.compile("[\u3005\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U000323af]{2,8}")
# For a search more may be a title than where two people are told apart.
TITLES = frozenset().union(*names.TITLES.values()) | frozenset(
    word
    for language in (
        "herr frau fraulein hr fr mme mlle monsieur madame mademoiselle",
        "dott dottssa sig sigra signor signora signorina",
        "sr sra srta senor senora senorita don dona dhr mevr mw meneer mevrouw pan pani bay bayan",
        "sheikh shaikh haji hajji begum shri smt sri kumari",
    )
    for word in language.split()
)
_NUMBERS = re.compile(r"[0-9+(][0-9 ()./+-]*")
_FEWEST_DIGITS, _MOST_DIGITS, _WHOLE = 3, 15, 7
_SHORT_YEAR = re.compile(r"['’‘]?(?<![0-9])([0-9]{2})(\D*)$")
_RUN_TOGETHER = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})")
_CENTURIES = ("18", "19", "20")


def words(text: str) -> tuple[tuple[str, ...], ...]:
    """Each word in the spellings by which it is found: "Müller O’Brien" is (muller, mueller), (obrien)."""
    plain = free.seen(text)
    if plain.isascii():
        return tuple((word,) for word in _parted(_LEFT_OUT.sub("", plain).casefold()))
    composed = _LEFT_OUT.sub("", unicodedata.normalize("NFKC", _LEFT_OUT.sub("", plain)).casefold())
    each = (_spellings(word) for word in _parted(unicodedata.normalize("NFC", composed)))
    return tuple(spellings for spellings in each if spellings)


def named(name: str) -> frozenset[str]:
    """All by which a name is found; of "O'Brien" also what follows the apostrophe, of 王小明 小明."""
    name = free.seen(name)
    found = {spelling for spellings in words(name) for spelling in spellings}
    if not name.isascii():
        ends = " ".join(end for word in name.split() if _UNSPACED.fullmatch(word) for end in _ends(word))
        found |= {spelling for spellings in words(ends) for spelling in spellings}
    if _BETWEEN.search(name):
        parts = words(_BETWEEN.sub(" ", name))
        found |= {each for spellings in parts for each in spellings if len(each) >= _SHORTEST_PART}
    return frozenset(found)


def mark(text: str) -> str:
    """The letters and digits of what a record system calls somebody: "943 476-5919" is "9434765919"."""
    return "".join(each for spellings in words(number.in_ascii(text)) for each in spellings[:1])


def numbers(phone: str) -> frozenset[str]:
    """The digits of each telephone number in the words, as they stand there."""
    found = set()
    for run in _NUMBERS.finditer(number.in_ascii(phone)):
        digits = number.digits_of(run[0])
        several = telephone.numbers_in(run[0], None) if len(digits) > _MOST_DIGITS else ()
        found |= {number.digits_of(each.dialled) for each in several} or {digits}
    return frozenset(each for each in found if len(each) >= _FEWEST_DIGITS)


def endings(asked: str, region: str | None) -> frozenset[str]:
    """With one of these, a number ends that is meant by the words; none when they are no telephone number.

    A whole number is meant without the code of its country and the nought before it.
    """
    plain = " ".join(number.in_ascii(asked).split())
    digits = number.digits_of(plain)
    if not _NUMBERS.fullmatch(plain) or not len(digits) >= _FEWEST_DIGITS:
        return frozenset()
    found = {digits}
    if len(digits) >= _WHOLE:
        found.add(digits.lstrip("0") or digits)
        found |= _without_country(plain, digits, region)
    return frozenset(each for each in found if len(each) >= _FEWEST_DIGITS)


def days(asked: str, *, languages: tuple[str, ...], most: date) -> frozenset[date]:
    """The days of birth that the words can mean, up to `most`: a year of two digits has several centuries."""
    together = _RUN_TOGETHER.fullmatch(number.in_ascii(free.seen(asked)))
    plain = ".".join(together.groups()) if together else number.in_ascii(free.seen(asked))
    short = _SHORT_YEAR.search(plain)
    whole = [plain]
    if short is not None:
        before, after = plain[: short.start()], f"{short[1]}{short[2]}"
        whole += [f"{before}{century}{after}" for century in _CENTURIES]
    found = set()
    for each in whole:
        with suppress(day.NotADay):
            found.add(day.read(each, languages=languages, least=day.EARLIEST_BIRTH))
    return frozenset(each for each in found if each <= most)


def _spellings(word: str) -> tuple[str, ...]:
    plain, spelt = _base(word), _base(word.translate(_SPELT_OUT))
    return tuple(each for each in dict.fromkeys((plain, spelt)) if each)


def _base(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word)
    return "".join(_letter(each) for each in letters if not _is_accent(each))


@cache
def _letter(letter: str) -> str:
    """The letter that this one is made of: "ł" is "l", by its name in Unicode."""
    if letter.isascii():
        return letter
    if letter in _ALIKE:
        return _ALIKE[letter]
    made_of, _, mark = unicodedata.name(letter, "").partition(" WITH ")
    if not mark or not made_of.startswith(_SCRIPTS):
        return letter
    try:
        return _letter(unicodedata.lookup(made_of))
    except KeyError:
        return letter


def _ends(word: str) -> tuple[str, ...]:
    return tuple(word[at:] for at in (1, 2) if at < len(word))


def _parted(text: str) -> list[str]:
    return "".join(each if _is_of_a_word(each) else " " for each in text).split()


def _is_accent(letter: str) -> bool:
    """By its combining class: an accent (200 and up), or a point of Hebrew, Arabic or Syriac (10 to 36)."""
    place = unicodedata.combining(letter)
    return place >= 200 or 10 <= place <= 36


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def _without_country(plain: str, digits: str, region: str | None) -> set[str]:
    international = digits.startswith("00") and not plain.startswith("+")
    try:
        read = phonenumbers.parse(f"+{digits[2:]}" if international else plain, region)
    except phonenumbers.NumberParseException:
        return set()
    return {str(read.national_number)}
