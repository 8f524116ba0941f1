"""Strangers who guess at passwords stop themselves, and nobody who has signed in before; admins see it."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from intake.services.staff import guesses, passwords
from intake.storage.models import AuditEvent, Job, JobKind, KnownBrowser, RefusedSignIn, Role, Throttle
from intake.text import network
from intake.web.flood_gate import REFUSALS, WINDOW
from tests.strict import make_strict
from tests.web.conftest import PASSWORD, add_staff, signed_in
from tests.web.staff import Colleague

EMAIL = "reception@clinic.example"
STRANGER, OTHERS, CLINIC = "203.0.113.9", "198.51.100.7", "192.0.2.1"
COOKIE = "backstory_browser"


@pytest.fixture
def rosa_works_here(clinic_database, clock):
    return add_staff(clinic_database, clock, "Rosa Reception", Role.RECEPTION)


@pytest.fixture
def browser(app):
    """A new browser at this address."""

    def opened(address=CLINIC):
        client = make_strict(app)
        client.environ_base["REMOTE_ADDR"] = address
        return Colleague(client)

    return opened


def signs_in(colleague, email=EMAIL, password=PASSWORD):
    return colleague.opens("/sign-in").presses("Sign in", email=email, password=password)


def is_in(colleague):
    return colleague.path == "/day/2026-11-23"


def used_up(clinic_database, kind, tries):
    """Tries that were spent, without the time that comparing takes."""
    with clinic_database.writing() as session:
        for row in session.scalars(select(Throttle).where(Throttle.kind == kind)):
            row.tries = tries
        session.commit()


@pytest.fixture
def guessed_at(rosa_works_here, browser, clinic_database):
    """A stranger has tried ten passwords at Rosa's account."""
    stranger = signs_in(browser(STRANGER), password="guess after guess")
    used_up(clinic_database, "sign_in", 10)
    return signs_in(stranger)


def test_too_many_guesses_are_not_looked_at_and_the_page_says_when_to_come_back(guessed_at):
    assert guessed_at.status == 429
    assert 0 < int(guessed_at.page.headers["Retry-After"]) <= 300
    assert "Wait 5 minutes" in guessed_at.words
    assert EMAIL in guessed_at.html
    assert PASSWORD not in guessed_at.html


def test_a_stranger_elsewhere_does_not_keep_anybody_out_at_the_clinic(guessed_at, browser):
    assert is_in(signs_in(browser(CLINIC)))


def test_a_browser_that_has_signed_in_before_is_never_locked_by_strangers(
    rosa_works_here, browser, clinic_database
):
    hers = signs_in(browser(CLINIC))
    hers.presses("Sign out")
    stranger = signs_in(browser(CLINIC), password="guess after guess")
    for kind in ("sign_in", "account", "network"):
        used_up(clinic_database, kind, 1000)

    assert signs_in(stranger).status == 429
    assert is_in(signs_in(hers))


def test_the_cookie_of_a_browser_says_nothing_to_scripts_or_other_sites(rosa_works_here, browser):
    hers = signs_in(browser())

    cookie = hers.client.get_cookie(COOKIE)
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Strict", "/")
    assert cookie.max_age > 365 * 24 * 3600


def test_a_cookie_made_up_or_of_somebody_else_opens_nothing(rosa_works_here, browser, clinic_database, clock):
    add_staff(clinic_database, clock, "Ben", Role.RECEPTION, mailbox="ben")
    bens = signs_in(browser(), email="ben@clinic.example")
    made_up = browser()
    made_up.client.set_cookie(COOKIE, bens.client.get_cookie(COOKIE).value[:-2] + "xx")
    signs_in(browser(), password="guess after guess")
    for kind in ("sign_in", "account"):
        used_up(clinic_database, kind, 1000)

    assert [signs_in(each).status for each in (bens, made_up)] == [429, 429]


def test_whoever_has_the_cookie_has_ten_guesses_and_locks_only_that_browser(
    rosa_works_here, browser, clinic_database
):
    hers = signs_in(browser())
    signs_in(hers, password="guess after guess")
    used_up(clinic_database, "browser", 10)

    assert signs_in(hers).status == 429
    assert is_in(signs_in(browser()))


