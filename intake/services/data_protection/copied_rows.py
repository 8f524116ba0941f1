"""What of a person, their appointments, links and messages stands in their copy, with its label."""

from intake.i18n import lazy as _
from intake.services.data_protection.copy_lines import Told

RECORD = (
    Told("name", _("Name")),
    Told("date_of_birth", _("Date of birth")),
    Told("sex_at_birth", _("Sex recorded at birth")),
    Told("phone", _("Telephone")),
    Told("email", _("E-mail address")),
    Told("needs", _("Needs")),
    Told("created_at", _("Since")),
)
NUMBER = (Told("system", _("Record system")), Told("value", _("Number there")))
JOIN = (
    Told("made_at", _("Records joined")),
    Told("before", _("What stood there before")),
    Told("after", _("What stood there afterwards")),
)
APPOINTMENT = (
    Told("starts_at", _("When")),
    Told("minutes", _("Minutes")),
    Told("with_whom", _("With")),
    Told("clinician", _("Clinician")),
    Told("reference", _("Reference")),
    Told("state", _("State")),
    Told("made_at", _("Booked")),
    Told("arrived_at", _("Arrived")),
    Told("in_room_at", _("In the room")),
    Told("left_at", _("Left")),
)
APPOINTMENT_NUMBER = (
    *NUMBER,
    Told("sequence", _("Version there")),
    Told("changed_at", _("Changed there")),
)
AS_BOOKED = (
    Told("made_at", _("Since")),
    *(each for each in RECORD if each.name in ("date_of_birth", "sex_at_birth", "phone", "email")),
)
LINK = (
    Told("state", _("State")),
    Told("made_at", _("Made")),
    Told("expires_at", _("Works until")),
    Told("tries", _("Wrong dates of birth")),
    Told("identified_at", _("First opened")),
    Told("printed_at", _("Letter printed")),
)
TABLET_CODE = (
    Told("made_at", _("Made")),
    Told("expires_at", _("Works until")),
    Told("used_at", _("Used")),
)
BROWSER = (
    Told("route", _("How the form was opened")),
    Told("filled_in_by", _("Filled in together with")),
    Told("user", _("Member of staff")),
    Told("started_at", _("Opened")),
    Told("seen_at", _("Last used")),
    Told("identified_at", _("Date of birth given")),
    Told("revoked_at", _("Closed")),
)
MESSAGE = (
    Told("kind", _("What")),
    Told("channel", _("By")),
    Told("made_at", _("Asked for")),
    Told("not_before", _("Due")),
    Told("attempts", _("Tries")),
    Told("done_at", _("Done")),
    Told("given_up_at", _("Given up")),
    Told("cancelled_at", _("Not sent, because it was not wanted any more")),
    Told("cancel_reason", _("Why it was not wanted")),
    Told("last_error", _("Why it failed")),
    Told("held_at", _("Held back since")),
)
DOCUMENT = (
    Told("format", _("Kind of file")),
    Told("state", _("State")),
    Told("asked_at", _("Asked for")),
    Told("made_at", _("Made")),
    Told("sha256", _("Fingerprint of the file")),
)
NOT_SAVED = (
    Told("begun_at", _("Begun")),
    Told("changed_at", _("Changed")),
)
READ_MARK = (
    Told("user", _("Who marked it as read")),
    Told("edition", _("Version of the form")),
    Told("read_at", _("When")),
)
