"""A form changes what it has boxes for, and nothing else, from the body of its request alone."""

from sqlalchemy import select

from intake.storage.models import Appointment, Invitation, Role, User

NOBODY = "00000000-0000-4000-8000-000000000000"
# What rows have, and no form asks for.
OF_ROWS = {
    "id": NOBODY,
    "active": "0",
    "is_admin": "1",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$x$x",
    "made_at": "1999-01-01",
    "patient_id": NOBODY,
    "intake_id": NOBODY,
    "user_id": NOBODY,
    "reference": "AAAAAA",
    "state": "cancelled",
    "tries": "-100",
    "seal": "x",
    "expires_at": "2099-01-01",
    "__class__": "x",
}


def test_fields_that_a_form_does_not_have_change_nothing(admin, reception, clinic_database):
    admin.opens("/users/new").presses(
        "Save and make the link", name="Ben New", email="ben@clinic.example", role="reception", **OF_ROWS
    )
    reception.opens("/appointments/new").presses(
        "Save and make the link",
        name="Zoe New",
        dob_day="27",
        dob_month="3",
        dob_year="1962",
        day="2026-11-30",
        time="09:40",
        **OF_ROWS,
    )

    with clinic_database.reading() as session:
        ben = next(each for each in session.scalars(select(User)) if each.name == "Ben New")
        assert (ben.roles, ben.active, ben.password_hash) == ({Role.RECEPTION}, True, None)
        assert str(ben.id) != NOBODY
        assert ben.made_at.year == 2026
        (made,) = session.scalars(select(Appointment))
        assert NOBODY not in (str(made.id), str(made.patient_id))
        assert made.reference != "AAAAAA"
        (link,) = session.scalars(select(Invitation))
        assert (link.tries, link.expires_at.year) == (0, 2026)


def test_what_stands_in_an_address_is_not_taken_for_what_a_form_says(admin, reception, clinic_database):
    admin.opens(f"/users/{reception.user.id}")
    token = admin.html.split('name="csrf_token" value="')[1].split('"')[0]

    for address in (
        f"/users/{reception.user.id}/role?role=admin&was=reception",
        "/users/new?name=Eve&role=admin",
    ):
        admin.client.post(address, data={"csrf_token": token})
    without = admin.client.post(f"/users/{reception.user.id}/role?csrf_token={token}", data={"role": "admin"})

    assert without.status_code == 400
    with clinic_database.reading() as session:
        assert {each.name for each in session.scalars(select(User))} == {"Ada Admin", "Rosa Reception"}
        assert session.get_one(User, reception.user.id).roles == {Role.RECEPTION}
