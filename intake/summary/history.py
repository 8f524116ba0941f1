"""The history: phrases that read like a clinician's note, from the patient's own answers. Pure.

Each part of the note is made from the questions that name it (`Question.printed_in`), in the order of the
declaration; what has a wording of its own is named in `SPECIAL`. The rest stands under "Other answers".
"""

from collections.abc import Iterator, Mapping
from datetime import date

from intake.i18n import between, gettext, join, listed
from intake.questionnaire import QUESTIONS
from intake.questionnaire.body import REGIONS
from intake.questionnaire.criteria import age_on
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import AnyOf, FreeText, Grid, Note, Question, Rated, YesNoUnsure
from intake.questionnaire.values import Rating
from intake.summary.phrases import (
    chosen_words,
    ids_of,
    label,
    named,
    negative,
    option_word,
    own_words,
    phrase,
    together_ids,
    word,
    word_no_together,
)
from intake.summary.places import places_of
from intake.summary.record import Fact, Goal, Marked

# Printed in a wording of their own. Any other question of the same part is printed as a labelled line.
SPECIAL: dict[Note, frozenset[str]] = {
    Note.IDENTITY: frozenset(
        {
            "who_completing",
            "dob",
            "sex_at_birth",
            "phone_best",
            "proxy_relation",
            "proxy_present",
            "proxy_agrees",
        }
    ),
    Note.PROBLEM: frozenset({"mc_main"}),
    Note.AGENDA: frozenset({"agenda"}),
    Note.LEAD: frozenset(
        {
            "sites",
            "site_main",
            "on_when",
            "on_how",
            "on_trigger",
            "on_age",
            "course",
            "pq_words",
            "pat_constancy",
        }
    ),
    Note.SCORES: frozenset({"nrs_now", "nrs_avg", "nrs_worst"}),
    Note.TREATMENTS: frozenset({"tx_tried", "tx_effect"}),
}
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
    """What changes the pain, what goes with it, and what else the lead sentence and the scores do not say."""
    return _facts(journey, Note.PAIN, Note.LEAD, Note.SCORES)


def hopes(journey: Journey) -> tuple[Fact, ...]:
    """What stands beside the problem and the agenda."""
    return _facts(journey, Note.PROBLEM, Note.AGENDA)


def impact_facts(journey: Journey) -> tuple[Fact, ...]:
    """Work, role, limits, activity, mood."""
    return _facts(journey, Note.IMPACT)


def goals(journey: Journey) -> tuple[Goal, ...]:
    """The patient's own activities with how well they can be done."""
    return tuple(
        Goal(item.text, item.rating, (question.id,))
        for question in answered(journey, Note.GOALS)
        for item in _items(journey, question)
        if isinstance(item, Rating)
    )


def treatment_facts(journey: Journey) -> tuple[Fact, ...]:
    """What was tried, by what it did."""
    return (*_tried(journey), *_by_effect(journey), *_facts(journey, Note.TREATMENTS))


def medicine_facts(journey: Journey) -> tuple[Fact, ...]:
    """Medicines, those that matter for safety, allergies."""
    return _facts(journey, Note.MEDICINES)


def background(journey: Journey) -> tuple[Fact, ...]:
    """Positives only."""
    return tuple(fact for q in answered(journey, Note.BACKGROUND) for fact in _reported(journey, q))


def denied(journey: Journey) -> tuple[Fact, ...]:
    """What of the background was asked and answered no, or "none"."""
    asked = [
        Fact("", said, (question.id,))
        for question in answered(journey, Note.BACKGROUND)
        if (said := negative(journey, question.id))
    ]
    together = (id for id in _asked_together(journey, Note.BACKGROUND))
    return (
        *asked,
        *(Fact("", f"{named(id)}: {word_no_together()}", together_ids(journey, id)) for id in together),
    )


def ideas(journey: Journey) -> tuple[Fact, ...]:
    """What the patient thinks, worries about and asks, as written."""
    return _facts(journey, Note.IDEAS)


