"""Cookies, form tokens, links and codes have a key each; what the one key before them made still works."""

import base64
import hashlib
import hmac
from itertools import combinations

import pytest
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import func, select

from intake.services.invitations import links, walk_ins
from intake.services.operations import key_rotation
from intake.services.staff import password_links
from intake.storage.encryption import Purpose
from intake.storage.models import Appointment, Invitation, StaffLink, User, WalkInCode
from intake.text.code import LETTERS
from intake.web.client import browser_of
from intake.web.idempotency import digests_of
from tests.acting import acting

ONCE = "what-a-form-of-version-0.1-held"
DERIVED = (Purpose.PATIENT_LINK, Purpose.STAFF_LINK, Purpose.WALK_IN_CODE)


@pytest.fixture
def earlier(clinic_database):
    """What version 0.1 made of ONCE, by the word it put before it: 32 bytes."""
    secret = clinic_database.keys.secret(Purpose.CSRF)
    return lambda word: hmac.digest(secret, f"{word} {ONCE}".encode(), "sha256")


def as_token(digest):
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def as_code(digest):
    number, letters = int.from_bytes(digest), ""
    for _ in range(6):
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return letters


def signer(app, purpose, digest=hashlib.sha256):
    """Signs and reads cookies with the key of this purpose and no other; versions up to 0.2 took SHA-1."""
    flask = SecureCookieSessionInterface()
    how = {"key_derivation": flask.key_derivation, "digest_method": digest}
    secret = app.clinic.database.keys.secret(purpose)
    return URLSafeTimedSerializer(secret, salt=flask.salt, serializer=flask.serializer, signer_kwargs=how)


def count(database, row):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row))


def test_a_cookie_is_signed_with_its_own_key_alone(app, reception):
    cookie = reception.opens("/day/").client.get_cookie("backstory").value

    assert "staff" in signer(app, Purpose.COOKIE).loads(cookie)
    with pytest.raises(BadSignature):
        signer(app, Purpose.CSRF).loads(cookie)


def test_whoever_was_signed_in_before_stays_signed_in_and_their_forms_are_taken(app, patient, reception):
    page = f"/appointments/{patient.appointment.id}"
    content = signer(app, Purpose.COOKIE).loads(reception.opens(page).client.get_cookie("backstory").value)
    reception.client.set_cookie("backstory", signer(app, Purpose.CSRF, hashlib.sha1).dumps(content))

    reception.presses("Close the link")

    assert reception.status == 200
    assert reception.opens(page).status == 200


def test_a_cookie_of_an_earlier_version_is_read_and_signed_anew_with_sha_256(app, reception):
    content = signer(app, Purpose.COOKIE).loads(reception.client.get_cookie("backstory").value)
    reception.client.set_cookie("backstory", signer(app, Purpose.COOKIE, hashlib.sha1).dumps(content))

    assert reception.opens("/day/").path.startswith("/day/")
    assert (
        signer(app, Purpose.COOKIE).loads(reception.client.get_cookie("backstory").value).items()
        >= content.items()
    )


def test_the_cookie_of_a_known_browser_of_an_earlier_version_is_still_known(app):
    secret = app.clinic.database.keys.secret(Purpose.COOKIE)
    earlier = URLSafeSerializer(secret, salt="known browser").dumps("a browser")
    made_up = URLSafeSerializer(b"another key", salt="known browser").dumps("a browser")

    assert browser_of(app.clinic, {"backstory_browser": earlier}) == "a browser"
    assert browser_of(app.clinic, {"backstory_browser": made_up}) is None


@pytest.mark.parametrize("purpose", [each for each in Purpose if each not in (Purpose.COOKIE, Purpose.CSRF)])
def test_a_cookie_signed_with_any_other_key_is_nobodys(app, reception, purpose):
    content = signer(app, Purpose.COOKIE).loads(reception.client.get_cookie("backstory").value)
    reception.client.set_cookie("backstory", signer(app, purpose).dumps(content))

    assert reception.opens("/day/").path != "/day/"


