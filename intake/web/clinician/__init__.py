"""The clinician's pages.

worklist     my patients of a day, by time; pack: their records in one file
reader       what the patient said, in the order a clinician reads, and the same to take away
record_page  a record as the reader shows it; marks: the places on its body map
first_screen what stands open above the patient's own words, and what is folded away
finding      what a finding turned out to be; found: the same for the reader
reading      that I have read it, or not after all; what is asked again
correcting   an answer is put right; edition: the record as it was before
"""

from intake.web.clinician import correcting, edition, finding, pack, reader, reading, worklist
from intake.web.clinician.blueprint import blueprint

__all__ = ["blueprint", "correcting", "edition", "finding", "pack", "reader", "reading", "worklist"]
