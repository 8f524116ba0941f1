"""Boxes of passwords hide what is typed, and hinder neither pasting nor a manager of passwords."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOX = re.compile(r"<input\b[^>]*>", re.DOTALL)


def test_every_box_of_a_password_hides_it_and_lets_a_manager_fill_it() -> None:
    boxes = [
        (file.name, box)
        for file in (ROOT / "templates").rglob("*.html")
        for box in BOX.findall(file.read_text(encoding="utf-8"))
        if re.search(r'type="password"|name="[^"]*password|name="\{\{ box \}\}', box)
    ]

    assert len(boxes) >= 3
    for file, box in boxes:
        assert 'type="password"' in box, f"{file}: {box}"
        assert re.search(r'autocomplete="(current|new)-password"|autocomplete="\{\{', box), f"{file}: {box}"
        assert "maxlength" not in box, f"{file}: {box}"
        assert "readonly" not in box, f"{file}: {box}"
    scripts = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "static/js").glob("*.js"))
    assert not re.search(r"[\"']paste[\"']|onpaste", scripts)
