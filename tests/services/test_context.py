"""An operation: what was done is committed in plain sight, or it is noticed; and nothing travels unseen."""

import pytest
from sqlalchemy import select

from intake.services.audit import SYSTEM, Action, Actor
from intake.services.invitations import links
from intake.storage import Database, NotCommitted, Refused
from intake.storage.models import AuditEvent, Invitation, User
from tests.acting import acting, looking
from tests.services.conftest import BORN, Invited


def recorded(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent.actor).where(AuditEvent.action == Action.DAY_READ)))


def test_the_session_carries_the_key_ring_and_whose_it_is_and_nothing_else(database: Database) -> None:
    with acting(database) as op:
        op.record(Action.DAY_READ)
        assert set(op.session.info) == {"keys", "database"}
        op.commit()
    with looking(database) as op:
        assert set(op.session.info) == {"keys", "database"}


def test_what_was_recorded_and_not_committed_is_noticed(database: Database) -> None:
    with pytest.raises(NotCommitted), acting(database) as op:
        op.record(Action.DAY_READ)

    assert recorded(database) == []


def test_nothing_is_recorded_by_looking(database: Database) -> None:
    with pytest.raises(NotCommitted), looking(database) as op:
        op.record(Action.DAY_READ)


def test_a_refusal_whose_trace_is_not_committed_is_noticed(database: Database) -> None:
    def refuse() -> None:
        with acting(database) as op:
            op.record(Action.DAY_READ)
            raise Refused

    with pytest.raises(NotCommitted):
        refuse()


def test_an_attempt_counts_whatever_becomes_of_the_request(database: Database, anna: Invited) -> None:
    def break_off() -> None:
        with acting(database) as op:
            links.identify(op, anna.secret_hash, BORN.replace(year=1990))

    # The trace of the refusal is lost with the request, and the attempt is not.
    with pytest.raises(NotCommitted):
        break_off()

    with database.reading() as session:
        assert session.scalars(select(Invitation.tries)).one() == 1


def test_what_was_undone_is_not_recorded_later(database: Database) -> None:
    with acting(database) as op:
        op.record(Action.DAY_READ)
        op.rollback()
        op.commit()

    assert recorded(database) == []


def test_somebody_else_acts_in_the_same_transaction(database: Database, reception: User) -> None:
    with acting(database) as op:
        op.record(Action.DAY_READ)
        op.acting_as(Actor.staff(reception)).record(Action.DAY_READ)
        op.commit()

    assert recorded(database) == [SYSTEM.name, f"staff:{reception.id}"]


def test_whoever_acts_is_a_row_of_the_session_or_nobody_on_the_staff(
    database: Database, reception: User
) -> None:
    with looking(database, by=reception) as op:
        assert op.user.name == "Rosa Reception"
        with pytest.raises(LookupError):
            _ = op.acting_as(SYSTEM).user
