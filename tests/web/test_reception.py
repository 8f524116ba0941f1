"""The reception desk: the day on one board, appointments, links."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from intake.red_flags import RED_FLAGS
from intake.services.invitations import links
from intake.storage.models import Appointment, AuditEvent, Invitation, Patient
from tests.acting import acting

TODAY = "/day/2026-11-23"


# ---- the day


def test_an_empty_day_says_so(reception):
    reception.opens("/day/")

    assert reception.path == TODAY
    assert "No appointments." in reception.words
    assert "Nobody has an appointment on this day." in reception.words


def test_each_form_shows_how_far_it_has_come_in_words_and_in_a_shape(reception, come):
    come("V01", "V02", "V15", "V26", "V32")

    reception.opens(TODAY)

    rows = [row for row in reception.words_of("tr") if "Example" in row or "born" not in row]
    states = {"Not opened", "Opened", "Sent", "Left to get help", "of about"}
    assert {state for state in states if any(state in row for row in rows)} == states
    assert reception.html.count('class="shape"') >= 5


def test_counts_are_said_in_words(reception, come):
    come("V01", "V07", "V02", "V15")

    reception.opens(TODAY)

    assert "4 appointments: 1 sent, 1 in progress and 2 not opened." in reception.words


def test_a_filter_is_a_link_with_its_count_and_keeps_the_others(reception, come):
    come("V01", "V07", "V02")

    reception.opens(f"{TODAY}?show=not_opened")

    assert "Not opened 2" in reception.words
    assert "Sent 1" in reception.words
    assert "Iris Example" in reception.words
    assert "Oscar Sample" not in reception.words


def test_one_clinicians_patients_can_be_shown(reception, come):
    people = come("V01", "V02", "V03", "V04")
    theirs = [each for each in people.values() if each.with_whom == "Dr Noor Example"]

    reception.opens(f"{TODAY}?with=Dr+Noor+Example")

    assert len(reception.words_of(".day__time")) == len(theirs)


def test_a_filter_that_does_not_exist_shows_everybody(reception, come):
    come("V01", "V02")

    for query in ("?show=nonsense", "?with=Dr+Nobody", "?show=&with="):
        assert len(reception.opens(TODAY + query).words_of(".day__time")) == 2


def test_days_lead_to_their_neighbours(reception):
    reception.opens("/day/2026-12-31")

    assert 'href="/day/2026-12-30"' in reception.html
    assert 'href="/day/2027-01-01"' in reception.html


def test_a_day_that_is_none_is_not_there(reception):
    for day in ("2026-02-30", "20261122", "2026-W47-7", "0001-01-01", "9999-12-31", "today", "1"):
        assert reception.opens(f"/day/{day}").status == 404, day


def test_without_script_the_list_comes_anew_by_itself(reception):
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in reception.opens(TODAY).html


def test_a_list_that_has_not_changed_is_not_sent_again(reception, come):
    come("V01")
    tag = reception.opens(TODAY).page.headers["ETag"]
    polling = {"X-Background": "1", "If-None-Match": tag}

    assert reception.client.get(TODAY, headers=polling).status_code == 304

    come("V02")
    answer = reception.client.get(TODAY, headers=polling)
    assert answer.status_code == 200
    assert "Oscar Sample" in answer.text


def test_looking_at_the_day_is_recorded_but_not_each_glance_of_the_list_itself(reception, clinic_database):
    reception.opens(TODAY)
    reception.client.get(TODAY, headers={"X-Background": "1"})

    assert _recorded(clinic_database, "day:read") == 1


# ---- what reception may not see


def test_reception_sees_how_urgent_and_whom_to_phone_but_no_answer(reception, come):
    people = come("V05", "V09")
    reads = reception.opens(TODAY).html + reception.opens(f"/appointments/{people['V05'].id}").html

    assert "Emergency" in reads
    assert people["V05"].patient.phone in reads
    assert not [flag.id for flag in RED_FLAGS if flag.id in reads or str(flag.line) in reads]
    assert "chest" not in reads.casefold()


def test_reception_is_kept_out_of_the_clinicians_pages(reception, come):
    people = come("V05")
    intake = f"/intakes/{people['V05'].intake.id}"

    for path in (intake, f"{intake}/summary.pdf", f"{intake}/summary.txt", f"{intake}/summary.json"):
        reception.opens(path)
        assert reception.status == 403
        assert "Maureen" not in reception.html


# ---- whoever needs attention


def test_an_emergency_of_another_day_is_seen_today(request, clock, come):
    people = come("V05")
    clock.wait(days=-2)
    # Signed in on that day: a session of the days to come would have ended.
    reception = request.getfixturevalue("reception")

    reception.opens("/day/")

    assert reception.path == "/day/2026-11-21"
    assert "1 patient needs attention" in reception.words
    assert people["V05"].patient.name in reception.words


def test_an_emergency_stands_on_the_list_before_the_form_is_sent(reception, come):
    come("V11")

    reception.opens(TODAY)

    assert "1 patient needs attention" in reception.words
    assert "Beatrix" in reception.words
    assert "Phone now" in reception.words


# ---- making appointments

IRIS = {
    "name": "Iris Newcomer",
    "dob_day": "27",
    "dob_month": "3",
    "dob_year": "1962",
    "sex_at_birth": "female",
    "phone": "07700 900555",
    "day": "2026-11-24",
    "time": "10:40",
    "with_whom": "Dr Bello",
}


def test_an_appointment_is_made_with_a_link_that_lets_the_patient_in(reception, stranger, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    link = reception.link_of_patient()

    assert link
    assert link.startswith("http://localhost:8000/i/")
    stranger.opens(link.removeprefix("http://localhost:8000"))
    assert stranger.path == "/start"
    with acting(clinic_database, now=_nine(24)) as op:
        secret_hash = links.hash_of(link.rpartition("/")[2])
        found = links.identify(op, secret_hash, date(1962, 3, 27))
        assert found.appointment.patient.name == "Iris Newcomer"
        op.commit()


def test_the_link_can_be_copied_later_and_each_look_at_it_is_recorded(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    link = reception.link_of_patient()
    looks = _recorded(clinic_database, "invitation:shown")

    assert reception.opens(reception.path).link_of_patient() == link
    assert _recorded(clinic_database, "invitation:shown") == looks + 1


def test_the_link_stands_in_no_address(reception):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    secret = reception.link_of_patient().rpartition("/")[2]

    assert secret not in reception.page.request.full_path
    assert all(secret not in hop.headers.get("Location", "") for hop in reception.page.history)


def test_the_times_are_the_clinics_own(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS | {"day": "2027-06-01"})

    with clinic_database.reading() as session:
        made = session.scalars(select(Appointment)).one()
    assert made.starts_at.isoformat() == "2027-06-01T09:40:00+00:00"


WRONG = [
    ("name", "", "Enter the name"),
    ("name", "x" * 201, "at most 200 characters"),
    ("dob_year", "", "must be a real date"),
    ("dob_day", "32", "must be a real date"),
    ("dob_month", "13", "must be a real date"),
    ("dob_year", "62", "needs four figures"),
    ("dob_year", "2030", "lies in the future"),
    ("sex_at_birth", "both", "Choose one of these"),
    ("phone", "ask his wife", "no figures in it"),
    ("phone", "07700", "This number cannot be called"),
    ("phone", "07700 9001234", "This number cannot be called"),
    ("phone", "999", "This number cannot be called"),
    ("phone", "01632 960001", "the number of the clinic itself"),
    ("day", "", "Enter the day"),
    ("day", "24/11/26", "Enter the day"),
    ("day", "2026-11-22", "has gone by"),
    ("day", "2062-11-22", "too far away"),
    ("time", "", "Enter the time"),
    ("time", "25:00", "Enter the time"),
    ("time", "ten", "Enter the time"),
]


def test_a_mistake_is_said_and_everything_typed_is_kept(reception):
    for box, typed, said in WRONG:
        reception.opens("/appointments/new").presses("Save and make the link", **IRIS | {box: typed})

        assert reception.status == 400, (box, typed)
        assert said in reception.words
        assert "Error: Make an appointment" in reception.html
        kept = [value for name, value in IRIS.items() if name not in (box, "sex_at_birth")]
        assert [value for value in kept if f'value="{value}"' not in reception.html] == []


def test_a_month_may_be_written_by_name(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS | {"dob_month": "March"})

    assert "27 March 1962" in reception.words


def test_a_time_that_the_clocks_leave_out_is_refused(reception):
    gap = IRIS | {"day": "2027-03-28", "time": "01:30"}
    reception.opens("/appointments/new").presses("Save and make the link", **gap)

    assert "there is no such time" in reception.words


@pytest.mark.parametrize(
    "second", [{"dob_year": "1963"}, {"name": "Someone Else"}, {"name": "newcomer  IRIS", "dob_year": "1963"}]
)
def test_two_who_could_be_taken_for_each_other_are_asked_about_first(reception, second, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)

    reception.opens("/appointments/new").presses("Save and make the link", **IRIS | second)

    assert reception.status == 409
    assert "Is it one of these patients?" in reception.words
    assert "Iris Newcomer, born 27 March 1962" in reception.words
    assert _count(clinic_database, Appointment) == 1

    reception.presses("Save and make the link", patient="somebody else")
    assert _count(clinic_database, Appointment) == _count(clinic_database, Patient) == 2


def test_a_patient_who_comes_again_stays_one_patient(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    again = IRIS | {"name": "iris newcomer", "phone": "07700 900777", "day": "2026-12-08"}

    reception.opens("/appointments/new").presses("Save and make the link", **again)
    (patient_id,) = _ids(clinic_database, Patient)
    taken = {"patient": str(patient_id), f"keep-{patient_id}-phone": "new"}
    reception.presses("Save and make the link", **taken)

    assert "Iris Newcomer" in reception.words
    assert "07700 900777" in reception.words
    assert _count(clinic_database, Patient) == 1
    assert _count(clinic_database, Appointment) == 2


def test_nobody_is_taken_for_a_patient_who_is_not_alike(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    (patient_id,) = _ids(clinic_database, Patient)
    other = IRIS | {"name": "Oscar Other", "dob_year": "1948"}

    reception.opens("/appointments/new").presses("Save and make the link", **other, patient=str(patient_id))

    assert _count(clinic_database, Patient) == 2


def test_somebody_else_is_said_of_those_on_the_page_and_no_others(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    reception.opens("/appointments/new").presses(
        "Save and make the link", **IRIS | {"name": "Oscar Other", "dob_year": "1948"}
    )
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS | {"dob_year": "1970"})

    # The name was meant to be another one, and that one is known too.
    reception.presses("Save and make the link", patient="somebody else", name="Oscar Other")

    assert reception.status == 409
    assert "Oscar Other, born 27 March 1948" in reception.words
    assert _count(clinic_database, Appointment) == 2


def test_pressing_twice_makes_one_appointment_with_one_link(reception, clinic_database):
    reception.opens("/appointments/new")
    page = reception.page
    reception.presses("Save and make the link", **IRIS)
    link = reception.link_of_patient()

    reception.page = page
    reception.presses("Save and make the link", **IRIS)

    assert reception.link_of_patient() == link
    assert _count(clinic_database, Appointment) == _count(clinic_database, Invitation) == 1


def test_names_are_text_and_nothing_else(reception):
    name = '<script>alert(1)</script> {{ 7 * 7 }} " onload=x'
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS | {"name": name})

    for path in (reception.path, "/day/2026-11-24"):
        reception.opens(path)
        assert name in reception.words
        assert "<script>alert" not in reception.html


def test_a_name_in_any_script_is_kept_as_it_is(reception):
    name = "محمد العربي 李小龍 Zoë Ó’Brien-Ñandú"
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS | {"name": name})

    assert name in reception.opens("/day/2026-11-24").words


# ---- one appointment


def test_a_new_link_closes_the_old_one(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    old = reception.link_of_patient()

    reception.presses("Make a new link")

    assert reception.link_of_patient() not in (old, None)
    secret_hash = links.hash_of(old.rpartition("/")[2])
    with acting(clinic_database, now=_nine(23)) as op:
        with pytest.raises(links.InvitationClosed):
            links.identify(op, secret_hash, date(1962, 3, 27))
        op.commit()


def test_a_link_locked_by_wrong_dates_can_be_opened_again(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    secret_hash = links.hash_of(reception.link_of_patient().rpartition("/")[2])
    for _ in range(5):
        with acting(clinic_database, now=_nine(23)) as op:
            with pytest.raises(links.WrongDateOfBirth):
                links.identify(op, secret_hash, date(1999, 1, 1))
            op.commit()

    reception.opens(reception.path)
    assert "locked" in reception.words
    reception.presses("Allow five more tries")

    assert "locked" not in reception.words
    with acting(clinic_database, now=_nine(23)) as op:
        assert links.identify(op, secret_hash, date(1962, 3, 27))
        op.commit()


def test_a_cancelled_appointment_stays_on_the_list_and_its_link_closes(reception, clinic_database):
    reception.opens("/appointments/new").presses("Save and make the link", **IRIS)
    reception.presses("Yes, cancel it")

    assert "No link works now." in reception.words
    assert not reception.offers("Make a new link")
    assert "Cancelled" in reception.opens("/day/2026-11-24").words


@pytest.mark.parametrize(
    "path", ["/appointments/00000000-0000-0000-0000-000000000000", "/appointments/1", "/intakes/x"]
)
def test_what_is_not_there_is_not_there(reception, path):
    assert reception.opens(path).status == 404


def _ids(database, row) -> list:
    with database.reading() as session:
        return [each.id for each in session.scalars(select(row))]


def _nine(day: int) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T09:00:00+00:00")


def _count(database, row) -> int:
    with database.reading() as session:
        return len(session.scalars(select(row)).all())


def _recorded(database, action: str) -> int:
    with database.reading() as session:
        return len(session.scalars(select(AuditEvent).where(AuditEvent.action == action)).all())
