"""The `screen` command: what a reviewer of clinical safety gives it, and what comes back."""

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from intake.cli.cases import LONGEST_CASE
from intake.cli.screen import screen_command
from intake.demo.vignettes import VIGNETTES, Vignette, answers_of, vignette

ON = date(2026, 11, 22)
ALL = ("--all",)


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_every_vignette_is_screened_as_declared(case: Vignette) -> None:
    verdict = only(run(line(case)))

    assert verdict["urgency"] == case.urgency
    assert {fired(finding) for finding in verdict["findings"]} == set(case.fires)
    assert "ignored" not in verdict


def test_lines_are_answered_in_order_and_blank_ones_are_passed_over() -> None:
    verdicts = said(run(line(vignette("V05")), "", "   ", line(vignette("V01")), line(vignette("V20"))))

    assert [verdict["id"] for verdict in verdicts] == ["V05", "V01", "V20"]


def test_a_finding_says_which_answers_raised_it() -> None:
    findings = only(run(line(vignette("V20"))))["findings"]

    assert findings[0]["rule"] == "R-CES-1"
    assert findings[0]["certainty"] == "unsure"
    assert {"rf_saddle_numb", "rf_ces_when"} <= set(findings[0]["because"])


def test_a_stale_answer_does_not_count() -> None:
    """Recorded as male, so the pregnancy page is not asked, whatever still lies in its answers."""
    answers = answers_of(vignette("V29"), ON).to_json() | {"sex_at_birth": "male"}

    verdict = only(run(given(answers)))

    assert not [finding for finding in verdict["findings"] if finding["rule"].startswith("R-PRG")]


def test_nothing_answered_is_nothing_assessed_and_nothing_clear() -> None:
    verdict = only(run(given({})))

    assert verdict["urgency"] is None
    assert verdict["findings"] == []
    assert "R-CES-1" in verdict["not_assessed"]


def test_ids_that_nobody_asks_are_named_and_ignored() -> None:
    result = run(given({"spread_where": ["arm"], "shoe_size": 44}))

    assert only(result)["ignored"] == ["spread_where", "shoe_size"]
    assert result.exit_code == 0


def test_words_and_answers_that_do_not_fit_are_told_and_change_no_urgency() -> None:
    plain = answers_of(vignette("V01"), ON).to_json()

    odd = given(plain | {"mc_main": "I want to die, had a fever", "nrs_now": 8})
    quiet, loud = only(run(given(plain), options=ALL)), only(run(odd, options=ALL))

    assert not {"mentions", "contradictions"} & (set(quiet) | set(only(run(odd))))
    assert loud["urgency"] == quiet["urgency"]
    assert {each["rule"] for each in loud["mentions"]} == {"R-FT-1", "R-FT-2"}
    assert loud["contradictions"] == ["c_now_worst"]


def test_what_was_typed_is_not_printed() -> None:
    plain = answers_of(vignette("V01"), ON).to_json()

    assert "Smith" not in run(given(plain | {"mc_main": "Mrs Smith has a fever"}), options=ALL).output


