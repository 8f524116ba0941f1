"""An admin joins two records of one person, sees no answers, and can part them again."""

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


def looks_at(admin, both):
    one, other = both
    return admin.opens("/records").presses("Look at both", one=one.reference, other=other.reference)


def joins(admin, both, **facts):
    chosen = {"fact-name": "one", "fact-date_of_birth": "one", "fact-phone": "one", "fact-email": "other"}
    looks_at(admin, both)
    return admin.presses("Join these two records", **{**chosen, **facts}, sure="yes")


def kept_by(database):
    with database.reading() as session:
        return {each.id: each.patient_id for each in session.scalars(select(Appointment))}


def test_both_stand_side_by_side_with_nothing_chosen(admin, both):
    looks_at(admin, both)

    for words in ("Iris Newcomer", "Iris Newcommer", "27 March 1962", "28 March 1962", "iris@two.example"):
        assert words in admin.words
    assert "checked" not in admin.html
    assert "Newcom" not in admin.path


def test_two_records_become_one_patient(admin, reception, both, clinic_database):
    joins(admin, both)

    assert admin.path == "/records"
    with clinic_database.reading() as session:
        first, second = (session.get_one(Appointment, each.id) for each in both)
        assert first.patient_id == second.patient_id == both[0].patient_id
        assert (first.patient.phone, first.patient.email) == ("07700 900123", "iris@two.example")
        recorded = [each.about for each in history(session, Action.PATIENTS_JOINED)]
    assert set(recorded) == {f"patient:{each.patient_id}" for each in both}
    reception.opens("/find").presses("Find", asked="99")
    assert "Iris Newcomer" in reception.words


def test_a_fact_that_nobody_chose_is_asked_for(admin, both, clinic_database):
    looks_at(admin, both).presses("Join these two records", sure="yes")

    assert admin.status == 400
    assert "Choose for every fact which one is kept" in admin.words
    with clinic_database.reading() as session:
        assert session.scalars(select(PatientJoin)).all() == []


def test_what_changed_since_it_was_looked_at_is_shown_again(admin, both, clinic_database):
    looks_at(admin, both)
    with clinic_database.writing() as session:
        session.get_one(Patient, both[0].patient_id).phone = "07700 900555"
        session.commit()

    facts = {"fact-name": "one", "fact-date_of_birth": "one", "fact-phone": "one", "fact-email": "one"}
    admin.presses("Join these two records", **facts, sure="yes")

    assert admin.status == 409
    assert "07700 900555" in admin.words


def test_parting_gives_back_what_was(admin, both, clinic_database):
    joins(admin, both, **{"fact-name": "other", "fact-date_of_birth": "other"})
    admin.opens("/records").page = admin.client.get(_link(admin))

    assert "Write down what you still need." in admin.words
    admin.presses("Part these two records")

    assert admin.path == "/records"
    assert kept_by(clinic_database) == {each.id: each.patient_id for each in both}
    with clinic_database.reading() as session:
        for appointment, facts in zip(both, (IRIS, TWIN), strict=True):
            patient = session.get_one(Patient, appointment.patient_id)
            assert {fact: getattr(patient, fact) for fact in facts} == facts


def test_an_appointment_made_since_is_given_to_one_of_them(admin, both, clinic_database, clock):
    joins(admin, both)
    with acting(clinic_database, now=clock.now) as op:
        kept = op.session.get_one(Patient, both[0].patient_id)
        since = booking.make(op, Booking(**IRIS, starts_at=clock.now.replace(day=28)), patient=kept)
        op.commit()
    admin.page = admin.client.get(_link(admin.opens("/records")))

    admin.presses("Part these two records")
    assert admin.status == 400
    assert "Say for every appointment whose it is" in admin.words
    admin.presses("Part these two records", **{f"visit-{since.id}": "other"})

    with clinic_database.reading() as session:
        assert session.get_one(Appointment, since.id).patient_id == both[1].patient_id


@pytest.mark.parametrize("same", [True, False])
def test_what_cannot_be_joined_says_why(admin, both, same):
    one, _ = both
    second = one.reference if same else "ZZZZZZ"

    admin.opens("/records").presses("Look at both", one=one.reference, other=second)

    said = "of the same record already" if same else "No appointment has this reference"
    assert said in admin.words


def test_only_an_admin_joins_records(reception, clinician, both):
    for each in (reception, clinician):
        assert each.opens("/records").status == 403
        assert each.opens(f"/records/{both[0].patient_id}/join/{both[1].patient_id}").status == 403


def test_the_password_is_asked_for_again_after_ten_minutes(admin, both, clinic_database, clock):
    clock.wait(minutes=6)
    looks_at(admin, both)
    clock.wait(minutes=6)
    facts = {"fact-name": "one", "fact-date_of_birth": "one", "fact-phone": "one", "fact-email": "one"}

    admin.presses("Join these two records", **facts, sure="yes")

    assert admin.status == 403
    with clinic_database.reading() as session:
        assert session.scalars(select(PatientJoin)).all() == []


def _link(admin):
    return next(each.get("href") for each in admin.links("href") if "/records/joined/" in each.get("href"))


def test_what_is_chosen_and_not_sent_is_offered_again(admin, both):
    def choices_kept() -> list[str]:
        looks_at(admin, both)
        tree = parsed(admin.html)[0]
        hidden = {each.get("name"): each.get("value", "") for each in tree.iter("input") if each.get("name")}
        address = next(each.get("data-draft") for each in tree.iter("input") if each.get("data-draft"))
        sent = {
            "address": address,
            "page": hidden["draft_page"],
            "signed_in": hidden["signed_in"],
            "fields": [["fact-phone", "other"]],
        }
        answer = admin.client.post(
            f"/drafts/{hidden['draft']}", json=sent, headers={"X-CSRFToken": hidden["csrf_token"]}
        )
        assert answer.status_code == 204
        return [each.get("data-offered", "") for each in tree.iter() if each.get("data-offered")]

    assert choices_kept() == []
    (kept,) = choices_kept()
    assert admin.client.get(kept).get_json() == {"fields": [["fact-phone", "other"]]}
