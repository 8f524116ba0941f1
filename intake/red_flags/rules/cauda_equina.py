"""Red flags: cauda equina."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import at_least, chosen, onset_days, pain_in, yes
from intake.red_flags.conditions import CAUDA_EQUINA_CHANGE, CAUDA_EQUINA_IS_NEW, WITHIN_14_DAYS
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-CES-1",
        "ces",
        Urgency.EMERGENCY,
        when=CAUDA_EQUINA_IS_NEW
        & (yes("rf_saddle_numb") | yes("rf_pee_start") | yes("rf_pee_feel") | yes("rf_bowel_control")),
        line=_("New (within 2 weeks) saddle, bladder or bowel change"),
        rationale="Saddle, bladder or bowel change within 14 days needs emergency imaging within hours.",
        sources=("S07", "S08", "S10"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-CES-2",
        "ces",
        Urgency.EMERGENCY,
        when=CAUDA_EQUINA_IS_NEW
        & (
            (yes("rf_pee_leak") | yes("rf_pee_change"))
            & (yes("rf_both_legs_pain") | yes("rf_legs_weak") | yes("rf_sex_change"))
            | yes("rf_both_legs_pain") & yes("rf_sex_change")
            | yes("rf_pee_leak") & chosen("rf_ces_when", "h24") & pain_in("LEG", "BUTTOCK")
        ),
        line=_(
            "New leakage, urgency or weak flow with symptoms of both legs, weakness or sexual function change; both legs with sexual function change; or leakage in the last 24 h with leg pain"
        ),
        rationale="Bladder change with leg symptoms or sexual change, or both legs with sexual change, is more than an isolated change and needs emergency assessment.",
        sources=("S07", "S74", "S95"),
        advice="adv_ed_now",
    ),
    RedFlag(
        "R-CES-3",
        "ces",
        Urgency.SAME_DAY,
        when=CAUDA_EQUINA_IS_NEW & yes("rf_pee_leak")
        | chosen("rf_ces_when", "w2_m3", "over_3m_worse")
        & (
            yes("rf_saddle_numb")
            | yes("rf_pee_start")
            | yes("rf_pee_feel")
            | yes("rf_bowel_control")
            | yes("rf_pee_leak") & (yes("rf_both_legs_pain") | yes("rf_legs_weak") | yes("rf_sex_change"))
        ),
        line=_(
            "Isolated new leakage, or bladder/bowel/saddle change that is 2 weeks to 3 months old or slowly getting worse"
        ),
        rationale="Over a quarter of people with low back pain report bladder or bowel change; isolated, older or slowly worsening change is urgent, not emergency.",
        sources=("S07", "S09", "S62"),
        advice="adv_same_day_ces",
    ),
    RedFlag(
        "R-CES-4",
        "ces",
        Urgency.SAME_DAY,
        when=yes("rf_both_legs_pain")
        & (
            WITHIN_14_DAYS
            | chosen("rf_both_legs_when", "d14", "older_worse", "not_sure")
            | chosen("course", "worse")
        ),
        line=_("New or worsening symptoms down both legs"),
        rationale="Pain in both legs that is new or getting worse is among the named cauda equina symptoms and can come before bladder and bowel change.",
        sources=("S07", "S08", "S95"),
        advice="adv_same_day_ces",
    ),
    RedFlag(
        "R-CES-5",
        "ces",
        Urgency.PRIORITY,
        when=yes("rf_both_legs_pain")
        | yes("rf_sex_change")
        | CAUDA_EQUINA_CHANGE
        | yes("rf_pee_change") & CAUDA_EQUINA_IS_NEW
        | pain_in("LEG_L") & pain_in("LEG_R") & (onset_days <= 42),
        line=_(
            "Symptoms of both legs, bladder/bowel change or sexual function change, long-standing or single"
        ),
        rationale="A leg, bladder, bowel or sexual change that is long-standing or single is examined first at the visit.",
        sources=("S07",),
    ),
    RedFlag(
        "R-CES-6",
        "ces",
        Urgency.SAME_DAY,
        when=CAUDA_EQUINA_IS_NEW & yes("rf_pee_change") & pain_in("LEG", "BUTTOCK"),
        line=_("New urgency, weak flow or incomplete emptying with leg or buttock pain"),
        rationale="Bladder change within 14 days is a cauda equina symptom; urgency, weak flow or incomplete emptying with leg pain is assessed the same day.",
        sources=("S07",),
        advice="adv_same_day_ces",
    ),
    RedFlag(
        "R-CES-7",
        "ces",
        Urgency.EMERGENCY,
        when=yes("rf_both_legs_pain")
        & chosen("rf_ces_when", "h24", "d14")
        & at_least(
            2,
            chosen("rf_saddle_numb", "yes", "not_sure"),
            chosen("rf_pee_start", "yes", "not_sure"),
            chosen("rf_pee_feel", "yes", "not_sure"),
            chosen("rf_pee_leak", "yes", "not_sure"),
            chosen("rf_pee_change", "yes", "not_sure"),
            chosen("rf_bowel_control", "yes", "not_sure"),
            chosen("rf_sex_change", "yes", "not_sure"),
        ),
        line=_(
            "Symptoms of both legs with two or more of saddle, bladder, bowel or sexual function change, each yes or not sure, within 2 weeks"
        ),
        rationale="In a national safety report the patient only thought that she had leaked; with both legs affected, two such changes count even when not sure.",
        sources=("S07", "S95"),
        advice="adv_ed_now",
    ),
)
