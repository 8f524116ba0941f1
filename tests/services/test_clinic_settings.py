"""What the clinic sets by itself goes over the environment, checked alike; a mistake changes nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from intake.config import SETTABLE, Settings, SettingsInvalid
from intake.red_flags import SAFETY_VERSION
from intake.services.operations import clinic_settings
from intake.services.operations.clinic_settings import SettingsChanged, SettingsInForce
from intake.storage import Database
from intake.storage.models import AuditEvent, ClinicSetting, Role, User
from tests.acting import acting
from tests.services.conftest import NOW, _user
from tests.test_config import CLINIC

ENVIRONMENT = Settings.from_environment(CLINIC)
PHONE = "BACKSTORY_CLINIC_PHONE"


@pytest.fixture
def ada(database: Database) -> User:
    return _user(database, "Ada Admin", Role.ADMIN)


def change(database: Database, by: User, version_token: int | None = None, **wanted: str) -> tuple[str, ...]:
    with acting(database, by=by) as op:
        if version_token is None:
            version_token = clinic_settings.kept(op.session, ENVIRONMENT).count
        try:
            changed = clinic_settings.change(
                op,
                ENVIRONMENT,
                {f"BACKSTORY_{name}": value for name, value in wanted.items()},
                version_token=version_token,
            )
        except BaseException:
            op.rollback()
            raise
        op.commit()
    return changed


def in_force(database: Database) -> Settings:
    return SettingsInForce(ENVIRONMENT).read(database)


def test_without_a_change_the_environment_holds(database: Database) -> None:
    assert in_force(database) is ENVIRONMENT


def test_a_change_is_in_force_for_everybody_who_looks_next(database: Database, ada: User) -> None:
    another_process = SettingsInForce(ENVIRONMENT)
    assert another_process.read(database).clinic_phone == "01632 960 100"

    assert change(database, ada, CLINIC_PHONE="01632 960 555", OPENING="Mon-Thu 09:00-12:00") == (
        PHONE,
        "BACKSTORY_OPENING",
    )

    assert another_process.read(database).clinic_phone == "01632 960 555"
    assert len(another_process.read(database).opening.spans) == 4


def test_every_mistake_is_said_at_once_and_nothing_changes(database: Database, ada: User) -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        change(database, ada, CLINIC_PHONE="call us", OPENING="always", CRISIS_LINE="", CLINIC_NAME="New")

    names = ("CLINIC_PHONE", "OPENING", "CRISIS_LINE")
    assert len(refusal.value.problems) == len(names)
    assert all(any(f"BACKSTORY_{name} " in each for each in refusal.value.problems) for name in names)
    assert in_force(database) is ENVIRONMENT


def test_what_is_set_back_follows_the_environment_again(database: Database, ada: User) -> None:
    change(database, ada, CLINIC_PHONE="01632 960 555")
    change(database, ada, CLINIC_PHONE="01632 960 100")

    with database.reading() as session:
        assert clinic_settings.changes(session) == {}


def test_an_empty_box_goes_over_what_the_environment_says(database: Database, ada: User) -> None:
    environment = Settings.from_environment({**CLINIC, "BACKSTORY_ALERT_EMAIL": "desk@clinic.example"})
    with acting(database, by=ada) as op:
        wanted = {"BACKSTORY_ALERT_EMAIL": ""}
        clinic_settings.change(op, environment, wanted, version_token=0)
        op.commit()

    assert SettingsInForce(environment).read(database).alert_email == ""


def test_the_second_of_two_admins_is_told(database: Database, ada: User) -> None:
    change(database, ada, version_token=0, CLINIC_PHONE="01632 960 555")

    with pytest.raises(SettingsChanged):
        change(database, ada, version_token=0, CLINIC_PHONE="01632 960 666")
    assert in_force(database).clinic_phone == "01632 960 555"


def test_a_second_press_of_the_button_is_harmless(database: Database, ada: User) -> None:
    change(database, ada, version_token=0, CLINIC_PHONE="01632 960 555")

    assert change(database, ada, version_token=0, CLINIC_PHONE="01632 960 555") == ()


@pytest.mark.faults
def test_of_two_admins_at_once_one_is_told(database: Database, ada: User) -> None:
    def tries(phone: str) -> str:
        try:
            change(database, ada, version_token=0, CLINIC_PHONE=phone)
        except SettingsChanged:
            return "told"
        return phone

    with ThreadPoolExecutor(2) as both:
        said = set(both.map(tries, ["01632 960 555", "01632 960 666"]))

    assert "told" in said
    assert said - {"told"} == {in_force(database).clinic_phone}


def test_only_the_rules_in_force_can_be_approved(database: Database, ada: User) -> None:
    wanted = {"APPROVED_BY": "Dr Safe, clinical safety officer", "APPROVED_ON": "2026-03-01"}
    with pytest.raises(SettingsInvalid, match="only they can be approved"):
        change(database, ada, **wanted, APPROVED_RULES="some other rules")

    change(database, ada, **wanted, APPROVED_RULES=SAFETY_VERSION)

    assert in_force(database).approval(SAFETY_VERSION) is not None


def test_secrets_and_places_are_not_set_here(database: Database, ada: User) -> None:
    refused = (
        "MODE",
        "DATABASE_URL",
        "KEY_FILE",
        "PUBLIC_URL",
        "MAIL_SERVER",
        "SECOND_MAIL_SERVER",
        "TEXT_KEY",
        "DATA_DIR",
    )
    assert not {f"BACKSTORY_{name}" for name in refused} & set(SETTABLE)

    assert change(database, ada, MODE="development", KEY_FILE="/tmp/other") == ()
    with database.writing() as session:
        session.add(ClinicSetting(name="BACKSTORY_MODE", value="development", changed_at=NOW))
        session.commit()
    assert in_force(database).production


def test_a_change_is_recorded_by_name_and_never_by_value(database: Database, ada: User) -> None:
    change(database, ada, ALERT_EMAIL="rosa.private@clinic.example", CLINIC_NAME="The Hill")

    with database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "setting:changed")).all()
    assert sorted(event.detail for event in events) == [
        '{"name": "BACKSTORY_ALERT_EMAIL"}',
        '{"name": "BACKSTORY_CLINIC_NAME"}',
    ]
    assert {event.actor for event in events} == {f"staff:{ada.id}"}


def test_while_the_settings_cannot_be_read_the_last_good_ones_stay(database: Database, ada: User) -> None:
    seen_before, fresh = SettingsInForce(ENVIRONMENT), SettingsInForce(ENVIRONMENT)
    change(database, ada, CRISIS_LINE="01632 960 999")
    assert seen_before.read(database).crisis_line == "01632 960 999"

    with database.writer.begin() as connection:
        connection.execute(text("ALTER TABLE clinic_setting RENAME TO gone"))

    assert seen_before.read(database).crisis_line == "01632 960 999"
    assert fresh.read(database).crisis_line == "116 123"


def test_what_no_longer_fits_the_environment_is_left_aside(database: Database, ada: User, caplog) -> None:
    with database.writing() as session:
        session.add(ClinicSetting(name=PHONE, value="rosa@private.example", changed_at=NOW))
        session.commit()

    assert in_force(database) is ENVIRONMENT
    with database.reading() as session:
        assert PHONE in str(clinic_settings.left_aside(session, ENVIRONMENT))
    assert PHONE in caplog.text
    assert "rosa" not in caplog.text
