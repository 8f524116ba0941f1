"""The health background that safety rules need."""

from intake.i18n import lazy as _
from intake.questionnaire.criteria import age, yes
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, OneOf, Option, YesNoUnsure

U_HEALTH = Page(
    "u_health",
    _("Your health"),
    questions=(
        YesNoUnsure(
            "pmh_cancer",
            _("Have you ever had cancer?"),
            group="cancer",
            label=_("cancer ever"),
            part="H",
        ),
        YesNoUnsure(
            "pmh_immune_low",
            _("Is your immune system weak, from illness or medicines?"),
            hint=_("Such as chemotherapy, HIV, a transplant or arthritis medicines."),
            group="infection",
            label=_("immunosuppressed"),
            part="H",
        ),
        YesNoUnsure(
            "med_steroid_3m",
            _("Have you taken steroid tablets (such as prednisolone) for 3 months or more?"),
            group="fracture",
            label=_("long-term oral steroid"),
            part="D",
        ),
        YesNoUnsure(
            "med_blood_thinner",
            _("Do you take a blood thinner, such as warfarin, apixaban or rivaroxaban?"),
            group="meds",
            label=_("anticoagulant"),
            part="D",
        ),
    ),
)

U_CANCER_MORE = Page(
    "u_cancer_more",
    _("About the cancer"),
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
                Option(
                    "blood_myeloma", _("Blood, myeloma or lymphoma"), noted=_("blood, myeloma or lymphoma")
                ),
                Option("bowel", _("Bowel")),
                Option("melanoma", _("Melanoma")),
                Option("skin_other", _("Other skin cancer only"), noted=_("non-melanoma skin only")),
                Option("other", _("Other")),
                Option("not_sure", _("Not sure"), noted=_("type not sure"), exclusive=True),
            ),
            required=True,
            part="H",
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
            required=True,
            noted=_("({})"),
            part="H",
        ),
        YesNoUnsure(
            "rf_lie_flat",
            _("Is the pain worse when you lie flat?"),
            group="cancer",
            label=_("worse lying flat"),
        ),
    ),
    asked_when=yes("pmh_cancer"),
)

H_HEART = Page(
    "h_heart",
    _("Heart and habits"),
    questions=(
        AnyOf(
            "pmh_heart_list",
            _("Have you ever had any of these heart or artery problems?"),
            hint=_("The last two: parents, brothers, sisters."),
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
                Option("stroke", _("Stroke"), noted=_("stroke")),
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
                ),
                Option(
                    "fh_aorta",
                    _("Family: aneurysm or torn aorta"),
                    noted=_("family history of aneurysm or dissection"),
                ),
            ),
            required=True,
            part="H",
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
            required=True,
            noted=_("Smoking: {}"),
            part="H",
        ),
        YesNoUnsure(
            "soc_injected",
            _("In the last year, have you injected drugs that were not prescribed?"),
            hint=_("We ask everyone."),
            asked_when=age >= 14,
            group="infection",
            label=_("injected drugs"),
            part="H",
        ),
    ),
    privacy=_("Only the clinic team sees this."),
)

H_OTHER = Page(
    "h_other",
    _("Other illnesses"),
    questions=(
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
                Option("ckd", _("Kidney disease"), noted=_("kidney disease")),
                Option("dialysis", _("Dialysis"), noted=_("dialysis")),
                Option("ulcer_gi_bleed", _("Stomach ulcer or bleed"), noted=_("peptic ulcer or GI bleed")),
                Option("sickle", _("Sickle cell disease"), noted=_("sickle cell disease")),
                Option("tb", _("TB, or contact with TB"), noted=_("TB or TB contact")),
                Option("not_sure", _("Not sure"), noted=_("not sure about other disease"), exclusive=True),
            ),
            required=True,
            part="H",
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
                Option("spine_surgery", _("Back or neck surgery"), noted=_("back or neck surgery")),
                Option("shoulder_injury", _("Shoulder injury"), noted=_("shoulder injury")),
                Option("muscle_tear", _("Torn muscle"), noted=_("previous muscle tear")),
                Option(
                    "not_sure", _("Not sure"), noted=_("not sure about bone or back disease"), exclusive=True
                ),
            ),
            required=True,
            part="H",
        ),
    ),
)


SECTION = Section(
    "health",
    _("Your health"),
    (
        U_HEALTH,
        U_CANCER_MORE,
        H_HEART,
        H_OTHER,
    ),
)