def other_answers(journey: Journey) -> tuple[Fact, ...]:
    """Answers that no other part of the note prints."""
    # Goals are activities with a rating; anything else of that part stands here.
    unrated = [q for q in answered(journey, Note.GOALS) if not isinstance(q, Rated)]
    return (
        *_facts(journey, Note.OTHER, Note.IDENTITY),
        *(Fact(label(q.id), word(journey, q.id), ids_of(journey, q.id)) for q in unrated),
    )


def completed_by(journey: Journey) -> str:
    """Who filled in the form, and for a helper: relation, presence, agreement."""
    who = word(journey, "who_completing")
    unsure = journey.facts.value("proxy_agrees") == "not_sure"
    details = filter(
        None,
        (
            own_words(journey, "proxy_relation"),
            phrase(journey, "proxy_present").lower(),
            phrase(journey, "proxy_agrees") if unsure else word(journey, "proxy_agrees"),
        ),
    )
    about = "; ".join(details)
    return f"{who} ({about})" if about else who


def has_no_phone(journey: Journey) -> bool:
    """The patient says so."""
    return journey.facts.value("phone_best") == "no_phone"


def needs(journey: Journey) -> tuple[str, ...]:
    """What the clinic must arrange."""
    return tuple(need for question in answered(journey, Note.NEEDS) for need in _needed(journey, question))


def answered(journey: Journey, *parts: Note) -> Iterator[Question]:
    """The answered questions of these parts of the note, in the order of the declaration.

    The box beside an "other" is printed with the question it belongs to.
    """
    for question in QUESTIONS.values():
        boxed = isinstance(question, FreeText) and question.beside is not None
        if question.printed_in in parts and not boxed and journey.facts.value(question.id) is not None:
            yield question


def _facts(journey: Journey, *parts: Note) -> tuple[Fact, ...]:
    """A labelled line for each answer of these parts that has no wording of its own."""
    together = {id for part in parts for id in _asked_together(journey, part)}
    return tuple(
        Fact(
            label(question.id),
            word_no_together() if question.id in together else word(journey, question.id),
            together_ids(journey, question.id) if question.id in together else ids_of(journey, question.id),
        )
        for question in QUESTIONS.values()
        if question.id in together or _has_its_line(journey, question, parts)
    )


def _has_its_line(journey: Journey, question: Question, parts: tuple[Note, ...]) -> bool:
    special = question.id in SPECIAL.get(question.printed_in, ())
    boxed = isinstance(question, FreeText) and question.beside is not None
    return (
        question.printed_in in parts
        and not special
        and not boxed
        and journey.facts.value(question.id) is not None
    )


def _asked_together(journey: Journey, part: Note) -> Iterator[str]:
    """What a question that names several things covered, of this part."""
    return (id for id in QUESTIONS if id in journey.asked_together and QUESTIONS[id].printed_in is part)


def _items(journey: Journey, question: Question) -> tuple[object, ...]:
    value = journey.facts.value(question.id)
    return value if isinstance(value, tuple) else ()


def _by_effect(journey: Journey) -> Iterator[Fact]:
    """ "Helped", "heat or cold, physiotherapy"; one line for each effect."""
    headings = {
        "helped": gettext("Helped"),
        "no_change": gettext("No change"),
        "worse": gettext("Worse"),
        "not_sure": gettext("Not sure"),
    }
    question, did = QUESTIONS["tx_effect"], journey.facts.value("tx_effect")
    if not isinstance(question, Grid) or not isinstance(did, Mapping):
        return
    for column in question.columns:
        rows = [row for row, effect in did.items() if effect == column.id]
        lists = tuple(dict.fromkeys(id for row in rows for id in ids_of(journey, row.split(":")[0])))
        if rows:
            said = listed(option_word(journey, *row.split(":")) for row in rows)
            yield Fact(headings.get(column.id, str(column.text)), said, (question.id, *lists))


def _tried(journey: Journey) -> Iterator[Fact]:
    """What was tried and is not said to have done anything."""
    did = journey.facts.value("tx_effect")
    rows = [row.split(":") for row in did] if isinstance(did, Mapping) else []
    rated = [option for id, option in rows if id == "tx_tried"]
    if left := chosen_words(journey, "tx_tried", leaving_out=rated):
        yield Fact(label("tx_tried"), listed(left), ids_of(journey, "tx_tried"))


