"""Daily life, medicines, allergies, and what was tried."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, ticked, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import (
    AnyOf,
    FreeText,
    Grid,
    Note,
    OneOf,
    Option,
    Rated,
    YesNoUnsure,
    rows_of,
)

MED_NOW = AnyOf(
    "med_now",
    _("Which medicines do you take now?"),
    options=(
        Option("none", _("None"), exclusive=True),
        Option("paracetamol", _("Paracetamol")),
        Option("nsaid", _("Ibuprofen, naproxen, diclofenac, aspirin"), noted=_("NSAID")),
        Option("opioid", _("Codeine, tramadol, morphine"), noted=_("opioid")),
        Option("nerve", _("Gabapentin, pregabalin, amitriptyline, duloxetine"), noted=_("neuropathic agent")),
        Option("relaxant", _("Diazepam, other relaxant"), noted=_("muscle relaxant")),
        Option("other", _("Any other medicine"), noted=_("other medicine")),
        Option("not_sure", _("Not sure"), exclusive=True),
    ),
    lasting=True,
    note=Note.MEDICINES,
    label=_("Medicines"),
    noted=_("Pain medicines: {}"),
)

TX_TRIED = AnyOf(
    "tx_tried",
    _("What have you tried for it?"),
    hint=_("Medicines you take now go in the question above."),
    options=(
        Option("none", _("Nothing yet"), exclusive=True),
        Option("tx_tablets_past", _("Painkillers that I stopped"), noted=_("analgesics (stopped)")),
        Option("tx_nsaid_gel", _("Anti-inflammatory gel")),
        Option("tx_heat_cold", _("Heat or cold")),
        Option("tx_rest", _("Bed rest")),
        Option("tx_strength", _("Muscle strengthening exercises"), noted=_("strengthening exercises")),
        Option("tx_stretch", _("Stretching, yoga or walking")),
        Option("tx_posture", _("Changing posture or desk"), noted=_("posture or desk change")),
        Option("tx_physio", _("Physiotherapy")),
        Option("tx_manual", _("Massage or hands-on treatment")),
        Option("tx_acupuncture", _("Acupuncture")),
        Option(
            "tx_estim",
            _("Electrical stimulation, such as a TENS machine"),
            noted=_("electrical stimulation (such as TENS)"),
        ),
        Option("tx_injection", _("Injection")),
        Option("tx_pain_prog", _("Pain management programme")),
        Option("tx_talking", _("Talking therapy")),
        Option("tx_weight", _("Losing weight")),
        Option("tx_surgery", _("Back surgery")),
        Option("other", _("Something else")),
    ),
    note=Note.TREATMENTS,
    label=_("Tried"),
)

S_LIFE = Page(
    "s_life",
    _("Your daily life"),
    questions=(
        OneOf(
            "work_affected",
            _("Has the pain changed your work or daily role?"),
            options=(
                Option("no", _("No"), noted=_("unchanged")),
                Option("adjusted", _("Yes, I do less"), noted=_("doing less")),
                Option("off", _("Yes, I have stopped"), noted=_("stopped")),
            ),
            note=Note.IMPACT,
            label=_("Daily role"),
            noted=_("Role: {}"),
        ),
        OneOf(
            "sleep",
            _("How is your sleep because of the pain?"),
            options=(
                Option("fine", _("Fine"), noted=_("not disturbed")),
                Option("some", _("A bit disturbed"), noted=_("somewhat disturbed")),
                Option("bad", _("Badly disturbed")),
            ),
            note=Note.PAIN,
            label=_("Sleep"),
            noted=_("Sleep: {}"),
        ),
        Rated(
            "act_rate",
            _("Name one or two things that are hard now. How well can you do each?"),
            hint=_("0 is cannot do it. 10 is as well as before."),
            limit=200,
            most=2,
            note=Note.GOALS,
            label=_("Own goals"),
            noted=_("Own goals: {}"),
        ),
    ),
    intro=_("You can skip what you like on this page."),
)

D_MEDICINES = Page(
    "d_medicines",
    _("Medicines and treatments"),
    questions=(
        MED_NOW,
        TX_TRIED,
        YesNoUnsure(
            "allergy_any",
            _("Are you allergic to any medicine?"),
            lasting=True,
            note=Note.MEDICINES,
            label=_("Allergy"),
            screens=False,
        ),
    ),
)

D_MORE = Page(
    "d_more",
    _("More about your medicines"),
    questions=(
        FreeText(
            "med_list",
            _("Please list your medicines and doses."),
            hint=_("You can copy them from a box or bring them with you."),
            limit=2000,
            lines=3,
            asked_when=chosen("med_now", "other", "not_sure"),
            lasting=True,
            note=Note.MEDICINES,
            label=_("Medicines, as typed"),
            noted=_("Medicines (as typed): {}"),
        ),
        AnyOf(
            "allergy_class",
            _("Which?"),
            options=(
                Option("nsaid", _("Ibuprofen, aspirin or similar"), noted=_("NSAID or aspirin")),
                Option("opioid", _("Codeine or morphine"), noted=_("opioid")),
                Option("penicillin", _("Penicillin")),
                Option("contrast", _("Scan dye"), noted=_("contrast medium")),
                Option("latex", _("Latex")),
                Option("other", _("Other")),
                Option("not_sure", _("Not sure"), exclusive=True),
            ),
            asked_when=yes("allergy_any"),
            lasting=True,
            note=Note.MEDICINES,
            label=_("Allergic to"),
        ),
        FreeText(
            "allergy_text",
            _("What happened when you took it?"),
            limit=2000,
            lines=3,
            asked_when=yes("allergy_any"),
            lasting=True,
            note=Note.MEDICINES,
            label=_("Reaction"),
            noted=_("reaction: {}"),
        ),
    ),
    asked_when=chosen("med_now", "other", "not_sure") | yes("allergy_any"),
)

T_EFFECT = Page(
    "t_effect",
    _("Did it help?"),
    questions=(
        Grid(
            "tx_effect",
            _("How much did each one help?"),
            rows=rows_of(MED_NOW, TX_TRIED),
            columns=(
                Option("helped", _("It helped"), noted=_("helped")),
                Option("no_change", _("No change")),
                Option("worse", _("It made it worse"), noted=_("made worse")),
                Option("not_sure", _("Not sure"), noted=_("effect not sure")),
            ),
            asked_when=(
                chosen("med_now", "paracetamol", "nsaid", "opioid", "nerve", "relaxant")
                | chosen(
                    "tx_tried",
                    "tx_tablets_past",
                    "tx_nsaid_gel",
                    "tx_heat_cold",
                    "tx_rest",
                    "tx_strength",
                    "tx_stretch",
                    "tx_posture",
                    "tx_physio",
                    "tx_manual",
                    "tx_acupuncture",
                    "tx_estim",
                    "tx_injection",
                    "tx_pain_prog",
                    "tx_talking",
                    "tx_weight",
                    "tx_surgery",
                    "other",
                )
            )
            & (
                ticked("med_now", "paracetamol", "nsaid", "opioid", "nerve", "relaxant", "other")
                | ticked(
                    "tx_tried",
                    "tx_tablets_past",
                    "tx_nsaid_gel",
                    "tx_heat_cold",
                    "tx_rest",
                    "tx_strength",
                    "tx_stretch",
                    "tx_posture",
                    "tx_physio",
                    "tx_manual",
                    "tx_acupuncture",
                    "tx_estim",
                    "tx_injection",
                    "tx_pain_prog",
                    "tx_talking",
                    "tx_weight",
                    "tx_surgery",
                    "other",
                )
            ),
            note=Note.TREATMENTS,
            label=_("Effect"),
        ),
    ),
    intro=_("You can skip this page."),
)

SECTION = Section(
    "daily_life",
    _("Daily life and medicines"),
    (
        S_LIFE,
        D_MEDICINES,
        D_MORE,
        T_EFFECT,
    ),
)
