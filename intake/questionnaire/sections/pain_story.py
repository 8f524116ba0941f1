"""How the pain feels and behaves, and the features of inflammatory back pain (NICE NG65)."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_INFLAMMATORY, OVER_3_MONTHS
from intake.questionnaire.criteria import chosen, on_age, pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, Gate, Note, Number, OneOf, Option, Scale, YesNoUnsure

S_START = Page(
    "s_start",
    _("The pain now"),
    questions=(
        Scale(
            "nrs_now",
            _("How bad is the pain right now?"),
            hint=_("0 is none, 10 is the worst pain."),
            note=Note.SCORES,
            noted=_("Pain now {}/10"),
            required=True,
        ),
        AnyOf(
            "pq_words",
            _("Which words fit the pain?"),
            options=(
                Option("dull_ache", _("Dull ache")),
                Option("sharp_pinch", _("Sharp, quick pinch")),
                Option("stabbing", _("Stabbing")),
                Option("burning", _("Burning")),
                Option("shooting", _("Shooting or electric")),
                Option("throbbing", _("Throbbing")),
                Option("tight", _("Tight, knotted")),
                Option("crushing", _("Crushing or heavy")),
                Option("waves", _("Strong waves")),
                Option("stiff", _("Stiff")),
                Option("pins", _("Pins and needles")),
                Option("numb", _("Numb")),
                Option("other", _("Another word")),
                Option("not_sure", _("Not sure"), exclusive=True),
            ),
            note=Note.LEAD,
            noted=_("Quality: {}"),
            required=True,
        ),
        OneOf(
            "course",
            _("Since it started, is it getting better or worse?"),
            options=(
                Option("better", _("Better"), noted=_("improving")),
                Option("same", _("About the same"), noted=_("unchanged")),
                Option("worse", _("Worse"), noted=_("getting worse")),
                Option("up_down", _("Up and down"), noted=_("fluctuating")),
            ),
            note=Note.LEAD,
            noted=_("Course: {}"),
        ),
        OneOf(
            "ep_previous",
            _("Have you had this pain before?"),
            options=(
                Option("never", _("No, first time"), noted=_("first episode")),
                Option("once", _("Once"), noted=_("one previous episode")),
                Option("several", _("Several times"), noted=_("several previous episodes")),
                Option("always", _("It never fully went away"), noted=_("never fully resolved")),
            ),
            note=Note.PAIN,
            label=_("Before"),
            noted=_("Previous episodes: {}"),
        ),
    ),
)

S_CHANGE = Page(
    "s_change",
    _("More about the pain"),
    questions=(
        OneOf(
            "pat_rest",
            _("What happens when you rest?"),
            options=(
                Option("better", _("Better")),
                Option("same", _("No change")),
                Option("worse", _("Worse")),
                Option("comes_on", _("Comes on at rest"), noted=_("comes on")),
                Option("not_sure", _("Not sure")),
            ),
            note=Note.PAIN,
            label=_("At rest"),
            noted=_("At rest: {}"),
        ),
        OneOf(
            "pat_activity",
            _("What happens when you move or are active?"),
            options=(
                Option("better", _("Better")),
                Option("same", _("No change")),
                Option("worse", _("Worse")),
                Option("comes_on", _("Comes on with activity"), noted=_("comes on")),
                Option("not_sure", _("Not sure")),
            ),
            note=Note.PAIN,
            label=_("When active"),
            noted=_("With activity: {}"),
        ),
        YesNoUnsure(
            "seen_worse",
            _("Has someone already checked this pain, but it is getting worse or nobody can explain it?"),
            hint=_("Such as a doctor, a nurse or a physiotherapist."),
            group="general",
            label=_("checked before, worse or not explained"),
        ),
    ),
    intro=_("You can skip the first two questions."),
)

S_AGE = Page(
    "s_age",
    _("Long-lasting pain"),
    questions=(
        Number(
            "on_age",
            _("How old were you when this pain first began?"),
            choices=(Option("not_sure", _("Not sure"), noted=_("uncertain")),),
            least=0,
            most=120,
            asked_when=chosen("on_when", "y1_plus"),
            note=Note.LEAD,
            noted=_("first at age {}"),
            required=True,
        ),
    ),
)

U_STIFF_ASK = Page(
    "u_stiff_ask",
    _("Long-lasting pain"),
    questions=(
        Gate(
            "any_stiff",
            _("Is any of these true for you?"),
            items=(
                "ibp_night",
                "ibp_move",
                "ibp_buttock",
                "ibp_nsaid",
                "ibp_family",
                "ibp_arthritis",
                "ibp_heel",
                "ibp_psoriasis",
            ),
            names=(
                _("You often wake with this pain in the second half of the night"),
                _("Moving about makes it better, and rest does not"),
                _("Pain deep in your buttocks"),
                _("Tablets such as ibuprofen help a lot within 2 days"),
                _("You or a close relative has had arthritis, psoriasis or a swollen heel"),
            ),
            asked_when=OVER_3_MONTHS
            & (on_age < 45)
            & pain_in("NECK", "UPPER_BACK", "MID_BACK", "LOW_BACK", "BUTTOCK"),
            group="inflam",
            label=_("any inflammatory feature"),
        ),
    ),
)

U_STIFF = Page(
    "u_stiff",
    _("Stiffness and nights"),
    questions=(
        YesNoUnsure(
            "ibp_night",
            _("Do you often wake in the second half of the night because of this pain?"),
            asked_when=ASK_INFLAMMATORY,
            group="inflam",
            label=_("wakes second half of night"),
        ),
        YesNoUnsure(
            "ibp_move",
            _("Does moving about make it better?"),
            asked_when=ASK_INFLAMMATORY,
            group="inflam",
            label=_("better with movement"),
        ),
        YesNoUnsure(
            "ibp_buttock",
            _("Do you get pain deep in your buttocks?"),
            asked_when=ASK_INFLAMMATORY,
            group="inflam",
            label=_("buttock pain"),
        ),
        YesNoUnsure(
            "ibp_nsaid",
            _("Do tablets such as ibuprofen make it much better within 2 days?"),
            asked_when=ASK_INFLAMMATORY,
            group="inflam",
            label=_("NSAID response in 48 h"),
        ),
    ),
    asked_when=ASK_INFLAMMATORY,
)

U_STIFF_MORE = Page(
    "u_stiff_more",
    _("Joints, skin and family"),
    questions=(
        YesNoUnsure(
            "ibp_family",
            _("Does a close relative have arthritis of the spine?"),
            hint=_("A parent, brother, sister or child. The name is spondyloarthritis."),
            asked_when=ASK_INFLAMMATORY
            & (
                yes("ibp_night")
                | yes("ibp_move")
                | yes("ibp_buttock")
                | yes("ibp_nsaid")
                | pain_in("BUTTOCK")
            ),
            group="inflam",
            label=_("family history SpA"),
        ),
        YesNoUnsure(
            "ibp_arthritis",
            _("Have you ever had swollen, painful joints that a doctor called arthritis?"),
            asked_when=ASK_INFLAMMATORY
            & (
                yes("ibp_night")
                | yes("ibp_move")
                | yes("ibp_buttock")
                | yes("ibp_nsaid")
                | pain_in("BUTTOCK")
            ),
            group="inflam",
            label=_("arthritis"),
        ),
        YesNoUnsure(
            "ibp_heel",
            _("Have you ever had a sore, swollen heel that lasted for weeks?"),
            hint=_("At the back of the heel, or where another tendon joins a bone."),
            asked_when=ASK_INFLAMMATORY
            & (
                yes("ibp_night")
                | yes("ibp_move")
                | yes("ibp_buttock")
                | yes("ibp_nsaid")
                | pain_in("BUTTOCK")
            ),
            group="inflam",
            label=_("enthesitis-type pain"),
        ),
        YesNoUnsure(
            "ibp_psoriasis",
            _("Have you ever had psoriasis?"),
            hint=_("A skin problem with red, scaly patches."),
            asked_when=ASK_INFLAMMATORY
            & (
                yes("ibp_night")
                | yes("ibp_move")
                | yes("ibp_buttock")
                | yes("ibp_nsaid")
                | pain_in("BUTTOCK")
            ),
            group="inflam",
            label=_("psoriasis"),
        ),
    ),
    asked_when=ASK_INFLAMMATORY
    & (yes("ibp_night") | yes("ibp_move") | yes("ibp_buttock") | yes("ibp_nsaid") | pain_in("BUTTOCK")),
)

SECTION = Section(
    "pain_story",
    _("The pain"),
    (
        S_START,
        S_CHANGE,
        S_AGE,
        U_STIFF_ASK,
        U_STIFF,
        U_STIFF_MORE,
    ),
)
