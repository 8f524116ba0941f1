"""Red flags: acute coronary syndrome."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import at_least, chosen, onset_days, pain_in, yes
from intake.red_flags.conditions import (
    AUTONOMIC,
    CARDIAC_RISK,
    HIGH_CARDIAC_RISK,
    UNPROVOKED,
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
        & (
            chosen("rf_chest_when", "now", "last_12h", "not_sure")
            & (
                at_least(1, *AUTONOMIC)
                & (at_least(2, *AUTONOMIC) | CARDIAC_RISK | yes("rf_chest_new") | yes("rf_arm_jaw"))
                | yes("rf_chest_new") & (yes("rf_chest_15min") | yes("rf_arm_jaw"))
            )
            | chosen("rf_chest_when", "now") & yes("rf_chest_15min") & HIGH_CARDIAC_RISK
        ),
        line=_(
            "Chest pain now or within 12 h with accompanying features; or now and over 15 minutes with known heart disease or high cardiac risk"
        ),
        rationale="Chest pain now or within 12 hours goes to hospital as an emergency; angina of more than 15 minutes calls for an ambulance.",
        sources=("S01", "S02", "S69"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-ACS-2",
        "cardiac",
        Urgency.EMERGENCY,
        when=UPPER_BODY_PAIN
        & WITHIN_3_DAYS
        & CARDIAC_RISK
        & (
            at_least(2, *AUTONOMIC)
            | at_least(1, *AUTONOMIC) & (yes("rf_arm_jaw") | chosen("pq_words", "crushing"))
        ),
        line=_(
            "Upper-body pain of 3 days or less with cardiac risk and two of sweating, nausea, breathlessness, faintness, or one of them with arm/jaw spread or crushing pain"
        ),
        rationale="Back, neck, jaw, arm or upper belly pain can stand in for chest pain; with further features patients should call the emergency number.",
        sources=("S01", "S02", "S69"),
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
        when=UPPER_BODY_PAIN
        & WITHIN_3_DAYS
        & (
            at_least(2, *AUTONOMIC)
            | CARDIAC_RISK & (yes("rf_sweaty") | yes("rf_faint"))
            | at_least(1, *AUTONOMIC) & (yes("rf_arm_jaw") | chosen("pq_words", "crushing"))
            | CARDIAC_RISK & yes("rf_arm_jaw") & chosen("pq_words", "crushing")
        ),
        line=_(
            "Upper-body pain of 3 days or less with two autonomic features; or one with arm/jaw spread or crushing pain; or clammy or faint, or crushing and spreading, with cardiac risk"
        ),
        rationale="Back, jaw or arm pain can stand in for chest pain; sweating, faintness, or crushing and spreading pain with it needs a call today.",
        sources=("S01", "S02", "S69"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-ACS-5",
        "cardiac",
        Urgency.SAME_DAY,
        when=yes("rf_exertional")
        & (yes("rf_chest_new") | UPPER_BODY_PAIN & CARDIAC_RISK & ((onset_days <= 42) | yes("on_flare_3d"))),
        line=_("Effort-related pain that is new within 6 weeks or newly worse"),
        rationale="Effort pain that eases with rest and is new or newly worse follows unstable angina; the limit of 6 weeks is a choice made by clinical judgement.",
        sources=("S01", "S81"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-ACS-6",
        "cardiac",
        Urgency.PRIORITY,
        when=yes("rf_chest_pain")
        | yes("rf_exertional") & UPPER_BODY_PAIN
        | pain_in("CHEST_FRONT") & WITHIN_14_DAYS,
        line=_("Chest pain in last 3 days, chest marked on the body map, or effort-related upper-body pain"),
        rationale="Recent chest pain, a newly painful chest on the body map, or effort-related upper-body pain is worth the first questions of the visit.",
        sources=("S01",),
    ),
    RedFlag(
        "R-ACS-7",
        "cardiac",
        Urgency.SAME_DAY,
        when=UPPER_BODY_PAIN
        & WITHIN_3_DAYS
        & HIGH_CARDIAC_RISK
        & (
            at_least(1, *AUTONOMIC)
            | yes("rf_arm_jaw")
            | yes("rf_tired_new") & (UNPROVOKED | chosen("on_trigger", "lift", "overhead", "cough", "fall"))
        ),
        line=_(
            "Upper-body pain of 3 days or less with one anginal-equivalent symptom or arm/jaw spread, and high cardiac risk (known heart, vascular or kidney disease, diabetes, or two risk factors)"
        ),
        rationale="Breathlessness, fatigue, arm and jaw pain are anginal equivalents; with high cardiac risk one such symptom is enough for a call today.",
        sources=("S02", "S69"),
        advice="adv_same_day",
    ),
)
