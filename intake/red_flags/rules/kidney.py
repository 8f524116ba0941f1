"""Red flags: kidney and urine."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, pain_in, yes
from intake.red_flags.conditions import COLICKY_FLANK_PAIN, FEVER_OR_RIGORS, KIDNEY_RISK, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-REN-1",
        "renal",
        Urgency.EMERGENCY,
        when=pain_in("FLANK")
        & FEVER_OR_RIGORS
        & (
            COLICKY_FLANK_PAIN
            | KIDNEY_RISK
            | chosen("pmh_other_list", "kidney_stones")
            | yes("rf_no_pee_12h")
            | yes("rf_vomit_keepdown")
            | yes("rf_pregnant")
        ),
        line=_("Flank pain with fever or rigors and obstruction or kidney risk feature"),
        rationale="An infected obstructed kidney is an emergency.",
        sources=("S24",),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-REN-2",
        "renal",
        Urgency.EMERGENCY,
        when=COLICKY_FLANK_PAIN
        & WITHIN_14_DAYS
        & (KIDNEY_RISK | yes("rf_no_pee_12h") | yes("rf_vomit_keepdown") | yes("rf_pregnant")),
        line=_("Colicky flank pain with anuria, vomiting, single kidney, kidney disease or pregnancy"),
        rationale="Colic with one kidney, kidney disease, pregnancy, vomiting or no urine is admitted.",
        sources=("S24",),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-REN-3",
        "renal",
        Urgency.SAME_DAY,
        when=COLICKY_FLANK_PAIN & WITHIN_14_DAYS,
        line=_("Colicky flank pain, 14 days or less"),
        rationale="Suspected renal colic is imaged within 24 hours.",
        sources=("S17", "S24"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-REN-4",
        "renal",
        Urgency.SAME_DAY,
        when=pain_in("FLANK") & yes("rf_pee_burn"),
        line=_("Flank pain with dysuria"),
        rationale="Flank pain with burning urine raises kidney infection.",
        sources=("K",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-REN-5",
        "renal",
        Urgency.PRIORITY,
        when=yes("rf_pee_blood"),
        line=_("Visible blood in urine"),
        rationale="Visible blood in urine always needs an explanation.",
        sources=("K",),
    ),
    RedFlag(
        "R-REN-6",
        "renal",
        Urgency.EMERGENCY,
        when=yes("rf_no_pee_12h"),
        line=_("No urine for 12 hours"),
        rationale="No urine for 12 hours is retention or kidney failure until shown otherwise.",
        sources=("S24", "S82", "K"),
        advice="adv_ed_now",
    ),
)
