"""Who is let in by the provider: accounts are tied once, by a name that stays; roles follow the claim."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from intake.config import Settings
from intake.services import audit
from intake.services.audit import Action
from intake.services.operations import key_rotation, retention
from intake.services.staff import accounts, sessions
from intake.services.staff.sign_on import people
from intake.services.staff.sign_on.people import NotLetIn, Why
from intake.services.staff.sign_on.shown import PersonShown
from intake.storage.models import Role, SpentToken, StaffIdentity, User
from tests.acting import acting, looking
from tests.sso.conftest import ADA, ROSA
from tests.sso.provider import another

DAY = "/day/2026-11-23"
ROLES = {"SIGN_ON_ROLE_CLAIM": "groups", "SIGN_ON_ROLES": "admin=IT; clinician=Physio; reception=Front desk"}
with_roles = pytest.mark.parametrize("said", [ROLES])
with_new_people = pytest.mark.parametrize("said", [{**ROLES, "SIGN_ON_NEW_PEOPLE": "yes"}])


@pytest.fixture
def account(clinic_database, clock):
    """`account(rosa)`: how her account is now."""

    def read(user: User) -> User:
        with looking(clinic_database, now=clock.now) as op:
            return op.session.get_one(User, user.id)

    return read


def ended(database, clock, user: User) -> None:
    with acting(database, now=clock.now) as op:
        accounts.deactivate(op, op.session.get_one(User, user.id))
        op.commit()


def all_users(database, clock) -> list[User]:
    with looking(database, now=clock.now) as op:
        return accounts.all_users(op.session)


def test_a_verified_address_ties_an_account_once_and_the_name_at_the_provider_opens_it_from_then_on(
    browser_of, rosa
):
    assert browser_of(rosa).signs_on(ROSA).path == DAY

    moved = another(ROSA, email="rosa.married@clinic.example")
    assert browser_of(rosa).signs_on(moved).path == DAY


def test_who_has_the_address_of_somebody_else_gets_nothing(browser_of, rosa):
    """The address was given to somebody new at the hospital; the account is still Rosa's."""
    browser_of(rosa).signs_on(ROSA)

    newcomer = browser_of(rosa).signs_on(another(ROSA, sub="somebody-new"))

    assert "This account is not yours to open" in newcomer.words
    assert not newcomer.is_in


def test_the_same_name_at_another_provider_is_somebody_else(
    browser_of, rosa, settings, clinic_database, clock
):
    browser_of(rosa).signs_on(ROSA)
    shown = PersonShown(
        "https://other.example", ROSA.sub, None, ROSA.email, ROSA.name, frozenset(), "", frozenset(), None
    )

    with acting(clinic_database, settings=settings, now=clock.now) as op:
        with pytest.raises(NotLetIn) as refused:
            people.let_in(op, settings.identity_provider, shown)
        op.commit()

    assert refused.value.why is Why.TAKEN


@pytest.mark.parametrize("verified", [False, None, "false", 0, 1, "yes"])
def test_an_address_that_is_not_verified_ties_nothing(browser_of, rosa, verified):
    hers = browser_of(rosa).signs_on(another(ROSA, verified=verified))

    assert "We do not know you yet" in hers.words
    assert not hers.is_in


@pytest.mark.parametrize("said", [{"SIGN_ON_TRUSTS_EMAIL": "yes"}])
def test_a_trusted_provider_need_not_say_that_it_has_verified_but_never_says_it_has_not(browser_of, rosa):
    assert "We do not know you yet" in browser_of(rosa).signs_on(another(ROSA, verified=False)).words
    assert browser_of(rosa).signs_on(another(ROSA, verified=None)).path == DAY


def test_nobody_is_let_in_whom_no_admin_has_added(browser_of, rosa, clinic_database, clock):
    unknown = browser_of().signs_on(another(ROSA, sub="new", email="new@clinic.example"))

    assert "You have no account here yet" in unknown.words
    assert len(all_users(clinic_database, clock)) == 1


@with_new_people
def test_where_the_settings_say_so_a_role_is_enough(browser_of, clinic_database, clock):
    new = another(ROSA, sub="new", email="new@clinic.example", name="Nadia  New")
    assert browser_of().signs_on(new).path == DAY

    [user] = all_users(clinic_database, clock)
    assert (user.name, user.email, user.roles, user.password_hash) == (
        "Nadia New",
        "new@clinic.example",
        {Role.RECEPTION},
        None,
    )
    nobody = browser_of().signs_on(
        another(new, sub="other", email="other@clinic.example", groups=("Kitchen",))
    )
    assert "You have no role here" in nobody.words
    assert len(all_users(clinic_database, clock)) == 1


@with_new_people
def test_a_new_person_never_gets_the_account_of_somebody_with_the_same_address(
    browser_of, rosa, clinic_database, clock
):
    browser_of(rosa).signs_on(ROSA)

    assert "not yours" in browser_of().signs_on(another(ROSA, sub="new")).words
    assert len(all_users(clinic_database, clock)) == 1


