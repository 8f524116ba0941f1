"""What is kept, row by row.

visits     patients, appointments, links
forms      intakes, their editions, alerts, what came of findings, and documents
staff      who works here, and which browsers are let in
counted    how many there were of what was erased
approvals  who approved the safety content
running    work owed, settings, signs of life, the record of who did what
states     the closed sets; row: what every row is made of
"""

from intake.storage.models.approvals import SafetyApproval
from intake.storage.models.counted import Tally
from intake.storage.models.forms import Alert, Document, Edition, FindingOutcome, Intake
from intake.storage.models.row import Identified, Kind, Row, new_id
from intake.storage.models.running import (
    AuditEvent,
    AuditHead,
    AuditTotal,
    ClinicSetting,
    Heartbeat,
    KeyCheck,
    Message,
)
from intake.storage.models.staff import SignInThrottle, StaffLink, User, WebSession
from intake.storage.models.states import (
    AlertState,
    AppointmentState,
    Channel,
    DocumentState,
    IntakeStatus,
    InvitationState,
    MessageKind,
    Outcome,
    Role,
    Route,
    SessionKind,
    StaffLinkPurpose,
    Verdict,
)
from intake.storage.models.visits import (
    PLAIN_LETTERS,
    Appointment,
    Invitation,
    Patient,
    WalkInCode,
    new_reference,
)

__all__ = [
    "PLAIN_LETTERS",
    "Alert",
    "AlertState",
    "Appointment",
    "AppointmentState",
    "AuditEvent",
    "AuditHead",
    "AuditTotal",
    "Channel",
    "ClinicSetting",
    "Document",
    "DocumentState",
    "Edition",
    "FindingOutcome",
    "Heartbeat",
    "Identified",
    "Intake",
    "IntakeStatus",
    "Invitation",
    "InvitationState",
    "KeyCheck",
    "Kind",
    "Message",
    "MessageKind",
    "Outcome",
    "Patient",
    "Role",
    "Route",
    "Row",
    "SafetyApproval",
    "SessionKind",
    "SignInThrottle",
    "StaffLink",
    "StaffLinkPurpose",
    "Tally",
    "User",
    "Verdict",
    "WalkInCode",
    "WebSession",
    "new_id",
    "new_reference",
]
