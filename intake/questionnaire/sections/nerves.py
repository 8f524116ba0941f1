"""Cord, nerve roots and cauda equina. The private questions are framed before they are asked (S09)."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_CAUDA_EQUINA, ASK_NERVES
from intake.questionnaire.criteria import age, pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import OneOf, Option, YesNoUnsure, YesNoUnsureOrSilent

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
            _("Has your walking recently become unsteady, stiff or clumsy?"),
            group="cord",
            label=_("unsteady gait"),
        ),
        YesNoUnsure(
            "rf_hands_clumsy",
            _("Have your hands become clumsy, for example with buttons, keys or writing?"),
            group="cord",
            label=_("clumsy hands"),
        ),
    ),
)

U_FEELING = Page(
    "u_feeling",
    _("Numbness and tingling"),
    questions=(
        YesNoUnsure(
            "rf_numb_below",
            _("Below some level on your body, does your skin feel numb or different?"),
            hint=_("For example, from the waist down."),
            group="cord",
            label=_("sensory level"),
        ),
        YesNoUnsure(
            "rf_both_legs_pain",
            _("Do you have pain, tingling or numbness going down both legs?"),
            group="ces",
            label=_("bilateral leg symptoms"),
        ),
        YesNoUnsure(
            "rf_trunk_band",
            _("Do you have pain or tightness like a band around your chest or belly?"),
            asked_when=pain_in("MID_BACK", "CHEST", "ABDO", "FLANK")
            | yes("pmh_cancer")
            | yes("rf_legs_weak")
            | yes("rf_walk_unsteady"),
            group="cord",
            label=_("band-like trunk pain"),
        ),
    ),
)

U_NERVES_MORE = Page(
    "u_nerves_more",
    _("About the weakness or numbness"),
    questions=(
        OneOf(
            "rf_legs_which",
            _("Which leg is weak?"),
            options=(
                Option("one", _("One leg")),
                Option("both", _("Both legs")),
                Option("not_sure", _("Not sure"), noted=_("side not sure")),
            ),
            asked_when=yes("rf_legs_weak"),
            group="cord",
            label=_("which leg"),
            required=True,
        ),
        OneOf(
            "rf_neuro_speed",
            _("How fast did this start or get worse?"),
            hint=_("If it has stayed the same for months, choose that it is not changing."),
            options=(
                Option("minutes", _("Suddenly, within minutes"), noted=_("within minutes")),
                Option("hours_days", _("Over hours or days"), noted=_("over hours or days")),
                Option("weeks", _("Over weeks"), noted=_("over weeks")),
                Option("months", _("Over months or longer"), noted=_("over months or longer")),
                Option("not_changing", _("It is not changing"), noted=_("not changing")),
                Option("not_sure", _("Not sure"), noted=_("speed not sure")),
            ),
            group="cord",
            label=_("speed of change"),
            required=True,
        ),
        YesNoUnsure(
            "rf_foot_drop",
            _("Do you trip because you cannot lift the front of one foot?"),
            asked_when=yes("rf_legs_weak"),
            group="cord",
            label=_("foot drop"),
        ),
        YesNoUnsure(
            "rf_electric_bend",
            _("When you bend your neck, do you feel an electric shock down your back, arms or legs?"),
            group="cord",
            label=_("electric shock on neck bending"),
        ),
    ),
    asked_when=ASK_NERVES,
)

U_SADDLE = Page(
    "u_saddle",
    _("Private questions"),
    questions=(
        YesNoUnsure(
            "rf_saddle_numb",
            _(
                "Is there a numb, tingling or strange feeling between your legs, or around your genitals or back passage?"
            ),
            hint=_("For example, it feels different when you wipe."),
            group="ces",
            label=_("saddle numbness"),
        ),
        YesNoUnsure(
            "rf_pee_start",
            _("Has it newly become hard to start peeing, or have you stopped being able to pee?"),
            group="ces",
            label=_("new hesitancy/retention"),
        ),
        YesNoUnsure(
            "rf_pee_feel",
            _("Have you newly lost the feeling of peeing, or of a full bladder?"),
            group="ces",
            label=_("loss of bladder/urethral sensation"),
        ),
        YesNoUnsure(
            "rf_pee_leak",
            _("Are you newly leaking pee without meaning to?"),
            group="ces",
            label=_("new urinary leakage"),
        ),
    ),
    intro=_("We ask everyone with back pain these personal questions, to spot a rare nerve problem."),
    privacy=_("Only the clinic team sees this."),
)

U_BOWEL = Page(
    "u_bowel",
    _("More private questions"),
    questions=(
        YesNoUnsure(
            "rf_bowel_control",
            _("Have you newly lost control of your poo, or the feeling when you poo?"),
            group="ces",
            label=_("bowel control/sensation loss"),
        ),
        YesNoUnsureOrSilent(
            "rf_sex_change",
            _(
                "Have you newly lost feeling in your genitals, or newly become unable to have an erection or orgasm?"
            ),
            hint=_("You can choose not to say."),
            asked_when=(age >= 16)
            & (
                pain_in("LOW_BACK", "BUTTOCK", "LEG", "SADDLE", "GROIN")
                | yes("rf_saddle_numb")
                | yes("rf_pee_start")
                | yes("rf_pee_feel")
                | yes("rf_pee_leak")
                | yes("rf_legs_weak")
            ),
            group="ces",
            label=_("new sexual function change"),
        ),
    ),
    privacy=_("Only the clinic team sees this."),
)

U_CES_WHEN = Page(
    "u_ces_when",
    _("When this change began"),
    questions=(
        OneOf(
            "rf_ces_when",
            _("When did this start or last get worse?"),
            options=(
                Option("h24", _("In the last 24 hours"), noted=_("within 24 h")),
                Option("d14", _("In the last 2 weeks"), noted=_("within 2 weeks")),
                Option("w2_m3", _("2 weeks to 3 months ago")),
                Option(
                    "over_3m_same",
                    _("More than 3 months ago and no worse since"),
                    noted=_("over 3 months ago, stable"),
                ),
                Option("not_sure", _("Not sure"), noted=_("timing not sure")),
            ),
            group="ces",
            label=_("timing of bladder/bowel/saddle change"),
            required=True,
        ),
    ),
    asked_when=ASK_CAUDA_EQUINA | yes("rf_sex_change"),
)


SECTION = Section(
    "nerves",
    _("Nerves, bladder and bowel"),
    (
        U_NERVES,
        U_FEELING,
        U_NERVES_MORE,
        U_SADDLE,
        U_BOWEL,
        U_CES_WHEN,
    ),
)
