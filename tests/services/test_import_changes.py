"""What a later file says of appointments that are in: offered, and done only when it is taken up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

import pytest
from sqlalchemy import select

from intake.services.appointments import booking, importing
from intake.services.appointments.booking import AppointmentChanged, Booking
from intake.services.appointments.importing import (
    COLUMNS,
    Act,
    Expected,
    FileRow,
    ImportRow,
    Version,
    changes,
)
from intake.services.invitations import links
from intake.storage.models import Appointment, AppointmentState, Job, JobKind
from tests.acting import acting, looking

SHAPE = "calendar x"
AT = datetime(2026, 3, 20, 10, 30, tzinfo=UTC)
STAMP = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def imports(database, settings, reception):
    """Take a file in, with whatever is offered and `taken_up`; gives what was done."""

    def take(*rows: FileRow, taken_up: bool = False, shape: str = SHAPE) -> importing.TakenIn:
        with acting(database, by=reception, settings=settings) as op:
            found = changes.find(op, rows, shape)
            expected = [row.expected for row in rows if row.expected and not row.row.cancelled]
            taken = importing.take_in(
                op, expected, shape=shape, offers=found.offers if taken_up else (), rows=rows
            )
            op.commit()
        return taken

    return take


@pytest.fixture
def finds(database, settings):
    """What a file would change."""

    def find(*rows: FileRow, shape: str = SHAPE) -> importing.FileChanges:
        with looking(database, settings=settings) as op:
            return changes.find(op, rows, shape)

    return find


def test_the_same_file_again_changes_nothing(imports, finds):
    imports(row("anna"))

    assert finds(row("anna")).offers == ()


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"starts_at": AT + timedelta(hours=1)}, (AT + timedelta(hours=1), 30, "Dr Bello")),
        ({"minutes": 45}, (AT, 45, "Dr Bello")),
        ({"with_whom": "Dr Cairn"}, (AT, 30, "Dr Cairn")),
    ],
)
def test_what_differs_is_offered_old_and_new(imports, finds, told, wanted):
    imports(row("anna"))

    (offer,) = finds(row("anna", **told)).offers

    assert offer.act is Act.MOVE
    assert (offer.stands.starts_at, offer.stands.minutes, offer.stands.with_whom) == (AT, 30, "Dr Bello")
    assert (offer.wanted.starts_at, offer.wanted.minutes, offer.wanted.with_whom) == wanted


def test_what_the_file_leaves_open_is_left_as_it_is_here(imports, finds):
    imports(row("anna"))

    assert finds(row("anna", minutes=None, with_whom="")).offers == ()


def test_a_moved_appointment_takes_its_link_and_its_reminders_along(imports, database, settings):
    imports(row("anna"))
    with acting(database, settings=settings) as op:
        links.invite(op, op.session.scalars(select(Appointment)).one())
        op.commit()
    later = AT + timedelta(days=10)

    imports(row("anna", starts_at=later), taken_up=True)

    with database.reading() as session:
        appointment = session.scalars(select(Appointment)).one()
        assert appointment.starts_at == later
        assert appointment.invitations[0].expires_at > later
        reminders = session.scalars(
            select(Job).where(Job.kind == JobKind.SEND_REMINDER, Job.cancelled_at.is_(None))
        )
        assert {later.date() - each.not_before.date() for each in reminders} == {
            timedelta(days=1),
            timedelta(days=7),
        }


def test_nothing_is_done_by_itself(imports, database):
    imports(row("anna"), row("bruno", number=2))

    imports(row("anna", starts_at=AT + timedelta(hours=1)))
    imports(row("anna", cancelled=True), row("bruno", number=2))
    imports(row("bruno", number=2))

    assert standing(database) == {"anna": AT, "bruno": AT}


def test_a_cancelled_row_cancels_what_it_made_when_it_is_taken_up(imports, finds, database):
    imports(row("anna"), row("bruno", number=2))

    imports(row("anna", cancelled=True), row("bruno", number=2), taken_up=True)

    assert standing(database) == {"bruno": AT}
    state = finds(row("anna", cancelled=True)).states[1]
    assert (state.offer, state.remarks) == (None, ("It is cancelled here too.",))


def test_a_cancelled_row_needs_no_more_than_its_id(imports, finds):
    imports(row("anna"))
    bare = ImportRow(1, dict.fromkeys(COLUMNS, ""), source="anna", problems=("broken",), cancelled=True)

    (offer,) = finds(FileRow(bare, None)).offers

    assert (offer.act, offer.name) == (Act.CANCEL, "anna")


def test_an_older_version_never_undoes_a_newer_one(imports, finds, database):
    first, second, third = (Version(count, STAMP) for count in (1, 2, 3))
    imports(row("anna", version=first))
    imports(row("anna", version=third, starts_at=AT + timedelta(hours=3)), taken_up=True)

    found = finds(row("anna", version=second, starts_at=AT + timedelta(hours=2)))
    cancelled = finds(row("anna", version=second, cancelled=True))

    for each in (found, cancelled):
        assert each.offers == ()
        assert "older version" in each.states[1].remarks[0]
    assert standing(database) == {"anna": AT + timedelta(hours=3)}


def test_a_version_that_was_seen_and_not_taken_up_still_makes_older_ones_old(imports, finds):
    imports(row("anna", version=Version(1)))
    imports(row("anna", version=Version(3), starts_at=AT + timedelta(hours=3)), row("bruno", number=2))

    assert finds(row("anna", version=Version(2), starts_at=AT + timedelta(hours=2))).states[1].offer is None
    assert finds(row("anna", version=Version(3), starts_at=AT + timedelta(hours=3))).states[1].offer


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        (Version(1), Version(2), True),
        (Version(2), Version(1), False),
        (Version(1, STAMP), Version(1, STAMP + timedelta(seconds=1)), True),
        (Version(2, STAMP), Version(1, STAMP + timedelta(days=1)), False),
        (Version(1, STAMP), Version(1, STAMP), False),
        (Version(), Version(3, STAMP), False),
        (Version(3, STAMP), Version(), False),
        (Version(0, STAMP), Version(3), True),
    ],
)
def test_versions_are_told_apart_by_their_count_and_then_by_their_stamp(one, other, older):
    assert one.is_older_than(other) is older


def test_what_was_cancelled_by_hand_stays_so_until_the_calendar_says_something_newer(
    imports, finds, database, settings
):
    imports(row("anna", version=Version(1)))
    with acting(database, settings=settings) as op:
        booking.cancel(op, op.session.scalars(select(Appointment)).one())
        op.commit()

    again = finds(row("anna", version=Version(1)))
    newer = finds(row("anna", version=Version(2), starts_at=AT + timedelta(hours=1)))

    assert again.offers == ()
    assert again.states[1].remarks == ("It was cancelled here, and stays cancelled.",)
    assert [each.act for each in newer.offers] == [Act.BOOK_AGAIN]
    imports(row("anna", version=Version(2), starts_at=AT + timedelta(hours=1)), taken_up=True)
    assert standing(database) == {"anna": AT + timedelta(hours=1)}


def test_what_vanished_from_the_file_is_offered_for_cancelling(imports, finds, database):
    imports(row("anna"), row("bruno", number=2))

    found = finds(row("bruno", number=2))

    assert [(each.act, each.name, each.row) for each in found.vanished] == [(Act.CANCEL, "anna", None)]
    imports(row("bruno", number=2), taken_up=True)
    assert standing(database) == {"bruno": AT}


@pytest.mark.parametrize(
    ("rows", "shape"),
    [
        # Another kind of file, a message about one event, another day.
        ([("bruno", AT)], "calendar y"),
        ([("bruno", AT)], ""),
        ([("bruno", AT + timedelta(days=1))], SHAPE),
    ],
)
def test_what_the_file_does_not_cover_has_not_vanished(imports, finds, rows, shape):
    imports(row("anna"))

    assert finds(*(row(name, starts_at=at) for name, at in rows), shape=shape).vanished == ()


def test_a_row_that_cannot_be_read_has_not_vanished(imports, finds):
    imports(row("anna"), row("bruno", number=2))
    broken = ImportRow(1, dict.fromkeys(COLUMNS, "") | {"name": "ANNA"}, problems=("no date",))

    assert finds(FileRow(broken, None), row("bruno", number=2)).vanished == ()


@pytest.mark.parametrize(("name", "faults"), [("", {}), ("#REF!", {"name": "an error"})])
def test_where_a_name_cannot_be_read_nobody_has_vanished(imports, finds, name, faults):
    imports(row("anna"), row("bruno", number=2))
    broken = ImportRow(1, dict.fromkeys(COLUMNS, "") | {"name": name}, faults=faults)

    assert finds(FileRow(broken, None), row("bruno", number=2)).vanished == ()
    cancelled = replace(broken, cancelled=True)
    assert len(finds(FileRow(cancelled, None), row("bruno", number=2)).vanished) == 1


def test_a_row_without_an_id_at_another_time_is_offered_as_a_move(imports, finds, database, settings):
    imports(loose("anna", AT), row("bruno", number=2))
    later = AT + timedelta(hours=2)

    found = finds(loose("anna", later), row("bruno", number=2))

    assert found.vanished == ()
    assert [(each.act, each.wanted.starts_at) for each in found.paired.values()] == [(Act.MOVE, later)]
    with acting(database, settings=settings) as op:
        changes.carry_out(op, found.offers)
        op.commit()
    assert standing(database) == {"anna": later, "bruno": AT}
    assert finds(loose("anna", later), row("bruno", number=2)).offers == ()


def test_two_rows_about_one_appointment_offer_one_thing(imports, finds):
    imports(row("anna"))

    found = finds(row("anna", cancelled=True), row("anna", cancelled=True, number=2))

    assert len(found.offers) == 1
    assert found.states[2].remarks == ("It appears twice in this file.",)


def test_a_series_that_is_cancelled_offers_each_of_its_appointments(imports, finds):
    imports(row("calendar 1@x 20260320T103000"), row("calendar 2@x", number=2))
    series = ImportRow(1, dict.fromkeys(COLUMNS, ""), source="calendar 1@x", cancelled=True)

    found = finds(FileRow(series, None), shape="")

    assert [(each.act, each.name) for each in found.offers] == [(Act.CANCEL, "calendar 1@x 20260320T103000")]


def test_what_somebody_changed_since_it_was_shown_is_not_changed_again(imports, finds, database, settings):
    imports(row("anna"))
    offers = finds(row("anna", starts_at=AT + timedelta(hours=1))).offers
    with acting(database, settings=settings) as op:
        appointment = op.session.scalars(select(Appointment)).one()
        stands = Booking.of(appointment)
        by_hand = replace(stands, starts_at=AT + timedelta(hours=5))
        booking.change(op, appointment, by_hand, version_token=stands.version_token)
        op.commit()

    with acting(database, settings=settings) as op, pytest.raises(AppointmentChanged):
        changes.carry_out(op, offers)


def test_what_the_file_says_otherwise_of_the_person_is_remarked(imports, finds):
    imports(row("anna"))

    phone = finds(row("anna", phone="07700 900999"))
    somebody = finds(row("anna", date_of_birth=date(1950, 1, 1)))

    assert "differs from what stands here" in phone.states[1].remarks[0]
    assert "names another person" in somebody.states[1].remarks[0]
    assert phone.offers == somebody.offers == ()


def row(source, *, number=1, minutes=30, cancelled=False, version=Version(), **told) -> FileRow:  # noqa: B008
    wanted = {
        "name": source,
        "date_of_birth": date(1991, 5, 1) + timedelta(days=crc32(source.encode()) % 9999),
        "starts_at": AT,
        "with_whom": "Dr Bello",
        "phone": "07700 900123",
    }
    cells = dict.fromkeys(COLUMNS, "") | {"name": source, "minutes": str(minutes or "")}
    written = ImportRow(number, cells, source=source, cancelled=cancelled, version=version)
    return FileRow(written, Expected(source, Booking(**(wanted | told)), minutes or 20, "en"))


def loose(name, at) -> FileRow:
    """A row that brings no id of its own."""
    known = row(name, starts_at=at)
    expected = replace(known.expected, source=f"person {name} {at}")
    return FileRow(replace(known.row, source=None), expected)


def standing(database) -> dict[str, datetime]:
    stmt = select(Appointment).where(Appointment.state == AppointmentState.BOOKED)
    with database.reading() as session:
        return {each.patient.name: each.starts_at for each in session.scalars(stmt)}
