"""The same actors as for the pages."""

from tests.web.conftest import clinician, come, patient, reception, stranger

__all__ = ["clinician", "come", "patient", "reception", "stranger"]
