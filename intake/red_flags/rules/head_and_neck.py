"""Red flags: neck arteries, giant cell arteritis, meningitis."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, at_least, pain_in, yes
from intake.red_flags.conditions import FEVER_OR_RIGORS, HEAD_FEATURES, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-VAS-1",
        "head",
        Urgency.EMERGENCY,
        when=pain_in("NECK", "HEAD", "JAW") & WITHIN_14_DAYS & at_least(2, *HEAD_FEATURES),
        line=_(
            "New neck or head pain with two of new headache, sight change, spinning or swallowing trouble, unsteady walking, face or speech change"
        ),
        rationale="New neck or head pain with two such signs raises a neck artery tear; the list of features is a choice made by clinical judgement.",
        sources=("S27", "S68"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-VAS-2",
        "head",
        Urgency.SAME_DAY,
        when=pain_in("NECK", "HEAD") & WITHIN_14_DAYS & yes("rf_head_new") | yes("rf_sight"),
        line=_("New neck pain with a new severe headache, or sight change in 2 weeks"),
        rationale="New neck pain with a headache unlike any before, or sight change, raises a neck artery tear; the list is a choice made by clinical judgement.",
        sources=("S27", "S68"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-VAS-3",
        "head",
        Urgency.PRIORITY,
        when=yes("rf_head_new") | yes("rf_dizzy"),
        line=_("New severe headache, spinning or swallowing trouble"),
        rationale="New headache, spinning or swallowing trouble may come from a neck artery; the list of features is a choice made by clinical judgement.",
        sources=("S68",),
    ),
    RedFlag(
        "R-GCA-1",
        "head",
        Urgency.SAME_DAY,
        when=(age >= 50) & yes("rf_jaw_scalp"),
        line=_("Age 50+ with jaw pain on chewing or scalp soreness"),
        rationale="Jaw pain on chewing or scalp pain over 50 raises giant cell arteritis, to be assessed on the same working day where possible.",
        sources=("S67",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-GCA-2",
        "head",
        Urgency.EMERGENCY,
        when=(age >= 50) & yes("rf_sight") & (yes("rf_jaw_scalp") | yes("rf_head_new")),
        line=_("Age 50+ with sight change and new headache, jaw pain on chewing or scalp soreness"),
        rationale="Over 50, sight change with new headache, jaw pain on chewing or scalp pain is the named picture of giant cell arteritis.",
        sources=("S67",),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-MEN-1",
        "head",
        Urgency.EMERGENCY,
        when=FEVER_OR_RIGORS & (yes("rf_spots") | yes("rf_neck_chin") & yes("rf_head_new")),
        line=_("Fever with non-fading spots, or with stiff neck and new headache"),
        rationale="Fever with stiff neck and headache, or with spots that do not fade, raises meningitis: an ambulance or emergency department now.",
        sources=("S66",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-MEN-2",
        "head",
        Urgency.SAME_DAY,
        when=yes("rf_spots"),
        line=_("Spots that do not fade under pressure"),
        rationale="A rash that does not fade is among the named signs of meningitis; without reported fever it is assessed the same day.",
        sources=("S66",),
        advice="adv_same_day",
    ),
)
