"""Telephone numbers among the words that somebody typed; the words themselves stay as they are.

A number counts when it has as many digits as its country's numbers (libphonenumber's "possible"): ranges
that are new, or kept for fiction, are dialled like any other. What could be two numbers, or one with a digit
missing or too many, is nobody's: a wrong number is called sooner than none.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from babel import Locale, UnknownLocaleError
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from intake.text import number

# What people call a country beside the name CLDR gives it.
_ALSO = {
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "us": "US",
    "america": "US",
    "republic of ireland": "IE",
    "holland": "NL",
    "the netherlands": "NL",
}
_LINES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
_TOO_FEW = (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# Digits and what people put between them. A plain number has 6 to 15 digits (E.164), with what is dialled
# before the country's code at most 18.
_RUN = re.compile(r"[0-9+(][0-9 +()./-]*")
_GROUP = re.compile(r"[+( ]*[0-9]+\)?")
_FEWEST, _MOST, _MOST_WITH_PREFIX = 6, 15, 18
# More groups than this are no list of numbers that somebody typed.
_MOST_GROUPS = 40
_DATE = re.compile(
    r"(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[/.-][01]?[0-9][/.-][0-3]?[0-9])(?![0-9/.-])"
)
# "+442079460000;ext=12", "ext. 12", "x12", "#12"; German "DW 12", French "poste 12".
_EXTENSION = re.compile(
    r"[ ,]*(?:;ext=|(?:(?:extension|extn|ext|x|durchwahl|dw|poste|int)\b|x(?=[0-9])|ext(?=[0-9])|#)[ .:]*"
    r"|,, *)([0-9]{1,7})(?![0-9])",
    re.IGNORECASE,
)
# One or two digits beside a number may be an hour of the day; more are part of it, or of another.
_HOUR = 2
# "116 123" reaches a helpline, and nobody when the country's code stands before it.
_LONGEST_SHORT = 6
_DASHES = "Pd"


@dataclass(frozen=True)
class PhoneNumber:
    """A number to call, and where it stands in the words: from `start` up to `end`.

    `dialled` is E.164 ("+447700900123"), or the digits as they stand where the country is not known.
    `grouped` is for reading: as the clinic's country writes it ("07700 900123"), or with the code of another
    country. `extension` is "" when there is none.
    """

    dialled: str
    grouped: str
    extension: str
    mobile: bool
    start: int
    end: int

    @property
    def link(self) -> str:
        """The address that calls it (RFC 3966)."""
        return f"tel:{self.dialled}" + (f";ext={self.extension}" if self.extension else "")


def numbers_in(words: str, region: str | None) -> tuple[PhoneNumber, ...]:
    """The numbers to call in the words, in their order; `region` is the clinic's ("GB"), None: not known."""
    return tuple(each for run in _runs(words, region) if not run.doubtful for each in run.numbers)


def grouped(words: str, region: str | None) -> str:
    """The same words, with the digits of each number in the groups in which its country reads them."""
    said, end = "", 0
    for each in numbers_in(words, region):
        said, end = f"{said}{words[end : each.start]}{each.grouped}", each.end
    return said + words[end:]


def can_be_called(words: str, region: str | None) -> bool:
    """The words hold a number that can be dialled, and no number has digits missing or too many."""
    runs = _runs(words, region)
    return any(run.numbers for run in runs) and not any(run.doubtful for run in runs)


def same_number(words: str, other: str, region: str | None) -> bool:
    """The words hold a number, and `other` every number that they hold."""
    dialled = {each.dialled for each in numbers_in(words, region)}
    return bool(dialled) and dialled <= {each.dialled for each in numbers_in(other, region)}


