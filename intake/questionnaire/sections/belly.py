"""Bleeding, clots and the belly."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_CLOT
from intake.questionnaire.criteria import age, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import YesNoUnsure

U_BLEEDING = Page(
    "u_bleeding",
    _("Belly and bleeding"),
    questions=(
        YesNoUnsure(
            "rf_cough_blood",
            _("Have you coughed up blood in the last 2 weeks?"),
            group="resp",
            label=_("haemoptysis"),
        ),
        YesNoUnsure(
            "rf_gi_bleed",
            _("Have you been sick with blood, or had black, sticky poo like tar?"),
            hint=_("Iron tablets do not count."),
            group="abdo",
            label=_("haematemesis/melaena"),
        ),
        YesNoUnsure(
            "rf_jaundice",
            _("Have your eyes or skin turned yellow?"),
            group="abdo",
            label=_("jaundice"),
        ),
        YesNoUnsure(
            "rf_belly_pain",
            _("Do you also have belly pain?"),
            group="abdo",
            label=_("belly pain"),
        ),
    ),
)

U_CLOT = Page(
    "u_clot",
    _("Legs, travel and hormones"),
    questions=(
        YesNoUnsure(
            "rf_leg_swelling",
            _("Is one of your calves newly swollen?"),
            hint=_("Clearly bigger than the other one."),
            asked_when=yes("rf_breathless")
            | yes("rf_pleuritic")
            | yes("rf_cough_blood")
            | yes("rf_chest_pain")
            | yes("rf_faint"),
            group="resp",
            label=_("one-sided calf swelling"),
        ),
        YesNoUnsure(
            "vte_recent",
            _("In the last 4 weeks, have you been unable to move about much, or had an operation?"),
            hint=_(
                "For example a leg in plaster, 3 days in bed, or sitting for more than 4 hours on a trip."
            ),
            label=_("recent immobility/surgery/travel"),
            part="H",
        ),
        YesNoUnsure(
            "med_oestrogen",
            _("Do you use hormones with oestrogen: a pill, patch, ring or HRT?"),
            label=_("oestrogen"),
            part="D",
        ),
    ),
    asked_when=ASK_CLOT,
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
            "rf_belly_pulse",
            _("Can you feel a new lump in your belly that beats like a pulse?"),
            asked_when=yes("rf_belly_pain") | (age >= 50),
            group="aortic",
            label=_("pulsating abdominal lump"),
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


SECTION = Section(
    "belly",
    _("Belly and legs"),
    (
        U_BLEEDING,
        U_CLOT,
        U_BELLY_MORE,
    ),
)
