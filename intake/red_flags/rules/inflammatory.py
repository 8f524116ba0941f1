"""Red flags: inflammatory (not urgent)."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import OVER_3_MONTHS
from intake.questionnaire.criteria import at_least, number, pain_in
from intake.red_flags.conditions import SPONDYLOARTHRITIS_FEATURES
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-SPA-1",
        "inflam",
        Urgency.PRIORITY,
        when=OVER_3_MONTHS
        & (number("on_age") < 45)
        & pain_in("LOW_BACK", "BUTTOCK")
        & at_least(4, *SPONDYLOARTHRITIS_FEATURES),
        line=_("Four or more NICE NG65 features, onset before 45, over 3 months"),
        rationale="Four of nine features with early onset: guidance asks for referral.",
        sources=("S21",),
    ),
    RedFlag(
        "R-SPA-2",
        "inflam",
        Urgency.NOTE,
        when=OVER_3_MONTHS & (number("on_age") < 45) & at_least(3, *SPONDYLOARTHRITIS_FEATURES),
        line=_("Three NICE NG65 features, onset before 45, over 3 months"),
        rationale="Three of nine features: guidance asks for a blood test.",
        sources=("S21",),
    ),
)
