"""What stands beside a record in its note: the calls about it, and what changed since the form before."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from intake.config import Settings
from intake.documents.beside import Beside, Call, CallEntry
from intake.i18n import gettext, speaking
from intake.services.alerts import ATTEMPTS, OUTCOMES, AlertRow, CallCase
from intake.services.forms.earlier import EarlierForm
from intake.storage.models import AlertState
from intake.summary import Summary
from intake.summary.changes import changes
from intake.summary.lines import with_its_answers


def beside(
    summary: Summary,
    alerts: Sequence[AlertRow],
    case: CallCase,
    last: EarlierForm | None,
    settings: Settings,
) -> Beside:
    """For the record of a form with these alerts and their call; `last` is the form it is compared with."""
    with speaking(summary.language):
        # One call closes several alerts at once.
        rows = sorted(alerts, key=_as_told)
        said = {fired.rule: with_its_answers(fired) for fired in summary.safety.rules}
        calls = tuple(_call(list(told), said, settings) for _, told in groupby(rows, key=_as_told))
        entries = tuple(_entries(case, settings))
    if last is None:
        return Beside(calls, entries)
    return Beside(calls, entries, settings.local(last.at).isoformat(), changes(last.summary, summary))


def _entries(case: CallCase, settings: Settings) -> Iterator[CallEntry]:
    """The tries after which the call went on, and what was noted after it."""
    for tried in case.attempts:
        at = settings.local(tried.made_at).isoformat()
        yield CallEntry(at, tried.made_by, str(ATTEMPTS[tried.kind]), tried.note or "")
    for later in case.later_notes:
        at = settings.local(later.written_at).isoformat()
        yield CallEntry(at, later.written_by, gettext("Later note"), later.note)


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
