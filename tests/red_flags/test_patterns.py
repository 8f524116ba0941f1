"""The patterns table: a fixed display of the patient's own answers."""

import pytest

from intake.demo.vignettes import VIGNETTES, answers_of
from intake.i18n import Lazy
from intake.red_flags.patterns import PATTERNS
from intake.red_flags.sources import SOURCES
from tests.answering import ON, journey_of, plain_patient
from tests.documents.summaries import summary_of

ORDER = [
    "pat_disc",
    "pat_stenosis",
    "pat_kyphosis",
    "pat_scapula",
    "pat_heart",
    "pat_kidney",
    "pat_muscle",
    "pat_posture",
    "pat_fracture",
]


def test_the_order_is_fixed() -> None:
    assert [pattern.id for pattern in PATTERNS] == ORDER


def test_only_what_was_reported_is_listed() -> None:
    colic = journey_of(plain_patient({"sites": ["b_flank_l"], "pq_words": ["waves"]}))

    kidney = next(pattern for pattern in PATTERNS if pattern.id == "pat_kidney")

    assert kidney.reported(colic.facts) == ("flank pain", "comes in waves")


def test_not_sure_is_not_reported_as_a_feature() -> None:
    unsure = journey_of(plain_patient({"rf_chest_pain": "not_sure"}))

    heart = next(pattern for pattern in PATTERNS if pattern.id == "pat_heart")

    assert "chest pain in last 3 days" not in heart.reported(unsure.facts)


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_every_row_can_be_written_for_every_vignette(case) -> None:
    journey = journey_of(answers_of(case, ON))

    for pattern in PATTERNS:
        assert isinstance(pattern.title, Lazy)
        known = {str(atom.label) for feature in pattern.features for atom in feature.atoms}
        assert set(pattern.reported(journey.facts)) <= known


def test_every_source_code_of_the_table_has_its_key_in_the_record() -> None:
    record = summary_of("V05")

    key = {each.label: each.text for each in record.pattern_sources}
    assert set(key) == {code for row in record.patterns for code in row.sources}
    for code, said in key.items():
        assert SOURCES[code].citation.startswith(said)
        assert len(said) > 15
