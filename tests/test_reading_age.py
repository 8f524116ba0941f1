"""What patients read beside the clinical texts is plain: a child of about ten can read it.

Flesch-Kincaid, with a rough count of syllables. The clinical texts hold as they are; they are the officer's.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*(ROOT / "templates/patient").glob("*.html"), *(ROOT / "templates/tablet").glob("*.html")]
MODULES = [
    *(ROOT / "intake/web/patient").glob("*.py"),
    ROOT / "intake/web/error_handlers.py",
    ROOT / "intake/questionnaire/fields.py",
]
# School years, the first at six: the sixth is read at eleven or twelve. Shorter texts give no fair grade.
HARDEST, SHORTEST = 6.0, 8
_LONG_VOWELS = re.compile(r"[aeiouy]{1,2}")


def syllables(word: str) -> int:
    spoken = re.sub(r"[^a-z]", "", word.lower())
    if len(spoken) <= 3:
        return 1
    return max(1, len(_LONG_VOWELS.findall(re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", spoken))))


def grade(text: str) -> float:
    words = re.findall(r"[A-Za-z’']+", text)
    sentences = [each for each in re.split(r"[.!?:;]+\s*", text) if each.strip()]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def texts(file: Path) -> Iterator[str]:
    """What is said in the file, a short name in place of what is filled in."""
    return (re.sub(r"\{+ ?\w+ ?\}+|%\(\w+\)s", "Tom", text) for text in _marked(file))


def _marked(file: Path) -> Iterator[str]:
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        yield from re.findall(r'_\(\s*"((?:[^"\\]|\\.)*)"', source)
        yield from re.findall(r"{% trans[^%]*%}(.*?){%", source, re.DOTALL)
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "gettext"):
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))


@pytest.mark.parametrize("file", [*PAGES, *MODULES], ids=lambda file: file.name)
def test_what_patients_read_is_plain(file: Path) -> None:
    long_enough = [text for text in texts(file) if len(text.split()) >= SHORTEST]

    assert {text: round(grade(text), 1) for text in long_enough if grade(text) > HARDEST} == {}


def test_a_hard_text_would_be_noticed() -> None:
    hard = "Incomplete submissions are communicated electronically to administrative personnel immediately."

    assert grade(hard) > HARDEST
    assert grade("Each page is saved. You can stop and come back with the same link.") < 3
