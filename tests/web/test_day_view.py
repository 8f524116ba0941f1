"""The day on one board: its numbers are the rows, whatever the day is like."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from intake.red_flags import Urgency
from intake.services.appointments.day_list import DayRow
from intake.services.appointments.progress import Progress
from intake.storage.models import IntakeStatus
from intake.web.reception.day_view import DayView, make_day_view

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
            asked_again_at=None,
            cancelled=draw(st.booleans()),
        ),
        urgency=draw(st.none() | st.sampled_from(Urgency)),
        open_alerts=waiting,
        unowned=draw(st.integers(0, waiting)),
        overdue=draw(st.integers(0, waiting)),
        needs=(),
        unreached=draw(st.booleans()),
    )


def day_view(day: list[DayRow], show: str = "", with_whom: str = "") -> DayView:
    return make_day_view(DAY, day, [], show=show, with_whom=with_whom, now=NOW)


@given(st.lists(rows(), max_size=30), st.sampled_from(CLINICIANS))
def test_each_filter_says_how_many_rows_it_leaves(day: list[DayRow], with_whom: str) -> None:
    for each in day_view(day, with_whom=with_whom).filters:
        left = day_view(day, show=each.id, with_whom=with_whom)

        assert each.many == len(left.rows)
        assert set(left.rows) <= set(day)


@given(st.lists(rows(), max_size=30))
def test_the_states_of_the_filters_leave_nobody_out(day: list[DayRow]) -> None:
    states = ("not_opened", "in_progress", "sent", "unfinished", "left_urgent")

    numbers = {each.id: each.many for each in day_view(day).filters}

    assert sum(numbers[state] for state in states) == numbers["all"] == len(day)


@given(st.lists(rows(), max_size=30))
def test_the_sentence_counts_those_who_are_coming(day: list[DayRow]) -> None:
    coming = [row for row in day if not row.form.cancelled]

    said = [int(word) for word in day_view(day).counts.replace(":", "").split() if word.isdigit()]

    assert said[:1] == ([len(coming)] if coming else [])
    assert sum(said[1:]) == len(coming)


@given(st.lists(rows(), min_size=1, max_size=10), st.data())
def test_any_change_of_a_row_changes_the_tag(day: list[DayRow], data: st.DataObject) -> None:
    other = data.draw(rows().filter(lambda row: row != day[0]))

    assert day_view(day).tag != day_view([other, *day[1:]]).tag
