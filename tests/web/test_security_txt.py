"""Whoever finds a hole learns whom to tell (RFC 9116), where the clinic has said so."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.app import create_app
from intake.config import Settings, SettingsInvalid
from tests.strict import make_strict

ADDRESS = "/.well-known/security.txt"
CONTACTS = "security@clinic.example; https://clinic.example/tell-us"


def fields(client) -> list[tuple[str, str]]:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert client.head(ADDRESS).status_code == 200
    return [tuple(line.split(": ", 1)) for line in answer.text.splitlines()]


def opened(settings, clinic_database, clock, contacts=("mailto:security@clinic.example",)):
    told = replace(settings, security_contact=contacts)
    return create_app(told, clinic_database, clock=clock)


def test_without_a_contact_there_is_no_such_page(client):
    assert client.get(ADDRESS).status_code == 404


def test_the_contact_stands_there_with_a_day_that_is_never_past(settings, clinic_database, clock):
    client = make_strict(opened(settings, clinic_database, clock))
    for days in (0, 200, 2000):
        clock.wait(days=days)
        said = dict(fields(client))

        assert said["Contact"] == "mailto:security@clinic.example"
        assert said["Canonical"] == f"{settings.public_url}{ADDRESS}"
        assert said["Preferred-Languages"] == "en"
        expires = datetime.fromisoformat(said["Expires"])
        assert timedelta(days=30) < expires - clock.now < timedelta(days=365)


def test_another_hosts_name_is_never_said(settings, clinic_database, clock):
    client = make_strict(opened(settings, clinic_database, clock))

    assert "evil" not in client.get(ADDRESS, base_url="http://evil.example").text


def test_contacts_are_addresses_that_a_browser_opens():
    read = Settings.from_environment({"BACKSTORY_SECURITY_CONTACT": CONTACTS}).security_contact

    assert read == ("mailto:security@clinic.example", "https://clinic.example/tell-us")


@pytest.mark.parametrize("words", ["somebody", "http://clinic.example/", "https://", "a@b@c", "https://a b"])
def test_what_is_no_address_is_refused(words):
    with pytest.raises(SettingsInvalid, match="BACKSTORY_SECURITY_CONTACT"):
        Settings.from_environment({"BACKSTORY_SECURITY_CONTACT": words})