def test_one_word_makes_another_secret_for_each_purpose(app):
    with app.test_request_context():
        made = [digests_of(purpose, ONCE)[0] for purpose in DERIVED]
        before = [digests_of(purpose, ONCE)[1] for purpose in DERIVED]

    assert all(one != other for one, other in combinations([*made, *before], 2))


def test_a_patients_link_that_a_form_made_before_is_not_made_again(
    clinic_database, reception, patient, earlier, clock
):
    with acting(clinic_database, now=clock.now) as op:
        appointment = op.session.get_one(Appointment, patient.appointment.id)
        links.invite(op, appointment, token=as_token(earlier("link")))
        op.commit()
    before = count(clinic_database, Invitation)

    reception.opens(f"/appointments/{patient.appointment.id}").presses("Make a new link", once=ONCE)

    assert count(clinic_database, Invitation) == before


def test_a_link_of_staff_that_a_form_made_before_is_still_shown(
    clinic_database, admin, reception, clock, earlier
):
    token = as_token(earlier("staff link"))
    with acting(clinic_database, now=clock.now) as op:
        password_links.make(op, op.session.get_one(User, reception.user.id), token)
        op.commit()

    admin.opens(f"/users/{reception.user.id}?link={ONCE}")

    assert f"/welcome/{token}" in admin.html
    assert count(clinic_database, StaffLink) == 1


def test_a_code_that_a_form_made_before_is_still_shown_and_not_made_again(
    clinic_database, reception, patient, earlier, clock
):
    code = as_code(earlier("walk-in"))
    with acting(clinic_database, by=reception.user, now=clock.now) as op:
        walk_ins.make_code(op, op.session.get_one(Appointment, patient.appointment.id), code)
        op.commit()
    page = f"/appointments/{patient.appointment.id}/walk-in"

    shown = "".join(reception.opens(f"{page}?code={ONCE}").words.split())
    reception.opens(page).presses("Make a code", once=ONCE)

    assert code in shown
    assert count(clinic_database, WalkInCode) == 1


@pytest.fixture
def rotate(clinic_database, app, clock):
    """Gives the clinic a new key, seals everything with it, and takes the old one out."""

    def add():
        key_rotation.add_key(clinic_database, app.clinic.environment, clock.now)

    def finish():
        settings, old = app.clinic.environment, clinic_database.keys.numbers[0]
        left = key_rotation.seal_everything(clinic_database, settings, clock.now, lambda *_: None)
        assert left.what == {}
        key_rotation.remove_key(clinic_database, settings, old, clock.now)

    return add, finish


def test_whoever_is_signed_in_stays_so_while_the_key_is_changed(app, patient, reception, rotate):
    add, finish = rotate
    page = f"/appointments/{patient.appointment.id}"
    reception.opens(page)
    add()

    # The page, and the cookie of the browser, are from before.
    reception.presses("Close the link")
    assert reception.status == 200
    cookie = reception.client.get_cookie("backstory").value
    assert "staff" in signer(app, Purpose.COOKIE).loads(cookie), "it is signed by the new key from now on"
    finish()

    assert reception.opens(page).status == 200
    assert reception.path == page


def test_a_link_that_was_sent_opens_the_form_after_the_key_is_changed(patient, rotate):
    add, finish = rotate
    patient.comes_in().answers_page()
    here = patient.path
    add()
    patient.answers_page()
    finish()

    assert patient.status == 200
    assert patient.comes_in().status == 200
    assert here.startswith("/form/")


def test_a_button_pressed_before_and_after_a_new_key_makes_one_link(
    clinic_database, reception, patient, rotate
):
    add, _ = rotate
    page = f"/appointments/{patient.appointment.id}"
    reception.opens(page).presses("Make a new link", once=ONCE)
    before = count(clinic_database, Invitation)
    add()

    reception.opens(page).presses("Make a new link", once=ONCE)

    assert count(clinic_database, Invitation) == before
