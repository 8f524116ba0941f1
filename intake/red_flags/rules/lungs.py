"""Red flags: lungs."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, chosen, onset_days, yes
from intake.red_flags.conditions import CANCER_TREATED_NOW, CLOT_RISK, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-PE-1",
        "resp",
        Urgency.EMERGENCY,
        when=yes("rf_breathless_rest"),
        line=_("Breathless at rest or unable to complete sentences"),
        rationale="Breathlessness at rest is an emergency whatever its cause.",
        sources=("S05",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-PE-2",
        "resp",
        Urgency.EMERGENCY,
        when=yes("rf_breathless")
        & (
            yes("rf_leg_swelling")
            | (yes("rf_pleuritic") | yes("rf_cough_blood") | yes("rf_faint"))
            & (yes("rf_breathless_sudden") | CLOT_RISK)
        ),
        line=_(
            "Breathless with one swollen calf; or with pleuritic pain, haemoptysis or faint and sudden onset or clot risk"
        ),
        rationale="Breathlessness with calf swelling, or with pleuritic pain, blood or faint and sudden onset or clot risk.",
        sources=("S05",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-PE-3",
        "resp",
        Urgency.SAME_DAY,
        when=yes("rf_cough_blood")
        | yes("rf_pleuritic") & WITHIN_14_DAYS & (yes("rf_breathless") | yes("rf_leg_swelling") | CLOT_RISK)
        | yes("rf_pleuritic") & (onset_days <= 42) & (yes("rf_breathless") | yes("rf_leg_swelling")),
        line=_("Haemoptysis, or pleuritic pain with breathlessness, calf swelling or clot risk"),
        rationale="Coughed blood, or pleuritic pain with a second clot feature, is assessed the same day.",
        sources=("S05",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-PE-4",
        "resp",
        Urgency.PRIORITY,
        when=yes("rf_breathless") | yes("rf_leg_swelling"),
        line=_("New breathlessness or one-sided calf swelling"),
        rationale="New breathlessness or a swollen calf alone needs an early look at the visit.",
        sources=("S05",),
    ),
    RedFlag(
        "R-PE-5",
        "resp",
        Urgency.SAME_DAY,
        when=yes("rf_breathless")
        & (
            yes("rf_breathless_sudden")
            | yes("rf_faint")
            | yes("vte_recent")
            | yes("rf_postpartum")
            | chosen("pmh_heart_list", "blood_clot")
            | CANCER_TREATED_NOW
        )
        | yes("rf_leg_swelling") & CLOT_RISK,
        line=_(
            "Breathlessness that came on quickly, with faint or with clot risk; or one swollen calf with clot risk"
        ),
        rationale="Quick breathlessness without sharp pain is still a presentation of embolism.",
        sources=("S05",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-PTX-1",
        "resp",
        Urgency.SAME_DAY,
        when=yes("rf_pleuritic")
        & yes("rf_sudden_max")
        & WITHIN_14_DAYS
        & (
            chosen("pmh_other_list", "lung_disease")
            | chosen("soc_smoking", "current", "vape")
            | chosen("sex_at_birth", "male") & (age >= 15) & (age <= 40)
        ),
        line=_("Abrupt pleuritic pain with lung disease, smoking or vaping, or in a man of 15-40"),
        rationale="Abrupt one-sided pleuritic pain with smoking, lung disease, or in a young man fits the setting of pneumothorax.",
        sources=("S06",),
        advice="adv_same_day",
    ),
)
