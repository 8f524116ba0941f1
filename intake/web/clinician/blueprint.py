"""What every page of the consulting room stands on."""

from flask import Blueprint

blueprint = Blueprint("clinician", "intake.web.clinician")
