"""Red flags: adrenal crisis."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import at_least, yes
from intake.red_flags.conditions import FEVER_OR_RIGORS, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-ADR-1",
        "meds",
        Urgency.EMERGENCY,
        when=yes("med_steroid_4w")
        & yes("rf_faint")
        & (yes("rf_sick") | yes("rf_tired_new") | yes("rf_belly_pain")),
        line=_(
            "Oral steroid for 4 weeks or more (or stopped) with faint and nausea, marked tiredness or belly pain"
        ),
        rationale="After 4 weeks or more of steroid tablets, a faint with sickness, extreme tiredness or belly pain may be an adrenal crisis.",
        sources=("S61", "S71"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-ADR-2",
        "meds",
        Urgency.SAME_DAY,
        when=yes("med_steroid_4w")
        & WITHIN_14_DAYS
        & at_least(
            2, yes("rf_faint"), yes("rf_sick"), yes("rf_tired_new"), yes("rf_belly_pain"), FEVER_OR_RIGORS
        ),
        line=_(
            "Oral steroid for 4 weeks or more (or stopped) with two of faint, nausea, tiredness, belly pain, fever"
        ),
        rationale="After 4 weeks or more of steroid tablets, two of these features with new pain may be an adrenal crisis and are assessed the same day.",
        sources=("S61", "S71"),
        advice="adv_same_day",
    ),
)
