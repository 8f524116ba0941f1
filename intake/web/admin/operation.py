"""How the clinic's computer is, and what can be done about it. No patient is on this page.

A trial message is sent outside of any transaction; what the server answered is shown and kept nowhere.
"""

import platform
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake import __version__
from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.messaging import Mail
from intake.messaging.mail_check import CheckStep, ServerAnswer, try_mail, try_text
from intake.red_flags import SAFETY_VERSION
from intake.services.messages import heartbeat
from intake.services.messages.heartbeat import WorkerView
from intake.services.operations import health, jobs, policy_reports, trial_messages
from intake.services.operations.backup import after_restore
from intake.services.operations.backup import status as backups
from intake.services.operations.backup.after_restore import HeldLine
from intake.services.operations.health import ClinicPart, Condition, DiskSpace, PartHealth
from intake.services.operations.jobs import FailedJob, QueueLine
from intake.services.operations.trial_messages import TooManyTrials
from intake.services.staff.accounts import Permission
from intake.storage.migrating import newest
from intake.storage.models import Channel, JobKind
from intake.text import telephone
from intake.text.email import EmailReason
from intake.web import clinic, only, operation, reading, reasons
from intake.web.admin.blueprint import blueprint
from intake.web.health import NotKnownYet, every_part
from intake.web.staff_forms import EmailField, LineField, StaffForm

TRIAL_WITHIN = 15.0
MEGABYTE = 1024 * 1024

PARTS: dict[ClinicPart, Words] = {
    ClinicPart.DATABASE: _("Database"),
    ClinicPart.WORKER: _("Work in the background"),
    ClinicPart.MAIL: _("Mail server"),
    ClinicPart.BACKUP: _("Backup"),
    ClinicPart.DISK: _("Room on the disk"),
}
GOOD: dict[ClinicPart, Words] = {
    ClinicPart.DATABASE: _("It answers."),
    ClinicPart.WORKER: _("It is at work."),
    ClinicPart.MAIL: _("It answers."),
    ClinicPart.BACKUP: _("The last one could be opened."),
    ClinicPart.DISK: _("There is enough."),
}
FAILING: dict[ClinicPart, Words] = {
    ClinicPart.DATABASE: _("It does not answer as it should."),
    ClinicPart.WORKER: _("It stands still. Start the worker again."),
    ClinicPart.MAIL: _("It does not answer. Look at the settings of e-mail, or ask your provider."),
    ClinicPart.BACKUP: _("The last one is too old. Make one now, and see why none was made."),
    ClinicPart.DISK: _("It is almost full. Make room before nothing can be saved."),
}
NOT_SET_UP: dict[ClinicPart, Words] = {
    ClinicPart.MAIL: _("None is set up, so no e-mail leaves."),
    ClinicPart.BACKUP: _("None is on record. Without one, a broken disk loses everything."),
}
KINDS: dict[JobKind, Words] = {
    JobKind.RENDER_DOCUMENT: _("Make a document"),
    JobKind.SEND_INVITATION: _("Send an invitation"),
    JobKind.SEND_REMINDER: _("Send a reminder"),
    JobKind.TELL_OF_ALERT: _("Tell the clinic to call somebody"),
    JobKind.TELL_OF_OVERDUE: _("Tell the clinic of a late call"),
    JobKind.TELL_OF_HAND_OVER: _("Tell a colleague of a call"),
    JobKind.TELL_OF_FACTOR_ADDED: _("Tell somebody of their new second factor"),
    JobKind.TELL_OF_FACTOR_REMOVED: _("Tell somebody that a second factor is gone"),
    JobKind.TELL_OF_FACTORS_DROPPED: _("Tell somebody that their second factors were dropped"),
    JobKind.TELL_OF_RECOVERY: _("Tell somebody that a recovery code was used"),
    JobKind.TELL_OF_COPIED_PASSKEY: _("Tell somebody of a passkey that may be a copy"),
    JobKind.TELL_OF_NEW_BROWSER: _("Tell somebody of a sign-in to their account"),
    JobKind.TELL_OF_NEW_PASSWORD: _("Tell somebody of their new password"),
    JobKind.TELL_OF_EMERGENCY: _("Tell admins of an emergency sign-in"),
}
FAILED_AT: dict[CheckStep, Words] = {
    CheckStep.SETTINGS: _("Nothing was sent: the settings name no way."),
    CheckStep.CONNECT: _("Nothing was sent: the server could not be reached."),
    CheckStep.SIGN_IN: _("Nothing was sent: the server did not let the clinic sign in."),
    CheckStep.ADDRESS: _("Nothing was sent: the address or number was refused."),
    CheckStep.LETTER: _("Nothing was sent: the message was refused."),
}


