"""A clinic that is not wholly described does not open."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake.config import (
    SETTINGS,
    Approval,
    MailServer,
    Mode,
    Profile,
    Setting,
    Settings,
    SettingsInvalid,
    TextGateway,
)
from intake.config.values import ROLE_WORDS
from intake.opening import Opening
from intake.storage.models import Role

LONDON = ZoneInfo("Europe/London")

CLINIC = {
    "BACKSTORY_MODE": "production",
    "BACKSTORY_PUBLIC_URL": "https://intake.example.org/",
    "BACKSTORY_CLINIC_NAME": "Hill Road Back Clinic",
    "BACKSTORY_CLINIC_PHONE": "01632 960 100",
    "BACKSTORY_CLINIC_HOURS": "Monday to Friday, 8 to 6; Saturday morning",
    "BACKSTORY_OPENING": "Mon-Fri 08:00-18:00, Sat 09:00-12:00",
    "BACKSTORY_TIME_ZONE": "Europe/London",
    "BACKSTORY_COUNTRY": "United Kingdom",
    "BACKSTORY_EMERGENCY_NUMBER": "999",
    "BACKSTORY_URGENT_LINE": "NHS 111",
    "BACKSTORY_MATERNITY_LINE": "01632 960 101",
    "BACKSTORY_CANCER_LINE": "01632 960 102",
    "BACKSTORY_CRISIS_LINE": "116 123",
}


def settings_with(**changes: str) -> Settings:
    return Settings.from_environment(CLINIC | {f"BACKSTORY_{name}": value for name, value in changes.items()})


def problems_with(**changes: str) -> str:
    with pytest.raises(SettingsInvalid) as refusal:
        settings_with(**changes)
    return str(refusal.value)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def test_an_empty_environment_is_a_demonstration_with_every_fact() -> None:
    settings = Settings.from_environment({})

    assert settings.mode is Mode.DEVELOPMENT
    assert settings.demonstration
    assert all(settings.clinic_facts(at("2026-03-09 10:00")).values())
    assert settings.database_url.endswith("/instance/backstory.db")
    assert settings.key_file == Path("instance-keys/keys.json").absolute()


def test_links_of_a_demonstration_follow_its_port() -> None:
    assert Settings.from_environment({"PORT": "8123"}).public_url == "http://localhost:8123"


def test_a_whole_clinic_opens_in_production() -> None:
    settings = settings_with()

    assert settings.production
    assert settings.public_url == "https://intake.example.org"
    assert settings.profile is Profile.RULES
    assert not settings.pattern_table


# What a patient may have to act on, written here once more: none of it becomes optional in passing.
FACTS = (
    "PUBLIC_URL",
    "CLINIC_NAME",
    "CLINIC_PHONE",
    "CLINIC_HOURS",
    "OPENING",
    "TIME_ZONE",
    "COUNTRY",
    "EMERGENCY_NUMBER",
    "URGENT_LINE",
    "MATERNITY_LINE",
    "CANCER_LINE",
    "CRISIS_LINE",
)


def test_the_facts_of_a_clinic_are_these() -> None:
    assert {setting.name for setting in SETTINGS if setting.fact} == {f"BACKSTORY_{name}" for name in FACTS}


@pytest.mark.parametrize("name", FACTS)
def test_production_refuses_when_a_fact_of_the_clinic_is_unset(name: str) -> None:
    assert f"BACKSTORY_{name} is not set" in problems_with(**{name: "  "})


@pytest.mark.parametrize("name", ["EARLY_PREGNANCY_LINE", "RELAY_LINE", "EMERGENCY_TEXT"])
def test_a_line_that_not_every_clinic_has_may_be_left_out(name: str) -> None:
    monday = at("2026-03-09 10:00")

    without, with_it = (
        each.clinic_facts(monday) for each in (settings_with(), settings_with(**{name: "18000"}))
    )

    assert without[name.lower()] == ""
    assert with_it[name.lower()] == "18000"


def test_a_card_can_say_when_the_clinic_opens() -> None:
    saturday_night = at("2026-03-14 22:00")

    assert settings_with().clinic_facts(saturday_night)["clinic_opens"] == "Monday 16 March, 08:00"
    assert settings_with(CLOSED_ON="2026-03-16").clinic_facts(saturday_night)["clinic_opens"] == (
        "Tuesday 17 March, 08:00"
    )


def test_all_problems_are_said_at_once() -> None:
    said = problems_with(
        EMERGENCY_NUMBER="", TIME_ZONE="Middle/Earth", PUBLIC_URL="http://intake.example.org", PAPER="A5"
    )

    assert "BACKSTORY_EMERGENCY_NUMBER is not set" in said
    assert "'Middle/Earth': it is no known time zone" in said
    assert "must begin with https://" in said
    assert "must be A4 or Letter" in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MODE", "live", "it must be development or production"),
        ("PUBLIC_URL", "intake.example.org", "it must be a whole address"),
        ("PUBLIC_URL", "https://example.org/intake", "it must end after the name of the host"),
        ("EMERGENCY_NUMBER", "call us", "it must be a number to dial"),
        ("CLINIC_PHONE", "01632 960", "no number in it that can be called whole"),
        ("CANCER_LINE", "01632 960 0030 04", "no number in it that can be called whole"),
        ("CANCER_LINE", "the helpline", "there is no number in it"),
        ("RELAY_LINE", "the relay", "there is no number in it"),
        ("OPENING", "weekdays", "'weekdays' is no day of the week"),
        ("OPENING", "Mon-Fri", "it needs days and times"),
        ("OPENING", "Mon 08:00-12:00, Tue", "it needs days and times"),
        ("OPENING", "Mon 18:00-08:00", "must come after its time of opening"),
        ("OPENING", "Mon 08:75-09:00", "no day of the week"),
        ("CLOSED_ON", "25/12/2026", "a date is written YYYY-MM-DD"),
        ("PROFILE", "triage", "it must be rules or transcribe"),
        ("PATTERN_TABLE", "perhaps", "it must be yes or no"),
        ("FEATURES", "Mood!", "is not the id of a feature"),
        ("LANGUAGE", "tlh", "it must be one of en"),
        ("DATABASE_URL", "mysql://localhost/x", "it must begin with postgresql://"),
        ("DATABASE_URL", "sqlite:///:memory:", "it must begin with postgresql://"),
        ("APPROVED_BY", "Safety officer", "needs BACKSTORY_APPROVED_ON and BACKSTORY_APPROVED_RULES as well"),
        ("MAIL_SERVER", "smtps://mail.example.org", "BACKSTORY_MAIL_FROM is not set"),
        ("MAIL_FROM", "empfängt@praxis.example", "in plain letters"),
        ("MAIL_SERVER", "mail.example.org:587", "it must be like smtp+starttls://"),
        ("SECOND_MAIL_SERVER", "smtps://mail.example.org", "and BACKSTORY_MAIL_SERVER is not"),
        ("MESSAGE_DEADLINE", "0", "a number of seconds from 1 to 120"),
        ("ALERT_EMAIL", "the desk", "it must be one e-mail address"),
        ("REMINDER_TIME", "ten", "it must be a time of day"),
        ("TEXT_SENDER", "http://texts.example.org", "an address that begins with https://"),
        ("EMERGENCY_NUMER", "999", "is not a setting of Backstory"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(name: str, value: str, said: str) -> None:
    assert said in problems_with(**{name: value})


def test_a_password_in_a_setting_is_not_said_again() -> None:
    said = problems_with(MAIL_SERVER="imap://clinic:sesame@mail.example.org")

    assert "BACKSTORY_MAIL_SERVER is not understood" in said
    assert "sesame" not in said


def test_how_mail_and_texts_leave_is_read_from_one_line_each() -> None:
    settings = settings_with(
        MAIL_SERVER="smtp+starttls://desk%40clinic:sesame@mail.example.org",
        MAIL_FROM="desk@clinic.example",
        TEXT_SENDER="https://texts.example.org/send",
        TEXT_KEY="open",
    )

    server = MailServer("mail.example.org", 587, "starttls", "desk@clinic", "sesame")
    assert settings.mail_server == server
    assert settings.text_sender == TextGateway("webhook", "https://texts.example.org/send", "open")


def test_keys_do_not_lie_beside_what_they_open() -> None:
    assert "inside the data folder" in problems_with(DATA_DIR="/srv/intake", KEY_FILE="/srv/intake/keys.json")


def test_a_plain_postgresql_address_is_enough() -> None:
    settings = settings_with(DATABASE_URL="postgres://clinic@localhost/backstory")

    assert settings.database_url == "postgresql+psycopg://clinic@localhost/backstory"


@pytest.mark.parametrize(
    ("server", "taken"),
    [
        ("localhost/backstory", True),
        ("127.0.0.1:5433/backstory", True),
        ("[::1]:5433/backstory", True),
        ("/backstory", True),
        ("/backstory?host=/run/postgresql", True),
        ("%2Frun%2Fpostgresql/backstory", True),
        ("db.example/backstory?sslmode=verify-full", True),
        ("database/backstory?sslmode=disable", True),
        ("db.example/backstory", False),
        ("localhost,db.example/backstory", False),
        ("localhost/backstory?host=db.example", False),
        ("localhost/backstory?hostaddr=10.0.0.7", False),
        ("db.example/backstory?sslmode=prefer", False),
        ("db.example/backstory?sslmode=require", False),
        ("db.example/backstory?sslmode=verify-full&sslmode=allow", False),
        ("[2001:db8::7]/backstory", False),
    ],
)
def test_no_answer_goes_to_a_database_elsewhere_in_the_clear_by_accident(server: str, taken: bool) -> None:
    url = f"postgresql://clinic:sesame@{server}"

    if taken:
        assert settings_with(DATABASE_URL=url).database_url.startswith("postgresql+psycopg://")
    else:
        said = problems_with(DATABASE_URL=url)
        assert "?sslmode=verify-full" in said
        assert "sesame" not in said
    assert Settings.from_environment({"BACKSTORY_DATABASE_URL": url})


def test_no_link_goes_to_a_mail_server_elsewhere_in_the_clear() -> None:
    assert settings_with(MAIL_SERVER="smtp://127.0.0.1:1025", MAIL_FROM="desk@clinic.example")
    for name in ("MAIL_SERVER", "SECOND_MAIL_SERVER"):
        said = problems_with(**{name: "smtp://desk:sesame@mail.example.org"})

        assert "smtp:// sends in the clear" in said
        assert "sesame" not in said
    assert Settings.from_environment({"BACKSTORY_MAIL_SERVER": "smtp://mail.example.org"})


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-09 07:59", False),
        ("2026-03-09 08:00", True),
        ("2026-03-09 17:59", True),
        ("2026-03-09 18:00", False),
        ("2026-03-14 10:00", True),
        ("2026-03-14 12:30", False),
        ("2026-03-15 10:00", False),
        ("2026-07-06 08:00", True),  # summer time: 07:00 UTC
        ("2026-12-25 10:00", False),
    ],
)
def test_the_clinic_is_open_by_the_clock_on_its_own_wall(moment: str, open_: bool) -> None:
    settings = settings_with(CLOSED_ON="2026-12-25, 2026-12-28")

    assert settings.is_open(at(moment)) is open_


@pytest.mark.parametrize(
    "words",
    [
        "Mon-Fri 08:00-12:00 13:00-17:00",
        "Monday to Friday 8:00 to 12:00, 13:00 to 17:00",
        "Mon, Tue, Wed, Thu, Fri 08.00–12.00, 13.00–17.00",
        "mon-wed 08:00-12:00 13:00-17:00; thu fri 08:00-12:00 13:00-17:00",
    ],
)
def test_opening_hours_may_be_written_as_people_write_them(words: str) -> None:
    opening = Opening.parse(words)

    assert {(span.opens, span.closes) for span in opening.spans} == {(480, 720), (780, 1020)}
    assert {span.weekday for span in opening.spans} == {0, 1, 2, 3, 4}


def test_days_may_run_over_the_end_of_the_week() -> None:
    assert {span.weekday for span in Opening.parse("Fri-Mon 00:00-24:00").spans} == {4, 5, 6, 0}


@pytest.mark.parametrize(
    ("moment", "by"),
    [
        ("2026-03-09 10:07", "12:15"),
        ("2026-03-09 17:10", "18:00"),
        ("2026-03-09 20:00", "Tuesday 10:00"),
        ("2026-03-14 13:00", "Monday 10:00"),
    ],
)
def test_the_call_is_promised_for_a_time_when_somebody_is_there(moment: str, by: str) -> None:
    assert settings_with().clinic_facts(at(moment))["callback_by"] == by


def test_no_call_today_is_promised_when_the_clinic_is_about_to_close() -> None:
    assert settings_with().can_call_back(at("2026-03-09 17:00"))
    assert not settings_with().can_call_back(at("2026-03-09 17:30"))


def test_the_clinics_day_is_as_long_as_it_is_there() -> None:
    start, end = settings_with().day_bounds(date(2026, 3, 29))

    assert (end - start).total_seconds() == 23 * 3600
    assert settings_with().today(datetime(2026, 7, 6, 23, 30, tzinfo=UTC)) == date(2026, 7, 7)


def test_an_approval_holds_for_exactly_the_rules_it_names() -> None:
    settings = settings_with(APPROVED_BY="Dr A Safety", APPROVED_ON="2026-02-01", APPROVED_RULES="abc123")

    assert settings.approval("abc123") == Approval("Dr A Safety", date(2026, 2, 1))
    assert settings.approval("abc124") is None
    assert settings_with().approval("abc123") is None


def test_messages_say_something_sensible_without_a_setting() -> None:
    settings = settings_with()

    assert settings.invitation_subject == "Your appointment at {clinic_name}"
    for words in (settings.invitation_text, settings.reminder_text, settings.text_message):
        said = settings.in_message(words, "https://intake.example.org/i/abc", "26 Mar 2026, 10:30")
        assert "https://intake.example.org/i/abc" in said
        assert "Hill Road Back Clinic" in said
        assert not set("{}\\") & set(said)


@pytest.mark.parametrize("name", ["INVITATION_TEXT", "REMINDER_TEXT", "TEXT_MESSAGE"])
def test_a_message_without_the_link_is_refused(name: str) -> None:
    assert f"BACKSTORY_{name} is" in problems_with(**{name: "Please come to {clinic_name}."})
    assert settings_with(**{name: "Please open {link}"})


@pytest.mark.parametrize(
    "words",
    ["{link} {name}", "{link} {", "{link} }", "{link} {0}", "{link:>200}", "{link!r}", "{{link}} {link}"],
)
def test_a_message_with_a_placeholder_that_nothing_fills_is_refused(words: str) -> None:
    assert "BACKSTORY_TEXT_MESSAGE" in problems_with(TEXT_MESSAGE=words)


@pytest.mark.parametrize(
    "words", ["About your back pain: {link}", "Your SYMPTOMS {link}", "For our patients {link}"]
)
def test_a_message_with_a_word_about_health_is_refused(words: str) -> None:
    assert "about somebody's health" in problems_with(INVITATION_TEXT=words)
    assert settings_with(INVITATION_TEXT="Please call back, or open {link}")


def test_a_subject_never_holds_the_link() -> None:
    assert "locked screens" in problems_with(REMINDER_SUBJECT="Open {link}")


def test_new_lines_can_be_written_in_the_environment() -> None:
    assert settings_with(INVITATION_TEXT=r"Hello\n{link}").invitation_text == "Hello\n{link}"


def test_settings_are_typed_in_the_digits_of_any_script() -> None:
    ours, theirs = (
        settings_with(
            REMINDER_TIME=at, OPENING=f"Mon-Fri {opens}-{closes}", EMERGENCY_NUMBER=number, CLOSED_ON=closed
        )
        for at, opens, closes, number, closed in (
            ("11:30", "08:15", "18:00", "999", "2026-12-25"),
            ("١١:٣٠", "٠٨:١٥", "１８:００", "۹۹۹", "٢٠٢٦-١٢-٢٥"),
        )
    )

    assert theirs == ours


def test_sign_on_by_a_provider_is_whole_or_not_at_all() -> None:
    whole = {
        "SIGN_ON_ISSUER": "https://sign-in.example/realms/a",
        "SIGN_ON_CLIENT_ID": "backstory",
        "SIGN_ON_CLIENT_SECRET": "sesame",
    }
    assert settings_with().identity_provider is None
    assert settings_with(
        **whole, SIGN_ON_ROLE_CLAIM="g", SIGN_ON_ROLES="admin=a=b; reception= c "
    ).sign_on_roles == (
        ("a=b", "admin"),
        ("c", "reception"),
    )
    assert set(ROLE_WORDS) == set(Role)
    for wrong in (
        {"SIGN_ON_CLIENT_SECRET": ""},
        {"SIGN_ON_CLIENT_ID": ""},
        {"SIGN_ON_ISSUER": "http://sign-in.example"},
        {"SIGN_ON_ISSUER": "https://user:password@sign-in.example"},
        {"SIGN_ON_ISSUER": "https://sign-in.example/?a=b"},
        {"SIGN_ON_ISSUER": "sign-in.example"},
        {"SIGN_ON_SCOPES": "email"},
        {"SIGN_ON_ROLE_CLAIM": "groups"},
        {"SIGN_ON_ROLES": "admin=IT"},
        {"SIGN_ON_ROLE_CLAIM": "groups", "SIGN_ON_ROLES": "owner=IT"},
        {"SIGN_ON_ROLE_CLAIM": "groups", "SIGN_ON_ROLES": "admin=IT; reception=IT"},
        {"SIGN_ON_NEW_PEOPLE": "yes"},
    ):
        with pytest.raises(SettingsInvalid):
            settings_with(**{**whole, **wrong})


def test_a_provider_in_the_clear_is_for_trying_out_on_this_computer() -> None:
    for issuer in ("http://localhost:4000", "http://127.0.0.1:4000", "http://[::1]:4000"):
        named = {"SIGN_ON_ISSUER": issuer, "SIGN_ON_CLIENT_ID": "a", "SIGN_ON_CLIENT_SECRET": "b"}
        assert settings_with(**named, MODE="development").sign_on_issuer == issuer
        with pytest.raises(SettingsInvalid, match="SIGN_ON_ISSUER"):
            settings_with(**named, MODE="production")


SECRETS = [each for each in SETTINGS if each.secret]
# A word for each secret that its reader takes.
TAKEN = {
    "database_url": "postgresql+psycopg://clinic:sesame@db.example/backstory?sslmode=verify-full",
    "mail_server": "smtps://clinic:sesame@mail.example.org",
    "second_mail_server": "smtps://clinic:sesame@second.example.org",
    "text_sender": "https://texts.example.org/send/sesame",
}


def word_for(secret: Setting) -> str:
    return TAKEN.get(secret.field, "open-sesame-open-sesame")


def settings_beside(secret: Setting, name: str, words: str) -> Settings:
    """`name` says `words`, with what has to be set besides."""
    others = {"MAIL_FROM": "desk@clinic.example"}
    if secret.field == "second_mail_server":
        others["MAIL_SERVER"] = "smtps://first.example.org"
    return settings_with(**others, **{_bare(name): words})


def given(secret: Setting, words: str) -> object:
    """What the setting is when the environment itself says it."""
    return getattr(settings_beside(secret, secret.name, words), secret.field)


def _bare(name: str) -> str:
    return name.removeprefix("BACKSTORY_")


def test_whatever_sounds_like_a_secret_is_one() -> None:
    telling = re.compile(r"token|password|passphrase|secret|_key$|_url$|server|sender")
    open_to_all = {"public_url", "password_sign_in"}

    sounding = {each.field for each in SETTINGS if telling.search(each.field)} - open_to_all

    assert sounding == {each.field for each in SECRETS}
    assert not {each.file_name for each in SECRETS} & {each.name for each in SETTINGS}


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.field)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_every_secret_may_lie_in_a_file(secret: Setting, end: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(word_for(secret) + end, newline="")

    read = settings_beside(secret, secret.file_name, str(file))

    assert getattr(read, secret.field) == given(secret, word_for(secret))
    # It is read once: a page of settings that is saved later must not need the file.
    file.unlink()
    assert getattr(read.overlaid({"BACKSTORY_PAPER": "A4"}), secret.field) == getattr(read, secret.field)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.field)
def test_a_secret_is_never_shown(secret: Setting) -> None:
    words = word_for(secret)
    settings = settings_beside(secret, secret.name, words)

    value = getattr(settings, secret.field)
    assert "sesame" in words
    assert "sesame" not in repr(settings)
    assert isinstance(value, str) or "sesame" not in repr(value)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.field)
def test_a_secret_that_is_said_twice_is_refused(secret: Setting, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(word_for(secret))

    said = problems_with(**{_bare(secret.name): word_for(secret), _bare(secret.file_name): str(file)})

    assert f"{secret.name} and {secret.file_name} are both set" in said
    assert "sesame" not in said


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.field)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the file cannot be read (No such file or directory)"),
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"sesame\nsesame\n", "the file must hold one line and nothing else"),
        (b"\xffsesame", "the file is not text in UTF-8"),
        (b"sesame" * 2000, "the file is longer than"),
    ],
)
def test_a_file_that_holds_no_secret_is_named(
    secret: Setting, content: bytes | None, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    problems = problems_with(MAIL_FROM="desk@clinic.example", **{_bare(secret.file_name): str(file)})

    assert f"{secret.file_name} is '{file}': {said}" in problems
    assert "sesame" not in problems.replace(str(file), "")


def test_a_folder_is_no_file_of_a_secret(tmp_path: Path) -> None:
    assert "cannot be read (Is a directory)" in problems_with(TEXT_KEY_FILE=str(tmp_path))


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "name"
    file.write_text("Another clinic")

    assert "BACKSTORY_CLINIC_NAME_FILE is not a setting" in problems_with(CLINIC_NAME_FILE=str(file))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MAIL_SERVER", "smtps://clinic:sesame/42@mail.example.org"),
        ("MAIL_SERVER", "smtps://clinic:sesame\u2100@mail.example.org"),
        ("MAIL_SERVER", "smtps://[sesame"),
        ("TEXT_SENDER", "https://[sesame"),
        ("HEALTH_TOKEN", "sesame"),
        ("METRICS_TOKEN", "open sesame open sesame open sesame"),
        ("DATABASE_URL", "mysql://clinic:sesame@localhost/x"),
    ],
)
def test_what_is_wrong_with_a_secret_is_said_without_it(name: str, words: str) -> None:
    said = problems_with(MAIL_FROM="desk@clinic.example", **{name: words})

    assert f"BACKSTORY_{name} is not understood" in said
    assert "sesame" not in said


def test_in_production_clinicians_and_admins_need_a_second_factor_unless_the_clinic_says_otherwise() -> None:
    assert settings_with().second_factor == {"clinician", "admin"}
    assert settings_with(SECOND_FACTOR="reception, clinician, admin").second_factor == set(ROLE_WORDS)
    assert settings_with(SECOND_FACTOR="none").second_factor == frozenset()


def test_requests_are_logged_in_production_unless_the_clinic_says_no() -> None:
    assert settings_with().request_log
    assert not settings_with(REQUEST_LOG="no").request_log
    assert not Settings.from_environment({}).request_log
    assert Settings.from_environment({"BACKSTORY_REQUEST_LOG": "yes"}).request_log
