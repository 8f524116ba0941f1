"""The history: phrases that read like a clinician's note, from the patient's own answers. Pure."""

from collections.abc import Mapping
from datetime import date

from intake.i18n import gettext, join
from intake.questionnaire import QUESTIONS
from intake.questionnaire.body import REGIONS
from intake.questionnaire.criteria import age_on
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import Grid
from intake.questionnaire.values import Rating
from intake.summary.phrases import chosen_words, label, own_words, phrase, word
from intake.summary.record import Fact, Goal, Marked

_ACUTE = {"today", "d1_3", "d4_14", "w2_6"}
_CHRONIC = {"m3_12", "y1_plus"}


def age_of(journey: Journey) -> int | None:
    """Whole years on the day of the journey."""
    born = own_words(journey, "dob")
    return age_on(date.fromisoformat(born), journey.facts.on) if born else None


def marked_regions(journey: Journey) -> tuple[Marked, ...]:
    """The places marked, in the order of the map, the worst one named."""
    sites = journey.facts.value("sites")
    marked = sites if isinstance(sites, tuple) else ()
    worst = journey.facts.value("site_main") or (marked[0] if len(marked) == 1 else None)
    return tuple(Marked(r.id, str(r.noted), r.id == worst) for r in REGIONS if r.id in marked)


def lead(journey: Journey) -> str:
    """Who, where, since when and how it feels, in two or three sentences."""
    return " ".join(
        sentence for sentence in (_who_and_where(journey), _onset(journey), _feeling(journey)) if sentence
    )


def scores(journey: Journey) -> Mapping[str, int]:
    """Pain scores 0 to 10 that were given."""
    given = {
        name: journey.facts.value(id)
        for name, id in (("now", "nrs_now"), ("average", "nrs_avg"), ("worst", "nrs_worst"))
    }
    return {name: value for name, value in given.items() if isinstance(value, int)}


def pain_facts(journey: Journey) -> tuple[Fact, ...]:
    """Rest and activity, worse and better, what goes with it, earlier episodes, sleep."""
    rest_and_activity = ", ".join(filter(None, (word(journey, "pat_rest"), word(journey, "pat_activity"))))
    return _facts(
        (gettext("Rest, activity"), rest_and_activity, "pat_rest", "pat_activity"),
        (gettext("Worse with"), word(journey, "agg"), "agg"),
        (gettext("Eases with"), word(journey, "rel"), "rel"),
        (gettext("With it"), ", ".join(chosen_words(journey, "assoc")), "assoc"),
        (
            gettext("Sudden change"),
            word(journey, "on_flare_3d") if word(journey, "on_flare_3d") != word_no() else "",
            "on_flare_3d",
        ),
        (gettext("Morning stiffness"), word(journey, "pat_stiff"), "pat_stiff"),
        (gettext("Before"), word(journey, "ep_previous"), "ep_previous"),
        (gettext("Sleep"), word(journey, "sleep"), "sleep"),
        (gettext("Walking"), word(journey, "walk_limit"), "walk_limit"),
        (gettext("Imaging"), _imaging(journey), "img_had", "img_text"),
        (gettext("Seen"), word(journey, "seen_who"), "seen_who"),
    )


def impact_facts(journey: Journey) -> tuple[Fact, ...]:
    """Work, role, limits, activity, mood."""
    work = ", ".join(filter(None, (word(journey, "work_status"), word(journey, "work_type"))))
    return _facts(
        (gettext("Work"), work, "work_status", "work_type"),
        (gettext("Daily role"), word(journey, "work_affected"), "work_affected"),
        (gettext("Hard to do"), word(journey, "act_limits"), "act_limits"),
        (gettext("Sits h/day"), word(journey, "sit_hours"), "sit_hours"),
        (gettext("Active days/7"), word(journey, "active_days"), "active_days"),
        (gettext("Change of posture"), word(journey, "posture_effect"), "posture_effect"),
        (gettext("Mood"), word(journey, "mood_brief"), "mood_brief"),
    )


