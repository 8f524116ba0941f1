"""The tablet of the clinic: nothing of one person comes back to the next."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from intake.questionnaire import page_of
from intake.storage.models import Route, SessionKind, WebSession
from tests.strict import make_strict
from tests.web.conftest import PASSWORD
from tests.web.patients import Patient, invite, stored
from tests.web.staff import Colleague

PHONE = f"/form/{page_of('phone_best').id}?change=phone_best"


@dataclass
class Desk:
    """The desk that makes a code, and the tablet that waits for it."""

    reception: Colleague
    tablet: Colleague

    def code_for(self, patient: Patient) -> str:
        self.reception.opens(f"/appointments/{patient.appointment.id}/walk-in")
        self.reception.presses("code")
        (code,) = self.reception.words_of(".walk-in-code")
        return code

    def types(self, code: str, patient: Patient) -> Patient:
        """Type the code and the date of birth; the patient who now holds the tablet."""
        born = patient.born
        birth = {"birth-day": str(born.day), "birth-month": str(born.month), "birth-year": str(born.year)}
        self.tablet.opens("/k/").presses("Continue", code=code, **birth)
        return replace(patient, client=self.tablet.client, page=self.tablet.page)


@pytest.fixture
def tablet(app, admin) -> Colleague:
    """A tablet that an admin has let in."""
    admin.opens("/k/enrol").presses("Let in this tablet", name="Tablet 1", own_password=PASSWORD)
    return admin


@pytest.fixture
def desk(reception, tablet) -> Desk:
    return Desk(reception, tablet)


def test_an_admin_lets_a_tablet_in_and_is_signed_out_on_it(tablet):
    assert tablet.path == "/k/"
    assert "Code from the desk" in tablet.words
    assert tablet.opens("/day/").path == "/sign-in"


def test_a_tablet_is_let_in_only_with_the_own_password_of_an_admin(admin, reception):
    admin.opens("/k/enrol").presses("Let in this tablet", name="Tablet 1", own_password="wrong")
    assert admin.status == 403
    assert "This is not your password" in admin.words
    assert admin.opens("/k/").path == "/"

    assert reception.opens("/k/enrol").status == 403


def test_the_code_opens_the_form_and_the_answers_say_where_they_came_in(desk, patient, clinic_database):
    on_tablet = desk.types(desk.code_for(patient).lower(), patient)

    assert on_tablet.path == "/form/p_start"
    on_tablet.walks()
    on_tablet.sends_it_all()

    kept = stored(clinic_database, patient)
    assert kept.route is Route.TABLET
    assert kept.summary["completed_by"].endswith("On a tablet of the clinic")
    assert on_tablet.path == "/form/received"
    assert "Finish and clear this tablet" in on_tablet.words
    assert 'data-quiet="30"' in on_tablet.html
    assert on_tablet.opens("/form/copy").path == "/form/received"
    assert "Your appointment" in on_tablet.words
    assert ".ics" not in on_tablet.html
    assert on_tablet.opens("/form/appointment.ics").path == "/form/received"


def test_an_emergency_on_the_tablet_sends_patient_and_desk_to_each_other(
    desk, clinic_database, client, clock
):
    patient = invite(clinic_database, client, clock, "V07")

    on_tablet = desk.types(desk.code_for(patient), patient).walks(to="/form/now")

    assert "You are at the clinic: tell the desk now." in on_tablet.words
    desk.reception.opens(f"/alerts/{patient.appointment.intake.id}")
    assert "look in the waiting room first" in desk.reception.words


def test_every_page_on_the_tablet_clears_itself_after_90_seconds(desk, patient):
    on_tablet = desk.types(desk.code_for(patient), patient)

    assert 'data-quiet="90"' in on_tablet.html
    assert "handed_on.js" in on_tablet.html
    # A text browser would show it at once, and for good.
    assert "Are you still there?" not in on_tablet.words
    on_tablet.opens("/no-such-page")
    assert 'data-quiet="90"' in on_tablet.html


def test_no_box_on_the_tablet_offers_what_somebody_else_typed(desk, patient):
    """The strict browser looks at each page of the walk; on a phone of one's own the same box is helped."""
    on_tablet = desk.types(desk.code_for(patient), patient).walks(to="/form/check")
    boxes = {each.get("name"): each for each in on_tablet.opens(PHONE).tree.iter("input")}

    for box in ("phone_best", "phone_best-second"):
        assert (boxes[box].get("autocomplete"), boxes[box].get("spellcheck")) == ("off", "false")
    own = {each.get("name"): each for each in patient.opens(f"/i/{patient.token}").tree.iter("input")}
    assert own["birth-day"].get("autocomplete") is None


