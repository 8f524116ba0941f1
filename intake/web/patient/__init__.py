"""The patient's pages: from the link to the receipt, one page at a time.

identification  the link, the date of birth, leaving the phone clean
code        the code on a letter, typed by hand
pages       a page of questions, shown and taken
cards   what cannot wait, and answers to look at once more
appointment  the visit as a file for the patient's calendar
sending     check, add more, stop for now, send, receipt, own copy
"""

from intake.web.patient import appointment, cards, identification, pages, sending, short_code
from intake.web.patient.blueprint import blueprint

__all__ = ["appointment", "blueprint", "cards", "identification", "pages", "sending", "short_code"]
