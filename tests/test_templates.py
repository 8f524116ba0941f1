"""What templates look like to whoever reads them: short lines, and classes that say what they belong to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))

LONGEST = 160
# A sentence stands whole, so that a search finds it; what stands beside a long one is short.
SENTENCE = re.compile(r'_\("[^"]*"|\{% trans .*\{% endtrans %\}')
LONGEST_BESIDE = 80

# What a class belongs to: it is called that, block__part or block-kind (static/css/staff.css says how).
BLOCKS = (
    "told-apart",
    *("acts", "advice", "answers", "attention", "button", "call-card", "card", "changes", "chart"),
    *(
        "choice",
        "columns",
        "compared",
        "date",
        "day",
        "factors",
        "done-list",
        "facts",
        "field",
        "figures",
        "filters",
        "find",
        "found",
    ),
    *(
        "grid",
        "identity",
        "lead",
        "link-box",
        "map",
        "message",
        "messages",
        "notice-bar",
        "numbers",
        "office",
        "page",
    ),
    *("pain", "people", "period", "ranking", "reader", "receipt", "rows", "safety", "scale", "script"),
    *("setting", "shape", "staff-bar", "standing", "state", "tablets", "together", "topics", "urgency"),
    *("walk-in-code", "way", "wide-table", "work"),
)
NAME = re.compile(rf"(is|u)-[a-z_-]+|({'|'.join(BLOCKS)})(__[a-z-]+|-[a-z-]+)?(__[a-z-]+)?")
# Where a template ends the name with a value: what the values are.
ENDINGS = {
    "is-": ("emergency", "same_day", "priority", "note", "now", "average", "worst"),
    "date__": ("day", "month", "year"),
}
# They look like what stands around them, and are there to be found by a test or a script.
ONLY_FOUND = {"changes", "messages__failed", "answers__part"}

CLASS = re.compile(r'\sclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', re.DOTALL)
EXPRESSION = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
BY_SCRIPT = re.compile(r'(?:className = |classList\.\w+\()"([^"]+)"')
LOOKED_FOR = re.compile(r'(?:querySelector|querySelectorAll|closest)\("([^"]+)"')


def too_long(line: str) -> bool:
    sentences = SENTENCE.findall(line)
    beside = len(line) - max(map(len, sentences), default=0)
    return len(line) > LONGEST and beside > LONGEST_BESIDE


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(ROOT / "templates").as_posix())
def test_no_line_of_a_template_is_too_long(file):
    lines = enumerate(file.read_text().splitlines(), 1)

    assert [number for number, line in lines if too_long(line)] == []


def test_only_one_sentence_makes_a_line_long():
    sentence = '{{ _("' + "words " * 30 + '") }}'

    assert not too_long(f"<p>{sentence}</p>")
    assert too_long(f"<p>{sentence}</p>" + "<b>x</b>" * 10)
    assert too_long("<td>{{ row.name }}</td>" * 8)


def test_every_class_says_what_it_belongs_to():
    assert [name for name in sorted(_drawn()) if not NAME.fullmatch(name)] == []


@pytest.mark.parametrize("file", [*PAGES, *SCRIPTS], ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_class_that_is_used_is_drawn(file):
    used = set(_by_script(file) if file.suffix == ".js" else _by_template(file.read_text()))

    assert used - _drawn() - ONLY_FOUND == set()


def test_every_class_that_is_drawn_is_used():
    used = {name for page in PAGES for name in _by_template(page.read_text())}
    used |= {name for script in SCRIPTS for name in _by_script(script)}
    # What a macro is told to use, and the telephone numbers of intake/web/template_filters.py.
    told = {word for page in PAGES for word in re.findall(r'"([a-z_-]+)"\)', page.read_text())}
    told |= set(re.findall(r'class="([a-z-]+)"', (ROOT / "intake/web/template_filters.py").read_text()))

    assert _drawn() - used - told == set()


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ('<p class="card u-quiet">', {"card", "u-quiet"}),
        ('<p class="field{{ " is-bad" if "note" in missing }}">', {"field", "is-bad"}),
        ('<p class="{{ "button" if x == "go" else "button-calm" }}">', {"button", "button-calm"}),
        ('<p class="date__{{ part }}">', {"date__day", "date__month", "date__year"}),
        ('<p{% if x %} class="card"{% endif %} data-class="no">', {"card"}),
    ],
)
def test_the_classes_of_a_template_are_seen(template, names):
    assert set(_by_template(template)) == names


def _drawn() -> set[str]:
    """Every class that a stylesheet draws."""
    selectors = (each for sheet in SHEETS for each in re.findall(r"([^{}]*)\{", _without_comments(sheet)))
    return {name for each in selectors for name in re.findall(r"\.([a-zA-Z_][\w-]*)", each)}


def _without_comments(sheet: Path) -> str:
    return re.sub(r'/\*.*?\*/|"[^"]*"', "", sheet.read_text(), flags=re.DOTALL)


def _by_template(source: str) -> Iterator[str]:
    for value in CLASS.findall(source):
        for piece in EXPRESSION.split(value):
            if not piece.startswith("{%"):
                words = _yielded(piece) if piece.startswith("{{") else piece
                yield from (name for word in words.split() for name in _whole(word))


def _whole(word: str) -> list[str]:
    """The name, or each that it can become."""
    return [word + ending for ending in ENDINGS[word]] if word in ENDINGS else [word]


def _yielded(expression: str) -> str:
    """What an expression can write, and not what it compares with."""
    (output,) = Environment().parse(expression).body
    return " ".join(word for node in output.nodes for word in _words(node))


def _words(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const):
        yield str(node.value)
    elif isinstance(node, nodes.CondExpr):
        yield from (word for part in (node.expr1, node.expr2) if part for word in _words(part))
    elif isinstance(node, nodes.Concat):
        yield from (word for part in node.nodes for word in _words(part))


def _by_script(script: Path) -> Iterator[str]:
    source = script.read_text()
    for words in BY_SCRIPT.findall(source):
        yield from words.split()
    for selector in LOOKED_FOR.findall(source):
        yield from re.findall(r"\.([a-z][\w-]*)", selector)
