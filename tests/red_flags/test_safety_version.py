"""What an approval names changes with everything that asks, decides or advises, and with nothing else."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import intake
from intake.i18n import Lazy
from intake.questionnaire.declared import canonical
from intake.red_flags import RULES_VERSION, SAFETY_VERSION, advice
from intake.red_flags.safety_version import VERDICTS_FILE, content
from tests.red_flags.verdicts import verdicts

SOURCE = Path(intake.__file__).parent
SAY = "from intake.red_flags import SAFETY_VERSION; print(SAFETY_VERSION)"
SECTIONS, FLAGS = "questionnaire/sections", "red_flags"


@dataclass(frozen=True)
class Edit:
    """One change somebody might make: in `file` the first `old` becomes `new`."""

    what: str
    file: str
    old: str
    new: str


EDITS = (
    Edit(
        "the heading of a card",
        f"{FLAGS}/advice.py",
        "Call {emergency_number} now",
        "Ring {emergency_number}",
    ),
    Edit("one more thing to do", f"{FLAGS}/advice.py", "Do not drive yourself.", "Drive slowly."),
    Edit("a card's text while closed", f"{FLAGS}/advice.py", "Nobody here can phone", "We can not phone"),
    Edit("the number a card calls", f"{FLAGS}/advice.py", 'calls="crisis_line"', 'calls="urgent_line"'),
    Edit(
        "the tier of typed words",
        f"{FLAGS}/contradictions.py",
        "_LINES.get(self.typed, Urgency.NOTE)",
        "Urgency.NOTE",
    ),
    Edit("the banner", f"{FLAGS}/advice.py", "should be checked today", "could be checked today"),
    Edit("a choice under a card", f"{FLAGS}/advice.py", "I will do this today", "I will think about it"),
    Edit(
        "the order of cards",
        f"{FLAGS}/advice.py",
        '"adv_call_now",\n        "adv_call_still",',
        '"adv_call_still",\n        "adv_call_now",',
    ),
    Edit("a row for who is not sure", f"{FLAGS}/advice.py", '    "cord": "adv_same_day_ces",\n', ""),
    Edit(
        "the card for who is not sure",
        f"{FLAGS}/advice.py",
        '"adv_maternity_now": "adv_maternity_today"',
        '"adv_maternity_now": "adv_same_day"',
    ),
    Edit("the closing page", f"{FLAGS}/advice.py", '            _("a faint"),\n', ""),
    Edit("how many reasons are told", f"{FLAGS}/advice.py", "MOST_TOLD = 5", "MOST_TOLD = 3"),
    Edit(
        "what a dead link says", f"{FLAGS}/advice.py", "Do not wait for a new link.", "Wait for a new link."
    ),
    Edit("what stands on paper", f"{FLAGS}/advice.py", "Do not wait for your appointment.", "Tell us then."),
    Edit("the days of an onset", "questionnaire/criteria.py", '"d4_14": 14', '"d4_14": 13'),
    Edit("not sure of an onset", "questionnaire/criteria.py", '"not_sure": 14', '"not_sure": 42'),
    Edit(
        "not sure read as no",
        "questionnaire/criteria.py",
        '"not_sure": Truth.NOT_SURE',
        '"not_sure": Truth.NO',
    ),
    Edit(
        "not sure in a list",
        "questionnaire/criteria.py",
        'Truth.NOT_SURE if "not_sure" in value',
        'Truth.NO if "not_sure" in value',
    ),
    Edit(
        "silence read as no",
        "questionnaire/criteria.py",
        'Truth.UNANSWERED if value == "prefer_not_say"',
        'Truth.NO if value == "prefer_not_say"',
    ),
    Edit(
        "a blank read as no",
        "questionnaire/criteria.py",
        "Truth.NO if self.quantity.is_closed(facts) else Truth.UNANSWERED",
        "Truth.NO",
    ),
    Edit("a group of places", "questionnaire/body.py", '("UPPER_BACK", "THORACIC")', '("UPPER_BACK",)'),
    Edit("the time of a call", "config/timing.py", "timedelta(hours=2)", "timedelta(hours=4)"),
    Edit("the last time of a call", "config/timing.py", "timedelta(minutes=45)", "timedelta(minutes=5)"),
    Edit("the time for an emergency", "config/timing.py", "timedelta(minutes=15)", "timedelta(minutes=60)"),
    Edit(
        "who is alerted",
        f"{FLAGS}/model.py",
        "ALERTS_FROM = Urgency.SAME_DAY",
        "ALERTS_FROM = Urgency.EMERGENCY",
    ),
    Edit(
        "one tier lower when not sure",
        f"{FLAGS}/model.py",
        "Urgency(self.urgency - 1)",
        "Urgency(max(1, self.urgency - 2))",
    ),
    Edit("a word that is watched", f"{FLAGS}/watch_list.py", r"|\bangina\b", ""),
    Edit("a guard", f"{FLAGS}/watch_list.py", '    r"\\bnumber\\w*",\n', ""),
    Edit("what a word does", f"{FLAGS}/watch_list.py", "Does.CRISIS,", "Does.LINE_ONLY,"),
    Edit("each by itself", f"{FLAGS}/watch.py", 'frozenset({"w_numb"})', "frozenset()"),
    Edit("the card of self-harm", f"{FLAGS}/watch.py", 'advice="adv_crisis_now"', 'advice="adv_same_day"'),
    Edit(
        "what a gate opens",
        f"{SECTIONS}/health.py",
        '("pmh_immune_low", "med_steroid_4w", "soc_injected")',
        '("pmh_immune_low", "med_steroid_4w")',
    ),
    Edit("what a gate names", f"{SECTIONS}/health.py", "for 4 weeks or more in the last year", "for years"),
    Edit(
        "the words of a question",
        f"{SECTIONS}/health.py",
        "have you been hot or shivery, or had a fever",
        "have you had a fever",
    ),
    Edit("a hint", f"{SECTIONS}/health.py", "A fever is 38 C (100.4 F) or more.", "A fever is 39 C or more."),
    Edit(
        "a note on privacy",
        f"{SECTIONS}/health.py",
        "Only the clinic team sees this.",
        "Anybody may see this.",
    ),
    Edit("an option", f"{SECTIONS}/health.py", "Less than 14 weeks", "Less than 12 weeks"),
    Edit("what must be answered", f"{SECTIONS}/health.py", "            required=True,\n", ""),
    Edit(
        "of whom it is asked",
        f"{SECTIONS}/health.py",
        'asked_when=yes("rf_pregnant"),\n            group="preg",\n            label=_("bleeding/fluid")',
        'group="preg",\n            label=_("bleeding/fluid")',
    ),
    Edit("who may be pregnant", "questionnaire/conditions.py", "age <= 55", "age <= 41"),
    Edit(
        "when a page comes early",
        f"{SECTIONS}/nerves.py",
        'yes("rf_both_legs_pain"),\n    early_when=BELOW_WAIST',
        'yes("rf_both_legs_pain"),\n    early_when=None',
    ),
    Edit(
        "the order of pages",
        "questionnaire/__init__.py",
        "    chest.SECTION,\n    health.SECTION,\n",
        "    health.SECTION,\n    chest.SECTION,\n",
    ),
    Edit(
        "the place of early pages",
        "questionnaire/__init__.py",
        'EARLY_AFTER = "p_when"',
        'EARLY_AFTER = "p_where"',
    ),
    Edit(
        "the line of a contradiction",
        f"{FLAGS}/contradictions.py",
        "answered no to saddle numbness",
        "no numbness",
    ),
    Edit(
        "an answer of a pattern",
        f"{FLAGS}/patterns.py",
        'chosen("pq_words", "burning")',
        'chosen("pq_words", "stabbing")',
    ),
    Edit("a tier", f"{FLAGS}/rules/heart.py", "Urgency.EMERGENCY", "Urgency.SAME_DAY"),
    Edit("a line", f"{FLAGS}/rules/heart.py", "Chest pain now or within 12 h", "Chest pain"),
    Edit("the card of a rule", f"{FLAGS}/rules/heart.py", 'advice="adv_call_now"', 'advice="adv_ed_now"'),
    Edit(
        "a threshold of a rule",
        f"{FLAGS}/rules/heart.py",
        "at_least(2, *AUTONOMIC)",
        "at_least(3, *AUTONOMIC)",
    ),
    Edit("a shared condition", f"{FLAGS}/conditions.py", "(age >= 40)", "(age >= 50)"),
    Edit("what is printed of a group", f"{FLAGS}/groups.py", '            "rf_sweaty",\n', ""),
    Edit("what was found at release", f"{FLAGS}/verdicts.json", '"digest": "', '"digest": "0'),
)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program, to be changed."""
    there = tmp_path_factory.mktemp("edited")
    shutil.copytree(SOURCE, there / "intake", ignore=shutil.ignore_patterns("__pycache__"))
    return there


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.what)
def test_a_change_of_what_is_approved_changes_the_version(edit: Edit, copied: Path) -> None:
    with edited(copied, edit):
        assert version(copied) != SAFETY_VERSION


