"""Offered at the end, never needed."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import chosen, pain_in
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, FreeText, Number, OneOf, Option, Ranked, Rated, Scale, YesNo

M_PAIN = Page(
    "m_pain",
    _("More about the pain"),
    questions=(
        OneOf(
            "course",
            _("Since it started, is it getting better or worse?"),
            options=(
                Option("better", _("Better"), noted=_("improving")),
                Option("same", _("About the same"), noted=_("unchanged")),
                Option("worse", _("Worse"), noted=_("getting worse")),
                Option("up_down", _("Up and down"), noted=_("fluctuating")),
            ),
            noted=_("Course: {}"),
            part="P",
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
            noted=_("Previous episodes: {}"),
            part="P",
        ),
        OneOf(
            "pat_stiff",
            _("How long does your back feel stiff in the morning?"),
            options=(
                Option("none", _("Not stiff")),
                Option("under30", _("Less than 30 minutes")),
                Option("over30", _("30 minutes or more")),
            ),
            noted=_("Morning stiffness {}"),
            part="P",
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
            noted=_("avg {}/10"),
            part="P",
        ),
        Scale(
            "nrs_worst",
            _("How bad was it at its worst in the last 7 days?"),
            noted=_("worst {}/10"),
            part="P",
        ),
        OneOf(
            "sleep",
            _("How is your sleep because of the pain?"),
            options=(
                Option("fine", _("Fine"), noted=_("not disturbed")),
                Option("some", _("A bit disturbed"), noted=_("somewhat disturbed")),
                Option("bad", _("Badly disturbed"), noted=_("badly disturbed")),
            ),
            noted=_("Sleep: {}"),
            part="P",
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
            part="F",
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
            noted=_("({})"),
            part="F",
        ),
        OneOf(
            "work_affected",
            _("Has the pain changed your work or daily role?"),
            options=(
                Option("no", _("No"), noted=_("unchanged")),
                Option("adjusted", _("Yes, I do less"), noted=_("doing less")),
                Option("off", _("Yes, I have stopped"), noted=_("stopped")),
            ),
            noted=_("Role: {}"),
            part="F",
        ),
    ),
    more=True,
)

M_LIMITS = Page(
    "m_limits",
    _("What is hard to do"),
    questions=(
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
            noted=_("Hard: {}"),
            part="F",
        ),
        Rated(
            "act_rate",
            _("Name up to three things that matter to you and are hard now. How well can you do each?"),
            hint=_("0 is cannot do it. 10 is as well as before."),
            noted=_("Own goals: {}"),
            part="F",
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
            noted=_("Walking {}"),
            part="P",
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
            noted=_("sits {} h/day"),
            part="F",
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
            noted=_("Posture change: {}"),
            part="F",
        ),
        Number(
            "active_days",
            _("On how many days in the last week were you active for 30 minutes?"),
            hint=_("0 to 7."),
            most=7,
            noted=_("active {}/7 days"),
            part="F",
        ),
    ),
    more=True,
)

M_SCAN = Page(
    "m_scan",
    _("Scans and people you saw"),
    questions=(
        FreeText(
            "img_text",
            _("When and where was it, and what were you told?"),
            asked_when=chosen("img_had", "xray", "mri", "ct", "dxa", "other"),
            part="T",
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
            noted=_("Seen: {}"),
            part="T",
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
            part="H",
        ),
        FreeText(
            "surgery_list",
            _("What operations have you had, and when?"),
            noted=_("Surgery: {}"),
            part="H",
        ),
        OneOf(
            "weight_help",
            _("Would you like to talk about your weight?"),
            options=(
                Option("yes", _("Yes")),
                Option("no", _("No")),
            ),
            noted=_("wants to discuss weight: {}"),
            part="F",
        ),
    ),
    more=True,
)

M_MOOD = Page(
    "m_mood",
    _("Mood and hopes"),
    questions=(
        OneOf(
            "mood_brief",
            _("How has the pain affected your mood?"),
            options=(
                Option("none", _("Not much"), noted=_("little")),
                Option("some", _("Some bad days"), noted=_("some bad days")),
                Option("lot", _("A lot"), noted=_("a lot")),
                Option("pns", _("Prefer not to say"), noted=_("preferred not to say")),
            ),
            noted=_("Mood impact: {}"),
            part="W",
        ),
        FreeText(
            "ice_idea",
            _("What do you think is causing the pain?"),
            noted=_("Thinks: {}"),
            part="I",
        ),
        FreeText(
            "ice_expect",
            _("What would you like to happen at the visit?"),
            noted=_("Hopes for: {}"),
            part="I",
        ),
    ),
    privacy=_("Only the clinic team sees this."),
    more=True,
)

M_GOALS = Page(
    "m_goals",
    _("Goals and questions"),
    questions=(
        FreeText(
            "goal",
            _("What would you like to be able to do again?"),
            noted=_("Goal: {}"),
            part="I",
        ),
        Ranked(
            "ask_clinician",
            _("What questions do you want to ask?"),
            noted=_("Questions: {}"),
            part="I",
        ),
        FreeText(
            "anything_else",
            _("Is there anything else we should know?"),
            noted=_("Also: {}"),
            part="I",
        ),
    ),
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
            noted=_("Language {}"),
            part="A",
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
            noted=_("Needs: {}"),
            part="A",
        ),
        YesNo(
            "safe_voicemail",
            _("Is it OK to leave a message on this number?"),
            noted=_("voicemail {}"),
            part="A",
        ),
    ),
    more=True,
)


SECTION = Section(
    "more",
    _("More detail"),
    (
        M_PAIN,
        M_LEVEL,
        M_WORK,
        M_LIMITS,
        M_HABITS,
        M_SCAN,
        M_PAST,
        M_MOOD,
        M_GOALS,
        M_REACH,
    ),
)
