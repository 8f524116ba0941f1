"""How it goes, in numbers: a page, and tables for a spreadsheet. Small numbers stand in neither."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, g, make_response, render_template, request

from intake.config import LANGUAGES
from intake.i18n import Words, gettext
from intake.services.audit import Action
from intake.services.operations import exports, statistics, surveillance
from intake.services.operations.disclosure_control import SMALL, said
from intake.services.operations.exports import EXPORTS, Export
from intake.services.operations.statistics import RESULTS, TIERS, Figures
from intake.services.operations.surveillance import VERDICTS, Months, Surveillance
from intake.services.staff.accounts import Permission
from intake.spreadsheet import table
from intake.text import day
from intake.web import clinic, may_here, only, operation, reading
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


@dataclass(frozen=True)
class TableLink:
    """What leads to an export."""

    endpoint: str
    title: Words


@blueprint.get("/figures")
@only(Permission.SEE_FIGURES)
def show_figures() -> Response:
    """The figures of a period."""
    period = _period()
    if period.problem:
        page = render_template("admin/figures.html", period=period, figures=None)
        return make_response(page, 400)
    found, watched = _figures(period)
    page = render_template(
        "admin/figures.html",
        period=period,
        figures=found,
        number=said,
        watched=watched,
        months=Months.around(*period.days),
        verdicts=frozen(VERDICTS),
        results=RESULTS,
        tiers=frozen(dict(TIERS)),
        small=SMALL,
        tables=_tables(),
    )
    return make_response(page)


def _as_table(export: Export) -> Callable[[], Response]:
    """The view of one export: `/<name>.csv`, for whoever has its permission."""

    def view() -> Response:
        period = _period()
        if period.problem:
            return Response(period.problem, 400, mimetype="text/plain")
        with reading() as op:
            rows = exports.rows_of(op, export, *period.days)
        with operation() as op:
            exports.record(op, export, *period.days, g.user)
            op.commit()
        response = Response(table(rows), mimetype="text/csv")
        name = f"{export.name}-{period.first}-{period.last}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    view.__doc__ = f"Take figures away as a table: {export.name}."
    return view


for _export in EXPORTS.values():
    blueprint.add_url_rule(
        f"/{_export.name}.csv", f"{_export.name}_as_table", only(_export.permission)(_as_table(_export))
    )


def _tables() -> tuple[TableLink, ...]:
    """The exports that whoever is here may take."""
    return tuple(
        TableLink(f"admin.{each.name}_as_table", each.title)
        for each in EXPORTS.values()
        if may_here(each.permission)
    )


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


def _figures(period: Period) -> tuple[Figures, Surveillance]:
    """The figures of these days, and what the rules yielded in the months they lie in."""
    first, last = period.days
    months = Months.around(first, last)
    with reading() as op:
        found = statistics.figures(op, first, last)
        watched = surveillance.surveillance(op, months)
    with operation() as op:
        op.record(Action.FIGURES_READ, g.user, first=first.isoformat(), last=last.isoformat(), how="page")
        op.commit()
    return found, watched
