"""Every question of the declaration reaches the record, in one place of it."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from intake.questionnaire import QUESTIONS
from intake.questionnaire.questions import FreeText, Gate, Note
from intake.summary import Summary
from intake.summary.history import SPECIAL
from intake.summary.phrases import named
from tests.summary.everybody import PEOPLE, journey_with, summary_with

LINES = (
    "hopes", "pain", "impact", "goals", "treatments", "medicines", "background", "denied", "ideas", "other",
)  # fmt: skip
# Other answers to what has a wording of its own, and the fields of the record that say them.
OTHERWISE = {
    "who_completing": ("carer", "completed_by"),
    "proxy_relation": ("her aunt", "completed_by"),
    "proxy_present": ("no", "completed_by"),
    "proxy_agrees": ("not_sure", "completed_by"),
    "dob": ("1994-04-28", "age"),
    "sex_at_birth": ("other", "sex"),
    "phone_best": ("no_phone", "phone"),
    "lang": ("Polish", "needs"),
    "needs_interpreter": ("no", "needs"),
    "comm_needs": (["sign"], "needs"),
    "safe_voicemail": ("yes", "needs"),
    "mc_main": ("Ache", "problem"),
    "agenda": (["Sleep"], "agenda"),
    "sites": (["b_low_l", "b_low_r"], "history"),
    "site_main": ("b_low_l", "history"),
    "on_when": ("w2_6", "history"),
    "on_how": ("not_sure", "history"),
    "on_trigger": (["not_sure"], "history"),
    "on_age": ("not_sure", "history"),
    "course": ("up_down", "history"),
    "pq_words": (["not_sure"], "history"),
    "pat_constancy": ("not_sure", "history"),
    "nrs_now": (9, "scores"),
    "nrs_avg": (9, "scores"),
    "nrs_worst": (9, "scores"),
    "tx_tried": (["tx_rest"], "treatments"),
    "tx_effect": ({"med_now:paracetamol": "worse"}, "treatments"),
}


@cache
def summaries() -> tuple[Summary, ...]:
    return tuple(summary_with(given) for given in PEOPLE.values())


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_in_the_data_and_in_one_place_of_the_record(question: str) -> None:
    asked = [each for each in summaries() if any(said.id == question for said in each.answers)]

    assert asked, "nobody of these patients is asked it"
    for summary in asked:
        assert [said.id for said in summary.answers].count(question) == 1
        named_apart = gate(question) and summary is not summaries()[-1]
        if question not in OTHERWISE and not named_apart:
            assert len(places(summary, question)) == 1, places(summary, question)


@pytest.mark.parametrize("question", OTHERWISE)
def test_what_has_a_wording_of_its_own_is_said_in_its_field(question: str) -> None:
    answer, field = OTHERWISE[question]
    given = next(given for given in PEOPLE.values() if question in journey_with(given).counting)

    changed, before = summary_with({**given, question: answer}), summary_with(given)

    assert getattr(changed, field) != getattr(before, field)


def test_what_has_a_wording_of_its_own_is_tested_here() -> None:
    in_needs = {q.id for q in QUESTIONS.values() if q.printed_in is Note.NEEDS and not box(q.id)}

    assert set(OTHERWISE) == {id for ids in SPECIAL.values() for id in ids} | in_needs


def test_a_question_that_names_no_part_of_the_note_is_printed_under_other_answers(tmp_path: Path) -> None:
    """The sections are edited as docs/adding.md says, in a copy, and read by another Python."""
    home = Path(__file__).parents[2]
    shutil.copytree(home / "intake", tmp_path / "intake", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("tests", "templates", "static"):
        (tmp_path / folder).symlink_to(home / folder)
    section = tmp_path / "intake/questionnaire/sections/start.py"
    before = '        FreeText(\n            "proxy_relation"'
    assert before in section.read_text()
    section.write_text(section.read_text().replace(before, f"{NEW}{before}"))

    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stderr
    assert said.stdout.split("\n")[:3] == ["Do you have a pet?: cat", "1", "1"]


NEW = """
        OneOf("new_pet", _("Do you have a pet?"), options=(Option("cat", _("Cat")), Option("dog", _("Dog")))),
"""
PROGRAM = """
from intake.documents import render
from tests.documents.reading import words
from tests.summary.everybody import LATE_IN_PREGNANCY, summary_with
summary = summary_with({**LATE_IN_PREGNANCY, "new_pet": "cat"})
print(*(f"{fact.label}: {fact.text}" for fact in summary.other))
print(" ".join(render(summary, "text").decode().split()).count("OTHER ANSWERS: Do you have a pet?: cat"))
print("".join(words(render(summary, "pdf")).split()).count("Doyouhaveapet?cat"))
"""


def places(summary: Summary, question: str) -> list[str]:
    """The parts of the record that print the answer."""
    asked = box(question) or question
    lines = [
        part
        for part in LINES
        if any(line.ids[:1] == (asked,) and question in line.ids for line in getattr(summary, part))
    ]
    if box(question) and asked in OTHERWISE:
        return [QUESTIONS[asked].printed_in]
    return lines + [side for group in summary.safety.groups for side in sides(group, question)]


def sides(group: object, question: str) -> list[str]:
    said = named(question)
    return [
        side
        for side in ("positives", "negatives", "unsure", "declined", "unanswered", "together")
        for each in getattr(group, side)
        if (each == said or each.startswith(f"{said}: ")) and QUESTIONS[question].group
    ]


def gate(question_id: str) -> bool:
    """It is printed as what it names."""
    question = QUESTIONS[question_id]
    return isinstance(question, Gate) and question.printed_in is Note.SAFETY


def box(question_id: str) -> str | None:
    question = QUESTIONS[question_id]
    return question.beside if isinstance(question, FreeText) else None