def test_several_of_the_staff_are_known_at_one_computer(rosa_works_here, browser, clinic_database, clock):
    add_staff(clinic_database, clock, "Ben", Role.RECEPTION, mailbox="ben")
    desk = browser()
    for email in (EMAIL, "ben@clinic.example"):
        signs_in(desk, email=email)
    signs_in(browser(), password="guess after guess")
    used_up(clinic_database, "network", 1000)

    assert is_in(signs_in(desk))
    assert is_in(signs_in(desk, email="ben@clinic.example"))


def test_an_account_that_nobody_has_is_refused_like_one_that_somebody_has(
    rosa_works_here, browser, clinic_database
):
    def told(email):
        stranger = signs_in(browser(STRANGER), email=email, password="guess after guess")
        first = stranger.status, stranger.words
        used_up(clinic_database, "sign_in", 10)
        signs_in(stranger, email=email)
        return [*first, stranger.status, stranger.words, stranger.page.headers["Retry-After"]]

    assert told(EMAIL) == told("nobody@clinic.example")


def test_many_strangers_at_one_account_stop_strangers_and_an_admins_link_lets_in(
    rosa_works_here, browser, clinic_database, clock, app
):
    signs_in(browser(STRANGER), password="guess after guess")
    used_up(clinic_database, "account", guesses.TRIES_AT_AN_ACCOUNT)
    hers = signs_in(browser(OTHERS))
    assert hers.status == 429
    ada = signed_in(app, clinic_database, clock, "Ada Admin", Role.ADMIN)

    ada.opens(f"/users/{rosa_works_here.id}").presses("Make a link for a new password")
    link = ada.html.split('id="link" value="')[1].split('"')[0]
    hers.opens("/" + link.split("/", 3)[3])
    hers.presses(
        "Keep this password", password="five red wheelbarrows", password_again="five red wheelbarrows"
    )

    assert is_in(signs_in(hers, password="five red wheelbarrows"))


def test_strangers_are_let_try_again_when_the_time_is_over(guessed_at, clock):
    clock.wait(minutes=5)

    assert is_in(signs_in(guessed_at))


def test_one_range_is_stopped_at_any_account_and_ipv6_by_its_half(rosa_works_here, browser, clinic_database):
    signs_in(browser("2001:db8:1:2::1"), email="a@clinic.example", password="guess after guess")
    used_up(clinic_database, "network", guesses.TRIES_FROM_A_RANGE)

    assert signs_in(browser("2001:db8:1:2:ffff::9")).status == 429
    assert is_in(signs_in(browser("2001:db8:1:3::1")))


def test_staff_who_come_in_one_after_the_other_use_up_nothing(rosa_works_here, browser, clinic_database):
    signs_in(browser())
    signs_in(browser())

    with clinic_database.reading() as session:
        assert sum(session.scalars(select(Throttle.tries))) == 0


def test_nobody_chooses_the_address_they_are_counted_by(rosa_works_here, browser, clinic_database):
    stranger = browser(STRANGER)
    stranger.client.environ_base["HTTP_X_FORWARDED_FOR"] = OTHERS
    signs_in(stranger, password="guess after guess")

    with clinic_database.reading() as session:
        assert session.scalars(select(RefusedSignIn)).one().network == f"{STRANGER}/32"


