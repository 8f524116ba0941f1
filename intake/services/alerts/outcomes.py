"""What can come of an alert, in words."""

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.storage.models import Outcome

OUTCOMES: dict[Outcome, Words] = {
    Outcome.EMERGENCY_CARE: _("At the emergency department, or on the way"),
    Outcome.SEEN_TODAY: _("Seen today, or will be, by a clinician here"),
    Outcome.CLINICIAN_ADVISED: _("A clinician here spoke with the patient"),
    Outcome.SEEN_ELSEWHERE: _("Has been seen for this elsewhere"),
    Outcome.ANSWER_MISTAKEN: _("The patient says the answer was a mistake; a clinician knows"),
    Outcome.NOT_REACHED: _("Not reached; a clinician has taken over"),
}
