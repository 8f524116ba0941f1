"""Somebody is told by e-mail of a new browser and a new password; where no e-mail leaves, nothing fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.config import Mode, Settings
from intake.services.staff import accounts, sessions
from intake.services.staff.known_browsers import Client
from intake.storage.models import Job, JobKind, Role, User
from tests.acting import acting
from tests.services.correspondence import Clinic, empty_database, plain

ABOUT = (JobKind.TELL_OF_NEW_BROWSER, JobKind.TELL_OF_NEW_PASSWORD)
HOME = Client(browser="a browser at home", device="Firefox/Linux")


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    database = empty_database(tmp_path)
    clinic = Clinic(database, replace(Settings.from_environment({}), data_dir=tmp_path / "data"))
    yield clinic
    clinic.closes()
    database.dispose()


@pytest.fixture
def rosa(clinic: Clinic) -> User:
    with acting(clinic.database, settings=clinic.settings, now=clinic.now) as op:
        user = accounts.expect_user(op, name="Rosa", email="rosa@clinic.example", role=Role.RECEPTION)
        user.password_hash = "kept"
        op.commit()
    return user


def comes_in_and_changes_the_password(clinic: Clinic, rosa: User) -> None:
    with acting(clinic.database, settings=clinic.settings, now=clinic.now) as op:
        user = op.session.get_one(User, rosa.id)
        sessions.start_staff(op, user, HOME)
        accounts.change_password(op, user, "another")
        op.commit()


def jobs(clinic: Clinic) -> list[Job]:
    with clinic.database.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind.in_(ABOUT))))


def test_both_are_mailed_to_them_once(clinic: Clinic, rosa: User) -> None:
    comes_in_and_changes_the_password(clinic, rosa)

    clinic.sweeps().waits(hours=3).sweeps()

    told = {mail["Subject"]: mail for mail in clinic.mails if mail["To"] == "rosa@clinic.example"}
    assert len(told) == len(jobs(clinic)) == 2
    assert "Firefox on Linux" in plain(told["A sign-in from a new browser"])
    assert "was changed" in plain(told["Your password was changed"])
    for mail in told.values():
        assert "another" not in plain(mail)
        assert "a browser at home" not in plain(mail)


def test_whoever_came_in_cannot_keep_the_mail_back_by_having_the_browser_forgotten(
    clinic: Clinic, rosa: User
) -> None:
    comes_in_and_changes_the_password(clinic, rosa)
    with acting(clinic.database, settings=clinic.settings, now=clinic.now) as op:
        sessions.end_all(op, op.session.get_one(User, rosa.id))
        op.commit()

    clinic.sweeps()

    assert "A sign-in from a new browser" in [mail["Subject"] for mail in clinic.mails]


def test_a_first_password_is_told_to_nobody(clinic: Clinic, rosa: User) -> None:
    with acting(clinic.database, settings=clinic.settings, now=clinic.now) as op:
        user = op.session.get_one(User, rosa.id)
        user.password_hash = None
        accounts.change_password(op, user, "the first")
        op.commit()

    assert jobs(clinic) == []


def test_where_no_mail_leaves_nothing_waits_or_fails(clinic: Clinic, rosa: User) -> None:
    clinic.changes(mode=Mode.PRODUCTION)
    comes_in_and_changes_the_password(clinic, rosa)

    clinic.sweeps_for(timedelta(days=1), every=timedelta(hours=6))

    for job in jobs(clinic):
        assert job.cancel_reason == "no_sender"
        assert job.given_up_at is None
        assert job.attempts == 1


def test_somebody_who_left_is_told_nothing(clinic: Clinic, rosa: User) -> None:
    comes_in_and_changes_the_password(clinic, rosa)
    with acting(clinic.database, settings=clinic.settings, now=clinic.now) as op:
        accounts.deactivate(op, op.session.get_one(User, rosa.id))
        op.commit()

    clinic.sweeps()

    assert clinic.mails == []
    assert {job.cancel_reason for job in jobs(clinic)} == {"deactivated"}
