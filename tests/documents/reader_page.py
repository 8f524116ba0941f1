"""The part of the reader's page that shows a record, with nothing of the clinic around it."""

from typing import Any

from flask import render_template_string

from intake.summary import Summary
from intake.web.clinician.first_screen import first_screen
from intake.web.clinician.record_page import page_for

_PARTS = ("safety", "came_with", "where", "story")
READER = """
{% import "components/states.html" as states %}{% import "clinician/leads.html" as leads %}
""" + "".join(f'{{% include "clinician/{part}.html" %}}' for part in _PARTS)


def reader_page(app: Any, summary: Summary) -> str:
    """The page as it is sent, with its tags."""
    with app.test_request_context("/"):
        return render_template_string(
            READER, summary=summary, record=page_for(summary), first=first_screen(summary), corrects=False
        )
