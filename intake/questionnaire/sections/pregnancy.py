"""Pregnancy and the weeks after birth. Closed only by a recorded sex of male and by age."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_LATE_PREGNANCY, MAY_BE_PREGNANT
from intake.questionnaire.criteria import chosen, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import OneOf, Option, YesNoUnsure, YesNoUnsureOrNotMine

U_PREGNANT = Page(
    "u_pregnant",
    _("Pregnancy"),
    questions=(
        YesNoUnsureOrNotMine(
            "rf_pregnant",
            _("Are you pregnant, or could you be?"),
            group="preg",
            label=_("pregnant"),
        ),
        YesNoUnsureOrNotMine(
            "rf_postpartum",
            _("Have you had a baby in the last 6 weeks?"),
            group="preg",
            label=_("within 6 weeks of birth"),
        ),
    ),
    privacy=_("Only the clinic team sees this."),
    asked_when=MAY_BE_PREGNANT,
)

U_PREGNANT_WEEKS = Page(
    "u_pregnant_weeks",
    _("About the pregnancy"),
    questions=(
        OneOf(
            "rf_preg_weeks",
            _("How many weeks pregnant are you?"),
            options=(
                Option("under_14", _("Less than 14 weeks"), noted=_("under 14 weeks")),
                Option("w14_19", _("14 to 19 weeks")),
                Option("w20_36", _("20 to 36 weeks")),
                Option("w37_plus", _("37 weeks or more")),
                Option("not_sure", _("Not sure"), noted=_("weeks not sure")),
            ),
            group="preg",
            label=_("weeks"),
            required=True,
        ),
        YesNoUnsure(
            "rf_preg_bleed",
            _("Have you had any bleeding or leaking of fluid from your vagina?"),
            group="preg",
            label=_("bleeding/fluid"),
        ),
    ),
    asked_when=yes("rf_pregnant"),
)

U_PREGNANT_EARLY = Page(
    "u_pregnant_early",
    _("Early pregnancy"),
    questions=(
        YesNoUnsure(
            "rf_preg_one_side",
            _("Do you have low belly pain on one side?"),
            group="preg",
            label=_("one-sided low belly pain"),
        ),
        YesNoUnsure(
            "rf_preg_shoulder_tip",
            _("Do you have pain at the very tip of your shoulder, where it meets your arm?"),
            group="preg",
            label=_("shoulder-tip pain"),
        ),
    ),
    asked_when=yes("rf_pregnant") & chosen("rf_preg_weeks", "under_14", "not_sure"),
)

U_PREGNANT_LATE = Page(
    "u_pregnant_late",
    _("Pregnancy and after birth"),
    questions=(
        YesNoUnsure(
            "rf_preg_head_vision",
            _("Do you have a bad headache, trouble seeing, or sudden swelling of your face or hands?"),
            hint=_("Say yes if any one of these is new."),
            asked_when=yes("rf_postpartum") | ASK_LATE_PREGNANCY,
            group="preg",
            label=_("headache/vision/swelling"),
        ),
        YesNoUnsure(
            "rf_preg_rib_pain",
            _("Do you have strong pain just under your ribs?"),
            asked_when=yes("rf_postpartum") | ASK_LATE_PREGNANCY,
            group="preg",
            label=_("pain under ribs"),
        ),
        YesNoUnsure(
            "rf_preg_waves",
            _("Does the pain come and go in regular waves, like tightenings?"),
            asked_when=yes("rf_pregnant"),
            group="preg",
            label=_("regular tightenings"),
        ),
        YesNoUnsure(
            "rf_preg_movement",
            _("Is your baby moving less than usual?"),
            asked_when=ASK_LATE_PREGNANCY,
            group="preg",
            label=_("reduced movements"),
        ),
    ),
    asked_when=yes("rf_pregnant") | yes("rf_postpartum"),
)


SECTION = Section(
    "pregnancy",
    _("Pregnancy"),
    (
        U_PREGNANT,
        U_PREGNANT_WEEKS,
        U_PREGNANT_EARLY,
        U_PREGNANT_LATE,
    ),
)
