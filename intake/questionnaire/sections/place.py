"""What brings the patient here, where it hurts, and when it began: many safety questions depend on it."""

from intake.i18n import lazy as _
from intake.questionnaire.body import REGIONS
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, FreeText, Note, OneOf, Option, Regions

PLACES = tuple(Option(region.id, region.label, noted=region.noted) for region in REGIONS)

P_WORDS = Page(
    "p_words",
    _("What brings you here"),
    questions=(
        FreeText(
            "mc_main",
            _("What is the main problem, in your own words?"),
            hint=_("Say it as you would to a friend. Up to 1,000 letters."),
            limit=1000,
            lines=4,
            note=Note.PROBLEM,
            required=True,
        ),
        OneOf(
            "hope",
            _("What do you hope for most from this visit?"),
            options=(
                Option("cause", _("To know what is wrong")),
                Option("serious", _("To know if it is serious")),
                Option("pain", _("Less pain")),
                Option("move", _("To move, work or sleep better")),
                Option("advice", _("Exercises or advice")),
                Option("medicine", _("Medicines")),
                Option("scan", _("A scan or test"), noted=_("a scan or test")),
                Option("letter", _("A letter or sick note"), noted=_("a letter or sick note")),
                Option("other", _("Something else")),
            ),
            note=Note.PROBLEM,
            label=_("Hopes for"),
        ),
    ),
)

P_WHERE = Page(
    "p_where",
    _("Where it hurts"),
    questions=(
        Regions(
            "sites",
            _("Where does it hurt?"),
            hint=_("Tap every place, also where it spreads."),
            options=PLACES,
            note=Note.LEAD,
            noted=_("Site: {}"),
            required=True,
        ),
    ),
)

P_WHEN = Page(
    "p_when",
    _("When it began"),
    questions=(
        OneOf(
            "on_when",
            _("When did this pain start?"),
            options=(
                Option("today", _("Today")),
                Option("d1_3", _("1 to 3 days ago")),
                Option("d4_14", _("4 to 14 days ago")),
                Option("w2_6", _("2 to 6 weeks ago")),
                Option("w6_12", _("6 to 12 weeks ago")),
                Option("m3_12", _("3 to 12 months ago")),
                Option("y1_plus", _("More than a year ago")),
                Option("not_sure", _("Not sure"), noted=_("at an uncertain date")),
            ),
            note=Note.LEAD,
            noted=_("onset {}"),
            required=True,
        ),
        OneOf(
            "on_how",
            _("How did it start?"),
            options=(
                Option("sudden", _("Suddenly"), noted=_("sudden")),
                Option("gradual", _("Bit by bit"), noted=_("gradual")),
                Option("not_sure", _("Not sure")),
            ),
            note=Note.LEAD,
            noted=_("{} onset"),
        ),
        AnyOf(
            "on_trigger",
            _("What was happening when it started?"),
            options=(
                Option("nothing", _("Nothing special"), noted=_("no trigger"), exclusive=True),
                Option("lift", _("Lifting or twisting")),
                Option("sport", _("Sport")),
                Option("overhead", _("Reaching or throwing")),
                Option("desk", _("Desk or screen")),
                Option("sleep", _("Woke with it")),
                Option("cough", _("Coughing or sneezing"), noted=_("cough or sneeze")),
                Option("fall", _("Fall, knock or accident")),
                Option(
                    "needle",
                    _("A needle, such as acupuncture or an injection"),
                    noted=_("needle (such as acupuncture or injection)"),
                ),
                Option("illness", _("Illness")),
                Option("birth", _("Pregnancy or birth")),
                Option("stress", _("Stress")),
                Option("other", _("Other")),
                Option("not_sure", _("Not sure"), exclusive=True),
            ),
            note=Note.LEAD,
            noted=_("Trigger: {}"),
            required=True,
        ),
    ),
)

SECTION = Section(
    "place",
    _("Where and when"),
    (
        P_WORDS,
        P_WHERE,
        P_WHEN,
    ),
)
