"""The blueprint of the clinician's pages."""

from flask import Blueprint

blueprint = Blueprint("clinician", "intake.web.clinician")
