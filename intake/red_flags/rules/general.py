"""Red flags: general."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, at_least, chosen, number, onset_days, yes
from intake.red_flags.conditions import CANCER, FEVER_OR_RIGORS, NERVE_SIGN, WEAK_BONES
from intake.red_flags.model import RedFlag, Urgency

RULES = (
    RedFlag(
        "R-GEN-6",
        "general",
        Urgency.SAME_DAY,
        when=yes("rf_cannot_stand") & ((age >= 65) | (age < 18) | WEAK_BONES | FEVER_OR_RIGORS | CANCER),
        line=_(
            "Cannot take four steps for pain, and 65 or over, under 18, fragile bones, fever or cancer history"
        ),
        rationale="A child who will not walk may have a disc infection; in adults, weighing age, bones, fever or cancer here is a choice made by clinical judgement.",
        sources=("S13", "S30", "S63", "K"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-GEN-5",
        "general",
        Urgency.SAME_DAY,
        when=yes("rf_cannot_stand"),
        line=_("Cannot take four steps for pain, even holding on"),
        rationale="For adults who cannot take four steps for pain no source was found; a call today is a choice made by clinical judgement.",
        sources=("K",),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-GEN-8",
        "general",
        Urgency.SAME_DAY,
        when=yes("seen_worse")
        & ((onset_days <= 84) | yes("on_flare_3d"))
        & at_least(
            2,
            (number("nrs_now") >= 7),
            yes("rf_night_pain"),
            yes("rf_constant_worse"),
            NERVE_SIGN,
            chosen("rf_fever", "yes", "not_sure"),
        ),
        line=_(
            "Checked before, worse or not explained, 12 weeks or less or suddenly worse, with two of pain 7 or more, night pain, constant worse pain, nerve sign, fever (or not sure of it)"
        ),
        rationale="Several visits for one complaint are a red flag; 71% with epidural abscess had an earlier visit. The tier is a choice made by clinical judgement.",
        sources=("S99", "S59"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-GEN-1",
        "general",
        Urgency.SAME_DAY,
        when=yes("rf_need_today"),
        line=_("Patient feels unable to wait for the appointment"),
        rationale="The patient knows something the form does not ask; staff report harm from care that came too late.",
        sources=("S41", "S43"),
        advice="adv_same_day",
    ),
    RedFlag(
        "R-GEN-2",
        "general",
        Urgency.EMERGENCY,
        when=yes("rf_very_unwell"),
        line=_(
            "Very unwell now, felt or seen by another (newly muddled, very sleepy, not making sense, too ill to stand, or grey/blue/blotchy skin)"
        ),
        rationale="New confusion, marked sleepiness and blotchy skin are sepsis signs that call for an ambulance, whoever notices them.",
        sources=("S82",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-GEN-3",
        "general",
        Urgency.EMERGENCY,
        when=yes("rf_face_speech"),
        line=_("New face droop or slurred speech within 7 days"),
        rationale="New face or speech change may be a stroke, which must be treated within hours.",
        sources=("S84",),
        advice="adv_call_now",
    ),
    RedFlag(
        "R-GEN-4",
        "general",
        Urgency.PRIORITY,
        when=(number("nrs_now") >= 9),
        line=_("Pain now 9-10/10"),
        rationale="Very severe pain now deserves the first minute of the visit; severity alone is not an alarm feature.",
        sources=("K",),
    ),
    RedFlag(
        "R-GEN-7",
        "general",
        Urgency.PRIORITY,
        when=yes("seen_worse")
        & at_least(
            1,
            (number("nrs_now") >= 7),
            yes("rf_night_pain"),
            yes("rf_constant_worse"),
            NERVE_SIGN,
            chosen("rf_fever", "yes", "not_sure"),
        ),
        line=_(
            "Checked before, worse or not explained, with pain 7 or more, night pain, constant worse pain, nerve sign or fever (or not sure of it)"
        ),
        rationale="Several visits for one complaint are themselves a red flag; an early look with one further feature is a choice made by clinical judgement.",
        sources=("S99", "S59"),
    ),
    RedFlag(
        "R-NS-1",
        "general",
        Urgency.NOTE,
        when=(age >= 50) & (onset_days <= 42) & chosen("ep_previous", "never"),
        line=_("First back pain episode at 50+"),
        rationale="A first episode over 50 is a weak flag on many lists.",
        sources=("S13", "S16"),
    ),
)
