"""Everything that is kept about one person, for them: across their appointments and the records joined.

Of nobody else. What cannot be read is said to be there and unreadable; nothing typed is cut.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from intake.documents.subject_copy import CopyEntry, CopyLine, CopyPart, SubjectCopy
from intake.i18n import format_day, gettext, speaking
from intake.services.audit import Action, Readable, ReadEvent, Recorded
from intake.services.context import Operation
from intake.services.data_protection import copied_forms, who_read
from intake.services.data_protection.audit_words import words_of
from intake.services.data_protection.copied_rows import (
    APPOINTMENT,
    APPOINTMENT_NUMBER,
    AS_BOOKED,
    BROWSER,
    DOCUMENT,
    JOIN,
    LINK,
    MESSAGE,
    NOT_SAVED,
    NUMBER,
    READ_MARK,
    RECORD,
    TABLET_CODE,
)
from intake.services.data_protection.copy_lines import UNREADABLE, LineWriter
from intake.services.data_protection.copy_request import ASKED_BY, GIVEN_BY, IDENTITY, CopyRequest
from intake.services.data_protection.left_out import TOLD, TOLD_IF_SENT
from intake.services.messages.correspondence import TO_PATIENTS
from intake.services.operations import retention
from intake.storage.models import (
    Appointment,
    Intake,
    Job,
    Patient,
    PatientJoin,
    StaffDraft,
    User,
    WalkInCode,
    WebSession,
)


def kept_record(op: Operation, patient_id: UUID) -> Patient | None:
    """The record that stands for this person: the one that theirs was joined to, if it was."""
    joined = select(PatientJoin.kept_id).where(PatientJoin.joined_id == patient_id)
    return op.session.get(Patient, op.session.scalar(joined) or patient_id)


def is_still_there(op: Operation, patient_id: UUID) -> bool:
    """Nobody has erased this person while their copy was made. Whoever would waits until this commits."""
    stmt = select(Patient.id).where(Patient.id == patient_id).with_for_update()
    return op.session.scalar(stmt) is not None


def note_made(op: Operation, patient_id: UUID, asked: CopyRequest, file: str, problems: int) -> None:
    """Record that a copy was made, for whom, and how it was confirmed who they are."""
    op.record(
        Action.PATIENT_COPY_MADE,
        op.session.get_one(Patient, patient_id),
        asked_by=asked.asked_by.value,
        identity=asked.identity.value,
        given_by=asked.given_by.value,
        asked_on=asked.asked_on.isoformat(),
        in_confidence="yes" if asked.is_whole else "no",
        format=file,
        problems=problems,
    )


def collect(op: Operation, patient: Patient, asked: CopyRequest) -> SubjectCopy:
    """The copy of everything about this person, as it is now."""
    with speaking(asked.language):
        writer = LineWriter(op, names=op.settings.copy_names, sent=not asked.is_whole)
        parts = tuple(part for part in _Collector(writer, patient).parts() if part.entries)
        withheld = () if asked.is_whole else TOLD_IF_SENT
        unnamed = (
            ()
            if writer.whole or writer.sent
            else (gettext("The documents themselves, and the forms as they lie: they name staff."),)
        )
        return SubjectCopy(
            language=asked.language,
            clinic=op.settings.clinic_name,
            made_at=op.settings.local(op.now),
            request=tuple(_request(op, asked)),
            parts=parts,
            problems=tuple(dict.fromkeys(writer.problems)),
            left_out=(*map(str, (*TOLD, *withheld)), *unnamed),
            in_confidence_included=asked.is_whole,
            about=tuple(_about()),
        )


def _request(op: Operation, asked: CopyRequest) -> Iterator[CopyLine]:
    yield CopyLine("asked_by", gettext("Asked for by"), str(ASKED_BY[asked.asked_by]), asked.asked_by.value)
    asked_on = asked.asked_on
    yield CopyLine("asked_on", gettext("Asked for on"), format_day(asked_on), asked_on.isoformat())
    confirmed = str(IDENTITY[asked.identity])
    yield CopyLine("identity", gettext("Who it is was confirmed by"), confirmed, asked.identity.value)
    given_by = str(GIVEN_BY[asked.given_by])
    yield CopyLine("given_by", gettext("How it is given"), given_by, asked.given_by.value)
    if op.actor.user_id is not None:
        role = LineWriter(op, names=op.settings.copy_names, sent=False).staff(op.user)
        yield CopyLine("made_by", gettext("Made by"), role, role)


def _about() -> Iterator[str]:
    yield gettext(
        "Backstory keeps this so that the clinic can prepare your visit, and so that it can be seen what was "
        "done when an answer could not wait. It came from you, from whoever booked for you, and from staff."
    )
    yield gettext(
        "You can ask the clinic to put right what is wrong, to erase it, or to stop using it. You can "
        "complain to the authority for data protection of your country."
    )


class _Collector:
    """The parts of one copy."""

    def __init__(self, writer: LineWriter, patient: Patient) -> None:
        self._writer, self._patient, self._session = writer, patient, writer.op.session
        stmt = select(Appointment).where(Appointment.patient_id == patient.id)
        self._visits = list(self._session.scalars(stmt.order_by(Appointment.starts_at, Appointment.id)))
        self._forms: list[Intake] = [each.intake for each in self._visits if each.intake is not None]

    def parts(self) -> Iterator[CopyPart]:
        sent, forms = self._writer.sent, self._forms
        yield self._part("person", gettext("You, as the clinic knows you"), self._person())
        yield self._part("appointments", gettext("Appointments"), self._appointments())
        answers = (copied_forms.answers_of(self._writer, each) for each in forms)
        yield self._part("answers", gettext("Your answers"), answers)
        happened = (copied_forms.form_of(self._writer, each) for each in forms)
        yield self._part("forms", gettext("How the forms were filled in"), happened)
        earlier = (entry for each in forms for entry in copied_forms.editions_of(self._writer, each))
        yield self._part("earlier_versions", gettext("Earlier versions"), earlier)
        if not sent:
            found = (entry for each in forms for entry in copied_forms.findings_of(self._writer, each))
            note = gettext(
                "What rules found in the answers, for the clinician to look at. None of it is a diagnosis."
            )
            yield self._part("findings", gettext("What was found in the answers"), found, note)
            calls = (entry for each in forms for entry in copied_forms.calls_of(self._writer, each))
            yield self._part("calls", gettext("Alerts, calls and notes"), calls)
        yield self._part("links", gettext("Links and codes"), self._links())
        yield self._part("messages", gettext("Messages"), self._messages())
        yield self._part("documents", gettext("Documents"), self._documents())
        if not sent:
            typed = gettext(
                "Staff typed it into a box and have not saved it. It goes by itself after a week."
            )
            yield self._part("not_saved", gettext("Typed by staff and not saved"), self._not_saved(), typed)
        lists = gettext(
            "Lists of a whole day, on which your name stands among others, are recorded once for the day and "
            "not here."
        )
        yield self._part("who_read", gettext("Who read it, and what else was done"), self._who_read(), lists)

    def _part(self, id: str, title: str, entries: Iterator[CopyEntry], note: str = "") -> CopyPart:
        return CopyPart(id, title, copied_forms.some(entries), note)

    def _person(self) -> Iterator[CopyEntry]:
        stmt = select(PatientJoin).where(PatientJoin.kept_id == self._patient.id)
        joins = self._session.scalars(stmt.order_by(PatientJoin.made_at, PatientJoin.id)).all()
        for place, record in enumerate((self._patient, *(each.joined for each in joins))):
            title = gettext("Record") if not place else gettext("Record that was joined to it")
            yield self._writer.entry("record", title, record, RECORD)
            for number in sorted(record.identifiers, key=lambda each: each.system):
                yield self._writer.entry("number", gettext("Number of a record system"), number, NUMBER)
        for join in joins:
            maker = self._session.get(User, join.made_by_id) if join.made_by_id else None
            joined_by = self._writer.line("made_by", gettext("Joined by"), maker)
            lines = self._writer.lines(join, gettext("Joining"), JOIN)
            yield CopyEntry("joining", gettext("Joining of two records"), (*lines, *joined_by))

    def _appointments(self) -> Iterator[CopyEntry]:
        for visit in self._visits:
            title = self._writer.moment(visit.starts_at)
            lines = [*self._writer.lines(visit, title, APPOINTMENT)]
            if visit.came_by is not None:
                lines += self._writer.line("came_by", gettext("Taken in with a file"), visit.came_by.made_at)
            until = self._kept_until(visit)
            lines += self._writer.line("kept_until", gettext("Erased by itself from"), until)
            yield CopyEntry("appointment", title, tuple(lines))
            for number in visit.identifiers:
                yield self._writer.entry("appointment_number", title, number, APPOINTMENT_NUMBER)
            for booked in visit.joinings:
                yield self._writer.entry("as_booked", title, booked, AS_BOOKED)

    def _kept_until(self, visit: Appointment) -> date:
        """As the settings are now; while an alert is open it is kept."""
        settings = self._writer.op.settings
        keep = settings.keep_sent if retention.weighs(visit.intake) else settings.keep_unsent
        return settings.today(visit.starts_at) + timedelta(days=keep + 1)

    def _links(self) -> Iterator[CopyEntry]:
        ids = [each.id for each in self._visits]
        for visit in self._visits:
            title = self._writer.moment(visit.starts_at)
            for link in visit.invitations:
                yield self._writer.entry("link", title, link, LINK)
        codes = select(WalkInCode).where(WalkInCode.appointment_id.in_(ids)).order_by(WalkInCode.made_at)
        for each in self._session.scalars(codes):
            maker = self._session.get(User, each.made_by_id)
            made_by = self._writer.line("made_by", gettext("Made by"), maker)
            lines = self._writer.lines(each, "", TABLET_CODE)
            yield CopyEntry("tablet_code", gettext("Code for a tablet"), (*lines, *made_by))
        links = [link.id for visit in self._visits for link in visit.invitations]
        theirs = or_(
            WebSession.intake_id.in_([each.id for each in self._forms]), WebSession.invitation_id.in_(links)
        )
        browsers = select(WebSession).where(theirs).order_by(WebSession.started_at, WebSession.id)
        for browser in self._session.scalars(browsers):
            yield self._writer.entry(
                "browser", gettext("Browser in which the form was open"), browser, BROWSER
            )

    def _messages(self) -> Iterator[CopyEntry]:
        owed = [retention.owed_for(each) for each in self._forms]
        about = or_(
            Job.appointment_id.in_([each.id for each in self._visits]), *(Job.ref.in_(each) for each in owed)
        )
        for job in self._session.scalars(select(Job).where(about).order_by(Job.made_at, Job.id)):
            if not self._writer.sent or job.kind in TO_PATIENTS:
                yield self._writer.entry("message", self._writer.in_words(job.kind), job, MESSAGE)

    def _documents(self) -> Iterator[CopyEntry]:
        for form in self._forms:
            title = copied_forms.title_of(self._writer, form)
            for document in form.documents:
                lines = [*self._writer.lines(document, title, DOCUMENT)]
                if self._writer.whole:
                    lines += self._content(document, title)
                yield CopyEntry("document", title, tuple(lines))

    def _content(self, document: object, title: str) -> Iterator[CopyLine]:
        label = gettext("The document")
        content = self._writer.read(lambda: document.content, title, label)  # type: ignore[attr-defined]
        if content is UNREADABLE:
            yield CopyLine("content", label, gettext("This is kept and could not be read."))
        elif content is not None:
            words = gettext("It is in the file of data, in Base64.")
            yield CopyLine("content", label, words, self._writer.plain(content))

    def _not_saved(self) -> Iterator[CopyEntry]:
        ids = [each.id for each in self._visits]
        stmt = select(StaffDraft).where(StaffDraft.appointment_id.in_(ids)).order_by(StaffDraft.begun_at)
        for draft in self._session.scalars(stmt):
            title = gettext("Typed and not saved")
            content = self._writer.read(lambda: draft.content, title, gettext("What was typed"))  # noqa: B023
            if content is None:
                continue
            author = self._session.get(User, draft.user_id)
            lines = [*self._writer.lines(draft, title, NOT_SAVED)]
            lines += self._writer.line("user", gettext("Who typed it"), author)
            if content is UNREADABLE:
                lines += self._writer.line("content", gettext("What was typed"), content)
            else:
                for name, value in content["fields"]:
                    lines += self._writer.line(str(name), gettext("What was typed"), value)
            yield CopyEntry("not_saved", title, tuple(lines))

    def _who_read(self) -> Iterator[CopyEntry]:
        for form in self._forms:
            for mark in form.read_marks:
                yield self._writer.entry(
                    "marked_read", copied_forms.title_of(self._writer, form), mark, READ_MARK
                )
        for read in who_read.of_one(self._writer.op, self._patient.id):
            deeds = who_read.in_the_clear(read) if self._writer.sent else read.deeds
            if read.readable is Readable.BROKEN:
                self._writer.problems.append(gettext("A detail of who did what"))
            for deed in deeds:
                yield CopyEntry("act", self._writer.moment(deed.at), tuple(self._act(read, deed)))

    def _act(self, read: ReadEvent, deed: Recorded) -> Iterator[CopyLine]:
        at = self._writer.plain(deed.at)
        yield CopyLine("at", gettext("When"), self._writer.moment(deed.at), at)
        yield CopyLine("who", gettext("Who"), self._who(deed.actor), self._who(deed.actor))
        yield CopyLine("what", gettext("What"), words_of(deed.action), deed.action)
        more = {
            name: deed.detail[name] for name in who_read.SHOWN_DETAILS if deed.detail.get(name) is not None
        }
        yield from self._writer.line("more", gettext("More"), ", ".join(f"{k}: {v}" for k, v in more.items()))
        if read.readable is not Readable.WHOLE:
            yield CopyLine("more", gettext("More"), gettext("The details could not be read."))

    def _who(self, actor: str) -> str:
        if actor.startswith(who_read.STAFF):
            return self._writer.staff(self._session.get(User, UUID(actor.removeprefix(who_read.STAFF))))
        return who_read.name_of(self._writer.op, actor)
