"""Passwords: any sentence of twelve letters or more, and none that a guesser tries first.

How soon it is guessed is estimated by zxcvbn, which knows lists of common passwords, words and names, walks
over a keyboard, sequences, repeats, dates and letters written as signs. Beside it stands what it does not
know: words of other languages, other keyboards, and the words of this person and this clinic. No kind of sign
is asked for.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from itertools import accumulate
from threading import Lock
from typing import Any

from babel import Locale

from intake.text import folding

SHORTEST, LONGEST = 12, 200
# So many guesses it must stand: more than anybody can try at the sign-in within years, and what is stolen is
# hashed slowly besides.
FEWEST_GUESSES = 10**9
# And so many without signs and years: they are put behind a word because somebody asks for them.
FEWEST_OF_BARE = 10**6
# The estimate of a long text takes long; what is longer is looked at from both ends.
LOOKED_AT = 40
# Kinds of signs that may stand for letters.
MOST_SIGNS = 3
# Words of one letter or two say nothing about a person.
SHORTEST_WORD = 3


class PasswordReason(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    OWN_WORDS = "own_words"
    REPEATED = "repeated"
    IN_A_ROW = "in_a_row"
    DATE = "date"
    COMMON = "common"


class NotAPassword(ValueError):
    """It would not hold; `reason` says why, and nothing repeats it."""

    def __init__(self, reason: PasswordReason) -> None:
        super().__init__(reason)
        self.reason = reason


def read(typed: str) -> str:
    """The password as it is kept: what was typed, its letters put together in the one way of NFC."""
    return unicodedata.normalize("NFC", typed)


def check(typed: str, own: Iterable[str] = ()) -> None:
    """Raise NotAPassword unless it would hold.

    `own` are texts that a guesser knows: name and e-mail address of the person, the name of the clinic.
    """
    password = read(typed)
    if len(password) < SHORTEST:
        raise NotAPassword(PasswordReason.SHORT)
    if len(password) > LONGEST:
        raise NotAPassword(PasswordReason.LONG)
    words = _words_in(own)
    parts = dict.fromkeys((password[:LOOKED_AT], password[-LOOKED_AT:]))
    reasons = [_why_soon_guessed(part, words) for part in parts]
    if reasons[0] is not None and None not in reasons:
        raise NotAPassword(reasons[0])


def _why_soon_guessed(text: str, own: tuple[str, ...]) -> PasswordReason | None:
    """What makes this text too easy to guess; None when nothing does."""
    # Loaded when first needed: its lists take a moment, and most processes never ask.
    from zxcvbn import zxcvbn

    known = [*own, *_common_words()]
    ways = dict.fromkeys(_ways_to_write(text), FEWEST_GUESSES)
    bare = {_PUT_BEHIND.sub("", written): FEWEST_OF_BARE for written in ways}
    for written, fewest in (ways | {each: bare[each] for each in bare if each not in ways}).items():
        if not written:
            return PasswordReason.COMMON
        # It keeps the words it is given where another thread would find them.
        with _one_at_a_time:
            found = zxcvbn(_with_few_signs(written[:LOOKED_AT]), user_inputs=known)
        if found["guesses"] < fewest:
            return _reason(found["sequence"], own)
    return None


_SIGNS = frozenset("@({[<!|$+%")
_LETTERS_OF_SIGNS = str.maketrans("@({[<!|$+%", "accccilstx")
_one_at_a_time = Lock()
_PUT_BEHIND = re.compile(r"(?:19|20)[0-9]{2}(?![0-9])|[\W_]+")


def _reason(matches: Sequence[Mapping[str, Any]], own: tuple[str, ...]) -> PasswordReason:
    """The reason that most letters of the password give."""
    letters: Counter[PasswordReason] = Counter()
    for match in matches:
        letters[_reason_of(match, own)] += len(match["token"])
    return max(letters, key=lambda reason: letters[reason], default=PasswordReason.COMMON)


def _reason_of(match: Mapping[str, Any], own: tuple[str, ...]) -> PasswordReason:
    if match["pattern"] == "dictionary" and match["matched_word"] in own:
        return PasswordReason.OWN_WORDS
    return _REASONS.get(match["pattern"], PasswordReason.COMMON)


def _ways_to_write(text: str) -> tuple[str, ...]:
    """The text without accents, and as the same keys write it on the keyboard that the estimate knows."""
    plain = unicodedata.normalize("NFKC", text)
    keys = (plain.casefold().translate(each) for each in _KEYBOARDS)
    return tuple(dict.fromkeys((_without_accents(plain), *keys)))


def _with_few_signs(text: str) -> str:
    """The text, with letters for its signs where there are many: all their meanings would take seconds."""
    return text.translate(_LETTERS_OF_SIGNS) if len(_SIGNS & set(text)) > MOST_SIGNS else text


def _words_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The words that stand in these texts, each text run together as well."""
    found: dict[str, None] = {}
    for text in texts:
        parted = [spellings[0] for spellings in folding.words(text)]
        together = "".join(parted)
        for word in (together, *parted, *accumulate(parted)):
            if len(word) >= SHORTEST_WORD:
                found[word] = None
    return tuple(found)


