"""The patient's own answers, grouped under the nine conditions named in the source article.

Safety: an information display and nothing more. Fixed order, all nine always printed, no count, score or rank;
for clinicians only.
"""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire.criteria import Criterion, Facts, Truth, age, chosen, pain_in, yes


@dataclass(frozen=True)
class Reported:
    """An answer, and the words it is printed in."""

    label: Words
    when: Criterion


@dataclass(frozen=True)
class PatternFeature:
    """A feature commonly weighed. It holds by `when`; what is printed are those of its `atoms` that hold.

    Safety: never the label of a wider group, of which the patient said only a part.
    """

    when: Criterion
    atoms: tuple[Reported, ...]

    def reported(self, facts: Facts) -> Iterator[str]:
        """The answers given with a plain yes that make up the feature, in the current language."""
        if self.when.truth(facts) == Truth.YES:
            yield from (str(atom.label) for atom in self.atoms if atom.when.truth(facts) == Truth.YES)


def feature_of(label: Words, when: Criterion) -> PatternFeature:
    """A feature of one answer."""
    return PatternFeature(when, (Reported(label, when),))


@dataclass(frozen=True)
class Pattern:
    """One row of the table."""

    id: str
    title: Words
    features: tuple[PatternFeature, ...]
    _: KW_ONLY
    sources: tuple[str, ...]

    def reported(self, facts: Facts) -> tuple[str, ...]:
        """What the patient reported with a plain yes, each answer once, in the current language."""
        return tuple(dict.fromkeys(said for feature in self.features for said in feature.reported(facts)))


