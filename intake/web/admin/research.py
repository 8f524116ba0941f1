"""Answers of many patients, taken out for research or audit by clinicians whom the clinic has named.

Asked first, looked at second, taken third: the page in the middle shows the key of the project and who could
be recognised. Nothing is kept in between; what was asked rides along.
"""

from datetime import date
from hashlib import sha256
from uuid import UUID

from flask import Response, abort, g, make_response, render_template, request
from wtforms.validators import ValidationError

from intake.documents.research import dictionary, readme
from intake.documents.research.dictionary import AGES_GIVEN, PERIODS_GIVEN, TableChoices
from intake.documents.research.readme import ResearchTable
from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services.appointments import joining
from intake.services.audit import Actor
from intake.services.context import Operation
from intake.services.operations.disclosure_control import SMALL
from intake.services.operations.exports.research import rare, taking
from intake.services.operations.exports.research.forms import ResearchRequest, forms_of
from intake.services.operations.exports.research.project import ProjectKey, new_key, read_key
from intake.services.operations.exports.research.rare import LookedAt
from intake.services.operations.exports.research.taking import ResearchFile, may_take
from intake.services.staff.accounts import Permission
from intake.text import code
from intake.web import clinic, only, operation, reading
from intake.web.admin.blueprint import blueprint, proved
from intake.web.frozen import frozen
from intake.web.staff_forms import ChoiceField, DayField, LineField, StaffForm, TextField, TickField

# So many rare combinations are shown one by one.
MOST_SHOWN = 40
LONGEST_NAME = 80
MOST_LEFT_OUT = 500
AGES: dict[str, Words] = {
    "years": _("In years; 90 or more together"),
    "5": _("In bands of 5 years"),
    "10": _("In bands of 10 years"),
    "none": _("Not at all"),
}
PERIODS: dict[str, Words] = {
    "none": _("Not at all: days are counted from the appointment"),
    "year": _("The year"),
    "month": _("The month"),
}
HEADS: dict[str, Words] = {
    "age": _("Age"),
    "age_band": _("Age"),
    "appointment_period": _("Appointment"),
    "sex_at_birth": _("Sex"),
    "form_language": _("Language"),
}
WHOLE = TableChoices(period="month", language=True, free_text=True)
NOT_A_KEY = _("This is not the key of a project: it has 25 letters and figures")


class ResearchQuestions(StaffForm):
    """What is asked for."""

    project = LineField(
        _("Name of the project"),
        _("As your records call it. It is written down with your name."),
        limit=LONGEST_NAME,
        missing=_("Enter the name of the project"),
    )
    approval = LineField(
        _("What allows it"),
        _("The reference of the ethics or audit approval, and the legal basis."),
        limit=LONGEST_NAME,
        missing=_("Enter what allows it. Patients are not asked by the form"),
    )
    first = DayField(_("Visits from"), missing=_("Enter a day, such as 2026-03-01"))
    last = DayField(_("to"), missing=_("Enter a day, such as 2026-03-31"))
    age = ChoiceField(_("Age"), options=AGES, missing=_("Choose how the age is given"))
    period = ChoiceField(
        _("Day of the appointment"), options=PERIODS, missing=_("Choose how much of the day is given")
    )
    sex = TickField(_("Sex recorded at birth"))
    language = TickField(_("Language of the form"))
    free_text = TickField(_("What patients wrote in their own words"))
    marked = TickField(_("A mark for spreadsheets, by which they know the letters"))
    left_out = TextField(
        _("Patients to leave out"),
        _("A reference of one appointment of each, one on a line: who objected or opted out of research."),
    )
    project_key = LineField(
        _("Key of the project"),
        _("Leave it empty for a new project. With its key, patients have the same numbers as before."),
        limit=60,
    )

    def validate_last(self, field: DayField) -> None:
        """The days come in order."""
        if self.first.data and field.data and self.first.data > field.data:
            raise ValidationError(gettext("The first day must not come after the last"))

    def validate_project_key(self, field: LineField) -> None:
        """It is one, or nothing."""
        if field.data:
            try:
                read_key(field.data)
            except code.NotACode:
                raise ValidationError(str(NOT_A_KEY)) from None

    @property
    def choices(self) -> TableChoices:
        """What the table tells of people."""
        return TableChoices(
            self.age.data, self.period.data, self.sex.data, self.language.data, self.free_text.data
        )

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """Every box, to ride along."""
        lines = (self.project, self.approval, self.first, self.last, self.age, self.period, self.left_out)
        ticks = (self.sex, self.language, self.free_text, self.marked)
        boxes = ((field.name, field.shown) for field in lines)
        return (*boxes, *((field.name, "yes") for field in ticks if field.data))


@blueprint.get("/research")
@only(Permission.EXPORT_ANSWERS)
def research() -> str:
    """Where somebody says what they need."""
    return _asked(
        ResearchQuestions(
            data={"age": AGES_GIVEN[0], "period": PERIODS_GIVEN[0], "sex": True, "marked": True}
        )
    )


