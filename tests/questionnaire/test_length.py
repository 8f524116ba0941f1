"""How long the form is, computed from the declaration (clinical specification, section 2)."""

from dataclasses import astuple

import pytest

from intake.questionnaire import PAGES
from intake.questionnaire.length import TYPICAL, length_of, typical_minutes, walked
from tests.answering import journey_of, plain_patient

# Section 2 of the specification: pages, questions, required answers, minutes.
SPECIFIED = dict(
    zip(
        (person.title for person in TYPICAL),
        ((17, 62, 50, 10.4), (19, 62, 50, 10.5), (37, 126, 111, 18.9), (20, 69, 58, 11.1)),
        strict=True,
    )
)
# What the specification allows: one page, two answers and half a minute.
ALLOWED = (1, 2, 2, 0.5)
MOST = (20, 52, 11)


@pytest.mark.parametrize("person", TYPICAL, ids=lambda person: person.title)
def test_the_form_is_as_long_as_specified(person) -> None:
    length = length_of(walked(person))
    pages, questions, required, _ = astuple(length)

    found = zip(SPECIFIED[person.title], (pages, questions, required, length.minutes), ALLOWED, strict=True)
    off = [(said, counted) for said, counted, allowed in found if counted - said > allowed]

    # Two pages fewer are no fault; more than is allowed would be.
    assert not off


@pytest.mark.parametrize("person", TYPICAL[:2], ids=lambda person: person.title)
def test_a_typical_adult_is_not_kept_longer_than_promised(person) -> None:
    """At most 20 pages, 52 required answers and 11 minutes."""
    length = length_of(walked(person))

    assert length.pages <= MOST[0]
    assert length.required <= MOST[1]
    assert length.minutes <= MOST[2]


@pytest.mark.parametrize("person", TYPICAL, ids=lambda person: person.title)
def test_each_typical_person_has_answered_the_whole_main_path(person) -> None:
    journey = walked(person)

    assert journey.complete
    assert length_of(journey).questions >= length_of(journey).required > 0


def test_one_more_question_makes_the_form_longer() -> None:
    plain, unsure = (length_of(journey_of(plain_patient(said))) for said in ({}, {"med_now": ["not_sure"]}))

    assert (unsure.pages, unsure.questions) == (plain.pages + 1, plain.questions + 1)
    # The list of medicines is typed, and its page is turned.
    assert unsure.seconds == plain.seconds + 30 + 3


def test_what_patients_are_told_is_what_the_typical_persons_take() -> None:
    minutes = [length_of(walked(person)).minutes for person in TYPICAL]
    told = typical_minutes()

    assert told.least <= min(minutes) < told.least + 5
    assert told.most - 5 < max(minutes) <= told.most


def test_the_first_page_says_the_same_range() -> None:
    told = typical_minutes()

    assert f"It takes {told.least} to {told.most} minutes." in str(PAGES["p_start"].intro)
