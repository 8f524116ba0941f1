"""What a spreadsheet does to a number: takes noughts, rounds, counts in powers of ten, or shows an error."""

import re
from dataclasses import dataclass, replace

import phonenumbers

from intake.i18n import gettext
from intake.text import free, number, telephone

_POWER = re.compile(r"([+-]?)([0-9])(?:[.,]([0-9]+))?E\+?([0-9]{1,2})", re.IGNORECASE)
_FRACTION = re.compile(r"([0-9]+)[.,]0+")
_ERROR = re.compile(
    r"#(?:REF|N/A|NV|VALUE|WERT|VALEUR|VALOR|NAME|NOM|NUM|ZAHL|NOMBRE|NUL|NULL|DIV/0|BEZUG|¡REF|¡VALOR|"
    r"SPILL|CALC|GETTING_DATA|BLOCKED|FIELD|[A-Z]{2,12})[!?]?|#{2,}",
    re.IGNORECASE,
)
_BLANK = frozenset({"-", "--", "–", "—", "n/a", "null", "nan", "(null)", "(blank)"})
_ROUNDED = re.compile(r"\+?[0-9]{5,}0{6,}")
# Spreadsheets keep so many figures of a number.
_KEPT = 15


@dataclass(frozen=True)
class Mended:
    """A cell as it should stand. `fault` says why it cannot be used, `remark` what was put right."""

    text: str
    fault: str = ""
    remark: str = ""


def is_blank(text: str) -> bool:
    """Nothing stands in the cell, or a mark for nothing."""
    return not text or text.casefold() in _BLANK


def error_in(text: str) -> str:
    """What is wrong with a cell that shows an error of its spreadsheet, in words; "" for any other."""
    if not _ERROR.fullmatch(text):
        return ""
    return gettext(
        "“%(text)s” is an error of the spreadsheet. What stood there is not in the file.", text=text
    )


def long_number(text: str) -> Mended:
    """A cell whose figures are no amount: the number of a patient or an appointment, a telephone."""
    plain = number.in_ascii(free.seen(text))
    if power := _POWER.fullmatch(plain):
        return _of_power(text, power)
    if fraction := _FRACTION.fullmatch(plain):
        plain = fraction[1]
        text = plain
    if plain.isdigit() and len(plain) > _KEPT and not plain[_KEPT:].strip("0"):
        why = gettext(
            "“%(text)s”: a spreadsheet keeps only 15 figures of a number and puts noughts for the rest. "
            "Type the number, or export again with the column as text.",
            text=text,
        )
        return Mended(text, fault=why)
    return Mended(text)


def phone(text: str, region: str | None) -> Mended:
    """A telephone number, with the nought before it that a spreadsheet took."""
    found = long_number(text)
    digits = found.text
    if not found.fault and not found.remark and _ROUNDED.fullmatch(digits):
        remark = gettext(
            "“%(text)s” ends in many noughts: a spreadsheet may have rounded it. Check it.", text=digits
        )
        found = replace(found, remark=remark)
    if found.fault or not digits.isdecimal() or not region:
        return found
    begins = phonenumbers.ndd_prefix_for_region(region, True)
    if begins != "0" or digits.startswith("0") or not _is_of(region, digits):
        return found
    remark = gettext("A spreadsheet took the nought before “%(text)s”. It was put back.", text=digits)
    return Mended(begins + digits, remark=remark)


def _is_of(region: str, digits: str) -> bool:
    """With a nought before them the digits are a whole number of the country, without its code."""
    code = str(phonenumbers.country_code_for_region(region))
    with_nought = telephone.numbers_in(f"0{digits}", region)
    return len(with_nought) == 1 and with_nought[0].dialled == f"+{code}{digits}"


def _of_power(text: str, power: re.Match[str]) -> Mended:
    sign, first, rest, exponent = power.groups()
    figures, wanted = first + (rest or ""), int(exponent) + 1
    # With fewer figures than the number had, the others are gone for good.
    if not sign.startswith("-") and len(figures) == wanted:
        remark = gettext("A spreadsheet wrote it as “%(text)s”. It was put right.", text=text)
        return Mended(figures, remark=remark)
    why = gettext(
        "“%(text)s” is what a spreadsheet makes of a long number: the last figures are gone. "
        "Type the number, or export again with the column as text.",
        text=text,
    )
    return Mended(text, fault=why)
