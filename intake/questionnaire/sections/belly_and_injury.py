"""Clots, belly, urine, infection, injury and rash."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import (
    ASK_CAUDA_EQUINA,
    ASK_CLOT,
    ASK_INFECTION,
    ASK_NERVES,
    MAY_BE_PREGNANT,
)
from intake.questionnaire.criteria import age, chosen, feature, not_chosen, pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import Gate, Note, OneOf, Option, YesNoUnsure, YesNoUnsureOrNotMine

U_CLOT = Page(
    "u_clot",
    _("Legs, travel and hormones"),
    questions=(
        YesNoUnsure(
            "vte_recent",
            _("In the last 4 weeks, have you been unable to move about much, or had an operation?"),
            hint=_(
                "For example a leg in plaster, 3 days in bed, or sitting for more than 4 hours on a trip."
            ),
            asked_when=ASK_CLOT | yes("rf_leg_swelling"),
            note=Note.BACKGROUND,
            label=_("recent immobility, surgery or travel"),
        ),
        YesNoUnsure(
            "med_oestrogen",
            _("Do you use hormones with oestrogen: a pill, patch, ring or HRT?"),
            asked_when=ASK_CLOT | yes("rf_leg_swelling"),
            note=Note.MEDICINES,
            label=_("Oestrogen"),
        ),
        YesNoUnsureOrNotMine(
            "birth_12w",
            _("Have you had a baby in the last 12 weeks?"),
            # The answer about 6 weeks says it already.
            asked_when=MAY_BE_PREGNANT
            & (ASK_CLOT | yes("rf_leg_swelling"))
            & not_chosen("rf_postpartum", "yes"),
            note=Note.BACKGROUND,
            label=_("birth in the last 12 weeks"),
        ),
    ),
    asked_when=ASK_CLOT | yes("rf_leg_swelling"),
)

U_BELLY_MORE = Page(
    "u_belly_more",
    _("About your belly"),
    questions=(
        YesNoUnsure(
            "rf_belly_severe",
            _("Is the belly pain so bad that you cannot move or stand up straight?"),
            asked_when=yes("rf_belly_pain"),
            group="abdo",
            label=_("severe belly pain"),
        ),
        YesNoUnsure(
            "rf_belly_food",
            _("Is the pain linked to eating, such as after fatty food or on an empty stomach?"),
            asked_when=yes("rf_belly_pain"),
            group="abdo",
            label=_("linked to food"),
        ),
        YesNoUnsure(
            "rf_vomit_keepdown",
            _("Are you being sick so much that you cannot keep drinks down?"),
            asked_when=yes("rf_sick"),
            group="renal",
            label=_("cannot keep fluids down"),
        ),
    ),
)

U_URINE = Page(
    "u_urine",
    _("Peeing"),
    questions=(
        Gate(
            "any_urine",
            _("Does it burn when you pee, or have you seen blood in your pee?"),
            items=("rf_pee_burn", "rf_pee_blood"),
            asked_when=pain_in("FLANK", "LOW_BACK", "MID_BACK", "ABDO", "GROIN")
            | yes("rf_fever")
            | yes("any_injury"),
            group="renal",
            label=_("any of: burning on peeing, blood in urine"),
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

U_URINE_MORE = Page(
    "u_urine_more",
    _("Which of these?"),
    questions=(
        YesNoUnsure(
            "rf_pee_burn",
            _("Does it burn or sting when you pee?"),
            asked_when=yes("any_urine"),
            group="renal",
            label=_("dysuria"),
        ),
        YesNoUnsure(
            "rf_pee_blood",
            _("Have you seen blood in your pee?"),
            asked_when=yes("any_urine"),
            group="renal",
            label=_("visible haematuria"),
        ),
    ),
    asked_when=yes("any_urine"),
)

U_INFECTION_MORE = Page(
    "u_infection_more",
    _("Infections, needles and operations"),
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
            note=Note.BACKGROUND,
            label=_("recent infection"),
        ),
        YesNoUnsure(
            "inf_home",
            _("In the last 6 weeks, have you had another infection, a boil or sore, or a tooth taken out?"),
            hint=_("Also if you treated it at home."),
            asked_when=ASK_INFECTION,
            note=Note.BACKGROUND,
            label=_("infection, boil or tooth out in 6 weeks"),
        ),
        YesNoUnsure(
            "spine_proc_3m",
            _("In the last 3 months, did you have a needle in your back, or a back operation?"),
            hint=_("Such as an injection or an epidural."),
            asked_when=ASK_INFECTION | ASK_NERVES | ASK_CAUDA_EQUINA,
            note=Note.BACKGROUND,
            label=_("recent spinal procedure"),
        ),
        YesNoUnsure(
            "needle_2w",
            _("In the last 2 weeks, have you had needles in your neck, shoulder, chest or back?"),
            hint=_("Such as acupuncture, dry needling or an injection. Botox counts too."),
            asked_when=ASK_CLOT | ASK_INFECTION | ASK_NERVES,
            group="infection",
            label=_("needle in 2 weeks"),
        ),
    ),
)

U_INJURY_WHICH = Page(
    "u_injury_which",
    _("The accident, fall or knock"),
    questions=(
        YesNoUnsure(
            "rf_injury_major",
            _("Was it a big accident?"),
            hint=_("Such as a road crash, or a fall from a height or down stairs."),
            asked_when=yes("any_injury"),
            group="fracture",
            label=_("major injury"),
        ),
        YesNoUnsure(
            "rf_injury_minor",
            _("Was it any smaller fall, knock or accident?"),
            asked_when=yes("any_injury"),
            group="fracture",
            label=_("minor injury"),
        ),
    ),
    asked_when=yes("any_injury"),
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
            | yes("med_steroid_4w")
            | yes("any_injury")
            | chosen("pmh_bone_list", "osteoporosis", "fragility_fx", "spine_fx")
            | chosen("pmh_other_list", "tb"),
            group="fracture",
            label=_("height loss/stoop"),
        ),
        YesNoUnsure(
            "med_steroid_3m",
            _("Did you take steroid tablets for 3 months or more?"),
            asked_when=yes("med_steroid_4w"),
            group="fracture",
            note=Note.MEDICINES,
            label=_("Oral steroid 3 months"),
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
            asked_when=yes("rf_rash"),
            group="skin",
            label=_("rash timing"),
            required=True,
        ),
        YesNoUnsure(
            "rf_rash_eye",
            _("Is any of the rash on your face or near an eye?"),
            asked_when=yes("rf_rash"),
            group="skin",
            label=_("rash on face/near eye"),
        ),
    ),
    asked_when=yes("rf_rash"),
)

U_SELF_HARM = Page(
    "u_self_harm",
    _("How you feel"),
    questions=(
        YesNoUnsure(
            "mood_unsafe_now",
            _("Might you act on thoughts of hurting yourself today?"),
            asked_when=feature("mood_self_harm"),
            group="mood",
            label=_("self-harm risk today"),
            required=False,
        ),
    ),
    privacy=_("Only the clinic team sees this."),
    private=True,
    asked_when=feature("mood_self_harm"),
)

SECTION = Section(
    "belly_and_injury",
    _("Belly, infection and injury"),
    (
        U_CLOT,
        U_BELLY_MORE,
        U_URINE,
        U_URINE_MORE,
        U_INFECTION_MORE,
        U_INJURY_WHICH,
        U_INJURY_MORE,
        U_RASH_MORE,
        U_SELF_HARM,
    ),
)
