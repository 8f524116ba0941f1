"""The figures of the clinic, and what its rules yielded, as one table."""

from collections.abc import Iterator
from datetime import date

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.services.context import Operation
from intake.services.operations import statistics, surveillance
from intake.services.operations.disclosure_control import said
from intake.services.operations.exports.export import Cells, Export
from intake.services.operations.statistics import RESULTS, Figures
from intake.services.operations.surveillance import VERDICTS, Months, Surveillance


def _rows(op: Operation, first: date, last: date) -> Iterator[Cells]:
    yield from _of_figures(statistics.figures(op, first, last))
    yield from _of_yield(surveillance.surveillance(op, Months.around(first, last)))


def _of_figures(found: Figures) -> Iterator[Cells]:
    named = (
        (gettext("Forms"), found.steps),
        (gettext("Finished forms by urgency"), found.tiers),
        (gettext("Finished forms by way"), found.routes),
        (gettext("Unfinished forms by last page"), found.stops),
    )
    for name, lines in named:
        for line in lines:
            yield name, line.name, said(line.count), line.percent, line.target
    minutes = gettext("not shown") if found.minutes is None else found.minutes
    yield gettext("Median minutes from opening to sending"), "", minutes, None, None
    yield from _of_calls(found)
    for rule in found.rules:
        name = f"{rule.rule}, {rule.urgency.name}"
        yield name, gettext("Fired"), said(rule.fired), None, None
        for result, count in zip(RESULTS, rule.results, strict=False):
            yield name, result, said(count), None, None


def _of_calls(found: Figures) -> Iterator[Cells]:
    """Met and missed targets of the calls, with the median minutes beside them."""
    for each in found.calls:
        name = gettext("Calls: %(urgency)s", urgency=each.urgency)
        yield name, gettext("Calls"), said(each.calls), None, None
        for step in each.steps:
            yield name, gettext("%(step)s: in time", step=step.name), said(step.met), step.percent, None
            yield name, gettext("%(step)s: late", step=step.name), said(step.missed), None, None
            minutes = gettext("not shown") if step.minutes is None else step.minutes
            what = gettext("%(urgency)s, %(step)s", urgency=each.urgency, step=step.name)
            yield gettext("Median minutes of calls"), what, minutes, None, step.within


def _of_yield(found: Surveillance) -> Iterator[Cells]:
    """The months as a whole, then each rule."""
    name = gettext("Whole months")
    yield name, gettext("Forms handed over"), said(found.forms), None, None
    for share in (*found.tiers, found.calls):
        yield name, share.name, said(share.count), share.per_hundred, share.target
    for rule in found.rules:
        name = gettext("%(rule)s, %(urgency)s, after the visit", rule=rule.rule, urgency=rule.urgency.name)
        yield name, gettext("Fired"), said(rule.fired), None, None
        for verdict, count in zip(VERDICTS.values(), rule.verdicts, strict=True):
            yield name, verdict, said(count), None, None
        yield name, rule.calls.name, said(rule.calls.count), rule.calls.per_hundred, None
    for rule in found.to_review:
        yield gettext("%(rule)s, for clinical review", rule=rule.rule), rule.line, "", None, None


EXPORT = Export(
    "figures",
    _("The same for a spreadsheet (CSV)"),
    columns=(_("Figure"), _("What"), _("Number"), _("Per cent"), _("Target below")),
    rows=_rows,
)
