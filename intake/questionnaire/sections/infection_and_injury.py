"""Infection, cancer features, injury, rash and urine."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_CAUDA_EQUINA, ASK_INFECTION, ASK_NERVES
from intake.questionnaire.criteria import age, chosen, feature, pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import OneOf, Option, YesNoUnsure

U_INFECTION = Page(
    "u_infection",
    _("Fever, weight, nights"),
    questions=(
        YesNoUnsure(
            "rf_fever",
            _(
                "In the last 7 days, have you felt feverish or shivery, or had a temperature of 38 C (100.4 F)?"
            ),
            group="infection",
            label=_("fever"),
        ),
        YesNoUnsure(
            "rf_weight_loss",
            _("In the last 6 months, have you lost weight without trying?"),
            group="cancer",
            label=_("unexplained weight loss"),
        ),
        YesNoUnsure(
            "rf_night_pain",
            _("Does the pain wake you at night so that nothing eases it, not even moving?"),
            group="cancer",
            label=_("unremitting night pain"),
        ),
        YesNoUnsure(
            "rf_constant_worse",
            _("Is the pain there all the time and getting worse week by week?"),
            group="cancer",
            label=_("constant and progressive"),
        ),
    ),
)

U_INFECTION_MORE = Page(
    "u_infection_more",
    _("A few more about infection"),
    questions=(
        YesNoUnsure(
            "rf_rigors",
            _("Have you had shaking chills that you could not stop?"),
            asked_when=yes("rf_fever"),
            group="infection",
            label=_("rigors"),
        ),
        YesNoUnsure(
            "rf_night_sweats",
            _("Do you wake at night soaked in sweat?"),
            asked_when=ASK_INFECTION
            | yes("rf_weight_loss")
            | yes("pmh_cancer")
            | chosen("pmh_other_list", "tb"),
            group="cancer",
            label=_("drenching night sweats"),
        ),
        YesNoUnsure(
            "inf_recent",
            _("In the last 3 months, have you had an infection that needed hospital care or a drip?"),
            hint=_("For example in your blood, skin, heart or kidneys."),
            asked_when=ASK_INFECTION,
            label=_("recent infection"),
            part="H",
        ),
        YesNoUnsure(
            "spine_proc_3m",
            _("In the last 3 months, have you had a back injection, epidural or back operation?"),
            asked_when=ASK_INFECTION | ASK_NERVES | ASK_CAUDA_EQUINA,
            label=_("recent spinal procedure"),
            part="H",
        ),
    ),
)

U_INJURY = Page(
    "u_injury",
    _("Injury and skin"),
    questions=(
        YesNoUnsure(
            "rf_injury_major",
            _("Did this start after a big accident?"),
            hint=_("Such as a road crash, or a fall from a height or down stairs."),
            group="fracture",
            label=_("major injury"),
        ),
        YesNoUnsure(
            "rf_injury_minor",
            _("Did this start after a simple fall or a knock?"),
            group="fracture",
            label=_("minor injury"),
        ),
        YesNoUnsure(
            "rf_rash",
            _("Is there a new rash, or blisters, where it hurts?"),
            group="skin",
            label=_("new rash at pain site"),
        ),
    ),
)

U_INJURY_MORE = Page(
    "u_injury_more",
    _("More about injury and your bones"),
    questions=(
        OneOf(
            "rf_injury_when",
            _("When did the accident happen?"),
            options=(
                Option("h48", _("In the last 2 days"), noted=_("within 2 days")),
                Option("d2_w6", _("2 days to 6 weeks ago")),
                Option("over_6w", _("More than 6 weeks ago"), noted=_("over 6 weeks ago")),
                Option("not_sure", _("Not sure"), noted=_("timing not sure")),
            ),
            asked_when=yes("rf_injury_major"),
            group="fracture",
            label=_("injury timing"),
            required=True,
        ),
        YesNoUnsure(
            "rf_bruise_spine",
            _("Is there a bruise or graze over your backbone?"),
            asked_when=yes("rf_injury_major") | yes("rf_injury_minor"),
            group="fracture",
            label=_("bruise/graze over spine"),
        ),
        YesNoUnsure(
            "rf_height_loss",
            _("Have you lost height, or become more stooped?"),
            asked_when=(age >= 50)
            | yes("med_steroid_3m")
            | yes("rf_injury_major")
            | yes("rf_injury_minor")
            | chosen("pmh_bone_list", "osteoporosis", "fragility_fx")
            | chosen("pmh_other_list", "tb"),
            group="fracture",
            label=_("height loss/stoop"),
        ),
    ),
)

U_RASH_MORE = Page(
    "u_rash_more",
    _("About the rash"),
    questions=(
        OneOf(
            "rf_rash_when",
            _("When did the rash first appear?"),
            options=(
                Option("h72", _("In the last 3 days"), noted=_("within 3 days")),
                Option("d3_7", _("3 to 7 days ago")),
                Option("over_7d", _("More than 7 days ago"), noted=_("over 7 days ago")),
                Option("not_sure", _("Not sure"), noted=_("timing not sure")),
            ),
            group="skin",
            label=_("rash timing"),
            required=True,
        ),
        YesNoUnsure(
            "rf_rash_eye",
            _("Is any of the rash on your face or near an eye?"),
            group="skin",
            label=_("rash on face/near eye"),
        ),
    ),
    asked_when=yes("rf_rash"),
)

U_URINE = Page(
    "u_urine",
    _("Peeing"),
    questions=(
        YesNoUnsure(
            "rf_pee_burn",
            _("Does it burn or sting when you pee?"),
            asked_when=pain_in("FLANK", "LOW_BACK", "MID_BACK", "ABDO", "GROIN") | yes("rf_fever"),
            group="renal",
            label=_("dysuria"),
        ),
        YesNoUnsure(
            "rf_pee_blood",
            _("Have you seen blood in your pee?"),
            asked_when=pain_in("FLANK", "LOW_BACK", "MID_BACK", "ABDO", "GROIN")
            | yes("rf_fever")
            | yes("rf_injury_major"),
            group="renal",
            label=_("visible haematuria"),
        ),
        YesNoUnsure(
            "rf_no_pee_12h",
            _("Has it been 12 hours or more since you last peed?"),
            asked_when=yes("rf_pee_start")
            | yes("rf_pee_feel")
            | yes("rf_fever")
            | yes("rf_vomit_keepdown")
            | pain_in("FLANK", "LOW_BACK", "ABDO", "GROIN", "SADDLE"),
            group="renal",
            label=_("no urine 12 h"),
        ),
    ),
)

U_SELF_HARM = Page(
    "u_self_harm",
    _("How you feel"),
    questions=(
        YesNoUnsure(
            "mood_unsafe_now",
            _("Might you act on thoughts of hurting yourself today?"),
            label=_("self-harm risk today"),
            part="W",
        ),
    ),
    privacy=_("Only the clinic team sees this."),
    asked_when=feature("mood_self_harm"),
)


SECTION = Section(
    "infection_and_injury",
    _("Infection, injury and skin"),
    (
        U_INFECTION,
        U_INFECTION_MORE,
        U_INJURY,
        U_INJURY_MORE,
        U_RASH_MORE,
        U_URINE,
        U_SELF_HARM,
    ),
)
