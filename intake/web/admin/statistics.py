"""How it goes, in numbers: a page, and a table for a spreadsheet. Small numbers stand in neither."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, g, make_response, render_template, request

from intake.config import LANGUAGES
from intake.i18n import gettext
from intake.services.audit import Action
from intake.services.operations import statistics, surveillance
from intake.services.operations.disclosure_control import SMALL, Count
from intake.services.operations.statistics import RESULTS, TIERS, Figures
from intake.services.operations.surveillance import VERDICTS, Months, Surveillance
from intake.services.staff.accounts import Permission
from intake.spreadsheet import table
from intake.text import day
from intake.web import clinic, only, operation, reading
from intake.web.admin.blueprint import blueprint
from intake.web.frozen import frozen

USUAL = timedelta(days=28)
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Period:
    """The days asked for, as typed; `problem` says what is wrong with them."""

    first: str
    last: str
    problem: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day, when there is no problem."""
        return day.iso(self.first), day.iso(self.last)


@blueprint.get("/figures")
@only(Permission.SEE_FIGURES)
def show_figures() -> Response:
    """The figures of a period."""
    period = _period()
    if period.problem:
        page = render_template("admin/figures.html", period=period, figures=None)
        return make_response(page, 400)
    found, watched = _figures(period, "page")
    page = render_template(
        "admin/figures.html",
        period=period,
        figures=found,
        number=number,
        watched=watched,
        months=Months.around(*period.days),
        verdicts=frozen(VERDICTS),
        results=RESULTS,
        tiers=frozen(dict(TIERS)),
        small=SMALL,
    )
    return make_response(page)


@blueprint.get("/figures.csv")
@only(Permission.SEE_FIGURES)
def figures_as_table() -> Response:
    """The same for a spreadsheet."""
    period = _period()
    if period.problem:
        return Response(period.problem, 400, mimetype="text/plain")
    found, watched = _figures(period, "csv")
    rows = (*_table(found), *_table_of_yield(watched))
    response = Response(table(rows), mimetype="text/csv")
    name = f"figures-{period.first}-{period.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def number(count: Count) -> str:
    """A count in words: never 1 to 4."""
    if count.value is not None:
        return str(count.value)
    return gettext("fewer than %(small)s", small=SMALL) if count.small else gettext("not shown")


def _period() -> Period:
    yesterday = clinic().settings.today(clinic().now()) - timedelta(days=1)
    first = request.args.get("from", (yesterday - USUAL + timedelta(days=1)).isoformat()).strip()[:40]
    last = request.args.get("to", yesterday.isoformat()).strip()[:40]
    try:
        begins, ends = (day.read(each, languages=LANGUAGES) for each in (first, last))
    except day.NotADay:
        return Period(first, last, gettext("Enter two days, such as 2026-03-01 and 2026-03-31"))
    if begins > ends:
        return Period(first, last, gettext("The first day must not come after the last"))
    if ends - begins > LONGEST or not 1900 < begins.year < 2200:
        return Period(first, last, gettext("The days can be at most a year apart"))
    return Period(begins.isoformat(), ends.isoformat())


def _figures(period: Period, how: str) -> tuple[Figures, Surveillance]:
    """The figures of these days, and what the rules yielded in the months they lie in."""
    first, last = period.days
    months = Months.around(first, last)
    with reading() as op:
        found = statistics.figures(op, first, last)
        watched = surveillance.surveillance(op, months)
    with operation() as op:
        op.record(Action.FIGURES_READ, g.user, first=first.isoformat(), last=last.isoformat(), how=how)
        op.commit()
    return found, watched


def _table(found: Figures) -> Iterator[tuple[object, ...]]:
    yield gettext("Figure"), gettext("What"), gettext("Number"), gettext("Per cent"), gettext("Target below")
    named = (
        (gettext("Forms"), found.steps),
        (gettext("Finished forms by urgency"), found.tiers),
        (gettext("Finished forms by way"), found.routes),
        (gettext("Unfinished forms by last page"), found.stops),
    )
    for name, lines in named:
        for line in lines:
            yield name, line.name, number(line.count), line.percent, line.target
    minutes = gettext("not shown") if found.minutes is None else found.minutes
    yield gettext("Median minutes from opening to sending"), "", minutes, None, None
    for rule in found.rules:
        name = f"{rule.rule}, {rule.urgency.name}"
        yield name, gettext("Fired"), number(rule.fired), None, None
        for result, count in zip(RESULTS, rule.results, strict=False):
            yield name, result, number(count), None, None


def _table_of_yield(found: Surveillance) -> Iterator[tuple[object, ...]]:
    """The months as a whole, then each rule."""
    name = gettext("Whole months")
    yield name, gettext("Forms handed over"), number(found.forms), None, None
    for share in (*found.tiers, found.calls):
        yield name, share.name, number(share.count), share.per_hundred, share.target
    for rule in found.rules:
        name = gettext("%(rule)s, %(urgency)s, after the visit", rule=rule.rule, urgency=rule.urgency.name)
        yield name, gettext("Fired"), number(rule.fired), None, None
        for verdict, count in zip(VERDICTS.values(), rule.verdicts, strict=True):
            yield name, verdict, number(count), None, None
        yield name, rule.calls.name, number(rule.calls.count), rule.calls.per_hundred, None
    for rule in found.to_review:
        yield gettext("%(rule)s, for clinical review", rule=rule.rule), rule.line, "", None, None
