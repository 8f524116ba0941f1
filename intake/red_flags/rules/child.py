"""Red flags: children."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, yes
from intake.red_flags.conditions import FEVER_OR_RIGORS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-CHD-1",
        "child",
        Urgency.SAME_DAY,
        when=(age < 10)
        | (age < 18)
        & (
            yes("rf_night_pain")
            | FEVER_OR_RIGORS
            | yes("rf_weight_loss")
            | yes("rf_constant_worse")
            | yes("rf_walk_unsteady")
            | yes("rf_legs_weak")
        ),
        line=_("Child or young person with a warning feature (or under 10)"),
        rationale="In children, age under 10 and systemic or neurological features carry more weight.",
        sources=("S30",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-CHD-2",
        "child",
        Urgency.PRIORITY,
        when=age < 16,
        line=_("Under 16: form written for adults"),
        rationale="The form was written for adults; the history must be taken again.",
        sources=("S30", "S39"),
    ),
)
