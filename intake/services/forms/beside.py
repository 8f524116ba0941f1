"""What stands beside a record in its note: the calls about it, and what changed since the form before."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from intake.config import Settings
from intake.documents.beside import Beside, Call
from intake.i18n import speaking
from intake.services.alerts import OUTCOMES, AlertRow
from intake.services.forms.earlier import EarlierForm
from intake.storage.models import AlertState
from intake.summary import Summary
from intake.summary.changes import changes
from intake.summary.lines import with_its_answers


def beside(
    summary: Summary, alerts: Sequence[AlertRow], last: EarlierForm | None, settings: Settings
) -> Beside:
    """For the record of a form with these alerts; `last` is the form it is compared with."""
    with speaking(summary.language):
        # One call closes several alerts at once.
        rows = sorted(alerts, key=_as_told)
        said = {fired.rule: with_its_answers(fired) for fired in summary.safety.rules}
        calls = tuple(_call(list(told), said, settings) for _, told in groupby(rows, key=_as_told))
    if last is None:
        return Beside(calls)
    return Beside(calls, settings.local(last.at).isoformat(), changes(last.summary, summary))


def _as_told(row: AlertRow) -> tuple[bool, str, str, str, str]:
    if row.state is not AlertState.CLOSED or row.closed_at is None:
        return True, "", "", "", ""
    return False, row.closed_at.isoformat(), row.outcome or "", row.note or "", row.initials or ""


def _call(rows: list[AlertRow], said: Mapping[str, str], settings: Settings) -> Call:
    """One call; `said` are the lines of the record with their answers, by rule."""
    first, urgency = rows[0], max(row.urgency for row in rows)
    raised = tuple(dict.fromkeys(said.get(row.rule, row.line) for row in rows))
    if first.state is not AlertState.CLOSED or first.closed_at is None:
        return Call(urgency.name, raised)
    return Call(
        urgency.name,
        raised,
        outcome=str(OUTCOMES[first.outcome]) if first.outcome else "",
        note=first.note or "",
        initials=first.initials or "",
        at=settings.local(first.closed_at).isoformat(),
    )
