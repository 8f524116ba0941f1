"""The papers for buyers: each claim names a proof that is there, and nothing passes that was not run."""

import re
from xml.etree import ElementTree

import pytest

from intake.config.settings import SETTINGS
from intake.storage.models import Row
from setup.evidence import data_flow
from setup.evidence.claims import DEPLOYER, NOT_ASSESSED
from setup.evidence.papers import every_paper
from setup.evidence.proofs import FAILED, PASSED, Outcome, exists, passed_in

PAPERS = {paper.name: paper for paper in every_paper()}
MADE = "Backstory 0, of a test"
# What only a person who looked from outside could say, and never a command.
FORBIDDEN = re.compile(
    r"low[- ]risk|\b(is|are) (safe|secure|approved)\b|\bcompl(ies|iant)\b|fully accessible|certified",
    re.IGNORECASE,
)
# Settings that name a place and are no way out: ours, or where data of the clinic itself lie.
NO_WAY_OUT = {"public_url", "database_url", "key_file", "seal_file", "trusted_proxies", "data_dir"}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)
def test_every_proof_that_a_claim_names_is_there(paper):
    assert [proof for claim in paper.claims for proof in claim.proofs if not exists(proof)] == []


def test_a_proof_that_is_not_there_is_noticed():
    assert not exists("test_docs.py::test_that_nobody_wrote")
    assert not exists("make conformance wishes")


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)
def test_a_claim_without_a_proof_passes_nothing(paper):
    text = paper.text({}, MADE)

    assert PASSED not in text
    for claim in paper.claims:
        open_ = any(each.lower().rstrip(".") in claim.words.lower() for each in (DEPLOYER, NOT_ASSESSED))
        to_read = "dpia.md" in claim.words or "docs/" in claim.words
        assert claim.proofs or open_ or to_read or claim.topic == "NHS number", claim


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)
def test_what_came_of_each_proof_stands_beside_it(paper):
    proofs = {proof for claim in paper.claims for proof in claim.proofs}
    outcomes = {proof: Outcome(FAILED, "0123456789ab", "2026-12-01") for proof in proofs}

    text = paper.text(outcomes, MADE)

    for proof in proofs:
        assert f"`{proof}`: FAILED on 2026-12-01 at 0123456789ab" in text


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)
def test_no_paper_reassures(paper):
    outcomes = {proof: Outcome(PASSED, "0", "2026-12-01") for claim in paper.claims for proof in claim.proofs}

    assert FORBIDDEN.findall(paper.text(outcomes, MADE)) == []


def test_sources_are_named_with_their_date():
    for name in ("dpia.md", "dtac.md", "accessibility.md", "nice.md"):
        assert re.search(r"- .+, .*\d{4}.*: <https://", PAPERS[name].text({}, MADE)), name


def test_every_column_and_every_term_stands_in_the_assessment():
    text = PAPERS["dpia.md"].text({}, MADE)

    for table in Row.metadata.sorted_tables:
        line = next(line for line in text.splitlines() if line.startswith(f"| `{table.name}` |"))
        assert all(f"`{column.name}`" in line for column in table.columns), table.name
    assert all(each.name in text for each in SETTINGS if each.field.startswith("keep_"))


def test_every_setting_that_names_another_place_is_in_the_picture():
    place = re.compile("(_|^)(server|sender|webhook|folder|url|issuer|host|gateway|proxies|file|dir)(_|$)")
    named = {name for each in data_flow.RECIPIENTS for name in each.named_by}

    missing = [each.name for each in SETTINGS if place.search(each.field) and each.name not in named]
    assert [name for name in missing if name.removeprefix("BACKSTORY_").lower() not in NO_WAY_OUT] == []
    picture = ElementTree.fromstring(data_flow.picture())
    words = "".join(picture.itertext())
    assert all(each.name in words for each in data_flow.RECIPIENTS if each.named_by)


def test_a_test_passed_only_when_it_passed_in_every_form():
    report = """<testsuites><testsuite>
    <testcase classname="tests.web.test_a" name="test_one[x]"/>
    <testcase classname="tests.web.test_a" name="test_one[y]"><failure message="no"/></testcase>
    <testcase classname="tests.test_b" name="test_two"><system-out/></testcase>
    <testcase classname="tests.test_b" name="test_three"><skipped/></testcase>
    </testsuite></testsuites>"""

    assert passed_in(report) == {
        "web/test_a.py::test_one": False,
        "test_b.py::test_two": True,
        "test_b.py::test_three": False,
    }
