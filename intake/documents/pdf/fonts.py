"""The fonts of our documents, and which letters they have.

Atkinson Hyperlegible first (slashed zero, serifed I: hard to misread), Noto Sans for every other script.
Only these are offered to the layout engine. Safety: never an emoji font, for Pango then takes digits from
it and "10 mg" is misprinted.
"""

import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import fontpkg
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

SHARES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
    Path(__file__).parents[3] / ".setup/system/usr/share/fonts",  # unpacked by setup/prepare.sh
)
# Where the name of a letter and of its font differ. All others: "TAMIL LETTER A" is in NotoSansTamil.
SCRIPT_FONTS = {
    "TIBETAN": "NotoSerifTibetan",
    "CANADIAN": "NotoSansCanadianAboriginal",
    "NKO": "NotoSansNKo",
    "OL": "NotoSansOlChiki",
}
# Chinese, Japanese and Korean: one small font for all (Debian's fonts-wqy-microhei), or what is there.
EAST_ASIAN = ("wqy-microhei", "NotoSansCJK", "DroidSansFallbackFull")
EVERYWHERE = ("NotoSans", *EAST_ASIAN, "NotoSansSymbols", "NotoSansSymbols2", "NotoSansMath")
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
{dirs}
<selectfont>
<acceptfont>{accepted}</acceptfont>
<rejectfont><glob>*</glob></rejectfont>
</selectfont>
<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix="xdg">fontconfig</cachedir>
<cachedir>{temporary}</cachedir>
</fontconfig>
"""


def regular() -> Path:
    """The upright face of Atkinson Hyperlegible."""
    return fontpkg.path("atkinson-hyperlegible", 400)


def bold() -> Path:
    """The bold face of Atkinson Hyperlegible."""
    return fontpkg.path("atkinson-hyperlegible", 700)


def font_configuration() -> "FontConfiguration":
    """What WeasyPrint lays out with: our fonts and no others, so that a file is the same on every machine."""
    # Which letters can be printed is asked in pages too, and no page needs WeasyPrint.
    from weasyprint.text.fonts import FontConfiguration

    with tempfile.TemporaryDirectory(prefix="backstory-fonts-") as folder:
        file = Path(folder) / "fonts.conf"
        file.write_text(_configuration(), encoding="utf-8")
        with _environment("FONTCONFIG_FILE", str(file)):
            return FontConfiguration()


def has(character: str) -> bool:
    """Whether one of our fonts can print the character."""
    return character in _letters(regular()) or _fallback(character) is not None


def plain(text: str) -> bool:
    """Whether Atkinson Hyperlegible alone can print the text."""
    letters = _letters(regular())
    return all(character in letters or character.isspace() for character in text)


@cache
def _fallback(character: str) -> Path | None:
    script = unicodedata.name(character, "UNNAMED").split()[0].split("-")[0]
    names = (SCRIPT_FONTS.get(script, f"NotoSans{script.capitalize()}"), *EVERYWHERE)
    return next(
        (file for name in names if (file := _installed().get(name)) and character in _letters(file)), None
    )


@cache
def _installed() -> dict[str, Path]:
    files = (file for share in SHARES if share.is_dir() for file in sorted(share.rglob("*.[to]t[fc]")))
    return {file.stem.removesuffix("-Regular"): file for file in files if _ours(file.stem)}


def _ours(stem: str) -> bool:
    return stem.removesuffix("-Regular") in (*EAST_ASIAN, "NotoSerifTibetan") or (
        stem.startswith("NotoSans") and stem.endswith("-Regular")
    )


@cache
def _letters(file: Path) -> frozenset[str]:
    with TTFont(file, lazy=True, fontNumber=0) as font:
        return frozenset(chr(number) for number in font.getBestCmap())


def _configuration() -> str:
    files = list(_installed().values())
    heavy = [path.with_name(path.name.replace("-Regular.", "-Bold.")) for path in files]
    ours = [regular(), bold(), *files, *(path for path in heavy if path.exists())]
    folders = dict.fromkeys(path.parent for path in ours)
    return CONFIGURATION.format(
        dirs="\n".join(f"<dir>{folder}</dir>" for folder in folders),
        accepted="".join(f"<glob>{path}</glob>" for path in ours),
        temporary=Path(tempfile.gettempdir()) / "backstory-fontconfig",
    )


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
