"""What every page of the consulting room stands on."""

from flask import Blueprint

room = Blueprint("clinician", "intake.web.clinician")
