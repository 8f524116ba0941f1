"""An address is believed only from a proxy that is known, and read as far as known proxies wrote it."""

import pytest

from intake.text.network import NotANetwork, client_of, networks, range_of

TRUSTED = networks("127.0.0.1, 10.0.0.0/8, 2001:db8:aaaa::/48")


def came_from(peer: str, forwarded: str, trusted: str | None = None) -> str:
    return str(client_of(peer, forwarded, TRUSTED if trusted is None else networks(trusted)))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "<script>, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", " , ", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:aaaa::1", "2001:db8:bbbb::1", "2001:db8:bbbb::1"),
    ],
)
def test_the_first_address_from_the_end_that_is_no_proxys_is_the_clients(
    peer: str, forwarded: str, client: str
) -> None:
    assert came_from(peer, forwarded) == client


@pytest.mark.parametrize(
    "malformed",
    ["unknown", "198.51.100.1, nobody", "198.51.100.1;", "fe80::1%eth0", "1.2.3", "198.51.100.1:x"],
)
def test_what_cannot_be_read_is_nobodys(malformed: str) -> None:
    assert came_from("127.0.0.1", malformed) == "127.0.0.1"


def test_nobody_is_believed_where_no_proxy_is_set() -> None:
    assert came_from("127.0.0.1", "198.51.100.1", trusted="") == "127.0.0.1"


def test_a_socket_that_is_a_file_is_a_proxys_only_when_that_is_said() -> None:
    assert came_from("", "198.51.100.1", trusted="unix") == "198.51.100.1"
    assert came_from("", "198.51.100.1") == "None"
    assert range_of(client_of("", "198.51.100.1", TRUSTED)) == ""


def test_a_household_is_one_range() -> None:
    assert range_of(client_of("2001:db8:1:2:3:4:5:6", "", ())) == "2001:db8:1:2::/64"
    assert range_of(client_of("203.0.113.9", "", ())) == "203.0.113.9/32"


@pytest.mark.parametrize("words", ["proxy", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1;10.0.0.1"])
def test_what_is_no_network_is_said(words: str) -> None:
    with pytest.raises(NotANetwork):
        networks(words)
