"""What somebody shows beside the password: it counts once, cannot be guessed, and nobody gets past it."""

import threading
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from intake.services.staff import accounts, guesses, sessions, sign_ins
from intake.services.staff.factors import codes, holdings, recovery_codes, steps, totp
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.holdings import LastFactor, OwnFactors
from intake.services.staff.factors.methods import Method
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.sign_ins import SecondFactorMissing, SignIn
from intake.storage import Database
from intake.storage.encryption import Tampered
from intake.storage.models import (
    AuditEvent,
    Job,
    JobKind,
    RecoveryCode,
    Role,
    SessionKind,
    SignInStep,
    StepPurpose,
    TotpSecret,
    User,
)
from tests.acting import NOW, acting, looking

A_STEP = timedelta(seconds=30)


@pytest.fixture
def ada(database: Database) -> User:
    """An admin with an app."""
    user = hired(database, "ada@example.org", Role.ADMIN)
    give_app(database, user)
    return user


def hired(database: Database, email: str, role: Role) -> User:
    with acting(database) as op:
        user = accounts.expect_user(op, name=email.partition("@")[0].title(), email=email, role=role)
        op.commit()
    return user


def give_app(database: Database, user: User, before: timedelta = timedelta(minutes=10)) -> str:
    """An app that was set up a while ago; its key."""
    then = NOW - before
    with acting(database, user, now=then) as op:
        secret = totp.begin(op, op.user)
        codes.take_up_app(op, op.user, code_of(secret, then))
        holdings.added(op, op.user, Method.TOTP)
        op.commit()
    return secret


def code_of(secret: str, at: datetime = NOW) -> str:
    return pyotp.TOTP(secret).at(at)


def secret_of(database: Database, user: User) -> str:
    with looking(database) as op:
        kept = op.session.scalars(select(TotpSecret).where(TotpSecret.user_id == user.id)).one()
        return kept.content["secret"]


def shows(database: Database, user: User, code: str, now: datetime = NOW) -> str:
    """What comes of a code: the method it was, "refused", or "waits"."""
    with acting(database, now=now) as op:
        try:
            method = codes.spend(op, op.session.get_one(User, user.id), code)
        except CodeRefused as refused:
            op.commit()
            return "waits" if refused.wait else "refused"
        op.commit()
    return method.value


def give_codes(database: Database, user: User) -> tuple[str, ...]:
    made = recovery_codes.fresh()
    hashes = recovery_codes.hashed(made)
    with acting(database, user) as op:
        holdings.new_codes(op, op.user, hashes)
        op.commit()
    return made


def wrong_for(secret: str) -> str:
    """Six digits that are right at no moment near now."""
    right = {code_of(secret, NOW + at * A_STEP) for at in range(-3, 4)}
    return next(code for code in (f"{number:06}" for number in range(100)) if code not in right)


def test_a_code_counts_once(database: Database, ada: User) -> None:
    code = code_of(secret_of(database, ada))

    assert shows(database, ada, code) == "totp"
    assert shows(database, ada, code) == "refused"
    assert shows(database, ada, code_of(secret_of(database, ada), NOW - A_STEP)) == "refused"
    assert shows(database, ada, code_of(secret_of(database, ada), NOW + A_STEP)) == "totp"


def test_the_same_code_at_the_same_moment_lets_one_in(database: Database, ada: User) -> None:
    code, came = code_of(secret_of(database, ada)), []
    ready = threading.Barrier(2)

    def come() -> None:
        ready.wait()
        came.append(shows(database, ada, code))

    browsers = [threading.Thread(target=come) for _ in range(2)]
    for each in browsers:
        each.start()
    for each in browsers:
        each.join()

    assert sorted(came) == ["refused", "totp"]


