"""Medicines, treatments tried, and what the visit should settle."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, FreeText, Grid, Option, Ranked, YesNo, YesNoUnsure

EFFECTS = (
    Option("helped", _("It helped")),
    Option("no_change", _("No change")),
    Option("worse", _("It made it worse")),
    Option("not_tried", _("Not tried")),
    Option("doing_now", _("Doing it now")),
)

D_MEDICINES = Page(
    "d_medicines",
    _("Medicines and allergies"),
    questions=(
        AnyOf(
            "med_now",
            _("Do you take any of these now?"),
            options=(
                Option("none", _("None"), noted=_("none"), exclusive=True),
                Option("paracetamol", _("Paracetamol"), noted=_("paracetamol")),
                Option("nsaid", _("Ibuprofen, naproxen, diclofenac, aspirin"), noted=_("NSAID")),
                Option("opioid", _("Codeine, tramadol, morphine"), noted=_("opioid")),
                Option(
                    "nerve",
                    _("Gabapentin, pregabalin, amitriptyline, duloxetine"),
                    noted=_("neuropathic agent"),
                ),
                Option("relaxant", _("Diazepam, other relaxant"), noted=_("muscle relaxant")),
                Option("not_sure", _("Not sure"), noted=_("not sure"), exclusive=True),
            ),
            required=True,
            noted=_("Pain medicines: {}"),
            part="D",
        ),
        YesNoUnsure(
            "allergy_any",
            _("Are you allergic to any medicine?"),
            label=_("allergy to a medicine"),
            part="D",
        ),
    ),
)

D_ALLERGY = Page(
    "d_allergy",
    _("About the allergy"),
    questions=(
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
            part="D",
        ),
        FreeText(
            "allergy_text",
            _("What happened when you took it?"),
            noted=_("reaction: {}"),
            part="D",
        ),
    ),
    asked_when=yes("allergy_any"),
)

T_TRIED = Page(
    "t_tried",
    _("What you take and what you have tried"),
    questions=(
        Grid(
            "tx",
            _("What have you tried, and did it help?"),
            rows=(
                Option("tx_paracetamol", _("Paracetamol"), noted=_("paracetamol")),
                Option(
                    "tx_nsaid", _("Anti-inflammatory tablets, such as ibuprofen"), noted=_("NSAID tablets")
                ),
                Option("tx_nsaid_gel", _("Anti-inflammatory gel"), noted=_("NSAID gel")),
                Option("tx_opioid", _("Strong painkillers, such as codeine or tramadol"), noted=_("opioids")),
                Option("tx_nerve", _("Nerve pain tablets"), noted=_("neuropathic agents")),
                Option("tx_relaxant", _("Muscle relaxants"), noted=_("muscle relaxants")),
                Option("tx_heat_cold", _("Heat or cold"), noted=_("heat or cold")),
                Option("tx_rest", _("Bed rest"), noted=_("bed rest")),
                Option("tx_physio", _("Physiotherapy"), noted=_("physiotherapy")),
                Option(
                    "tx_strength", _("Muscle strengthening exercises"), noted=_("strengthening exercises")
                ),
                Option(
                    "tx_stretch", _("Stretching, yoga or walking"), noted=_("stretching, yoga or walking")
                ),
                Option("tx_posture", _("Changing posture or desk"), noted=_("posture or desk change")),
                Option(
                    "tx_estim",
                    _("Electrical stimulation, such as a TENS machine"),
                    noted=_("electrical stimulation (TENS)"),
                ),
                Option("tx_manual", _("Massage or hands-on treatment"), noted=_("massage or manual therapy")),
                Option("tx_acupuncture", _("Acupuncture"), noted=_("acupuncture")),
                Option("tx_injection", _("Injection"), noted=_("injection")),
                Option("tx_pain_prog", _("Pain management programme"), noted=_("pain management programme")),
                Option("tx_talking", _("Talking therapy"), noted=_("talking therapy")),
                Option("tx_weight", _("Losing weight"), noted=_("weight loss")),
                Option("tx_surgery", _("Back surgery"), noted=_("back surgery")),
                Option("tx_other", _("Something else"), noted=_("something else")),
            ),
            columns=EFFECTS,
            part="T",
        ),
        FreeText(
            "med_list",
            _("Please list your other medicines and doses."),
            hint=_("You can copy them from a box or bring them with you."),
            noted=_("Medicines (as typed): {}"),
            part="D",
        ),
        AnyOf(
            "img_had",
            _("Have you had a scan or X-ray for this?"),
            options=(
                Option("none", _("No"), exclusive=True),
                Option("xray", _("X-ray")),
                Option("mri", _("MRI")),
                Option("ct", _("CT")),
                Option("dxa", _("Bone density scan")),
                Option("other", _("Other")),
                Option("not_sure", _("Not sure"), exclusive=True),
            ),
            noted=_("Imaging: {}"),
            part="T",
        ),
    ),
    intro=_("Tap only what you have tried. You can pass this page by."),
)

V_VISIT = Page(
    "v_visit",
    _("Your visit"),
    questions=(
        Ranked(
            "agenda",
            _("What are the most important things to sort out at this visit?"),
            hint=_("Up to three. Most important first."),
            noted=_("Wants: {}"),
            part="M",
        ),
        FreeText(
            "ice_concern",
            _("What worries you most about it?"),
            noted=_("Worried: {}"),
            part="I",
        ),
        YesNo(
            "needs_interpreter",
            _("Do you need an interpreter for the visit?"),
            noted=_("INTERPRETER: {}"),
            part="A",
        ),
    ),
    intro=_("You can pass this page by."),
)


SECTION = Section(
    "medicines_and_visit",
    _("Medicines and your visit"),
    (
        D_MEDICINES,
        D_ALLERGY,
        T_TRIED,
        V_VISIT,
    ),
)
