"""Red flags: shingles."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, yes
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-SHI-1",
        "skin",
        Urgency.SAME_DAY,
        when=yes("rf_rash")
        & (
            chosen("rf_rash_when", "h72", "not_sure")
            | yes("rf_rash_eye")
            | yes("pmh_immune_low")
            | yes("rf_pregnant")
        ),
        line=_("New rash at pain site within 72 h, or higher-risk patient"),
        rationale="Antiviral treatment works best within 72 hours; some patients need advice at any time.",
        sources=("S28",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-SHI-2",
        "skin",
        Urgency.PRIORITY,
        when=yes("rf_rash") & chosen("rf_rash_when", "d3_7"),
        line=_("Rash at pain site, 3-7 days"),
        rationale="Past 72 hours the rash is still seen first.",
        sources=("S28",),
    ),
    RedFlag(
        "R-SHI-3",
        "skin",
        Urgency.NOTE,
        when=yes("rf_rash"),
        line=_("Rash at pain site, over 7 days"),
        rationale="An old rash is recorded.",
        sources=("S28",),
    ),
)
