"""Red flags: general."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import number, yes
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-GEN-1",
        "general",
        Urgency.SAME_DAY,
        when=yes("rf_need_today"),
        line=_("Patient feels unable to wait for the appointment"),
        rationale="The patient knows something the form does not ask; staff report harm from care that came too late.",
        sources=(
            "S41",
            "S43",
        ),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-GEN-2",
        "general",
        Urgency.EMERGENCY,
        when=yes("rf_very_unwell"),
        line=_("Reports feeling very unwell now (confusion, cannot stand, or grey/blue/blotchy skin)"),
        rationale="Confusion, collapse or mottled skin is an emergency whatever its cause.",
        sources=("K",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-GEN-3",
        "general",
        Urgency.EMERGENCY,
        when=yes("rf_face_speech"),
        line=_("New face droop or slurred speech within 7 days"),
        rationale="New face or speech change may be a stroke, which must be treated within hours.",
        sources=("K",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-GEN-4",
        "general",
        Urgency.PRIORITY,
        when=number("nrs_now") >= 9,
        line=_("Pain now 9-10/10"),
        rationale="Very severe pain now deserves the first minute of the visit; severity alone is not an alarm feature.",
        sources=("K",),
    ),
)
