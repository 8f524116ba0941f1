"""Red flags: pulmonary embolism and collapsed lung."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, onset_days, yes
from intake.red_flags.conditions import (
    CANCER_TREATED_NOW,
    CLOT_RISK,
    NEEDLED,
    STRONG_CLOT_RISK,
    UNPROVOKED,
    WITHIN_3_DAYS,
    WITHIN_14_DAYS,
)
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
        | yes("rf_pleuritic")
        & WITHIN_14_DAYS
        & (
            yes("rf_breathless")
            | yes("rf_leg_swelling")
            | STRONG_CLOT_RISK
            | yes("med_oestrogen") & UNPROVOKED
        )
        | yes("rf_pleuritic") & (onset_days <= 42) & (yes("rf_breathless") | yes("rf_leg_swelling")),
        line=_("Haemoptysis, or pleuritic pain with breathlessness, calf swelling or clot risk"),
        rationale="Coughed blood, or pleuritic pain with a second clot feature, is assessed the same day; oestrogen counts when no strain is named as the start.",
        sources=("S05",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-PE-4",
        "resp",
        Urgency.PRIORITY,
        when=yes("rf_breathless"),
        line=_("New breathlessness"),
        rationale="New breathlessness alone needs an early look at the visit.",
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
            | yes("birth_12w")
            | chosen("pmh_heart_list", "blood_clot")
            | CANCER_TREATED_NOW
        ),
        line=_("Breathlessness that came on quickly, with faint or with clot risk"),
        rationale="Quick breathlessness without sharp pain is still a presentation of embolism, as is breathlessness with faint or clot risk, such as a recent birth.",
        sources=("S05",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-PE-6",
        "resp",
        Urgency.SAME_DAY,
        when=yes("rf_leg_swelling"),
        line=_("One calf newly swollen"),
        rationale="One swollen, painful leg may be a deep vein clot; NHS advice to patients is an urgent appointment.",
        sources=("S05", "S70"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-PE-7",
        "resp",
        Urgency.PRIORITY,
        when=yes("rf_pleuritic") & (WITHIN_3_DAYS | WITHIN_14_DAYS & CLOT_RISK),
        line=_("Pleuritic pain of 3 days or less, or of 14 days or less with a clot risk"),
        rationale="Fewer than 10% of people with embolism lack breathlessness, fast breathing and pleuritic pain; new pleuritic pain alone is looked at early.",
        sources=("S05",),
    ),
    RedFlag(
        "R-PE-8",
        "resp",
        Urgency.EMERGENCY,
        when=yes("rf_cough_blood") & (yes("rf_pleuritic") | yes("rf_leg_swelling") | CLOT_RISK),
        line=_("Haemoptysis with pleuritic pain, one swollen calf or clot risk"),
        rationale="Coughed blood alone is urgent; with pleuritic pain, a swollen calf or clot risk, the 12 weeks after birth included, it is an emergency.",
        sources=("S05", "S93", "S94"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-PTX-2",
        "resp",
        Urgency.SAME_DAY,
        when=NEEDLED & (yes("rf_pleuritic") | yes("rf_breathless")),
        line=_("Pleuritic pain or breathlessness within 2 weeks of needles in neck, shoulder, chest or back"),
        rationale="Needles in shoulder or upper back can collapse a lung; pain and breathlessness come 30 minutes to hours later, at times late and mild.",
        sources=("S98",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-PTX-1",
        "resp",
        Urgency.SAME_DAY,
        when=yes("rf_pleuritic")
        & yes("rf_sudden_max")
        & WITHIN_14_DAYS
        & (chosen("pmh_other_list", "lung_disease") | chosen("soc_smoking", "current", "vape") | UNPROVOKED),
        line=_("Abrupt pleuritic pain with lung disease, smoking or vaping, or without a named strain"),
        rationale="Abrupt pleuritic pain may be a collapsed lung, even when mild; lung disease, smoking or no named strain is needed as a second point.",
        sources=("S06",),
        advice="adv_same_day",
    ),
)
