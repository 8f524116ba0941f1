"""The patient's own answers, grouped under the nine conditions named in the source article.

Safety: an information display and nothing more. Fixed order, all nine always printed, no count, score or rank;
for clinicians only.
"""

from dataclasses import KW_ONLY, dataclass

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire.criteria import Criterion, Facts, Truth, age, chosen, pain_in, yes


@dataclass(frozen=True)
class Feature:
    """A reported answer, and the words it is printed in."""

    label: Words
    when: Criterion


@dataclass(frozen=True)
class Pattern:
    """One row of the table."""

    id: str
    title: Words
    features: tuple[Feature, ...]
    _: KW_ONLY
    sources: tuple[str, ...]

    def reported(self, facts: Facts) -> tuple[str, ...]:
        """The features the patient reported with a plain yes, in the current language."""
        return tuple(str(f.label) for f in self.features if f.when.verdict(facts).truth == Truth.YES)


HEADING = _(
    "Reported features, grouped under the conditions named in the source article. Fixed order. "
    "Not a diagnosis, not a ranking. Absence does not exclude."
)

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "pat_disc",
        _("Disk herniation"),
        (
            Feature(_("band-like pain around the trunk"), yes("rf_trunk_band")),
            Feature(_("worse with cough, sneeze or strain"), chosen("agg", "cough_strain")),
            Feature(_("shooting or burning pain"), chosen("pq_words", "shooting", "burning")),
            Feature(
                _("pins and needles, numbness or arm weakness"),
                chosen("assoc", "arm_pins", "leg_tingle")
                | yes("rf_arm_weak")
                | chosen("pq_words", "pins", "numb"),
            ),
            Feature(_("began with lifting or twisting"), chosen("on_trigger", "lift")),
            Feature(_("eased by lying down"), chosen("rel", "lying")),
            Feature(_("previous slipped disc"), chosen("pmh_bone_list", "disc")),
        ),
        sources=("S34",),
    ),
    Pattern(
        "pat_stenosis",
        _("Spinal stenosis"),
        (
            Feature(_("age over 70"), age > 70),
            Feature(_("eased by sitting"), chosen("rel", "sitting")),
            Feature(_("eased by leaning forward"), chosen("rel", "lean_fwd")),
            Feature(_("symptoms down both legs"), yes("rf_both_legs_pain")),
            Feature(_("leg pain or heaviness on walking"), chosen("assoc", "leg_walk")),
            Feature(_("unsteady walking or clumsy hands"), yes("rf_walk_unsteady") | yes("rf_hands_clumsy")),
            Feature(_("known narrow spinal canal"), chosen("pmh_bone_list", "stenosis")),
        ),
        sources=(
            "S35",
            "S26",
        ),
    ),
    Pattern(
        "pat_kyphosis",
        _("Kyphosis"),
        (
            Feature(_("rounded or hunched upper back"), chosen("assoc", "hunch")),
            Feature(_("height loss or stoop"), yes("rf_height_loss")),
            Feature(_("stiffness"), chosen("pq_words", "stiff") | chosen("pat_stiff", "under30", "over30")),
            Feature(
                _("curved spine, thin bones or spine fracture in history"),
                chosen("pmh_bone_list", "kyphosis_scoliosis", "osteoporosis", "spine_fx"),
            ),
            Feature(_("tiredness"), yes("rf_tired_new")),
        ),
        sources=("S37",),
    ),
    Pattern(
        "pat_scapula",
        _("Scapular dyskinesis"),
        (
            Feature(
                _("upper back pain with reaching up or arm use"),
                pain_in("UPPER_BACK") & chosen("agg", "overhead", "arm_use"),
            ),
            Feature(_("shoulder blade sticks out or looks uneven"), chosen("assoc", "blade_out")),
            Feature(_("clicking or grinding at the shoulder blade"), chosen("assoc", "blade_click")),
            Feature(_("arm tires or shoulder hurts"), chosen("assoc", "arm_tired", "shoulder_pain")),
            Feature(
                _("overhead or repeated arm activity"),
                chosen("on_trigger", "overhead", "sport") | chosen("work_type", "overhead", "repeat"),
            ),
            Feature(_("previous shoulder injury"), chosen("pmh_bone_list", "shoulder_injury")),
        ),
        sources=("S36",),
    ),
    Pattern(
        "pat_heart",
        _("Heart (heart attack)"),
        (
            Feature(_("chest pain in last 3 days"), yes("rf_chest_pain")),
            Feature(_("spread to arm, jaw or neck"), yes("rf_arm_jaw")),
            Feature(
                _("sweating, nausea, breathlessness or faintness"),
                yes("rf_sweaty") | yes("rf_sick") | yes("rf_breathless") | yes("rf_faint"),
            ),
            Feature(_("comes with effort, eases with rest"), yes("rf_exertional")),
            Feature(_("crushing, heavy or tight"), chosen("pq_words", "crushing", "tight")),
            Feature(
                _("heart risk factor reported"),
                chosen(
                    "pmh_heart_list", "heart_attack_angina", "high_bp", "high_cholesterol", "fh_heart_early"
                )
                | chosen("pmh_other_list", "diabetes")
                | chosen("soc_smoking", "current"),
            ),
        ),
        sources=(
            "S01",
            "S02",
        ),
    ),
    Pattern(
        "pat_kidney",
        _("Kidney pain or stones"),
        (
            Feature(_("flank pain"), pain_in("FLANK")),
            Feature(_("comes in waves"), chosen("pq_words", "waves")),
            Feature(_("cannot keep still"), yes("rf_restless")),
            Feature(_("groin pain"), pain_in("GROIN")),
            Feature(_("blood in urine or burning"), yes("rf_pee_blood") | yes("rf_pee_burn")),
            Feature(_("fever or rigors"), yes("rf_fever") | yes("rf_rigors")),
            Feature(_("previous stones"), chosen("pmh_other_list", "kidney_stones")),
        ),
        sources=(
            "S17",
            "S24",
        ),
    ),
    Pattern(
        "pat_muscle",
        _("Muscle strain or tear"),
        (
            Feature(
                _("sudden start with lifting, sport or cough"),
                chosen("on_trigger", "lift", "sport", "cough") & chosen("on_how", "sudden"),
            ),
            Feature(_("sharp pinch or tight"), chosen("pq_words", "sharp_pinch", "tight")),
            Feature(
                _("spasm, soreness or swelling at the spot"),
                chosen("assoc", "spasm", "tender", "lump_swelling"),
            ),
            Feature(
                _("worse with activity, better with rest"),
                chosen("pat_activity", "worse", "comes_on") & chosen("pat_rest", "better"),
            ),
            Feature(_("previous muscle tear"), chosen("pmh_bone_list", "muscle_tear")),
        ),
        sources=("K",),
    ),
    Pattern(
        "pat_posture",
        _("Poor posture"),
        (
            Feature(_("worse with sitting or screen use"), chosen("agg", "sitting", "desk_phone")),
            Feature(
                _("changes with position"), chosen("rel", "posture") | chosen("posture_effect", "better")
            ),
            Feature(_("desk or screen work"), chosen("on_trigger", "desk") | chosen("work_type", "desk")),
            Feature(_("sits 4 hours a day or more"), chosen("sit_hours", "h4_8", "over8")),
            Feature(
                _("dull ache, gradual start"), chosen("pq_words", "dull_ache") & chosen("on_how", "gradual")
            ),
        ),
        sources=("S38",),
    ),
    Pattern(
        "pat_fracture",
        _("Fracture"),
        (
            Feature(_("injury at onset"), yes("rf_injury_major") | yes("rf_injury_minor")),
            Feature(_("age 70 or over"), age >= 70),
            Feature(_("long-term oral steroid"), yes("med_steroid_3m")),
            Feature(
                _("thin bones or earlier fracture"),
                chosen("pmh_bone_list", "osteoporosis", "fragility_fx", "spine_fx"),
            ),
            Feature(_("bruise or graze over spine"), yes("rf_bruise_spine")),
            Feature(
                _("crushing pain eased by lying"), chosen("pq_words", "crushing") & chosen("rel", "lying")
            ),
            Feature(_("height loss"), yes("rf_height_loss")),
        ),
        sources=(
            "S13",
            "S16",
            "S20",
        ),
    ),
)
