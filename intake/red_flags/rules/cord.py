"""Red flags: spinal cord, nerve roots and spinal bleeding."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import at_least, chosen, pain_in, yes
from intake.red_flags.conditions import (
    CAUDA_EQUINA_CHANGE,
    CAUDA_EQUINA_IS_NEW,
    CORD_FEATURES,
    CORD_SIGNS,
    FAINT_OR_CLAMMY,
    NERVES_GETTING_WORSE,
    WITHIN_3_DAYS,
    WITHIN_14_DAYS,
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
        sources=("S07", "S12", "S27"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-NEU-2",
        "cord",
        Urgency.EMERGENCY,
        when=yes("rf_numb_below") & (yes("rf_legs_weak") | yes("rf_walk_unsteady")) & NERVES_GETTING_WORSE,
        line=_("Sensory level with leg weakness or unsteady gait, getting worse"),
        rationale="A sensory level with weakness or unsteady gait points the examination at the cord.",
        sources=("S12", "S26"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-NEU-3",
        "cord",
        Urgency.SAME_DAY,
        when=(yes("rf_legs_weak") | yes("rf_foot_drop") | yes("rf_arm_weak")) & NERVES_GETTING_WORSE,
        line=_("Leg weakness, foot drop or arm weakness, getting worse"),
        rationale="A worsening motor deficit is time-critical for nerve recovery.",
        sources=("S07", "S26", "S27"),
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
        sources=("S26", "S34"),
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
        sources=("S22", "S85"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-NEU-8",
        "cord",
        Urgency.EMERGENCY,
        when=(yes("rf_arm_weak") | yes("rf_legs_weak")) & chosen("rf_neuro_speed", "minutes"),
        line=_("Arm or leg weakness that came on within minutes"),
        rationale="Weakness within minutes may be a stroke or cord infarct.",
        sources=("S27", "S84"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-NEU-9",
        "cord",
        Urgency.EMERGENCY,
        when=chosen("rf_neuro_speed", "minutes", "hours_days")
        & (
            yes("rf_arm_weak") & yes("rf_legs_weak")
            | (yes("rf_arm_weak") | yes("rf_legs_weak"))
            & pain_in("NECK", "UPPER_BACK", "MID_BACK", "LOW_BACK")
            & (yes("rf_sudden_max") | yes("rf_worst_ever"))
        ),
        line=_("Weakness over minutes to days of arm and leg, or with abrupt or worst-ever spinal pain"),
        rationale="Fast limb weakness is immediate or urgent in guidance; abrupt spinal pain with it raises a bleed, where an earlier operation had a better outcome.",
        sources=("S27", "S96"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-NEU-10",
        "cord",
        Urgency.EMERGENCY,
        when=yes("rf_cannot_stand")
        & NERVES_GETTING_WORSE
        & (yes("rf_legs_weak") | yes("rf_arm_weak") | yes("rf_numb_below")),
        line=_("Cannot take four steps, with new or worsening weakness or numbness below a level"),
        rationale="Fast limb weakness and a sensory level need immediate or urgent referral; not being able to take four steps is added by clinical judgement.",
        sources=("S12", "S27", "K"),
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
        sources=("S77", "S85"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-HEM-2",
        "meds",
        Urgency.EMERGENCY,
        when=yes("med_blood_thinner") & WITHIN_3_DAYS & FAINT_OR_CLAMMY,
        line=_("Anticoagulated with new back pain and faint or clamminess"),
        rationale="Blood thinners, new back pain and a faint or clamminess raise a bleed behind the abdomen.",
        sources=("S77",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-HEM-3",
        "meds",
        Urgency.SAME_DAY,
        when=yes("med_blood_thinner")
        & WITHIN_14_DAYS
        & (pain_in("FLANK", "GROIN", "ABDO") | yes("rf_belly_pain")),
        line=_("Anticoagulated with new flank, groin or belly pain"),
        rationale="Blood thinners with new flank, groin or belly pain raise a bleed behind the abdomen.",
        sources=("S77",),
        advice="adv_same_day",
    ),
)