def test_clearing_ends_the_session_and_the_next_person_finds_nothing(desk, patient, clinic_database, clock):
    on_tablet = desk.types(desk.code_for(patient), patient)
    on_tablet.answers_page()

    answer = on_tablet.client.post("/k/clear", data={"csrf_token": _csrf(on_tablet)})

    assert answer.location == "/k/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert on_tablet.opens("/form/p_start").path == "/k/"
    with clinic_database.reading() as session:
        chosen = select(WebSession.revoked_at).where(WebSession.kind == SessionKind.PATIENT)
        assert session.scalars(chosen).all() == [clock.now]


def test_who_left_without_a_word_is_forgotten_when_the_code_is_asked_again(desk, patient):
    on_tablet = desk.types(desk.code_for(patient), patient)

    on_tablet.opens("/k/")

    assert on_tablet.opens("/form/").path == "/k/"


def test_the_server_ends_a_form_that_no_script_cleared(desk, patient, clock):
    on_tablet = desk.types(desk.code_for(patient), patient)
    clock.wait(minutes=3, seconds=1)

    on_tablet.sends({"who_completing": "self"})

    assert on_tablet.status == 401
    assert "Ask the desk for a new code" in on_tablet.words
    assert on_tablet.opens("/form/").path == "/k/"


def test_whoever_writes_for_long_is_still_there(desk, patient, clock):
    on_tablet = desk.types(desk.code_for(patient), patient)
    for _ in range(5):
        clock.wait(minutes=2)
        assert on_tablet.client.get("/k/here").status_code == 204

    assert on_tablet.answers_page().status == 200


def test_a_wrong_code_and_a_wrong_date_get_the_same_answer(desk, patient):
    code = desk.code_for(patient)

    wrong_code = desk.types("AAAAAA", patient).words.replace("AAAAAA", "")
    wrong_date = desk.types(code, replace(patient, born=patient.born.replace(year=1950))).words

    assert "No form opens with this code and date" in wrong_code
    assert wrong_code == wrong_date


def test_a_code_is_not_in_the_address_and_is_gone_once_used(desk, patient):
    code = desk.code_for(patient)
    shown = desk.reception.page.request.full_path
    assert code not in shown

    desk.types(code, patient)

    assert code not in desk.reception.opens(shown).words
    assert "No code works now" in desk.reception.words


def test_the_next_patient_does_not_find_the_one_before(desk, patient, clinic_database, client, clock):
    other = invite(clinic_database, client, clock, name="Berta Other")
    first = desk.types(desk.code_for(patient), patient).answers_page()
    left_open = first.forms()[-1]

    second = desk.types(desk.code_for(other), other)

    answer = second.client.post(left_open.action, data=left_open.fields)
    assert second.path == "/form/p_start"
    assert answer.status_code == 409
    assert stored(clinic_database, other).draft["answers"] == {}


def test_a_removed_tablet_asks_for_no_code_any_more(desk, patient, app, clinic_database, clock):
    on_tablet = desk.types(desk.code_for(patient), patient)
    office = Colleague(make_strict(app))
    office.opens("/sign-in").presses("Sign in", email="admin@clinic.example", password=PASSWORD)

    office.opens("/k/enrol").presses("Remove")

    assert "since" not in office.words
    assert on_tablet.opens("/form/").path == "/"


def _csrf(patient: Patient) -> str:
    return patient.html.split('name="csrf_token" value="')[1].split('"')[0]


CLOSED = "The clinic is closed until"


@pytest.fixture
def late(clock) -> None:
    """The last minutes of the day, when nobody can promise a call any more."""
    clock.now = clock.now.replace(hour=17, minute=45)


@pytest.fixture
def late_patient(late, clinic_database, client, clock) -> Patient:
    """Somebody who must be told today."""
    return invite(clinic_database, client, clock, "V10")


def test_nobody_at_the_clinic_is_told_that_it_is_closed(late, desk, late_patient):
    on_tablet = desk.types(desk.code_for(late_patient), late_patient).walks(to="/form/now")

    assert on_tablet.heading == "Call NHS 111 today"
    assert CLOSED not in on_tablet.words


def test_staff_who_read_out_do_not_say_that_they_are_closed(late, reception, late_patient):
    reception.opens(f"/appointments/{late_patient.appointment.id}").presses("Fill in together")
    late_patient.client, late_patient.page = reception.client, reception.page

    late_patient.walks(to="/form/now")

    assert "Call NHS 111 today" in late_patient.words
    assert CLOSED not in late_patient.words
    reception.opens(f"/alerts/{late_patient.appointment.intake.id}")
    assert "Call NHS 111 today" in reception.words
    assert CLOSED not in reception.words


def test_the_patient_at_home_is_told_that_the_clinic_is_closed(late_patient):
    late_patient.walks(to="/form/now")

    assert CLOSED in late_patient.words
