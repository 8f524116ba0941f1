"""Words of record systems and what they mean here: whether somebody comes, of which sex, what a name is."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale

from intake.services.appointments.importing.headings import HEADINGS, plain


def _these(words: str) -> frozenset[str]:
    return frozenset(words.split("; "))


# Statuses as `plain` gives them. What is in neither is asked.
_COMES = _these(
    "booked; confirmed; scheduled; arrived; attended; completed; complete; active; pending; waiting; "
    "checked in; checked out; in progress; in room; seen; ok; yes; new; open; show; unconfirmed; not "
    "confirmed; planned; reminder sent; sent; paid; unpaid; invoiced; tentative; accepted; approved; in "
    "session; with clinician; started; finished; not arrived; not yet arrived; no status; none; not seen; "
    "expected; due; upcoming; reserved; left; fulfilled; proposed; normal; standard; in consultation; "
    "patient arrived; patient in; provisional; busy; gebucht; bestatigt; geplant; offen; erschienen; "
    "anwesend; vereinbart; eingetroffen; wartet; erledigt; aktiv; belegt; confirme; prevu; present; venu; "
    "vu; en attente; planifie; reserve; honore; arrive; confirmada; confirmado; programada; pendiente; "
    "asistio; reservada; atendida; confermato; confermata; prenotato; prenotata; presente; in attesa; "
    "programmato; bevestigd; gepland; geboekt; aanwezig; gekomen; potwierdzona; zaplanowana; umowiona; "
    "odbyta; obecny; oczekuje; agendada; agendado; marcada; realizada; compareceu; pendente"
)
_DOES_NOT = _these(
    "dna; dnw; dnr; fta; uta; cna; cnx; cx; cxl; canx; canc; did not attend; did not arrive; did not "
    "show; failed to attend; was not brought; not brought; wnb; no show; noshow; no showed; missed; "
    "absent; deleted; removed; declined; void; voided; rescheduled; unable to attend; could not attend; "
    "did not come; not attended; non attendance; no show charged; late cancel; withdrawn; revoked; "
    "entered in error; noshowed; abgesagt; abgelehnt; nicht erschienen; ausgefallen; geloscht; nicht "
    "gekommen; fehlt; unentschuldigt; entfallen; absente; non venu; pas venu; lapin; excuse; excusee; "
    "supprime; reporte; non honore; no asistio; no se presento; eliminada; no acudio; disdetto; disdetta; "
    "non presentato; non presente; assente; eliminato; afgezegd; niet verschenen; niet gekomen; afwezig; "
    "verwijderd; vervallen; odwolana; odwolany; nieobecny; nieobecna; nie przyszedl; usunieta; faltou; "
    "desmarcada; desmarcado; nao compareceu; falta"
)
_CANCELLED = re.compile(
    r"(?:.* )?(?:cancel\w*|annul\w*|anul\w*|storn\w*|geannul\w*|cancell\w*|kancel\w*|odwol\w*|abgesagt|dna|"
    r"no show|did not attend|noshow)(?: .*)?"
)
_NOT_CANCELLED = re.compile(
    r"\b(?:not|un|non|nicht|no|pas|nie|nao|niet)\s?(?:cancel|annul|anul|storn|abgesagt)|uncancel"
)
_NO = frozenset(
    ("", "no", "n", "false", "0", "nein", "non", "nee", "nie", "nao", "not cancelled", "falsch", "faux")
)
_SEXES = {
    "female": "f|female|woman|girl|w|weiblich|frau|femme|feminin|feminine|mujer|femenino|femmina|femminile|"
    "vrouw|vrouwelijk|kobieta|zenska|feminino|fem|donna",
    "male": "m|male|man|boy|mannlich|mann|herr|homme|masculin|hombre|masculino|maschio|maschile|mannelijk|"
    "mezczyzna|meska|masc|uomo",
    # The ids of the patient's own question are what our template writes.
    "other": "other",
}
_LEFT_OPEN = _these(
    "x; u; i; o; unknown; not known; not specified; indeterminate; unspecified; prefer not to say; "
    "not stated; undisclosed; divers; unbekannt; inconnu; autre; desconocido; otro; altro; anders; "
    "onbekend; nieznana; outro; non binary; nonbinary; declined; not recorded; d; not disclosed; prefer "
    "not to answer; intersex; transgender; trans"
)
# In some languages "M" is a woman: a column that has these letters is not read by single letters.
_OTHER_LETTERS = frozenset({"h", "v", "k"})
TITLES = _these(
    "mr; mrs; miss; ms; mx; dr; prof; professor; sir; dame; lady; lord; rev; revd; reverend; father; "
    "sister; master; mstr; herr; frau; m; mme; mlle; sr; sra; srta; sig; sig ra; dhr; mevr; mw; pan; pani"
)
_BEHIND = _these(
    "jr; junior; snr; senior; ii; iii; iv; phd; md; obe; mbe; cbe; qc; kc; esq; rn; bsc; msc; ba; ma"
)
_LAST_FIRST = re.compile(r"([^,]+),([^,]+)(?:,([^,]+))?")
_IN_BRACKETS = re.compile(r"(.+?)\s*[(\[]([^()\[\]]{1,30})[)\]]")


def comes(status: str) -> bool | None:
    """Whether somebody with this status comes; None where the word is not known, False: cancelled, missed."""
    words = plain(status)
    if not words or words in _COMES:
        return True
    if words in _DOES_NOT:
        return False
    if _CANCELLED.fullmatch(words):
        return None if _NOT_CANCELLED.search(words) else False
    return None


def says_yes(cell: str) -> bool:
    """A column for those who do not come is filled in: "yes", a day, a reason."""
    return plain(cell) not in _NO


def sex(cell: str, letters: frozenset[str]) -> str | None:
    """The id of a sex; "" where the word leaves it open, None where it is not known.

    `letters` are the single letters of the whole column.
    """
    words = plain(cell)
    if words in _LEFT_OPEN:
        return ""
    if len(words) == 1 and letters & _OTHER_LETTERS:
        return None
    return next((id for id, known in _SEXES.items() if words in known.split("|")), None)


def letters_of(cells: Iterable[str]) -> frozenset[str]:
    """The single letters among the cells of a column."""
    return frozenset(words for cell in cells if len(words := plain(cell)) == 1)


def language(cell: str) -> str:
    """The code of a language that is named in words; the words themselves where it is not known."""
    return _languages().get(plain(cell), cell)


def whole_name(cell: str) -> str:
    """A name in its own order and without the title behind it: "CANARY, Anna (Mrs)" is "Anna CANARY"."""
    if (titled := _IN_BRACKETS.fullmatch(cell)) and is_title(titled[2]):
        cell = titled[1]
    parts = _LAST_FIRST.fullmatch(cell)
    if not parts:
        return cell
    last, first, title = (part.strip() for part in parts.groups(""))
    if title and not is_title(title):
        return cell
    words = first.split()
    while len(words) > 1 and (is_title(words[0]) or is_title(words[-1])):
        words = words[1:] if is_title(words[0]) else words[:-1]
    # "Anna Canary, PhD" and "Canary, Mrs" have no first name behind the comma, and a formula is no name.
    if not words or is_title(words[0]) or plain(first) in _BEHIND or cell.startswith(("=", "@")):
        return cell
    surname = last.split()
    while len(surname) > 1 and is_title(surname[0]):
        surname = surname[1:]
    return " ".join([*words, *surname])


def is_title(words: str) -> bool:
    """It is what somebody is addressed with: "Mrs", "Dr."."""
    return plain(words) in TITLES


@cache
def _languages() -> Mapping[str, str]:
    """The codes of languages, by their names in every language that headings are known in."""
    named = [Locale.parse(spoken).languages for spoken in HEADINGS]
    return {plain(names[code]): str(code) for names in named for code in names if len(str(code)) == 2}
