"""Red flags: cauda equina."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, yes
from intake.red_flags.conditions import CAUDA_EQUINA_CHANGE, CAUDA_EQUINA_IS_NEW, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-CES-1",
        "ces",
        Urgency.EMERGENCY,
        when=CAUDA_EQUINA_IS_NEW
        & (yes("rf_saddle_numb") | yes("rf_pee_start") | yes("rf_pee_feel") | yes("rf_bowel_control")),
        line=_("New (within 2 weeks) saddle, bladder or bowel change"),
        rationale="Saddle, bladder or bowel change within 14 days needs emergency imaging within hours.",
        sources=(
            "S07",
            "S08",
            "S10",
        ),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-CES-2",
        "ces",
        Urgency.EMERGENCY,
        when=CAUDA_EQUINA_IS_NEW
        & yes("rf_pee_leak")
        & (yes("rf_both_legs_pain") | yes("rf_legs_weak") | yes("rf_sex_change")),
        line=_("New urinary leakage with leg symptoms or sexual function change"),
        rationale="Leaking with leg symptoms or sexual change is more than isolated leaking.",
        sources=("S07",),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-CES-3",
        "ces",
        Urgency.SAME_DAY,
        when=CAUDA_EQUINA_IS_NEW & yes("rf_pee_leak")
        | chosen("rf_ces_when", "w2_m3")
        & (
            yes("rf_saddle_numb")
            | yes("rf_pee_start")
            | yes("rf_pee_feel")
            | yes("rf_bowel_control")
            | yes("rf_pee_leak") & (yes("rf_both_legs_pain") | yes("rf_legs_weak") | yes("rf_sex_change"))
        ),
        line=_("Isolated new leakage, or bladder/bowel/saddle change 2 weeks to 3 months old"),
        rationale="Over a quarter of people with low back pain report bladder or bowel change; isolated or older change is urgent, not emergency.",
        sources=(
            "S07",
            "S09",
            "S62",
        ),
        advice="adv_same_day_ces",
    ),
    RedFlag(
        "R-CES-4",
        "ces",
        Urgency.SAME_DAY,
        when=yes("rf_both_legs_pain") & WITHIN_14_DAYS,
        line=_("New or suddenly worse symptoms down both legs"),
        rationale="New symptoms down both legs can come before bladder and bowel change.",
        sources=(
            "S07",
            "S08",
        ),
        advice="adv_same_day_ces",
    ),
    RedFlag(
        "R-CES-5",
        "ces",
        Urgency.PRIORITY,
        when=yes("rf_both_legs_pain") | yes("rf_sex_change") | CAUDA_EQUINA_CHANGE,
        line=_("Long-standing bilateral leg symptoms, bladder/bowel change, or sexual function change"),
        rationale="Long-standing change is recorded for the examination; alone it seldom is cauda equina syndrome.",
        sources=("S07",),
    ),
)
