"""The words that name the parts of a record, the same in the PDF, the note and on the reader's page.

A document may add to them ("Patient not sure:") and set them in capitals; it has no other words for them.
"""

from intake.i18n import lazy as _

NOT_SURE = _("Not sure:")
NOT_ANSWERED = _("Not answered:")
DECLINED = _("Preferred not to say:")
SINGLE_FEATURES = _("Single or non-specific features:")
ALSO_REPORTED = _("Also reported:")
TOLD = _("Patient")
WITHDRAWN = _("Withdrawn")
IN_CONFIDENCE = _("In confidence:")
NOTHING_REPORTED = _("nothing reported")
NOT_SAID = _("not answered")
SCORES = {"now": _("now"), "average": _("average"), "worst": _("worst")}
