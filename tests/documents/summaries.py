"""Summaries to render: the vignettes, and the worst a patient could send."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from intake.demo.vignettes import answers_of, vignette
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import AnyOf, OneOf, Question, YesNoUnsure
from intake.questionnaire.values import Value
from intake.red_flags import screen_with_texts
from intake.summary import Subject, Summary, write_summary
from intake.summary.record import Fact, Goal

CLINIC = timezone(timedelta(hours=1))
TODAY = date(2026, 6, 9)
SENT = datetime(2026, 6, 9, 19, 12, tzinfo=CLINIC)
PATIENT = Subject(
    name="Amara Lindqvist",
    number="999 000 0018",
    appointment_at=datetime(2026, 6, 11, 9, 40, tzinfo=CLINIC),
    with_whom="Dr R. Osei",
    reference="7KQ2MB",
)
NAMED = {"clinic_name": "Harbour Street Spine Clinic"}
UNBROKEN = "x9" * 2500
SCRIPTS = {
    "ar": "ألم في الظهر منذ ثلاثة أيام 10 mg",
    "he": "כאב גב חזק",
    "zh": "背痛三天左腿麻木",
    "ko": "허리가 아파요",
    "hi": "पीठ में दर्द",
    "th": "ปวดหลัง",
    "ru": "Боль в спине",
    "vi": "Đau lưng nhiều",
}
MARKUP = '<script>alert(1)</script> <img src="http://example.org/x"/> &amp; ]]> {{ 7*7 }} <a rel="attachment" href="file:///etc/passwd">'


def summary_of(vignette_id: str, answers: Mapping[str, Any] | None = None, **more: Any) -> Summary:
    """The summary of a vignette, sent the day before last, with some answers changed."""
    given = answers_of(vignette(vignette_id), TODAY)
    changed = {question: QUESTIONS[question].parse(value) for question, value in (answers or {}).items()}
    journey = Journey(given.merged(changed), TODAY)
    settings: dict[str, Any] = {"written_at": SENT, "sent_at": SENT, "clinic": NAMED, **more}
    return write_summary(journey, screen_with_texts(journey), PATIENT, **settings)


def hostile() -> Summary:
    """Every text as long, foreign, broken and malicious as can be."""
    long = "\n".join(
        [
            UNBROKEN,
            MARKUP,
            *SCRIPTS.values(),
            "e" + "\u0301" * 400,
            "\u202egnp.exe",
            "\x00\x07\ufffe",
            "\U0001f525" * 40,
        ]
    )
    calm = summary_of("V12")
    return replace(
        calm,
        name="\u202eنور Świętosława <b>O'Brien</b> " + "Very-long-name " * 12,
        patient_language="ar",
        problem=long,
        agenda=(MARKUP, SCRIPTS["ar"], UNBROKEN[:200]),
        goals=(Goal(SCRIPTS["ko"], 0), Goal(UNBROKEN[:200], 10), Goal(MARKUP, None)),
        medicines=(*calm.medicines, Fact("Other medicines, as typed", long)),
        ideas=(Fact("Thinks", SCRIPTS["he"]), Fact("Worried about", long[-900:]), Fact("Also", MARKUP)),
        hopes=(Fact("Hopes for", MARKUP),),
        background=(*calm.background, Fact("Surgery", "hip " * 300)),
        other=(Fact("Asked since", SCRIPTS["vi"]),),
        needs=("INTERPRETER", "Language " + SCRIPTS["zh"]),
    )


def unsure_of_everything() -> Summary:
    """A patient who marks one place and is not sure of anything else that may be answered so."""
    answers = Answers()
    for page in PAGES.values():
        for question in Journey(answers, TODAY).asked(page):
            answers = answers.merged({question.id: _unsure(question)})
    journey = Journey(answers, TODAY)
    moments = {"written_at": SENT, "sent_at": SENT}
    return write_summary(journey, screen_with_texts(journey), PATIENT, clinic=NAMED, **moments)


def _unsure(question: Question) -> Value | None:
    said = {"mc_main": "My back hurts", "sites": ["b_low_l"], "site_main": "b_low_l", "dob": "1990-05-02"}
    if question.id in said:
        return question.parse(said[question.id])
    if isinstance(question, YesNoUnsure | OneOf):
        ids = [option.id for option in question.options]
        return "not_sure" if "not_sure" in ids else ids[0]
    if isinstance(question, AnyOf) and "not_sure" in [option.id for option in question.options]:
        return ("not_sure",)
    return None


def nobody() -> Summary:
    """A form in which nothing has been answered."""
    journey = Journey(Answers(), TODAY)
    return write_summary(journey, screen_with_texts(journey), PATIENT, written_at=SENT, sent_at=None)


def whole() -> Summary:
    """A patient who answered everything, on every page, at ordinary length."""
    return summary_of(
        "V12",
        {
            "agenda": ["To know why my legs feel heavy", "A note for work", "Something to help me sleep"],
            "course": "worse",
            "act_limits": ["dressing", "sleep", "walking"],
            "act_rate": [
                {"text": "Walk my dog round the park", "rating": 2},
                {"text": "Sit at my desk", "rating": 5},
            ],
            "work_status": "work",
            "work_affected": "adjusted",
            "sleep": "bad",
            "hope": "other",
            "hope__other": "A plan",
            "tx_tried": ["tx_heat_cold", "tx_rest", "tx_physio", "tx_manual", "other"],
            "tx_tried__other": "Cupping",
            "tx_effect": {
                "med_now:paracetamol": "no_change",
                "tx_tried:tx_physio": "helped",
                "tx_tried:tx_heat_cold": "helped",
                "tx_tried:tx_rest": "worse",
                "tx_tried:other": "not_sure",
            },
            "img_had": ["xray"],
            "img_text": "In March at the county hospital. They said it was wear and tear.",
            "med_now": ["paracetamol", "nsaid", "other"],
            "med_now__other": "A statin",
            "med_list": "Letrozole 2.5 mg once a day\nAmlodipine 5 mg in the morning\nVitamin D",
            "allergy_any": "yes",
            "allergy_class": ["penicillin"],
            "allergy_text": "A rash all over, years ago",
            "surgery_list": "Lumpectomy 2023, caesarean 1989",
            "ice_idea": "I wonder if it has to do with the cancer",
            "ice_concern": "That I will not be able to walk",
            "ask_clinician": ["Is it in my spine?", "Can I drive?"],
            "mood_brief": "lot",
            "comm_needs": ["hearing"],
        },
    )
