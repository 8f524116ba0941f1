"""Templates are read by people: no line is longer than an eye can follow."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PAGES = sorted((HOUSE / "templates").rglob("*.html"))
LONGEST = 160
# A sentence stands whole, so that a search finds it; what stands beside a long one is short.
SENTENCE = re.compile(r'_\("[^"]*"|\{% trans .*\{% endtrans %\}')
LONGEST_BESIDE = 80


def too_long(line: str) -> bool:
    sentences = SENTENCE.findall(line)
    beside = len(line) - max(map(len, sentences), default=0)
    return len(line) > LONGEST and beside > LONGEST_BESIDE


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(HOUSE / "templates").as_posix())
def test_no_line_of_a_template_is_too_long(file):
    lines = enumerate(file.read_text().splitlines(), 1)

    assert [number for number, line in lines if too_long(line)] == []


def test_only_one_sentence_makes_a_line_long():
    sentence = '{{ _("' + "words " * 30 + '") }}'

    assert not too_long(f"<p>{sentence}</p>")
    assert too_long(f"<p>{sentence}</p>" + "<b>x</b>" * 10)
    assert too_long("<td>{{ row.name }}</td>" * 8)