def goals(journey: Journey) -> tuple[Goal, ...]:
    """The patient's own activities with how well they can be done."""
    rated = journey.facts.value("act_rate")
    items = rated if isinstance(rated, tuple) else ()
    return tuple(Goal(item.text, item.rating, ("act_rate",)) for item in items if isinstance(item, Rating))


def treatment_facts(journey: Journey) -> tuple[Fact, ...]:
    """What was tried, by what it did."""
    tried, question = journey.facts.value("tx"), QUESTIONS["tx"]
    if not isinstance(tried, Mapping) or not isinstance(question, Grid):
        return ()
    names = {row.id: str(row.noted or row.text) for row in question.rows}
    headings = {
        "helped": gettext("Helped"),
        "no_change": gettext("No change"),
        "worse": gettext("Made worse"),
        "doing_now": gettext("Doing now"),
    }
    return _facts(
        *(
            (heading, ", ".join(names[row] for row, did in tried.items() if did == effect), "tx")
            for effect, heading in headings.items()
        )
    )


def medicine_facts(journey: Journey) -> tuple[Fact, ...]:
    """Pain medicines, the list as typed, the medicines that matter for safety, allergies."""
    return _facts(
        (gettext("Pain medicines"), word(journey, "med_now"), "med_now"),
        (gettext("Other medicines, as typed"), own_words(journey, "med_list"), "med_list"),
        (gettext("Anticoagulant"), word(journey, "med_blood_thinner").lower(), "med_blood_thinner"),
        (gettext("Long-term oral steroid"), word(journey, "med_steroid_3m").lower(), "med_steroid_3m"),
        (gettext("Oestrogen"), word(journey, "med_oestrogen").lower(), "med_oestrogen"),
        (gettext("Allergy"), _allergy(journey), "allergy_any", "allergy_class", "allergy_text"),
    )


def background(journey: Journey) -> tuple[str, ...]:
    """Positives only."""
    lists = (option for id in _ILLNESSES for option in chosen_words(journey, id))
    said_yes = (label(id) for id in _BACKGROUND[1:] if journey.facts.value(id) == "yes")
    smoking = [] if journey.facts.value("soc_smoking") == "never" else [word(journey, "soc_smoking")]
    cancer = ", ".join(filter(None, (word(journey, "pmh_cancer_type"), word(journey, "pmh_cancer_when"))))
    return tuple(
        filter(
            None,
            (
                *said_yes,
                gettext("cancer: %(what)s", what=cancer) if cancer else "",
                *lists,
                *smoking,
                phrase(journey, "surgery_list"),
                _weight(journey),
            ),
        )
    )


def denied(journey: Journey) -> tuple[str, ...]:
    """Asked and answered no."""
    said_no = [label(id) for id in _BACKGROUND if journey.facts.value(id) == "no"]
    nothing = [str(name) for id, name in _illness_names().items() if journey.facts.value(id) == ("none",)]
    never = [gettext("smoking")] if journey.facts.value("soc_smoking") == "never" else []
    return (*said_no, *nothing, *never)


def ideas(journey: Journey) -> tuple[Fact, ...]:
    """What the patient thinks, worries about and hopes for, as written."""
    return _facts(
        (gettext("Thinks"), own_words(journey, "ice_idea"), "ice_idea"),
        (gettext("Worried about"), own_words(journey, "ice_concern"), "ice_concern"),
        (gettext("Hopes for"), own_words(journey, "ice_expect"), "ice_expect"),
        (gettext("Goal"), own_words(journey, "goal"), "goal"),
        (gettext("Questions"), word(journey, "ask_clinician"), "ask_clinician"),
        (gettext("Also"), own_words(journey, "anything_else"), "anything_else"),
    )


def completed_by(journey: Journey) -> str:
    """Who filled in the form, and for a helper: relation, presence, agreement."""
    who = word(journey, "who_completing")
    details = filter(
        None,
        (
            own_words(journey, "proxy_relation"),
            phrase(journey, "proxy_present").lower(),
            word(journey, "proxy_agrees"),
        ),
    )
    about = "; ".join(details)
    return f"{who} ({about})" if about else who