@pytest.mark.parametrize(("steps_off", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(
    database: Database, ada: User, steps_off: int, counts: bool
) -> None:
    code = code_of(secret_of(database, ada), NOW + steps_off * A_STEP)

    assert (shows(database, ada, code) == "totp") is counts


def test_a_code_is_read_however_it_is_parted(database: Database, ada: User) -> None:
    code = code_of(secret_of(database, ada))

    assert shows(database, ada, f" {code[:3]} {code[3:]}\u200b ") == "totp"


def test_a_clock_that_was_ahead_keeps_nobody_out(database: Database, ada: User) -> None:
    secret, ahead = secret_of(database, ada), NOW + timedelta(days=1)
    assert shows(database, ada, code_of(secret, ahead), ahead) == "totp"

    assert shows(database, ada, code_of(secret)) == "totp"
    assert shows(database, ada, code_of(secret)) == "refused"


def test_after_five_wrong_codes_the_right_one_waits(database: Database, ada: User) -> None:
    secret = secret_of(database, ada)
    tried = [shows(database, ada, wrong_for(secret)) for _ in range(5)]

    assert tried == ["refused"] * 5
    assert shows(database, ada, code_of(secret)) == "waits"
    later = NOW + timedelta(minutes=5)
    assert shows(database, ada, code_of(secret, later), later) == "totp"


def test_no_more_than_twenty_codes_are_looked_at_in_an_hour(database: Database, ada: User) -> None:
    secret = secret_of(database, ada)
    wrong = wrong_for(secret)
    came = [shows(database, ada, wrong, NOW + number * timedelta(minutes=1)) for number in range(59)]

    assert came.count("refused") <= 20
    assert came[-1] == "waits"


def test_a_right_code_gives_whoever_guesses_no_new_tries(database: Database, ada: User) -> None:
    secret = secret_of(database, ada)
    for _ in range(4):
        shows(database, ada, wrong_for(secret))
    assert shows(database, ada, code_of(secret)) == "totp"

    assert shows(database, ada, wrong_for(secret)) == "refused"
    assert shows(database, ada, wrong_for(secret)) == "waits"


def test_an_app_counts_only_after_a_code_of_it_was_right(database: Database) -> None:
    rosa = hired(database, "rosa@example.org", Role.RECEPTION)
    with acting(database, rosa) as op:
        secret = totp.begin(op, op.user)
        with pytest.raises(CodeRefused):
            codes.take_up_app(op, op.user, wrong_for(secret))
        op.commit()

    with looking(database, rosa) as op:
        assert not holdings.has_any(op, op.user)
    assert shows(database, rosa, code_of(secret)) == "refused"


def test_a_new_app_takes_the_place_of_the_old_one(database: Database, ada: User) -> None:
    old = secret_of(database, ada)
    new = give_app(database, ada, before=timedelta(minutes=5))

    assert shows(database, ada, code_of(old)) == "refused"
    assert shows(database, ada, code_of(new)) == "totp"


def test_the_key_of_an_app_lies_nowhere_in_the_clear(database: Database, ada: User) -> None:
    secret = secret_of(database, ada)
    with database.reading() as session:
        kept = session.execute(select(TotpSecret.__table__)).all()

    assert secret not in str(kept)
    assert secret.encode() not in kept[0].content_sealed


def test_a_row_that_was_moved_to_another_person_is_of_no_use(database: Database, ada: User) -> None:
    rosa = hired(database, "rosa@example.org", Role.RECEPTION)
    code = code_of(secret_of(database, ada))
    with database.writer.begin() as connection:
        table = TotpSecret.__table__
        connection.execute(table.update().values(user_id=rosa.id))

    with pytest.raises(Tampered):
        shows(database, rosa, code)


def test_a_recovery_code_works_once_however_it_is_typed(database: Database, ada: User) -> None:
    made = give_codes(database, ada)

    assert shows(database, ada, made[3].lower().replace("-", " ")) == "recovery_code"
    assert shows(database, ada, made[3]) == "refused"
    assert shows(database, ada, made[4]) == "recovery_code"
    with looking(database, ada) as op:
        assert holdings.of(op, op.user).codes_left == 8


def test_recovery_codes_are_ten_and_cannot_be_guessed(database: Database, ada: User) -> None:
    made = give_codes(database, ada)

    assert len(set(made)) == 10
    # 30 letters, 18 of them: more than 80 bits.
    assert all(len(code.replace("-", "")) == 18 for code in made)
    with database.reading() as session:
        hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert all(each.startswith("$argon2id$") for each in hashes)
    assert not any(code.replace("-", "") in "".join(hashes) for code in made)


def test_codes_made_anew_end_the_ones_before(database: Database, ada: User) -> None:
    old, new = give_codes(database, ada), give_codes(database, ada)

    assert shows(database, ada, old[0]) == "refused"
    assert shows(database, ada, new[0]) == "recovery_code"


def test_whoever_uses_a_recovery_code_is_told_by_mail(database: Database, ada: User) -> None:
    made = give_codes(database, ada)
    shows(database, ada, made[0])

    assert told(database)[-1] == JobKind.TELL_OF_RECOVERY
    assert "staff:recovery_code_used" in recorded(database)


def test_guesses_at_the_app_keep_nobody_from_a_recovery_code(database: Database, ada: User) -> None:
    made = give_codes(database, ada)
    for _ in range(6):
        shows(database, ada, wrong_for(secret_of(database, ada)))

    assert shows(database, ada, made[0]) == "recovery_code"


def test_nobody_is_let_in_by_the_password_alone_who_has_more(database: Database, ada: User) -> None:
    with acting(database) as op:
        user = op.session.get_one(User, ada.id)
        with pytest.raises(SecondFactorMissing):
            sign_ins.complete(op, user, SignIn((Method.PASSWORD,)))

        assert sign_ins.complete(op, user, SignIn((Method.PASSWORD, Method.TOTP)))
        op.commit()


def test_a_new_factor_ends_other_sessions_and_is_told(database: Database) -> None:
    rosa = hired(database, "rosa@example.org", Role.RECEPTION)
    with acting(database, rosa) as op:
        elsewhere = sessions.start_staff(op, op.user)
        op.commit()
    give_app(database, rosa, before=timedelta())

    with looking(database) as op:
        assert sessions.find(op, elsewhere, SessionKind.STAFF) is None
    assert told(database) == [JobKind.TELL_OF_FACTOR_ADDED]


def test_the_last_factor_stays_where_the_role_needs_one(database: Database, ada: User) -> None:
    from intake.config import Settings

    needing = Settings.from_environment({"BACKSTORY_SECOND_FACTOR": "admin"})
    with acting(database, ada, needing) as op:
        with pytest.raises(LastFactor):
            holdings.remove_app(op, op.user)
        op.rollback()

    with acting(database, ada) as op:
        holdings.remove_app(op, op.user)
        op.commit()
    assert told(database)[-1] == JobKind.TELL_OF_FACTOR_REMOVED
    with looking(database, ada) as op:
        assert not holdings.has_any(op, op.user)


def test_another_admin_drops_factors_and_nobody_their_own(database: Database, ada: User) -> None:
    give_codes(database, ada)
    other = hired(database, "otto@example.org", Role.ADMIN)
    with acting(database, ada) as op, pytest.raises(OwnFactors):
        holdings.drop_all(op, op.user)

    with acting(database, ada) as op:
        token = sessions.start_staff(op, op.user)
        op.commit()
    with acting(database, other) as op:
        holdings.drop_all(op, op.session.get_one(User, ada.id))
        op.commit()

    with looking(database, ada) as op:
        assert holdings.of(op, op.user) == holdings.Holdings(app=False, passkeys=0, codes_left=0)
        assert sessions.find(op, token, SessionKind.STAFF) is None
    assert told(database)[-1] == JobKind.TELL_OF_FACTORS_DROPPED
    assert "staff:factors_dropped" in recorded(database)


def test_a_step_is_for_five_minutes_and_one_browser(database: Database, ada: User) -> None:
    token = begun(database, ada)

    for at, lasts in ((timedelta(minutes=4, seconds=59), True), (timedelta(minutes=5), False)):
        with looking(database, now=NOW + at) as op:
            assert (steps.find(op, token, StepPurpose.SECOND_FACTOR) is not None) is lasts
    with looking(database) as op:
        assert steps.find(op, token, StepPurpose.PASSKEY) is None
        assert steps.find(op, f"{token}x", StepPurpose.SECOND_FACTOR) is None


def test_a_step_lets_nobody_in(database: Database, ada: User) -> None:
    token = begun(database, ada)

    with looking(database) as op:
        assert sessions.find(op, token, SessionKind.STAFF) is None


def test_a_step_is_done_once(database: Database, ada: User) -> None:
    token = begun(database, ada)
    with acting(database) as op:
        step = steps.find(op, token, StepPurpose.SECOND_FACTOR)
        assert step is not None
        steps.finish(op, step)
        with pytest.raises(StepOver):
            steps.finish(op, step)
        op.commit()


def test_a_question_to_a_passkey_is_for_one_answer(database: Database, ada: User) -> None:
    token = begun(database, ada)
    with acting(database) as op:
        step = steps.find(op, token, StepPurpose.SECOND_FACTOR)
        assert step is not None
        asked = steps.ask_passkey(op, step)
        assert steps.spend_challenge(op, step) == asked
        with pytest.raises(StepOver):
            steps.spend_challenge(op, step)
        op.commit()


def test_a_new_password_or_the_end_of_an_account_ends_what_is_half_done(
    database: Database, ada: User
) -> None:
    token = begun(database, ada)
    with acting(database, ada) as op:
        accounts.change_password(op, op.user, "$argon2id$anew")
        op.commit()

    with looking(database) as op:
        assert steps.find(op, token, StepPurpose.SECOND_FACTOR) is None
        assert op.session.scalar(select(func.count()).select_from(SignInStep)) == 0


def test_wrong_codes_are_recorded_now_and_then(database: Database, ada: User) -> None:
    for _ in range(3):
        shows(database, ada, wrong_for(secret_of(database, ada)))

    assert recorded(database).count("staff:sign_in_refused") == 1
    assert guesses.RECORDED[0] == 1


def begun(database: Database, user: User) -> str:
    with acting(database) as op:
        token = steps.begin(op, StepPurpose.SECOND_FACTOR, op.session.get_one(User, user.id))
        op.commit()
    return token


def told(database: Database) -> list[JobKind]:
    with database.reading() as session:
        return list(session.scalars(select(Job.kind).order_by(Job.made_at, Job.not_before)))


def recorded(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.at)))
