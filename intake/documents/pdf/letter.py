"""The letter that brings a patient the link: one page, to be scanned, typed, or answered in another way."""

from collections.abc import Mapping
from datetime import datetime

from intake.documents.orders import Invited, Letterhead, Paper
from intake.documents.pdf import drawings
from intake.documents.pdf.engine import LOCK, engine, one_at_a_time
from intake.documents.pdf.template import cannot_wait, leaf, template
from intake.i18n import fill, gettext
from intake.i18n import lazy as _

QR_MILLIMETRES = 38
WITHOUT_A_PHONE = _(
    "Phone the clinic on {clinic_phone}: we go through the questions with you, or send them to you on paper. "
    "You can also come 20 minutes early and answer them here."
)


def render(
    letterhead: Letterhead,
    invited: Invited,
    facts: Mapping[str, str],
    *,
    made: datetime,
    paper: Paper = "A4",
) -> bytes:
    """The bytes of the PDF, in the language being spoken. `facts` fill the placeholders of the texts."""
    with LOCK:
        machine = engine(paper, "letter")
    # No patient's name: the title stands in the window, and in the list of what was opened last.
    title = gettext("Before your appointment")
    words = template("letter.xml.j2").render(
        leaf=leaf(title, letterhead, made),
        letterhead=letterhead,
        to=invited,
        reference=gettext("Reference %(reference)s", reference=invited.reference)
        if invited.reference
        else "",
        until=gettext("It works until %(until)s, and is only for you.", until=invited.until),
        without=fill(WITHOUT_A_PHONE, facts),
        emergency=cannot_wait(facts),
    )
    with one_at_a_time():
        drawn = {"fig:qr": drawings.qr_code(invited.link, QR_MILLIMETRES)}
        return machine.write(machine.lay_out(words, drawn), made)
