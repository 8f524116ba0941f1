"""Offered at the end under "Add more detail", and never needed."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, pain_in, several
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, FreeText, Note, Number, OneOf, Option, Ranked, Scale, YesNo
from intake.questionnaire.sections.place import PLACES

M_WORRY = Page(
    "m_worry",
    _("Your worries and questions"),
    questions=(
        FreeText(
            "ice_concern",
            _("What worries you most about it?"),
            limit=2000,
            lines=3,
            note=Note.IDEAS,
            label=_("Worried about"),
            noted=_("Worried: {}"),
        ),
        Ranked(
            "agenda",
            _("What should we be sure to talk about?"),
            hint=_("Up to three. Most important first."),
            limit=200,
            most=3,
            note=Note.AGENDA,
            noted=_("Wants: {}"),
        ),
        Ranked(
            "ask_clinician",
            _("What questions do you want to ask?"),
            limit=200,
            most=3,
            note=Note.IDEAS,
            label=_("Questions"),
            noted=_("Questions: {}"),
        ),
    ),
    more=True,
)

M_CHANGE = Page(
    "m_change",
    _("What changes the pain"),
    questions=(
        AnyOf(
            "agg",
            _("What makes it worse?"),
            options=(
                Option("none", _("Nothing"), exclusive=True),
                Option("sitting", _("Sitting long"), noted=_("prolonged sitting")),
                Option("desk_phone", _("Desk, screen or phone"), noted=_("desk, screen or phone use")),
                Option("standing", _("Standing")),
                Option("walking", _("Walking")),
                Option("bend_fwd", _("Bending forward")),
                Option("lean_back", _("Leaning back"), noted=_("extension")),
                Option("twist", _("Twisting")),
                Option("lift", _("Lifting")),
                Option("overhead", _("Reaching up")),
                Option("arm_use", _("Using my arm"), noted=_("arm use")),
                Option("breath", _("Deep breath")),
                Option("cough_strain", _("Cough, sneeze or strain")),
                Option("lying", _("Lying down")),
                Option("neck_move", _("Moving my neck"), noted=_("neck movement")),
                Option("eating", _("Eating")),
                Option("effort", _("Hard effort or stairs"), noted=_("exertion or stairs")),
                Option("stress", _("Stress")),
                Option("cold", _("Cold")),
                Option("other", _("Other")),
            ),
            note=Note.PAIN,
            label=_("Worse with"),
            noted=_("Worse: {}"),
        ),
        AnyOf(
            "rel",
            _("What makes it better?"),
            options=(
                Option("none", _("Nothing"), exclusive=True),
                Option("rest", _("Rest")),
                Option("lying", _("Lying down")),
                Option("moving", _("Moving about")),
                Option("sitting", _("Sitting down"), noted=_("sitting")),
                Option("lean_fwd", _("Leaning forward, as on a trolley"), noted=_("leaning forward")),
                Option("posture", _("Changing how I sit or stand"), noted=_("change of posture")),
                Option("heat", _("Heat")),
                Option("cold", _("Cold")),
                Option("massage", _("Massage")),
                Option("tablets", _("Painkillers"), noted=_("analgesics")),
                Option("antacid", _("Antacid or food")),
                Option("other", _("Other")),
            ),
            note=Note.PAIN,
            label=_("Eases with"),
            noted=_("Better: {}"),
        ),
    ),
    more=True,
)

M_WITH = Page(
    "m_with",
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
                Option("neck_stiff", _("Stiff or sore neck")),
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
                Option("leg_tingle", _("Tingling in one leg")),
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
            note=Note.PAIN,
            label=_("With it"),
            noted=_("With it: {}"),
        ),
        OneOf(
            "pat_stiff",
            _("How long does your back feel stiff in the morning?"),
            options=(
                Option("none", _("Not stiff")),
                Option("under30", _("Less than 30 minutes")),
                Option("over30", _("30 minutes or more")),
            ),
            note=Note.PAIN,
            label=_("Morning stiffness"),
            noted=_("Morning stiffness {}"),
        ),
        OneOf(
            "pat_constancy",
            _("Is the pain there all the time?"),
            options=(
                Option("always", _("It never stops"), noted=_("constant")),
                Option("most", _("Most of the time"), noted=_("present most of the time")),
                Option("comes_goes", _("Comes and goes")),
                Option("brief", _("Short bursts")),
                Option("not_sure", _("Not sure")),
            ),
            note=Note.LEAD,
            noted=_("Pattern: {}"),
        ),
        OneOf(
            "site_main",
            _("Which place is the worst?"),
            options=PLACES,
            among="sites",
            asked_when=several("sites"),
            note=Note.LEAD,
            noted=_("worst: {}"),
        ),
    ),
    more=True,
)

M_LEVEL = Page(
    "m_level",
    _("The last 7 days"),
    questions=(
        Scale(
            "nrs_avg",
            _("How bad was it on average in the last 7 days?"),
            note=Note.SCORES,
            noted=_("avg {}/10"),
        ),
        Scale(
            "nrs_worst",
            _("How bad was it at its worst in the last 7 days?"),
            note=Note.SCORES,
            noted=_("worst {}/10"),
        ),
        OneOf(
            "walk_limit",
            _("How long can you walk before you must stop because of pain?"),
            options=(
                Option("no_limit", _("No limit")),
                Option("over30", _("30 minutes or more")),
                Option("m10_30", _("10 to 30 minutes")),
                Option("under10", _("Less than 10 minutes")),
            ),
            asked_when=pain_in("LEG", "BUTTOCK", "LOW_BACK"),
            note=Note.PAIN,
            label=_("Walking"),
            noted=_("Walking {}"),
        ),
    ),
    more=True,
)

M_WORK = Page(
    "m_work",
    _("Work and daily life"),
    questions=(
        OneOf(
            "work_status",
            _("What do you do most days?"),
            options=(
                Option("work", _("Paid work")),
                Option("study", _("Study or school")),
                Option("home", _("Home or caring")),
                Option("retired", _("Retired")),
                Option("off_sick", _("Off sick")),
                Option("not_working", _("Not working")),
                Option("other", _("Other")),
            ),
            note=Note.IMPACT,
            label=_("Work"),
        ),
        AnyOf(
            "work_type",
            _("What does that involve?"),
            options=(
                Option("desk", _("Desk or screen")),
                Option("heavy", _("Heavy lifting")),
                Option("overhead", _("Reaching up")),
                Option("driving", _("Driving")),
                Option("standing", _("Standing")),
                Option("repeat", _("The same movement again and again")),
                Option("other", _("Other")),
            ),
            note=Note.IMPACT,
            label=_("Work involves"),
        ),
        AnyOf(
            "act_limits",
            _("What is hard because of the pain?"),
            options=(
                Option("none", _("Nothing"), exclusive=True),
                Option("dressing", _("Dressing")),
                Option("washing", _("Washing")),
                Option("sleep", _("Sleeping")),
                Option("sitting", _("Sitting")),
                Option("standing", _("Standing")),
                Option("walking", _("Walking")),
                Option("lifting", _("Lifting")),
                Option("reaching", _("Reaching")),
                Option("driving", _("Driving")),
                Option("caring", _("Caring for others")),
                Option("sport", _("Sport or hobbies")),
                Option("sex", _("Sex")),
                Option("other", _("Other")),
            ),
            note=Note.IMPACT,
            label=_("Hard to do"),
            noted=_("Hard: {}"),
        ),
    ),
    more=True,
)

M_HABITS = Page(
    "m_habits",
    _("Sitting and moving"),
    questions=(
        OneOf(
            "sit_hours",
            _("How many hours a day do you sit?"),
            options=(
                Option("under4", _("Less than 4")),
                Option("h4_8", _("4 to 8")),
                Option("over8", _("More than 8")),
            ),
            note=Note.IMPACT,
            label=_("Sits h/day"),
            noted=_("sits {} h/day"),
        ),
        OneOf(
            "posture_effect",
            _("Does changing how you sit or stand change the pain?"),
            options=(
                Option("better", _("Yes, it helps")),
                Option("worse", _("Yes, it hurts more")),
                Option("no", _("No")),
                Option("not_tried", _("Not tried")),
            ),
            note=Note.IMPACT,
            label=_("Change of posture"),
            noted=_("Posture change: {}"),
        ),
        Number(
            "active_days",
            _("On how many days in the last week were you active for 30 minutes?"),
            hint=_("0 to 7."),
            least=0,
            most=7,
            note=Note.IMPACT,
            label=_("Active days/7"),
            noted=_("active {}/7 days"),
        ),
    ),
    more=True,
)

M_SCAN = Page(
    "m_scan",
    _("Scans and people you saw"),
    questions=(
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
            note=Note.PAIN,
            label=_("Imaging"),
            noted=_("Imaging: {}"),
        ),
        AnyOf(
            "seen_who",
            _("Who have you seen about this?"),
            options=(
                Option("none", _("Nobody"), exclusive=True),
                Option("gp", _("GP")),
                Option("physio", _("Physiotherapist")),
                Option("ed", _("Emergency department")),
                Option("specialist", _("Specialist")),
                Option("chiro_osteo", _("Chiropractor or osteopath")),
                Option("pharmacist", _("Pharmacist")),
                Option("other", _("Other")),
            ),
            note=Note.PAIN,
            label=_("Seen"),
            noted=_("Seen: {}"),
        ),
    ),
    more=True,
)

M_SCAN_MORE = Page(
    "m_scan_more",
    _("About the scan"),
    questions=(
        FreeText(
            "img_text",
            _("When and where was it, and what were you told?"),
            limit=2000,
            lines=3,
            asked_when=chosen("img_had", "xray", "mri", "ct", "dxa", "other"),
            note=Note.PAIN,
            label=_("Imaging, details"),
        ),
    ),
    more=True,
)

M_PAST = Page(
    "m_past",
    _("Other illnesses, operations, weight"),
    questions=(
        AnyOf(
            "pmh_more_list",
            _("Have you ever had any of these?"),
            options=(
                Option("none", _("None"), exclusive=True),
                Option("asthma", _("Asthma")),
                Option("gallstones", _("Gallstones")),
                Option("pancreatitis", _("Pancreatitis")),
                Option("liver", _("Liver disease")),
                Option("ibd", _("Crohn's or ulcerative colitis")),
                Option("uveitis", _("Painful red eye called uveitis or iritis"), noted=_("uveitis")),
                Option("mental_health", _("Anxiety or depression")),
                Option(
                    "not_sure", _("Not sure"), noted=_("not sure about further illnesses"), exclusive=True
                ),
            ),
            lasting=True,
            note=Note.BACKGROUND,
            label=_("further listed illness"),
        ),
        FreeText(
            "surgery_list",
            _("What operations have you had, and when?"),
            limit=2000,
            lines=3,
            lasting=True,
            note=Note.BACKGROUND,
            label=_("Surgery"),
            noted=_("Surgery: {}"),
        ),
        OneOf(
            "weight_help",
            _("Would you like to talk about your weight?"),
            options=(Option("yes", _("Yes")), Option("no", _("No"))),
            note=Note.BACKGROUND,
            label=_("wants to talk about weight"),
            noted=_("wants to discuss weight: {}"),
        ),
    ),
    more=True,
)

M_MOOD = Page(
    "m_mood",
    _("Mood and thoughts"),
    questions=(
        OneOf(
            "mood_brief",
            _("How has the pain affected your mood?"),
            options=(
                Option("none", _("Not much"), noted=_("little")),
                Option("some", _("Some bad days")),
                Option("lot", _("A lot"), noted=_("a lot")),
                Option("pns", _("Prefer not to say"), noted=_("preferred not to say")),
            ),
            note=Note.IMPACT,
            label=_("Mood"),
            noted=_("Mood impact: {}"),
        ),
        FreeText(
            "ice_idea",
            _("What do you think is causing the pain?"),
            limit=2000,
            lines=3,
            note=Note.IDEAS,
            label=_("Thinks"),
            noted=_("Thinks: {}"),
        ),
        FreeText(
            "anything_else",
            _("Is there anything else we should know?"),
            limit=2000,
            lines=3,
            note=Note.IDEAS,
            label=_("Also"),
            noted=_("Also: {}"),
        ),
    ),
    privacy=_("Only the clinic team sees this."),
    private=True,
    more=True,
)

M_REACH = Page(
    "m_reach",
    _("How to reach and help you"),
    questions=(
        FreeText(
            "lang",
            _("Which language do you like to use?"),
            limit=100,
            lines=1,
            note=Note.NEEDS,
            label=_("Language"),
            noted=_("Language {}"),
        ),
        YesNo(
            "needs_interpreter",
            _("Do you need an interpreter for the visit?"),
            note=Note.NEEDS,
            noted=_("INTERPRETER: {}"),
        ),
        AnyOf(
            "comm_needs",
            _("Do you need help to see, hear, read or understand?"),
            options=(
                Option("none", _("No"), exclusive=True),
                Option("large_print", _("Large print")),
                Option("easy_read", _("Easy words or pictures")),
                Option("hearing", _("Help with hearing")),
                Option("sign", _("Sign language")),
                Option("support", _("Someone with me")),
                Option("other", _("Something else")),
            ),
            note=Note.NEEDS,
            noted=_("Needs: {}"),
        ),
        YesNo(
            "safe_voicemail",
            _("Is it OK to leave a message on this number?"),
            note=Note.NEEDS,
            noted=_("voicemail {}"),
        ),
    ),
    more=True,
)

SECTION = Section(
    "more",
    _("More detail"),
    (
        M_WORRY,
        M_CHANGE,
        M_WITH,
        M_LEVEL,
        M_WORK,
        M_HABITS,
        M_SCAN,
        M_SCAN_MORE,
        M_PAST,
        M_MOOD,
        M_REACH,
    ),
)