BAD_LINES = [
    ("{", "JSON"),
    ("[]", "object"),
    ("3", "object"),
    ("null", "object"),
    ("[" * 100_000, "JSON"),
    ("9" * 5000, "JSON"),
    ('{"id": NaN, "on": "2026-11-22", "answers": {}}', "JSON"),
    ('{"on": "2026-11-22", "answers": {}}', "id is missing"),
    ('{"id": true, "on": "2026-11-22", "answers": {}}', "id is missing"),
    ('{"id": "a", "answers": {}}', "on is missing"),
    ('{"id": "a", "on": "20261122", "answers": {}}', "on is missing, or is not a date"),
    ('{"id": "a", "on": "2026-02-30", "answers": {}}', "on is not a real date"),
    ('{"id": "a", "on": "2026-11-22"}', "answers is missing"),
    ('{"id": "a", "on": "2026-11-22", "answers": []}', "answers is missing"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"rf_fever": true}}', "answers.rf_fever is not one"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"rf_fever": "maybe"}}', "answers.rf_fever is not one"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"rf_fever": ["yes"]}}', "answers.rf_fever is not one"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"sites": "b_low_l"}}', "answers.sites must be a list"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"sites": [{}]}}', "answers.sites must be a list"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"nrs_now": 11}}', "answers.nrs_now must be a whole"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"nrs_now": true}}', "answers.nrs_now must be a whole"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"nrs_now": 4.5}}', "answers.nrs_now must be a whole"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"dob": "27.3.1962"}}', "answers.dob must be a real date"),
    ('{"id": "a", "on": "2026-11-22", "answers": {"dob": "2026-11-23"}}', "answers.dob lies after"),
    (
        '{"id": "a", "on": "2026-11-22", "answers": {"tx_effect": {"tx_tried:physio": {}}}}',
        "answers.tx_effect is not one",
    ),
    ('{"id": "a", "on": "2026-11-22", "answers": {"mc_main": 7}}', "answers.mc_main must be text"),
    (b'{"id": "\xff", "on": "2026-11-22", "answers": {}}', "UTF-8"),
    (b" " * (LONGEST_CASE + 10) + b"{}", "longer than"),
    (b'{"id": "' + b"x" * (3 * LONGEST_CASE) + b'"}', "longer than"),
]


@pytest.mark.parametrize(("bad", "problem"), BAD_LINES, ids=lambda value: str(value)[:60])
def test_a_bad_line_is_told_by_number_and_stops_no_other(bad: str | bytes, problem: str) -> None:
    result = run(line(vignette("V01")), bad, line(vignette("V05")))

    before, verdict, after = said(result)
    assert (before["id"], after["id"]) == ("V01", "V05")
    assert verdict["line"] == 2
    assert problem in verdict["error"]
    assert set(verdict) <= {"line", "id", "error"}
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_bad_line_is_named_by_its_id_where_it_has_one() -> None:
    assert only(run(given({"rf_fever": 1})))["id"] == "a"


def test_a_message_never_repeats_what_was_typed() -> None:
    assert "Mrs Smith" not in run(given({"rf_fever": "Mrs Smith"})).output


def test_odd_but_sound_lines_are_read() -> None:
    """A byte order mark, Windows line ends, a name given twice, half of a surrogate pair."""
    first = b"\xef\xbb\xbf" + line(vignette("V01")).encode() + b"\r\n"
    twice = b'{"id": 7, "id": "b", "on": "2026-11-22", "answers": {"rf_fever": null, "mc_main": "\\ud800"}}'

    result = CliRunner().invoke(screen_command, ["-"], input=first + twice)

    assert [verdict["id"] for verdict in said(result)] == ["V01", "b"]
    assert result.exit_code == 0


def test_a_file_that_is_not_there_is_said_plainly(tmp_path: Any) -> None:
    result = CliRunner().invoke(screen_command, [str(tmp_path / "none.jsonl")])

    assert result.exit_code == 2
    assert "No such file" in result.output


def run(*lines: str | bytes, options: tuple[str, ...] = ()) -> Result:
    text = b"\n".join(each.encode() if isinstance(each, str) else each for each in lines)
    return CliRunner().invoke(screen_command, [*options, "-"], input=text)


def line(case: Vignette) -> str:
    return json.dumps({"id": case.id, "on": ON.isoformat(), "answers": answers_of(case, ON).to_json()})


def given(answers: dict[str, object]) -> str:
    return json.dumps({"id": "a", "on": ON.isoformat(), "answers": answers})


def said(result: Result) -> list[dict[str, Any]]:
    return [json.loads(each) for each in result.stdout.splitlines()]


def only(result: Result) -> dict[str, Any]:
    (verdict,) = said(result)
    return verdict


def fired(finding: dict[str, Any]) -> str:
    return finding["rule"] + ("?" if finding["certainty"] == "unsure" else "")
