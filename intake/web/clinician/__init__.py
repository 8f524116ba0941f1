"""The consulting room.

worklist  my patients of a day, by urgency
reader    what the patient said, in the order a clinician reads, and the same to take away
"""

from intake.web.clinician import reader, worklist
from intake.web.clinician.room import room

__all__ = ["reader", "room", "worklist"]