@blueprint.get(f"/research/{readme.DICTIONARY}")
@only(Permission.EXPORT_ANSWERS)
def data_dictionary() -> Response:
    """Every column there can be, without any patient."""
    return _attached(Response(dictionary.as_csv(WHOLE), mimetype="text/csv"), readme.DICTIONARY)


@blueprint.get(f"/research/{readme.DICTIONARY_JSON}")
@only(Permission.EXPORT_ANSWERS)
def data_dictionary_json() -> Response:
    """The same for programs."""
    return _attached(Response(dictionary.as_json(WHOLE), mimetype="application/json"), readme.DICTIONARY_JSON)


@blueprint.post("/research/look")
@only(Permission.EXPORT_ANSWERS)
@proved
def look_at_research() -> Response | tuple[str, int] | str:
    """What the file would tell, the key of the project, and who could be recognised."""
    form = _form()
    if isinstance(form, tuple):
        return form
    key = read_key(form.project_key.data) if form.project_key.data else new_key()
    return _looked_at(form, key, is_new=not form.project_key.data)


@blueprint.post("/research/file")
@only(Permission.EXPORT_ANSWERS)
@proved
def take_research() -> Response | tuple[str, int] | str:
    """The file; recorded before the first of it leaves."""
    form = _form()
    if isinstance(form, tuple):
        return form
    if not form.project_key.data:
        abort(400)
    key = read_key(form.project_key.data)
    with reading() as op:
        asked = _request(op, form)
        ids = forms_of(op, asked)
        found = rare.look(op, ids, key, asked.choices)
    if request.form.get("seen") != _seen(found) or _unsure(found, form):
        page = _looked_at(form, key, is_new=False, again=True)
        return make_response(page, 409)
    here = clinic()
    about = ResearchTable(
        clinic=here.settings.clinic_name,
        project=asked.project,
        approval=asked.approval,
        first=asked.first.isoformat(),
        last=asked.last.isoformat(),
        made_on=here.settings.today(here.now()).isoformat(),
        forms=len(ids),
        choices=asked.choices,
    )
    file = ResearchFile(asked, key, ids, about, form.marked.data)
    with operation() as op:
        taking.record_taking(op, file, found)
        op.commit()
    return _leaving(file)


def _leaving(file: ResearchFile) -> Response:
    here, actor = clinic(), Actor.staff(g.user)
    settings, now = here.settings, here.now()
    pieces = taking.pieces(lambda: Operation.reading(here.database, settings, actor, now), file)
    name = f"answers-{file.about.first}-{file.about.last}.zip"
    return _attached(Response(pieces, mimetype="application/zip"), name)


def _attached(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form() -> ResearchQuestions | tuple[str, int]:
    """What was asked for; a page with what is wrong with it."""
    form = ResearchQuestions(request.form)
    if not may_take(g.user, clinic().settings):
        return _asked(form), 403
    if not form.validate():
        return _asked(form), 400
    with reading() as op:
        unknown = [each for each in _references(form) if joining.patient_of(op.session, each) is None]
    if unknown:
        form.left_out.refuse(
            gettext("No appointment has the reference %(reference)s", reference=unknown[0][:20])
        )
        return _asked(form), 400
    return form


def _asked(form: ResearchQuestions) -> str:
    allowed = may_take(g.user, clinic().settings)
    return render_template("admin/research.html", form=form, allowed=allowed)


def _looked_at(form: ResearchQuestions, key: ProjectKey, *, is_new: bool, again: bool = False) -> str:
    with reading() as op:
        asked = _request(op, form)
        found = rare.look(op, forms_of(op, asked), key, asked.choices)
    with operation() as op:
        taking.record_look(op, asked, key, found)
        op.commit()
    return render_template(
        "admin/research_look.html",
        carried=(*form.carried, ("project_key", key.letters), ("seen", _seen(found))),
        key=key.shown,
        is_new=is_new,
        again=again,
        found=frozen(found),
        heads=tuple(HEADS[name] for name in found.columns),
        lines=found.rare[:MOST_SHOWN],
        more=max(0, len(found.rare) - MOST_SHOWN),
        free_text=form.free_text.data,
        small=SMALL,
        project=asked.project,
    )


def _request(op: Operation, form: ResearchQuestions) -> ResearchRequest:
    left_out = (joining.patient_of(op.session, each) for each in _references(form))
    first, last = form.first.data, form.last.data
    assert isinstance(first, date)
    assert isinstance(last, date)
    known = frozenset(each for each in left_out if isinstance(each, UUID))
    return ResearchRequest(form.project.data, form.approval.data, first, last, form.choices, known)


def _references(form: ResearchQuestions) -> tuple[str, ...]:
    return tuple(each.strip() for each in form.left_out.data.splitlines() if each.strip())[:MOST_LEFT_OUT]


def _seen(found: LookedAt) -> str:
    """What was looked at, so that nothing else is taken."""
    return sha256(repr((found.forms, found.patients, found.rare)).encode()).hexdigest()[:16]


def _unsure(found: LookedAt, form: ResearchQuestions) -> bool:
    """Something has to be answered for and is not."""
    asked = [name for name, there in (("rare", found.rare), ("words", form.free_text.data)) if there]
    return any(request.form.get(f"sure_{name}") != "yes" for name in asked)
