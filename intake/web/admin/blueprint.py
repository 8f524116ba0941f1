"""What every page of the office stands on."""

from flask import Blueprint

from intake.web.proof import proved as proved

blueprint = Blueprint("admin", "intake.web.admin")