def for_texts(words: str, region: str | None) -> PhoneNumber | None:
    """The one number that can get text messages; None when there is none, or it might be another.

    Safety: the patient's link goes there. Of two numbers, one may be somebody else's.
    """
    found = tuple({each.dialled: each for each in reversed(numbers_in(words, region))}.values())
    chosen = [each for each in found if each.mobile] if len(found) > 1 else found
    read = sum(len(number.digits_of(words[each.start : each.end])) for each in numbers_in(words, region))
    unread = len(number.digits_of(words)) - read
    return chosen[0] if len(chosen) == 1 and unread < _FEWEST else None


@lru_cache(maxsize=64)
def lines_in(words: str, region: str | None) -> tuple[PhoneNumber, ...]:
    """The numbers in a line of the clinic's own settings, short ones too: "NHS 111" holds 111.

    Where nothing in it is known as a number, a short one is dialled as it stands, if there is only one.
    """
    plain = _plain(words)
    runs = _runs(words, region)
    found = numbers_in(words, region)
    beside = [run for run in runs if not run.numbers or run.doubtful]
    short = [each for run in beside if (each := _short_in(plain, run, region))]
    if found or short:
        return tuple(sorted([*found, *short], key=lambda each: each.start))
    stand = [
        _as_it_stands(plain, run.start, run.end)
        for run in runs
        if number.digits_of(plain[run.start : run.end])
    ]
    return tuple(stand) if len(stand) == 1 and _may_be_short(stand[0], region) else ()


def line_link(words: str, region: str | None) -> str:
    """The address that calls a line of the clinic's own settings, the first where there are more; or ""."""
    return next((each.link for each in lines_in(words, region)), "")


@cache
def region_of(country: str, language: str = "en") -> str | None:
    """The ISO 3166 code of a country, which is named in `language` or in English; None when unknown."""
    wanted = " ".join(country.split()).casefold()
    if wanted in _ALSO:
        return _ALSO[wanted]
    for code, name in _countries(language):
        if wanted in (code.casefold(), name.casefold()):
            return code if code in phonenumbers.SUPPORTED_REGIONS else None
    return None


def _countries(language: str) -> Iterator[tuple[str, str]]:
    for code in dict.fromkeys((language, "en")):
        try:
            yield from Locale.parse(code).territories.items()
        except (UnknownLocaleError, ValueError):
            continue


@dataclass(frozen=True)
class _Run:
    """Digits with nothing but blanks and marks between them, and the numbers in it.

    `doubtful`: digits stand beside the numbers that are part of one, or of another that is none.
    """

    start: int
    end: int
    numbers: tuple[PhoneNumber, ...]
    doubtful: bool


# Each page asks for the clinic's number and the patient's: reading one costs a tenth of the page.
@lru_cache(maxsize=1024)
def _runs(words: str, region: str | None) -> tuple[_Run, ...]:
    plain = _plain(words)
    return tuple(_run(plain, each.start(), each.end(), region) for each in _RUN.finditer(plain))


def _plain(words: str) -> str:
    """The words, as many characters as before: digits, blanks and dashes in ASCII, and no dates."""
    plain = "".join(map(_plain_sign, number.in_ascii(words)))
    return _DATE.sub(lambda date: "|" * len(date[0]), plain)


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return " " if sign.isspace() else "-" if sign == "_" else sign
    kind = unicodedata.category(sign)
    if sign.isspace() or kind == "Cf":
        return " "
    if kind == _DASHES:
        return "-"
    simple = unicodedata.normalize("NFKC", sign)
    return simple if len(simple) == 1 else sign


def _run(plain: str, start: int, end: int, region: str | None) -> _Run:
    groups = _groups(plain, start, end)
    if not groups or len(groups) > _MOST_GROUPS:
        return _Run(start, end, (), doubtful=bool(groups))
    parted = _best(plain, groups, region)
    read = {at for first, last, _found in parted for at in range(first, last)}
    unread = [number.digits_of(plain[slice(*group)]) for at, group in enumerate(groups) if at not in read]
    digits = sum(map(len, unread))
    doubtful = any(len(each) > _HOUR for each in unread) if parted else digits >= _FEWEST
    return _Run(start, end, tuple(found for _first, _last, found in parted), doubtful)


