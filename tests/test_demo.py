"""The demonstration clinic: made-up patients who came about as real ones do."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.demo import demonstration
from intake.demo.clinic import DemoClinic
from intake.demo.demonstration import NoDemonstration
from intake.demo.scenes import LEFT_BLANK, SCENES, STAFF, SURNAMES, born, place_of
from intake.demo.vignettes import VIGNETTES, vignette
from intake.questionnaire.criteria import age_on
from intake.services import audit
from intake.services.invitations import links
from intake.services.messages import correspondence
from intake.services.staff import accounts
from intake.storage import open_database
from intake.storage.models import Appointment, Intake, IntakeStatus, Patient, Route
from intake.summary import Summary
from tests.acting import acting
from tests.conftest import MORNING


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """The whole demonstration clinic, made once: (database, settings)."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings.from_environment(
        {"BACKSTORY_DATA_DIR": str(folder / "data"), "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json")}
    )
    database = open_database(settings)
    database.migrate()
    demonstration.fill(database, settings, now=MORNING)
    yield database, settings
    database.dispose()


def test_every_part_is_played_by_a_vignette_of_its_own():
    played = [scene.vignette for scene in SCENES]

    assert set(played) <= {case.id for case in VIGNETTES}
    assert len(played) == len(set(played))


def test_names_are_plainly_made_up_and_each_stands_once(clinic):
    names = [each["name"] for each in demonstration.listing(*clinic, now=MORNING)["patients"]]

    assert all(name.split()[-1] in SURNAMES for name in names)
    assert len(names) == len(set(names))


def test_telephone_numbers_belong_to_nobody(clinic):
    database, _ = clinic
    with database.reading() as session:
        phones = [each.phone for each in session.scalars(select(Patient))]

    assert all(re.fullmatch(r"07700 900\d{3}", phone) for phone in phones)
    assert len(phones) == len(set(phones))


def test_everybody_has_the_age_of_the_vignette_also_on_the_days_before():
    day = MORNING.date()
    for scene in SCENES:
        case = vignette(scene.vignette)
        birth = born(case, day, place_of(scene))
        assert {age_on(birth, day - timedelta(days=back)) for back in range(10)} == {case.age}


def test_every_state_is_there(clinic):
    states = {each["state"] for each in demonstration.listing(*clinic, now=MORNING)["patients"]}

    assert states == {status.value for status in IntakeStatus}


def test_whoever_sent_the_form_has_the_urgency_of_the_vignette(clinic):
    database, _ = clinic
    shown = {each["link"]: each for each in demonstration.listing(*clinic, now=MORNING)["patients"]}
    with database.reading() as session:
        found = {links.hash_of(link.rpartition("/")[2]): link for link in shown}
        kept = session.scalars(select(Intake))
        intakes = [each for each in kept if each.sent_at and each.appointment.invitations]
        wrong = []
        for intake in intakes:
            link = next(found[each.secret_hash] for each in intake.appointment.invitations)
            expected = vignette(shown[link]["vignette"]).urgency
            if (intake.urgency.name if intake.urgency else None) != expected:
                wrong.append((shown[link]["vignette"], intake.urgency, expected))

    assert len(intakes) > 15
    assert wrong == []


def test_some_alerts_wait_some_are_taken_and_some_are_done(clinic):
    database, _ = clinic
    with database.reading() as session:
        states = {alert.state.value for intake in session.scalars(select(Intake)) for alert in intake.alerts}

    assert states == {"open", "acknowledged", "closed"}


def test_the_day_is_spread_over_the_clinics_hours(clinic):
    database, settings = clinic
    with database.reading() as session:
        starts = [settings.local(each.starts_at) for each in session.scalars(select(Appointment))]
    times = [each for each in starts if each.date() == settings.today(MORNING)]

    assert len(times) == len(SCENES)
    assert min(times).hour == 8
    assert max(times).hour < 18


def test_one_patient_has_come_before(clinic):
    database, _ = clinic
    with database.reading() as session:
        visits = [len(each.appointments) for each in session.scalars(select(Patient))]

    assert sorted(set(visits)) == [1, 2]


def test_forms_came_in_by_phone_at_the_desk_and_on_paper_with_blanks(clinic):
    database, _ = clinic
    with database.reading() as session:
        sent = {each.route: each for each in session.scalars(select(Intake)) if each.sent_at}
        paper = Summary.from_json(sent[Route.PAPER].summary)

    assert set(sent) == {Route.WEB, Route.DESK, Route.PAPER}
    assert len(paper.safety.not_answered) == len(LEFT_BLANK)


def test_links_were_sent_one_came_back_and_some_have_no_address(clinic):
    database, settings = clinic
    with database.reading() as session:
        booked = list(session.scalars(select(Appointment)))
        failed = correspondence.failed(session, [each.id for each in booked])
        without = [each for each in booked if not each.patient.email]
        names = [each.patient.name for each in booked if each.id in failed]

    assert names == ["Patricia Testcase"]
    assert without
    assert list((settings.data_dir / "mail").glob("*.eml"))


def test_staff_can_sign_in_with_what_is_printed(clinic):
    database, _ = clinic
    for each in demonstration.listing(*clinic, now=MORNING)["staff"]:
        with acting(database, now=MORNING) as op:
            user = accounts.with_password(op, each["email"], each["password"])
            op.commit()
        assert {role.value for role in user.roles} == {each["role"]}


def test_the_record_of_a_made_up_day_is_whole(clinic):
    database, _ = clinic
    with database.reading() as session:
        assert audit.verify(session) == ()


def test_three_unopened_links_are_there_at_each_call(clinic):
    database, settings = clinic
    with database.writing() as session:
        for intake in session.scalars(select(Intake)):
            if intake.status is IntakeStatus.NOT_OPENED:
                intake.status, intake.opened_at = IntakeStatus.OPENED, MORNING
        session.commit()

    demonstration.fill(database, settings, now=MORNING)
    demonstration.fill(database, settings, now=MORNING)

    fresh = [
        each
        for each in demonstration.listing(database, settings, now=MORNING)["patients"]
        if each["state"] == "not_opened"
    ]
    assert len(fresh) == 3
    assert len({each["name"] for each in fresh}) == 3


def test_another_clinic_has_other_links_and_passwords(clinic, clinic_database, settings):
    other = DemoClinic(clinic_database, settings, MORNING)
    here = DemoClinic(*clinic, MORNING)

    assert other.token(SCENES[0]) != here.token(SCENES[0])
    assert other.password(STAFF[0]) != here.password(STAFF[0])


def test_nobody_is_made_up_where_patients_are_real(clinic_database, tmp_path):
    from tests.cli.test_clinic import FACTS

    settings = Settings.from_environment(FACTS | {"BACKSTORY_DATA_DIR": str(tmp_path)})

    with pytest.raises(NoDemonstration):
        demonstration.fill(clinic_database, settings, now=MORNING)