def test_somebody_who_was_let_go_stays_out_tied_or_not(browser_of, rosa, ada, clinic_database, clock):
    hers = browser_of(rosa).signs_on(ROSA)
    with acting(clinic_database, now=clock.now) as op:
        other = accounts.expect_user(op, name="Ida", email="ida@clinic.example", role=Role.ADMIN)
        op.commit()
    for gone in (rosa, other):
        ended(clinic_database, clock, gone)

    assert not hers.is_in
    for person in (ROSA, another(ADA, sub="ida", email="ida@clinic.example")):
        assert "You are let in no longer" in browser_of(rosa).signs_on(person).words


@with_roles
def test_the_role_of_the_claim_counts_at_each_sign_on(browser_of, rosa, ada, account, clinic_database, clock):
    for groups, role in ((("Physio", "Kitchen"), Role.CLINICIAN), (("Front desk",), Role.RECEPTION)):
        browser_of(rosa).signs_on(another(ROSA, groups=groups))

        assert account(rosa).roles == {role}
    with looking(clinic_database, now=clock.now) as op:
        changed = audit.history(op.session, Action.STAFF_ROLE_CHANGED)
        assert [each.actor for each in changed] == ["system", "system"]
        assert audit.verify(op.session) == ()


@with_roles
def test_of_several_roles_of_the_claim_all_are_theirs(browser_of, rosa, ada, account):
    browser_of(rosa).signs_on(another(ROSA, groups=("Front desk", "Physio")))

    assert account(rosa).roles == {Role.CLINICIAN, Role.RECEPTION}


@with_roles
@pytest.mark.parametrize("groups", [(), ("front desk",), ("Front desk ",), ("Front", "desk")])
def test_who_has_no_role_there_any_more_is_out_at_once(browser_of, rosa, groups):
    first = browser_of(rosa).signs_on(ROSA)
    assert first.is_in

    assert "You have no role here" in browser_of(rosa).signs_on(another(ROSA, groups=groups)).words
    assert not first.is_in


@pytest.mark.parametrize(
    "said", [{"SIGN_ON_ROLE_CLAIM": "realm_access.roles", "SIGN_ON_ROLES": "reception=CN=desk,OU=a"}]
)
@pytest.mark.parametrize(
    "more", [{"realm_access": {"roles": ["x", "CN=desk,OU=a"]}}, {"realm_access.roles": "CN=desk,OU=a"}]
)
def test_a_role_may_lie_deeper_and_have_any_name(browser_of, rosa, more):
    assert browser_of(rosa).signs_on(another(ROSA, more=more)).path == DAY


@with_roles
@pytest.mark.parametrize("odd", [5, None, {"IT": True}, [["IT"]], [5], "IT, Physio"])
def test_a_claim_of_another_shape_gives_no_role(browser_of, rosa, odd):
    assert "You have no role here" in browser_of(rosa).signs_on(another(ROSA, more={"groups": odd})).words


@with_roles
def test_the_last_admin_is_not_lost_and_not_let_in_without_the_role(browser_of, ada, account):
    assert browser_of(ada).signs_on(ADA).path == "/settings"

    hers = browser_of(ada).signs_on(another(ADA, groups=("Front desk",)))

    assert "You are the last admin" in hers.words
    assert not hers.is_in
    assert account(ada).roles == {Role.ADMIN}


@pytest.mark.parametrize("said", [{**ROLES, "EMERGENCY_ACCOUNT": "admin@clinic.example"}])
def test_the_provider_never_opens_or_changes_the_emergency_account(browser_of, ada, account):
    assert "not yours" in browser_of(ada).signs_on(ADA).words
    assert "not yours" in browser_of(ada).signs_on(another(ADA, groups=("Front desk",))).words
    assert account(ada).roles == {Role.ADMIN}


@pytest.mark.parametrize("said", [{**ROLES, "EMERGENCY_ACCOUNT": "other@clinic.example"}])
def test_with_an_emergency_account_the_last_role_there_can_be_taken_away(
    browser_of, ada, account, clinic_database, clock
):
    with acting(clinic_database, now=clock.now) as op:
        accounts.expect_user(op, name="Break Glass", email="other@clinic.example", role=Role.ADMIN)
        op.commit()
    browser_of(ada).signs_on(ADA)

    browser_of(ada).signs_on(another(ADA, groups=("Front desk",)))

    assert account(ada).roles == {Role.RECEPTION}


@pytest.mark.parametrize("said", [{"SIGN_ON_ACR": "aal3, aal2", "SIGN_ON_AMR": "mfa, pwd"}])
def test_who_has_shown_less_than_is_asked_for_is_not_let_in(browser_of, rosa):
    strong: dict[str, Any] = {"acr": "aal2", "amr": ["pwd", "mfa", "otp"]}
    assert "acr_values=aal3" in browser_of(rosa).leaves()

    for weak in ({"acr": "aal1"}, {"acr": None}, {"acr": ["aal2"]}, {"amr": ["pwd"]}, {"amr": None}):
        hers = browser_of(rosa).signs_on(another(ROSA, more={**strong, **weak}))
        assert "You need a stronger sign-in" in hers.words
        assert not hers.is_in
    assert browser_of(rosa).signs_on(another(ROSA, more=strong)).path == DAY


