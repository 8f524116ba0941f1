"""The reception desk.

day            the day on one board
appointments   made, looked at, changed, cancelled
find           by name, date of birth, number or reference
links          the patient's link
importing      appointments out of a file
papers         the letter with the link, the blank form
walk_in        the code for the tablet
ways           filled in together, copied from paper
alerts         who was told what, and what came of it

Nothing clinical is shown here beyond what reception must act on: how urgent, and whom to phone.
"""

from intake.web.reception import alerts, appointments, day, find, importing, links, papers, walk_in, ways
from intake.web.reception.room import room

__all__ = [
    "alerts",
    "appointments",
    "day",
    "find",
    "importing",
    "links",
    "papers",
    "room",
    "walk_in",
    "ways",
]
