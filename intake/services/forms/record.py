"""What the clinic keeps of an intake becomes the summary that the clinician reads."""

from dataclasses import replace

from intake.config import Settings
from intake.i18n import gettext, speaking
from intake.questionnaire.journey import Journey
from intake.red_flags import Screening
from intake.services.context import Operation
from intake.services.forms.draft import Draft, Interrupt
from intake.storage.models import Appointment, Intake, IntakeStatus, Route
from intake.summary import Amended, Corrected, Retraction, Subject, Summary, Told, write_summary
from intake.summary.history import needs


def summary_from(
    op: Operation, intake: Intake, draft: Draft, journey: Journey, screening: Screening
) -> Summary:
    """The summary as it stands at `now`, in the clinic's language and by the clinic's clock."""
    with speaking(op.settings.language):
        summary = write_summary(
            journey,
            screening,
            _subject(intake.appointment, op.settings),
            written_at=op.settings.local(op.now),
            sent_at=op.settings.local(intake.sent_at) if intake.sent_at else None,
            # Staff read the questions out as they stand on the clinic's own screen.
            patient_language=op.settings.language if intake.recorded_by else intake.language,
            clinic=op.settings.clinic_facts(op.now),
            left_for_help=intake.status is IntakeStatus.LEFT_URGENT,
            could_not_go_on=intake.status is IntakeStatus.UNFINISHED,
            told=[_told(interrupt, op.settings) for interrupt in draft.interrupts],
            withdrawn=[_withdrawn(each, op.settings) for each in draft.withdrawn],
            amended=_amended(intake, op.settings),
            corrected=[_corrected(correction, op.settings) for correction in draft.corrections],
            profile=op.settings.profile,
            show_patterns=op.settings.pattern_table,
        )
        return replace(summary, completed_by=_completed_by(summary.completed_by, intake))


def needs_of(journey: Journey, settings: Settings) -> tuple[str, ...]:
    """What the clinic must arrange for this patient, in the clinic's language."""
    with speaking(settings.language):
        return needs(journey)


def _completed_by(who: str, intake: Intake) -> str:
    """Who answered, and by what way it came in: "Patient. Filled in together with Rosa Reception"."""
    staff = intake.recorded_by.name if intake.recorded_by else ""
    ways = {
        Route.DESK: gettext("Filled in together with %(staff)s", staff=staff),
        Route.PAPER: gettext("On paper, entered by %(staff)s", staff=staff),
        Route.TABLET: gettext("On a tablet of the clinic"),
    }
    return ". ".join(filter(None, (who, ways.get(intake.route, ""))))


def _subject(appointment: Appointment, settings: Settings) -> Subject:
    patient = appointment.patient
    return Subject(
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        number=patient.number or "",
        phone=patient.phone or "",
        appointment_at=settings.local(appointment.starts_at),
        with_whom=appointment.with_whom,
        reference=appointment.reference,
    )


def _told(interrupt: Interrupt, settings: Settings) -> Told:
    choice = str(interrupt.choice) if interrupt.choice else None
    at = settings.local(interrupt.at)
    return Told(at, interrupt.advice, choice, interrupt.where, interrupt.is_open, interrupt.has_phone)


def _withdrawn(each: Retraction, settings: Settings) -> Retraction:
    raised_at, withdrawn_at = settings.local(each.raised_at), settings.local(each.withdrawn_at)
    return replace(each, raised_at=raised_at, withdrawn_at=withdrawn_at)


def _corrected(each: Corrected, settings: Settings) -> Corrected:
    return replace(each, at=settings.local(each.at))


def _amended(intake: Intake, settings: Settings) -> Amended | None:
    """What this record replaces, when something was handed over before and is kept."""
    if not intake.editions:
        return None
    replaces = settings.local(intake.editions[-1].handed_over_at)
    if intake.amended_at is None or intake.amended_by is None:
        return Amended(replaces)
    return Amended(replaces, settings.local(intake.amended_at), intake.amended_by.name)
