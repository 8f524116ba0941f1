"""Red flags: vertebral fracture and injury."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, at_least, chosen, onset_days, pain_in, yes
from intake.red_flags.conditions import CORD_SIGNS, FRACTURE_FEATURES, HURT, WITHIN_3_DAYS, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-FX-1",
        "fracture",
        Urgency.EMERGENCY,
        when=yes("rf_injury_major") & chosen("rf_injury_when", "h48", "d2_w6", "not_sure") & CORD_SIGNS,
        line=_("Major injury with neurological symptoms"),
        rationale="Major injury with neurological symptoms: keep still until immobilised.",
        sources=("S13", "S39"),
        advice="adv_call_still",
    ),
    RedFlag(
        "R-FX-2",
        "fracture",
        Urgency.EMERGENCY,
        when=yes("rf_injury_major") & chosen("rf_injury_when", "h48", "not_sure") & yes("med_blood_thinner"),
        line=_("Major injury within 2 days while anticoagulated"),
        rationale="Major injury while taking a blood thinner can bleed unseen.",
        sources=("K",),
        advice="adv_call_still",
    ),
    RedFlag(
        "R-FX-3",
        "fracture",
        Urgency.SAME_DAY,
        when=yes("rf_injury_major")
        & (
            chosen("rf_injury_when", "h48", "not_sure")
            | chosen("rf_injury_when", "d2_w6")
            & ((age >= 65) | at_least(2, *FRACTURE_FEATURES) | yes("med_blood_thinner"))
        )
        | yes("rf_injury_minor") & (onset_days <= 3) & ((age >= 65) | yes("med_blood_thinner")),
        line=_("Recent major injury, or fall within 3 days at 65+ or while anticoagulated"),
        rationale="In older people and on blood thinners a simple fall is enough.",
        sources=("S13", "K"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-FX-4",
        "fracture",
        Urgency.SAME_DAY,
        when=at_least(3, *FRACTURE_FEATURES) & (onset_days <= 42),
        line=_("Three or more vertebral fracture features, 6 weeks or less"),
        rationale="Several fracture features together had a high post-test probability.",
        sources=("S13", "S16", "S20"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-FX-5",
        "fracture",
        Urgency.PRIORITY,
        when=yes("rf_injury_major") | at_least(2, *FRACTURE_FEATURES) & (onset_days <= 84),
        line=_("Major injury, or two vertebral fracture features"),
        rationale="Two features raise the probability enough for an early look.",
        sources=("S13", "S20"),
    ),
    RedFlag(
        "R-FX-6",
        "fracture",
        Urgency.NOTE,
        when=yes("med_steroid_3m")
        | chosen("pmh_bone_list", "osteoporosis", "fragility_fx", "spine_fx")
        | yes("rf_height_loss")
        | yes("rf_bruise_spine"),
        line=_("Single bone-fragility feature"),
        rationale="A single fragility feature, such as an old spine fracture, is background.",
        sources=("S13",),
    ),
    RedFlag(
        "R-FX-7",
        "fracture",
        Urgency.PRIORITY,
        when=(age >= 70)
        & chosen("on_how", "sudden")
        & (onset_days <= 84)
        & pain_in("THORACIC", "LOW_BACK", "FLANK"),
        line=_("Sudden spinal pain at 70+ without reported injury (12 weeks or less)"),
        rationale="Sudden pain over 70 may be a fracture without remembered injury.",
        sources=("S16", "S20"),
    ),
    RedFlag(
        "R-FX-8",
        "fracture",
        Urgency.EMERGENCY,
        when=(yes("rf_injury_major") | yes("rf_injury_minor"))
        & WITHIN_14_DAYS
        & yes("rf_faint")
        & yes("rf_belly_pain"),
        line=_("Recent injury with faint and belly pain"),
        rationale="Injury with faint and belly pain may be a bleeding organ felt at the shoulder.",
        sources=("S88",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-FX-9",
        "fracture",
        Urgency.EMERGENCY,
        when=yes("rf_injury_major")
        & chosen("rf_injury_when", "h48")
        & (
            (age >= 65)
            | yes("med_steroid_3m")
            | chosen("pmh_bone_list", "osteoporosis", "fragility_fx", "spine_fx", "ank_spond")
            | yes("rf_bruise_spine")
            | yes("rf_belly_pain")
            | yes("rf_breathless")
            | yes("rf_pee_blood")
        ),
        line=_(
            "Major injury within 2 days at 65+, with bone fragility, spinal bruise, belly pain, breathlessness or blood in urine"
        ),
        rationale="Age, trauma and fragile bones together raise fracture; keeping still for an ambulance is a choice made by clinical judgement.",
        sources=("S13", "K"),
        advice="adv_call_still",
    ),
    RedFlag(
        "R-FX-10",
        "fracture",
        Urgency.EMERGENCY,
        when=chosen("pmh_bone_list", "ank_spond") & WITHIN_3_DAYS & HURT,
        line=_("Ankylosing spondylitis with injury and pain of 3 days or less"),
        rationale="With ankylosing spondylitis a low-impact injury can break the spine; it is treated as unstable until a fracture is excluded.",
        sources=("S76",),
        advice="adv_call_still",
        unsure=Urgency.PRIORITY,
    ),
    RedFlag(
        "R-FX-11",
        "fracture",
        Urgency.SAME_DAY,
        when=chosen("pmh_bone_list", "ank_spond") & (onset_days <= 42) & (HURT | chosen("on_how", "sudden")),
        line=_("Ankylosing spondylitis with injury or sudden pain, 6 weeks or less"),
        rationale="With ankylosing spondylitis a low-impact injury can break the spine; an injury or sudden pain within 6 weeks is assessed the same day.",
        sources=("S76",),
        advice="adv_same_day",
        unsure=Urgency.NOTE,
    ),
)
