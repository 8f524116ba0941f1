"""What is written to the log: where something went wrong, never what somebody wrote.

Messages of exceptions repeat what was typed, and addresses hold the secret of a link; both stay out.
"""

import logging
import re
import traceback
from types import TracebackType

from flask import Flask, request

_SECRET = re.compile(r"(/(?:i|c|welcome)/)[^\s?\"]+")
_QUERY = re.compile(r"\?[^\s\"]*")


class NoSecrets(logging.Filter):
    """Takes links' secrets and everything behind a question mark out of each line of the access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = _SECRET.sub(r"\1...", record.getMessage())
        record.msg, record.args = _QUERY.sub("", line), ()
        return True


def install_logs(app: Flask) -> None:
    """Keep patients' words and links out of the log."""
    logging.getLogger("werkzeug").addFilter(NoSecrets())
    # Flask asks to be subclassed for this; the app is made elsewhere.
    app.log_exception = lambda exc_info: _say(app, exc_info)  # type: ignore[method-assign]


def place_of(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """The kind of an exception and the last place of our own code that it passed: "KeyError at app.py:40"."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "/intake/" in frame.filename] or frames
    if not ours:
        return kind.__name__ if kind else "nothing"
    last = ours[-1]
    file = last.filename.rpartition("/intake/")[2]
    return f"{kind.__name__ if kind else 'nothing'} at {file}:{last.lineno} in {last.name}"


def _say(
    app: Flask, exc_info: tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
) -> None:
    where = request.url_rule.rule if request.url_rule else "no route"
    app.logger.error("%s %s: %s", request.method, where, place_of(exc_info[0], exc_info[2]))
