"""The reception desk.

day            the day on one board
appointments   made, looked at, changed, cancelled
find           by name, date of birth, number or reference
links          the patient's link
importing      appointments out of a file
papers         the letter with the link, the blank form
walk_in        the code for the tablet
ways           filled in together, copied from paper
alerts         who was told what, and what came of it; call_page: the page of one call
hand_overs     a call is offered to a colleague; put_right: what was written about it, afterwards

Nothing clinical is shown here beyond what reception must act on: how urgent, and whom to phone.
"""

from intake.web.reception import (
    alerts,
    appointments,
    day_list,
    filling_in,
    find,
    hand_overs,
    importing,
    links,
    papers,
    put_right,
    walk_in,
)
from intake.web.reception.blueprint import blueprint

__all__ = [
    "alerts",
    "appointments",
    "blueprint",
    "day_list",
    "filling_in",
    "find",
    "hand_overs",
    "importing",
    "links",
    "papers",
    "put_right",
    "walk_in",
]
