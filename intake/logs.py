"""What a process writes to its log: where something went wrong, never what somebody wrote.

Messages of exceptions repeat what was typed, addresses hold the secret of a link, and libraries put both into
their lines. So an exception is its kind and its place, and of a line that is not ours only the fixed words
and the numbers are kept.
"""

import json
import logging
import re
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

OURS = "intake"
# A line about one answered request; its fields come as `extra={"request": {...}}`.
REQUESTS = logging.getLogger("intake.requests")
# Which request the line is about; "" outside any.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# They bring handlers of their own, or write what a stranger has sent.
_FOREIGN = ("gunicorn.access", "gunicorn.error", "werkzeug", "huey", "huey.consumer", "concurrent.futures")
_LEFT_OUT = "..."
# Marks a record whose words were looked at already.
_FIXED = "only_fixed_words"
_REQUEST_LINE = re.compile(r'"([A-Z]{3,7}) .*(HTTP/[0-9.]+)"', re.DOTALL)
# As `sys.exc_info` gives it.
ExceptionInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def install_logs(*, as_json: bool) -> None:
    """Let every line of this process go through here; a second time changes nothing but the form."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, SafeHandler)]:
        root.removeHandler(handler)
    root.addHandler(SafeHandler(as_json=as_json))
    REQUESTS.setLevel(logging.INFO if as_json else logging.WARNING)
    # Warnings repeat what they are about, and would be printed as they are.
    logging.captureWarnings(as_json)
    for name in _FOREIGN:
        logger = logging.getLogger(name)
        # A filter stays where it is, whatever handlers a server puts there afterwards.
        if not any(isinstance(each, OnlyFixedWords) for each in logger.filters):
            logger.addFilter(OnlyFixedWords())


def catch_what_ends_a_thread() -> None:
    """Let an exception that nobody caught be logged as any other, instead of printed with its message.

    One in a destructor too.
    """
    threading.excepthook = lambda failed: _log_end(failed.exc_type, failed.exc_traceback)
    sys.unraisablehook = lambda failed: _log_end(failed.exc_type, failed.exc_traceback)


def catch_what_ends_the_process() -> None:
    """The same for the last exception of the process."""
    sys.excepthook = lambda kind, _, trace: _log_end(kind, trace)


def place_of(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """The kind of an exception and the last place of our own code that it passed: "KeyError at app.py:40"."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "/intake/" in frame.filename] or frames
    if not ours:
        return kind.__name__ if kind else "nothing"
    last = ours[-1]
    file = last.filename.rpartition("/intake/")[2]
    return f"{kind.__name__ if kind else 'nothing'} at {file}:{last.lineno} in {last.name}"


class OnlyFixedWords(logging.Filter):
    """Takes out of each line of a library whatever it was filled with, before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = words_of(record), ()
        setattr(record, _FIXED, True)
        if record.exc_info:
            record.msg = f"{record.msg} {place_of(record.exc_info[0], record.exc_info[2])}".strip()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class SafeHandler(logging.Handler):
    """Writes one line for each record on the standard error."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = _as_json(record) if self.as_json else _as_words(record)
            sys.stderr.write(line + "\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (as logging calls it)
        """Say nothing: what logging would print holds the line's own words."""


def words_of(record: logging.LogRecord) -> str:
    """What a line says, without anything that could have come from outside."""
    if record.name == OURS or record.name.startswith(f"{OURS}."):
        return record.getMessage()
    if getattr(record, _FIXED, False):
        return str(record.msg)
    if record.name == "werkzeug":
        found = _REQUEST_LINE.search(record.getMessage())
        if found is not None:
            return f'"{found[1]} {_LEFT_OUT} {found[2]}"'
    return _filled_with_numbers(record)


def _filled_with_numbers(record: logging.LogRecord) -> str:
    """The fixed words of a line; "" where nobody can tell which these are."""
    arguments = record.args
    if not arguments:
        return ""
    try:
        if isinstance(arguments, dict):
            return str(record.msg) % {name: _number(value) for name, value in arguments.items()}
        return str(record.msg) % tuple(map(_number, arguments))
    except (TypeError, ValueError):
        return ""


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else _LEFT_OUT


def _as_json(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    line: dict[str, Any] = {
        "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "request_id": request_id.get() or None,
    }
    request = getattr(record, "request", None)
    line |= request if isinstance(request, dict) else _what(record)
    return json.dumps({name: value for name, value in line.items() if value is not None})


def _as_words(record: logging.LogRecord) -> str:
    about = f" [{request_id.get()}]" if request_id.get() else ""
    said = " ".join(each for each in _what(record).values() if each)
    # One line, and nothing that moves the cursor of whoever looks at it.
    plain = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in said)
    return f"{record.levelname} {record.name}{about}: {plain}"


def _what(record: logging.LogRecord) -> dict[str, str | None]:
    """What happened, where the line comes from when it is not ours, and which exception came with it."""
    ours = record.name.partition(".")[0] == OURS
    failed = place_of(record.exc_info[0], record.exc_info[2]) if record.exc_info else None
    return {
        "message": words_of(record) or None,
        "at": None if ours else f"{record.module}:{record.lineno}",
        "error": failed,
    }


def _log_end(kind: type[BaseException] | None, trace: TracebackType | None) -> None:
    if kind is None or not issubclass(kind, KeyboardInterrupt | SystemExit):
        logging.getLogger(OURS).error("Ended by %s", place_of(kind, trace))
