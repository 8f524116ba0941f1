"""Red flags: cancer and metastatic cord compression."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, at_least, chosen, number, onset_days, pain_in, yes
from intake.red_flags.conditions import (
    CANCER,
    CANCER_RECENT,
    CANCER_RECENT_OR_BONE_SEEKING,
    CAUDA_EQUINA_CHANGE,
    CAUDA_EQUINA_IS_NEW,
    CORD_SIGNS,
    NERVES_GETTING_WORSE,
    PAIN_FEATURES,
    SPINAL_PAIN_FEATURES,
)
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-MSCC-1",
        "cancer",
        Urgency.EMERGENCY,
        when=CANCER & CORD_SIGNS & (NERVES_GETTING_WORSE | CAUDA_EQUINA_CHANGE & CAUDA_EQUINA_IS_NEW),
        line=_("Cancer history with new leg, walking, sensory, bladder or bowel change"),
        rationale="Cancer history with neurological change is treated as cord compression: immediate contact.",
        sources=("S11", "S12", "S63", "S64"),
        advice="adv_cancer_now",
    ),
    RedFlag(
        "R-MSCC-2",
        "cancer",
        Urgency.SAME_DAY,
        when=CANCER_RECENT & (at_least(1, *SPINAL_PAIN_FEATURES) | (number("nrs_now") >= 7))
        | CANCER_RECENT_OR_BONE_SEEKING & at_least(1, *PAIN_FEATURES)
        | CANCER & at_least(2, *SPINAL_PAIN_FEATURES)
        | CANCER & CORD_SIGNS,
        line=_("Cancer history with spinal pain features or severe pain"),
        rationale="Cancer history with spinal pain features or severe pain: contact within 24 hours.",
        sources=("S11", "S13", "S63", "S64"),
        advice="adv_same_day_cancer",
    ),
    RedFlag(
        "R-MSCC-3",
        "cancer",
        Urgency.PRIORITY,
        when=CANCER,
        line=_("Cancer history"),
        rationale="History of cancer was the one informative flag for malignancy.",
        sources=("S13",),
    ),
    RedFlag(
        "R-MAL-1",
        "cancer",
        Urgency.PRIORITY,
        when=yes("rf_weight_loss")
        | at_least(2, yes("rf_night_pain"), yes("rf_constant_worse"), yes("rf_night_sweats")),
        line=_(
            "Unexplained weight loss, or two or more of night pain, constant progressive pain, night sweats"
        ),
        rationale="Unexplained weight loss is informative alone; night, progressive pain and sweats only together.",
        sources=("S15", "S17", "S25"),
    ),
    RedFlag(
        "R-MAL-2",
        "cancer",
        Urgency.NOTE,
        when=(age >= 60) & (onset_days > 42),
        line=_("Age 60+ with back pain over 6 weeks (combination named in NICE NG12)"),
        rationale="The combination is named in guidance for early tests; common, so one line only.",
        sources=("S25",),
    ),
    RedFlag(
        "R-MAL-3",
        "cancer",
        Urgency.NOTE,
        when=yes("rf_night_pain") | yes("rf_constant_worse") | yes("rf_night_sweats"),
        line=_("Single non-specific feature: night pain, progressive pain or night sweats"),
        rationale="In one clinic 213 of 482 patients had night pain and none had serious disease.",
        sources=("S18",),
    ),
    RedFlag(
        "R-MAL-4",
        "cancer",
        Urgency.PRIORITY,
        when=(age >= 40)
        & chosen("soc_smoking", "current", "ex")
        & at_least(
            2,
            chosen("assoc", "cough"),
            yes("rf_tired_new"),
            yes("rf_weight_loss"),
            yes("rf_breathless"),
            yes("rf_night_pain") | yes("rf_constant_worse"),
            pain_in("UPPER_BACK", "ARM", "NECK") & (yes("rf_hands_clumsy") | yes("rf_arm_weak")),
        ),
        line=_(
            "Age 40+, ever smoked, with two or more of cough, tiredness, weight loss, breathlessness, night or progressive pain, arm or hand symptoms"
        ),
        rationale="Guidance names lung features at 40 or over in people who ever smoked; a lung tumour can also give shoulder and arm pain with a weak hand.",
        sources=("S80", "S86"),
    ),
    RedFlag(
        "R-MAL-5",
        "cancer",
        Urgency.PRIORITY,
        when=(age >= 60)
        & (onset_days > 42)
        & at_least(
            2, yes("rf_constant_worse"), yes("rf_night_pain"), yes("rf_tired_new"), yes("rf_night_sweats")
        ),
        line=_(
            "Age 60+, over 6 weeks, with two of progressive pain, night pain, tiredness, night sweats (blood tests named in NICE NG12)"
        ),
        rationale="Guidance names myeloma blood tests for persistent back pain at 60 or over; with two further features it is looked at early.",
        sources=("S25",),
    ),
)
