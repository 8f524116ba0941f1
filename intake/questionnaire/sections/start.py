"""Who fills in the form, who it is about, and whether they can wait at all."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import not_chosen
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import Day, FreeText, Note, OneOf, Option, Telephone, YesNo, YesNoUnsure

P_START = Page(
    "p_start",
    _("Before you start"),
    questions=(
        OneOf(
            "who_completing",
            _("Who is filling in this form?"),
            options=(
                Option("self", _("The patient")),
                Option("family", _("Family or friend")),
                Option("carer", _("A carer")),
                Option("staff", _("Clinic staff")),
                Option("interpreter", _("An interpreter")),
            ),
            note=Note.IDENTITY,
            noted=_("Completed by {}"),
            required=True,
        ),
        Day("dob", _("What is the patient's date of birth?"), note=Note.IDENTITY, required=True),
        OneOf(
            "sex_at_birth",
            _("What sex was recorded at birth?"),
            hint=_("It decides which safety questions we ask."),
            options=(
                Option("female", _("Female")),
                Option("male", _("Male")),
                Option("other", _("Other or prefer not to say"), noted=_("sex: other or not said")),
            ),
            note=Note.IDENTITY,
            required=True,
        ),
        Telephone(
            "phone_best",
            _("Which phone number can we call today if we need to?"),
            hint=_("A mobile or a landline. At least 7 digits, or choose that you have no phone."),
            choices=(Option("no_phone", _("I have no phone"), noted=_("no phone")),),
            note=Note.IDENTITY,
            noted=_("Tel {}"),
            required=True,
        ),
    ),
    statement=_("Nobody reads this form live. If you need help now, call {emergency_number}."),
    intro=_("It takes 10 to 20 minutes. Each page is saved, so you can stop and come back."),
    confirm=True,
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
            asked_when=not_chosen("who_completing", "self"),
            note=Note.IDENTITY,
            noted=_("({})"),
            required=True,
        ),
        YesNo(
            "proxy_present",
            _("Is the patient with you now?"),
            asked_when=not_chosen("who_completing", "self"),
            note=Note.IDENTITY,
            noted=_("patient present: {}"),
            required=True,
        ),
        OneOf(
            "proxy_agrees",
            _("Has the patient agreed to this?"),
            options=(
                Option("agreed", _("Yes"), noted=_("patient agreed")),
                Option("cannot", _("They are not able to agree"), noted=_("patient not able to agree")),
                Option("not_sure", _("Not sure")),
            ),
            asked_when=not_chosen("who_completing", "self"),
            note=Note.IDENTITY,
            noted=_("agreement: {}"),
            required=True,
        ),
    ),
    asked_when=not_chosen("who_completing", "self"),
)

U_NOW = Page(
    "u_now",
    _("Right now"),
    questions=(
        YesNoUnsure(
            "rf_very_unwell",
            _("Do you feel very ill right now, or does someone with you think so?"),
            hint=_(
                "Such as newly muddled, very sleepy, or not making sense. Or too ill to stand, or with grey, blue or blotchy skin."
            ),
            group="general",
            label=_("very unwell now"),
        ),
        YesNoUnsure(
            "rf_face_speech",
            _("In the last 7 days, has your face dropped on one side, or has your speech become slurred?"),
            group="head",
            label=_("new face droop or slurred speech"),
        ),
        YesNoUnsure(
            "rf_cannot_stand",
            _("Is the pain so bad that you cannot take 4 steps, even holding on to something?"),
            hint=_("Bent over, slow or with a stick still counts as walking: answer no."),
            group="general",
            label=_("cannot take 4 steps for pain"),
        ),
        YesNoUnsure(
            "rf_need_today",
            _("Do you feel that you cannot safely wait for your appointment?"),
            group="general",
            label=_("feels unable to wait"),
        ),
    ),
    intro=_("Some problems cannot wait."),
)

SECTION = Section(
    "start",
    _("About you"),
    (
        P_START,
        P_PROXY,
        U_NOW,
    ),
)
