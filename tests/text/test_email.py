"""One address that can be written to, or the reason why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text import email
from intake.text.email import EmailReason, NotAnAddress

LOCAL = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_+'-]{0,20}[A-Za-z0-9])?", fullmatch=True)
ANYTHING = st.text(st.one_of(st.sampled_from('a@.,;<>()[]"\\ \n\u200e'), st.characters()), max_size=40)


@given(LOCAL)
def test_the_mailbox_is_kept_as_it_is_and_the_domain_in_small_letters(local: str) -> None:
    assert email.read(f" {local}@Clinic.EXAMPLE\n") == f"{local}@clinic.example"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("o'brien+visits@mail.example.org", "o'brien+visits@mail.example.org"),
        ("anna@praxis-müller.example", "anna@xn--praxis-mller-klb.example"),
        ("anna@XN--PRAXIS-MLLER-KLB.example", "anna@xn--praxis-mller-klb.example"),
        ("\u200eanna@example.org\u200b", "anna@example.org"),
        ("anna@\nexample.org", None),
    ],
)
def test_an_address_has_one_spelling(words: str, address: str | None) -> None:
    if address is None:
        assert _reason(words) is EmailReason.NOT_ONE
    else:
        assert email.read(words) == address


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", EmailReason.EMPTY),
        (" \u200f ", EmailReason.EMPTY),
        ("anna", EmailReason.NOT_ONE),
        ("a@b@example.org", EmailReason.NOT_ONE),
        ("a@x.org,b@x.org", EmailReason.NOT_ONE),
        ("Anna <a@x.org>", EmailReason.AROUND),
        ("x@y,z", EmailReason.NOT_ONE),
        ("a@b,org", EmailReason.COMMA),
        ("mailto:a@b.org", EmailReason.AROUND),
        ("MAILTO:a@b.org?subject=x", EmailReason.AROUND),
        ("<a@b.org>", EmailReason.AROUND),
        ("“a@b.org”", EmailReason.AROUND),
        ("(a@b.org)", EmailReason.AROUND),
        ("a@b.org.", EmailReason.DOTS),
        ("a@.b.org", EmailReason.DOTS),
        (".a@b.org", EmailReason.DOTS),
        ("a.@b.org", EmailReason.DOTS),
        ("a@b.org; c@d.org", EmailReason.NOT_ONE),
        ("jörg@x.org", EmailReason.LETTERS),
        ("a(b)@x.org", EmailReason.UNSOUND),
        ("a@localhost", EmailReason.UNSOUND),
        ("a@192.0.2.1", EmailReason.UNSOUND),
        ("a@[192.0.2.1]", EmailReason.UNSOUND),
        ("a..b@x.org", EmailReason.DOTS),
        ("a@x..org", EmailReason.DOTS),
        ('"a"@x.org', EmailReason.AROUND),
        ("a" * 65 + "@x.org", EmailReason.TOO_LONG),
        ("a@" + "x" * 64 + ".org", EmailReason.UNSOUND),
        ("a@clinic.local", EmailReason.UNSOUND),
        ("a@" + "x." * 130 + "org", EmailReason.TOO_LONG),
    ],
)
def test_what_cannot_be_written_to_says_why(words: str, reason: EmailReason) -> None:
    assert _reason(words) is reason


@given(ANYTHING)
def test_any_words_are_one_plain_address_or_none(words: str) -> None:
    try:
        address = email.read(words)
    except NotAnAddress:
        return

    assert address.isascii()
    assert address.isprintable()
    assert address.count("@") == 1
    assert not set(address) & set(' ,;<>()[]"\\')
    assert email.read(address) == address


@given(ANYTHING)
def test_two_spellings_of_an_address_are_one_account(words: str) -> None:
    assert email.folded(email.folded(words)) == email.folded(words)
    assert email.folded(f" {words} ") == email.folded(words)


def _reason(words: str) -> EmailReason:
    with pytest.raises(NotAnAddress) as refused:
        email.read(words)
    return refused.value.reason
