"""What stands open on the first screen of a record, and that nothing is lost behind a press."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.demo.vignettes import answers_of, vignette
from intake.questionnaire.journey import Journey
from intake.red_flags import Urgency, screen_with_texts
from intake.summary import Summary, write_summary
from intake.summary.record import Fired
from intake.web.clinician.first_screen import MOST_LINES, FirstScreen, first_screen
from tests.documents.summaries import PATIENT, SENT, TODAY, summary_of

CALM = summary_of("V02")
fired = st.builds(
    Fired,
    rule=st.uuids().map(str),
    group=st.sampled_from(["Heart", "Cord/nerve", "Infection"]),
    urgency=st.sampled_from(["EMERGENCY", "SAME_DAY", "PRIORITY"]),
    unsure=st.booleans(),
    line=st.just("line"),
    because=st.sampled_from(["", "short", "long " * 20]),
)


def shown(lines: list[Fired]) -> tuple[list[Fired], FirstScreen]:
    return lines, first_screen(replace(CALM, safety=replace(CALM.safety, fired=tuple(lines))))


screens = st.lists(fired, max_size=14).map(shown)


@given(screens)
def test_each_rule_that_fired_stands_open_or_behind_one_line(screen: tuple[list[Fired], FirstScreen]) -> None:
    lines, first = screen

    behind = [at for shared in first.shared for at in shared.at]
    assert sorted([*first.standing, *behind]) == list(range(len(lines)))


@given(screens)
def test_no_emergency_is_folded_and_the_first_line_stands_unless_all_are_unsure(
    screen: tuple[list[Fired], FirstScreen],
) -> None:
    lines, first = screen

    folded = [lines[at].urgency for shared in first.shared for at in shared.at]
    assert "EMERGENCY" not in folded
    if first.standing:
        assert 0 in first.standing


@given(screens)
def test_a_shared_line_names_its_tier_and_every_group_behind_it(
    screen: tuple[list[Fired], FirstScreen],
) -> None:
    lines, first = screen

    for shared in first.shared:
        behind = [lines[at] for at in shared.at]
        assert {(each.urgency, each.unsure) for each in behind} == {(shared.urgency, shared.unsure)}
        assert set(shared.groups.split(", ")) == {each.group for each in behind}


@given(screens)
def test_what_stands_is_never_less_urgent_than_what_is_folded_and_as_certain(
    screen: tuple[list[Fired], FirstScreen],
) -> None:
    lines, first = screen

    certain = [Urgency[lines[at].urgency] for at in first.standing[1:] if not lines[at].unsure]
    folded = [Urgency[each.urgency] for each in first.shared if not each.unsure]
    if certain and folded:
        assert min(certain) >= max(folded)


@given(screens)
def test_a_few_rules_share_nothing(screen: tuple[list[Fired], FirstScreen]) -> None:
    lines, first = screen

    if len(lines) <= MOST_LINES:
        assert first.shared == ()


@pytest.mark.parametrize(
    ("record", "counted"),
    [
        (CALM, "{0} of {0} safety questions answered, all no"),
        (summary_of("V05"), "{0} of {0} safety questions answered, all others no"),
        (
            summary_of("V02", {"rf_face_speech": "not_sure"}),
            "{0} of {0} safety questions answered, 1 not sure, all others no",
        ),
    ],
)
def test_how_many_safety_questions_were_answered_stands_in_one_line(record: Summary, counted: str) -> None:
    assert first_screen(record).counted == counted.format(record.safety.asked)


def test_a_blank_is_counted_as_not_answered_and_never_as_no() -> None:
    given = answers_of(vignette("V02"), TODAY).merged({"rf_fever": None})
    journey = Journey(given, TODAY)
    blank = write_summary(journey, screen_with_texts(journey), PATIENT, written_at=SENT, sent_at=SENT)

    counted = first_screen(blank).counted

    assert f"{blank.safety.answered} of {blank.safety.asked} safety questions answered" in counted
    assert f"{len(blank.safety.not_answered)} not answered" in counted
    assert blank.safety.not_answered


def test_only_what_is_too_long_is_begun_and_whole_words_stand() -> None:
    words = "My back hurts when I sit. " * 20
    record = replace(CALM, problem=words, agenda=("A plan", words), hopes=())

    begun = first_screen(record).begun

    assert set(begun) == {words}
    assert words.startswith(begun[words].removesuffix("\u2026"))
    assert first_screen(CALM).begun == {}