def test_renaming_changes_nothing(copied: Path) -> None:
    condition = Edit("", f"{FLAGS}/conditions.py", "WITHIN_3_DAYS", "VERY_NEW")
    function = Edit("", f"{FLAGS}/safety_version.py", "_contradiction(", "_misfit(")

    with everywhere(copied, condition), everywhere(copied, function):
        assert version(copied) == SAFETY_VERSION


def test_formatting_changes_nothing(copied: Path) -> None:
    formatter = [sys.executable, "-m", "ruff", "format", "--no-cache", "--config", "line-length=70", "."]
    kept = copied.parent / "kept"
    shutil.copytree(copied, kept, dirs_exist_ok=True)

    done = subprocess.run(formatter, cwd=kept / "intake", capture_output=True, check=True)

    assert b"reformatted" in done.stdout
    assert version(kept) == SAFETY_VERSION


@pytest.mark.parametrize("seed", ["1", "2"])
def test_it_is_the_same_in_every_process(seed: str, copied: Path) -> None:
    assert version(copied, PYTHONHASHSEED=seed) == SAFETY_VERSION


def test_it_is_made_of_plain_json_with_no_address_of_anything() -> None:
    text = canonical(content())

    assert canonical(json.loads(text)) == text
    assert " object at 0x" not in text
    assert "Lazy(" not in text
    assert text.isascii()


