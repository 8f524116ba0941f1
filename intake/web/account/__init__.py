"""A member of staff and their own account: password, where they are signed in, browsers that are known.

blueprint  what every page of it shares
links      further pages about the own account, in one list
overview   the page itself: sessions and browsers, and ending them
password   changing the own password
"""

from intake.web.account import overview, password
from intake.web.account.blueprint import blueprint

__all__ = ["blueprint", "overview", "password"]