def _groups(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(start + each.start(), start + each.end()) for each in _GROUP.finditer(plain[start:end])]


class _Cost(NamedTuple):
    """What speaks against a way to part digits into numbers, the worst first."""

    digits_left: int = 0
    not_known: int = 0
    without_prefix: int = 0
    numbers: int = 0

    def plus(self, other: "_Cost") -> "_Cost":
        return _Cost(*map(sum, zip(self, other, strict=True)))


# Each number with its first group and the one behind its last.
_Parted = tuple[tuple[int, int, PhoneNumber], ...]


def _best(plain: str, groups: Sequence[tuple[int, int]], region: str | None) -> _Parted:
    """The numbers in these groups of digits, parted in the way that costs least."""
    ways: list[tuple[_Cost, _Parted]] = [(_Cost(), ())]
    for first in reversed(range(len(groups))):
        left, parted = ways[0]
        digits = len(number.digits_of(plain[slice(*groups[first])]))
        options = [(left.plus(_Cost(digits_left=digits)), parted)]
        for last in range(first + 1, len(groups) + 1):
            found = _number(plain, groups[first][0], groups[last - 1][1], region)
            if found is not None:
                cost, behind = ways[last - first - 1]
                options.append((cost.plus(found[0]), ((first, last, found[1]), *behind)))
        ways.insert(0, min(options, key=lambda option: option[0]))
    return ways[0][1]


def _number(plain: str, start: int, end: int, region: str | None) -> tuple[_Cost, PhoneNumber] | None:
    """These characters as one number, with what speaks against it; None where they are none."""
    words = plain[start:end]
    start, words = start + len(words) - len(words.lstrip()), words.strip()
    if not _FEWEST <= len(number.digits_of(words)) <= _MOST_WITH_PREFIX or "+" in words.lstrip("( ")[1:]:
        return None
    inside = int(not words.startswith(("0", "+", "(")))
    try:
        read = phonenumbers.parse(words, region)
    except NumberParseException:
        stands = region is None and "+" not in words and len(number.digits_of(words)) <= _MOST
        return (_Cost(0, 1, inside, 1), _as_it_stands(plain, start, end)) if stands else None
    # Numbers that work only within their own town pass as possible, but no mobile can dial them.
    if phonenumbers.is_possible_number_with_reason(read) != ValidationResult.IS_POSSIBLE:
        return None
    if _is_short(read) or _is_of_the_country_itself(read, region):
        return None
    cost = _Cost(0, int(not phonenumbers.is_valid_number(read)), inside, 1)
    return cost, _made(plain, start, end, read, region)


def _made(
    plain: str, start: int, end: int, read: phonenumbers.PhoneNumber, region: str | None
) -> PhoneNumber:
    behind = _EXTENSION.match(plain, end)
    if behind:
        read.extension = behind[1]
    end = behind.end() if behind else end
    return PhoneNumber(
        dialled=phonenumbers.format_number(_bare(read), PhoneNumberFormat.E164),
        grouped=_in_groups(read, region) or plain[start:end],
        extension=read.extension or "",
        mobile=_is_mobile(read),
        start=start,
        end=end,
    )


def _is_short(read: phonenumbers.PhoneNumber) -> bool:
    """Digits are missing, although some numbers of the country have as few.

    Either the nought before the number was needed to make it long enough ("020 7946" in the United Kingdom),
    or it is no number of the country, but would be one, or could be a mobile, with a digit more.
    """
    country = phonenumbers.region_code_for_country_code(read.country_code or 0)
    begins = phonenumbers.ndd_prefix_for_region(country, True)
    if read.italian_leading_zero and begins == "0":
        return True
    if phonenumbers.is_valid_number(read):
        return False
    dialled = phonenumbers.format_number(_bare(read), PhoneNumberFormat.E164)
    longer = (phonenumbers.parse(f"{dialled}{digit}") for digit in range(10))
    return any(map(phonenumbers.is_valid_number, longer)) or _has_fewer_digits_than_any(read, country)