def test_every_text_of_advice_is_in_it() -> None:
    text = json.dumps(content())

    missing = [
        words.source
        for words in texts(list(vars(advice).values()))
        if json.dumps(words.source)[1:-1] not in text
    ]

    assert not missing


def test_a_version_is_twelve_hex_digits() -> None:
    for version in (SAFETY_VERSION, RULES_VERSION):
        assert len(version) == 12
        int(version, 16)


def test_the_digest_of_verdicts_is_up_to_date() -> None:
    """Made by `make safety-digest`. Read why it changed before you make it anew: some verdict did."""
    assert json.loads(VERDICTS_FILE.read_text(encoding="utf-8")) == verdicts()


def version(there: Path, **environment: str) -> str:
    """The version that the program in this folder says."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", SAY],
        cwd=there,
        env={**os.environ, "PYTHONPATH": str(there), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class edited:  # noqa: N801
    """The edit is made until the block ends."""

    def __init__(self, there: Path, edit: Edit) -> None:
        self.edit, self.file = edit, there / "intake" / edit.file
        self.before = self.file.read_text(encoding="utf-8")

    def __enter__(self) -> None:
        assert self.edit.old in self.before, "nothing to change: the edit is out of date"
        self.file.write_text(self.before.replace(self.edit.old, self.edit.new, 1), encoding="utf-8")

    def __exit__(self, *_: object) -> None:
        self.file.write_text(self.before, encoding="utf-8")


class everywhere:  # noqa: N801
    """The name is another in every file until the block ends."""

    def __init__(self, there: Path, edit: Edit) -> None:
        files = [*(there / "intake").rglob("*.py")]
        self.edit, self.before = edit, {file: file.read_text(encoding="utf-8") for file in files}
        assert any(edit.old in text for text in self.before.values())

    def __enter__(self) -> None:
        for file, text in self.before.items():
            if self.edit.old in text:
                file.write_text(text.replace(self.edit.old, self.edit.new), encoding="utf-8")

    def __exit__(self, *_: object) -> None:
        for file, text in self.before.items():
            file.write_text(text, encoding="utf-8")


def texts(value: object) -> Iterator[Lazy]:
    """Every text marked for translation inside a value."""
    if isinstance(value, Lazy):
        yield value
    elif isinstance(value, dict):
        yield from texts([*value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        yield from texts([getattr(value, name) for name in value.__dataclass_fields__])
