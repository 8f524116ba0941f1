"""The office: who works here, what the clinic has set, and how it goes. No admin sees an answer here.

blueprint  what every page of it shares; the password asked again
users      people and their roles
welcome    where somebody chooses a password by a one-time link
settings   the clinic's settings; settings_form: their boxes
refused    sign-ins that were refused: guesses at passwords
records    two records of one patient: joined, and parted again
safety     who approved what patients are asked and told, and what changed since
operation  how the computer is: parts, jobs, trial messages
figures    numbers, with small ones hidden
research   answers of many patients, taken out by the clinicians who are named for it
clinician_names  whom the names in files mean
"""

from intake.web.admin import (
    clinician_names,
    operation,
    records,
    refused,
    research,
    safety,
    settings,
    statistics,
    users,
    welcome,
)
from intake.web.admin.blueprint import blueprint

__all__ = [
    "blueprint",
    "clinician_names",
    "operation",
    "records",
    "refused",
    "research",
    "safety",
    "settings",
    "statistics",
    "users",
    "welcome",
]
