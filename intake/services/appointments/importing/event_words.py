"""What the title and the description of an event say of a patient, however a calendar program wrote it.

Programs turn descriptions into HTML, put words before titles, and have no place for a date of birth. Here
that is undone; nothing is guessed.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import date
from html.parser import HTMLParser

from intake.services.appointments.importing.dates import UncertainDate, day_in
from intake.text import free, names

# How people call the lines of a description.
LABELS = {
    "phone": "phone",
    "phone number": "phone",
    "telephone": "phone",
    "telephone number": "phone",
    "tel": "phone",
    "tel no": "phone",
    "mobile": "phone",
    "mobile phone": "phone",
    "mobile number": "phone",
    "cell": "phone",
    "cell phone": "phone",
    "email": "email",
    "e mail": "email",
    "email address": "email",
    "e mail address": "email",
    "mail": "email",
    "clinician": "clinician",
    "practitioner": "clinician",
    "provider": "clinician",
    "number": "number",
    "patient number": "number",
    "sex": "sex_at_birth",
    "sex at birth": "sex_at_birth",
    "language": "language",
    "needs": "needs",
}
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_LABELLED = re.compile(r"[\s*_•·>#–-]*([^\W\d_][^:=\t]{0,30}?)[\s*_]*(?::|=|\t|\s[–-]\s)[\s*_]*(.*)")
_BREAKS = (
    "address|article|blockquote|br|center|dd|div|dl|dt|footer|form|h1|h2|h3|h4|h5|h6|header|hr|li|ol|p|pre"
    "|section|table|tbody|tfoot|thead|tr|ul"
)
_CELLS = "td|th"
_INLINE = "a|abbr|b|bdi|big|body|em|font|html|i|img|mark|meta|o:p|s|small|span|strong|sub|sup|tt|u|wbr"
_UNSAID = "head|script|style|title"
# "<br>" is a tag, "<anna@example.org>" and "< 40" are none.
_TAG = re.compile(
    rf"<!--|</?(?:{_BREAKS}|{_CELLS}|{_INLINE}|{_UNSAID})(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
# "born", and what stands for it in other languages' diaries.
_BORN = re.compile(
    r"[(\[,;–-]{0,2}\s?(?<!\w)(?:born(?: on)?(?: the)?|d\.?\s?o\.?\s?b\b\.?|birth\s?date|birthday"
    r"|date of birth|geb(?:\.|oren)?(?: am)?|geburtsdatum|née? le|date de naissance|nacid[oa] el"
    r"|fecha de nacimiento|nat[oa] il|data di nascita|geboren op|geboortedatum"
    r"|ur\.|data urodzenia|data de nascimento|född|født|syntynyt|doğum tarihi"
    r"|дата рождения|дата народження)(?!\w)[\s*]*(?:[(\[][a-z/. -]{6,12}[)\]])?[\s*]*[:=.]?[\s*]*",
    re.IGNORECASE,
)
# Words and marks that may belong to a date: at most so many are tried, the longest that is one wins.
_MOST_PIECES = 8
_PIECE = re.compile(r"[^\s()\[\]]+")
_PARTED = re.compile(r"\d[/.-]\d+[/.-]\d")
# How programs and people mark a title whose appointment is off. The first kind may stand without a mark.
_OFF_PLAIN = "cancelled canceled cancellation canx (?-i:DNA|FTA|UTA)"
_OFF_MARKED = (
    "abgesagt|abgebrochen|storniert|annulé|annulée|cancelado|cancelada|anulado|anulada|annullato|annullata"
    "|cancellato|cancellata|geannuleerd|afgelast|anulowane|anulowano|odwołane|odwołany|inställt|inställd"
    "|avbokad|avbokat|aflyst|avlyst|avbestilt|peruutettu|peruttu|zrušeno|zrušené|zrušená|odpovedano|otkazano"
    "|iptal|i̇ptal|iptal edildi|i̇ptal edildi|отменено|отменена|отменён|скасовано|отказано|anulat|anulată"
    "|törölve|lemondva|ακυρώθηκε|ακυρωμένο|tühistatud|atcelts|atšaukta|cancel·lat|đã hủy|đã huỷ"
    "|ملغى|ملغي|ألغي|تم الإلغاء|ملغاة|لغو شد|لغو شده|منسوخ|בוטל|מבוטל|रद्द|বাতিল"
    "|已取消|取消|キャンセル済み|キャンセル|取り消し|中止|취소됨|취소|ยกเลิก|ยกเลิกแล้ว|dibatalkan"
)
_MARK = r"\s*[:：\]\)】）|–—-]+\s*"
_OFF = re.compile(
    rf"^[\s*\[\(【（]*(?:(?:{_OFF_PLAIN.replace(' ', '|')})\b(?:{_MARK}|\s+|$)|(?:{_OFF_MARKED}){_MARK})"
    r"|\s+(?:cancelled|canceled|(?-i:DNA|FTA|UTA))\s*$"
    rf"|[\s,;:–—-]*[\[\(【（,;:–—-]\s*(?:{_OFF_PLAIN.replace(' ', '|')}|{_OFF_MARKED})\s*[\]\)】）]?\s*$",
    re.IGNORECASE,
)
# What mail and calendar programs put before a title.
_SENT = re.compile(
    r"^\s*(?:(?:updated(?: invitation)?|invitation|new event|accepted|tentative(?:ly accepted)?"
    r"|re|fw|fwd|aw|wg)\s*:\s*)+",
    re.IGNORECASE,
)


def plain(words: str) -> str:
    """The text of a description: HTML as the lines and cells (parted by a tab) that a reader would see."""
    if _TAG.search(words):
        reader = _Lines()
        reader.feed(words)
        reader.close()
        words = "".join(reader.said)
    return _ENTITY.sub(lambda found: html.unescape(found[0]), words)


def is_off(title: str) -> bool:
    """The title says that the appointment is cancelled: "Canceled: Anna", "[Abgesagt] Anna"."""
    return _OFF.search(_SENT.sub("", title)) is not None


def name_in(title: str) -> str:
    """The name in a title, without a date of birth and without what programs put around it."""
    bare = _OFF.sub(" ", _SENT.sub("", title))
    for _, begin, end in reversed(list(_births(bare))):
        bare = f"{bare[:begin]} {bare[end:]}"
    return free.one_line(_SENT.sub("", bare)).strip(" ,;-–")


def births(texts: Iterable[str]) -> list[str]:
    """Every date of birth in these texts, as written."""
    return [words for text in texts for words, _, _ in _births(text)]


def lines(described: str) -> dict[str, str]:
    """What the lines of a description say by column; of two that say the same thing the first."""
    found: dict[str, str] = {}
    for line in described.splitlines():
        labelled = _LABELLED.match(line)
        label = _BRACKETED.sub(" ", labelled[1]) if labelled else ""
        column = LABELS.get(" ".join(names.words(label)))
        if labelled and column and labelled[2].strip():
            found.setdefault(column, free.one_line(labelled[2]).strip("*_ "))
    return found


def _births(text: str) -> Iterator[tuple[str, int, int]]:
    """(the date, where its label begins, where it ends) for every label that a date follows."""
    end = 0
    for label in _BORN.finditer(text):
        if label.start() < end:
            continue
        found = _date_at(text, label.end())
        if found is not None:
            end = found[1]
            closing = re.compile(r"\s?[)\]]").match(text, end) if label[0].lstrip()[:1] in "([" else None
            yield found[0], label.start(), closing.end() if closing else end


def _date_at(text: str, begin: int) -> tuple[str, int] | None:
    """The longest date that begins there and where it ends; else what has figures and is none."""
    pieces: list[re.Match[str]] = []
    for piece in _PIECE.finditer(text, begin):
        if text[begin if not pieces else pieces[-1].end() : piece.start()].strip():
            break
        pieces.append(piece)
        if len(pieces) == _MOST_PIECES:
            break
    for last in reversed(pieces):
        words = text[begin : last.end()].rstrip(".,;*!")
        if _is_day(words):
            return free.one_line(words), begin + len(words)
    # Something with figures is there that cannot be read: it is shown as it is written, not left out unsaid.
    if not pieces or not any(map(str.isdigit, pieces[0][0])):
        return None
    last = pieces[0] if _PARTED.search(pieces[0][0]) else pieces[:3][-1]
    words = text[begin : last.end()].rstrip(".,;*!")
    return free.one_line(words), begin + len(words)


def _is_day(words: str) -> bool:
    return isinstance(day_or_words(words), date)


def day_or_words(text: str) -> date | str:
    """The day in the words; the words themselves where they are none."""
    try:
        return day_in(text)
    except UncertainDate:
        return text


class _Lines(HTMLParser):
    """The text of HTML, with line ends and tabs where a page would have them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if _is_one_of(_UNSAID, tag):
            self._unsaid += 1
        elif _is_one_of(_BREAKS, tag):
            self.said.append("\n")
        elif _is_one_of(_CELLS, tag) and self.said and not self.said[-1].endswith("\n"):
            self.said.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if _is_one_of(_UNSAID, tag):
            self._unsaid = max(0, self._unsaid - 1)
        elif _is_one_of(_BREAKS, tag):
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            self.said.append(data)


def _is_one_of(tags: str, tag: str) -> bool:
    return tag in tags.split("|")
