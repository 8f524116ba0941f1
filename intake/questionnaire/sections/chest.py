"""Heart, aorta, lungs and clots. A problem in the chest can be felt in the back, so everybody is asked."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_UPPER_BODY
from intake.questionnaire.criteria import not_chosen, pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import Note, OneOf, Option, YesNoUnsure

U_CHEST = Page(
    "u_chest",
    _("Chest and breathing"),
    questions=(
        YesNoUnsure(
            "rf_chest_pain",
            _("In the last 3 days, have you had pain, tightness or a heavy feeling in your chest?"),
            group="cardiac",
            label=_("chest pain in 3 days"),
        ),
        YesNoUnsure(
            "rf_breathless",
            _("Are you more out of breath than is normal for you?"),
            group="resp",
            label=_("breathless"),
        ),
        YesNoUnsure(
            "rf_faint",
            _("In the last 2 weeks, have you fainted or nearly fainted?"),
            group="cardiac",
            label=_("faint/near-faint"),
        ),
        YesNoUnsure(
            "rf_sweaty",
            _("With the pain, have you gone cold, clammy or very sweaty?"),
            group="cardiac",
            label=_("sweating"),
        ),
        YesNoUnsure(
            "rf_sick",
            _("With the pain, have you felt sick or been sick?"),
            group="cardiac",
            label=_("nausea/vomiting"),
        ),
        YesNoUnsure(
            "rf_tired_new",
            _("Since this pain began or got worse, are you far more tired than usual?"),
            group="cardiac",
            label=_("new marked tiredness"),
        ),
    ),
    intro=_("A problem in the chest can be felt in the back. So we ask everyone."),
)

U_CHEST_MORE = Page(
    "u_chest_more",
    _("About your chest and breathing"),
    questions=(
        OneOf(
            "rf_chest_when",
            _("When did you last have the chest pain or tightness?"),
            options=(
                Option("now", _("I have it now"), noted=_("present now")),
                Option("last_12h", _("It stopped in the last 12 hours"), noted=_("stopped within 12 h")),
                Option("h12_72", _("It stopped more than 12 hours ago"), noted=_("stopped 12 to 72 h ago")),
                Option("not_sure", _("Not sure"), noted=_("timing not sure")),
            ),
            asked_when=yes("rf_chest_pain"),
            group="cardiac",
            label=_("chest pain timing"),
            required=True,
        ),
        YesNoUnsure(
            "rf_chest_15min",
            _("Has it lasted, or did it last, more than 15 minutes?"),
            asked_when=yes("rf_chest_pain"),
            group="cardiac",
            label=_("over 15 min"),
        ),
        YesNoUnsure(
            "rf_chest_new",
            _("Is this chest pain new, worse or different?"),
            hint=_("Think of any chest pain that a doctor or nurse has checked before."),
            asked_when=yes("rf_chest_pain"),
            group="cardiac",
            label=_("new or different"),
        ),
        YesNoUnsure(
            "rf_breathless_rest",
            _("Are you out of breath when sitting still, or too breathless to say a full sentence?"),
            asked_when=yes("rf_breathless"),
            group="resp",
            label=_("breathless at rest"),
        ),
        YesNoUnsure(
            "rf_breathless_sudden",
            _("Did the breathlessness come on quickly, over minutes or hours?"),
            asked_when=yes("rf_breathless"),
            group="resp",
            label=_("sudden breathlessness"),
        ),
    ),
    asked_when=yes("rf_chest_pain") | yes("rf_breathless"),
)

U_EFFORT = Page(
    "u_effort",
    _("The pain"),
    questions=(
        YesNoUnsure(
            "on_flare_3d",
            _("In the last 3 days, has the pain suddenly become much worse or different?"),
            asked_when=not_chosen("on_when", "today", "d1_3"),
            note=Note.PAIN,
            label=_("Sudden change in 3 days"),
        ),
        YesNoUnsure(
            "rf_arm_jaw",
            _("Does the pain spread into your arm, jaw or the front of your neck?"),
            asked_when=ASK_UPPER_BODY,
            group="cardiac",
            label=_("arm/jaw spread"),
        ),
        YesNoUnsure(
            "rf_exertional",
            _(
                "Does walking fast or climbing stairs bring the pain on, and does it ease within minutes when you stop?"
            ),
            asked_when=ASK_UPPER_BODY,
            group="cardiac",
            label=_("exertional pattern"),
        ),
        YesNoUnsure(
            "rf_pleuritic",
            _("Is there a sharp pain when you take a deep breath?"),
            group="resp",
            label=_("sharp on deep breath"),
        ),
        YesNoUnsure(
            "rf_sudden_max",
            _("Did the pain come on all at once, and become very bad within a minute?"),
            group="aortic",
            label=_("abrupt severe onset"),
        ),
        YesNoUnsure(
            "rf_restless",
            _("When the pain is bad, do you pace or roll about because no position helps?"),
            asked_when=pain_in("FLANK", "GROIN"),
            group="renal",
            label=_("cannot keep still"),
        ),
    ),
)

U_SUDDEN_MORE = Page(
    "u_sudden_more",
    _("How the pain began"),
    questions=(
        YesNoUnsure(
            "rf_tearing",
            _("Did it feel like something ripping or tearing?"),
            asked_when=yes("rf_sudden_max") | yes("rf_chest_pain") | yes("rf_faint") | yes("rf_sweaty"),
            group="aortic",
            label=_("ripping/tearing"),
        ),
        YesNoUnsure(
            "rf_worst_ever",
            _("Is it the worst pain you have ever had?"),
            asked_when=yes("rf_sudden_max"),
            group="aortic",
            label=_("worst ever"),
        ),
        YesNoUnsure(
            "rf_migrates",
            _("Has the pain travelled, for example from your chest to your back or belly?"),
            asked_when=yes("rf_sudden_max") | yes("rf_chest_pain") | yes("rf_faint") | yes("rf_sweaty"),
            group="aortic",
            label=_("migrating pain"),
        ),
    ),
    asked_when=yes("rf_sudden_max") | yes("rf_chest_pain") | yes("rf_faint") | yes("rf_sweaty"),
)

SECTION = Section(
    "chest",
    _("Chest and breathing"),
    (
        U_CHEST,
        U_CHEST_MORE,
        U_EFFORT,
        U_SUDDEN_MORE,
    ),
)
