"""The reception desk.

day            the day on one board
appointments   made, looked at, cancelled
links          the patient's link
importing      appointments out of a file
papers         the letter with the link, the blank form
walk_in        the code for the tablet
ways           filled in together, copied from paper
alerts         who was told what, and what came of it

Nothing clinical is shown here beyond what reception must act on: how urgent, and whom to phone.
"""

from intake.web.reception import alerts, appointments, day, importing, links, papers, walk_in, ways
from intake.web.reception.room import room

__all__ = ["alerts", "appointments", "day", "importing", "links", "papers", "room", "walk_in", "ways"]
