"""Health that changes what an ache can mean: pregnancy, cancer, immunity, earlier illnesses."""

from intake.i18n import lazy as _
from intake.questionnaire.conditions import ASK_LATE_PREGNANCY, MAY_BE_PREGNANT
from intake.questionnaire.criteria import age, chosen, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, Gate, Note, OneOf, Option, YesNoUnsure, YesNoUnsureOrNotMine

U_HEALTH = Page(
    "u_health",
    _("Your health"),
    questions=(
        YesNoUnsure(
            "rf_fever",
            _("In the last 7 days, have you been hot or shivery, or had a fever?"),
            hint=_("A fever is 38 C (100.4 F) or more."),
            group="infection",
            label=_("fever"),
        ),
        YesNoUnsureOrNotMine(
            "rf_pregnant",
            _("Are you pregnant, or could you be?"),
            asked_when=MAY_BE_PREGNANT,
            group="preg",
            label=_("pregnant"),
        ),
        YesNoUnsureOrNotMine(
            "rf_postpartum",
            _("Have you had a baby in the last 6 weeks?"),
            asked_when=MAY_BE_PREGNANT,
            group="preg",
            label=_("within 6 weeks of birth"),
        ),
        YesNoUnsure("pmh_cancer", _("Have you ever had cancer?"), group="cancer", label=_("cancer ever")),
        YesNoUnsure(
            "med_blood_thinner",
            _("Do you take a blood thinner?"),
            hint=_("Such as warfarin, apixaban or rivaroxaban."),
            group="meds",
            note=Note.MEDICINES,
            label=_("Anticoagulant"),
        ),
        Gate(
            "any_risk",
            _("Does any of these apply to you?"),
            items=("pmh_immune_low", "med_steroid_4w", "soc_injected"),
            names=(
                _(
                    "A weak immune system, from illness or medicines. Chemotherapy, HIV or a transplant can do this, and some arthritis medicines."
                ),
                _("Steroid tablets, such as prednisolone, for 4 weeks or more in the last year"),
                _("Drugs that were not prescribed, injected in the last year (we ask everyone)"),
            ),
            group="infection",
            label=_("any of: immunosuppressed, oral steroid 4 weeks or more, injected drugs"),
        ),
    ),
    privacy=_("Only the clinic team sees this."),
)

U_PREGNANT_WEEKS = Page(
    "u_pregnant_weeks",
    _("About the pregnancy"),
    questions=(
        OneOf(
            "rf_preg_weeks",
            _("How many weeks pregnant are you?"),
            options=(
                Option("under_14", _("Less than 14 weeks"), noted=_("under 14 weeks")),
                Option("w14_19", _("14 to 19 weeks")),
                Option("w20_36", _("20 to 36 weeks")),
                Option("w37_plus", _("37 weeks or more")),
                Option("not_sure", _("Not sure"), noted=_("weeks not sure")),
            ),
            asked_when=yes("rf_pregnant"),
            group="preg",
            label=_("weeks"),
            required=True,
        ),
        YesNoUnsure(
            "rf_preg_bleed",
            _("Have you had any bleeding or leaking of fluid from your vagina?"),
            asked_when=yes("rf_pregnant"),
            group="preg",
            label=_("bleeding/fluid"),
        ),
    ),
    asked_when=yes("rf_pregnant"),
)

U_PREGNANT_EARLY = Page(
    "u_pregnant_early",
    _("Early pregnancy"),
    questions=(
        YesNoUnsure(
            "rf_preg_one_side",
            _("Do you have low belly pain on one side?"),
            asked_when=yes("rf_pregnant") & chosen("rf_preg_weeks", "under_14", "not_sure"),
            group="preg",
            label=_("one-sided low belly pain"),
        ),
        YesNoUnsure(
            "rf_preg_shoulder_tip",
            _("Do you have pain at the very tip of your shoulder, where it meets your arm?"),
            asked_when=yes("rf_pregnant") & chosen("rf_preg_weeks", "under_14", "not_sure"),
            group="preg",
            label=_("shoulder-tip pain"),
        ),
    ),
    asked_when=yes("rf_pregnant") & chosen("rf_preg_weeks", "under_14", "not_sure"),
)