@pytest.mark.parametrize("settings_given", [{"BACKSTORY_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}])
def test_behind_a_known_proxy_the_address_it_wrote_counts(
    rosa_works_here, browser, clinic_database, app, settings_given
):
    clinic = app.extensions["clinic"]
    object.__setattr__(
        clinic.environment, "trusted_proxies", network.networks(settings_given["BACKSTORY_TRUSTED_PROXIES"])
    )
    stranger = browser("127.0.0.1")
    stranger.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"6.6.6.6, {OTHERS}, 10.0.0.3"
    signs_in(stranger, password="guess after guess")

    with clinic_database.reading() as session:
        assert session.scalars(select(RefusedSignIn)).one().network == f"{OTHERS}/32"


def test_when_others_are_being_let_in_nobody_waits_and_no_try_is_spent(
    rosa_works_here, browser, clinic_database
):
    here = browser().opens("/sign-in")
    with passwords.turn(known=False), passwords.turn(known=False):
        here.presses("Sign in", email=EMAIL, password=PASSWORD)

    assert (here.status, here.page.headers["Retry-After"]) == (429, "5")
    assert "Wait a few seconds" in here.words
    with clinic_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Throttle)) == 0
    assert is_in(signs_in(here))


def test_strangers_who_wait_take_no_place_of_whoever_is_known(rosa_works_here, browser):
    hers = signs_in(browser()).opens("/sign-in")

    with passwords.turn(known=False), passwords.turn(known=False):
        assert is_in(hers.presses("Sign in", email=EMAIL, password=PASSWORD))


def test_a_password_is_compared_outside_any_transaction(clinic_database):
    with clinic_database.writing() as session:
        session.scalar(select(func.count()).select_from(Throttle))
        with pytest.raises(passwords.HashedInTransaction):
            passwords.is_right(session, None, PASSWORD)


def test_the_own_password_is_not_used_up_by_strangers(guessed_at, app, clinic_database, clock):
    ada = signed_in(app, clinic_database, clock, "Ada Admin", Role.ADMIN)
    stranger = Colleague(make_strict(app))
    signs_in(stranger, email="admin@clinic.example", password="guess after guess")
    for kind in ("sign_in", "account", "network"):
        used_up(clinic_database, kind, 1000)
    clock.wait(minutes=9)
    ada.opens("/users")
    clock.wait(minutes=9)

    ada.opens("/users/new").presses(
        "Save and make the link", name="Nell", email="nell@clinic.example", role="reception"
    )
    assert "Your password, please" in ada.words
    ada.presses("Go on", own_password=PASSWORD)

    assert "Nell" in ada.words


def test_admins_see_who_was_guessed_at_and_from_where(guessed_at, app, clinic_database, clock, browser):
    signs_in(browser(OTHERS), email="nobody@clinic.example", password="guess after guess")
    ada = signed_in(app, clinic_database, clock, "Ada Admin", Role.ADMIN)

    ada.opens("/users/refused")

    assert "Rosa Reception" in ada.words
    assert "Addresses that nobody here has" in ada.words
    assert STRANGER in ada.words
    assert OTHERS in ada.words
    assert "guessing at passwords" not in ada.words


def test_an_attack_that_goes_on_is_told_to_admins_and_nobody_gets_an_e_mail(
    rosa_works_here, browser, app, clinic_database, clock
):
    signs_in(browser(STRANGER), password="guess after guess")
    with clinic_database.writing() as session:
        session.scalars(select(RefusedSignIn)).one().tries = guesses.ATTACK
        session.commit()
    ada = signed_in(app, clinic_database, clock, "Ada Admin", Role.ADMIN)

    assert "Somebody is guessing at passwords: 30 tries" in ada.opens("/users").html
    assert "guessing at passwords" not in signs_in(browser()).html
    clock.wait(minutes=9)
    clock.wait(minutes=60)
    later = signed_in(app, clinic_database, clock, "Ada", Role.ADMIN, mailbox="ada2")
    assert "guessing at passwords" not in later.opens("/users").html
    with clinic_database.reading() as session:
        # Rosa herself came in by a browser that did not know her.
        mailed = session.scalars(select(Job.kind)).all()
        assert mailed == [JobKind.TELL_OF_NEW_BROWSER]


def test_the_record_has_an_entry_now_and_then_and_not_for_each_guess(
    rosa_works_here, browser, clinic_database
):
    stranger = browser(STRANGER)
    for before in (0, 1, 2, 9, 10, 50):
        with clinic_database.writing() as session:
            for row in session.scalars(select(Throttle).where(Throttle.kind == "account")):
                row.tries = before
            session.commit()
        used_up(clinic_database, "sign_in", 0)
        signs_in(stranger, password="guess after guess")

    with clinic_database.reading() as session:
        refused = session.scalars(
            select(AuditEvent.detail).where(AuditEvent.action == "staff:sign_in_refused")
        ).all()
    assert sorted(refused) == ['{"tries": 1, "why": "wrong"}', '{"tries": 10, "why": "wrong"}']


def test_an_admin_can_make_every_browser_a_strangers_again(
    rosa_works_here, browser, app, clinic_database, clock
):
    signs_in(browser())
    ada = signed_in(app, clinic_database, clock, "Ada Admin", Role.ADMIN)

    ada.opens(f"/users/{rosa_works_here.id}").presses("Forget known browsers")

    with clinic_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KnownBrowser)) == 0
    assert "Forget known browsers" not in ada.opens(f"/users/{rosa_works_here.id}").words


