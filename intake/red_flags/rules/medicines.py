"""Red flags: medicine safety."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen
from intake.red_flags.conditions import NSAID_CAUTION
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-MED-1",
        "meds",
        Urgency.PRIORITY,
        when=chosen("med_now", "nsaid") & NSAID_CAUTION,
        line=_("Taking an NSAID with a recorded caution"),
        rationale="An anti-inflammatory with a recorded caution is a prescribing risk today.",
        sources=("S32",),
    ),
    RedFlag(
        "R-MED-2",
        "meds",
        Urgency.NOTE,
        when=NSAID_CAUTION,
        line=_("NSAID caution recorded"),
        rationale="A caution to know before prescribing.",
        sources=("S32",),
    ),
)
