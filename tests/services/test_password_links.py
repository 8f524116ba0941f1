"""A member of staff chooses a password by a link that works once; nobody else ever knows it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.services.invitations import links
from intake.services.staff import accounts, password_links, sessions
from intake.services.staff.accounts import EmailTaken, LastAdmin, SignInRefused, WeakPassword
from intake.services.staff.password_links import LinkClosed
from intake.storage import Database
from intake.storage.models import AuditEvent, Role, SessionKind, StaffLink, User
from tests.acting import acting, looking
from tests.services.conftest import NOW

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(database: Database) -> User:
    return add(database, "Ada Admin", Role.ADMIN)


@pytest.fixture
def nell(database: Database) -> User:
    """New here: has no password yet."""
    with acting(database) as op:
        user = accounts.expect_user(op, name="Nell New", email="nell@example.org", role=Role.RECEPTION)
        op.commit()
    return user


def add(database: Database, name: str, role: Role) -> User:
    """Somebody whom no password lets in; quick, because none is hashed."""
    with acting(database) as op:
        user = accounts.expect_user(op, name=name, email=f"{name.replace(' ', '.')}@example.org", role=role)
        op.commit()
    return user


def link_for(database: Database, user: User, now=NOW) -> str:
    token = links.new_token()
    with acting(database, now=now) as op:
        password_links.make(op, op.session.get_one(User, user.id), token)
        op.commit()
    return token


def use(database: Database, token: str, password: str = PASSWORD, now=NOW) -> str:
    with acting(database, now=now) as op:
        try:
            user = password_links.use(op, links.hash_of(token), password)
        except (LinkClosed, WeakPassword) as refusal:
            op.rollback()
            return type(refusal).__name__
        op.commit()
        return user.name


def signs_in(database: Database, user: User, password: str = PASSWORD) -> bool:
    with acting(database) as op:
        try:
            accounts.with_password(op, user.email, password)
        except SignInRefused:
            op.commit()
            return False
        op.commit()
        return True


def test_nobody_signs_in_before_they_have_chosen_a_password(database: Database, nell: User) -> None:
    for guess in ("", "none yet", PASSWORD):
        assert not signs_in(database, nell, guess)

    assert use(database, link_for(database, nell)) == "Nell New"

    assert signs_in(database, nell)


@pytest.mark.faults
def test_a_link_works_once_even_for_ten_presses_at_once(database: Database, nell: User) -> None:
    token = link_for(database, nell)

    with ThreadPoolExecutor(10) as crowd:
        said = list(crowd.map(lambda _: use(database, token), range(10)))

    assert sorted(said) == ["LinkClosed"] * 9 + ["Nell New"]


def test_a_welcome_lasts_a_day_and_a_new_password_an_hour(database: Database, nell: User) -> None:
    late = link_for(database, nell)
    assert use(database, late, now=NOW + timedelta(hours=24)) == "LinkClosed"
    assert use(database, late, now=NOW + timedelta(hours=23, minutes=59)) == "Nell New"

    assert use(database, link_for(database, nell), now=NOW + timedelta(hours=1)) == "LinkClosed"


def test_a_new_link_closes_the_one_before(database: Database, nell: User) -> None:
    first, second = link_for(database, nell), link_for(database, nell)

    assert use(database, first) == "LinkClosed"
    assert use(database, second) == "Nell New"


def test_a_weak_password_spends_nothing(database: Database, nell: User) -> None:
    token = link_for(database, nell)

    assert use(database, token, "nell nell") == "WeakPassword"
    assert use(database, token) == "Nell New"


def test_a_new_password_ends_every_session(database: Database, nell: User) -> None:
    with acting(database) as op:
        here = sessions.start_staff(op, op.session.merge(nell))
        op.commit()

    use(database, link_for(database, nell))

    with looking(database) as op:
        assert sessions.find(op, here, SessionKind.STAFF) is None


def test_somebody_who_left_chooses_no_password(database: Database, nell: User) -> None:
    token = link_for(database, nell)
    with acting(database) as op:
        accounts.deactivate(op, op.session.get_one(User, nell.id))
        op.commit()

    assert use(database, token) == "LinkClosed"


def test_only_the_fingerprint_of_a_link_is_kept_and_its_making_is_recorded(database, nell):
    token = link_for(database, nell)

    with database.reading() as session:
        assert session.scalars(select(StaffLink.token_hash)).one() == links.hash_of(token)
        events = session.scalars(select(AuditEvent)).all()
    assert "staff:link_made" in [event.action for event in events]
    assert token not in repr([event.detail for event in events])


def test_an_address_is_invited_once(database: Database, nell: User) -> None:
    with acting(database) as op, pytest.raises(EmailTaken):
        accounts.expect_user(op, name="Nell", email=" NELL@example.org", role=Role.ADMIN)


def test_the_last_admin_is_neither_let_go_nor_demoted(database: Database, ada: User) -> None:
    left = add(database, "Old Admin", Role.ADMIN)
    let_go(database, left)

    assert let_go(database, ada) == "LastAdmin"
    assert demote(database, ada) == "LastAdmin"

    add(database, "Bea Admin", Role.ADMIN)
    assert demote(database, ada) == "done"


@pytest.mark.faults
@pytest.mark.parametrize("deeds", [("let_go", "let_go"), ("demote", "demote"), ("let_go", "demote")])
def test_two_admins_who_remove_each_other_at_once_leave_one(database: Database, ada: User, deeds) -> None:
    bea = add(database, "Bea Admin", Role.ADMIN)
    first, second = ({"let_go": let_go, "demote": demote}[name] for name in deeds)

    with ThreadPoolExecutor(2) as both:
        said = [both.submit(first, database, ada), both.submit(second, database, bea)]

    assert sorted(each.result() for each in said) == ["LastAdmin", "done"]


def test_somebody_who_comes_back_has_the_password_they_had(database: Database, ada: User, nell: User) -> None:
    use(database, link_for(database, nell))
    let_go(database, nell)
    assert not signs_in(database, nell)

    with acting(database) as op:
        accounts.reactivate(op, op.session.get_one(User, nell.id))
        op.commit()

    assert signs_in(database, nell)


def let_go(database: Database, user: User) -> str:
    with acting(database) as op:
        return _done(op, lambda own: accounts.deactivate(op, own), user)


def demote(database: Database, user: User) -> str:
    with acting(database) as op:
        return _done(op, lambda own: accounts.change_role(op, own, Role.RECEPTION), user)


def _done(op, deed, user: User) -> str:
    try:
        deed(op.session.get_one(User, user.id))
    except LastAdmin:
        op.rollback()
        return "LastAdmin"
    op.commit()
    return "done"
