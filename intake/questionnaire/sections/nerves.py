"""Cord, nerve roots and cauda equina. The private questions are framed before they are asked (S09)."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_CAUDA_EQUINA, ASK_CLOT, ASK_NERVES, BELOW_WAIST
from intake.questionnaire.criteria import age, pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import OneOf, Option, YesNoUnsure, YesNoUnsureOrSilent

U_FEELING = Page(
    "u_feeling",
    _("Hands, trunk and legs"),
    questions=(
        YesNoUnsure(
            "rf_hands_clumsy",
            _("Have your hands become clumsy, for example with buttons, keys or writing?"),
            asked_when=pain_in("NECK", "ARM", "HEAD")
            | yes("rf_arm_weak")
            | yes("rf_walk_unsteady")
            | yes("rf_numb_below"),
            group="cord",
            label=_("clumsy hands"),
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
        YesNoUnsure(
            "rf_leg_swelling",
            _("Is one of your calves newly swollen?"),
            hint=_("Clearly bigger than the other one."),
            asked_when=ASK_CLOT | pain_in("LEG"),
            group="resp",
            label=_("one-sided calf swelling"),
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
                Option("hours_days", _("Over hours or days")),
                Option("weeks", _("Over weeks")),
                Option("months", _("Over months or longer")),
                Option("not_changing", _("It is not changing"), noted=_("not changing")),
                Option("not_sure", _("Not sure"), noted=_("speed not sure")),
            ),
            asked_when=ASK_NERVES,
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
            asked_when=ASK_NERVES,
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
            _("Is it numb, or does it tingle or feel strange, between your legs or around your bottom?"),
            hint=_(
                "This means your genitals and back passage. For example, it feels different when you wipe."
            ),
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
        YesNoUnsure(
            "rf_bowel_control",
            _("Have you newly lost control of your poo, or the feeling when you poo?"),
            group="ces",
            label=_("bowel control/sensation loss"),
        ),
        YesNoUnsure(
            "rf_both_legs_pain",
            _("Do you have pain, tingling or numbness going down both legs?"),
            group="ces",
            label=_("bilateral leg symptoms"),
        ),
    ),
    intro=_("We ask everyone with back pain, to spot a rare nerve problem early."),
    privacy=_("Only the clinic team sees this."),
    private=True,
    early_when=BELOW_WAIST,
)

U_BOWEL = Page(
    "u_bowel",
    _("Two more private questions"),
    questions=(
        YesNoUnsure(
            "rf_pee_change",
            _("Has the way you pee newly changed?"),
            hint=_("Such as having to rush, a weak flow, or not feeling empty."),
            asked_when=BELOW_WAIST,
            group="ces",
            label=_("new urgency, weak flow or incomplete emptying"),
        ),
        YesNoUnsureOrSilent(
            "rf_sex_change",
            _("Has sex newly changed: less feeling, or no erection or orgasm?"),
            hint=_("You can choose not to say."),
            asked_when=(age >= 16) & (BELOW_WAIST | ASK_CAUDA_EQUINA),
            group="ces",
            label=_("new sexual function change"),
        ),
    ),
    privacy=_("Only the clinic team sees this."),
    private=True,
    early_when=BELOW_WAIST,
)

U_CES_WHEN = Page(
    "u_ces_when",
    _("When these changes began"),
    questions=(
        OneOf(
            "rf_both_legs_when",
            _("When did you first feel it in both legs, or when did that last get worse?"),
            options=(
                Option("d14", _("In the last 2 weeks"), noted=_("within 2 weeks")),
                Option(
                    "older_worse",
                    _("Longer ago, and it is getting worse"),
                    noted=_("over 2 weeks ago, getting worse"),
                ),
                Option(
                    "older_same", _("Longer ago, and it is no worse"), noted=_("over 2 weeks ago, no worse")
                ),
                Option("not_sure", _("Not sure"), noted=_("timing not sure")),
            ),
            asked_when=yes("rf_both_legs_pain"),
            group="ces",
            label=_("timing of symptoms of both legs"),
            required=True,
        ),
        OneOf(
            "rf_ces_when",
            _("When did the change between your legs, or in your pee, poo or sex, start or last get worse?"),
            options=(
                Option("h24", _("In the last 24 hours"), noted=_("within 24 h")),
                Option("d14", _("In the last 2 weeks"), noted=_("within 2 weeks")),
                Option("w2_m3", _("2 weeks to 3 months ago")),
                Option(
                    "over_3m_worse",
                    _("More than 3 months ago, and slowly getting worse"),
                    noted=_("over 3 months ago, slowly getting worse"),
                ),
                Option(
                    "over_3m_same",
                    _("More than 3 months ago and no worse since"),
                    noted=_("over 3 months ago, stable"),
                ),
                Option("not_sure", _("Not sure"), noted=_("timing not sure")),
            ),
            asked_when=ASK_CAUDA_EQUINA | yes("rf_pee_change") | yes("rf_sex_change"),
            group="ces",
            label=_("timing of bladder/bowel/saddle change"),
            required=True,
        ),
    ),
    asked_when=ASK_CAUDA_EQUINA | yes("rf_pee_change") | yes("rf_sex_change") | yes("rf_both_legs_pain"),
    early_when=BELOW_WAIST,
)

SECTION = Section(
    "nerves",
    _("Nerves, bladder and bowel"),
    (
        U_FEELING,
        U_NERVES_MORE,
        U_SADDLE,
        U_BOWEL,
        U_CES_WHEN,
    ),
)
