"""What is written to the log: where something went wrong, never what somebody wrote.

Messages of exceptions repeat what was typed, and addresses hold the secret of a link; both stay out.
"""

import logging
import re
import traceback
from types import TracebackType

from flask import request

# As `sys.exc_info` gives it.
ExceptionInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
_SECRET = re.compile(r"(/(?:i|c|welcome)/)[^\s?\"]+", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s\"]*")


class NoSecrets(logging.Filter):
    """Takes links' secrets and everything behind a question mark out of each line of the access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = _SECRET.sub(r"\1...", record.getMessage())
        record.msg, record.args = _QUERY.sub("", line), ()
        return True


def install_logs() -> None:
    """Keep links' secrets out of the access log."""
    logging.getLogger("werkzeug").addFilter(NoSecrets())


def failure_of(exc_info: ExceptionInfo) -> str:
    """ "POST /form/<page:page>: KeyError at app.py:40 in take": where the present request failed."""
    where = request.url_rule.rule if request.url_rule else "no route"
    return f"{request.method} {where}: {place_of(exc_info[0], exc_info[2])}"


def unsaved(problem: Exception) -> str:
    """ "POST /form/<page:page>: OperationalError (SQLITE_FULL) at ...": what the database would not do."""
    original = getattr(problem, "orig", None)
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    said = f" ({code or type(original).__name__})" if original is not None else ""
    kind, _, place = failure_of((type(problem), problem, problem.__traceback__)).rpartition(" at ")
    return f"{kind}{said} at {place}"


def place_of(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """The kind of an exception and the last place of our own code that it passed: "KeyError at app.py:40"."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "/intake/" in frame.filename] or frames
    if not ours:
        return kind.__name__ if kind else "nothing"
    last = ours[-1]
    file = last.filename.rpartition("/intake/")[2]
    return f"{kind.__name__ if kind else 'nothing'} at {file}:{last.lineno} in {last.name}"
