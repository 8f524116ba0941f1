"""For every contradiction: answers that make it true, and some that do not. What is not named is plain."""

from typing import Any

# By id: (examples that hold, examples that do not). "age" stands for the date of birth.
EXAMPLES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "c_child_alone": (
        [{"age": 5}, {"age": 11}],
        [{"age": 12}, {"age": 5, "who_completing": "family"}],
    ),
    "c_saddle": (
        [{"sites": ["f_saddle"]}],
        [{"sites": ["f_saddle"], "rf_saddle_numb": "yes"}, {"sites": ["b_low_l"]}],
    ),
    "c_chest": (
        [{"sites": ["f_chest_l"]}],
        [{"sites": ["f_chest_l"], "rf_chest_pain": "yes"}, {"sites": ["f_ribs_l"]}],
    ),
    "c_both_legs": (
        [{"sites": ["b_calf_l", "b_thigh_r"]}],
        [{"sites": ["b_calf_l"]}, {"sites": ["b_calf_l", "b_calf_r"], "rf_both_legs_pain": "yes"}],
    ),
    "c_belly": ([{"sites": ["f_abdo_lower"]}], [{"sites": ["b_low_l"]}]),
    "c_arm": (
        [{"sites": ["b_interscap_l", "f_arm_upper_l"], "on_when": "today"}],
        [
            {"sites": ["b_interscap_l", "f_arm_upper_l"], "on_when": "m3_12"},
            {"sites": ["f_arm_upper_l"], "on_when": "today"},
        ],
    ),
    "c_fall": (
        [{"on_trigger": ["fall"]}],
        [{"on_trigger": ["fall"], "any_injury": "yes"}, {"on_trigger": ["lift"]}],
    ),
    "c_needle": (
        [{"on_trigger": ["needle"], "on_when": "d1_3", "rf_pleuritic": "yes"}],
        [
            {"on_trigger": ["needle"], "on_when": "m3_12"},
            {"on_trigger": ["needle"], "on_when": "d1_3", "needle_2w": "yes"},
        ],
    ),
    "c_illness": (
        [{"on_trigger": ["illness"], "on_when": "d4_14"}],
        [{"on_trigger": ["illness"], "on_when": "y1_plus"}],
    ),
    "c_birth": (
        [{"on_trigger": ["birth"], "on_when": "w2_6", "age": 30}],
        [{"on_trigger": ["birth"], "on_when": "w2_6", "age": 30, "rf_postpartum": "yes"}],
    ),
    "c_numb": (
        [{"pq_words": ["numb"], "sites": ["b_low_l"]}],
        [{"pq_words": ["numb"], "sites": ["b_neck_l"]}],
    ),
    "c_effort": ([{"agg": ["effort"], "sites": ["b_upper_l"]}], [{"agg": ["sitting"]}]),
    "c_deep_breath": ([{"agg": ["breath"]}], [{"agg": ["breath"], "rf_pleuritic": "yes"}]),
    "c_strain": ([{"agg": ["cough_strain"], "pmh_cancer": "yes"}], [{"agg": ["cough_strain"]}]),
    "c_food": ([{"agg": ["eating"], "rf_belly_pain": "yes"}], [{"agg": ["eating"]}]),
    "c_head": (
        [{"assoc": ["headache"], "sites": ["b_neck_l"]}],
        [{"assoc": ["headache"], "sites": ["b_neck_l"], "any_head": "yes"}],
    ),
    "c_jaw_age": ([{"age": 72, "sites": ["f_jaw"]}], [{"age": 30, "sites": ["f_jaw"]}]),
    "c_sudden": (
        [{"on_how": "gradual", "rf_sudden_max": "yes"}],
        [{"on_how": "sudden", "rf_sudden_max": "yes"}],
    ),
    "c_constancy": ([{"pat_constancy": "brief", "rf_constant_worse": "yes"}], [{"pat_constancy": "brief"}]),
    "c_course": (
        [{"course": "better", "rf_constant_worse": "yes"}],
        [{"course": "worse", "rf_constant_worse": "yes"}],
    ),
    "c_sleep": ([{"sleep": "fine", "rf_night_pain": "yes"}], [{"sleep": "bad", "rf_night_pain": "yes"}]),
    "c_first": (
        [{"ep_previous": "never", "on_when": "y1_plus", "on_age": 30, "age": 45}],
        [{"ep_previous": "never", "on_when": "today"}],
    ),
    "c_gate_items": ([{"any_rare": "yes"}], [{"any_rare": "yes", "rf_rash": "yes"}]),
    "c_head_items": ([{"any_head": "yes", "sites": ["b_neck_l"]}], [{"any_head": "yes", "rf_spots": "yes"}]),
    "c_male_pregnant": (
        [{"sex_at_birth": "male", "on_trigger": ["birth"]}],
        [{"sex_at_birth": "female", "on_trigger": ["birth"]}],
    ),
    "c_stand_walk": (
        [{"walk_limit": "over30", "rf_cannot_stand": "yes", "sites": ["b_low_l"]}],
        [{"walk_limit": "under10", "rf_cannot_stand": "yes"}],
    ),
    "c_now_worst": ([{"nrs_now": 8, "nrs_worst": 3}], [{"nrs_now": 3, "nrs_worst": 8}]),
    "c_avg_worst": ([{"nrs_avg": 7, "nrs_worst": 5}], [{"nrs_avg": 4, "nrs_worst": 5}]),
    "c_onset_age": (
        [{"on_when": "y1_plus", "on_age": 60, "age": 41}],
        [{"on_when": "y1_plus", "on_age": 30, "age": 41}],
    ),
    "c_severe_flare": ([{"nrs_now": 10, "on_when": "today"}], [{"nrs_now": 5, "on_when": "today"}]),
    "c_thinner_clot": (
        [{"pmh_heart_list": ["blood_clot"], "rf_leg_swelling": "yes", "sites": ["b_calf_l"]}],
        [{"pmh_heart_list": ["blood_clot"]}],
    ),
    "c_nsaid_allergy": (
        [{"med_now": ["nsaid"], "allergy_any": "yes", "allergy_class": ["nsaid"]}],
        [{"med_now": ["nsaid"]}],
    ),
    "c_treatment_done": (
        [{"pmh_cancer": "yes", "pmh_cancer_when": "now"}],
        [{"pmh_cancer": "yes", "pmh_cancer_when": "over_5y"}],
    ),
    "c_typed_thinner": (
        [{"med_list": "apixaban 5 mg twice a day"}, {"mc_main": "I am on Warfarin"}],
        [{"med_list": "ibuprofen"}, {"med_list": "apixaban", "med_blood_thinner": "yes"}],
    ),
    "c_typed_steroid": (
        [{"med_list": "Prednisolone 5mg"}],
        [{"med_list": "paracetamol"}, {"med_list": "prednisolone", "med_steroid_4w": "yes"}],
    ),
    "c_typed_immune": ([{"med_list": "methotrexate 15 mg weekly"}], [{"med_list": "omeprazole"}]),
    "c_typed_oestrogen": (
        [{"med_list": "Microgynon", "rf_pleuritic": "yes"}],
        [{"med_list": "Microgynon", "rf_pleuritic": "yes", "med_oestrogen": "yes"}],
    ),
    "c_typed_cancer": (
        [{"anything_else": "had breast cancer in 2015"}],
        [{"anything_else": "my father had cancer"}],
    ),
    "c_typed_pregnant": (
        [{"mc_main": "I think I am pregnant", "age": 30}],
        [{"mc_main": "my sister is pregnant", "age": 30}],
    ),
}
