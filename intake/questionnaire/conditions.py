"""Named conditions that open questions and pages.

Safety: "not sure" opens a question just as "yes" does, and only earlier pages are looked at.
"""

from intake.questionnaire.criteria import age, chosen, not_chosen, pain_in, yes

# Pain for more than three months.
OVER_3_MONTHS = chosen("on_when", "m3_12", "y1_plus")
# Pain below the waist: opens the private questions early.
BELOW_WAIST = pain_in("LOW_BACK", "BUTTOCK", "LEG", "SADDLE", "GROIN")
# Pain in the upper body, or a symptom that goes with it: opens the heart questions.
ASK_UPPER_BODY = (
    pain_in("NECK", "UPPER_BACK", "MID_BACK", "CHEST", "ARM", "JAW", "ABDO_UPPER")
    | yes("rf_chest_pain")
    | yes("rf_sweaty")
    | yes("rf_sick")
    | yes("rf_tired_new")
    | yes("rf_breathless")
    | yes("rf_faint")
)
# A chest or breathing symptom, or a faint: opens the clot questions.
ASK_CLOT = (
    yes("rf_breathless")
    | yes("rf_pleuritic")
    | yes("rf_cough_blood")
    | yes("rf_chest_pain")
    | yes("rf_faint")
)
# Any saddle, bladder or bowel change: asks when it began.
ASK_CAUDA_EQUINA = (
    yes("rf_saddle_numb")
    | yes("rf_pee_start")
    | yes("rf_pee_feel")
    | yes("rf_pee_leak")
    | yes("rf_bowel_control")
)
# Any weakness, numbness or clumsiness: asks how fast, and more.
ASK_NERVES = (
    yes("rf_arm_weak")
    | yes("rf_legs_weak")
    | yes("rf_walk_unsteady")
    | yes("rf_hands_clumsy")
    | yes("rf_numb_below")
)
# Fever, or night or progressive pain: opens the infection questions.
ASK_INFECTION = yes("rf_fever") | yes("rf_night_pain") | yes("rf_constant_worse")
# Closed only by a recorded sex of male and by age.
MAY_BE_PREGNANT = (age >= 11) & (age <= 55) & not_chosen("sex_at_birth", "male")
# From 20 weeks, or not sure how many.
ASK_LATE_PREGNANCY = yes("rf_pregnant") & chosen("rf_preg_weeks", "w20_36", "w37_plus", "not_sure")
# A feature of inflammatory back pain, or not sure of one (NICE NG65).
ASK_INFLAMMATORY = yes("any_stiff")
