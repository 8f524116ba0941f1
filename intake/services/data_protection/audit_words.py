"""Everything that is recorded, in words, and of which kind it is. A test holds it against the actions."""

from enum import StrEnum

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.audit import Action


class ActKind(StrEnum):
    """The kinds of acts that somebody looks for."""

    READ = "read"
    TAKEN = "taken"
    FORM = "form"
    CALLS = "calls"
    BOOKED = "booked"
    MESSAGES = "messages"
    STAFF = "staff"
    CLINIC = "clinic"
    ERASED = "erased"


KINDS: dict[ActKind, Words] = {
    ActKind.READ: _("Read or looked at"),
    ActKind.TAKEN: _("Taken out or printed"),
    ActKind.FORM: _("Answers"),
    ActKind.CALLS: _("Alerts and calls"),
    ActKind.BOOKED: _("Appointments and records"),
    ActKind.MESSAGES: _("Links and messages"),
    ActKind.STAFF: _("People who work here"),
    ActKind.CLINIC: _("Running the clinic"),
    ActKind.ERASED: _("Erased"),
}

ACTS: dict[Action, tuple[ActKind, Words]] = {
    Action.APPOINTMENT_MADE: (ActKind.BOOKED, _("Made the appointment")),
    Action.APPOINTMENT_CHANGED: (ActKind.BOOKED, _("Changed the appointment")),
    Action.APPOINTMENT_CANCELLED: (ActKind.BOOKED, _("Cancelled the appointment")),
    Action.APPOINTMENT_BOOKED_AGAIN: (ActKind.BOOKED, _("Booked the appointment again")),
    Action.APPOINTMENT_ARRIVED: (ActKind.BOOKED, _("Noted that the patient arrived")),
    Action.APPOINTMENT_IN_ROOM: (ActKind.BOOKED, _("Noted that the patient is in the room")),
    Action.APPOINTMENT_LEFT: (ActKind.BOOKED, _("Noted that the patient left")),
    Action.APPOINTMENT_STEP_TAKEN_BACK: (ActKind.BOOKED, _("Took back where the patient is")),
    Action.APPOINTMENT_ERASED: (ActKind.ERASED, _("Erased the appointment with all answers")),
    Action.PATIENT_LOOKED_FOR: (ActKind.READ, _("Looked for a patient")),
    Action.PATIENT_ERASED: (ActKind.ERASED, _("Erased the patient")),
    Action.PATIENTS_JOINED: (ActKind.BOOKED, _("Joined two records of a patient")),
    Action.PATIENTS_PARTED: (ActKind.BOOKED, _("Parted two records of a patient")),
    Action.APPOINTMENTS_IMPORTED: (ActKind.BOOKED, _("Took in a file of appointments")),
    Action.PATIENTS_SEARCHED: (ActKind.READ, _("Searched patients")),
    Action.INVITATION_MADE: (ActKind.MESSAGES, _("Made a link")),
    Action.INVITATION_IDENTIFIED: (ActKind.MESSAGES, _("Opened the link and gave the date of birth")),
    Action.INVITATION_WRONG_DATE: (ActKind.MESSAGES, _("Gave a wrong date of birth at the link")),
    Action.INVITATION_CLOSED: (ActKind.MESSAGES, _("Closed the link")),
    Action.INVITATION_TRIES_ALLOWED: (ActKind.MESSAGES, _("Allowed more tries at the link")),
    Action.INVITATION_PRINTED: (ActKind.MESSAGES, _("Noted the letter with the link as printed")),
    Action.INVITATION_SHOWN: (ActKind.MESSAGES, _("Looked at the link")),
    Action.MESSAGE_ENQUEUED: (ActKind.MESSAGES, _("Asked for a message to be sent")),
    Action.MESSAGE_SENT: (ActKind.MESSAGES, _("Sent a message")),
    Action.MESSAGE_FAILED: (ActKind.MESSAGES, _("Could not send a message")),
    Action.MESSAGE_CANCELLED: (ActKind.MESSAGES, _("Did not send a message that was not wanted any more")),
    Action.INTAKE_OPENED: (ActKind.FORM, _("Opened the form for the first time")),
    Action.INTAKE_RESUMED: (ActKind.FORM, _("Went on with the form")),
    Action.INTAKE_WORKED_ON: (ActKind.FORM, _("Worked on the form or what followed from it")),
    Action.INTAKE_PAGE_SAVED: (ActKind.FORM, _("Saved a page of the form")),
    Action.INTAKE_TOLD_BEFORE_FILLED_IN: (ActKind.FORM, _("Filled in what was told before")),
    Action.INTAKE_INTERRUPTED: (ActKind.FORM, _("Showed advice while the form was filled in")),
    Action.INTAKE_DOUBTS_SHOWN: (ActKind.FORM, _("Asked to look at some answers again")),
    Action.INTAKE_CHOSE: (ActKind.FORM, _("Chose what to do after advice")),
    Action.INTAKE_LEFT: (ActKind.FORM, _("Left the form")),
    Action.INTAKE_HANDED_OVER_UNFINISHED: (ActKind.FORM, _("Handed over the form unfinished")),
    Action.INTAKE_SENT: (ActKind.FORM, _("Sent the form")),
    Action.INTAKE_READ: (ActKind.READ, _("Read the answers")),
    Action.INTAKE_COPY_READ: (ActKind.READ, _("Read the patient’s own copy")),
    Action.INTAKE_MARKED_READ: (ActKind.READ, _("Marked the answers as read")),
    Action.INTAKE_READ_TAKEN_BACK: (ActKind.READ, _("Took back that the answers are read")),
    Action.INTAKE_CORRECTED: (ActKind.FORM, _("Corrected answers")),
    Action.INTAKE_ASKED_AGAIN: (ActKind.FORM, _("Asked the safety questions again")),
    Action.INTAKE_FILLED_IN_TOGETHER: (ActKind.FORM, _("Filled in the form with the patient")),
    Action.INTAKE_WRONG_DATE_AT_DESK: (ActKind.FORM, _("Gave a wrong date of birth at the desk")),
    Action.FINDING_MARKED: (ActKind.FORM, _("Marked what a finding was")),
    Action.ALERT_RAISED: (ActKind.CALLS, _("Raised an alert")),
    Action.ALERT_RAISED_AGAIN: (ActKind.CALLS, _("Raised an alert again")),
    Action.ALERT_ACKNOWLEDGED: (ActKind.CALLS, _("Took on the call")),
    Action.ALERT_HANDED_OVER: (ActKind.CALLS, _("Handed over the call")),
    Action.ALERT_RELEASED: (ActKind.CALLS, _("Gave back the call")),
    Action.ALERT_CLOSED: (ActKind.CALLS, _("Closed the call")),
    Action.ALERT_SCRIPT_READ: (ActKind.READ, _("Read what to say on the phone")),
    Action.ALERT_PUT_RIGHT: (ActKind.CALLS, _("Put the result of the call right")),
    Action.ALERT_OPENED_AGAIN: (ActKind.CALLS, _("Opened the call again")),
    Action.ALERT_TOLD: (ActKind.CALLS, _("Told the clinic of a call")),
    Action.CALL_TRIED: (ActKind.CALLS, _("Tried to phone the patient")),
    Action.CALL_NOTE_ADDED: (ActKind.CALLS, _("Added a note to the call")),
    Action.CALL_OFFERED: (ActKind.CALLS, _("Offered the call to a colleague")),
    Action.CALL_DECLINED: (ActKind.CALLS, _("Declined the call")),
    Action.CALL_OFFER_WITHDRAWN: (ActKind.CALLS, _("Took back the offer of the call")),
    Action.DOCUMENT_MADE: (ActKind.FORM, _("Made the summary as a document")),
    Action.DOCUMENT_DOWNLOADED: (ActKind.TAKEN, _("Took out the summary as a file")),
    Action.PACK_MADE: (ActKind.TAKEN, _("Took out the summary with all of that day")),
    Action.DAY_READ: (ActKind.READ, _("Looked at the list of a day")),
    Action.WORKLIST_READ: (ActKind.READ, _("Looked at the clinicians’ list of a day")),
    Action.TABLET_ENROLLED: (ActKind.CLINIC, _("Let a tablet in")),
    Action.TABLET_REMOVED: (ActKind.CLINIC, _("Removed a tablet")),
    Action.WALK_IN_CODE_MADE: (ActKind.MESSAGES, _("Made a code for the tablet")),
    Action.WALK_IN_CODE_USED: (ActKind.MESSAGES, _("Opened the form on a tablet by a code")),
    Action.JOB_TRIED_AGAIN: (ActKind.CLINIC, _("Let failed work be tried again")),
    Action.TRIAL_MESSAGE_SENT: (ActKind.CLINIC, _("Sent a trial message")),
    Action.SETTING_CHANGED: (ActKind.CLINIC, _("Changed a setting")),
    Action.SAFETY_APPROVED: (ActKind.CLINIC, _("Approved the safety rules")),
    Action.SAFETY_APPROVAL_WITHDRAWN: (ActKind.CLINIC, _("Withdrew an approval of the safety rules")),
    Action.FIGURES_READ: (ActKind.CLINIC, _("Looked at the figures")),
    Action.CLINICIAN_NAME_DECIDED: (ActKind.CLINIC, _("Decided whom a name in files means")),
    Action.CLINICIAN_NAME_FORGOTTEN: (ActKind.CLINIC, _("Forgot whom a name in files means")),
    Action.STAFF_ADDED: (ActKind.STAFF, _("Added somebody")),
    Action.STAFF_SIGNED_IN: (ActKind.STAFF, _("Signed in")),
    Action.STAFF_SIGN_IN_REFUSED: (ActKind.STAFF, _("A sign-in was refused")),
    Action.STAFF_SIGNED_OUT: (ActKind.STAFF, _("Signed out, or was signed out")),
    Action.STAFF_BROWSERS_FORGOTTEN: (ActKind.STAFF, _("Forgot known browsers")),
    Action.STAFF_PASSWORD_CHANGED: (ActKind.STAFF, _("Changed a password")),
    Action.STAFF_DEACTIVATED: (ActKind.STAFF, _("Let somebody in no longer")),
    Action.STAFF_ROLE_CHANGED: (ActKind.STAFF, _("Changed a role")),
    Action.STAFF_REACTIVATED: (ActKind.STAFF, _("Let somebody in again")),
    Action.STAFF_LINK_MADE: (ActKind.STAFF, _("Made a link for a password")),
    Action.STAFF_LINK_USED: (ActKind.STAFF, _("Used a link for a password")),
    Action.STAFF_DENIED: (ActKind.STAFF, _("Was turned away from a page")),
    Action.STAFF_PERMISSION_GIVEN: (ActKind.STAFF, _("Allowed somebody more than their role does")),
    Action.STAFF_PERMISSION_TAKEN: (ActKind.STAFF, _("Took back what somebody was allowed besides")),
    Action.STAFF_WORKS_AS: (ActKind.STAFF, _("Went on in another role")),
    Action.STAFF_FACTOR_BEGUN: (ActKind.STAFF, _("Began to set up a second factor")),
    Action.STAFF_FACTOR_ADDED: (ActKind.STAFF, _("Added a second factor")),
    Action.STAFF_FACTOR_REMOVED: (ActKind.STAFF, _("Removed a second factor")),
    Action.STAFF_FACTORS_DROPPED: (ActKind.STAFF, _("Dropped somebody’s second factors")),
    Action.STAFF_RECOVERY_CODES_MADE: (ActKind.STAFF, _("Made recovery codes")),
    Action.STAFF_RECOVERY_CODE_USED: (ActKind.STAFF, _("Used a recovery code")),
    Action.STAFF_PASSKEY_REFUSED: (ActKind.STAFF, _("A passkey was refused, as it may be a copy")),
    Action.STAFF_IDENTITY_TIED: (ActKind.STAFF, _("Tied an account to a work account")),
    Action.STAFF_IDENTITY_UNTIED: (ActKind.STAFF, _("Parted an account from a work account")),
    Action.STAFF_EMERGENCY_SIGN_IN: (ActKind.STAFF, _("Signed in with the emergency account")),
    Action.RECORD_SEALED: (ActKind.CLINIC, _("Sealed the record of the day")),
    Action.KEY_ADDED: (ActKind.CLINIC, _("Added a key")),
    Action.SEALED_AGAIN: (ActKind.CLINIC, _("Sealed everything with the new key")),
    Action.KEY_REMOVED: (ActKind.CLINIC, _("Removed a key")),
    Action.RESTORE_ACCEPTED: (ActKind.CLINIC, _("Accepted a backup that was put back")),
    Action.BACKUP_PUT_BACK: (ActKind.CLINIC, _("Put a backup back")),
    Action.HELD_MESSAGES_RELEASED: (ActKind.CLINIC, _("Let held messages leave")),
    Action.HELD_MESSAGES_DROPPED: (ActKind.CLINIC, _("Dropped held messages")),
    Action.AUDIT_READ: (ActKind.READ, _("Looked at who read and did what")),
    Action.ANSWERS_LOOKED_AT: (ActKind.TAKEN, _("Looked at what an export of answers would tell")),
    Action.ANSWERS_EXPORTED: (ActKind.TAKEN, _("Took answers out for research or audit")),
    Action.AUDIT_EXPORTED: (ActKind.TAKEN, _("Took out who read and did what, as a file")),
    Action.PATIENT_COPY_MADE: (ActKind.TAKEN, _("Made the patient’s copy of everything kept")),
    Action.PATIENT_ERASED_ON_REQUEST: (ActKind.ERASED, _("Erased a patient before the time was over")),
    Action.ERASURE_LOOKED_UP: (ActKind.READ, _("Looked up the proof of an erasing")),
}


def words_of(action: str) -> str:
    """What was done, in the language being spoken; the bare word for one that an earlier version recorded."""
    known = Action(action) if action in list(Action) else None
    return str(ACTS[known][1]) if known in ACTS else action


def kind_of(action: str) -> ActKind | None:
    """Of which kind it is; None for one that is not known any more."""
    known = Action(action) if action in list(Action) else None
    return ACTS[known][0] if known in ACTS else None


def actions_of(kind: ActKind) -> frozenset[str]:
    """Every action of this kind."""
    return frozenset(action.value for action, (its, _words) in ACTS.items() if its is kind)
