"""Telephone numbers among the words that somebody typed; the words themselves stay as they are.

A number counts when it has as many digits as its country's numbers (libphonenumber's "possible"): ranges
that are new, or kept for fiction, are dialled like any other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import phonenumbers
from babel import Locale, UnknownLocaleError
from phonenumbers import (
    Leniency,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    PhoneNumberType,
    ValidationResult,
)

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
# Digits and what people put between them. A plain number has 6 to 15 digits (E.164).
_RUN = re.compile(r"[0-9+(][0-9 ()./-]*")
_FEWEST, _MOST = 6, 15
# Digits that stand at a number are part of it; one or two may be an hour of the day.
_MARK = "\N{BLACK TELEPHONE}"
_TOO_MANY = re.compile(rf"{_MARK}[0-9]{{3}}|[0-9]{{3}}{_MARK}")
# "116 123" reaches a helpline, and nobody when the country's code stands before it.
_LONGEST_SHORT = 6
# Two numbers are told apart by their lengths only where each is as long as any.
_WHOLE = 9


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
    """The numbers in the words, in their order; `region` is the clinic's ("GB"), None when not known."""
    plain = _parted(number.in_ascii(words))
    found = tuple(_matched(plain, region))
    return found or (tuple(_as_they_stand(plain)) if region is None else ())


def grouped(words: str, region: str | None) -> str:
    """The same words, with the digits of each number in the groups in which its country reads them."""
    said, end = "", 0
    for each in numbers_in(words, region):
        said, end = f"{said}{words[end : each.start]}{each.grouped}", each.end
    return said + words[end:]


def can_be_called(words: str, region: str | None) -> bool:
    """The words hold a number that can be dialled, and no number has digits missing or too many."""
    found = numbers_in(words, region)
    unread = re.sub(r"[ ()./-]", "", _without(words, found))
    return bool(found) and not _TOO_MANY.search(unread) and not any(map(_is_short, found))


def for_texts(words: str, region: str | None) -> PhoneNumber | None:
    """The one number that can get text messages; None when there is none, or it might be another.

    Safety: the patient's link goes there. Of two numbers, one may be somebody else's.
    """
    found = numbers_in(words, region)
    chosen = [each for each in found if each.mobile] if len(found) > 1 else found
    read = sum(len(number.digits_of(words[each.start : each.end])) for each in found)
    unread = len(number.digits_of(words)) - read
    return chosen[0] if len(chosen) == 1 and unread < _FEWEST else None


@lru_cache(maxsize=64)
def line_link(words: str, region: str | None) -> str:
    """The address that calls a line of the clinic's own settings: "NHS 111" is tel:111.

    What is too short for a country's number, or no number of it, is dialled as it stands.
    """
    found, digits = numbers_in(words, region), number.digits_of(words)
    if len(found) == 1 and len(digits) > _LONGEST_SHORT:
        return found[0].link
    return "tel:" + ("+" if number.in_ascii(words).strip().startswith("+") else "") + digits


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


def _parted(words: str) -> str:
    """The words, as many characters as before, with ";" between two numbers that only blanks part."""
    words = re.sub(r"\s(?=\s)|[\n\r\t]", ";", words)
    return _RUN.sub(lambda run: _run_parted(run[0]), words)


def _run_parted(run: str) -> str:
    for blank in re.finditer(r" (?=[0+(])", run):
        before, after = run[: blank.start()], run[blank.end() :]
        if min(len(number.digits_of(before)), len(number.digits_of(after))) >= _WHOLE:
            return f"{before};{_run_parted(after)}"
    return run


def _matched(plain: str, region: str | None) -> Iterator[PhoneNumber]:
    for match in PhoneNumberMatcher(plain, region, leniency=Leniency.POSSIBLE):
        found = match.number
        # Numbers that work only within their own town pass as possible, but no mobile can dial them.
        if phonenumbers.is_possible_number_with_reason(found) == ValidationResult.IS_POSSIBLE:
            yield PhoneNumber(
                dialled=phonenumbers.format_number(found, PhoneNumberFormat.E164),
                grouped=_in_groups(found, region) or plain[match.start : match.end],
                extension=found.extension or "",
                mobile=phonenumbers.number_type(found) in _MOBILE,
                start=match.start,
                end=match.end,
            )


def _without(words: str, found: tuple[PhoneNumber, ...]) -> str:
    """The words with a mark in place of each number."""
    rest, end = "", 0
    for each in found:
        rest, end = f"{rest}{number.in_ascii(words[end : each.start])}{_MARK}", each.end
    return rest + number.in_ascii(words[end:])


def _is_short(found: PhoneNumber) -> bool:
    """Digits are missing, although some numbers of the country have as few.

    Either the nought before the number was needed to make it long enough ("020 7946" in the United Kingdom),
    or it is no number of the country, but would be one, or could be a mobile, with a digit more.
    """
    if not found.dialled.startswith("+"):
        return False
    read = phonenumbers.parse(found.dialled)
    country = phonenumbers.region_code_for_country_code(read.country_code or 0)
    begins = phonenumbers.ndd_prefix_for_region(country, True)
    if read.italian_leading_zero and begins == "0":
        return True
    if phonenumbers.is_valid_number(read):
        return False
    longer = (phonenumbers.parse(f"{found.dialled}{digit}") for digit in range(10))
    return any(map(phonenumbers.is_valid_number, longer)) or _has_fewer_digits_than_any(read, country)


def _has_fewer_digits_than_any(read: phonenumbers.PhoneNumber, country: str) -> bool:
    """Fewer than any mobile of its country, and than any landline if it does not begin as only mobiles do."""
    mobile, landline = (_first_digit(phonenumbers.example_number_for_type(country, kind)) for kind in _LINES)
    only_a_mobile = _first_digit(read) == mobile != landline
    return all(
        phonenumbers.is_possible_number_for_type_with_reason(read, kind) in _TOO_FEW
        for kind in _LINES[: 1 if only_a_mobile else 2]
    )


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


def _as_they_stand(plain: str) -> Iterator[PhoneNumber]:
    """Where the clinic's country is not known, digits can only be dialled as they were typed."""
    for run in _RUN.finditer(plain):
        digits = number.digits_of(run[0])
        if _FEWEST <= len(digits) <= _MOST and "+" not in run[0]:
            yield PhoneNumber(digits, run[0].strip(), "", False, run.start(), run.end())
