"""Red flags: acute coronary syndrome."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import at_least, chosen, yes
from intake.red_flags.conditions import (
    AUTONOMIC,
    CARDIAC_RISK,
    HIGH_CARDIAC_RISK,
    UPPER_BODY_PAIN,
    WITHIN_3_DAYS,
    WITHIN_14_DAYS,
)
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-ACS-1",
        "cardiac",
        Urgency.EMERGENCY,
        when=yes("rf_chest_pain")
        & chosen("rf_chest_when", "now", "last_12h", "not_sure")
        & (
            at_least(1, *AUTONOMIC)
            & (at_least(2, *AUTONOMIC) | CARDIAC_RISK | yes("rf_chest_new") | yes("rf_arm_jaw"))
            | yes("rf_chest_new") & (yes("rf_chest_15min") | yes("rf_arm_jaw"))
        ),
        line=_("Chest pain now or within 12 h with accompanying features"),
        rationale="Chest pain now or within 12 hours is sent to hospital as an emergency; accompanying features raise concern.",
        sources=(
            "S01",
            "S02",
        ),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-ACS-2",
        "cardiac",
        Urgency.EMERGENCY,
        when=UPPER_BODY_PAIN & WITHIN_3_DAYS & at_least(2, *AUTONOMIC) & CARDIAC_RISK,
        line=_(
            "Upper back/arm/jaw/neck pain of 3 days or less with two or more of sweating, nausea, breathlessness, faintness"
        ),
        rationale="Back, neck, jaw, arm or upper belly pain with autonomic features can stand in for chest pain.",
        sources=("S02",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-ACS-3",
        "cardiac",
        Urgency.SAME_DAY,
        when=yes("rf_chest_pain")
        & (
            chosen("rf_chest_when", "h12_72")
            & (at_least(1, *AUTONOMIC) | yes("rf_chest_15min") | yes("rf_arm_jaw"))
            | at_least(1, *AUTONOMIC)
            | yes("rf_chest_new") & CARDIAC_RISK
        ),
        line=_("Chest pain in last 3 days: new with cardiac risk, or with an accompanying feature"),
        rationale="Chest pain of the last 12 to 72 hours, or new chest pain with cardiac risk, is assessed the same day.",
        sources=("S01",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-ACS-4",
        "cardiac",
        Urgency.SAME_DAY,
        when=UPPER_BODY_PAIN & WITHIN_3_DAYS & at_least(2, *AUTONOMIC),
        line=_("Upper-body pain of 3 days or less with two or more autonomic features"),
        rationale="Two autonomic features with new upper-body pain, whatever the cardiac risk.",
        sources=("S02",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-ACS-5",
        "cardiac",
        Urgency.SAME_DAY,
        when=yes("rf_exertional") & (yes("rf_chest_new") | UPPER_BODY_PAIN & WITHIN_14_DAYS & CARDIAC_RISK),
        line=_("New pain brought on by effort and eased by rest"),
        rationale="Pain on effort that eases with rest and is new or changed follows the pattern of unstable angina.",
        sources=("S01",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-ACS-6",
        "cardiac",
        Urgency.PRIORITY,
        when=yes("rf_chest_pain") | yes("rf_exertional") & UPPER_BODY_PAIN,
        line=_("Chest pain in last 3 days, or effort-related upper-body pain"),
        rationale="Any recent chest pain or effort-related upper-body pain is worth the first questions of the visit.",
        sources=("S01",),
    ),
    RedFlag(
        "R-ACS-7",
        "cardiac",
        Urgency.SAME_DAY,
        when=UPPER_BODY_PAIN
        & WITHIN_3_DAYS
        & HIGH_CARDIAC_RISK
        & (at_least(1, *AUTONOMIC) | yes("rf_tired_new")),
        line=_(
            "Upper-body pain of 3 days or less with one anginal-equivalent symptom and high cardiac risk (diabetes, known vascular or kidney disease, or two risk factors)"
        ),
        rationale="Women and people with diabetes more often have a single equivalent symptom and no chest pain.",
        sources=("S02",),
        advice="adv_same_day",
    ),
)
