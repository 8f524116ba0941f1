"""What the scripts in the browser never do: run text, keep what was typed, or listen to other windows."""

import re
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "static/js").glob("*.js"))
# What runs text as a program, or as markup.
RUNS_TEXT = re.compile(
    r"\beval\b|\bnew Function\b|\bFunction\(|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|"
    r"createContextualFragment|srcdoc|javascript:|\.setAttribute\(\s*[\"'](?:on|href|src|style)|"
    r"set(?:Timeout|Interval)\(\s*[\"'`]|import\("
)
# A name that is taken from data could be `__proto__`; a Map has no such names.
NAMED_BY_DATA = re.compile(
    r"__proto__|\.prototype\b|for\s*\([^)]*\bin\b|[\w\])]\[(?![\"'`\d])[^\]]+\]\s*=(?!=)"
)
KEPT = re.compile(r"(?:local|session)Storage\.setItem\(\"(\w+)\", (.+)\);")
LEFT_OUT = re.compile(
    r"indexedDB|document\.cookie|serviceWorker|caches\.|postMessage|\"message\"|WebSocket|EventSource|RTCPeer"
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_runs_text_or_takes_a_name_from_data(script: Path) -> None:
    source = script.read_text(encoding="utf-8")

    assert RUNS_TEXT.findall(source) == []
    assert NAMED_BY_DATA.findall(source) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_browser_keeps_a_time_and_a_choice_and_nothing_that_was_typed(script: Path) -> None:
    source = script.read_text(encoding="utf-8")

    assert set(KEPT.findall(source)) <= {("used", "used"), ("steps", 'stepping() ? "off" : "on"')}
    assert len(re.findall(r"setItem|Storage\[|Storage\.\w+\s*=", source)) == len(KEPT.findall(source))
    assert LEFT_OUT.findall(source) == []


def test_what_is_looked_for_would_be_found() -> None:
    for bad in (
        "box.innerHTML = words",
        "eval(words)",
        'setTimeout("words")',
        'link.setAttribute("href", words)',
    ):
        assert RUNS_TEXT.search(bad), bad
    for bad in ("found[name] = value", "for (const name in given) {}", "Object.prototype", "a[b.c] = 1"):
        assert NAMED_BY_DATA.search(bad), bad
    assert not NAMED_BY_DATA.search("if (a[b] === c) d[0] = 1; const [e] = f;")
