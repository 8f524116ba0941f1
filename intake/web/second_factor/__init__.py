"""Pages about second factors: what a sign-in asks for after the password, and what somebody has set up.

asked      the second step of a sign-in, and passkeys
home       what I have; what I must set up first, and who has to be phoned meanwhile
app        codes of an app
passkeys   passkeys of my own
recovery   recovery codes
"""

from intake.web.second_factor import app, asked, home, passkeys, recovery
from intake.web.second_factor.blueprint import blueprint

__all__ = ["app", "asked", "blueprint", "home", "passkeys", "recovery"]
