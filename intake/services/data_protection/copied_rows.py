"""What of a person, their appointments, links and messages stands in their copy, with its label."""

from intake.i18n import lazy as _
from intake.services.data_protection.copy_lines import CopiedFact

RECORD = (
    CopiedFact("name", _("Name")),
    CopiedFact("date_of_birth", _("Date of birth")),
    CopiedFact("sex_at_birth", _("Sex recorded at birth")),
    CopiedFact("phone", _("Telephone")),
    CopiedFact("email", _("E-mail address")),
    CopiedFact("needs", _("Needs")),
    CopiedFact("created_at", _("Since")),
)
NUMBER = (CopiedFact("system", _("Record system")), CopiedFact("value", _("Number there")))
JOIN = (
    CopiedFact("made_at", _("Records joined")),
    CopiedFact("before", _("What stood there before")),
    CopiedFact("after", _("What stood there afterwards")),
)
APPOINTMENT = (
    CopiedFact("starts_at", _("When")),
    CopiedFact("minutes", _("Minutes")),
    CopiedFact("with_whom", _("With")),
    CopiedFact("clinician", _("Clinician")),
    CopiedFact("reference", _("Reference")),
    CopiedFact("state", _("State")),
    CopiedFact("made_at", _("Booked")),
    CopiedFact("arrived_at", _("Arrived")),
    CopiedFact("in_room_at", _("In the room")),
    CopiedFact("left_at", _("Left")),
)
APPOINTMENT_NUMBER = (
    *NUMBER,
    CopiedFact("sequence", _("Version there")),
    CopiedFact("changed_at", _("Changed there")),
)
AS_BOOKED = (
    CopiedFact("made_at", _("Since")),
    *(each for each in RECORD if each.name in ("date_of_birth", "sex_at_birth", "phone", "email")),
)
LINK = (
    CopiedFact("state", _("State")),
    CopiedFact("made_at", _("Made")),
    CopiedFact("expires_at", _("Works until")),
    CopiedFact("tries", _("Wrong dates of birth")),
    CopiedFact("identified_at", _("First opened")),
    CopiedFact("printed_at", _("Letter printed")),
)
TABLET_CODE = (
    CopiedFact("made_at", _("Made")),
    CopiedFact("expires_at", _("Works until")),
    CopiedFact("used_at", _("Used")),
)
BROWSER = (
    CopiedFact("route", _("How the form was opened")),
    CopiedFact("filled_in_by", _("Filled in together with")),
    CopiedFact("user", _("Member of staff")),
    CopiedFact("started_at", _("Opened")),
    CopiedFact("seen_at", _("Last used")),
    CopiedFact("identified_at", _("Date of birth given")),
    CopiedFact("revoked_at", _("Closed")),
)
MESSAGE = (
    CopiedFact("kind", _("What")),
    CopiedFact("channel", _("By")),
    CopiedFact("made_at", _("Asked for")),
    CopiedFact("not_before", _("Due")),
    CopiedFact("attempts", _("Tries")),
    CopiedFact("done_at", _("Done")),
    CopiedFact("given_up_at", _("Given up")),
    CopiedFact("cancelled_at", _("Not sent, because it was not wanted any more")),
    CopiedFact("cancel_reason", _("Why it was not wanted")),
    CopiedFact("last_error", _("Why it failed")),
    CopiedFact("held_at", _("Held back since")),
)
DOCUMENT = (
    CopiedFact("format", _("Kind of file")),
    CopiedFact("state", _("State")),
    CopiedFact("asked_at", _("Asked for")),
    CopiedFact("made_at", _("Made")),
    CopiedFact("sha256", _("Fingerprint of the file")),
)
NOT_SAVED = (
    CopiedFact("begun_at", _("Begun")),
    CopiedFact("changed_at", _("Changed")),
)
READ_MARK = (
    CopiedFact("user", _("Who marked it as read")),
    CopiedFact("edition", _("Version of the form")),
    CopiedFact("read_at", _("When")),
)
