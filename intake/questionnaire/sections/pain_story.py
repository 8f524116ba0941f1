"""How the pain began, feels and behaves."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_INFLAMMATORY, OVER_3_MONTHS
from intake.questionnaire.criteria import pain_in, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, Number, OneOf, Option, Scale, YesNoUnsure

S_START = Page(
    "s_start",
    _("How it started"),
    questions=(
        OneOf(
            "on_how",
            _("How did it start?"),
            options=(
                Option("sudden", _("Suddenly"), noted=_("sudden")),
                Option("gradual", _("Bit by bit"), noted=_("gradual")),
                Option("not_sure", _("Not sure")),
            ),
            required=True,
            noted=_("{} onset"),
            part="P",
        ),
        AnyOf(
            "on_trigger",
            _("What was happening when it started?"),
            options=(
                Option("nothing", _("Nothing special"), noted=_("no trigger"), exclusive=True),
                Option("lift", _("Lifting or twisting"), noted=_("lifting or twisting")),
                Option("sport", _("Sport")),
                Option("overhead", _("Reaching or throwing"), noted=_("reaching or throwing")),
                Option("desk", _("Desk or screen"), noted=_("desk or screen")),
                Option("sleep", _("Woke with it"), noted=_("woke with it")),
                Option("cough", _("Coughing or sneezing"), noted=_("cough or sneeze")),
                Option("fall", _("Fall, knock or accident"), noted=_("fall, knock or accident")),
                Option("illness", _("Illness")),
                Option("birth", _("Pregnancy or birth"), noted=_("pregnancy or birth")),
                Option("stress", _("Stress")),
                Option("other", _("Other")),
                Option("not_sure", _("Not sure"), exclusive=True),
            ),
            required=True,
            noted=_("Trigger: {}"),
            part="P",
        ),
        Number(
            "on_age",
            _("How old were you when this pain first began?"),
            asked_when=OVER_3_MONTHS,
            required=True,
            noted=_("first at age {}"),
            part="P",
        ),
    ),
)

S_FEEL = Page(
    "s_feel",
    _("The feeling"),
    questions=(
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
            required=True,
            noted=_("Quality: {}"),
            part="P",
        ),
        OneOf(
            "pat_constancy",
            _("Is the pain there all the time?"),
            options=(
                Option("always", _("It never stops"), noted=_("constant")),
                Option("most", _("Most of the time"), noted=_("present most of the time")),
                Option("comes_goes", _("Comes and goes"), noted=_("comes and goes")),
                Option("brief", _("Short bursts"), noted=_("short bursts")),
                Option("not_sure", _("Not sure")),
            ),
            required=True,
            noted=_("Pattern: {}"),
            part="P",
        ),
        Scale(
            "nrs_now",
            _("How bad is the pain right now?"),
            hint=_("0 is none, 10 is the worst pain."),
            required=True,
            noted=_("Pain now {}/10"),
            part="P",
        ),
    ),
)

S_REST = Page(
    "s_rest",
    _("Rest and movement"),
    questions=(
        OneOf(
            "pat_rest",
            _("What happens when you rest?"),
            options=(
                Option("better", _("Better"), noted=_("better with rest")),
                Option("same", _("No change"), noted=_("no change with rest")),
                Option("worse", _("Worse"), noted=_("worse with rest")),
                Option("comes_on", _("Comes on at rest"), noted=_("comes on at rest")),
                Option("not_sure", _("Not sure"), noted=_("effect of rest not sure")),
            ),
            required=True,
            noted=_("At rest: {}"),
            part="P",
        ),
        OneOf(
            "pat_activity",
            _("What happens when you move or are active?"),
            options=(
                Option("better", _("Better"), noted=_("better with activity")),
                Option("same", _("No change"), noted=_("no change with activity")),
                Option("worse", _("Worse"), noted=_("worse with activity")),
                Option("comes_on", _("Comes on with activity"), noted=_("comes on with activity")),
                Option("not_sure", _("Not sure"), noted=_("effect of activity not sure")),
            ),
            required=True,
            noted=_("With activity: {}"),
            part="P",
        ),
    ),
)

S_WITH = Page(
    "s_with",
    _("Other things you noticed"),
    questions=(
        AnyOf(
            "assoc",
            _("Have you noticed any of these with the pain?"),
            options=(
                Option("none", _("None"), exclusive=True),
                Option(
                    "arm_pins", _("Pins and needles in an arm or hand"), noted=_("arm or hand paraesthesiae")
                ),
                Option("neck_stiff", _("Stiff or sore neck"), noted=_("stiff or sore neck")),
                Option("shoulder_pain", _("Shoulder pain")),
                Option(
                    "blade_out",
                    _("A shoulder blade that sticks out or looks uneven"),
                    noted=_("prominent or uneven scapula"),
                ),
                Option(
                    "blade_click",
                    _("Clicking or grinding at the shoulder blade"),
                    noted=_("scapular clicking or grinding"),
                ),
                Option("arm_tired", _("Arm gets tired when lifted"), noted=_("arm fatigue on lifting")),
                Option("hunch", _("A rounded or hunched upper back"), noted=_("rounded upper back")),
                Option(
                    "leg_walk",
                    _("Leg pain or heaviness when walking"),
                    noted=_("leg pain or heaviness on walking"),
                ),
                Option("leg_tingle", _("Tingling in one leg"), noted=_("tingling in one leg")),
                Option("headache", _("Headache")),
                Option("cough", _("A cough that will not go"), noted=_("persistent cough")),
                Option("heartburn", _("Heartburn")),
                Option("spasm", _("Muscle spasm")),
                Option(
                    "lump_swelling",
                    _("Swelling, bruise or lump at the sore spot"),
                    noted=_("local swelling, bruise or lump"),
                ),
                Option("tender", _("Sore to touch"), noted=_("local tenderness")),
            ),
            noted=_("With it: {}"),
            part="P",
        ),
    ),
    intro=_("You can pass this page by."),
)

S_AGG = Page(
    "s_agg",
    _("Worse and better"),
    questions=(
        AnyOf(
            "agg",
            _("What makes it worse?"),
            options=(
                Option("none", _("Nothing"), noted=_("nothing"), exclusive=True),
                Option("sitting", _("Sitting long"), noted=_("prolonged sitting")),
                Option("desk_phone", _("Desk, screen or phone"), noted=_("desk, screen or phone use")),
                Option("standing", _("Standing")),
                Option("walking", _("Walking")),
                Option("bend_fwd", _("Bending forward"), noted=_("bending forward")),
                Option("lean_back", _("Leaning back"), noted=_("extension")),
                Option("twist", _("Twisting")),
                Option("lift", _("Lifting")),
                Option("overhead", _("Reaching up"), noted=_("reaching up")),
                Option("arm_use", _("Using my arm"), noted=_("arm use")),
                Option("breath", _("Deep breath"), noted=_("deep breath")),
                Option("cough_strain", _("Cough, sneeze or strain"), noted=_("cough, sneeze or strain")),
                Option("lying", _("Lying down"), noted=_("lying down")),
                Option("neck_move", _("Moving my neck"), noted=_("neck movement")),
                Option("eating", _("Eating")),
                Option("effort", _("Hard effort or stairs"), noted=_("exertion or stairs")),
                Option("stress", _("Stress")),
                Option("cold", _("Cold")),
                Option("other", _("Other")),
            ),
            noted=_("Worse: {}"),
            part="P",
        ),
        AnyOf(
            "rel",
            _("What makes it better?"),
            options=(
                Option("none", _("Nothing"), noted=_("nothing"), exclusive=True),
                Option("rest", _("Rest")),
                Option("lying", _("Lying down")),
                Option("moving", _("Moving about"), noted=_("moving about")),
                Option("sitting", _("Sitting down"), noted=_("sitting")),
                Option("lean_fwd", _("Leaning forward, as on a trolley"), noted=_("leaning forward")),
                Option("posture", _("Changing how I sit or stand"), noted=_("change of posture")),
                Option("heat", _("Heat")),
                Option("cold", _("Cold")),
                Option("massage", _("Massage")),
                Option("tablets", _("Painkillers"), noted=_("analgesics")),
                Option("antacid", _("Antacid or food"), noted=_("antacid or food")),
                Option("other", _("Other")),
            ),
            noted=_("Better: {}"),
            part="P",
        ),
    ),
    intro=_("You can pass this page by."),
)

U_STIFF = Page(
    "u_stiff",
    _("Long-lasting pain"),
    questions=(
        YesNoUnsure(
            "ibp_night",
            _("Do you often wake in the second half of the night because of this pain?"),
            group="inflam",
            label=_("wakes second half of night"),
        ),
        YesNoUnsure(
            "ibp_move",
            _("Does moving about make it better?"),
            group="inflam",
            label=_("better with movement"),
        ),
        YesNoUnsure(
            "ibp_buttock",
            _("Do you get pain deep in your buttocks?"),
            group="inflam",
            label=_("buttock pain"),
        ),
        YesNoUnsure(
            "ibp_nsaid",
            _("Do anti-inflammatory tablets (such as ibuprofen) make it clearly better within 2 days?"),
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
            _("Does a parent, brother, sister or child of yours have spine arthritis (spondyloarthritis)?"),
            group="inflam",
            label=_("family history SpA"),
        ),
        YesNoUnsure(
            "ibp_arthritis",
            _("Have you ever had swollen, painful joints that a doctor called arthritis?"),
            group="inflam",
            label=_("arthritis"),
        ),
        YesNoUnsure(
            "ibp_heel",
            _(
                "Have you ever had lasting pain and swelling at the back of the heel or another place where a tendon joins bone?"
            ),
            group="inflam",
            label=_("enthesitis-type pain"),
        ),
        YesNoUnsure(
            "ibp_psoriasis",
            _("Have you ever had the skin condition psoriasis?"),
            group="inflam",
            label=_("psoriasis"),
        ),
    ),
    asked_when=ASK_INFLAMMATORY
    & (yes("ibp_night") | yes("ibp_move") | yes("ibp_buttock") | yes("ibp_nsaid") | pain_in("BUTTOCK")),
)


SECTION = Section(
    "pain_story",
    _("The pain story"),
    (
        S_START,
        S_FEEL,
        S_REST,
        S_WITH,
        S_AGG,
        U_STIFF,
        U_STIFF_MORE,
    ),
)