U_PREGNANT_LATE = Page(
    "u_pregnant_late",
    _("Pregnancy and after birth"),
    questions=(
        YesNoUnsure(
            "rf_preg_head_vision",
            _("Do you have a bad headache, trouble seeing, or sudden swelling of your face or hands?"),
            hint=_("Say yes if any one of these is new."),
            asked_when=yes("rf_postpartum") | ASK_LATE_PREGNANCY,
            group="preg",
            label=_("headache/vision/swelling"),
        ),
        YesNoUnsure(
            "rf_preg_rib_pain",
            _("Do you have strong pain just under your ribs?"),
            asked_when=yes("rf_postpartum") | ASK_LATE_PREGNANCY,
            group="preg",
            label=_("pain under ribs"),
        ),
        YesNoUnsure(
            "rf_preg_waves",
            _("Does the pain come and go in regular waves, like tightenings?"),
            asked_when=yes("rf_pregnant"),
            group="preg",
            label=_("regular tightenings"),
        ),
        YesNoUnsure(
            "rf_preg_movement",
            _("Is your baby moving less than usual?"),
            asked_when=ASK_LATE_PREGNANCY,
            group="preg",
            label=_("reduced movements"),
        ),
    ),
    asked_when=yes("rf_pregnant") | yes("rf_postpartum"),
)

U_CANCER_MORE = Page(
    "u_cancer_more",
    _("About this illness"),
    questions=(
        AnyOf(
            "pmh_cancer_type",
            _("Which kind?"),
            options=(
                Option("breast", _("Breast")),
                Option("prostate", _("Prostate")),
                Option("lung", _("Lung")),
                Option("kidney", _("Kidney")),
                Option("thyroid", _("Thyroid")),
                Option("blood_myeloma", _("Blood, myeloma or lymphoma")),
                Option("bowel", _("Bowel")),
                Option("melanoma", _("Melanoma")),
                Option("skin_other", _("Other skin cancer only"), noted=_("non-melanoma skin only")),
                Option("other", _("Other")),
                Option("not_sure", _("Not sure"), noted=_("type not sure"), exclusive=True),
            ),
            asked_when=yes("pmh_cancer"),
            note=Note.BACKGROUND,
            label=_("cancer"),
            required=True,
        ),
        OneOf(
            "pmh_cancer_when",
            _("When was your last treatment?"),
            options=(
                Option("now", _("Having treatment now"), noted=_("on treatment now")),
                Option("checks", _("Only check-ups now"), noted=_("check-ups only")),
                Option("within_5y", _("In the last 5 years"), noted=_("treated within 5 years")),
                Option(
                    "over_5y",
                    _("More than 5 years ago, and no check-ups now"),
                    noted=_("treated over 5 years ago, no check-ups"),
                ),
                Option("not_sure", _("Not sure"), noted=_("timing not sure")),
            ),
            asked_when=yes("pmh_cancer"),
            note=Note.BACKGROUND,
            label=_("last cancer treatment"),
            required=True,
        ),
        YesNoUnsure(
            "rf_lie_flat",
            _("Is the pain worse when you lie flat?"),
            asked_when=yes("pmh_cancer"),
            group="cancer",
            label=_("worse lying flat"),
        ),
        YesNoUnsure(
            "rf_strain",
            _("Is the pain worse when you cough, sneeze or strain?"),
            asked_when=yes("pmh_cancer"),
            group="cancer",
            label=_("worse on straining"),
        ),
    ),
    asked_when=yes("pmh_cancer"),
)

U_RISK_MORE = Page(
    "u_risk_more",
    _("More about your health"),
    questions=(
        YesNoUnsure(
            "pmh_immune_low",
            _("Is your immune system weak, from illness or medicines?"),
            hint=_("Chemotherapy, HIV or a transplant can do this. So can some arthritis medicines."),
            asked_when=yes("any_risk"),
            group="infection",
            label=_("low immunity"),
        ),
        Gate(
            "med_steroid_4w",
            _("In the last year, have you taken steroid tablets for 4 weeks or more?"),
            hint=_("Such as prednisolone. Also if you stopped."),
            items=("med_steroid_3m",),
            asked_when=yes("any_risk"),
            group="infection",
            note=Note.MEDICINES,
            label=_("Oral steroid 4 weeks or more in the last year"),
        ),
        YesNoUnsure(
            "soc_injected",
            _("In the last year, have you injected drugs that were not prescribed?"),
            hint=_("We ask everyone."),
            asked_when=(age >= 14) & yes("any_risk"),
            group="infection",
            label=_("injected drugs"),
        ),
    ),
    privacy=_("Only the clinic team sees this."),
    private=True,
    asked_when=yes("any_risk"),
)

