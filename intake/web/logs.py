"""What is written to the log about a request: where it failed, never what somebody wrote."""

from flask import request

from intake.logs import ExceptionInfo, place_of


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
