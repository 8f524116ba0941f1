"""Where it hurts, what happened, and when: asked early, because many safety questions depend on it."""

from intake.i18n import lazy as _
from intake.questionnaire.body import REGIONS
from intake.questionnaire.criteria import several
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import FreeText, OneOf, Option, Regions

PLACES = tuple(Option(region.id, region.label, noted=region.noted) for region in REGIONS)

P_WHERE = Page(
    "p_where",
    _("Where it hurts"),
    questions=(
        Regions(
            "sites",
            _("Where does it hurt?"),
            hint=_("Tap every place, also where it spreads."),
            options=PLACES,
            required=True,
            noted=_("Site: {}"),
            part="P",
        ),
    ),
)

P_WORST = Page(
    "p_worst",
    _("The worst place"),
    questions=(
        OneOf(
            "site_main",
            _("Which place is the worst?"),
            options=PLACES,
            among="sites",
            asked_when=several("sites"),
            required=True,
            noted=_("worst: {}"),
            part="P",
        ),
    ),
)

P_WHEN = Page(
    "p_when",
    _("What happened"),
    questions=(
        FreeText(
            "mc_main",
            _("In your own words, what is the main problem?"),
            hint=_("Up to 300 letters."),
            limit=300,
            required=True,
            part="M",
        ),
        OneOf(
            "on_when",
            _("When did this pain start?"),
            options=(
                Option("today", _("Today"), noted=_("today")),
                Option("d1_3", _("1 to 3 days ago")),
                Option("d4_14", _("4 to 14 days ago")),
                Option("w2_6", _("2 to 6 weeks ago")),
                Option("w6_12", _("6 to 12 weeks ago")),
                Option("m3_12", _("3 to 12 months ago")),
                Option("y1_plus", _("More than a year ago")),
                Option("not_sure", _("Not sure"), noted=_("at an uncertain date")),
            ),
            required=True,
            noted=_("onset {}"),
            part="P",
        ),
    ),
)


SECTION = Section(
    "place",
    _("Where and when"),
    (
        P_WHERE,
        P_WORST,
        P_WHEN,
    ),
)