def test_a_clock_set_back_a_day_locks_nobody_and_ends_no_tablet(
    rosa_works_here, browser, clinic_database, clock
):
    clock.wait(days=1)
    stranger = signs_in(browser(STRANGER), password="guess after guess")
    for kind in ("sign_in", "account", "network"):
        used_up(clinic_database, kind, 1000)
    clock.wait(days=-1)

    assert is_in(signs_in(stranger))


def test_a_session_of_before_the_clock_was_set_back_is_not_let_run_on(reception, clock):
    reception.opens("/day/")
    clock.wait(hours=-6)

    assert reception.opens("/day/").path == "/sign-in"


def posts(client, **typed):
    return client.post(
        "/sign-in", data=urlencode(typed), content_type="application/x-www-form-urlencoded", buffered=True
    )


@pytest.fixture
def gate(app):
    return app.extensions["flood_gate"]


def test_a_flood_gets_the_same_kind_page_with_the_address_as_it_was_typed(app, gate, client, clinic_database):
    for _ in range(REFUSALS):
        gate._note(gate.refusals, "127.0.0.1/32")

    answer = posts(
        client, email='Rosa"<b>@clinic.example', csrf_token="t0ken", next="/day/", password="canary-pw"
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(int(WINDOW))
    assert "Content-Security-Policy" in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'value="Rosa&#34;&lt;b&gt;@clinic.example"' in page
    assert 'value="t0ken"' in page
    assert 'value="/day/"' in page
    assert "canary-pw" not in page
    assert "filled-in" not in page
    assert "Set-Cookie" not in answer.headers
    with clinic_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Throttle)) == 0


def test_a_known_browser_goes_past_a_flood(rosa_works_here, browser, gate):
    hers = signs_in(browser(CLINIC))
    for _ in range(REFUSALS):
        gate._note(gate.refusals, f"{CLINIC}/32")

    assert signs_in(browser(CLINIC)).status == 429
    assert is_in(signs_in(hers))


def test_a_flood_is_over_after_a_while_and_admins_see_how_many_there_were(
    rosa_works_here, browser, gate, clinic_database
):
    times = [0.0]
    gate.clock = lambda: times[0]
    stranger = browser(STRANGER).opens("/sign-in")
    for _ in range(REFUSALS):
        gate._note(gate.refusals, f"{STRANGER}/32")
    for _ in range(5):
        stranger.presses("Sign in", email=EMAIL, password=PASSWORD)
        assert stranger.status == 429
    times[0] = WINDOW

    assert is_in(stranger.presses("Sign in", email=EMAIL, password=PASSWORD))
    with clinic_database.reading() as session:
        row = session.scalars(select(RefusedSignIn)).one()
        assert (row.network, row.turned_away, row.tries) == (f"{STRANGER}/32", 5, 0)


def test_elsewhere_no_flood_is_noticed(gate, browser, rosa_works_here):
    for _ in range(REFUSALS):
        gate._note(gate.refusals, f"{STRANGER}/32")

    assert is_in(signs_in(browser(OTHERS)))


def test_many_ranges_together_make_a_few_rows(clinic_database, clock):
    from tests.acting import acting

    with acting(clinic_database, now=clock.now) as op:
        for number in range(guesses.MOST_RANGES + 20):
            guesses.note(op, f"198.51.{number // 250}.{number % 250}/32", None, tries=1)
        op.commit()
    with clinic_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RefusedSignIn)) == guesses.MOST_RANGES + 1
        assert session.scalar(select(func.sum(RefusedSignIn.tries))) == guesses.MOST_RANGES + 20
    assert timedelta(days=1) < guesses.SHOWN_FOR


class Connection:
    """Where our server would keep an answer back."""

    kept_back = 0.0

    def keep_back(self, seconds):
        self.kept_back = seconds


def keeps_back(client, path, token):
    """Whether the answer to the last of many refused posts is kept back."""
    for _ in range(REFUSALS + 2):
        connection = Connection()
        said = {"csrf_token": token}
        answer = client.post(path, data=said, environ_overrides={"gunicorn.socket": connection})
        assert 400 <= answer.status_code < 500
    return connection.kept_back > 0


def test_whoever_guesses_at_a_date_of_birth_is_kept_waiting(client):
    assert keeps_back(client, "/start", "")


def test_a_patient_who_corrects_a_page_over_and_over_is_not_kept_waiting(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_now")
    token = patient.forms()[0].fields["csrf_token"]

    assert not keeps_back(patient.client, "/form/u_now", token)
