"""What leaves the building: the summary as PDF, as a text note, and as FHIR."""
