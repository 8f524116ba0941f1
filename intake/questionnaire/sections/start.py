"""Who fills in the form, who it is about, and whether they can wait at all."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import not_chosen
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import Day, FreeText, OneOf, Option, YesNo, YesNoUnsure

P_START = Page(
    "p_start",
    _("Before you start"),
    questions=(
        YesNo(
            "ack_not_monitored",
            _("Nobody reads this form live. In an emergency call {emergency_number}. Do you understand?"),
            required=True,
            part="A",
        ),
        OneOf(
            "who_completing",
            _("Who is filling in this form?"),
            options=(
                Option("self", _("The patient"), noted=_("the patient")),
                Option("family", _("Family or friend"), noted=_("family or friend")),
                Option("carer", _("A carer"), noted=_("a carer")),
                Option("staff", _("Clinic staff"), noted=_("clinic staff")),
                Option("interpreter", _("An interpreter"), noted=_("an interpreter")),
            ),
            required=True,
            noted=_("Completed by {}"),
            part="A",
        ),
    ),
    intro=_("About 10 minutes. Each page is saved, so you can stop and come back."),
)

P_PROXY = Page(
    "p_proxy",
    _("You and the patient"),
    questions=(
        FreeText(
            "proxy_relation",
            _("How do you know the patient?"),
            limit=100,
            lines=1,
            required=True,
            noted=_("({})"),
            part="A",
        ),
        YesNo(
            "proxy_present",
            _("Is the patient with you now?"),
            required=True,
            noted=_("patient present: {}"),
            part="A",
        ),
        OneOf(
            "proxy_agrees",
            _("Has the patient agreed to this?"),
            options=(
                Option("agreed", _("Yes"), noted=_("patient agreed")),
                Option("cannot", _("They are not able to agree"), noted=_("patient not able to agree")),
                Option("not_sure", _("Not sure"), noted=_("not sure")),
            ),
            required=True,
            noted=_("agreement: {}"),
            part="A",
        ),
    ),
    asked_when=not_chosen("who_completing", "self"),
)

P_YOU = Page(
    "p_you",
    _("Your details"),
    questions=(
        Day(
            "dob",
            _("What is the patient's date of birth?"),
            required=True,
            part="A",
        ),
        OneOf(
            "sex_at_birth",
            _("What sex was recorded at birth?"),
            hint=_("It decides which safety questions we ask."),
            options=(
                Option("female", _("Female"), noted=_("female")),
                Option("male", _("Male"), noted=_("male")),
                Option("other", _("Other or prefer not to say"), noted=_("sex: other or not said")),
            ),
            required=True,
            part="A",
        ),
        FreeText(
            "phone_best",
            _("Which phone number can we call today if we need to?"),
            limit=100,
            lines=1,
            required=True,
            noted=_("Tel {}"),
            part="A",
        ),
    ),
    confirm=True,
)

U_NOW = Page(
    "u_now",
    _("Right now"),
    questions=(
        YesNoUnsure(
            "rf_very_unwell",
            _("Do you feel very ill right now?"),
            hint=_("Such as confused, too ill to stand, or grey, blue or blotchy skin."),
            group="general",
            label=_("very unwell now"),
        ),
        YesNoUnsure(
            "rf_face_speech",
            _("In the last 7 days, has your face dropped on one side, or has your speech become slurred?"),
            group="general",
            label=_("new face droop or slurred speech"),
        ),
        YesNoUnsure(
            "rf_need_today",
            _("Do you feel that you cannot safely wait for your appointment?"),
            group="general",
            label=_("feels unable to wait"),
        ),
    ),
    intro=_("Some problems cannot wait. Please answer every safety question."),
)


SECTION = Section(
    "start",
    _("Before you start"),
    (
        P_START,
        P_PROXY,
        P_YOU,
        U_NOW,
    ),
)