def needs(journey: Journey) -> tuple[str, ...]:
    """What the clinic must arrange."""
    interpreter = [gettext("INTERPRETER")] if journey.facts.value("needs_interpreter") == "yes" else []
    language = phrase(journey, "lang")
    voicemail = [gettext("no voicemail")] if journey.facts.value("safe_voicemail") == "no" else []
    return (*interpreter, *chosen_words(journey, "comm_needs"), *([language] if language else []), *voicemail)


def word_no() -> str:
    """The word "no" as a note says it."""
    return QUESTIONS["on_flare_3d"].as_noted("no")


def _who_and_where(journey: Journey) -> str:
    places = [region.words for region in marked_regions(journey)]
    who, where = _who(journey), join(places)
    return gettext("%(who)s with pain in the %(where)s.", who=who, where=where) if where else ""


def _who(journey: Journey) -> str:
    age, sex = age_of(journey), journey.facts.value("sex_at_birth")
    if age is None:
        return gettext("Patient")
    if age < 18:
        return gettext("Patient of %(age)s", age=age)
    if sex == "female":
        return gettext("Woman of %(age)s", age=age)
    return gettext("Man of %(age)s", age=age) if sex == "male" else gettext("Patient of %(age)s", age=age)


def _onset(journey: Journey) -> str:
    when = word(journey, "on_when")
    if not when:
        return ""
    how = word(journey, "on_how") if journey.facts.value("on_how") != "not_sure" else ""
    triggers = join(chosen_words(journey, "on_trigger", leaving_out=("nothing", "not_sure")))
    parts = [
        gettext("Began %(when)s (%(duration)s)", when=when, duration=_duration(journey)),
        how,
        gettext("with %(trigger)s", trigger=triggers) if triggers else "",
        phrase(journey, "on_age"),
        word(journey, "course"),
    ]
    return ", ".join(filter(None, parts)) + "."


def _duration(journey: Journey) -> str:
    when = journey.facts.value("on_when")
    if when in _ACUTE:
        return gettext("acute")
    if when in _CHRONIC:
        return gettext("chronic")
    return gettext("subacute") if when == "w6_12" else gettext("duration not known")


def _feeling(journey: Journey) -> str:
    quality = ", ".join(chosen_words(journey, "pq_words", leaving_out=("not_sure",)))
    pattern = word(journey, "pat_constancy") if journey.facts.value("pat_constancy") != "not_sure" else ""
    said = "; ".join(filter(None, (quality, pattern)))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _imaging(journey: Journey) -> str:
    return ". ".join(filter(None, (word(journey, "img_had"), own_words(journey, "img_text"))))


def _allergy(journey: Journey) -> str:
    said = word(journey, "allergy_any").lower()
    details = ", ".join(filter(None, (word(journey, "allergy_class"), own_words(journey, "allergy_text"))))
    return f"{said}: {details}" if details else said


def _weight(journey: Journey) -> str:
    return gettext("would like to talk about weight") if journey.facts.value("weight_help") == "yes" else ""


def _illness_names() -> Mapping[str, str]:
    return {
        "pmh_heart_list": gettext("heart or artery disease"),
        "pmh_bone_list": gettext("bone or back disease"),
        "pmh_other_list": gettext("other listed illness"),
        "pmh_more_list": gettext("further listed illness"),
    }


def _facts(*lines: tuple[str, ...]) -> tuple[Fact, ...]:
    """Of (label, text, the questions it was made from), those that say something."""
    return tuple(Fact(heading, text, tuple(ids)) for heading, text, *ids in lines if text)


_ILLNESSES = ("pmh_heart_list", "pmh_bone_list", "pmh_other_list", "pmh_more_list")
_BACKGROUND = ("pmh_cancer", "pmh_immune_low", "soc_injected", "vte_recent", "inf_recent", "spine_proc_3m")
