"""Who read what, the copy of everything kept, erasing and its proof: by permission, and recorded."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from intake.services.audit import Action
from intake.services.staff import grants
from intake.services.staff.accounts import Permission
from intake.storage import Database
from intake.storage.models import Appointment, AuditEvent, Erasure, Patient
from tests.acting import acting
from tests.conftest import Clock
from tests.web.conftest import People
from tests.web.staff import Colleague

COPY = {
    "asked_by": "self",
    "identity": "photo",
    "asked_on": "2026-11-20",
    "given_by": "hand",
    "confidence": "yes",
    "looked": "yes",
}
Allow = Callable[..., Colleague]


@pytest.fixture
def allow(clinic_database: Database, clock: Clock) -> Allow:
    """Let somebody do this besides their role."""

    def let(colleague: Colleague, *permissions: Permission) -> Colleague:
        with acting(clinic_database, now=clock.now) as op:
            for each in permissions:
                grants.give(op, op.session.merge(colleague.user), each)
            op.commit()
        return colleague

    return let


def recorded(database: Database, action: Action) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def name_of(database: Database, appointment: Appointment) -> str:
    with database.reading() as session:
        return session.get_one(Patient, appointment.patient_id).name


def test_an_admin_allows_it_and_takes_it_back(admin: Colleague, clinician: Colleague) -> None:
    assert clinician.opens("/who-read").status == 403

    admin.opens(f"/users/{clinician.user.id}").presses("Allow it: See who read what", allow="yes")
    assert clinician.opens("/who-read").status == 200
    admin.opens(f"/users/{clinician.user.id}").presses("Take it back: See who read what", allow="no")

    assert clinician.opens("/who-read").status == 403


def test_without_the_permission_every_page_is_refused_alike(
    reception: Colleague, clinician: Colleague, come: People
) -> None:
    booked = come("V02")["V02"]
    addresses = (
        "/who-read",
        "/erasures",
        *(f"/patients/{booked.patient_id}/{each}" for each in ("copy", "erase")),
    )

    for colleague in (reception, clinician):
        refused = set()
        for address in addresses:
            colleague.opens(address)
            # Each page of a fault has a mark of its own, for whoever looks after the computer.
            refused.add((colleague.status, colleague.words.partition("computer:")[0]))
            assert colleague.client.post(address).status_code in (400, 403)
        assert len(refused) == 1
        assert refused.pop()[0] == 403
        assert "Data protection" not in colleague.opens(f"/appointments/{booked.id}").words


def test_a_grant_is_of_no_use_without_the_role_it_needs(
    admin: Colleague, reception: Colleague, allow: Allow, come: People
) -> None:
    booked = come("V02")["V02"]
    allow(admin, Permission.COPY_RECORD, Permission.ERASE_PATIENT)
    allow(reception, Permission.COPY_RECORD)

    assert admin.opens(f"/patients/{booked.patient_id}/erase").status == 403
    assert reception.opens(f"/patients/{booked.patient_id}/copy").status == 403


def test_who_read_a_patient_is_found_from_the_patient_and_looking_is_recorded(
    clinician: Colleague, allow: Allow, come: People, clinic_database: Database
) -> None:
    booked = come("V05", "V02")
    theirs, other = (name_of(clinic_database, booked[each]) for each in ("V05", "V02"))
    allow(clinician, Permission.READ_AUDIT)
    clinician.opens(f"/intakes/{booked['V05'].intake.id}")

    clinician.opens(f"/appointments/{booked['V05'].id}").presses("Who read this")

    assert "Read the answers" in clinician.words
    assert theirs in clinician.words
    assert other not in clinician.words
    (look,) = recorded(clinic_database, Action.AUDIT_READ)
    assert look.stream == f"patient:{booked['V05'].patient_id}"
    clinician.presses("Show", patient_id="", patient=other.split()[0], kind="read")
    assert "Read the answers" not in clinician.words
    clinician.presses("Show", reference="ZZZZZZ")
    assert (clinician.status, "No appointment has this reference" in clinician.words) == (422, True)


def test_the_admin_sees_people_and_references_and_no_patient(
    admin: Colleague, clinician: Colleague, allow: Allow, come: People, clinic_database: Database
) -> None:
    booked = come("V05")["V05"]
    clinician.opens(f"/intakes/{booked.intake.id}")
    allow(admin, Permission.READ_AUDIT)

    admin.opens("/who-read")

    assert "Dr Bello" in admin.words
    assert "Read the answers" in admin.words
    assert booked.reference in admin.words
    assert name_of(clinic_database, booked) not in admin.html
    assert "Raised an alert" not in admin.words
    page = admin.client.post("/who-read", data={**_token(admin), "patient_id": str(booked.patient_id)})
    assert name_of(clinic_database, booked) not in page.get_data(as_text=True)


def test_the_table_holds_no_formula_and_says_what_the_filters_show(
    admin: Colleague,
    clinician: Colleague,
    allow: Allow,
    come: People,
    clinic_database: Database,
    clock: Clock,
) -> None:
    booked = come("V05")["V05"]
    with acting(clinic_database) as op:
        op.session.merge(clinician.user).name = "=cmd|Bello"
        op.session.commit()
    clinician.opens(f"/intakes/{booked.intake.id}")
    allow(admin, Permission.READ_AUDIT)

    admin.opens("/who-read").presses("Show", kind="read").presses("Take out all of these as a table")

    assert admin.page.mimetype == "text/csv"
    assert "'=cmd|Bello" in admin.html
    assert ",=cmd" not in admin.html
    assert "Made the appointment" not in admin.html
    assert len(recorded(clinic_database, Action.AUDIT_EXPORTED)) == 1


def test_everybody_sees_what_is_recorded_of_them_and_of_nobody_else(
    clinician: Colleague, reception: Colleague, come: People
) -> None:
    booked = come("V05")["V05"]
    clinician.opens(f"/intakes/{booked.intake.id}")

    assert "Read the answers" in clinician.opens("/what-i-did").words
    assert "Read the answers" not in reception.opens("/what-i-did").words


def test_a_broken_chain_is_a_red_line_and_no_crash(
    admin: Colleague, allow: Allow, come: People, clinic_database: Database
) -> None:
    booked = come("V05")["V05"]
    allow(admin, Permission.READ_AUDIT)
    spoil = (
        "UPDATE audit_event SET actor = 'nobody', detail_sealed = 'spoilt' WHERE stream = :stream AND seq = 1"
    )
    with clinic_database.writer.begin() as connection:
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in connection.execute(triggers).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(spoil), {"stream": f"appointment:{booked.id}"})

    admin.opens("/who-read")

    assert admin.status == 200
    assert "This record does not hold" in admin.words


def test_a_copy_is_handed_out_once_everything_is_said_and_is_recorded(
    clinician: Colleague, allow: Allow, come: People, clinic_database: Database
) -> None:
    booked = come("V05", "V02")
    address = f"/patients/{booked['V05'].patient_id}/copy"
    allow(clinician, Permission.COPY_RECORD)

    clinician.opens(address).presses("Make it for a program")
    assert clinician.status == 422
    clinician.opens(address).presses("Make it for a program", **COPY | {"given_by": "sent"})
    assert (clinician.status, recorded(clinic_database, Action.PATIENT_COPY_MADE)) == (422, [])
    clinician.opens(address).presses("Make it for a program", **COPY)

    made = json.loads(clinician.page.data)
    assert clinician.page.headers["Content-Disposition"] == 'attachment; filename="copy.json"'
    assert name_of(clinic_database, booked["V05"]) in clinician.html
    assert name_of(clinic_database, booked["V02"]) not in clinician.html
    assert made["in_confidence_included"] is True
    clinician.opens(address).presses("Make it to be read", **COPY)
    assert clinician.page.data.startswith(b"%PDF")
    first, _ = recorded(clinic_database, Action.PATIENT_COPY_MADE)
    assert json.loads(first.detail)["identity"] == "photo"


def test_a_copy_for_somebody_else_needs_their_authority(
    clinician: Colleague, allow: Allow, come: People
) -> None:
    booked = come("V05")["V05"]
    allow(clinician, Permission.COPY_RECORD)

    clinician.opens(f"/patients/{booked.patient_id}/copy")
    clinician.presses("Make it for a program", **COPY | {"asked_by": "consent"})

    assert clinician.status == 422
    assert "may ask for the patient" in clinician.words


def test_a_patient_is_erased_with_a_reason_and_the_proof_tells_nobody(
    reception: Colleague, allow: Allow, come: People, clinic_database: Database
) -> None:
    booked = come("V02")["V02"]
    name, address = name_of(clinic_database, booked), f"/patients/{booked.patient_id}/erase"
    allow(reception, Permission.ERASE_PATIENT)

    reception.opens(f"/appointments/{booked.id}")
    assert "Erase this patient" in reception.words
    reception.opens(address).presses("Erase this patient")
    assert reception.status == 422
    reception.opens(address).presses("Erase this patient", reason="asked", sure="yes")

    assert reception.status == 200
    assert "Proof of erasing" in reception.words
    assert name not in reception.html
    assert booked.reference not in reception.html
    with clinic_database.reading() as session:
        assert session.get(Patient, booked.patient_id) is None
        erasure = session.scalars(select(Erasure)).one()
    assert erasure.reference in reception.words
    proof = reception.path
    reception.opens("/erasures").presses("Look it up", reference=erasure.reference.lower())
    assert reception.path == proof
    assert reception.opens(address).status == 404


def test_an_open_alert_keeps_everything(
    reception: Colleague, allow: Allow, come: People, clinic_database: Database
) -> None:
    booked = come("V05")["V05"]
    address = f"/patients/{booked.patient_id}/erase"
    allow(reception, Permission.ERASE_PATIENT)

    reception.opens(address)

    assert "Somebody must be phoned first" in reception.words
    assert not reception.offers("Erase this patient")
    answer = reception.client.post(
        address, data={**_token(reception), "reason": "asked", "sure": "yes", "seen": "x"}
    )
    assert answer.status_code == 409
    with clinic_database.reading() as session:
        assert session.get(Patient, booked.patient_id) is not None


def test_erasing_waits_for_the_password_after_ten_minutes(
    reception: Colleague, allow: Allow, come: People, clock: Clock, clinic_database: Database
) -> None:
    booked = come("V02")["V02"]
    allow(reception, Permission.ERASE_PATIENT)
    reception.opens("/day/")
    clock.wait(minutes=8)
    reception.opens("/day/")
    clock.wait(minutes=8)

    reception.opens(f"/patients/{booked.patient_id}/erase")
    reception.presses("Erase this patient", reason="asked", sure="yes")

    assert reception.status == 403
    assert "Your password, please" in reception.words
    with clinic_database.reading() as session:
        assert session.get(Patient, booked.patient_id) is not None


def _token(colleague: Colleague) -> dict[str, str]:
    form = next(each for each in colleague._main().iter("form") if each.get("method") == "post")
    boxes = {each.get("name", ""): each.get("value", "") for each in form.iter("input")}
    return {name: boxes[name] for name in ("csrf_token", "signed_in")}
