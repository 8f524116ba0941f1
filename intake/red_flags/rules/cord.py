"""Red flags: cord and progressive deficit."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import at_least, chosen, yes
from intake.red_flags.conditions import (
    CAUDA_EQUINA_CHANGE,
    CAUDA_EQUINA_IS_NEW,
    CORD_FEATURES,
    CORD_SIGNS,
    NERVES_GETTING_WORSE,
    WITHIN_3_DAYS,
)
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-NEU-1",
        "cord",
        Urgency.EMERGENCY,
        when=yes("rf_legs_weak") & chosen("rf_legs_which", "both") & NERVES_GETTING_WORSE,
        line=_("Weakness of both legs, getting worse"),
        rationale="Progressive weakness of both legs is a severe two-leg deficit.",
        sources=(
            "S07",
            "S12",
        ),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-NEU-2",
        "cord",
        Urgency.EMERGENCY,
        when=yes("rf_numb_below") & (yes("rf_legs_weak") | yes("rf_walk_unsteady")) & NERVES_GETTING_WORSE,
        line=_("Sensory level with leg weakness or unsteady gait, getting worse"),
        rationale="A sensory level with weakness or unsteady gait points the examination at the cord.",
        sources=(
            "S12",
            "S26",
        ),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-NEU-3",
        "cord",
        Urgency.SAME_DAY,
        when=(yes("rf_legs_weak") | yes("rf_foot_drop") | yes("rf_arm_weak")) & NERVES_GETTING_WORSE,
        line=_("Leg weakness, foot drop or arm weakness, getting worse"),
        rationale="A worsening motor deficit is time-critical for nerve recovery.",
        sources=(
            "S07",
            "S26",
        ),
        advice="adv_same_day_ces",
    ),
    RedFlag(
        "R-NEU-4",
        "cord",
        Urgency.SAME_DAY,
        when=(at_least(2, *CORD_FEATURES) | yes("rf_numb_below")) & NERVES_GETTING_WORSE,
        line=_("Sensory level, or two or more cord-type features, getting worse"),
        rationale="Two cord-type features that are getting worse need an examination today.",
        sources=("S26",),
        advice="adv_same_day_ces",
    ),
    RedFlag(
        "R-NEU-5",
        "cord",
        Urgency.PRIORITY,
        when=at_least(2, *CORD_FEATURES)
        | yes("rf_legs_weak")
        | yes("rf_arm_weak")
        | yes("rf_foot_drop")
        | yes("rf_numb_below")
        | yes("rf_trunk_band"),
        line=_("Neurological symptom reported (slow, stable or single)"),
        rationale="A slow, stable or single neurological symptom is examined first at the visit.",
        sources=(
            "S26",
            "S34",
        ),
    ),
    RedFlag(
        "R-NEU-6",
        "cord",
        Urgency.NOTE,
        when=at_least(1, *CORD_FEATURES),
        line=_("Single hand, gait or neck-bending symptom"),
        rationale="A single hand, gait or neck-bending symptom is common and unspecific.",
        sources=("S26",),
    ),
    RedFlag(
        "R-NEU-7",
        "cord",
        Urgency.EMERGENCY,
        when=yes("spine_proc_3m")
        & CORD_SIGNS
        & (NERVES_GETTING_WORSE | CAUDA_EQUINA_CHANGE & CAUDA_EQUINA_IS_NEW),
        line=_("Neurological change after a spinal injection or operation within 3 months"),
        rationale="Neurological change after an injection or operation raises haematoma and abscess.",
        sources=(
            "S22",
            "K",
        ),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-NEU-8",
        "cord",
        Urgency.EMERGENCY,
        when=(yes("rf_arm_weak") | yes("rf_legs_weak")) & chosen("rf_neuro_speed", "minutes"),
        line=_("Arm or leg weakness that came on within minutes"),
        rationale="Weakness within minutes may be a stroke or cord infarct.",
        sources=("K",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-HEM-1",
        "cord",
        Urgency.EMERGENCY,
        when=yes("med_blood_thinner")
        & CORD_SIGNS
        & (chosen("rf_neuro_speed", "minutes", "hours_days") | chosen("rf_ces_when", "h24")),
        line=_("Anticoagulated with neurological change over hours to days"),
        rationale="Blood thinners and fast neurological change raise spinal haematoma.",
        sources=("K",),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-HEM-2",
        "meds",
        Urgency.EMERGENCY,
        when=yes("med_blood_thinner") & WITHIN_3_DAYS & yes("rf_faint"),
        line=_("Anticoagulated with new back pain and faint"),
        rationale="Blood thinners, new back pain and a faint raise a bleed behind the abdomen.",
        sources=("K",),
        advice="adv_call_now",
    ),
)
