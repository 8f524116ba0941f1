"""The summary: answers and screening become what the clinician reads in a minute. Pure, frozen when sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from intake import __version__
from intake.i18n import current_language, fill, format_moment, gettext, lower_first, speaking
from intake.questionnaire import QUESTIONS, SECTIONS, VERSION
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import FreeText, Gate, Note, Question, Ranked
from intake.questionnaire.values import Value
from intake.red_flags import RULES_VERSION, SAFETY_VERSION, Screening, rule
from intake.red_flags.advice import CARDS
from intake.red_flags.groups import GROUPS
from intake.red_flags.patterns import HEADING, PATTERNS, Pattern
from intake.red_flags.sources import key_to
from intake.summary import history
from intake.summary.amending import Amended, Corrected, amendment
from intake.summary.phrases import label, own_words, phrase, word
from intake.summary.record import Fact, RecordRow, Said, Summary
from intake.summary.safety import write_safety

__all__ = [
    "Amended",
    "AnswerChange",
    "Corrected",
    "Retraction",
    "Subject",
    "Summary",
    "Told",
    "write_summary",
]


@dataclass(frozen=True)
class Subject:
    """Who the form is about, as the clinic knows them."""

    name: str
    date_of_birth: date | None = None
    number: str = ""
    phone: str = ""
    appointment_at: datetime | None = None
    with_whom: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Told:
    """An advice card the patient was shown, and what they chose.

    `choice` is "getting_help", "already_seen", "mistake", "continue", "understood" or None while unanswered.
    `is_open` and `has_phone` say in which of its wordings the card was shown.
    """

    at: datetime
    card: str
    choice: str | None = None
    where: str = ""
    is_open: bool = True
    has_phone: bool = True


@dataclass(frozen=True)
class AnswerChange:
    """One answer before and after; None is blank."""

    question: str
    old: Value | None
    new: Value | None


@dataclass(frozen=True)
class Retraction:
    """A finding that stopped firing because an answer was changed."""

    rule: str
    urgency: str
    changes: tuple[AnswerChange, ...]
    raised_at: datetime
    withdrawn_at: datetime


def write_summary(
    journey: Journey,
    screening: Screening,
    subject: Subject,
    *,
    written_at: datetime,
    sent_at: datetime | None,
    patient_language: str = "en",
    clinic: Mapping[str, str] = MappingProxyType({}),
    left_for_help: bool = False,
    could_not_go_on: bool = False,
    told: Sequence[Told] = (),
    withdrawn: Sequence[Retraction] = (),
    amended: Amended | None = None,
    corrected: Sequence[Corrected] = (),
    profile: str = "rules",
    show_patterns: bool = True,
) -> Summary:
    """The record for these answers, in the language being spoken (`i18n.speaking`).

    `screening` holds what the free text raises too (`red_flags.screen_with_texts`).

    Moments are aware and already in the clinic's zone. `clinic` fills the placeholders of the texts.
    `profile` is "rules" or "transcribe".
    """
    born = subject.date_of_birth
    safety = write_safety(
        journey,
        screening,
        told=[_told(event, clinic) for event in told],
        withdrawn=[_withdrawn(retraction) for retraction in withdrawn],
        profile=profile,
    )
    patterns = PATTERNS if show_patterns and profile == "rules" else ()
    agenda, no_phone = journey.facts.value("agenda"), history.has_no_phone(journey)
    return Summary(
        language=current_language(),
        patient_language=patient_language,
        questionnaire_version=VERSION,
        rules_version=RULES_VERSION,
        safety_version=SAFETY_VERSION,
        software=__version__,
        name=subject.name,
        born=born.isoformat() if born else own_words(journey, "dob") or None,
        age=history.age_of(journey),
        sex=word(journey, "sex_at_birth"),
        number=subject.number,
        phone=word(journey, "phone_best") or subject.phone,
        no_phone=no_phone,
        appointment_at=subject.appointment_at.isoformat() if subject.appointment_at else None,
        with_whom=subject.with_whom,
        written_at=written_at.isoformat(),
        sent_at=sent_at.isoformat() if sent_at else None,
        left_for_help=left_for_help,
        could_not_go_on=could_not_go_on,
        completed_by=history.completed_by(journey),
        needs=history.needs(journey),
        safety=safety,
        problem=own_words(journey, "mc_main"),
        agenda=tuple(map(str, agenda)) if isinstance(agenda, tuple) else (),
        hopes=history.hopes(journey),
        history=history.lead(journey),
        regions=history.marked_regions(journey),
        scores=history.scores(journey),
        pain=history.pain_facts(journey),
        impact=history.impact_facts(journey),
        goals=history.goals(journey),
        treatments=history.treatment_facts(journey),
        medicines=history.medicine_facts(journey),
        background=history.background(journey),
        denied=history.denied(journey),
        ideas=history.ideas(journey),
        other=history.other_answers(journey),
        patterns_heading=str(HEADING) if patterns else "",
        patterns=tuple(RecordRow(str(p.title), _reported(p, journey), p.sources) for p in patterns),
        pattern_sources=tuple(Fact(code, said) for code, said in key_to(_sources(patterns)).items()),
        answers=tuple(_answers(journey, patient_language, clinic)),
        amendment=amendment(amended, corrected),
        clinic=clinic.get("clinic_name", ""),
        reference=subject.reference,
    )


def _answers(journey: Journey, patient_language: str, clinic: Mapping[str, str]) -> Iterator[Said]:
    """Every answer that counts, as it was asked, in the order of the form."""
    stored = journey.counting.to_json()
    for section in SECTIONS:
        for question in (q for page in section.pages for q in page.questions if q.id in stored):
            value = journey.counting[question.id]
            with speaking(patient_language):
                asked, original = fill(question.text, clinic), question.said(value)
            said = question.said(value)
            yield Said(
                id=question.id,
                section=str(section.title),
                question=asked,
                label=label(question.id),
                answer=said,
                value=stored[question.id],
                phrase=phrase(journey, question.id),
                own_words=isinstance(question, FreeText | Ranked),
                safety=question.safety,
                original=original if original != said else "",
                group=_group_name(question),
                gate=isinstance(question, Gate) and question.printed_in is Note.SAFETY,
            )


def _reported(pattern: Pattern, journey: Journey) -> tuple[str, ...]:
    return tuple(lower_first(said) for said in pattern.reported(journey.facts))


def _sources(patterns: Iterable[Pattern]) -> Iterator[str]:
    return (code for pattern in patterns for code in pattern.sources)


def _group_name(question: Question) -> str:
    return next((str(group.label) for group in GROUPS if group.id == question.group), "")


def _told(event: Told, clinic: Mapping[str, str]) -> str:
    choices = {
        "getting_help": gettext("getting help now"),
        "already_seen": gettext("already seen for this"),
        "mistake": gettext("pressed the wrong answer"),
        "continue": gettext("carried on with the form"),
        "understood": gettext("will do this today"),
    }
    chose = choices[event.choice] if event.choice else gettext("no choice recorded")
    where = f" ({event.where})" if event.where else ""
    wording = CARDS[event.card].wording(is_open=event.is_open, has_phone=event.has_phone)
    heading = fill(wording.heading, clinic)
    return gettext(
        '%(when)s: shown "%(heading)s"; chose: %(chose)s',
        when=_moment(event.at),
        heading=heading,
        chose=chose + where,
    )


def _withdrawn(retraction: Retraction) -> str:
    changes = "; ".join(_changed(change) for change in retraction.changes)
    return gettext(
        "%(tier)s raised %(raised)s, withdrawn %(withdrawn)s: %(line)s [%(changes)s]",
        tier=retraction.urgency.replace("_", " "),
        raised=_moment(retraction.raised_at),
        withdrawn=_moment(retraction.withdrawn_at),
        line=rule(retraction.rule).line,
        changes=changes,
    )


def _changed(change: AnswerChange) -> str:
    question = QUESTIONS[change.question]
    old, new = (
        gettext("blank") if value is None else question.as_noted(value) for value in (change.old, change.new)
    )
    return gettext("%(what)s: was %(old)s, now %(new)s", what=label(change.question), old=old, new=new)


def _moment(moment: datetime) -> str:
    assert moment.tzinfo is not None
    return format_moment(moment, moment.tzinfo)
