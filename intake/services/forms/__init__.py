"""The patient's form: saved page by page, sent, corrected, asked again; its record and its versions.

intakes           open it, save a page, send it
draft             everything the patient wrote, and what happened meanwhile
current_findings  what a changed answer raises and withdraws
walking           what every change stands on: the lock, the way through, the record
entry             by whose hand answers come in
together          staff fill it in with the patient, or from paper
corrections       staff correct an answer after sending
asking_again      the safety questions asked again
versions          what was handed over before
record            the summary made from what is kept
documents         renderings of the record
findings          what each finding turned out to be
earlier           forms sent for visits before
record_view       what pages show of a record
worklist          the clinician's patients of a day
"""
