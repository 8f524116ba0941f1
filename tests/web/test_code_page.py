"""The code on a letter opens the form like the link, and tells no more than the link does."""

import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from intake.services.appointments import booking
from intake.services.invitations import links
from intake.services.invitations.links import CODE_LETTERS, code_in, spelt
from intake.storage.models import Invitation
from intake.text.code import LETTERS
from tests.acting import acting
from tests.web.test_patient_identification import OTHER_DAY, alike, rows

NOBODYS = "ABCD-EFGH-JKMN"
CODES = st.text(LETTERS, min_size=CODE_LETTERS, max_size=CODE_LETTERS)
BETWEEN = st.text(" -–.\u00a0", max_size=2)


@pytest.fixture
def code(patient, clinic_database):
    """The code on Anna's letter, as it is printed."""
    with clinic_database.reading() as session:
        return spelt(session.scalars(select(Invitation)).one().code)


def types(patient, code):
    return patient.opens("/c").sends({"code": code})


def hops(patient):
    """Every address that the last visit led to."""
    return [answer.headers["Location"] for answer in patient.page.history] + [patient.page.request.full_path]


@given(code=CODES, gaps=st.lists(BETWEEN, min_size=CODE_LETTERS, max_size=CODE_LETTERS), small=st.booleans())
def test_a_code_is_read_however_it_is_written(code, gaps, small):
    written = "".join(gap + letter for gap, letter in zip(gaps, code, strict=True))

    assert code_in(written.lower() if small else written) == code
    assert code_in(spelt(code)) == code


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_code_or_is_none(typed):
    found = code_in(typed)

    assert found is None or (len(found) == CODE_LETTERS and set(found) <= set(LETTERS))


def test_a_code_and_the_date_of_birth_open_the_form(patient, code):
    short = code.replace("-", "")
    for written in (code, code.lower(), short, f"  {short[:6]} {short[6:]} "):
        types(patient, written)

        assert patient.path == "/start"
        assert patient.gives(patient.born).path == "/form/p_start"


def test_a_code_may_be_typed_as_an_address(patient, code):
    patient.opens(f"/c/{code.lower()}")

    assert patient.path == "/start"
    assert patient.gives(patient.born).path == "/form/p_start"


def test_what_cannot_be_a_code_is_said_at_once_and_what_was_typed_is_kept(patient):
    for typed in ("", "ABCD", f"{NOBODYS}-X", "ABCD-EFGH-JKM0", "اثنا عشر حرفا"):
        types(patient, typed)

        assert patient.status == 422
        assert "twelve letters and figures" in patient.words
        assert "Error:" in patient.html
        assert patient.forms()[0].fields["code"] == typed


def test_an_address_that_cannot_be_a_code_leads_to_the_page_that_asks_for_it(patient):
    for path in ("/c/ABCD", "/c/ABCD-EFGH-JKM0", f"/c/{'A' * 500}"):
        assert patient.opens(path).path == "/c"


def test_typing_a_code_changes_nothing(patient, code, clinic_database):
    before = rows(clinic_database)

    for _ in range(3):
        types(patient, code)
        patient.opens(f"/c/{code}")

    assert rows(clinic_database) == before


def test_an_unknown_code_is_asked_for_the_date_like_a_known_one(patient, code):
    known, unknown = types(patient, code).page, types(patient, NOBODYS).page

    assert alike(known) == alike(unknown)
    assert "Anna" not in known.text


def test_an_unknown_code_and_a_wrong_date_get_the_very_same_answer(patient, code, clinic_database):
    wrong_date = types(patient, code).gives(OTHER_DAY).page
    unknown = types(patient, NOBODYS).gives(OTHER_DAY).page

    assert wrong_date.status_code == unknown.status_code == 403
    assert alike(wrong_date) == alike(unknown)


def test_after_five_wrong_dates_a_code_opens_nothing_and_neither_does_its_link(patient, code):
    for _ in range(5):
        types(patient, code).gives(OTHER_DAY)

    for opened in (types(patient, code), patient.opens(f"/i/{patient.token}")):
        assert "This link is closed now." in opened.words
        assert opened.forms() == []


def test_an_unknown_code_is_closed_after_five_wrong_dates_as_well(patient):
    for _ in range(5):
        types(patient, NOBODYS).gives(OTHER_DAY)

    assert "This link is closed now." in types(patient, NOBODYS).words


def test_a_code_gives_no_more_tries_than_its_link(patient, code):
    for _ in range(3):
        patient.opens(f"/i/{patient.token}").gives(OTHER_DAY)
    for _ in range(2):
        types(patient, code).gives(OTHER_DAY)

    assert types(patient, code).forms() == []


def test_the_code_of_a_link_that_has_run_out_says_so(patient, code, clock):
    clock.wait(days=2)

    assert "This link has run out." in types(patient, code).words


@pytest.mark.parametrize("happens", ["replaced", "closed", "cancelled"])
def test_a_code_lasts_as_long_as_its_link(patient, code, clinic_database, clock, happens):
    with acting(clinic_database, now=clock.now) as op:
        appointment = booking.find(op.session, patient.appointment.id)
        if happens == "replaced":
            links.invite(op, appointment)
        elif happens == "closed":
            links.revoke(op, appointment)
        else:
            booking.cancel(op, appointment)
        op.commit()

    refused = types(patient, code).gives(patient.born)

    assert refused.status == 403
    assert alike(refused.page) == alike(types(patient, NOBODYS).gives(patient.born).page)


def test_the_code_of_a_new_link_is_another(patient, code, clinic_database, clock):
    with acting(clinic_database, now=clock.now) as op:
        appointment = booking.find(op.session, patient.appointment.id)
        links.invite(op, appointment)
        op.commit()
    with clinic_database.reading() as session:
        new = links.current(session, patient.appointment).code

    assert spelt(new) != code
    assert types(patient, new).gives(patient.born).path == "/form/p_start"


def test_the_code_stands_in_no_later_address_and_on_no_later_page(patient, code):
    short = code.replace("-", "")
    for visit in (lambda: types(patient, code), lambda: patient.opens(f"/c/{code}")):
        visit()
        assert not [address for address in hops(patient) if code in address or short in address]
        assert code not in patient.html

        patient.gives(patient.born)
        assert not [address for address in hops(patient) if code in address or short in address]


def test_the_code_stands_in_no_log_line(patient, code, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("werkzeug").info('"GET /c/%s?x=1 HTTP/1.1" 303 -', code)

    types(patient, code).gives(patient.born)
    patient.opens(f"/c/{code}")

    assert code not in caplog.text
    assert "GET ... HTTP" in caplog.text


def test_a_code_does_not_open_the_form_that_was_open_before(patient, code, app, clinic_database):
    patient.comes_in()

    types(patient, code)

    assert patient.path == "/start"
    assert patient.opens("/form/p_start").path == "/start"


def test_the_code_is_kept_sealed(patient, code, clinic_database, settings):
    short = code.replace("-", "").encode()

    files = list(settings.data_dir.glob("backstory.db*"))

    assert files
    assert [
        file.name for file in files if short in file.read_bytes() or code.encode() in file.read_bytes()
    ] == []


def test_letters_that_look_alike_stand_in_no_code():
    assert not set("01ILOU") & set(LETTERS)
    assert re.fullmatch(r"[A-Z2-9]+", LETTERS)