class TrialMailForm(StaffForm):
    """Where a trial e-mail goes."""

    email = EmailField(
        _("E-mail address to try"), _("Your own, for example"), missing=reasons.EMAIL[EmailReason.EMPTY]
    )


class MobileField(LineField):
    """One number that can get text messages."""

    def read(self, text: str) -> str | None:
        if text and telephone.for_texts(text, clinic().settings.region) is None:
            raise ValueError(gettext("Enter one mobile number, such as 07700 900123"))
        return text or None


class TrialTextForm(StaffForm):
    """Where a trial text message goes."""

    phone = MobileField(
        _("Mobile number to try"), _("Your own, for example"), missing=_("Enter a mobile number")
    )


@dataclass(frozen=True)
class PartLine:
    """One part on the page; `state` is its condition."""

    name: Words
    state: str
    words: Words
    since: datetime | None
    said: str

    @classmethod
    def of(cls, each: PartHealth) -> "PartLine":
        words = {
            Condition.GOOD: GOOD,
            Condition.FAILING: FAILING,
            Condition.NOT_SET_UP: NOT_SET_UP,
        }.get(each.condition, {})
        unknown = _("Nobody knows while the database is away.")
        said = words.get(each.part, unknown)
        return cls(PARTS[each.part], each.condition.value, said, each.since, each.said)


@dataclass(frozen=True)
class WorkerLine:
    """A worker on the page."""

    name: str
    lanes: str
    seen_at: datetime
    at_work: bool

    @classmethod
    def of(cls, seen: WorkerView, now: datetime) -> "WorkerLine":
        return cls(f"{seen.host} {seen.pid}", seen.lanes, seen.seen_at, not seen.silent(now))


@dataclass(frozen=True)
class KindLine:
    """One kind of job, counted."""

    kind: Words
    counted: QueueLine


@dataclass(frozen=True)
class FailedLine:
    """A failed job, with its kind in words."""

    kind: Words
    job: FailedJob


@dataclass(frozen=True)
class HeldBack:
    """Messages of one kind that a restore holds back."""

    kind: Words
    held: HeldLine


@dataclass(frozen=True)
class Trial:
    """What came of a trial message, in words; `said` is what the server answered."""

    heading: Words
    taken: bool
    words: Words
    said: str

    @classmethod
    def of(cls, heading: Words, answer: ServerAnswer) -> "Trial":
        words = _("It was taken. See whether it arrives.") if answer.taken else FAILED_AT[answer.step]
        return cls(heading, answer.taken, words, answer.said)


@blueprint.get("/operation")
@only(Permission.MANAGE_SETTINGS)
def show_operation() -> str:
    """Each part, what waits, what failed, and what it runs on."""
    return _page(TrialMailForm(), TrialTextForm())


@blueprint.post("/operation/jobs/<uuid:job_id>/again")
@only(Permission.MANAGE_SETTINGS)
def try_job_again(job_id: UUID) -> Response:
    """Let one failed job be done now."""
    with operation() as op:
        if not jobs.try_again(op, job_id):
            abort(404)
        op.commit()
    clinic().queue.nudge()
    return redirect(url_for("admin.show_operation", _anchor="failed"), 303)


@blueprint.post("/operation/jobs/again")
@only(Permission.MANAGE_SETTINGS)
def try_jobs_again() -> Response:
    """Let every failed job be done now."""
    with operation() as op:
        jobs.try_all_again(op)
        op.commit()
    clinic().queue.nudge()
    return redirect(url_for("admin.show_operation", _anchor="failed"), 303)


