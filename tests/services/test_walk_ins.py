"""The tablet of the clinic: a short code, once, for a quarter of an hour, with the date of birth."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from intake.services.appointments import booking
from intake.services.forms import intakes
from intake.services.forms.intakes import AlreadySent
from intake.services.forms.together import NotExpected
from intake.services.invitations import walk_ins
from intake.services.invitations.walk_ins import WalkInRefused
from intake.services.staff import sessions
from intake.storage.models import AuditEvent, Route, SessionKind, WebSession
from tests.acting import acting, at, looking
from tests.services.answering import answers, has_sent, intake_of, save
from tests.services.conftest import BORN, NOW

CODE = "K7MXP2"
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def tablet(database, reception) -> str:
    """The token of a tablet that was let in."""
    with acting(database, by=reception) as op:
        token = walk_ins.enrol(op, "Tablet 1")
        op.commit()
    return token


@pytest.fixture
def code(database, anna, reception) -> str:
    return _make(database, anna, reception, CODE)


def test_code_and_date_of_birth_open_the_form_on_the_tablet(database, settings, anna, tablet, code):
    token = _types(database, settings, tablet, "k7m xp2", BORN)

    with looking(database, now=SOON) as op:
        here = sessions.find(op, token, SessionKind.PATIENT)
        assert here is not None
        assert here.route is Route.TABLET
        assert here.user_id is None
        assert here.intake_id == anna.appointment.intake.id


def test_a_code_is_used_once(database, settings, tablet, code):
    _types(database, settings, tablet, CODE, BORN)

    with pytest.raises(WalkInRefused):
        _types(database, settings, tablet, CODE, BORN)


@pytest.mark.faults
def test_a_code_typed_on_two_tablets_at_once_opens_one_form(database, settings, tablet, code, reception):
    with acting(database, by=reception) as op:
        other = walk_ins.enrol(op, "Tablet 2")
        op.commit()
    opened, ready = [], Barrier(2)

    def type_on(which: str) -> None:
        ready.wait()
        try:
            opened.append(_types(database, settings, which, CODE, BORN))
        except WalkInRefused:
            opened.append(None)

    both = [Thread(target=type_on, args=(which,)) for which in (tablet, other)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert sum(each is not None for each in opened) == 1


def test_a_code_lasts_a_quarter_of_an_hour(database, settings, tablet, code):
    with pytest.raises(WalkInRefused):
        _types(database, settings, tablet, CODE, BORN, now=NOW + timedelta(minutes=15))


def test_a_new_code_replaces_the_one_before(database, settings, anna, tablet, code, reception):
    _make(database, anna, reception, "ABCDEF")

    with pytest.raises(WalkInRefused):
        _types(database, settings, tablet, CODE, BORN)
    assert _types(database, settings, tablet, "ABCDEF", BORN)


def test_after_five_wrong_dates_a_code_opens_nothing(database, settings, tablet, code):
    for _ in range(5):
        with pytest.raises(WalkInRefused):
            _types(database, settings, tablet, CODE, date(1990, 1, 1))

    with pytest.raises(WalkInRefused):
        _types(database, settings, tablet, CODE, BORN)


def test_after_ten_tries_a_tablet_waits(database, settings, tablet, code):
    for _ in range(10):
        with pytest.raises(WalkInRefused):
            _types(database, settings, tablet, "AAAAAA", BORN)

    with pytest.raises(WalkInRefused):
        _types(database, settings, tablet, CODE, BORN)
    assert _types(database, settings, tablet, CODE, BORN, now=NOW + timedelta(minutes=12))


def test_a_tablet_that_is_removed_closes_the_form_on_it(database, settings, tablet, code, reception):
    token = _types(database, settings, tablet, CODE, BORN)

    with acting(database, by=reception, now=SOON) as op:
        (found,) = walk_ins.tablets(op)
        walk_ins.remove(op, found.id)
        op.commit()

    with looking(database, now=SOON) as op:
        assert sessions.find(op, token, SessionKind.PATIENT) is None
        assert sessions.find(op, tablet, SessionKind.TABLET) is None
        assert walk_ins.tablets(op) == []


def test_a_form_that_nobody_touches_closes_within_three_minutes(database, settings, tablet, code):
    token = _types(database, settings, tablet, CODE, BORN)

    with looking(database) as op:
        later = SOON + timedelta(minutes=3, seconds=1)
        assert sessions.find(at(op, now=later), token, SessionKind.PATIENT) is None


def test_no_code_is_made_for_a_form_that_was_sent_or_a_visit_that_is_cancelled(
    database, settings, anna, reception
):
    has_sent(database, settings, anna.appointment, answers())
    with pytest.raises(AlreadySent):
        _make(database, anna, reception, CODE)

    with acting(database) as op:
        found = booking.find(op.session, anna.appointment.id)
        assert found is not None
        booking.cancel(op, found)
        op.commit()
    with pytest.raises(NotExpected):
        _make(database, anna, reception, CODE)


def test_an_emergency_on_the_tablet_makes_the_alert_at_once(database, settings, anna, tablet, code):
    _types(database, settings, tablet, CODE, BORN)
    with acting(database, settings=settings) as op:
        intake = intake_of(op.session, anna.appointment)
        save(op, intake, "p_start", {"who_completing": "self"})
        intakes.save_page(
            op,
            intakes.taken_up(op, intake, entry=walk_ins.ON_TABLET),
            intakes.page_of("rf_very_unwell"),
            {"rf_very_unwell": "yes", "rf_face_speech": "no", "rf_need_today": "no"},
            version_token=None,
            entry=walk_ins.ON_TABLET,
        )
        op.commit()

    with database.reading() as session:
        intake = intake_of(session, anna.appointment)
        assert intake.route is Route.TABLET
        assert len(intake.alerts) == 1


def test_codes_are_recorded_and_never_kept_in_the_clear(database, settings, tablet, code, anna):
    _types(database, settings, tablet, CODE, BORN)

    with database.reading() as session:
        events = list(session.scalars(select(AuditEvent)))
        browsers = list(session.scalars(select(WebSession)))
    assert {"tablet:enrolled", "walk_in:code_made", "walk_in:code_used"} <= {each.action for each in events}
    assert CODE not in "".join(f"{each.detail}{each.about}" for each in events)
    assert tablet not in [each.token_hash for each in browsers]


def _make(database, anna, user, code):
    with acting(database, by=user) as op:
        found = booking.find(op.session, anna.appointment.id)
        assert found is not None
        walk_ins.make_code(op, found, code)
        op.commit()
    return code


def _types(database, settings, tablet, code, born, now=SOON):
    with acting(database, settings=settings, now=now) as op:
        here = sessions.find(op, tablet, SessionKind.TABLET)
        assert here is not None
        try:
            token = walk_ins.open_form(op, here, code, born)
        except WalkInRefused:
            op.commit()
            raise
        op.commit()
    return token
