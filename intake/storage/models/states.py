"""The closed sets: how far things have come, and of what kind they are."""

from enum import StrEnum


class AppointmentState(StrEnum):
    """Whether the patient is expected."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """Whether a link still opens the form; a new one replaces the one before."""

    OPEN = "open"
    REPLACED = "replaced"
    REVOKED = "revoked"


class IntakeStatus(StrEnum):
    """How far the patient's form has come.

    LEFT_URGENT and UNFINISHED are handed over as they stand and can still be finished: by somebody who went
    to get help, and by somebody who could not go on.
    """

    NOT_OPENED = "not_opened"
    OPENED = "opened"
    IN_PROGRESS = "in_progress"
    LEFT_URGENT = "left_urgent"
    UNFINISHED = "unfinished"
    SENT = "sent"


HANDED_OVER = frozenset({IntakeStatus.LEFT_URGENT, IntakeStatus.UNFINISHED, IntakeStatus.SENT})


class AlertState(StrEnum):
    """How far staff have come with an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class DocumentState(StrEnum):
    """Whether a document still has to be made."""

    PENDING = "pending"
    READY = "ready"


class Role(StrEnum):
    """What somebody does here; it decides what they may do. The least far-reaching stands first."""

    RECEPTION = "reception"
    CLINICIAN = "clinician"
    ADMIN = "admin"


class SessionKind(StrEnum):
    """Whose browser it is."""

    PATIENT = "patient"
    STAFF = "staff"
    TABLET = "tablet"


class JobKind(StrEnum):
    """What has to be done: documents rendered, messages sent. Each says what the `ref` of its job is."""

    RENDER_DOCUMENT = "render_document"  # a document
    SEND_INVITATION = "send_invitation"  # an invitation
    SEND_REMINDER = "send_reminder"  # an appointment
    TELL_OF_ALERT = "tell_of_alert"  # an alert
    TELL_OF_OVERDUE = "tell_of_overdue"  # an alert
    TELL_OF_HAND_OVER = "tell_of_hand_over"  # a hand-over
    TELL_OF_FACTOR_ADDED = "tell_of_factor_added"  # a member of staff, as all below
    TELL_OF_FACTOR_REMOVED = "tell_of_factor_removed"
    TELL_OF_FACTORS_DROPPED = "tell_of_factors_dropped"
    TELL_OF_RECOVERY = "tell_of_recovery"
    TELL_OF_COPIED_PASSKEY = "tell_of_copied_passkey"
    TELL_OF_NEW_BROWSER = "tell_of_new_browser"  # a session of staff
    TELL_OF_NEW_PASSWORD = "tell_of_new_password"  # noqa: S105  (of a member of staff; no password)
    TELL_OF_EMERGENCY = "tell_of_emergency"  # an admin


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    TEXT = "text"


class Route(StrEnum):
    """How the answers of a form came in."""

    WEB = "web"
    DESK = "desk"
    PAPER = "paper"
    TABLET = "tablet"


class Outcome(StrEnum):
    """What can come of an alert; without one of these it is not closed."""

    EMERGENCY_CARE = "emergency_care"
    SEEN_TODAY = "seen_today"
    CLINICIAN_ADVISED = "clinician_advised"
    SEEN_ELSEWHERE = "seen_elsewhere"
    ANSWER_MISTAKEN = "answer_mistaken"
    NOT_REACHED = "not_reached"


class AttemptKind(StrEnum):
    """What came of a try to reach the patient that does not end the call."""

    NO_ANSWER = "no_answer"
    ENGAGED = "engaged"
    LEFT_MESSAGE = "left_message"
    WRONG_NUMBER = "wrong_number"
    SPOKE = "spoke"


class HandOverState(StrEnum):
    """What became of a call that was offered to somebody else."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class FindingVerdict(StrEnum):
    """What a finding turned out to be, once the clinician has seen the patient."""

    CONFIRMED = "confirmed"
    EXPLAINED = "explained_otherwise"
    NOT_NEEDED = "not_needed"


class ThrottleKind(StrEnum):
    """What is guessed at, and by whom.

    A password: at one account from one range of addresses, at one account from everywhere, from one range at
    any account, in a browser that is known, by somebody who is signed in. Links and dates of birth from one
    range. Codes on a tablet, and the date of birth of somebody who is here. The codes that a member of staff
    types after the password. Or what is only counted: trial messages, questions to passkeys, and reports of
    browsers about our pages.
    """

    SIGN_IN = "sign_in"
    ACCOUNT = "account"
    NETWORK = "network"
    BROWSER = "browser"
    OWN_PASSWORD = "own_password"  # noqa: S105  (a name, no password)
    LINK = "link"
    PASSWORD_LINK = "password_link"  # noqa: S105  (a name, no password)
    TABLET = "tablet"
    WALK_IN_CODE = "walk_in_code"
    DESK = "desk"
    TRIAL_MESSAGE = "trial_message"
    CODE = "code"
    PASSKEY = "passkey"
    POLICY_REPORT = "policy_report"


class StaffLinkPurpose(StrEnum):
    """What a one-time link lets a member of staff do."""

    WELCOME = "welcome"
    RESET = "reset"


class StepPurpose(StrEnum):
    """What somebody is half way through: the second factor, a passkey alone, proof, or a new passkey."""

    SECOND_FACTOR = "second_factor"
    PASSKEY = "passkey"
    PROOF = "proof"
    NEW_PASSKEY = "new_passkey"


class ErasureReason(StrEnum):
    """Why a patient was erased before the time was over."""

    ASKED = "asked"
    MISTAKE = "mistake"
    DUTY = "duty"