def _has_fewer_digits_than_any(read: phonenumbers.PhoneNumber, country: str) -> bool:
    """Fewer than any mobile of its country, and than any landline if it does not begin as only mobiles do."""
    only_a_mobile = _begins_as_only_mobiles(read, country)
    return all(
        phonenumbers.is_possible_number_for_type_with_reason(read, kind) in _TOO_FEW
        for kind in _LINES[: 1 if only_a_mobile else 2]
    )


def _begins_as_only_mobiles(read: phonenumbers.PhoneNumber, country: str) -> bool:
    mobile, landline = (_first_digit(phonenumbers.example_number_for_type(country, kind)) for kind in _LINES)
    return _first_digit(read) == mobile != landline


def _is_mobile(read: phonenumbers.PhoneNumber) -> bool:
    """It is known as one, or begins as only mobiles of its country do: ranges can be new, or for fiction."""
    if phonenumbers.is_valid_number(read):
        return phonenumbers.number_type(read) in _MOBILE
    country = phonenumbers.region_code_for_country_code(read.country_code or 0)
    return _begins_as_only_mobiles(read, country)


def _is_of_the_country_itself(read: phonenumbers.PhoneNumber, region: str | None) -> bool:
    """999, 116 117: it reaches an emergency or help line, and is nobody's own."""
    return region is not None and phonenumbers.is_valid_short_number_for_region(read, region)


def _bare(read: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """The number without its extension, which E.164 does not know."""
    bare = phonenumbers.PhoneNumber()
    bare.merge_from(read)
    bare.extension = None
    return bare


def _first_digit(read: phonenumbers.PhoneNumber | None) -> str:
    return phonenumbers.national_significant_number(read)[0] if read else ""


def _in_groups(found: phonenumbers.PhoneNumber, region: str | None) -> str | None:
    """The number as it is read; None where its country has no groups for it: then it stands as typed."""
    at_home = region is not None and found.country_code == phonenumbers.country_code_for_region(region)
    if not at_home:
        return phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL)
    said = phonenumbers.format_number(found, PhoneNumberFormat.NATIONAL)
    bare = phonenumbers.national_significant_number(found)
    return None if said.startswith(bare) else said


def _short_in(plain: str, run: _Run, region: str | None) -> PhoneNumber | None:
    """The longest short number of the country in a run without others: "116 123 (24/7)" holds 116 123."""
    if region is None:
        return None
    groups = _groups(plain, run.start, run.end)
    parts = ((groups[first][0], groups[last][1]) for last in range(len(groups)) for first in range(last + 1))
    for start, end in sorted(parts, key=lambda part: (part[0] - part[1], part)):
        digits = number.digits_of(plain[start:end])
        if _HOUR <= len(digits) <= _LONGEST_SHORT and "+" not in plain[start:end]:
            code = phonenumbers.country_code_for_region(region)
            read = phonenumbers.PhoneNumber(country_code=code, national_number=int(digits))
            if digits[0] != "0" and phonenumbers.is_valid_short_number_for_region(read, region):
                return _as_it_stands(plain, start, end)
    return None


def _may_be_short(stands: PhoneNumber, region: str | None) -> bool:
    """A code of the network or a relay; where the country is not known, whatever can be dialled."""
    most = _MOST if region is None else _LONGEST_SHORT
    return _HOUR <= len(stands.dialled) <= most and (region is None or stands.dialled[0] not in "0+")


def _as_it_stands(plain: str, start: int, end: int) -> PhoneNumber:
    """Where the country does not help, digits can only be dialled as they were typed."""
    words = plain[start:end]
    start, end = start + len(words) - len(words.lstrip()), start + len(words.rstrip(" (/.-"))
    dialled = ("+" if plain[start] == "+" else "") + number.digits_of(plain[start:end])
    return PhoneNumber(dialled, plain[start:end], "", False, start, end)
