"""Red flags: aortic dissection and aneurysm."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, at_least, chosen, onset_days, pain_in, yes
from intake.red_flags.conditions import (
    AORTIC_RISK,
    AORTIC_RISK_OR_AGE_OR_PRESSURE,
    COLICKY_FLANK_PAIN,
    FAINT_OR_CLAMMY,
    RIBS_TO_THIGHS,
    UNPROVOKED,
    VASCULAR_DISEASE,
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
        & WITHIN_3_DAYS
        & pain_in("CHEST", "UPPER_BACK", "MID_BACK", "ABDO_UPPER")
        & (
            yes("rf_worst_ever")
            & (
                (age >= 40)
                | chosen("pmh_heart_list", "high_bp")
                | yes("rf_pregnant")
                | yes("rf_postpartum")
                | FAINT_OR_CLAMMY
            )
            | (age >= 50) & chosen("pmh_heart_list", "high_bp")
        ),
        line=_(
            "Abrupt chest/upper back/upper abdominal pain, 3 days or less: worst ever with age 40+, high blood pressure, pregnancy, recent birth, clamminess or faint; or at 50+ with high blood pressure"
        ),
        rationale="Abrupt severe pain is high-risk for dissection, which also happens under 40 and in pregnancy; the ages are a choice made by clinical judgement.",
        sources=("S03", "S78"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAS-3",
        "aortic",
        Urgency.SAME_DAY,
        when=yes("rf_sudden_max")
        & WITHIN_14_DAYS
        & pain_in("CHEST", "UPPER_BACK", "MID_BACK", "ABDO_UPPER")
        & (
            yes("rf_worst_ever")
            | (age >= 60)
            | chosen("pmh_heart_list", "high_bp")
            | (age >= 40) & UNPROVOKED
        ),
        line=_(
            "Abrupt severe onset, chest/upper/mid back, 14 days or less: worst ever, at 60+, with high blood pressure, or at 40+ without a named strain"
        ),
        rationale="Abrupt onset alone is unspecific; worst-ever pain, age, high blood pressure or no named strain makes it a call today. The ages are clinical judgement.",
        sources=("S03", "S78"),
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
        when=WITHIN_14_DAYS
        & (
            ((age >= 60) | VASCULAR_DISEASE) & RIBS_TO_THIGHS & yes("rf_faint")
            | ((age >= 60) | chosen("pmh_heart_list", "aneurysm_aorta"))
            & (pain_in("LOW_BACK", "MID_BACK", "FLANK", "ABDO") | yes("rf_belly_pain"))
            & yes("rf_sudden_max")
            & WITHIN_3_DAYS
            & (yes("rf_sweaty") | yes("rf_belly_pain"))
        ),
        line=_(
            "New pain between ribs and thighs with faint at 60+ or with vascular disease; or abrupt back/flank/abdominal pain with clamminess or belly pain at 60+ or with known aneurysm"
        ),
        rationale="New pain with collapse at 60 or over, or with vascular disease, raises aneurysm rupture, which may hurt in buttock, hip or groin only.",
        sources=("S04", "S57", "S92"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAA-2",
        "aortic",
        Urgency.EMERGENCY,
        when=WITHIN_14_DAYS & yes("rf_belly_pulse") & (age >= 50),
        line=_("New pulsating lump at 50+ with new or suddenly worse pain"),
        rationale="New pain is the warning of a palpable aneurysm.",
        sources=("S04",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-AAA-3",
        "aortic",
        Urgency.SAME_DAY,
        when=yes("rf_belly_pulse")
        | (age >= 60)
        & yes("rf_sudden_max")
        & WITHIN_14_DAYS
        & pain_in("LOW_BACK", "FLANK", "ABDO")
        & (
            UNPROVOKED
            | chosen("soc_smoking", "current", "ex")
            | chosen("pmh_heart_list", "high_bp", "fh_aorta")
        ),
        line=_(
            "Pulsating lump; or abrupt low back/flank pain at 60+ without a named strain, or with smoking, high blood pressure or family aneurysm"
        ),
        rationale="A pulsating lump, or abrupt low back or flank pain over 60 with an aneurysm risk or no named strain, needs to be examined today.",
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
        sources=("S04", "S57"),
        advice="adv_call_now",
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
    RedFlag(
        "R-AAA-6",
        "aortic",
        Urgency.EMERGENCY,
        when=WITHIN_14_DAYS & chosen("pmh_heart_list", "aneurysm_aorta"),
        line=_("Known aneurysm with new or suddenly worse pain"),
        rationale="A known aneurysm is among the reasons in guidance to think of rupture when back or abdominal pain is new.",
        sources=("S04",),
        advice="adv_call_now",
        unsure=Urgency.PRIORITY,
    ),
    RedFlag(
        "R-AAA-7",
        "aortic",
        Urgency.SAME_DAY,
        when=(age >= 60)
        & WITHIN_14_DAYS
        & pain_in("LOW_BACK", "MID_BACK", "FLANK")
        & (yes("rf_belly_pain") | pain_in("ABDO"))
        & (chosen("soc_smoking", "current", "ex") | chosen("pmh_heart_list", "high_bp", "fh_aorta")),
        line=_(
            "New back and belly pain at 60+ with smoking, high blood pressure or family aneurysm, 14 days or less"
        ),
        rationale="Guidance asks to think of rupture with new back or belly pain, more so over 60, with smoking or high blood pressure.",
        sources=("S04",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-AAA-8",
        "aortic",
        Urgency.PRIORITY,
        when=(age >= 60)
        & (onset_days <= 84)
        & pain_in("LOW_BACK", "MID_BACK", "FLANK")
        & (yes("rf_belly_pain") | pain_in("ABDO"))
        & (chosen("soc_smoking", "current", "ex") | chosen("pmh_heart_list", "high_bp", "fh_aorta")),
        line=_(
            "Back and belly pain at 60+ with smoking, high blood pressure or family aneurysm, 12 weeks or less"
        ),
        rationale="Back and belly pain over 60 with an aneurysm risk is examined early; the limit of 12 weeks is a choice made by clinical judgement.",
        sources=("S04",),
    ),
)
