"""Arms, legs and walking, and what else was noticed in the last weeks."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import Gate, YesNoUnsure

U_NERVES = Page(
    "u_nerves",
    _("Arms, legs and walking"),
    questions=(
        YesNoUnsure(
            "rf_arm_weak",
            _("Is one of your arms or hands newly weak?"),
            group="cord",
            label=_("new arm or hand weakness"),
        ),
        YesNoUnsure(
            "rf_legs_weak",
            _("Is a leg weaker than before, giving way, or does a foot catch or drag?"),
            group="cord",
            label=_("leg weakness"),
        ),
        YesNoUnsure(
            "rf_walk_unsteady",
            _("Has your walking become unsteady, stiff or clumsy?"),
            group="cord",
            label=_("unsteady gait"),
        ),
        YesNoUnsure(
            "rf_numb_below",
            _("Below some level on your body, does your skin feel numb or different?"),
            hint=_("For example, from the waist down."),
            group="cord",
            label=_("sensory level"),
        ),
    ),
)

U_BODY = Page(
    "u_body",
    _("The last weeks"),
    questions=(
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
        YesNoUnsure("rf_belly_pain", _("Do you also have belly pain?"), group="abdo", label=_("belly pain")),
        Gate(
            "any_injury",
            _("Did this start after an accident, a fall or a knock?"),
            hint=_("Even a small one."),
            items=("rf_injury_major", "rf_injury_minor"),
            group="fracture",
            label=_("injury at onset"),
        ),
        Gate(
            "any_rare",
            _("Have you had any of these?"),
            items=(
                "rf_cough_blood",
                "rf_gi_bleed",
                "rf_jaundice",
                "rf_belly_pulse",
                "rf_weight_loss",
                "rf_rash",
            ),
            names=(
                _("Coughed up blood, in the last 2 weeks"),
                _("Been sick with blood, or had black, sticky poo"),
                _("Eyes or skin turned yellow"),
                _("A new lump in your belly that beats like a pulse"),
                _("Lost weight without trying, in the last 6 months"),
                _("A new rash or blisters where it hurts"),
            ),
            group="general",
            label=_(
                "any of: coughed blood, vomited blood or black poo, jaundice, beating lump, weight loss, rash"
            ),
        ),
        Gate(
            "any_head",
            _("Have you had any of these in the last 2 weeks?"),
            items=("rf_head_new", "rf_sight", "rf_dizzy", "rf_jaw_scalp", "rf_neck_chin", "rf_spots"),
            names=(
                _("A new, bad headache, not like your usual ones"),
                _("Blurred or double sight, or lost sight"),
                _("The room spinning, or new trouble swallowing"),
                _("A jaw that aches when you chew, or a sore scalp"),
                _("A neck too stiff to put your chin on your chest"),
                _("Spots that do not fade under a glass"),
            ),
            asked_when=pain_in("NECK", "HEAD", "JAW")
            | yes("rf_fever")
            | (age >= 50) & pain_in("UPPER_BACK", "ARM"),
            group="head",
            label=_(
                "any of: new headache, sight change, spinning, jaw or scalp pain, stiff neck, non-fading spots"
            ),
        ),
    ),
    intro=_("Some problems elsewhere in the body can be felt in the back."),
)

U_RARE_MORE = Page(
    "u_rare_more",
    _("Which of these?"),
    questions=(
        YesNoUnsure(
            "rf_cough_blood",
            _("Have you coughed up blood in the last 2 weeks?"),
            asked_when=yes("any_rare"),
            group="resp",
            label=_("haemoptysis"),
        ),
        YesNoUnsure(
            "rf_gi_bleed",
            _("Have you been sick with blood, or had black, sticky poo like tar?"),
            hint=_("Iron tablets do not count."),
            asked_when=yes("any_rare"),
            group="abdo",
            label=_("haematemesis/melaena"),
        ),
        YesNoUnsure(
            "rf_jaundice",
            _("Have your eyes or skin turned yellow?"),
            asked_when=yes("any_rare"),
            group="abdo",
            label=_("jaundice"),
        ),
        YesNoUnsure(
            "rf_belly_pulse",
            _("Can you feel a new lump in your belly that beats like a pulse?"),
            asked_when=yes("any_rare"),
            group="aortic",
            label=_("pulsating abdominal lump"),
        ),
        YesNoUnsure(
            "rf_weight_loss",
            _("In the last 6 months, have you lost weight without trying?"),
            asked_when=yes("any_rare"),
            group="cancer",
            label=_("unexplained weight loss"),
        ),
        YesNoUnsure(
            "rf_rash",
            _("Is there a new rash, or blisters, where it hurts?"),
            asked_when=yes("any_rare"),
            group="skin",
            label=_("new rash at pain site"),
        ),
    ),
    asked_when=yes("any_rare"),
)

U_HEAD_MORE = Page(
    "u_head_more",
    _("Head and neck"),
    questions=(
        YesNoUnsure(
            "rf_head_new",
            _("Do you have a new, bad headache, not like your usual ones?"),
            asked_when=yes("any_head"),
            group="head",
            label=_("new severe headache"),
        ),
        YesNoUnsure(
            "rf_sight",
            _("Has your sight been blurred or double, or have you lost sight in an eye?"),
            hint=_("Even if it came back."),
            asked_when=yes("any_head"),
            group="head",
            label=_("sight change"),
        ),
        YesNoUnsure(
            "rf_dizzy",
            _("Does the room spin, or is it newly hard to swallow?"),
            asked_when=yes("any_head"),
            group="head",
            label=_("spinning or trouble swallowing"),
        ),
        YesNoUnsure(
            "rf_jaw_scalp",
            _("Does your jaw ache when you chew, or is your scalp sore to touch?"),
            asked_when=yes("any_head"),
            group="head",
            label=_("jaw pain on chewing or scalp soreness"),
        ),
        YesNoUnsure(
            "rf_neck_chin",
            _("Is your neck too stiff or sore to put your chin on your chest?"),
            asked_when=yes("any_head"),
            group="head",
            label=_("neck too stiff to bend forward"),
        ),
        YesNoUnsure(
            "rf_spots",
            _("Do you have spots or a rash that do not fade when you press a glass on them?"),
            asked_when=yes("any_head"),
            group="head",
            label=_("non-fading spots"),
        ),
    ),
    asked_when=yes("any_head"),
)

SECTION = Section(
    "body",
    _("The body"),
    (
        U_NERVES,
        U_BODY,
        U_RARE_MORE,
        U_HEAD_MORE,
    ),
)