@blueprint.post("/operation/held/send")
@only(Permission.MANAGE_SETTINGS)
def send_held() -> Response:
    """Let what a restore holds back leave after all."""
    with operation() as op:
        after_restore.release(op)
        op.commit()
    clinic().queue.nudge()
    return redirect(url_for("admin.show_operation", _anchor="queue"), 303)


@blueprint.post("/operation/held/drop")
@only(Permission.MANAGE_SETTINGS)
def drop_held() -> Response:
    """Let it never leave: it has left before."""
    with operation() as op:
        after_restore.drop(op)
        op.commit()
    return redirect(url_for("admin.show_operation", _anchor="queue"), 303)


@blueprint.post("/operation/trial-mail")
@only(Permission.MANAGE_SETTINGS)
def send_trial_mail() -> str | tuple[str, int]:
    """Send an e-mail that says nothing, and say what the server answered."""
    form = TrialMailForm(request.form)
    if not form.validate():
        return _page(form, TrialTextForm()), 422
    if not _may_try():
        form.email.refuse(_too_many())
        return _page(form, TrialTextForm()), 429
    settings, now = clinic().settings, clinic().now()
    mail = Mail(form.email.data, trial_messages.letter(settings), str(uuid4()), now)
    answer = try_mail(settings, mail, within=TRIAL_WITHIN)
    _note(Channel.EMAIL, answer)
    return _page(form, TrialTextForm(), trial=Trial.of(_("The trial e-mail"), answer))


@blueprint.post("/operation/trial-text")
@only(Permission.MANAGE_SETTINGS)
def send_trial_text() -> str | tuple[str, int]:
    """The same by text message."""
    form = TrialTextForm(request.form)
    if not form.validate():
        return _page(TrialMailForm(), form), 422
    if not _may_try():
        form.phone.refuse(_too_many())
        return _page(TrialMailForm(), form), 429
    settings = clinic().settings
    answer = try_text(settings, form.phone.data, trial_messages.letter(settings).short, str(uuid4()))
    _note(Channel.TEXT, answer)
    return _page(TrialMailForm(), form, trial=Trial.of(_("The trial text message"), answer))


def _may_try() -> bool:
    with operation() as op:
        try:
            trial_messages.spend(op)
        except TooManyTrials:
            op.commit()
            return False
        op.commit()
    return True


def _too_many() -> str:
    return gettext("That was too often. Wait ten minutes, then try again")


def _note(channel: Channel, answer: ServerAnswer) -> None:
    with operation() as op:
        trial_messages.record(op, channel, answer)
        op.commit()


def _page(mail: TrialMailForm, text: TrialTextForm, trial: Trial | None = None) -> str:
    here = clinic()
    try:
        parts = every_part()
    except NotKnownYet:
        parts = ()
    with reading() as op:
        lines, failed = jobs.queue_lines(op), jobs.failed_jobs(op.session)
        workers, held = heartbeat.workers(op.session), after_restore.waiting(op.session)
        backup, failing = backups.latest_backup(op.session), backups.failure(op.session)
        reports = policy_reports.of_late(op)
        size, versions = health.database_size(op.session), health.versions(op.session)
        now = op.now
    return render_template(
        "admin/operation.html",
        parts=tuple(map(PartLine.of, parts)),
        workers=tuple(WorkerLine.of(each, now) for each in workers),
        held=tuple(HeldBack(KINDS[each.kind], each) for each in held),
        queue=tuple(KindLine(KINDS[each.kind], each) for each in lines),
        failed=tuple(FailedLine(KINDS[each.kind], each) for each in failed),
        backup=backup,
        failing=failing,
        reports=reports,
        disk=_disk(),
        size=size / MEGABYTE,
        megabyte=MEGABYTE,
        versions=(
            ("Backstory", __version__),
            (gettext("Safety version"), SAFETY_VERSION),
            (gettext("Tables"), newest() or ""),
            ("Python", platform.python_version()),
            *versions.items(),
        ),
        keys=here.database.keys.numbers,
        current_key=here.database.keys.current,
        mail=mail,
        text=text,
        trial=trial,
        problems=(*mail.problems, *text.problems),
    )


def _disk() -> DiskSpace | None:
    try:
        return health.disk_space(clinic().environment)
    except OSError:
        return None
