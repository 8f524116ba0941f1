"""What deploy/ sets up is closed by default, and says the same as the application."""

import re
import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.units import analysed
from intake import __version__
from intake.cli import COMMANDS
from intake.config import SETTINGS
from intake.web.headers import LONGEST_FILE

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSED = ("compose.yaml", "compose.postgres.yaml")
SERVICES = sorted(DEPLOY.glob("*.service"))


def services(file: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / file).read_text())["services"]
    return found


def ours(file: str) -> dict[str, dict[str, Any]]:
    """The services that run Backstory."""
    return {name: each for name, each in services(file).items() if each["image"].startswith("backstory")}


@pytest.mark.parametrize("file", COMPOSED)
def test_a_container_can_change_nothing_but_its_volumes(file: str) -> None:
    for each in services(file).values():
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]
        assert not {"privileged", "pid", "ipc", "devices"} & set(each)
    for each in ours(file).values():
        assert {volume.partition(":")[0] for volume in each["volumes"]} <= {"data", "keys", "./backups"}
        assert "cap_add" not in each
        assert "user" not in each


@pytest.mark.parametrize("file", COMPOSED)
def test_a_secret_stands_in_no_environment(file: str) -> None:
    document = yaml.safe_load((DEPLOY / file).read_text())
    secret = {each.name for each in SETTINGS if each.secret} | {"POSTGRES_PASSWORD"}
    environments = [each.get("environment", {}) for each in document["services"].values()]

    assert all("file" in each for each in document["secrets"].values())
    assert not secret & {name for environment in environments for name in environment}
    assert not secret & set(example())


@pytest.mark.parametrize("file", COMPOSED)
def test_nobody_but_this_computer_reaches_a_port(file: str) -> None:
    ports = [port for each in services(file).values() for port in each.get("ports", ())]

    assert ports == ["127.0.0.1:8000:8000"]


def test_the_database_is_reached_from_inside_alone() -> None:
    document = yaml.safe_load((DEPLOY / "compose.postgres.yaml").read_text())

    assert document["services"]["database"]["networks"] == ["inside"]
    assert document["services"]["backup"]["networks"] == ["inside"]
    assert document["networks"]["inside"] == {"internal": True}
    assert set(document["services"]) == {"database", "web", "worker", "backup"}


@pytest.mark.parametrize("file", COMPOSED)
def test_the_clinic_believes_its_own_proxy_and_nobody_else(file: str) -> None:
    document = yaml.safe_load((DEPLOY / file).read_text())
    (network,) = document["networks"]["outside"]["ipam"]["config"]
    web = document["services"]["web"]

    assert ip_address(network["gateway"]) in ip_network(network["subnet"])
    assert web["environment"]["BACKSTORY_TRUSTED_PROXIES"] == network["gateway"]
    assert "outside" in web["networks"]


@pytest.mark.parametrize("file", COMPOSED)
def test_one_service_makes_the_backups_and_no_other_can_write_there(file: str) -> None:
    writes = {name for name, each in ours(file).items() if "./backups:/backups" in each["volumes"]}

    assert writes == {"backup"}
    for name, each in ours(file).items():
        assert name == "backup" or each["environment"]["BACKSTORY_BACKUP_FOLDER"] == ""


def test_the_timer_makes_the_backups_and_no_other_unit_can_write_there() -> None:
    for unit in SERVICES:
        lines = unit.read_text().splitlines()
        makes = unit.name == "backstory-backup.service"
        assert ("ReadWritePaths=/var/backups/backstory" in lines) == makes
        assert ("UnsetEnvironment=BACKSTORY_BACKUP_FOLDER" in lines) != makes
    assert int(example()["BACKSTORY_BACKUP_RED_AFTER"]) > 24


def test_containers_are_of_this_version() -> None:
    assert {each["image"] for file in COMPOSED for each in ours(file).values()} == {
        f"backstory:{__version__}"
    }


def test_every_command_that_is_started_is_there() -> None:
    started = {each["command"][0].split()[0] for file in COMPOSED for each in ours(file).values()} - {"while"}
    text = "".join(file.read_text() for file in [*SERVICES, *map(DEPLOY.joinpath, COMPOSED)])
    started |= set(re.findall(r"backstory ([a-z-]+)(?= |;|$)", text, re.MULTILINE)) & set(COMMANDS)
    started |= set(re.findall(r"^ExecStart=/opt/backstory/bin/backstory (\S+)", text, re.MULTILINE))

    assert {"start", "serve", "work", "backup"} <= started
    assert started <= set(COMMANDS)


