"""The day on one board: its numbers are the rows, whatever the day is like."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from intake.red_flags import Urgency
from intake.services.appointments.attendance import Attendance, AttendanceStep, Presence
from intake.services.appointments.day_list import DayRow
from intake.services.appointments.progress import Progress, Standing
from intake.storage.models import IntakeStatus
from intake.web.reception.day_view import FORMS, GROUPS, MARKS, PLACES, DayView, make_day_view

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CLINICIANS = ("", "Dr Noor Example", "Dr Wren Sample")


@st.composite
def rows(draw: st.DrawFn) -> DayRow:
    waiting = draw(st.integers(0, 3))
    state = draw(st.sampled_from(IntakeStatus))
    return DayRow(
        appointment_id=UUID(int=draw(st.integers(0, 2**64))),
        intake_id=UUID(int=1),
        starts_at=NOW + timedelta(minutes=draw(st.integers(0, 600))),
        minutes=20,
        name="Iris Example",
        date_of_birth=date(1962, 3, 27),
        with_whom=draw(st.sampled_from(CLINICIANS)),
        form=Progress(
            state=state,
            percent=draw(st.integers(0, 100)),
            pages_done=3,
            pages=27,
            opened_at=NOW,
            last_saved_at=NOW,
            left_at=NOW,
            sent_at=NOW,
            amended_at=None,
            asked_again_at=draw(st.sampled_from([None, NOW])),
            cancelled=draw(st.booleans()),
        ),
        urgency=draw(st.none() | st.sampled_from(Urgency)),
        open_alerts=waiting,
        unowned=draw(st.integers(0, waiting)),
        overdue=draw(st.integers(0, waiting)),
        needs=(),
        unreached=draw(st.booleans()),
        attendance=Attendance(*(draw(st.sampled_from([None, NOW])) for _step in AttendanceStep)),
    )


def day_view(day: list[DayRow], show: str = "", with_whom: str = "") -> DayView:
    return make_day_view(DAY, day, [], show=show, with_whom=with_whom, now=NOW)


@given(st.lists(rows(), max_size=30), st.sampled_from(CLINICIANS))
def test_each_filter_says_how_many_rows_it_leaves(day: list[DayRow], with_whom: str) -> None:
    for each in day_view(day, with_whom=with_whom).filters:
        left = day_view(day, show=each.id, with_whom=with_whom)

        assert each.many == len(left.rows)
        assert set(left.rows) <= set(day)


@given(rows())
def test_every_row_is_of_one_kind_and_at_one_place(row: DayRow) -> None:
    assert [each.id for each in FORMS if each.holds(row)] == [row.form.standing.value]
    at = [each.id for each in PLACES if each.holds(row)]
    assert at == ([] if row.presence is Presence.EXPECTED else [row.presence.value])
    if row.form.cancelled:
        assert row.form.standing is Standing.CANCELLED
        assert row.presence is Presence.EXPECTED
        assert not GROUPS["unreached"].holds(row)
    assert {each.value for each in Standing} == {each.id for each in FORMS}


def test_what_was_sent_and_is_asked_about_again_is_neither_sent_nor_not_opened() -> None:
    kinds = {
        state: Progress(state, 0, 0, 3, None, None, None, None, None, NOW, cancelled=False).standing
        for state in IntakeStatus
    }

    assert kinds[IntakeStatus.NOT_OPENED] is kinds[IntakeStatus.IN_PROGRESS] is Standing.ASKED_AGAIN
    assert kinds[IntakeStatus.LEFT_URGENT] is Standing.LEFT_URGENT
    assert kinds[IntakeStatus.SENT] is Standing.SENT


@given(st.lists(rows(), max_size=30), st.sampled_from(CLINICIANS))
def test_sentence_and_filters_count_the_same_rows(day: list[DayRow], with_whom: str) -> None:
    view = day_view(day, with_whom=with_whom)
    many = {each.id: each.many for each in view.filters}
    said = [int(word) for word in re.findall(r"[0-9]+", view.counts)]

    in_words = [many[each.id] for each in (*FORMS, *PLACES) if many.get(each.id)]
    assert said == ([many["all"], *in_words] if many["all"] else [])
    assert sum(many.get(each.id, 0) for each in FORMS) == many["all"] == len(view.rows)
    counted = {each.id: sum(map(each.holds, view.rows)) for each in (*FORMS, *PLACES, *MARKS)}
    assert {id: num for id, num in counted.items() if num} == {
        id: num for id, num in many.items() if num and id != "all"
    }


@given(st.lists(rows(), min_size=1, max_size=10), st.data())
def test_any_change_of_a_row_changes_the_tag(day: list[DayRow], data: st.DataObject) -> None:
    other = data.draw(rows().filter(lambda row: row != day[0]))

    assert day_view(day).tag != day_view([other, *day[1:]]).tag
