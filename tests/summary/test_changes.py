"""What changed between two forms."""

from hypothesis import given
from hypothesis import strategies as st

from intake.demo.vignettes import VIGNETTES, answers_of, vignette
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.red_flags import screen_with_texts
from intake.summary import Subject, Summary, write_summary
from intake.summary.changes import FOLLOWED, SCORES, FlagChange, changes
from tests.answering import ON, any_answers, journey_of, plain_patient
from tests.summary.times import EVENING


def record(answers: Answers) -> Summary:
    journey = journey_of(answers)
    subject = Subject("Iris Example")
    return write_summary(journey, screen_with_texts(journey), subject, written_at=EVENING, sent_at=EVENING)


records = st.one_of(
    any_answers().map(record), st.sampled_from(VIGNETTES).map(lambda case: record(answers_of(case, ON)))
)


@given(records)
def test_between_a_record_and_itself_nothing_changed(one: Summary) -> None:
    assert not changes(one, one)
    assert not changes(one, Summary.from_json(one.to_json()))


@given(records, records)
def test_what_changed_one_way_changed_back_the_other_way(one: Summary, other: Summary) -> None:
    there, back = changes(one, other), changes(other, one)

    assert there.new_flags == back.gone_flags
    assert there.gone_flags == back.new_flags
    for some, others in ((there.moved, back.moved), (there.followed, back.followed)):
        assert {(m.id, m.was, m.now) for m in some} == {(m.id, m.now, m.was) for m in others}
    assert {(s.name, s.was, s.now, s.matters) for s in there.scores} == {
        (s.name, s.now, s.was, s.matters) for s in back.scores
    }


@given(records, records)
def test_every_answer_that_differs_is_named(one: Summary, other: Summary) -> None:
    before, after = ({said.id: said.value for said in each.answers} for each in (one, other))
    differing = {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)}
    found = changes(one, other)
    scores = {"now": "nrs_now", "average": "nrs_avg", "worst": "nrs_worst"}

    said = {each.id for each in (*found.followed, *found.moved)}
    assert said | {scores[each.name] for each in found.scores} == differing


@given(records, records)
def test_what_is_followed_and_did_not_change_is_said_to_be_the_same(one: Summary, other: Summary) -> None:
    before, after = ({said.id: said.value for said in each.answers} for each in (one, other))
    found = changes(one, other)

    alike = {id for id in (*FOLLOWED, *SCORES.values()) if id in after and before.get(id) == after[id]}
    assert {each.id for each in found.same} == alike
    assert not alike & {each.id for each in (*found.followed, *found.moved)}


def test_what_is_followed_is_asked() -> None:
    assert set(FOLLOWED) | set(SCORES.values()) <= set(QUESTIONS)


def test_sleep_and_work_have_both_values_in_the_order_they_are_followed() -> None:
    before = record(plain_patient({"sleep": "fine", "work_affected": "off"}))
    after = record(plain_patient({"sleep": "bad", "work_affected": "no"}))

    found = changes(before, after).followed

    assert [(each.label, each.was, each.now) for each in found] == [
        ("Sleep", "fine", "badly disturbed"),
        ("Daily role", "yes, I have stopped", "no"),
    ]


def test_flags_come_and_go() -> None:
    plain, urgent = record(plain_patient()), record(plain_patient({"rf_fever": "yes"}))

    new, gone = changes(plain, urgent), changes(urgent, plain)

    assert "R-INF-9" in [each.fired.rule for each in new.new_flags]
    assert gone.new_flags == ()
    assert "R-INF-9" in [each.fired.rule for each in gone.gone_flags]
    assert [(each.was, each.now) for each in new.moved if each.id == "rf_fever"] == [("No", "Yes")]


def test_a_flag_that_is_gone_because_nobody_answered_says_so() -> None:
    urgent = plain_patient({"rf_fever": "yes"})
    answered_no, blank = urgent.merged({"rf_fever": "no"}), urgent.merged({"rf_fever": None})

    (gone,) = _fever(changes(record(urgent), record(answered_no)).gone_flags)
    (open_still,) = _fever(changes(record(urgent), record(blank)).gone_flags)

    assert not gone.blank
    assert open_still.blank


def test_the_same_rule_at_another_urgency_has_changed() -> None:
    unsure, sure = (record(plain_patient({"rf_fever": said})) for said in ("not_sure", "yes"))

    found = changes(unsure, sure)

    assert "R-INF-9" in [each.fired.rule for each in found.new_flags]
    assert "R-INF-9" in [each.fired.rule for each in found.gone_flags]


def test_a_pain_score_moves_enough_by_two_points_or_a_third() -> None:
    def matters(was: int, now: int) -> list[bool]:
        before, after = (record(plain_patient({"nrs_now": score})) for score in (was, now))
        return [each.matters for each in changes(before, after).scores]

    assert matters(8, 7) == [False]
    assert matters(7, 8) == [False]
    assert matters(8, 6) == [True]
    assert matters(3, 2) == [True]
    assert matters(0, 1) == [True]
    assert matters(5, 5) == []


def test_a_score_that_was_given_only_once_is_an_answer_that_moved() -> None:
    before, after = record(plain_patient({"nrs_now": None})), record(plain_patient({"nrs_now": 4}))

    found = changes(before, after)

    assert found.scores == ()
    assert [(each.was, each.now) for each in found.moved if each.id == "nrs_now"] == [("", "4")]


def test_each_line_of_a_record_names_the_answers_it_was_made_from() -> None:
    for case in VIGNETTES:
        summary = record(answers_of(case, ON))
        answered = {said.id for said in summary.answers}
        lines = (
            *summary.pain, *summary.impact, *summary.treatments, *summary.medicines, *summary.ideas,
            *summary.goals, *summary.hopes, *summary.background, *summary.denied, *summary.safety.rules,
        )  # fmt: skip
        assert all(answered.intersection(line.ids) for line in lines), case.id
    assert record(answers_of(vignette("V12"), ON)).safety.fired[0].ids


def _fever(flags: tuple[FlagChange, ...]) -> list[FlagChange]:
    return [each for each in flags if each.fired.rule == "R-INF-9"]
