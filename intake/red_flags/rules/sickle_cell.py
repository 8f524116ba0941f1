"""Red flags: sickle cell disease."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, number, yes
from intake.red_flags.conditions import FEVER_OR_RIGORS, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-SCD-1",
        "general",
        Urgency.EMERGENCY,
        when=chosen("pmh_other_list", "sickle")
        & WITHIN_14_DAYS
        & (FEVER_OR_RIGORS | yes("rf_chest_pain") | yes("rf_breathless") | yes("rf_pleuritic")),
        line=_("Sickle cell disease with new pain and fever, chest pain or breathlessness"),
        rationale="Pain with fever or breathing symptoms may be chest syndrome.",
        sources=("S58",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-SCD-2",
        "general",
        Urgency.SAME_DAY,
        when=chosen("pmh_other_list", "sickle") & WITHIN_14_DAYS,
        line=_("Sickle cell disease with new or suddenly worse pain"),
        rationale="An acute painful episode is treated as an acute medical emergency by guidance; the clinic calls today.",
        sources=("S58",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-SCD-3",
        "general",
        Urgency.EMERGENCY,
        when=chosen("pmh_other_list", "sickle") & WITHIN_14_DAYS & (number("nrs_now") >= 7),
        line=_("Sickle cell disease with new severe pain"),
        rationale="An acute painful episode is treated as an acute medical emergency by guidance; severe here means 7 or more of 10.",
        sources=("S58",),
        advice="adv_ed_now",
        unsure=Urgency.PRIORITY,
    ),
)
