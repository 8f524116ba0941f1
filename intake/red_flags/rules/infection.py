"""Red flags: spinal infection."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, number, onset_days, yes
from intake.red_flags.conditions import (
    CANCER_TREATED_NOW,
    CAUDA_EQUINA_CHANGE,
    CAUDA_EQUINA_IS_NEW,
    CORD_SIGNS,
    FEVER_OR_RIGORS,
    INFECTION_RISK,
    NEEDLED,
    NERVE_SIGN,
    NERVES_GETTING_WORSE,
    STRONG_INFECTION_RISK,
)
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-INF-1",
        "infection",
        Urgency.EMERGENCY,
        when=FEVER_OR_RIGORS
        & CORD_SIGNS
        & (NERVES_GETTING_WORSE | CAUDA_EQUINA_CHANGE & CAUDA_EQUINA_IS_NEW),
        line=_("Fever or rigors with neurological change"),
        rationale="Fever with neurological change raises epidural abscess.",
        sources=("S22", "S23"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-INF-2",
        "infection",
        Urgency.EMERGENCY,
        when=FEVER_OR_RIGORS & CANCER_TREATED_NOW,
        line=_("Fever or rigors during cancer treatment"),
        rationale="Fever during cancer treatment raises neutropenic sepsis.",
        sources=("S87",),
        advice="adv_cancer_now",
    ),
    RedFlag(
        "R-INF-3",
        "infection",
        Urgency.SAME_DAY,
        when=FEVER_OR_RIGORS
        & (
            (onset_days <= 42)
            | yes("on_flare_3d")
            | yes("rf_night_pain")
            | yes("rf_constant_worse")
            | yes("rf_rigors")
            | INFECTION_RISK
        ),
        line=_(
            "Fever or rigors with back pain of 6 weeks or less, night or progressive pain, or an infection risk"
        ),
        rationale="Fever was the most informative flag in one emergency cohort; with recent or progressive pain or an infection risk it is assessed the same day.",
        sources=("S17", "S23", "S74"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-INF-4",
        "infection",
        Urgency.SAME_DAY,
        when=yes("soc_injected") & (onset_days <= 84),
        line=_("Injected drug use with back pain of 12 weeks or less (fever may be absent)"),
        rationale="Spinal infection in people who inject drugs often comes without fever.",
        sources=("S17", "S22"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-INF-5",
        "infection",
        Urgency.PRIORITY,
        when=INFECTION_RISK & (yes("rf_night_pain") | yes("rf_constant_worse")),
        line=_("Infection risk factor with night or progressive pain, no fever"),
        rationale="Infection risk with night or progressive pain is examined first at the visit.",
        sources=("S22",),
    ),
    RedFlag(
        "R-INF-6",
        "infection",
        Urgency.PRIORITY,
        when=chosen("pmh_other_list", "tb")
        & (yes("rf_night_sweats") | yes("rf_weight_loss") | yes("rf_constant_worse") | yes("rf_height_loss")),
        line=_("TB history or contact with systemic or progressive features"),
        rationale="Spinal tuberculosis is slow and often without fever.",
        sources=("S17",),
    ),
    RedFlag(
        "R-INF-7",
        "infection",
        Urgency.EMERGENCY,
        when=FEVER_OR_RIGORS
        & (
            yes("soc_injected")
            | chosen("pmh_other_list", "dialysis")
            | yes("spine_proc_3m")
            | yes("pmh_immune_low") & yes("rf_rigors")
        ),
        line=_(
            "Fever with injected drugs, dialysis or recent spinal procedure, or rigors while immunosuppressed"
        ),
        rationale="Fever with a strong source of infection is an emergency.",
        sources=("S17", "S22"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-INF-8",
        "infection",
        Urgency.SAME_DAY,
        when=(onset_days <= 84)
        & (
            STRONG_INFECTION_RISK & (yes("rf_night_pain") | yes("rf_constant_worse"))
            | INFECTION_RISK & yes("rf_night_pain") & yes("rf_constant_worse")
        ),
        line=_(
            "Spinal infection risk with night or progressive pain, 12 weeks or less (fever may be absent)"
        ),
        rationale="Spinal infection is often diagnosed late; most had an earlier visit and many had no fever.",
        sources=("S22", "S23", "S59", "S75"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-INF-9",
        "infection",
        Urgency.PRIORITY,
        when=FEVER_OR_RIGORS,
        line=_("Fever with long-standing, unchanged back pain"),
        rationale="Fever was the most informative flag in one emergency cohort; with long-standing, unchanged pain it is looked at early at the visit.",
        sources=("S17",),
    ),
    RedFlag(
        "R-INF-10",
        "infection",
        Urgency.SAME_DAY,
        when=NEEDLED
        & (
            FEVER_OR_RIGORS
            | yes("rf_night_pain") & ((number("nrs_now") >= 7) | yes("rf_constant_worse"))
            | NERVE_SIGN & NERVES_GETTING_WORSE
        ),
        line=_(
            "Needles in neck, shoulder, chest or back within 2 weeks, with fever, severe or constant night pain, or new nerve signs"
        ),
        rationale="Spinal abscess has followed acupuncture, in one case without fever; new weakness, numbness or fever after an epidural is urgent.",
        sources=("S99", "S85"),
        advice="adv_same_day",
    ),
)
