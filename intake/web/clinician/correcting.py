"""A member of staff puts an answer right, with a reason, on the same questions that the patient saw.

Nothing typed is ever lost: whatever keeps a correction from being made, it comes back on the page.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire.fields import PageForm, on_offer, posted, recalled
from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Question
from intake.services.appointments.views import AppointmentView
from intake.services.forms import corrections, intakes, versions
from intake.services.forms.corrections import NothingChanged, NotSent, ReasonNeeded
from intake.services.forms.versions import EditionChanged
from intake.services.staff.accounts import Permission
from intake.storage.models import Intake, IntakeStatus, Route
from intake.web import clinic, only, operation, reading
from intake.web.clinician.blueprint import blueprint
from intake.web.drawing import views
from intake.web.error_handlers import ErrorText, hand_back

NOT_SENT = ErrorText(
    _("The patient has the form in hand"),
    _("The form was not sent, or is being answered again. This correction was not saved."),
)
NOT_ASKED = ErrorText(
    _("This question is not asked any more"),
    _("An earlier answer was corrected meanwhile. This correction was not saved."),
)
WHY = _("Say why it is corrected: it is kept and printed with your name")
SAME = _("Nothing is different from what stands. Change an answer, or go back")


@dataclass(frozen=True)
class CorrectedPage:
    """The page as it stands in the record now."""

    appointment: AppointmentView
    sent: bool
    journey: Journey
    asked: tuple[Question, ...]
    version_token: str


@dataclass(frozen=True)
class Stored:
    """A question with what stands in the record."""

    question: Question
    answer: str


@blueprint.get("/intakes/<uuid:intake_id>/correct/<page:page>")
@only(Permission.CORRECT)
def correct(intake_id: UUID, page: Page) -> str | Response:
    """The questions of one page, to be put right."""
    here = _look(intake_id, page)
    if not here.asked:
        abort(404)
    if not here.sent:
        return redirect(url_for("clinician.reader", intake_id=intake_id))
    return _show(here, page, recalled(page, here.asked, here.journey.counting))


@blueprint.post("/intakes/<uuid:intake_id>/correct/<page:page>")
@only(Permission.CORRECT)
def save_correction(intake_id: UUID, page: Page) -> Response | tuple[str, int]:
    """Keep the correction as a new record, or show it again with what is wrong."""
    here = _look(intake_id, page)
    if not here.asked:
        return hand_back(NOT_ASKED, 409, again=False)
    settings, on = clinic().settings, here.journey.facts.on
    own = settings.clinic_phone
    sent = posted(page, here.asked, request.form, on=on, region=settings.region, clinic_phone=own)
    if not sent.validate():
        return _show(here, page, sent), 422
    try:
        _save(intake_id, page, sent)
    except NotSent:
        return hand_back(NOT_SENT, 409, again=False)
    except ReasonNeeded:
        return _show(here, page, sent, problem=("reason", WHY)), 422
    except NothingChanged:
        return _show(here, page, sent, problem=(sent.controls[0].anchor, SAME)), 422
    except EditionChanged:
        return _show(_look(intake_id, page), page, sent, elsewhere=True), 409
    clinic().queue.nudge()
    return redirect(url_for("clinician.reader", intake_id=intake_id), 303)


def _save(intake_id: UUID, page: Page, sent: PageForm) -> None:
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        corrections.correct(
            op,
            intake,
            page,
            sent.answers,
            reason=request.form.get("reason", ""),
            version_token=request.form.get("seen", ""),
        )
        op.commit()


def _look(intake_id: UUID, page: Page) -> CorrectedPage:
    with reading() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        journey = intakes.journey_of(op, intake)
        asked = on_offer(journey.asked(page), journey.counting)
        asked = tuple(_may_stay_blank(each, intake, journey) for each in asked)
        view, sent = AppointmentView.of(intake.appointment), intake.status is IntakeStatus.SENT
        return CorrectedPage(view, sent, journey, asked, versions.version_token_of(intake))


def _may_stay_blank(question: Question, intake: Intake, journey: Journey) -> Question:
    """Safety: nobody must make up an answer that was left blank on paper, to put another one right."""
    blank = intake.route is Route.PAPER and journey.facts.value(question.id) is None
    return replace(question, required=False) if blank and question.required else question


def _show(
    here: CorrectedPage,
    page: Page,
    form: PageForm,
    *,
    problem: tuple[str, Words] | None = None,
    elsewhere: bool = False,
) -> str:
    """The page with its questions. `elsewhere`: somebody else was faster, and both versions are shown."""
    return render_template(
        "clinician/correct.html",
        page=page,
        form=form,
        problems=(*form.problems, *([problem] if problem else [])),
        no_reason=problem is not None and problem[0] == "reason",
        reason=request.form.get("reason", ""),
        elsewhere=_stored(here) if elsewhere else (),
        version_token=here.version_token if elsewhere else request.form.get("seen", here.version_token),
        appointment=here.appointment,
        views=views(),
    )


def _stored(here: CorrectedPage) -> tuple[Stored, ...]:
    value = here.journey.facts.value
    said = ((each, value(each.id)) for each in here.asked)
    return tuple(Stored(each, "" if stands is None else each.said(stands)) for each, stands in said)