def _reported(journey: Journey, question: Question) -> Iterator[Fact]:
    """What the answer says was so: by its label where it is a yes, illness by illness where it is a list."""
    ids = ids_of(journey, question.id)
    if isinstance(question, YesNoUnsure):
        if journey.facts.value(question.id) == "yes":
            yield Fact("", named(question.id), ids)
    elif isinstance(question, AnyOf) and any(option.id == "none" for option in question.options):
        yield from (Fact("", said, ids) for said in chosen_words(journey, question.id))
    elif journey.facts.value(question.id) == "yes":
        yield Fact("", named(question.id), ids)
    elif not negative(journey, question.id):
        yield Fact(label(question.id), word(journey, question.id), ids)


def _needed(journey: Journey, question: Question) -> Iterator[str]:
    value = journey.facts.value(question.id)
    if question.id == "needs_interpreter":
        yield from [gettext("INTERPRETER")] if value == "yes" else []
    elif question.id == "safe_voicemail":
        yield gettext("no voicemail") if value == "no" else gettext("voicemail is fine")
    elif isinstance(question, AnyOf):
        yield from chosen_words(journey, question.id)
    else:
        yield phrase(journey, question.id) if question.label is None else _labelled(journey, question)


def _labelled(journey: Journey, question: Question) -> str:
    return f"{label(question.id)}: {word(journey, question.id)}"


def _who_and_where(journey: Journey) -> str:
    places = places_of(marked_regions(journey))
    if not places:
        return ""
    said = [place.words for place in places]
    values = {"who": _who(journey), "where": join(said), "between": between(said)}
    # Both sides of a place take no article.
    if places[0].both:
        sentence = gettext("%(who)s with pain in %(where)s", **values)
    else:
        sentence = gettext("%(who)s with pain in the %(where)s", **values)
    worst = next((place.worst for place in places if place.worst), "")
    if not worst:
        return f"{sentence}."
    return gettext(
        "%(sentence)s%(between)sworst in the %(worst)s.",
        sentence=sentence,
        between=values["between"],
        worst=worst,
    )


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
    return _sentence(
        ", ",
        _began(journey),
        _unless_unsure(journey, "on_how", gettext("sudden or gradual not sure")),
        _trigger(journey),
        _first_at(journey),
        word(journey, "course"),
    )


def _began(journey: Journey) -> str:
    when = word(journey, "on_when")
    return gettext("Began %(when)s (%(duration)s)", when=when, duration=_duration(journey)) if when else ""


def _trigger(journey: Journey) -> str:
    value = journey.facts.value("on_trigger")
    if value == ("not_sure",):
        return gettext("trigger not sure")
    if value == ("nothing",):
        return word(journey, "on_trigger")
    triggers = join(chosen_words(journey, "on_trigger"))
    return gettext("with %(trigger)s", trigger=triggers) if triggers else ""


def _first_at(journey: Journey) -> str:
    unsure = journey.facts.value("on_age") == "not_sure"
    return gettext("age at first pain uncertain") if unsure else phrase(journey, "on_age")


def _duration(journey: Journey) -> str:
    when = journey.facts.value("on_when")
    if when in _ACUTE:
        return gettext("acute")
    if when in _CHRONIC:
        return gettext("chronic")
    return gettext("subacute") if when == "w6_12" else gettext("duration not known")


def _feeling(journey: Journey) -> str:
    return _sentence(
        "; ",
        _unless_unsure(journey, "pq_words", gettext("kind of pain not sure")),
        _unless_unsure(journey, "pat_constancy", gettext("constant or not: not sure")),
    )


def _sentence(between: str, *parts: str) -> str:
    said = between.join(filter(None, parts))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _unless_unsure(journey: Journey, question_id: str, otherwise: str) -> str:
    unsure = journey.facts.value(question_id) in ("not_sure", ("not_sure",))
    return otherwise if unsure else word(journey, question_id)
