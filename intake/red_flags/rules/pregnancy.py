"""Red flags: pregnancy and after birth."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import at_least, chosen, number, pain_in, yes
from intake.red_flags.conditions import (
    EARLY_PREGNANCY,
    FEVER_OR_RIGORS,
    PERHAPS_EARLY_PREGNANCY,
    WITHIN_14_DAYS,
)
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-PRG-1",
        "preg",
        Urgency.EMERGENCY,
        when=PERHAPS_EARLY_PREGNANCY & yes("rf_preg_one_side") & yes("rf_faint"),
        line=_("Early or possible pregnancy with one-sided low belly pain and faint"),
        rationale="Early pregnancy, certain or possible, with one-sided pain and faint raises ectopic pregnancy; with faint, patients are told to call an ambulance.",
        sources=("S29", "S72"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-PRG-2",
        "preg",
        Urgency.EMERGENCY,
        when=yes("rf_pregnant")
        & yes("rf_preg_bleed")
        & (chosen("rf_preg_weeks", "w20_36", "w37_plus") | yes("rf_faint") | yes("rf_belly_severe")),
        line=_("Bleeding or fluid loss in pregnancy with pain"),
        rationale="Bleeding or fluid late in pregnancy, or with faint or severe pain, needs the maternity unit now.",
        sources=("S90",),
        advice="adv_maternity_now",
    ),
    RedFlag(
        "R-PRG-3",
        "preg",
        Urgency.EMERGENCY,
        when=(chosen("rf_preg_weeks", "w20_36", "w37_plus", "not_sure") | yes("rf_postpartum"))
        & at_least(2, yes("rf_preg_head_vision"), yes("rf_preg_rib_pain"), yes("rf_sick")),
        line=_("Two or more pre-eclampsia-type symptoms"),
        rationale="Two pre-eclampsia symptoms from 20 weeks or after birth.",
        sources=("S60", "S65"),
        advice="adv_maternity_now",
    ),
    RedFlag(
        "R-PRG-4",
        "preg",
        Urgency.EMERGENCY,
        when=yes("rf_pregnant") & chosen("rf_preg_weeks", "w14_19", "w20_36") & yes("rf_preg_waves"),
        line=_("Regular tightenings before 37 weeks"),
        rationale="Regular tightenings before 37 weeks may be labour.",
        sources=("S90",),
        advice="adv_maternity_now",
    ),
    RedFlag(
        "R-PRG-5",
        "preg",
        Urgency.SAME_DAY,
        when=(yes("rf_pregnant") | yes("rf_postpartum"))
        & at_least(
            1,
            yes("rf_preg_bleed"),
            yes("rf_preg_one_side"),
            yes("rf_preg_head_vision"),
            yes("rf_preg_rib_pain"),
            yes("rf_preg_waves"),
            yes("rf_preg_movement"),
        ),
        line=_("Pregnancy warning symptom"),
        rationale="One warning symptom in pregnancy: the maternity unit today.",
        sources=("S29",),
        advice="adv_maternity_today",
    ),
    RedFlag(
        "R-PRG-6",
        "preg",
        Urgency.NOTE,
        when=yes("rf_pregnant") | yes("rf_postpartum"),
        line=_("Pregnant or within 6 weeks of birth (imaging and medicine choice)"),
        rationale="Changes imaging and medicines.",
        sources=("S32",),
    ),
    RedFlag(
        "R-PRG-7",
        "preg",
        Urgency.EMERGENCY,
        when=(yes("rf_pregnant") | yes("rf_postpartum"))
        & (
            yes("rf_rigors")
            | yes("rf_fever")
            & (yes("rf_postpartum") | yes("rf_pee_burn") | yes("rf_belly_pain") | pain_in("FLANK"))
        ),
        line=_("Pregnant or within 6 weeks of birth with rigors, or fever and a second feature"),
        rationale="Fever in pregnancy or after birth with a second feature raises sepsis.",
        sources=("S24", "S91"),
        advice="adv_maternity_now",
    ),
    RedFlag(
        "R-PRG-8",
        "preg",
        Urgency.EMERGENCY,
        when=EARLY_PREGNANCY & WITHIN_14_DAYS & yes("rf_preg_shoulder_tip"),
        line=_("Early or possible pregnancy with shoulder-tip pain of 14 days or less"),
        rationale="Shoulder-tip pain in early pregnancy raises a ruptured ectopic.",
        sources=("S29", "S72"),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-PRG-9",
        "preg",
        Urgency.SAME_DAY,
        when=(yes("rf_pregnant") | yes("rf_postpartum")) & FEVER_OR_RIGORS,
        line=_("Pregnant or within 6 weeks of birth with fever"),
        rationale="Fever in pregnancy or after birth is assessed today.",
        sources=("S91",),
        advice="adv_maternity_today",
    ),
    RedFlag(
        "R-PRG-10",
        "preg",
        Urgency.SAME_DAY,
        when=PERHAPS_EARLY_PREGNANCY
        & at_least(2, yes("rf_preg_bleed"), yes("rf_preg_one_side"), yes("rf_belly_pain")),
        line=_("Early or possible pregnancy with two of bleeding, one-sided low belly pain, belly pain"),
        rationale="One-sided low pain or bleeding in early pregnancy raises ectopic pregnancy: same-day advice, also when the pregnancy is only possible.",
        sources=("S29", "S72"),
        advice="adv_maternity_today",
        unsure=Urgency.SAME_DAY,
    ),
    RedFlag(
        "R-PRG-11",
        "preg",
        Urgency.EMERGENCY,
        when=yes("rf_preg_movement")
        & (
            (number("nrs_now") >= 7)
            | yes("rf_belly_severe")
            | yes("rf_constant_worse")
            | chosen("pat_constancy", "always")
        ),
        line=_("Late pregnancy: fewer movements with severe or constant pain"),
        rationale="Fewer movements with belly pain need the maternity unit at once; taking severe back pain the same way is a choice made by clinical judgement.",
        sources=("S97", "S90"),
        advice="adv_maternity_now",
    ),
)
