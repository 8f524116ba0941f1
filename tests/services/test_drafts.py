"""What staff have typed and not saved is theirs alone, is over when it is over, and goes in time."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from intake.services.operations import retention
from intake.services.staff import drafts
from intake.services.staff.drafts import DraftOver, DraftView, FormAddress
from intake.storage import Database
from intake.storage.models import StaffDraft, User
from tests.acting import acting, looking
from tests.services.conftest import NOW, Invited

NOTE = FormAddress("/alerts/x/close", "/alerts/x", None)
TYPED = (("note", "Canary phoned at 10:40"), ("outcome", "seen_today"))


def keep(
    database: Database,
    user: User,
    draft_id: UUID,
    fields: drafts.Fields = TYPED,
    *,
    at: FormAddress = NOTE,
    after: timedelta = timedelta(),
) -> None:
    with acting(database, by=user, now=NOW + after) as op:
        drafts.keep(op, draft_id, at, fields)
        op.commit()


def begun(database: Database, user: User, *, after: timedelta = timedelta()) -> tuple[DraftView, ...]:
    with looking(database, by=user, now=NOW + after) as op:
        return drafts.of_form(op, NOTE.address)


def test_what_is_typed_is_there_again_for_whoever_typed_it(database: Database, reception: User) -> None:
    draft_id = uuid4()
    keep(database, reception, draft_id, (("note", "Can"),))
    keep(database, reception, draft_id, after=timedelta(minutes=1))

    (view,) = begun(database, reception)

    assert (view.id, view.page, view.fields) == (draft_id, "/alerts/x", TYPED)
    assert view.changed_at == NOW + timedelta(minutes=1)


def test_nobody_else_sees_changes_or_ends_it(database: Database, reception: User, clinician: User) -> None:
    draft_id = uuid4()
    keep(database, reception, draft_id)

    with pytest.raises(DraftOver):
        keep(database, clinician, draft_id, (("note", "mine"),))
    with acting(database, by=clinician) as op:
        drafts.end(op, draft_id)
        assert drafts.find(op, draft_id) is None
        assert drafts.all_of(op) == drafts.of_form(op, NOTE.address) == ()
        op.commit()

    assert [each.fields for each in begun(database, reception)] == [TYPED]


def test_a_row_that_is_given_to_somebody_else_shows_nothing(
    database: Database, reception: User, clinician: User
) -> None:
    keep(database, reception, uuid4())
    with database.writing() as session:
        session.execute(update(StaffDraft).values(user_id=clinician.id))
        session.commit()

    assert begun(database, clinician) == ()


def test_what_was_typed_lies_sealed(database: Database, reception: User) -> None:
    keep(database, reception, uuid4())

    with database.reading() as session:
        row = session.execute(select(StaffDraft.__table__)).one()
    assert "Canary" not in str(row)


def test_a_slow_request_does_not_bring_back_what_was_saved(database: Database, reception: User) -> None:
    kept_before, never_kept = uuid4(), uuid4()
    keep(database, reception, kept_before)
    with acting(database, by=reception) as op:
        drafts.end(op, kept_before, NOTE)
        drafts.end(op, never_kept, NOTE)
        op.commit()

    for draft_id in (kept_before, never_kept):
        with pytest.raises(DraftOver):
            keep(database, reception, draft_id)
    assert begun(database, reception) == ()


def test_two_windows_of_one_form_keep_two_drafts(database: Database, reception: User) -> None:
    keep(database, reception, uuid4(), (("note", "one"),))
    keep(database, reception, uuid4(), (("note", "two"),), after=timedelta(seconds=1))

    assert [each.fields[0][1] for each in begun(database, reception)] == ["two", "one"]


def test_the_oldest_goes_when_there_are_too_many(database: Database, reception: User) -> None:
    for number in range(drafts.MOST + 1):
        keep(database, reception, uuid4(), (("note", str(number)),), after=timedelta(seconds=number))

    left = [each.fields[0][1] for each in begun(database, reception, after=timedelta(minutes=5))]
    assert left == [str(number) for number in range(drafts.MOST, 0, -1)]


def test_a_draft_is_gone_after_a_week(database: Database, reception: User) -> None:
    keep(database, reception, uuid4())

    assert begun(database, reception, after=timedelta(days=6, hours=23))
    assert begun(database, reception, after=timedelta(days=7)) == ()
    with acting(database, now=NOW + timedelta(days=7, seconds=1)) as op:
        retention.sweep_up(op)
        op.commit()
    assert rows(database) == 0


def test_a_draft_about_a_patient_is_erased_with_the_appointment(
    database: Database, reception: User, anna: Invited
) -> None:
    about = FormAddress("/alerts/x/close", "/alerts/x", anna.appointment.id)
    keep(database, reception, uuid4(), at=about)
    keep(database, reception, uuid4())

    with acting(database) as op:
        retention.erase(op, anna.appointment.id)
        op.commit()

    assert rows(database) == 1
    assert len(begun(database, reception)) == 1


def rows(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(StaffDraft)) or 0