H_LISTS = Page(
    "h_lists",
    _("Other illnesses"),
    questions=(
        AnyOf(
            "pmh_heart_list",
            _("Have you ever had any of these heart or artery problems?"),
            hint=_("The two marked Family: parents, brothers and sisters."),
            options=(
                Option("none", _("None"), exclusive=True),
                Option("heart_attack_angina", _("Heart attack or angina"), noted=_("MI or angina")),
                Option("heart_failure", _("Heart failure")),
                Option("high_bp", _("High blood pressure"), noted=_("hypertension")),
                Option("high_cholesterol", _("High cholesterol"), noted=_("hypercholesterolaemia")),
                Option("aneurysm_aorta", _("Aneurysm (bulging artery)"), noted=_("aneurysm")),
                Option(
                    "aortic_valve",
                    _("Aortic valve problem, or heart surgery"),
                    noted=_("aortic valve disease or heart surgery"),
                ),
                Option("connective_tissue", _("Marfan syndrome or similar")),
                Option("blood_clot", _("Clot in leg or lung"), noted=_("previous DVT or PE")),
                Option("stroke", _("Stroke")),
                Option(
                    "not_sure",
                    _("Not sure"),
                    noted=_("not sure about heart or artery disease"),
                    exclusive=True,
                ),
                Option(
                    "fh_heart_early",
                    _("Family: heart attack before 60"),
                    noted=_("family history of MI before 60"),
                    beside=True,
                ),
                Option(
                    "fh_aorta",
                    _("Family: aneurysm or torn aorta"),
                    noted=_("family history of aneurysm or dissection"),
                    beside=True,
                ),
            ),
            lasting=True,
            note=Note.BACKGROUND,
            label=_("heart or artery disease"),
            required=True,
        ),
        AnyOf(
            "pmh_other_list",
            _("Any of these health problems, ever?"),
            options=(
                Option("none", _("None"), exclusive=True),
                Option("diabetes", _("Diabetes")),
                Option(
                    "asthma_nsaid", _("Asthma made worse by ibuprofen"), noted=_("NSAID-sensitive asthma")
                ),
                Option(
                    "lung_disease",
                    _("Lung disease or collapsed lung"),
                    noted=_("lung disease or pneumothorax"),
                ),
                Option("kidney_stones", _("Kidney stones"), noted=_("renal stones")),
                Option(
                    "one_kidney", _("One kidney, or a transplant"), noted=_("single or transplanted kidney")
                ),
                Option("ckd", _("Kidney disease")),
                Option("dialysis", _("Dialysis")),
                Option("ulcer_gi_bleed", _("Stomach ulcer or bleed"), noted=_("peptic ulcer or GI bleed")),
                Option("sickle", _("Sickle cell disease")),
                Option("tb", _("TB, or contact with TB"), noted=_("TB or TB contact")),
                Option("not_sure", _("Not sure"), noted=_("not sure about other disease"), exclusive=True),
            ),
            lasting=True,
            note=Note.BACKGROUND,
            label=_("other listed illness"),
            required=True,
        ),
        AnyOf(
            "pmh_bone_list",
            _("Any of these bone or back problems, ever?"),
            options=(
                Option("none", _("None"), exclusive=True),
                Option("osteoporosis", _("Thin bones (osteoporosis)"), noted=_("osteoporosis")),
                Option("fragility_fx", _("Broke a bone in a small fall"), noted=_("fragility fracture")),
                Option("kyphosis_scoliosis", _("Curved spine"), noted=_("spinal curvature")),
                Option("disc", _("Slipped disc"), noted=_("previous disc prolapse")),
                Option("stenosis", _("Narrow spinal canal"), noted=_("spinal stenosis")),
                Option("spine_fx", _("Broken spine bone"), noted=_("previous spinal fracture")),
                Option("spine_surgery", _("Back or neck surgery")),
                Option("ank_spond", _("Arthritis of the spine (ankylosing spondylitis)")),
                Option("shoulder_injury", _("Shoulder injury")),
                Option("muscle_tear", _("Torn muscle"), noted=_("previous muscle tear")),
                Option(
                    "not_sure", _("Not sure"), noted=_("not sure about bone or back disease"), exclusive=True
                ),
            ),
            lasting=True,
            note=Note.BACKGROUND,
            label=_("bone or back disease"),
            required=True,
        ),
        OneOf(
            "soc_smoking",
            _("Do you smoke?"),
            options=(
                Option("current", _("Yes"), noted=_("current smoker")),
                Option("ex", _("I used to"), noted=_("ex-smoker")),
                Option("never", _("Never"), noted=_("never smoked")),
                Option("vape", _("I vape only"), noted=_("vapes only")),
            ),
            asked_when=age >= 12,
            note=Note.BACKGROUND,
            label=_("smoking"),
            noted=_("Smoking: {}"),
            required=True,
        ),
    ),
)

SECTION = Section(
    "health",
    _("Your health"),
    (
        U_HEALTH,
        U_PREGNANT_WEEKS,
        U_PREGNANT_EARLY,
        U_PREGNANT_LATE,
        U_CANCER_MORE,
        U_RISK_MORE,
        H_LISTS,
    ),
)