def test_a_tie_that_was_changed_in_the_database_opens_nothing(browser_of, rosa, ada, clinic_database, clock):
    """Whoever can write to the database, and has no keys, ties themselves to an admin."""
    browser_of(rosa).signs_on(ROSA)
    with clinic_database.writer.begin() as connection:
        connection.execute(text("UPDATE staff_identity SET user_id = :id"), {"id": ada.id.hex})

    hers = browser_of(ada).signs_on(ROSA)

    assert "We could not sign you in" in hers.words
    assert not hers.is_in
    with looking(clinic_database, now=clock.now) as op:
        assert audit.verify(op.session)


def test_an_admin_parts_an_account_from_somebody_who_is_out_then(
    browser_of, rosa, ada, clinic_database, clock
):
    hers, office = browser_of(rosa).signs_on(ROSA), browser_of(ada).signs_on(ADA)

    office.opens(f"/users/{rosa.id}").presses("Yes, part them")

    assert "Has not signed in with it" in office.words
    assert not hers.is_in
    assert browser_of(rosa).signs_on(another(ROSA, sub="new-account")).path == DAY
    assert "not yours" in browser_of(rosa).signs_on(ROSA).words
    with looking(clinic_database, now=clock.now) as op:
        done = audit.history(op.session, Action.STAFF_IDENTITY_TIED, Action.STAFF_IDENTITY_UNTIED)
        assert [each.action.rpartition("_")[2] for each in done if str(rosa.id) in each.stream] == [
            "tied",
            "untied",
            "tied",
        ]


def test_a_sign_on_is_recorded_with_how_and_says_no_address(browser_of, rosa, clinic_database, clock):
    browser_of(rosa).signs_on(ROSA)

    with looking(clinic_database, now=clock.now) as op:
        [signed_in] = audit.history(op.session, Action.STAFF_SIGNED_IN)
        assert signed_in.detail == {"methods": "single_sign_on"}
        identity = op.session.scalars(select(StaffIdentity)).one()
        assert identity.subject == ROSA.sub
        kept = op.session.execute(text("SELECT * FROM staff_identity")).one()
        assert ROSA.sub not in str(kept)
        assert ROSA.email not in str(kept)


def test_a_tie_is_worth_nothing_once_somebody_is_let_go_or_keeps_the_emergency_account(
    browser_of, rosa, settings, clinic_database, clock
):
    browser_of(rosa).signs_on(ROSA)
    shown = PersonShown(
        settings.sign_on_issuer, ROSA.sub, None, ROSA.email, "", frozenset(), "", frozenset(), None
    )

    def why(now_said: Settings) -> Why:
        with acting(clinic_database, settings=now_said, now=clock.now) as op:
            with pytest.raises(NotLetIn) as refused:
                people.let_in(op, settings.identity_provider, shown)
            op.commit()
        return refused.value.why

    assert why(replace(settings, emergency_account=ROSA.email)) is Why.TAKEN
    ended(clinic_database, clock, rosa)
    assert why(settings) is Why.LEFT


def test_what_is_used_up_is_forgotten_when_nobody_would_take_it_any_more(
    browser_of, rosa, settings, clinic_database, clock
):
    browser_of(rosa).signs_on(ROSA)
    for minutes, left in ((59, 1), (2, 0)):
        clock.wait(minutes=minutes)
        with acting(clinic_database, settings=settings, now=clock.now) as op:
            retention.sweep_up(op)
            op.commit()
            assert len(op.session.scalars(select(SpentToken)).all()) == left


def test_a_new_key_of_the_clinic_finds_everybody_as_before(
    browser_of, rosa, settings, clinic_database, clock
):
    browser_of(rosa).signs_on(ROSA)
    key_rotation.add_key(clinic_database, settings, clock.now)
    assert browser_of(rosa).signs_on(ROSA).path == DAY

    key_rotation.seal_everything(clinic_database, settings, clock.now, lambda *_: None)

    assert browser_of(rosa).signs_on(ROSA).path == DAY
    with looking(clinic_database, now=clock.now) as op:
        assert op.session.scalars(select(StaffIdentity)).one().seal.startswith("2:")
        assert audit.verify(op.session) == ()


def test_a_password_session_is_not_the_providers_to_end(browser_of, rosa, settings, clinic_database, clock):
    hers = browser_of(rosa).signs_on(ROSA)
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        user = op.session.get_one(User, rosa.id)
        token = sessions.start_staff(op, user)
        identity = people.identity_of(op.session, user)
        assert identity is not None
        sessions.end_by_provider(op, identity)
        op.commit()
    by_password = browser_of(rosa)
    with by_password.client.session_transaction() as cookie:
        cookie["staff"] = token

    assert by_password.is_in
    assert not hers.is_in
