"""The commands around an approval, as somebody types them."""

import json
from pathlib import Path

from flask.testing import FlaskCliRunner

from intake.questionnaire.declared import canonical
from intake.red_flags import SAFETY_VERSION
from intake.red_flags.safety_version import content

SIGNED = ("--role", "clinical safety officer", "--name", "Dr Safe", "--on", "2026-01-05")


def test_an_approval_is_put_on_record_and_nothing_has_changed_since(commands: FlaskCliRunner) -> None:
    approved = commands.invoke(args=["safety-approve", *SIGNED, "--version", SAFETY_VERSION])
    checked, difference = commands.invoke(args=["check"]), commands.invoke(args=["safety-diff"])

    assert approved.exit_code == 0, approved.output
    assert f"Safety version {SAFETY_VERSION}: approved by Dr Safe, clinical safety officer." in checked.output
    assert f"0 changes from {SAFETY_VERSION} to {SAFETY_VERSION}." in difference.output
    assert difference.exit_code == 0


def test_only_the_version_in_force_can_be_approved(commands: FlaskCliRunner) -> None:
    refused = commands.invoke(args=["safety-approve", *SIGNED, "--version", "0123456789ab"])

    assert refused.exit_code == 1
    assert f"The version in force is {SAFETY_VERSION}" in refused.output


def test_without_an_approval_on_record_it_says_what_is_not_kept(commands: FlaskCliRunner) -> None:
    difference = commands.invoke(args=["safety-diff"])

    assert difference.exit_code == 1
    assert "what was approved is not kept" in difference.output


def test_two_releases_are_compared_by_what_each_wrote(commands: FlaskCliRunner, tmp_path: Path) -> None:
    now = commands.invoke(args=["safety-version", "--content"]).output.strip()
    assert now == canonical(content())
    earlier = json.loads(now)
    earlier["times"]["a call is promised within"] = 240
    (tmp_path / "now.json").write_text(now, encoding="utf-8")
    (tmp_path / "earlier.json").write_text(json.dumps(earlier), encoding="utf-8")

    difference = commands.invoke(
        args=["safety-diff", str(tmp_path / "earlier.json"), str(tmp_path / "now.json")]
    )

    assert "times a call is promised within: 240 is now 120" in difference.output
    assert difference.exit_code == 1


def test_a_file_that_is_no_content_is_refused(commands: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")

    refused = commands.invoke(args=["safety-diff", str(tmp_path / "list.json"), SAFETY_VERSION])

    assert refused.exit_code == 1
    assert "holds no content" in refused.output