HEADING = _(
    "Reported features, grouped under the conditions named in the source article. Fixed order. "
    "Not a diagnosis, not a ranking. Absence does not exclude."
)

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "pat_disc",
        _("Disk herniation"),
        (
            feature_of(_("band-like pain around the trunk"), yes("rf_trunk_band")),
            feature_of(_("worse with cough, sneeze or strain"), chosen("agg", "cough_strain")),
            PatternFeature(
                when=chosen("pq_words", "shooting", "burning"),
                atoms=(
                    Reported(_("shooting or electric"), chosen("pq_words", "shooting")),
                    Reported(_("burning"), chosen("pq_words", "burning")),
                ),
            ),
            PatternFeature(
                when=chosen("assoc", "arm_pins", "leg_tingle")
                | yes("rf_arm_weak")
                | chosen("pq_words", "pins", "numb"),
                atoms=(
                    Reported(_("pins and needles in an arm or hand"), chosen("assoc", "arm_pins")),
                    Reported(_("tingling in one leg"), chosen("assoc", "leg_tingle")),
                    Reported(_("new arm or hand weakness"), yes("rf_arm_weak")),
                    Reported(_("pins and needles"), chosen("pq_words", "pins")),
                    Reported(_("numb"), chosen("pq_words", "numb")),
                ),
            ),
            feature_of(_("began with lifting or twisting"), chosen("on_trigger", "lift")),
            feature_of(_("eased by lying down"), chosen("rel", "lying")),
            feature_of(_("previous slipped disc"), chosen("pmh_bone_list", "disc")),
        ),
        sources=("S34",),
    ),
    Pattern(
        "pat_stenosis",
        _("Spinal stenosis"),
        (
            feature_of(_("age over 70"), age > 70),
            feature_of(_("eased by sitting"), chosen("rel", "sitting")),
            feature_of(_("eased by leaning forward"), chosen("rel", "lean_fwd")),
            feature_of(_("symptoms down both legs"), yes("rf_both_legs_pain")),
            feature_of(_("leg pain or heaviness on walking"), chosen("assoc", "leg_walk")),
            PatternFeature(
                when=yes("rf_walk_unsteady") | yes("rf_hands_clumsy"),
                atoms=(
                    Reported(_("unsteady gait"), yes("rf_walk_unsteady")),
                    Reported(_("clumsy hands"), yes("rf_hands_clumsy")),
                ),
            ),
            feature_of(_("known narrow spinal canal"), chosen("pmh_bone_list", "stenosis")),
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
            feature_of(_("rounded or hunched upper back"), chosen("assoc", "hunch")),
            feature_of(_("height loss or stoop"), yes("rf_height_loss")),
            PatternFeature(
                when=chosen("pq_words", "stiff") | chosen("pat_stiff", "under30", "over30"),
                atoms=(
                    Reported(_("stiff"), chosen("pq_words", "stiff")),
                    Reported(_("morning stiffness: less than 30 minutes"), chosen("pat_stiff", "under30")),
                    Reported(_("morning stiffness: 30 minutes or more"), chosen("pat_stiff", "over30")),
                ),
            ),
            PatternFeature(
                when=chosen("pmh_bone_list", "kyphosis_scoliosis", "osteoporosis", "spine_fx"),
                atoms=(
                    Reported(_("Curved spine"), chosen("pmh_bone_list", "kyphosis_scoliosis")),
                    Reported(_("Thin bones (osteoporosis)"), chosen("pmh_bone_list", "osteoporosis")),
                    Reported(_("Broken spine bone"), chosen("pmh_bone_list", "spine_fx")),
                ),
            ),
            feature_of(_("tiredness"), yes("rf_tired_new")),
        ),
        sources=("S37",),
    ),
    Pattern(
        "pat_scapula",
        _("Scapular dyskinesis"),
        (
            PatternFeature(
                when=pain_in("UPPER_BACK") & chosen("agg", "overhead", "arm_use"),
                atoms=(
                    Reported(_("marked: upper back"), pain_in("UPPER_BACK")),
                    Reported(_("worse with: reaching up"), chosen("agg", "overhead")),
                    Reported(_("worse with: using my arm"), chosen("agg", "arm_use")),
                ),
            ),
            feature_of(_("shoulder blade sticks out or looks uneven"), chosen("assoc", "blade_out")),
            feature_of(_("clicking or grinding at the shoulder blade"), chosen("assoc", "blade_click")),
            PatternFeature(
                when=chosen("assoc", "arm_tired", "shoulder_pain"),
                atoms=(
                    Reported(_("arm gets tired when lifted"), chosen("assoc", "arm_tired")),
                    Reported(_("shoulder pain"), chosen("assoc", "shoulder_pain")),
                ),
            ),
            PatternFeature(
                when=chosen("on_trigger", "overhead", "sport") | chosen("work_type", "overhead", "repeat"),
                atoms=(
                    Reported(_("began with: reaching or throwing"), chosen("on_trigger", "overhead")),
                    Reported(_("began with: sport"), chosen("on_trigger", "sport")),
                    Reported(_("work: reaching up"), chosen("work_type", "overhead")),
                    Reported(_("work: the same movement again and again"), chosen("work_type", "repeat")),
                ),
            ),
            feature_of(_("previous shoulder injury"), chosen("pmh_bone_list", "shoulder_injury")),
        ),
        sources=("S36",),
    ),
    Pattern(
        "pat_heart",
        _("Heart (heart attack)"),
        (
            feature_of(_("chest pain in last 3 days"), yes("rf_chest_pain")),
            feature_of(_("spread to arm, jaw or neck"), yes("rf_arm_jaw")),
            PatternFeature(
                when=yes("rf_sweaty") | yes("rf_sick") | yes("rf_breathless") | yes("rf_faint"),
                atoms=(
                    Reported(_("sweating"), yes("rf_sweaty")),
                    Reported(_("nausea/vomiting"), yes("rf_sick")),
                    Reported(_("breathless"), yes("rf_breathless")),
                    Reported(_("faint/near-faint"), yes("rf_faint")),
                ),
            ),
            feature_of(_("comes with effort, eases with rest"), yes("rf_exertional")),
            PatternFeature(
                when=chosen("pq_words", "crushing", "tight"),
                atoms=(
                    Reported(_("crushing or heavy"), chosen("pq_words", "crushing")),
                    Reported(_("tight, knotted"), chosen("pq_words", "tight")),
                ),
            ),
            PatternFeature(
                when=chosen(
                    "pmh_heart_list", "heart_attack_angina", "high_bp", "high_cholesterol", "fh_heart_early"
                )
                | chosen("pmh_other_list", "diabetes")
                | chosen("soc_smoking", "current"),
                atoms=(
                    Reported(_("Heart attack or angina"), chosen("pmh_heart_list", "heart_attack_angina")),
                    Reported(_("High blood pressure"), chosen("pmh_heart_list", "high_bp")),
                    Reported(_("High cholesterol"), chosen("pmh_heart_list", "high_cholesterol")),
                    Reported(_("Family: heart attack before 60"), chosen("pmh_heart_list", "fh_heart_early")),
                    Reported(_("Diabetes"), chosen("pmh_other_list", "diabetes")),
                    Reported(_("smoking: yes"), chosen("soc_smoking", "current")),
                ),
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
            feature_of(_("flank pain"), pain_in("FLANK")),
            feature_of(_("comes in waves"), chosen("pq_words", "waves")),
            feature_of(_("cannot keep still"), yes("rf_restless")),
            feature_of(_("groin pain"), pain_in("GROIN")),
            PatternFeature(
                when=yes("rf_pee_blood") | yes("rf_pee_burn"),
                atoms=(
                    Reported(_("visible haematuria"), yes("rf_pee_blood")),
                    Reported(_("dysuria"), yes("rf_pee_burn")),
                ),
            ),
            PatternFeature(
                when=yes("rf_fever") | yes("rf_rigors"),
                atoms=(Reported(_("fever"), yes("rf_fever")), Reported(_("rigors"), yes("rf_rigors"))),
            ),
            feature_of(_("previous stones"), chosen("pmh_other_list", "kidney_stones")),
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
            PatternFeature(
                when=chosen("on_trigger", "lift", "sport", "cough") & chosen("on_how", "sudden"),
                atoms=(
                    Reported(_("began with: lifting or twisting"), chosen("on_trigger", "lift")),
                    Reported(_("began with: sport"), chosen("on_trigger", "sport")),
                    Reported(_("began with: coughing or sneezing"), chosen("on_trigger", "cough")),
                    Reported(_("start: suddenly"), chosen("on_how", "sudden")),
                ),
            ),
            PatternFeature(
                when=chosen("pq_words", "sharp_pinch", "tight"),
                atoms=(
                    Reported(_("sharp, quick pinch"), chosen("pq_words", "sharp_pinch")),
                    Reported(_("tight, knotted"), chosen("pq_words", "tight")),
                ),
            ),
            PatternFeature(
                when=chosen("assoc", "spasm", "tender", "lump_swelling"),
                atoms=(
                    Reported(_("muscle spasm"), chosen("assoc", "spasm")),
                    Reported(_("sore to touch"), chosen("assoc", "tender")),
                    Reported(
                        _("swelling, bruise or lump at the sore spot"), chosen("assoc", "lump_swelling")
                    ),
                ),
            ),
            PatternFeature(
                when=chosen("pat_activity", "worse", "comes_on") & chosen("pat_rest", "better"),
                atoms=(
                    Reported(_("with activity: worse"), chosen("pat_activity", "worse")),
                    Reported(_("with activity: comes on with activity"), chosen("pat_activity", "comes_on")),
                    Reported(_("at rest: better"), chosen("pat_rest", "better")),
                ),
            ),
            feature_of(_("previous muscle tear"), chosen("pmh_bone_list", "muscle_tear")),
        ),
        sources=("K",),
    ),
    Pattern(
        "pat_posture",
        _("Poor posture"),
        (
            PatternFeature(
                when=chosen("agg", "sitting", "desk_phone"),
                atoms=(
                    Reported(_("worse with: sitting long"), chosen("agg", "sitting")),
                    Reported(_("worse with: desk, screen or phone"), chosen("agg", "desk_phone")),
                ),
            ),
            PatternFeature(
                when=chosen("rel", "posture") | chosen("posture_effect", "better"),
                atoms=(
                    Reported(_("better with: changing how i sit or stand"), chosen("rel", "posture")),
                    Reported(_("changing posture: yes, it helps"), chosen("posture_effect", "better")),
                ),
            ),
            PatternFeature(
                when=chosen("on_trigger", "desk") | chosen("work_type", "desk"),
                atoms=(
                    Reported(_("began with: desk or screen"), chosen("on_trigger", "desk")),
                    Reported(_("work: desk or screen"), chosen("work_type", "desk")),
                ),
            ),
            PatternFeature(
                when=chosen("sit_hours", "h4_8", "over8"),
                atoms=(
                    Reported(_("hours sitting a day: 4 to 8"), chosen("sit_hours", "h4_8")),
                    Reported(_("hours sitting a day: more than 8"), chosen("sit_hours", "over8")),
                ),
            ),
            PatternFeature(
                when=chosen("pq_words", "dull_ache") & chosen("on_how", "gradual"),
                atoms=(
                    Reported(_("dull ache"), chosen("pq_words", "dull_ache")),
                    Reported(_("start: bit by bit"), chosen("on_how", "gradual")),
                ),
            ),
        ),
        sources=("S38",),
    ),
    Pattern(
        "pat_fracture",
        _("Fracture"),
        (
            PatternFeature(
                when=yes("rf_injury_major") | yes("rf_injury_minor"),
                atoms=(
                    Reported(_("major injury"), yes("rf_injury_major")),
                    Reported(_("minor injury"), yes("rf_injury_minor")),
                ),
            ),
            feature_of(_("age 70 or over"), age >= 70),
            feature_of(_("long-term oral steroid"), yes("med_steroid_3m")),
            PatternFeature(
                when=chosen("pmh_bone_list", "osteoporosis", "fragility_fx", "spine_fx"),
                atoms=(
                    Reported(_("Thin bones (osteoporosis)"), chosen("pmh_bone_list", "osteoporosis")),
                    Reported(_("Broke a bone in a small fall"), chosen("pmh_bone_list", "fragility_fx")),
                    Reported(_("Broken spine bone"), chosen("pmh_bone_list", "spine_fx")),
                ),
            ),
            feature_of(_("bruise or graze over spine"), yes("rf_bruise_spine")),
            PatternFeature(
                when=chosen("pq_words", "crushing") & chosen("rel", "lying"),
                atoms=(
                    Reported(_("crushing or heavy"), chosen("pq_words", "crushing")),
                    Reported(_("better with: lying down"), chosen("rel", "lying")),
                ),
            ),
            feature_of(_("height loss"), yes("rf_height_loss")),
        ),
        sources=(
            "S13",
            "S16",
            "S20",
        ),
    ),
)
