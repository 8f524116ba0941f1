"""The `render` command: the whole way from answers to a document, without a database."""

import json
from datetime import date
from pathlib import Path

import pytest

from intake.demo.vignettes import answers_of, vignette
from tests.documents.reading import pages

ON = date(2026, 11, 22)


@pytest.fixture
def case(tmp_path):
    """A file with one case; what is given goes over it."""

    def write(**more):
        answers = answers_of(vignette("V10"), ON).to_json()
        path = tmp_path / "case.json"
        path.write_text(json.dumps({"id": "c1", "on": ON.isoformat(), "answers": answers} | more))
        return str(path)

    return write


@pytest.mark.parametrize(
    ("name", "begins"), [("pdf", b"%PDF-"), ("text", b"PRE-VISIT HISTORY"), ("fhir", b"{")]
)
def test_a_vignette_becomes_a_document_of_each_format(commands, tmp_path, name, begins):
    output = tmp_path / "made"

    result = commands.invoke(args=["render", "v05", "--format", name, "-o", str(output)])

    assert result.exit_code == 0, result.output
    assert output.read_bytes().startswith(begins)


def test_a_typical_urgent_patient_is_told_on_two_sides_of_one_sheet(commands, tmp_path):
    file = tmp_path / "summary.pdf"

    commands.invoke(args=["render", "V05", "-o", str(file)])

    # A third page with one last row would cost paper, and a tenth of the time.
    assert len(pages(file.read_bytes())) == 2


def test_a_case_becomes_a_note_with_its_name_and_appointment(commands, case):
    source = case(name="Iris Example", appointment="2026-11-23T09:40")

    note = commands.invoke(args=["render", source, "--format", "text", "-o", "-"]).stdout

    assert "Iris Example" in note
    assert "SAME DAY" in note
    assert all(len(line) < 100 for line in note.splitlines())


def test_a_vignette_that_the_demonstration_does_not_show_has_its_own_name(commands):
    note = commands.invoke(args=["render", "V171", "--format", "text", "-o", "-"]).stdout

    assert "V171, born" in note


def test_words_of_self_harm_head_the_note(commands, case):
    answers = answers_of(vignette("V01"), ON).to_json() | {"mc_main": "I want to end my life"}

    note = commands.invoke(args=["render", case(answers=answers), "--format", "text", "-o", "-"]).stdout

    assert 'SAME DAY - Mood: Wrote words of self-harm: "end my life"' in note
    assert "No safety rule fired" not in note


def test_the_same_case_gives_the_same_bytes(commands, case, tmp_path, clock):
    source = case()
    commands.invoke(args=["render", source, "-o", str(tmp_path / "first")])
    clock.wait(days=3)
    commands.invoke(args=["render", source, "-o", str(tmp_path / "second")])

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_case_with_blanks_is_not_printed_as_sent(commands, case):
    note = commands.invoke(args=["render", case(answers={}), "--format", "text", "-o", "-"]).stdout

    assert "NOT SENT" in note
    assert "INCOMPLETE" in note


def test_no_database_is_made(commands, settings, case, tmp_path):
    from intake.app import create_app

    untouched = create_app(settings)
    untouched.test_cli_runner().invoke(args=["render", "V01", "--format", "text", "-o", "-"])

    assert untouched.clinic.opened is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"on": "yesterday"}, "on is missing, or is not a date"),
        ({"answers": {"rf_fever": True}}, "answers.rf_fever is not one of the answers on offer"),
        ({"appointment": "tomorrow"}, "appointment is no day and time"),
        ({"appointment": "0001-01-01T00:00+14:00"}, "appointment is no day and time"),
        ({"name": "Iris \ud800"}, "holds half a character"),
        ({"name": 3}, "name is not text"),
    ],
)
def test_what_is_wrong_with_a_case_is_said_plainly(commands, case, tmp_path, more, said):
    result = commands.invoke(args=["render", case(**more), "-o", str(tmp_path / "out")])

    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_source_that_is_none_is_said_plainly(commands, tmp_path):
    result = commands.invoke(args=["render", "V999", "-o", "-"])

    assert result.exit_code == 1
    assert "neither a vignette (V01 to V171) nor a file" in result.output


def test_a_place_that_cannot_be_written_is_said_plainly(commands, tmp_path):
    result = commands.invoke(args=["render", "V01", "--format", "text", "-o", str(tmp_path / "none" / "x")])

    assert result.exit_code != 0
    assert "Traceback" not in result.output


@pytest.mark.faults
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_said_plainly(commands):
    result = commands.invoke(args=["render", "V01", "--format", "text", "-o", "/dev/full"])

    assert result.exit_code == 1
    assert "could not write: No space left on device" in result.output


def test_a_note_for_older_record_systems_says_what_it_could_not_write(commands, case):
    source = case(name="Łukasz Żółć")

    made = commands.invoke(
        args=["render", source, "--format", "text", "--encoding", "windows-1252", "-o", "-"]
    ).stdout_bytes

    said = " ".join(made.decode("windows-1252").split())
    assert "Lukasz Zólc" in said
    assert '"L" = U+0141 latin capital letter l with stroke' in said


def test_only_text_has_another_encoding(commands, case):
    wrong = ["render", case(), "--format", "pdf", "--encoding", "windows-1252", "-o", "-"]

    result = commands.invoke(args=wrong)

    assert result.exit_code == 2
    assert "--encoding goes with --format text" in result.output
