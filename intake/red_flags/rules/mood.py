"""Red flags: mood (only where the clinic has switched it on and staffs it)."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import yes
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-MH-1",
        "mood",
        Urgency.EMERGENCY,
        when=yes("mood_unsafe_now"),
        line=_("Says they may act on thoughts of self-harm today"),
        rationale="Someone who may act today needs a person now. Asked only where the clinic staffs it.",
        sources=("K",),
        advice="adv_crisis_now",
        unsure=Urgency.EMERGENCY,
    ),
)
