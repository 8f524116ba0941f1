"""Red flags: abdomen."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import yes
from intake.red_flags.conditions import FEVER_OR_RIGORS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-ABD-1",
        "abdo",
        Urgency.EMERGENCY,
        when=yes("rf_belly_severe")
        & (yes("rf_sudden_max") | yes("rf_sick") | FEVER_OR_RIGORS | yes("rf_faint") | yes("rf_sweaty")),
        line=_("Severe abdominal pain with back pain and a second feature"),
        rationale="A rigid painful belly with a second feature may be perforation, pancreatitis or rupture.",
        sources=("S33",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-ABD-2",
        "abdo",
        Urgency.EMERGENCY,
        when=yes("rf_gi_bleed"),
        line=_("Vomiting blood or black tarry stool"),
        rationale="Vomited blood or tarry stool is a bleed.",
        sources=("K",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-ABD-3",
        "abdo",
        Urgency.SAME_DAY,
        when=yes("rf_belly_severe") | yes("rf_jaundice"),
        line=_("Severe abdominal pain, or jaundice"),
        rationale="Severe belly pain or jaundice is assessed the same day.",
        sources=("S33",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-ABD-4",
        "abdo",
        Urgency.PRIORITY,
        when=yes("rf_belly_pain") & yes("rf_belly_food"),
        line=_("Abdominal and back pain linked to food"),
        rationale="Gallbladder, pancreas and ulcer refer pain to the back and go with food.",
        sources=("S33",),
    ),
    RedFlag(
        "R-ABD-5",
        "abdo",
        Urgency.EMERGENCY,
        when=yes("rf_jaundice") & FEVER_OR_RIGORS,
        line=_("Jaundice with fever or rigors"),
        rationale="Jaundice with fever raises cholangitis.",
        sources=("K",),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-ABD-6",
        "abdo",
        Urgency.SAME_DAY,
        when=yes("rf_vomit_keepdown"),
        line=_("Cannot keep drinks down"),
        rationale="Without drinks, dehydration and missed tablets follow within a day.",
        sources=("S33", "K"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-ABD-7",
        "abdo",
        Urgency.EMERGENCY,
        when=yes("rf_vomit_keepdown") & yes("med_steroid_4w"),
        line=_("Oral steroid for 4 weeks or more and cannot keep drinks down"),
        rationale="Vomiting after 4 weeks or more of steroid tablets can become an adrenal crisis.",
        sources=("S61", "S71"),
        advice="adv_ed_now",
    ),
)
