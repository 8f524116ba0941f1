"""The documents say what is so: the tests they name are there, and what they list is whole."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A path from the top of the tree; `*` stands for any name.
PATH = re.compile(
    r"`((?:intake|templates|static|migrations|tests|docs|conformance|bench|setup|deploy)/[^\s`:]*)`"
)
# What a command makes for each language.
MADE_BY_COMMANDS = {"intake/locale/sv/LC_MESSAGES/messages.po", "intake/locale/*/LC_MESSAGES/messages.po"}
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


@pytest.mark.parametrize("page", ["safety/hazard-log.md", "security.md"])
def test_every_test_that_a_document_names_is_there(page: str) -> None:
    named = NAMED.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))

    gone = [(file, test) for file, test in named if f"def {test}(" not in _read(ROOT / "tests" / file)]
    assert len(named) > 30
    assert gone == []


def test_every_document_that_is_pointed_at_is_there() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    pointed = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#:]+)\)", _read(page))]

    assert [f"{page.name}: {target}" for page, target in pointed if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_path_of_the_tree_that_a_document_names_is_there(page: Path) -> None:
    named = {path for path in PATH.findall(_read(page)) if "<" not in path}

    assert sorted(path for path in named - MADE_BY_COMMANDS if not list(ROOT.glob(path.rstrip("/")))) == []


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_operating_explains_every_line_that_the_notice_bar_can_show() -> None:
    shown = {_as_read(words) for words in _words_of(ROOT / "intake/web/notice_bar.py")}
    explained = set(re.findall(r"^\| ([^|]+?) \|", _read(ROOT / "docs/operating.md"), re.MULTILINE))

    assert len(shown) >= 8
    assert shown - explained == set()


def _words_of(module: Path) -> Iterator[str]:
    """What a module has translated; of two forms the plural."""
    for node in ast.walk(ast.parse(_read(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            which = {"gettext": 0, "ngettext": 1}.get(node.func.id)
            if which is not None:
                yield ast.literal_eval(node.args[which])


def _as_read(words: str) -> str:
    return re.sub(r"%\(\w+\)s", "…", words)


def test_each_version_says_its_clinical_changes_apart() -> None:
    versions = re.split(r"^## ", _read(ROOT / "CHANGELOG.md"), flags=re.MULTILINE)[1:]

    assert len(versions) >= 3
    for version in versions:
        name, parts = version.split("\n", 1)[0], re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert re.fullmatch(r"Unreleased|\d+\.\d+\.\d+", name), name
        assert parts[:1] == ["Clinical"], name
        assert "approved" in version.split("### ")[1], name
