"""The groups in which findings are printed: one line each, positives and pertinent negatives."""

from dataclasses import dataclass

from intake.i18n import Words
from intake.i18n import lazy as _


@dataclass(frozen=True)
class Group:
    """A clinical group. `negatives` are the questions whose "no" is worth printing."""

    id: str
    label: Words
    negatives: tuple[str, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "general",
        _("General"),
        (
            "rf_very_unwell",
            "rf_cannot_stand",
            "rf_need_today",
            "seen_worse",
            "any_rare",
        ),
    ),
    Group(
        "cardiac",
        _("Heart"),
        (
            "rf_chest_pain",
            "rf_sweaty",
            "rf_sick",
            "rf_faint",
            "rf_tired_new",
            "rf_arm_jaw",
            "rf_exertional",
        ),
    ),
    Group(
        "head",
        _("Head and neck vessels"),
        (
            "rf_face_speech",
            "any_head",
            "rf_head_new",
            "rf_sight",
            "rf_dizzy",
            "rf_neck_chin",
        ),
    ),
    Group(
        "aortic",
        _("Aorta"),
        (
            "rf_sudden_max",
            "rf_belly_pulse",
        ),
    ),
    Group(
        "resp",
        _("Lungs/clot"),
        (
            "rf_breathless",
            "rf_pleuritic",
            "rf_cough_blood",
        ),
    ),
    Group(
        "ces",
        _("Cauda equina"),
        (
            "rf_saddle_numb",
            "rf_pee_start",
            "rf_pee_feel",
            "rf_pee_leak",
            "rf_pee_change",
            "rf_bowel_control",
            "rf_both_legs_pain",
            "rf_sex_change",
        ),
    ),
    Group(
        "cord",
        _("Cord/nerve"),
        (
            "rf_arm_weak",
            "rf_legs_weak",
            "rf_walk_unsteady",
            "rf_hands_clumsy",
            "rf_numb_below",
            "rf_trunk_band",
            "rf_foot_drop",
        ),
    ),
    Group(
        "cancer",
        _("Cancer"),
        (
            "pmh_cancer",
            "rf_weight_loss",
            "rf_night_sweats",
            "rf_night_pain",
            "rf_constant_worse",
        ),
    ),
    Group(
        "infection",
        _("Infection"),
        (
            "rf_fever",
            "rf_rigors",
            "any_risk",
            "pmh_immune_low",
            "soc_injected",
            "needle_2w",
        ),
    ),
    Group(
        "fracture",
        _("Fracture"),
        (
            "any_injury",
            "rf_injury_major",
            "rf_injury_minor",
            "rf_height_loss",
            "med_steroid_3m",
        ),
    ),
    Group(
        "renal",
        _("Kidney/urine"),
        (
            "any_urine",
            "rf_pee_burn",
            "rf_pee_blood",
            "rf_no_pee_12h",
            "rf_restless",
        ),
    ),
    Group(
        "abdo",
        _("Abdomen"),
        (
            "rf_belly_pain",
            "rf_gi_bleed",
            "rf_jaundice",
        ),
    ),
    Group("skin", _("Skin"), ("rf_rash",)),
    Group(
        "preg",
        _("Pregnancy"),
        (
            "rf_pregnant",
            "rf_postpartum",
        ),
    ),
    Group("child", _("Child"), ()),
    Group(
        "inflam",
        _("Inflammatory"),
        (
            "any_stiff",
            "ibp_night",
            "ibp_move",
            "ibp_psoriasis",
        ),
    ),
    Group("meds", _("Medicine safety"), ("med_blood_thinner",)),
    Group("mood", _("Mood"), ()),
)
