"""Answers that do not fit each other (R-CON), and marks or typed words that do not fit a "no".

Each is asked about once, kindly, when the page that completes it is saved, and said to the clinician while it holds.
Safety: it changes no urgency; it says where it was seen, so that nobody looks for a mark in the free text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS
from intake.questionnaire.conditions import ASK_CLOT, BELOW_WAIST, OVER_3_MONTHS
from intake.questionnaire.criteria import (
    Criterion,
    Truth,
    age,
    all_no,
    answered,
    number,
    on_age,
    onset_days,
    pain_in,
    yes,
)
from intake.questionnaire.journey import Journey, once
from intake.questionnaire.questions import Gate
from intake.red_flags.conditions import WITHIN_3_DAYS
from intake.red_flags.model import Urgency
from intake.red_flags.watch import matches
from intake.red_flags.watch_list import WATCH

# Years. From here on a patient may well fill in the form alone.
TOO_YOUNG_ALONE = 12

_LINES: dict[str | None, Urgency] = {entry.id: entry.line for entry in WATCH}


class AnswerSource(StrEnum):
    """Where it was seen."""

    MAP = "map"
    LIST = "list"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True)
class Contradiction:
    """Answers that do not fit each other while `when` holds with plain answers.

    `ask_again` are shown once more together. `typed`: it also needs a free text that this entry of the watch list
    finds; the words are then asked about here, and not again by R-FT-1.
    """

    id: str
    source: AnswerSource
    when: Criterion
    ask_again: tuple[str, ...]
    line: Words
    typed: str | None = None

    @property
    def urgency(self) -> Urgency:
        """The tier of the clinician's line: for typed words that of their entry in the watch list."""
        return _LINES.get(self.typed, Urgency.NOTE)


@dataclass(frozen=True)
class Misfit:
    """A contradiction that holds now. `ask_again` are those of its questions that are asked and may be changed.

    `phrase` are the words typed, as the patient spelt them.
    """

    contradiction: Contradiction
    ask_again: tuple[str, ...]
    phrase: str = ""


@once
def misfits(journey: Journey) -> tuple[Misfit, ...]:
    """Every contradiction that holds for the answers that count."""
    typed = {match.entry.id: match.phrase for match in matches(journey)}
    return tuple(_hold(journey, typed))


def _hold(journey: Journey, typed: dict[str, str]) -> Iterator[Misfit]:
    facts = journey.facts
    for contradiction in CONTRADICTIONS:
        if contradiction.typed and contradiction.typed not in typed:
            continue
        if contradiction.when.truth(facts) == Truth.YES:
            asked = tuple(id for id in contradiction.ask_again if facts.value(id) is not None)
            # Typed words doubt a "no" only; the gate or the item, whichever is asked and was answered so.
            again = tuple(id for id in asked if not contradiction.typed or facts.value(id) == "no")
            if again and not (contradiction.typed and _said_already(contradiction, journey)):
                yield Misfit(contradiction, again, typed.get(contradiction.typed or "", ""))


def _said_already(each: Contradiction, journey: Journey) -> bool:
    """Any of the questions behind a gate was answered yes or not sure."""
    items = [id for id in each.ask_again if not isinstance(QUESTIONS[id], Gate)]
    return any(journey.facts.value(id) in ("yes", "not_sure") for id in items)


