"""Of what a browser says of itself two words of a closed set are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text.device import BETWEEN, BROWSERS, SYSTEMS, kind_of

GECKO = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
WEBKIT = "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) %s"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (GECKO, "Firefox/Windows"),
        (WEBKIT % ("Windows NT 10.0; Win64; x64", "Chrome/142.0.0.0 Safari/537.36"), "Chrome/Windows"),
        (
            WEBKIT % ("Windows NT 10.0; Win64; x64", "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"),
            "Edge/Windows",
        ),
        (WEBKIT % ("Macintosh; Intel Mac OS X 10_15_7", "Version/18.5 Safari/605.1.15"), "Safari/Mac"),
        (WEBKIT % ("iPad; CPU OS 18_5 like Mac OS X", "Version/18.5 Mobile Safari/604.1"), "Safari/iPad"),
        (WEBKIT % ("Linux; Android 10; K", "Chrome/142.0.0.0 Mobile Safari/537.36"), "Chrome/Android"),
        (WEBKIT % ("X11; Linux x86_64", "Chrome/142.0.0.0 Safari/537.36"), "Chrome/Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_browser_and_system_are_told_apart(said: str, kind: str) -> None:
    assert kind_of(said) == kind


@given(st.text())
def test_whatever_is_sent_nothing_of_it_is_kept_as_it_came(said: str) -> None:
    browser, _, system = kind_of(said).partition(BETWEEN)

    assert browser in {"", *(name for _, name in BROWSERS)}
    assert system in {"", *(name for _, name in SYSTEMS)}
