"""Red flags: aorta."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, at_least, chosen, pain_in, yes
from intake.red_flags.conditions import (
    AORTIC_RISK,
    AORTIC_RISK_OR_AGE_OR_PRESSURE,
    COLICKY_FLANK_PAIN,
    WITHIN_3_DAYS,
    WITHIN_14_DAYS,
)
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-AAS-1",
        "aortic",
        Urgency.EMERGENCY,
        when=yes("rf_sudden_max")
        & WITHIN_14_DAYS
        & (
            yes("rf_migrates")
            | yes("rf_faint")
            | AORTIC_RISK
            | yes("rf_tearing")
            & (
                (age >= 40)
                | chosen("pmh_heart_list", "high_bp")
                | yes("rf_worst_ever")
                | yes("rf_sweaty")
                | yes("rf_chest_pain")
            )
        ),
        line=_("Abrupt severe pain with tearing, migration, faint or known aortic risk"),
        rationale="Abrupt severe pain plus a high-risk pain feature or condition scores high on the aortic dissection score.",
        sources=("S03",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAS-2",
        "aortic",
        Urgency.EMERGENCY,
        when=yes("rf_sudden_max")
        & yes("rf_worst_ever")
        & WITHIN_3_DAYS
        & pain_in("CHEST", "UPPER_BACK", "MID_BACK", "ABDO_UPPER")
        & ((age >= 40) | chosen("pmh_heart_list", "high_bp")),
        line=_("Abrupt worst-ever chest/upper back/upper abdominal pain, 3 days or less"),
        rationale="Abrupt worst-ever pain over the aorta within three days, at an age or pressure where dissection happens.",
        sources=("S03",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAS-3",
        "aortic",
        Urgency.SAME_DAY,
        when=yes("rf_sudden_max")
        & WITHIN_14_DAYS
        & pain_in("CHEST", "UPPER_BACK", "MID_BACK", "ABDO_UPPER")
        & ((age >= 40) | chosen("pmh_heart_list", "high_bp")),
        line=_("Abrupt severe onset, chest/upper/mid back, 14 days or less"),
        rationale="Abrupt severe onset over the aorta without a second feature: high sensitivity, low specificity.",
        sources=("S03",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-AAS-4",
        "aortic",
        Urgency.NOTE,
        when=yes("rf_sudden_max"),
        line=_("Abrupt onset"),
        rationale="Abrupt onset alone is unspecific; it is printed so that the clinician can ask.",
        sources=("S03",),
    ),
    RedFlag(
        "R-AAS-5",
        "aortic",
        Urgency.EMERGENCY,
        when=WITHIN_3_DAYS
        & yes("rf_tearing")
        & (yes("rf_migrates") | yes("rf_faint") | yes("rf_sweaty"))
        & AORTIC_RISK_OR_AGE_OR_PRESSURE
        & pain_in("CHEST", "UPPER_BACK", "MID_BACK", "ABDO_UPPER", "NECK"),
        line=_("Tearing pain of 3 days or less with migration, faint or clamminess"),
        rationale="Tearing pain with migration, faint or clamminess counts even when it took more than a minute.",
        sources=("S03",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAS-6",
        "aortic",
        Urgency.SAME_DAY,
        when=WITHIN_14_DAYS
        & (
            yes("rf_tearing")
            & (
                yes("rf_sudden_max")
                | AORTIC_RISK_OR_AGE_OR_PRESSURE
                & pain_in("CHEST", "UPPER_BACK", "MID_BACK", "ABDO_UPPER", "NECK")
            )
            | chosen("pmh_heart_list", "connective_tissue", "aortic_valve")
            & pain_in("CHEST", "UPPER_BACK", "MID_BACK", "ABDO", "NECK")
        ),
        line=_(
            "Tearing pain, or new chest/back pain with connective tissue disease or aortic valve/aortic surgery history"
        ),
        rationale="Connective tissue or aortic valve disease with new pain is high risk even when described as a strain.",
        sources=("S03",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-AAA-1",
        "aortic",
        Urgency.EMERGENCY,
        when=((age >= 60) | chosen("pmh_heart_list", "aneurysm_aorta"))
        & WITHIN_14_DAYS
        & (pain_in("LOW_BACK", "MID_BACK", "FLANK", "ABDO") | yes("rf_belly_pain"))
        & (
            yes("rf_faint") | yes("rf_sudden_max") & WITHIN_3_DAYS & (yes("rf_sweaty") | yes("rf_belly_pain"))
        ),
        line=_(
            "New back/flank/abdominal pain with faint, or abrupt with clamminess or belly pain, age 60+ or known aneurysm"
        ),
        rationale="New back or belly pain with collapse over 60, or with known aneurysm, is a rupture until shown otherwise.",
        sources=(
            "S04",
            "S57",
        ),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAA-2",
        "aortic",
        Urgency.EMERGENCY,
        when=WITHIN_14_DAYS
        & (chosen("pmh_heart_list", "aneurysm_aorta") | yes("rf_belly_pulse") & (age >= 50)),
        line=_("Known aortic aneurysm, or new pulsating lump at 50+, with new or suddenly worse pain"),
        rationale="Pain is the warning of a known or palpable aneurysm.",
        sources=("S04",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAA-3",
        "aortic",
        Urgency.SAME_DAY,
        when=yes("rf_belly_pulse")
        | (age >= 60) & yes("rf_sudden_max") & WITHIN_14_DAYS & pain_in("LOW_BACK", "FLANK", "ABDO"),
        line=_("Pulsating lump, or abrupt low back/flank pain at 60+"),
        rationale="A pulsating lump, or abrupt low back or flank pain over 60, needs to be examined today.",
        sources=("S04",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-AAA-4",
        "aortic",
        Urgency.EMERGENCY,
        when=(age >= 60)
        & WITHIN_3_DAYS
        & COLICKY_FLANK_PAIN
        & at_least(
            1,
            yes("rf_sudden_max"),
            yes("rf_sweaty"),
            yes("rf_faint"),
            yes("rf_belly_pulse"),
            chosen("soc_smoking", "current", "ex"),
            chosen("pmh_heart_list", "high_bp", "fh_aorta"),
        ),
        line=_("Colic-type flank pain of 3 days or less at 60+ with an aneurysm risk feature"),
        rationale="Ruptured aneurysm is often taken for renal colic, whose first attack after 60 is unusual.",
        sources=(
            "S04",
            "S57",
        ),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-AAA-5",
        "aortic",
        Urgency.PRIORITY,
        when=chosen("pmh_heart_list", "aneurysm_aorta") | yes("rf_belly_pulse"),
        line=_("Known aneurysm, or pulsating lump reported"),
        rationale="Known aneurysm without new pain changes what the clinician examines first.",
        sources=("S04",),
    ),
)