def _nothing_behind(gate_id: str) -> Criterion:
    """The gate was answered yes, and everything behind it no."""
    gate = QUESTIONS[gate_id]
    assert isinstance(gate, Gate)
    return answered(gate_id, "yes") & all_no(*gate.items)


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        "c_saddle",
        AnswerSource.MAP,
        pain_in("SADDLE") & answered("rf_saddle_numb", "no"),
        ("rf_saddle_numb",),
        _("Marked the saddle area on the body map; answered no to saddle numbness"),
    ),
    Contradiction(
        "c_chest",
        AnswerSource.MAP,
        pain_in("CHEST_FRONT") & answered("rf_chest_pain", "no"),
        ("rf_chest_pain",),
        _("Marked the chest on the body map; answered no to chest pain in 3 days"),
    ),
    Contradiction(
        "c_both_legs",
        AnswerSource.MAP,
        pain_in("LEG_L") & pain_in("LEG_R") & answered("rf_both_legs_pain", "no"),
        ("rf_both_legs_pain",),
        _("Marked both legs on the body map; answered no to pain, tingling or numbness down both legs"),
    ),
    Contradiction(
        "c_belly",
        AnswerSource.MAP,
        pain_in("ABDO") & answered("rf_belly_pain", "no"),
        ("rf_belly_pain",),
        _("Marked the belly on the body map; answered no to belly pain"),
    ),
    Contradiction(
        "c_arm",
        AnswerSource.MAP,
        pain_in("ARM", "JAW") & pain_in("UPPER_BACK", "CHEST") & WITHIN_3_DAYS & answered("rf_arm_jaw", "no"),
        ("rf_arm_jaw",),
        _(
            "Marked arm or jaw together with chest or upper back, 3 days or less; answered no to spread into arm or jaw"
        ),
    ),
    Contradiction(
        "c_fall",
        AnswerSource.LIST,
        answered("on_trigger", "fall") & answered("any_injury", "no"),
        ("any_injury",),
        _("Named a fall, knock or accident as the start; answered no to injury"),
    ),
    Contradiction(
        "c_needle",
        AnswerSource.LIST,
        answered("on_trigger", "needle") & (onset_days <= 14) & answered("needle_2w", "no"),
        ("needle_2w",),
        _("Named a needle as the start, 14 days or less; answered no to needles in 2 weeks"),
    ),
    Contradiction(
        "c_illness",
        AnswerSource.LIST,
        answered("on_trigger", "illness") & answered("rf_fever", "no") & (onset_days <= 14),
        ("rf_fever",),
        _("Named an illness as the start, 14 days or less; answered no to fever"),
    ),
    Contradiction(
        "c_birth",
        AnswerSource.LIST,
        answered("on_trigger", "birth")
        & (onset_days <= 42)
        & answered("rf_pregnant", "no")
        & answered("rf_postpartum", "no"),
        ("rf_pregnant", "rf_postpartum"),
        _("Named pregnancy or birth as the start, 6 weeks or less; answered no to both"),
    ),
    Contradiction(
        "c_numb",
        AnswerSource.LIST,
        answered("pq_words", "numb")
        & answered("rf_numb_below", "no")
        & answered("rf_saddle_numb", "no")
        & BELOW_WAIST,
        ("rf_saddle_numb", "rf_numb_below"),
        _("Chose the word numb; answered no to numbness between the legs and below a level"),
    ),
    Contradiction(
        "c_effort",
        AnswerSource.LIST,
        answered("agg", "effort") & answered("rf_exertional", "no"),
        ("rf_exertional",),
        _("Worse with hard effort or stairs; answered no to pain that comes with effort and eases with rest"),
    ),
    Contradiction(
        "c_deep_breath",
        AnswerSource.LIST,
        answered("agg", "breath") & answered("rf_pleuritic", "no"),
        ("rf_pleuritic",),
        _("Worse with a deep breath; answered no to sharp pain on a deep breath"),
    ),
    Contradiction(
        "c_strain",
        AnswerSource.LIST,
        answered("agg", "cough_strain") & answered("rf_strain", "no") & yes("pmh_cancer"),
        ("rf_strain",),
        _("Worse with cough, sneeze or strain; answered no to the same question"),
    ),
    Contradiction(
        "c_food",
        AnswerSource.LIST,
        answered("agg", "eating") & yes("rf_belly_pain") & answered("rf_belly_food", "no"),
        ("rf_belly_food",),
        _("Worse with eating; answered no to a link with food"),
    ),
    Contradiction(
        "c_head",
        AnswerSource.LIST,
        answered("assoc", "headache") & answered("any_head", "no"),
        ("any_head",),
        _("Named headache with the pain; answered no to the head and neck question"),
    ),
    Contradiction(
        "c_jaw_age",
        AnswerSource.LIST,
        (age >= 50) & pain_in("JAW") & answered("any_head", "no"),
        ("any_head",),
        _("Marked the jaw at 50 or over; answered no to the head and neck question"),
    ),
    Contradiction(
        "c_sudden",
        AnswerSource.LIST,
        answered("on_how", "gradual") & yes("rf_sudden_max"),
        ("on_how", "rf_sudden_max"),
        _("Answered that it began bit by bit, and that it came all at once and very bad within a minute"),
    ),
    Contradiction(
        "c_constancy",
        AnswerSource.LIST,
        answered("pat_constancy", "comes_goes", "brief") & yes("rf_constant_worse"),
        ("rf_constant_worse", "pat_constancy"),
        _("Answered that the pain is there all the time and that it comes and goes"),
    ),
    Contradiction(
        "c_course",
        AnswerSource.LIST,
        answered("course", "better") & yes("rf_constant_worse"),
        ("rf_constant_worse", "course"),
        _("Answered that the pain is getting better and that it is getting worse week by week"),
    ),
    Contradiction(
        "c_sleep",
        AnswerSource.LIST,
        answered("sleep", "fine") & yes("rf_night_pain"),
        ("rf_night_pain", "sleep"),
        _("Answered that sleep is fine and that the pain wakes them at night"),
    ),
    Contradiction(
        "c_first",
        AnswerSource.LIST,
        answered("ep_previous", "never") & OVER_3_MONTHS & (on_age <= age - 2),
        ("ep_previous",),
        _("First time, yet the pain began more than a year ago"),
    ),
    Contradiction(
        "c_gate_items",
        AnswerSource.LIST,
        _nothing_behind("any_rare"),
        ("any_rare",),
        _("Yes to the question that names six features, and no to each of them"),
    ),
    Contradiction(
        "c_head_items",
        AnswerSource.LIST,
        _nothing_behind("any_head"),
        ("any_head",),
        _("Yes to the head and neck question, and no to each of its features"),
    ),
    Contradiction(
        "c_risk_items",
        AnswerSource.LIST,
        _nothing_behind("any_risk"),
        ("any_risk",),
        _("Yes to the question about immunity, steroid tablets and injected drugs, and no to each of them"),
    ),
    Contradiction(
        "c_injury_items",
        AnswerSource.LIST,
        _nothing_behind("any_injury"),
        ("any_injury",),
        _("Yes to an accident, a fall or a knock, and no to each kind"),
    ),
    Contradiction(
        "c_urine_items",
        AnswerSource.LIST,
        _nothing_behind("any_urine"),
        ("any_urine",),
        _("Yes to burning or blood in the urine, and no to each of them"),
    ),
    Contradiction(
        "c_stiff_items",
        AnswerSource.LIST,
        _nothing_behind("any_stiff"),
        ("any_stiff",),
        _("Yes to the question that names inflammatory features, and no to each of them"),
    ),
    Contradiction(
        "c_male_pregnant",
        AnswerSource.LIST,
        answered("sex_at_birth", "male") & answered("on_trigger", "birth"),
        ("on_trigger", "sex_at_birth"),
        _("Sex recorded at birth male, and pregnancy or birth named as the start"),
    ),
    Contradiction(
        "c_stand_walk",
        AnswerSource.LIST,
        answered("walk_limit", "no_limit", "over30", "m10_30") & yes("rf_cannot_stand"),
        ("rf_cannot_stand",),
        _("Can walk 10 minutes or more; answered that they cannot take 4 steps"),
    ),
    Contradiction(
        "c_now_worst",
        AnswerSource.NUMBER,
        (number("nrs_now") > number("nrs_worst")),
        ("nrs_now", "nrs_worst"),
        _("Pain now is above the worst of the last 7 days"),
    ),
    Contradiction(
        "c_avg_worst",
        AnswerSource.NUMBER,
        (number("nrs_avg") > number("nrs_worst")),
        ("nrs_avg", "nrs_worst"),
        _("Average pain is above the worst of the last 7 days"),
    ),
    Contradiction(
        "c_onset_age",
        AnswerSource.NUMBER,
        answered("on_when", "y1_plus") & (on_age > age),
        ("on_age",),
        _("Age at the first pain is above the age now"),
    ),
    Contradiction(
        "c_severe_flare",
        AnswerSource.NUMBER,
        (number("nrs_now") >= 9) & answered("rf_need_today", "no") & WITHIN_3_DAYS,
        ("rf_need_today",),
        _("Pain now 9 or 10 of 10, 3 days or less; answered that they can wait"),
    ),
    Contradiction(
        "c_thinner_clot",
        AnswerSource.LIST,
        answered("pmh_heart_list", "blood_clot")
        & answered("med_blood_thinner", "no")
        & yes("rf_leg_swelling"),
        ("med_blood_thinner",),
        _("Earlier clot and a swollen calf; answered no to a blood thinner"),
    ),
    Contradiction(
        "c_nsaid_allergy",
        AnswerSource.LIST,
        answered("med_now", "nsaid") & answered("allergy_class", "nsaid"),
        ("med_now", "allergy_class"),
        _("Takes an anti-inflammatory medicine, and names an allergy to that kind"),
    ),
    Contradiction(
        "c_treatment_done",
        AnswerSource.LIST,
        answered("pmh_cancer_when", "now") & answered("any_risk", "no") & yes("pmh_cancer"),
        ("any_risk",),
        _("Cancer treatment now; answered no to a weak immune system, steroid tablets and injections"),
    ),
    # Not in the specification. A small child does not fill in this form alone: who did is asked once more.
    Contradiction(
        "c_child_alone",
        AnswerSource.NUMBER,
        (age < TOO_YOUNG_ALONE) & answered("who_completing", "self"),
        ("who_completing", "dob"),
        _("Aged under 12; answered that the patient fills in the form"),
    ),
    Contradiction(
        "c_typed_thinner",
        AnswerSource.TEXT,
        answered("med_blood_thinner", "no"),
        ("med_blood_thinner",),
        _("Typed the name of a blood thinner; answered no to a blood thinner"),
        typed="w_thinner",
    ),
    Contradiction(
        "c_typed_steroid",
        AnswerSource.TEXT,
        answered("any_risk", "no") | answered("med_steroid_4w", "no"),
        ("any_risk", "med_steroid_4w"),
        _("Typed the name of a steroid tablet; answered no to steroid tablets for 4 weeks or more"),
        typed="w_steroid",
    ),
    Contradiction(
        "c_typed_immune",
        AnswerSource.TEXT,
        answered("any_risk", "no") | answered("pmh_immune_low", "no"),
        ("any_risk", "pmh_immune_low"),
        _("Typed a medicine that weakens the immune system; answered no to that"),
        typed="w_immune",
    ),
    Contradiction(
        "c_typed_oestrogen",
        AnswerSource.TEXT,
        answered("med_oestrogen", "no") & ASK_CLOT,
        ("med_oestrogen",),
        _("Typed a hormone with oestrogen; answered no to it"),
        typed="w_oestrogen",
    ),
    Contradiction(
        "c_typed_cancer",
        AnswerSource.TEXT,
        answered("pmh_cancer", "no"),
        ("pmh_cancer",),
        _("Typed words about cancer or its treatment; answered no to cancer ever"),
        typed="w_cancer",
    ),
    Contradiction(
        "c_typed_pregnant",
        AnswerSource.TEXT,
        answered("rf_pregnant", "no"),
        ("rf_pregnant",),
        _("Typed words about a pregnancy; answered no to it"),
        typed="w_pregnant",
    ),
)