@cache
def _common_words() -> tuple[str, ...]:
    """Words that begin the passwords of many people, as zxcvbn does not know them; the most common first."""
    names = [
        name
        for code in _CALENDARS
        for kind in (Locale(code).months, Locale(code).days)
        for use in ("format", "stand-alone")
        for name in kind[use]["wide"].values()
    ]
    words = [*_WORDS.split(), *names, *Locale("en").territories.values()]
    plain = (_without_accents(word.casefold()).strip(".") for word in words)
    return tuple(dict.fromkeys(word for word in plain if len(word) >= SHORTEST_WORD))


def _without_accents(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(each for each in parted if not unicodedata.combining(each)))


_REASONS = {
    "repeat": PasswordReason.REPEATED,
    "sequence": PasswordReason.IN_A_ROW,
    "spatial": PasswordReason.IN_A_ROW,
    "date": PasswordReason.DATE,
    "regex": PasswordReason.DATE,
}
_CALENDARS = re.findall(
    r"\w+",
    "en cy ga de fr es it pt nl pl ro cs sk hu hr bg el tr sv da nb fi lt lv et ru uk ar fa he "
    "ur hi bn pa gu ta so sw vi ",
)
# What people write for "password", "welcome", "hello", "secret", "let me in", "I love you", a season, a
# country, and where they work.
_WORDS = """
password passwort kennwort losung motdepasse contrasena contrasenya clave palavrapasse senha parola
wachtwoord haslo heslo jelszo lozinka zaporka geslo sifre parool salasana slaptazodis parole losenord
adgangskode passord пароль парола лозинка пасворд κωδικος συνθηματικο סיסמה كلمةالمرور كلمةالسر رمز matkhau
cyfrinair welcome willkommen bienvenue bienvenido bienvenida benvenuto bemvindo welkom witaj vitejte
udvozlom valkommen velkommen tervetuloa hosgeldin croeso добропожаловать hello hallo bonjour salut hola ciao
buongiorno ola czesc ahoj szia merhaba selam privet привет здравствуйте correcthorsebatterystaple secret
geheim geheimnis segreto secreto segredo tajne tajemnica letmein changeme changeit default admin
administrator temporary temp test testing start login guest user master computer internet qwertz azerty
iloveyou ichliebedich jetaime teamo tiamo tequiero ikhouvanjou kochamcie seviyorum любовь spring summer
autumn fall winter season fruhling fruehling fruhjahr sommer herbst printemps ete automne hiver primavera
verano otono invierno estate autunno inverno verao outono lente zomer herfst wiosna lato jesien zima jaro
leto podzim tavasz nyar osz tel ilkbahar yaz sonbahar kis vara sommar host vinter kevat kesa syksy talvi
gwanwyn haf hydref gaeaf весна лето осень зима cymru england scotland wales london deutschland espana polska
italia brasil backstory clinic hospital practice surgery doctor nurse physio physiotherapy reception health
healthcare medical medicine patient backpain spine ambulance praxis klinik krankenhaus arzt clinique hopital
medecin cabinet clinica medico ziekenhuis huisarts praktijk szpital lekarz przychodnia nemocnice sykehus
sygehus sjukhus hastane
"""
# The keys of other keyboards, row by row, where the estimate has the American one.
_AMERICAN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_KEYBOARDS = tuple(
    str.maketrans(keys, _AMERICAN)
    for keys in (
        "qwertzuiopü+asdfghjklöäyxcvbnm,.-",
        "azertyuiop^$qsdfghjklmùwxcvbn,;:!",
        "йцукенгшщзхъфывапролджэячсмитьбю.",
        "йцукенгшщзхїфівапролджєячсмитьбю.",
        ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,./",
        "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ.",
        "/'קראטוןםפ[]שדגכעיחלךף,זסבהנמצתץ.",
    )
)
