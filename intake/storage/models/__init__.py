"""What is kept, row by row.

visits     patients, appointments, links
forms      intakes, their editions, alerts and documents
staff      who works here, and which browsers are let in
running    work owed, settings, signs of life, the record of who did what
states     the closed sets; row: what every row is made of
"""

from intake.storage.models.forms import Alert, Document, Edition, Intake
from intake.storage.models.row import Identified, Kind, Row, new_id
from intake.storage.models.running import AuditEvent, AuditHead, ClinicSetting, Heartbeat, KeyCheck, Message
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
    "Channel",
    "ClinicSetting",
    "Document",
    "DocumentState",
    "Edition",
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
    "SessionKind",
    "SignInThrottle",
    "StaffLink",
    "StaffLinkPurpose",
    "User",
    "WalkInCode",
    "WebSession",
    "new_id",
    "new_reference",
]
