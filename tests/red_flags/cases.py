"""For every red flag: answers that raise it, and the one change that makes it a near miss.

The rest of the patient is plain (`plain_patient` in the tests): a man of 30, an ache at the left shoulder
blade for 6 to 12 weeks, every other safety question "no". Taking the changed answer away instead leaves
the rule open.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """`age` stands for the date of birth."""

    rule: str
    raised_by: dict[str, Any]
    not_by: tuple[str, Any]


CASES = (
    Case("R-GEN-1", {"rf_need_today": "yes"}, not_by=("rf_need_today", "no")),
    Case("R-GEN-2", {"rf_very_unwell": "yes"}, not_by=("rf_very_unwell", "no")),
    Case("R-GEN-3", {"rf_face_speech": "yes"}, not_by=("rf_face_speech", "no")),
    Case("R-GEN-4", {"nrs_now": 9}, not_by=("nrs_now", 1)),
    Case(
        "R-ACS-1",
        {"rf_chest_pain": "yes", "rf_chest_when": "now", "rf_sweaty": "yes", "rf_sick": "yes"},
        not_by=("rf_sick", "no"),
    ),
    Case(
        "R-ACS-2", {"on_when": "today", "rf_sweaty": "yes", "rf_sick": "yes", "age": 45}, not_by=("age", 39)
    ),
    Case("R-ACS-3", {"rf_chest_pain": "yes", "rf_sweaty": "yes"}, not_by=("rf_sweaty", "no")),
    Case("R-ACS-4", {"on_when": "today", "rf_sweaty": "yes", "rf_sick": "yes"}, not_by=("rf_sick", "no")),
    Case(
        "R-ACS-5",
        {"rf_exertional": "yes", "rf_chest_new": "yes", "rf_chest_pain": "yes"},
        not_by=("rf_chest_pain", "no"),
    ),
    Case("R-ACS-6", {"rf_chest_pain": "yes"}, not_by=("rf_chest_pain", "no")),
    Case(
        "R-ACS-7",
        {"on_when": "today", "pmh_heart_list": ["heart_attack_angina"], "rf_sweaty": "yes"},
        not_by=("rf_sweaty", "no"),
    ),
    Case(
        "R-AAS-1",
        {"rf_sudden_max": "yes", "on_when": "today", "rf_migrates": "yes"},
        not_by=("rf_migrates", "no"),
    ),
    Case(
        "R-AAS-2",
        {"rf_sudden_max": "yes", "rf_worst_ever": "yes", "on_when": "today", "age": 45},
        not_by=("age", 39),
    ),
    Case("R-AAS-3", {"rf_sudden_max": "yes", "on_when": "today", "age": 45}, not_by=("age", 39)),
    Case("R-AAS-4", {"rf_sudden_max": "yes"}, not_by=("rf_sudden_max", "no")),
    Case(
        "R-AAS-5",
        {"on_when": "today", "rf_tearing": "yes", "rf_migrates": "yes", "age": 45, "rf_sudden_max": "yes"},
        not_by=("rf_sudden_max", "no"),
    ),
    Case(
        "R-AAS-6",
        {"on_when": "today", "rf_tearing": "yes", "rf_sudden_max": "yes"},
        not_by=("rf_sudden_max", "no"),
    ),
    Case(
        "R-AAA-1",
        {"age": 62, "on_when": "today", "sites": ["b_low_r"], "rf_faint": "yes"},
        not_by=("rf_faint", "no"),
    ),
    Case(
        "R-AAA-2",
        {"on_when": "today", "pmh_heart_list": ["aneurysm_aorta"]},
        not_by=("pmh_heart_list", ["none"]),
    ),
    Case("R-AAA-3", {"rf_belly_pulse": "yes", "rf_belly_pain": "yes"}, not_by=("rf_belly_pain", "no")),
    Case(
        "R-AAA-4",
        {"age": 62, "on_when": "today", "sites": ["f_side_r"], "pq_words": ["waves"], "rf_sudden_max": "yes"},
        not_by=("rf_sudden_max", "no"),
    ),
    Case("R-AAA-5", {"pmh_heart_list": ["aneurysm_aorta"]}, not_by=("pmh_heart_list", ["none"])),
    Case("R-PE-1", {"rf_breathless_rest": "yes", "rf_breathless": "yes"}, not_by=("rf_breathless", "no")),
    Case("R-PE-2", {"rf_breathless": "yes", "rf_leg_swelling": "yes"}, not_by=("rf_leg_swelling", "no")),
    Case("R-PE-3", {"rf_cough_blood": "yes"}, not_by=("rf_cough_blood", "no")),
    Case("R-PE-4", {"rf_breathless": "yes"}, not_by=("rf_breathless", "no")),
    Case(
        "R-PE-5",
        {"rf_breathless": "yes", "rf_breathless_sudden": "yes"},
        not_by=("rf_breathless_sudden", "no"),
    ),
    Case(
        "R-PTX-1",
        {"rf_pleuritic": "yes", "rf_sudden_max": "yes", "on_when": "today"},
        not_by=("on_when", "y1_plus"),
    ),
    Case("R-CES-1", {"rf_ces_when": "h24", "rf_saddle_numb": "yes"}, not_by=("rf_saddle_numb", "no")),
    Case(
        "R-CES-2",
        {"rf_ces_when": "h24", "rf_pee_leak": "yes", "rf_both_legs_pain": "yes"},
        not_by=("rf_both_legs_pain", "no"),
    ),
    Case("R-CES-3", {"rf_ces_when": "h24", "rf_pee_leak": "yes"}, not_by=("rf_pee_leak", "no")),
    Case("R-CES-4", {"rf_both_legs_pain": "yes", "on_when": "today"}, not_by=("on_when", "y1_plus")),
    Case("R-CES-5", {"rf_both_legs_pain": "yes"}, not_by=("rf_both_legs_pain", "no")),
    Case(
        "R-NEU-1",
        {"rf_legs_weak": "yes", "rf_legs_which": "both", "rf_neuro_speed": "minutes"},
        not_by=("rf_neuro_speed", "months"),
    ),
    Case(
        "R-NEU-2",
        {"rf_numb_below": "yes", "rf_legs_weak": "yes", "rf_neuro_speed": "minutes"},
        not_by=("rf_neuro_speed", "months"),
    ),
    Case(
        "R-NEU-3", {"rf_legs_weak": "yes", "rf_neuro_speed": "minutes"}, not_by=("rf_neuro_speed", "months")
    ),
    Case(
        "R-NEU-4",
        {"rf_hands_clumsy": "yes", "rf_walk_unsteady": "yes", "rf_neuro_speed": "minutes"},
        not_by=("rf_neuro_speed", "months"),
    ),
    Case("R-NEU-5", {"rf_hands_clumsy": "yes", "rf_walk_unsteady": "yes"}, not_by=("rf_walk_unsteady", "no")),
    Case("R-NEU-6", {"rf_hands_clumsy": "yes"}, not_by=("rf_hands_clumsy", "no")),
    Case(
        "R-NEU-7",
        {"spine_proc_3m": "yes", "rf_legs_weak": "yes", "rf_neuro_speed": "minutes"},
        not_by=("rf_neuro_speed", "months"),
    ),
    Case(
        "R-NEU-8",
        {"rf_arm_weak": "yes", "rf_neuro_speed": "minutes"},
        not_by=("rf_neuro_speed", "hours_days"),
    ),
    Case(
        "R-HEM-1",
        {"med_blood_thinner": "yes", "rf_legs_weak": "yes", "rf_neuro_speed": "minutes"},
        not_by=("rf_neuro_speed", "weeks"),
    ),
    Case(
        "R-HEM-2",
        {"med_blood_thinner": "yes", "on_when": "today", "rf_faint": "yes"},
        not_by=("rf_faint", "no"),
    ),
    Case(
        "R-MSCC-1",
        {
            "pmh_cancer": "yes",
            "pmh_cancer_type": ["breast"],
            "rf_legs_weak": "yes",
            "rf_neuro_speed": "minutes",
        },
        not_by=("rf_neuro_speed", "months"),
    ),
    Case(
        "R-MSCC-2",
        {"pmh_cancer": "yes", "pmh_cancer_type": ["breast"], "pmh_cancer_when": "now"},
        not_by=("pmh_cancer_when", "over_5y"),
    ),
    Case("R-MSCC-3", {"pmh_cancer": "yes", "pmh_cancer_type": ["breast"]}, not_by=("pmh_cancer", "no")),
    Case("R-MAL-1", {"rf_weight_loss": "yes"}, not_by=("rf_weight_loss", "no")),
    Case("R-MAL-2", {"age": 62}, not_by=("age", 59)),
    Case("R-MAL-3", {"rf_night_pain": "yes"}, not_by=("rf_night_pain", "no")),
    Case(
        "R-MAL-4",
        {"age": 45, "soc_smoking": "current", "assoc": ["cough"], "rf_tired_new": "yes"},
        not_by=("rf_tired_new", "no"),
    ),
    Case("R-NS-1", {"age": 55, "on_when": "today", "ep_previous": "never"}, not_by=("ep_previous", "once")),
    Case(
        "R-INF-1",
        {"rf_fever": "yes", "rf_legs_weak": "yes", "rf_neuro_speed": "minutes"},
        not_by=("rf_neuro_speed", "months"),
    ),
    Case(
        "R-INF-2",
        {"rf_fever": "yes", "pmh_cancer": "yes", "pmh_cancer_type": ["breast"], "pmh_cancer_when": "now"},
        not_by=("pmh_cancer_when", "checks"),
    ),
    Case("R-INF-3", {"rf_fever": "yes"}, not_by=("rf_fever", "no")),
    Case("R-INF-4", {"soc_injected": "yes"}, not_by=("soc_injected", "no")),
    Case("R-INF-5", {"soc_injected": "yes", "rf_night_pain": "yes"}, not_by=("rf_night_pain", "no")),
    Case("R-INF-6", {"pmh_other_list": ["tb"], "rf_night_sweats": "yes"}, not_by=("rf_night_sweats", "no")),
    Case("R-INF-7", {"rf_fever": "yes", "soc_injected": "yes"}, not_by=("soc_injected", "no")),
    Case("R-INF-8", {"soc_injected": "yes", "rf_night_pain": "yes"}, not_by=("rf_night_pain", "no")),
    Case(
        "R-FX-1",
        {"rf_injury_major": "yes", "rf_injury_when": "h48", "rf_legs_weak": "yes"},
        not_by=("rf_legs_weak", "no"),
    ),
    Case(
        "R-FX-2",
        {"rf_injury_major": "yes", "rf_injury_when": "h48", "med_blood_thinner": "yes"},
        not_by=("med_blood_thinner", "no"),
    ),
    Case("R-FX-3", {"rf_injury_major": "yes", "rf_injury_when": "h48"}, not_by=("rf_injury_when", "d2_w6")),
    Case(
        "R-FX-4",
        {"age": 72, "med_steroid_3m": "yes", "pmh_bone_list": ["osteoporosis"], "on_when": "today"},
        not_by=("on_when", "y1_plus"),
    ),
    Case("R-FX-5", {"rf_injury_major": "yes"}, not_by=("rf_injury_major", "no")),
    Case("R-FX-6", {"med_steroid_3m": "yes"}, not_by=("med_steroid_3m", "no")),
    Case("R-FX-7", {"age": 72, "on_how": "sudden"}, not_by=("on_how", "gradual")),
    Case(
        "R-FX-8",
        {"rf_injury_major": "yes", "on_when": "today", "rf_faint": "yes", "rf_belly_pain": "yes"},
        not_by=("rf_belly_pain", "no"),
    ),
    Case("R-FX-9", {"rf_injury_major": "yes", "rf_injury_when": "h48", "age": 66}, not_by=("age", 64)),
    Case(
        "R-REN-1",
        {"sites": ["f_side_r"], "rf_fever": "yes", "pq_words": ["waves"]},
        not_by=("pq_words", ["other"]),
    ),
    Case(
        "R-REN-2",
        {"sites": ["f_side_r"], "pq_words": ["waves"], "on_when": "today", "pmh_other_list": ["one_kidney"]},
        not_by=("pmh_other_list", ["none"]),
    ),
    Case(
        "R-REN-3",
        {"sites": ["f_side_r"], "pq_words": ["waves"], "on_when": "today"},
        not_by=("on_when", "y1_plus"),
    ),
    Case("R-REN-4", {"sites": ["f_side_r"], "rf_pee_burn": "yes"}, not_by=("rf_pee_burn", "no")),
    Case("R-REN-5", {"rf_pee_blood": "yes", "sites": ["f_side_r"]}, not_by=("sites", ["f_head"])),
    Case("R-REN-6", {"rf_no_pee_12h": "yes", "rf_pee_start": "yes"}, not_by=("rf_pee_start", "no")),
    Case(
        "R-ABD-1",
        {"rf_belly_severe": "yes", "rf_sudden_max": "yes", "rf_belly_pain": "yes"},
        not_by=("rf_belly_pain", "no"),
    ),
    Case("R-ABD-2", {"rf_gi_bleed": "yes"}, not_by=("rf_gi_bleed", "no")),
    Case("R-ABD-3", {"rf_belly_severe": "yes", "rf_belly_pain": "yes"}, not_by=("rf_belly_pain", "no")),
    Case("R-ABD-4", {"rf_belly_pain": "yes", "rf_belly_food": "yes"}, not_by=("rf_belly_food", "no")),
    Case("R-ABD-5", {"rf_jaundice": "yes", "rf_fever": "yes"}, not_by=("rf_fever", "no")),
    Case("R-ABD-6", {"rf_vomit_keepdown": "yes", "rf_sick": "yes"}, not_by=("rf_sick", "no")),
    Case(
        "R-ABD-7",
        {"rf_vomit_keepdown": "yes", "med_steroid_3m": "yes", "rf_sick": "yes"},
        not_by=("rf_sick", "no"),
    ),
    Case(
        "R-SCD-1",
        {"pmh_other_list": ["sickle"], "on_when": "today", "rf_fever": "yes"},
        not_by=("rf_fever", "no"),
    ),
    Case("R-SCD-2", {"pmh_other_list": ["sickle"], "on_when": "today"}, not_by=("on_when", "y1_plus")),
    Case("R-SHI-1", {"rf_rash": "yes", "rf_rash_when": "h72"}, not_by=("rf_rash_when", "d3_7")),
    Case("R-SHI-2", {"rf_rash": "yes", "rf_rash_when": "d3_7"}, not_by=("rf_rash_when", "h72")),
    Case("R-SHI-3", {"rf_rash": "yes"}, not_by=("rf_rash", "no")),
    Case(
        "R-PRG-1",
        {
            "rf_pregnant": "yes",
            "rf_preg_weeks": "under_14",
            "rf_preg_one_side": "yes",
            "rf_faint": "yes",
            "sex_at_birth": "female",
        },
        not_by=("rf_faint", "no"),
    ),
    Case(
        "R-PRG-2",
        {"rf_pregnant": "yes", "rf_preg_bleed": "yes", "rf_preg_weeks": "w20_36", "sex_at_birth": "female"},
        not_by=("rf_preg_weeks", "under_14"),
    ),
    Case(
        "R-PRG-3",
        {
            "rf_postpartum": "yes",
            "rf_preg_head_vision": "yes",
            "rf_preg_rib_pain": "yes",
            "sex_at_birth": "female",
        },
        not_by=("rf_preg_rib_pain", "no"),
    ),
    Case(
        "R-PRG-4",
        {"rf_pregnant": "yes", "rf_preg_weeks": "w14_19", "rf_preg_waves": "yes", "sex_at_birth": "female"},
        not_by=("rf_preg_waves", "no"),
    ),
    Case(
        "R-PRG-5",
        {"rf_pregnant": "yes", "rf_preg_bleed": "yes", "sex_at_birth": "female"},
        not_by=("rf_pregnant", "no"),
    ),
    Case("R-PRG-6", {"rf_pregnant": "yes", "sex_at_birth": "female"}, not_by=("rf_pregnant", "no")),
    Case(
        "R-PRG-7",
        {"rf_pregnant": "yes", "rf_rigors": "yes", "sex_at_birth": "female", "rf_fever": "yes"},
        not_by=("rf_fever", "no"),
    ),
    Case(
        "R-PRG-8",
        {
            "rf_pregnant": "yes",
            "rf_preg_weeks": "under_14",
            "on_when": "today",
            "rf_preg_shoulder_tip": "yes",
            "sex_at_birth": "female",
        },
        not_by=("rf_preg_shoulder_tip", "no"),
    ),
    Case(
        "R-PRG-9",
        {"rf_pregnant": "yes", "rf_fever": "yes", "sex_at_birth": "female"},
        not_by=("rf_fever", "no"),
    ),
    Case("R-CHD-1", {"age": 9}, not_by=("age", 10)),
    Case("R-CHD-2", {"age": 12}, not_by=("age", 16)),
    Case(
        "R-SPA-1",
        {
            "on_when": "m3_12",
            "on_age": 9,
            "sites": ["b_low_r"],
            "ibp_night": "yes",
            "ibp_move": "yes",
            "ibp_buttock": "yes",
        },
        not_by=("ibp_buttock", "no"),
    ),
    Case(
        "R-SPA-2",
        {"on_when": "m3_12", "on_age": 9, "ibp_night": "yes", "ibp_move": "yes", "sites": ["b_low_r"]},
        not_by=("sites", ["f_head"]),
    ),
    Case(
        "R-MED-1",
        {"med_now": ["nsaid"], "pmh_other_list": ["ulcer_gi_bleed"]},
        not_by=("pmh_other_list", ["none"]),
    ),
    Case("R-MED-2", {"pmh_other_list": ["ulcer_gi_bleed"]}, not_by=("pmh_other_list", ["none"])),
    Case("R-MH-1", {"mood_unsafe_now": "yes"}, not_by=("mood_unsafe_now", "no")),
)