def example() -> dict[str, str]:
    lines = (DEPLOY / "settings.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_example_names_what_production_does_not_start_without_and_nothing_unknown() -> None:
    facts = {each.name for each in SETTINGS if each.fact}
    known = {each.name for each in SETTINGS}

    assert facts <= set(example()) <= known
    # Behind a proxy every visitor has one address, and shares its limits, until the proxy is believed.
    assert "BACKSTORY_TRUSTED_PROXIES" in example()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_shut_in(unit: Path) -> None:
    lines = unit.read_text().splitlines()

    for line in (
        "User=backstory",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=",
        "SystemCallFilter=@system-service",
        "MemoryDenyWriteExecute=yes",
        "UMask=0077",
    ):
        assert line in lines
    assert not [line for line in lines if re.match(r"Environment=.*(PASSWORD|TOKEN)", line)]


def test_a_watchdog_belongs_to_a_service_that_can_say_it_lives() -> None:
    for unit in SERVICES:
        lines = unit.read_text().splitlines()
        assert ("WatchdogSec=60" in lines) == ("Type=notify" in lines) == ("NotifyAccess=all" in lines)


# Where there is no systemd, there are no units of it: setup/prepare.sh installs it on Debian.
@pytest.mark.faults
@pytest.mark.parametrize("says", [analysed] if sys.platform == "linux" else [])
def test_systemd_finds_nothing_wrong_with_the_units(says: Callable[[], Iterator[str]]) -> None:
    assert list(says()) == []


def test_proxies_take_what_the_application_takes() -> None:
    assert LONGEST_FILE == 4 * 1024 * 1024
    assert "client_max_body_size 4m;" in (DEPLOY / "nginx.conf").read_text()
    caddy = (DEPLOY / "Caddyfile").read_text()
    too_much = re.search(r"header_regexp Content-Length (\S+)", caddy)
    assert too_much is not None
    for size, refused in (
        (0, False),
        (LONGEST_FILE - 1, False),
        (LONGEST_FILE, False),
        (LONGEST_FILE + 1, True),
        (LONGEST_FILE + 10, True),
        (LONGEST_FILE + 100, True),
        (4_195_000, True),
        (4_200_000, True),
        (5_000_000, True),
        (12_345_678, True),
    ):
        assert bool(re.search(too_much[1], str(size))) == refused, size


def test_proxies_speak_only_modern_tls() -> None:
    nginx, caddy = ((DEPLOY / name).read_text() for name in ("nginx.conf", "Caddyfile"))

    protocols = re.findall(r"^\s*ssl_protocols (.+);", nginx, re.MULTILINE)
    ciphers = re.findall(r"^\s*ssl_ciphers (.+);", nginx, re.MULTILINE)
    assert protocols == ["TLSv1.2 TLSv1.3"]
    assert len(ciphers) == 1
    for cipher in ciphers[0].split(":"):
        assert re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)", cipher)
    assert "ssl_prefer_server_ciphers on;" in nginx
    # Caddy's own choice is the same; nothing widens it, and nothing serves the name without TLS.
    assert not re.search(
        r"\b(tls|protocols|ciphers|auto_https)\b.*\{?$", caddy.replace("# ", ""), re.MULTILINE
    )
    for proxy in (nginx, caddy):
        assert "max-age=31536000; includeSubDomains" in proxy
    # From HTTP to HTTPS of the same name, whatever name was asked for.
    assert "return 301 https://$server_name$request_uri;" in nginx


def test_proxies_limit_who_comes_in_numbers() -> None:
    nginx, caddy = ((DEPLOY / name).read_text() for name in ("nginx.conf", "Caddyfile"))

    assert re.search(r"limit_conn backstory_connections \d+;", nginx)
    for within in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert re.search(rf"{within} \d+s;", nginx)
    for within in ("read_header", "read_body", "write", "idle"):
        assert re.search(rf"\b{within} \d+[sm]", caddy)


def test_the_image_leaves_out_what_is_of_this_machine() -> None:
    seen = [
        line for line in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines() if line[:1] == "!"
    ]

    assert "*" in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert not [line for line in seen if re.search(r"instance|keys|settings|secrets|\.git|tests", line)]


def test_the_image_has_every_font_and_library_that_prepare_installs() -> None:
    prepare = (DEPLOY.parent / "setup/prepare.sh").read_text()
    running = prepare[prepare.index("missing_packages()") : prepare.index('if [ "$purpose" = test ]')]
    named = set(re.findall(r"\b(lib[\w.-]+|fonts?-[\w-]+|fontconfig-config)\b", running))

    assert len(named) >= 5
    assert named <= set((DEPLOY / "Containerfile").read_text().split())
