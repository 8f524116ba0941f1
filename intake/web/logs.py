"""What is written to the log about a request: where it failed, never what somebody wrote."""

from flask import request

from intake.logs import ExceptionInfo, place_of


def failure_of(exc_info: ExceptionInfo) -> str:
    """ "POST /form/<page:page>: KeyError at app.py:40 in take": where the present request failed."""
    where = request.url_rule.rule if request.url_rule else "no route"
    return f"{request.method} {where}: {place_of(exc_info[0], exc_info[2])}"
