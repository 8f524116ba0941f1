"""Red flags: inflammatory back pain."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import OVER_3_MONTHS
from intake.questionnaire.criteria import at_least, chosen, on_age, pain_in, yes
from intake.red_flags.conditions import SPONDYLOARTHRITIS_FEATURES
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-SPA-1",
        "inflam",
        Urgency.PRIORITY,
        when=OVER_3_MONTHS
        & (on_age < 45)
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
        when=OVER_3_MONTHS & (on_age < 45) & at_least(3, *SPONDYLOARTHRITIS_FEATURES),
        line=_("Three NICE NG65 features, onset before 45, over 3 months"),
        rationale="Three of nine features: guidance asks for a blood test.",
        sources=("S21",),
    ),
    RedFlag(
        "R-SPA-3",
        "inflam",
        Urgency.NOTE,
        when=OVER_3_MONTHS
        & (on_age < 45)
        & at_least(
            3,
            chosen("pat_stiff", "over30"),
            chosen("pat_rest", "worse", "comes_on"),
            chosen("rel", "moving"),
            chosen("pmh_more_list", "uveitis", "ibd"),
            yes("ibp_night"),
            yes("ibp_move"),
        ),
        line=_("Three inflammatory-type features at any spinal level, onset before 45, over 3 months"),
        rationale="Three inflammatory-type features at any spinal level, with onset before 45, are one line for the examination.",
        sources=("S21",),
    ),
)
