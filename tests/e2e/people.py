"""Five made-up people who come with back pain, from an ache at the desk to what cannot wait."""

from intake.demo.vignettes import Vignette

DESK = Vignette(
    "desk_ache",
    "An ache after work at 41",
    41,
    {
        "mc_main": "Ache between my shoulders after a day at the screen",
        "hope": "move",
        "sites": ["b_interscap_l", "b_interscap_r"],
        "site_main": "b_interscap_l",
        "on_trigger": ["desk"],
        "pq_words": ["dull_ache", "stiff"],
        "med_now": ["paracetamol"],
        "sleep": "fine",
    },
    urgency=None,
    fires=(),
)
FALL = Vignette(
    "fall_at_78",
    "A small fall at 78, and not sure of much",
    78,
    {
        "mc_main": "I slipped in the kitchen and since then my back hurts",
        "sites": ["b_spine_low"],
        "on_when": "d4_14",
        "on_how": "sudden",
        "on_trigger": ["fall"],
        "any_injury": "yes",
        "rf_injury_minor": "yes",
        "rf_height_loss": "not_sure",
        "rf_night_pain": "not_sure",
        "rf_fever": "not_sure",
        "rf_walk_unsteady": "not_sure",
        "rf_neuro_speed": "not_sure",
        "rf_pee_start": "not_sure",
        "rf_ces_when": "not_sure",
        "any_risk": "not_sure",
        "pmh_bone_list": ["not_sure"],
        "med_now": ["not_sure"],
        "med_list": "The small white one in the morning, ½ in the evening",
    },
    urgency="SAME_DAY",
    fires=(
        *("R-CES-1?", "R-CES-5?", "R-INF-1?", "R-INF-3?", "R-INF-9?"),
        *("R-FX-4?", "R-FX-5", "R-FX-7", "R-FX-11?"),
    ),
)
SWEAT = Vignette(
    "sweat_at_52",
    "Left shoulder-blade pain and sweat at 52",
    52,
    {
        "sex_at_birth": "male",
        "mc_main": "Pain by my left shoulder blade since this morning, I am clammy",
        "sites": ["b_scapula_l", "b_interscap_l"],
        "site_main": "b_scapula_l",
        "on_when": "today",
        "rf_sweaty": "yes",
        "rf_arm_jaw": "yes",
        "soc_smoking": "current",
        "nrs_now": 7,
        "nrs_worst": 8,
    },
    urgency="EMERGENCY",
    fires=("R-ACS-2", "R-ACS-4"),
)
SCIATICA = Vignette(
    "sciatica_at_34",
    "Sciatica at 34, not sure about numbness",
    34,
    {
        "mc_main": "Pain from my back down to the right foot",
        "sites": ["b_low_r", "b_buttock_r", "b_calf_r"],
        "site_main": "b_calf_r",
        "on_when": "w2_6",
        "pq_words": ["shooting", "pins"],
        "rf_saddle_numb": "not_sure",
        "rf_ces_when": "d14",
        "med_now": ["nsaid"],
    },
    urgency="SAME_DAY",
    fires=("R-CES-1?", "R-CES-5?"),
)
PREGNANT = Vignette(
    "pregnant_30_weeks",
    "Low back pain at 30 weeks",
    31,
    {
        "mc_main": "My lower back aches when I turn in bed. I am 30 weeks pregnant",
        "sites": ["b_low_l", "b_low_r"],
        "site_main": "b_low_l",
        "rf_pregnant": "yes",
        "rf_preg_weeks": "w20_36",
        "pq_words": ["dull_ache"],
    },
    urgency="NOTE",
    fires=("R-PRG-6", "R-MED-2"),
)
PEOPLE = (DESK, FALL, SWEAT, SCIATICA, PREGNANT)
