"""Boxes of passwords hide what is typed, and hinder neither pasting nor a manager of passwords."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A box of a form that is about a password, as templates ask for one.
ASKED = re.compile(
    r"forms\.(?:line|text)\((?:form\.\w*password\w*|\"\w*password\w*\"|box)\b.*?\}\}", re.DOTALL
)
AS_IT_MUST = re.compile(
    r"\"password\",\s*\"(current|new)-password\"|kind=\"password\", autocomplete=\"(current|new)-password\""
)


def test_every_box_of_a_password_hides_it_and_lets_a_manager_fill_it(client) -> None:
    templates = [file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html")]
    asked = [each for text in templates for each in ASKED.findall(text)]
    boxes = re.findall(r"<input[^>]*name=\"password\"[^>]*>", client.get("/sign-in").text)

    assert len(asked) >= 5
    assert [each for each in asked if not AS_IT_MUST.search(each)] == []
    assert len(boxes) == 1
    assert 'type="password"' in boxes[0]
    assert 'autocomplete="current-password"' in boxes[0]
    for hindrance in ("maxlength", "readonly", "pattern", "onpaste"):
        assert hindrance not in boxes[0]
    scripts = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "static/js").glob("*.js"))
    assert not re.search(r"[\"']paste[\"']|onpaste", scripts)
