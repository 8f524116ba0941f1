"""A password is any sentence of twelve letters or more, and none that a guesser tries first."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from intake.text import password
from intake.text.password import NotAPassword, PasswordReason

OWN = ("Rosa Reception", "rosa.reception@clinic.example", "rosa.reception", "Riverside Back Clinic")
GUESSED_FIRST = {
    PasswordReason.COMMON: (
        "password1234 123456789012 P@ssw0rd1234 Pa55word1234 P455w0rd!!!! passw0rd2026 MyPassword123 "
        "letmein12345 qwertyuiop12 azertyuiop12 qwertzuiop12 1q2w3e4r5t6y 1qaz2wsx3edc administrator "
        "Welcome2026!! iloveyou1234 Manchester1234 Liverpool2026 football1234 Summer2026!! Winter2026!!! "
        "spring-2026-!! December2026 Monday2026!! Januar2026!! Styczeń2026! Sommer2026!!! motdepasse123 "
        "passwort1234 contraseña1234 пароль123456 йцукен123456 κωδικος12345 كلمةالسر1234 "
        "Croeso123456 Cymru2026!!! London2026!!! correcthorsebatterystaple "
        "Backstory2026 drowssap4321 Secret2026!! a1b2c3d4e5f6 thisismypassword1"
    ),
    PasswordReason.OWN_WORDS: "Riverside2026! riverside1234 RosaReception1 rosa.reception clinic123456",
    PasswordReason.REPEATED: (
        "passwordpassword aaaaaaaaaaaa abcabcabcabc 111111111111 abc123abc123 qwertyqwerty !!!!!!!!!!!! "
        "rosarosarosa 你好你好你好你好你好你好 121212121212"
    ),
    PasswordReason.IN_A_ROW: "987654321098 abcdefghijkl zyxwvutsrqpo йцукенгшщзхъ asdfghjkl;'12 0123456789ab",
}
GOOD = """
correct horse battery|four red wheelbarrows|seven yellow submarines|tired moss under bridges
grandma sings off key|Die Katze schläft im Ofen|trois chats dans la baignoire|zielony pociąg do kuchni
мой кот любит сметану
el burro canta de noche|木星上的蓝色自行车在唱歌呢|ξύλινη γέφυρα το βράδυ|gwyrdd fel y mynydd uchel
x7#Kq9!mZ2$p|kT4vR9wQm2xL|8305712946183075|whisker-orbit-cabbage|salt lemon window|marmalade on the ceiling
Rosa plants four silent pear trees|In 2026 the dog ate my thesis|never trust a quiet goose
"""


def why(typed: str) -> PasswordReason | None:
    try:
        password.check(typed, OWN)
    except NotAPassword as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [(typed, reason) for reason, kind in GUESSED_FIRST.items() for typed in kind.split()],
)
def test_what_a_guesser_tries_first_is_refused_with_the_reason(typed: str, reason: PasswordReason) -> None:
    assert why(typed) is reason


def test_no_password_that_leaked_often_is_taken() -> None:
    """Of the 30,000 that zxcvbn lists, those that are long enough to be taken at all."""
    leaked = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= password.SHORTEST]

    assert len(leaked) > 200
    assert [each for each in leaked if why(each) is None] == []


@pytest.mark.parametrize(
    "typed", ["bello bello bello", "pass word 1234", "my password is", "love love love love"]
)
def test_blanks_make_nothing_hard_to_guess(typed: str) -> None:
    assert why(typed) is not None


@pytest.mark.parametrize("typed", [each for line in GOOD.split("\n") for each in line.split("|") if each])
def test_a_sentence_of_ones_own_and_what_a_machine_made_up_are_taken(typed: str) -> None:
    assert why(typed) is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("eleven char", PasswordReason.SHORT), ("tired moss under bridges " * 9, PasswordReason.LONG)],
)
def test_only_the_length_is_counted(typed: str, reason: PasswordReason) -> None:
    assert why(typed) is reason


def test_a_length_counts_letters_and_not_what_they_are_put_together_from() -> None:
    typed = unicodedata.normalize("NFD", "éèêëàâäô")

    assert len(typed) > password.SHORTEST
    assert why(typed) is PasswordReason.SHORT


@given(st.text(min_size=64, max_size=200, alphabet=st.characters(exclude_categories=("Cs", "Cc"))))
def test_any_long_text_is_looked_at_in_time_and_refused_only_in_words(typed: str) -> None:
    began = time.thread_time()

    why(typed)

    assert time.thread_time() - began < 2


@given(st.text(alphabet="@({[<!|$+%4836150729lit", min_size=12, max_size=200))
def test_signs_that_stand_for_letters_take_no_longer(typed: str) -> None:
    began = time.thread_time()

    why(typed)

    assert time.thread_time() - began < 2


def test_words_of_one_person_are_no_reason_for_the_next() -> None:
    password_of_another = "Kowalczykowna Zbigniewa"
    with pytest.raises(NotAPassword):
        password.check(password_of_another, ("Zbigniewa Kowalczykowna",))

    password.check(password_of_another, OWN)
