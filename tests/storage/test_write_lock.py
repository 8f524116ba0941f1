"""Threads that write to SQLite wait for each other without asking the file over and over."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from intake.storage import write_lock
from intake.storage.models import Heartbeat

WRITERS, EACH = 8, 5


@pytest.fixture
def asked(clinic_database):
    """How often the file was asked for its lock."""
    asked = []

    @event.listens_for(clinic_database.writer, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_):
        if statement == "BEGIN IMMEDIATE":
            asked.append(statement)

    return asked


def writes(database, seconds=0.01):
    with database.writing() as session:
        session.scalars(select(Heartbeat)).all()
        time.sleep(seconds)
        session.commit()


def test_each_of_many_writers_asks_once(clinic_database, asked):
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda _: writes(clinic_database), range(WRITERS * EACH)))

    assert len(asked) == WRITERS * EACH


def fails(database):
    with database.writing() as session:
        session.scalars(select(Heartbeat)).all()
        raise ZeroDivisionError


def test_a_writer_that_fails_keeps_nobody_waiting(clinic_database):
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            fails(clinic_database)

    began = time.monotonic()
    writes(clinic_database)
    assert time.monotonic() - began < write_lock.WAIT_FOR_WRITER / 2


def test_a_connection_that_is_thrown_away_keeps_nobody_waiting(clinic_database):
    with clinic_database.writing() as session:
        session.connection().invalidate()
        session.rollback()

    began = time.monotonic()
    writes(clinic_database)
    assert time.monotonic() - began < write_lock.WAIT_FOR_WRITER / 2


def test_whoever_waits_too_long_is_told(clinic_database, monkeypatch):
    monkeypatch.setattr(write_lock, "WAIT_FOR_WRITER", 0.05)
    begun, over = threading.Event(), threading.Event()

    def lasts():
        with clinic_database.writing() as session:
            session.scalars(select(Heartbeat)).all()
            begun.set()
            over.wait(5)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lasts)
        begun.wait(5)
        try:
            with pytest.raises(OperationalError):
                writes(clinic_database)
        finally:
            over.set()
    writes(clinic_database)
