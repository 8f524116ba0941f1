"""What every page about data protection stands on."""

from flask import Blueprint

blueprint = Blueprint("data_protection", "intake.web.data_protection")
