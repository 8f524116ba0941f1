"""Named conditions that the rules share. Terms and limits: the sources of the rules that use them.

A tuple is a list of features to be counted with `at_least`.
"""

from intake.questionnaire.criteria import Criterion, age, at_least, chosen, on_age, onset_days, pain_in, yes

# New within 3 days, or suddenly much worse in the last 3.
WITHIN_3_DAYS = (onset_days <= 3) | yes("on_flare_3d")
# New within 14 days, or suddenly much worse in the last 3.
WITHIN_14_DAYS = (onset_days <= 14) | yes("on_flare_3d")
# No strain is named as the start.
UNPROVOKED = chosen(
    "on_trigger", "nothing", "desk", "sleep", "illness", "birth", "stress", "other", "not_sure"
)
# Safety: not sure of a pregnancy is taken as one, where the features themselves are certain.
MAYBE_PREGNANT = chosen("rf_pregnant", "yes", "not_sure")
# Counted, not ranked.
AUTONOMIC: tuple[Criterion, ...] = (yes("rf_sweaty"), yes("rf_sick"), yes("rf_breathless"), yes("rf_faint"))
CARDIAC_RISK = (
    (age >= 40)
    | chosen("pmh_heart_list", "heart_attack_angina", "high_bp", "high_cholesterol", "fh_heart_early")
    | chosen("pmh_other_list", "diabetes")
    | chosen("soc_smoking", "current")
)
HIGH_CARDIAC_RISK = (
    chosen("pmh_heart_list", "heart_attack_angina", "stroke")
    | chosen("pmh_other_list", "diabetes", "ckd")
    | at_least(
        2,
        (age >= 65),
        chosen("pmh_heart_list", "high_bp"),
        chosen("pmh_heart_list", "high_cholesterol"),
        chosen("pmh_heart_list", "fh_heart_early"),
        chosen("soc_smoking", "current"),
    )
)
UPPER_BODY_PAIN = pain_in("UPPER_BACK", "MID_BACK", "CHEST", "NECK", "JAW", "ARM", "ABDO_UPPER") | yes(
    "rf_arm_jaw"
)
AORTIC_RISK = chosen("pmh_heart_list", "aneurysm_aorta", "aortic_valve", "connective_tissue", "fh_aorta")
AORTIC_RISK_OR_AGE_OR_PRESSURE = (age >= 40) | chosen("pmh_heart_list", "high_bp") | AORTIC_RISK
# Basal or squamous skin cancer only does not count.
CANCER = yes("pmh_cancer") & chosen(
    "pmh_cancer_type",
    "breast",
    "prostate",
    "lung",
    "kidney",
    "thyroid",
    "blood_myeloma",
    "bowel",
    "melanoma",
    "other",
    "not_sure",
)
CANCER_TREATED_NOW = CANCER & chosen("pmh_cancer_when", "now")
# Without oestrogen, which counts for less.
STRONG_CLOT_RISK = (
    yes("vte_recent")
    | chosen("pmh_heart_list", "blood_clot")
    | CANCER_TREATED_NOW
    | yes("rf_pregnant")
    | yes("rf_postpartum")
    | yes("birth_12w")
)
CLOT_RISK = STRONG_CLOT_RISK | yes("med_oestrogen")
VASCULAR_DISEASE = chosen("pmh_heart_list", "aneurysm_aorta", "heart_attack_angina", "stroke")
# Where a ruptured aneurysm can be felt.
RIBS_TO_THIGHS = pain_in("RIBS", "MID_BACK", "LOW_BACK", "FLANK", "ABDO", "BUTTOCK", "GROIN", "THIGH") | yes(
    "rf_belly_pain"
)
CANCER_RECENT = CANCER & chosen("pmh_cancer_when", "now", "checks", "within_5y", "not_sure")
# Treated recently, or one of the kinds that often spread to bone.
CANCER_RECENT_OR_BONE_SEEKING = CANCER & (
    chosen("pmh_cancer_when", "now", "checks", "within_5y", "not_sure")
    | chosen("pmh_cancer_type", "breast", "prostate", "lung", "kidney", "thyroid", "blood_myeloma")
)
# Signs of blood loss.
FAINT_OR_CLAMMY = yes("rf_faint") | yes("rf_sweaty")
PAIN_FEATURES: tuple[Criterion, ...] = (
    yes("rf_night_pain"),
    yes("rf_constant_worse"),
    yes("rf_lie_flat"),
    yes("rf_strain") | chosen("agg", "cough_strain"),
    yes("rf_trunk_band"),
)
SPINAL_PAIN_FEATURES: tuple[Criterion, ...] = (
    pain_in("THORACIC", "NECK"),
    yes("rf_night_pain"),
    yes("rf_constant_worse"),
    yes("rf_lie_flat"),
    yes("rf_strain") | chosen("agg", "cough_strain"),
    yes("rf_trunk_band"),
)
CAUDA_EQUINA_IS_NEW = chosen("rf_ces_when", "h24", "d14", "not_sure")
CAUDA_EQUINA_CHANGE = (
    yes("rf_saddle_numb")
    | yes("rf_pee_start")
    | yes("rf_pee_feel")
    | yes("rf_pee_leak")
    | yes("rf_bowel_control")
)
# Not long-standing and unchanged.
NERVES_GETTING_WORSE = chosen("rf_neuro_speed", "minutes", "hours_days", "weeks", "not_sure")
CORD_SIGNS = (
    yes("rf_legs_weak")
    | yes("rf_walk_unsteady")
    | yes("rf_numb_below")
    | CAUDA_EQUINA_CHANGE & CAUDA_EQUINA_IS_NEW
)
NERVE_SIGN = (
    yes("rf_arm_weak")
    | yes("rf_legs_weak")
    | yes("rf_walk_unsteady")
    | yes("rf_hands_clumsy")
    | yes("rf_numb_below")
)
CORD_FEATURES: tuple[Criterion, ...] = (
    yes("rf_hands_clumsy"),
    yes("rf_walk_unsteady"),
    yes("rf_electric_bend"),
    yes("rf_numb_below"),
    yes("rf_legs_weak"),
)
HEAD_FEATURES: tuple[Criterion, ...] = (
    yes("rf_head_new"),
    yes("rf_sight"),
    yes("rf_dizzy"),
    yes("rf_walk_unsteady"),
    yes("rf_face_speech"),
)
FEVER_OR_RIGORS = yes("rf_fever") | yes("rf_rigors")
STRONG_INFECTION_RISK = (
    yes("soc_injected") | chosen("pmh_other_list", "dialysis") | yes("inf_recent") | yes("spine_proc_3m")
)
INFECTION_RISK = (
    STRONG_INFECTION_RISK
    | yes("inf_home")
    | yes("pmh_immune_low")
    | yes("med_steroid_4w")
    | chosen("pmh_other_list", "diabetes")
)
# A needle in neck, shoulder, chest or back within 2 weeks.
NEEDLED = yes("needle_2w") | chosen("on_trigger", "needle") & (onset_days <= 14)
WEAK_BONES = yes("med_steroid_3m") | chosen("pmh_bone_list", "osteoporosis", "fragility_fx", "spine_fx")
# Six features; sex is left out so that older women are not flagged for age alone.
FRACTURE_FEATURES: tuple[Criterion, ...] = (
    (age >= 70),
    yes("med_steroid_3m"),
    chosen("pmh_bone_list", "osteoporosis", "fragility_fx", "spine_fx"),
    yes("rf_injury_minor") | yes("rf_injury_major") | chosen("on_trigger", "lift", "cough", "fall"),
    yes("rf_bruise_spine"),
    yes("rf_height_loss"),
)
# An injury, or a fall named as the start.
HURT = yes("rf_injury_major") | yes("rf_injury_minor") | chosen("on_trigger", "fall")
COLICKY_FLANK_PAIN = (pain_in("FLANK") | pain_in("GROIN") & pain_in("LOW_BACK", "MID_BACK", "ABDO")) & (
    chosen("pq_words", "waves") | yes("rf_restless")
)
KIDNEY_RISK = chosen("pmh_other_list", "one_kidney", "ckd")
EARLY_PREGNANCY = yes("rf_pregnant") & chosen("rf_preg_weeks", "under_14", "not_sure")
PERHAPS_EARLY_PREGNANCY = MAYBE_PREGNANT & chosen("rf_preg_weeks", "under_14", "not_sure")
SPONDYLOARTHRITIS_FEATURES: tuple[Criterion, ...] = (
    (on_age < 35),
    yes("ibp_night"),
    yes("ibp_move"),
    yes("ibp_buttock") | pain_in("BUTTOCK"),
    yes("ibp_nsaid"),
    yes("ibp_family"),
    yes("ibp_arthritis"),
    yes("ibp_heel"),
    yes("ibp_psoriasis"),
)
NSAID_CAUTION = (
    chosen("pmh_other_list", "ulcer_gi_bleed", "ckd", "one_kidney", "asthma_nsaid")
    | chosen("pmh_heart_list", "heart_failure")
    | yes("med_blood_thinner")
    | yes("rf_pregnant")
    | chosen("allergy_class", "nsaid")
)
