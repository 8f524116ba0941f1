"""What every page about the own account stands on."""

from flask import Blueprint

blueprint = Blueprint("account", "intake.web.account")
