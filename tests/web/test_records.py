"""The desk joins two records of one person, sees no answers, and can part them again."""

from datetime import date

import pytest
from sqlalchemy import select

from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.audit import Action, history
from intake.storage.models import Appointment, Patient, PatientJoin
from tests.acting import acting
from tests.strict import parsed

IRIS = {"name": "Iris Newcomer", "date_of_birth": date(1962, 3, 27), "phone": "07700 900123", "number": "12"}
TWIN = {
    "name": "Iris Newcommer",
    "date_of_birth": date(1962, 3, 28),
    "email": "iris@two.example",
    "number": "99",
}


@pytest.fixture
def both(clinic_database, clock):
    """The appointments of two records that are one person."""
    with acting(clinic_database, now=clock.now) as op:
        made = [
            booking.make(op, Booking(**each, starts_at=clock.now.replace(day=27))) for each in (IRIS, TWIN)
        ]
        op.commit()
    return made


def looks_at(clinician, both):
    one, other = both
    return clinician.opens("/records").presses("Look at both", one=one.reference, other=other.reference)


def joins(clinician, both, **facts):
    chosen = {"fact-name": "one", "fact-date_of_birth": "one", "fact-phone": "one", "fact-email": "other"}
    looks_at(clinician, both)
    return clinician.presses("Join these two records", **{**chosen, **facts}, sure="yes")


def kept_by(database):
    with database.reading() as session:
        return {each.id: each.patient_id for each in session.scalars(select(Appointment))}


def test_both_stand_side_by_side_with_nothing_chosen(clinician, both):
    looks_at(clinician, both)

    for words in ("Iris Newcomer", "Iris Newcommer", "27 March 1962", "28 March 1962", "iris@two.example"):
        assert words in clinician.words
    assert "checked" not in clinician.html
    assert "Newcom" not in clinician.path


def test_two_records_become_one_patient(clinician, reception, both, clinic_database):
    joins(clinician, both)

    assert clinician.path == "/records"
    with clinic_database.reading() as session:
        first, second = (session.get_one(Appointment, each.id) for each in both)
        assert first.patient_id == second.patient_id == both[0].patient_id
        assert (first.patient.phone, first.patient.email) == ("07700 900123", "iris@two.example")
        recorded = [each.about for each in history(session, Action.PATIENTS_JOINED)]
    assert set(recorded) == {f"patient:{each.patient_id}" for each in both}
    reception.opens("/find").presses("Find", asked="99")
    assert "Iris Newcomer" in reception.words


def test_a_fact_that_nobody_chose_is_asked_for(clinician, both, clinic_database):
    looks_at(clinician, both).presses("Join these two records", sure="yes")

    assert clinician.status == 400
    assert "Choose for every fact which one is kept" in clinician.words
    with clinic_database.reading() as session:
        assert session.scalars(select(PatientJoin)).all() == []


def test_what_changed_since_it_was_looked_at_is_shown_again(clinician, both, clinic_database):
    looks_at(clinician, both)
    with clinic_database.writing() as session:
        session.get_one(Patient, both[0].patient_id).phone = "07700 900555"
        session.commit()

    facts = {"fact-name": "one", "fact-date_of_birth": "one", "fact-phone": "one", "fact-email": "one"}
    clinician.presses("Join these two records", **facts, sure="yes")

    assert clinician.status == 409
    assert "07700 900555" in clinician.words


def test_parting_gives_back_what_was(clinician, both, clinic_database):
    joins(clinician, both, **{"fact-name": "other", "fact-date_of_birth": "other"})
    clinician.opens("/records").page = clinician.client.get(_link(clinician))

    assert "Write down what you still need." in clinician.words
    clinician.presses("Part these two records")

    assert clinician.path == "/records"
    assert kept_by(clinic_database) == {each.id: each.patient_id for each in both}
    with clinic_database.reading() as session:
        for appointment, facts in zip(both, (IRIS, TWIN), strict=True):
            patient = session.get_one(Patient, appointment.patient_id)
            assert {fact: getattr(patient, fact) for fact in facts} == facts


def test_an_appointment_made_since_is_given_to_one_of_them(clinician, both, clinic_database, clock):
    joins(clinician, both)
    with acting(clinic_database, now=clock.now) as op:
        kept = op.session.get_one(Patient, both[0].patient_id)
        since = booking.make(op, Booking(**IRIS, starts_at=clock.now.replace(day=28)), patient=kept)
        op.commit()
    clinician.page = clinician.client.get(_link(clinician.opens("/records")))

    clinician.presses("Part these two records")
    assert clinician.status == 400
    assert "Say for every appointment whose it is" in clinician.words
    clinician.presses("Part these two records", **{f"visit-{since.id}": "other"})

    with clinic_database.reading() as session:
        assert session.get_one(Appointment, since.id).patient_id == both[1].patient_id


@pytest.mark.parametrize("same", [True, False])
def test_what_cannot_be_joined_says_why(clinician, both, same):
    one, _ = both
    second = one.reference if same else "ZZZZZZ"

    clinician.opens("/records").presses("Look at both", one=one.reference, other=second)

    said = "of the same record already" if same else "No appointment has this reference"
    assert said in clinician.words


def test_the_admin_joins_no_records(admin, both):
    one, other = (each.patient_id for each in both)

    for address in ("/records", f"/records/{one}/join/{other}"):
        assert admin.opens(address).status == 403


def test_the_password_is_asked_for_again_after_ten_minutes(clinician, both, clinic_database, clock):
    clock.wait(minutes=6)
    looks_at(clinician, both)
    clock.wait(minutes=6)
    facts = {"fact-name": "one", "fact-date_of_birth": "one", "fact-phone": "one", "fact-email": "one"}

    clinician.presses("Join these two records", **facts, sure="yes")

    assert clinician.status == 403
    with clinic_database.reading() as session:
        assert session.scalars(select(PatientJoin)).all() == []


def _link(clinician):
    return next(
        each.get("href") for each in clinician.links("href") if "/records/joined/" in each.get("href")
    )


def test_what_is_chosen_and_not_sent_is_offered_again(clinician, both):
    def choices_kept() -> list[str]:
        looks_at(clinician, both)
        tree = parsed(clinician.html)[0]
        hidden = {each.get("name"): each.get("value", "") for each in tree.iter("input") if each.get("name")}
        address = next(each.get("data-draft") for each in tree.iter("input") if each.get("data-draft"))
        sent = {
            "address": address,
            "page": hidden["draft_page"],
            "signed_in": hidden["signed_in"],
            "fields": [["fact-phone", "other"]],
        }
        answer = clinician.client.post(
            f"/drafts/{hidden['draft']}", json=sent, headers={"X-CSRFToken": hidden["csrf_token"]}
        )
        assert answer.status_code == 204
        return [each.get("data-offered", "") for each in tree.iter() if each.get("data-offered")]

    assert choices_kept() == []
    (kept,) = choices_kept()
    assert clinician.client.get(kept).get_json() == {"fields": [["fact-phone", "other"]]}
