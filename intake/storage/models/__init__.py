"""What is kept, row by row.

visits     patients, appointments, links
forms      intakes, their editions, alerts, what came of findings, who has read, documents
staff      who works here, and which browsers are let in
counted    how many there were of what was erased
approvals  who approved the safety content
running    jobs, settings, heartbeats, columns of imported files, the record of who did what
states     the closed sets; row: what every row is made of
"""

from intake.storage.models.approvals import SafetyApproval
from intake.storage.models.counted import Tally
from intake.storage.models.forms import Alert, Document, Edition, FindingOutcome, Intake, ReadMark
from intake.storage.models.row import DataClass, Identified, Row, new_id
from intake.storage.models.running import (
    AuditEvent,
    AuditHead,
    AuditTotal,
    ClinicSetting,
    Heartbeat,
    ImportShape,
    Job,
    KeyCheck,
    SettingsVersion,
)
from intake.storage.models.staff import ClinicianName, StaffLink, Throttle, User, WebSession
from intake.storage.models.states import (
    HANDED_OVER,
    AlertState,
    AppointmentState,
    Channel,
    DocumentState,
    FindingVerdict,
    IntakeStatus,
    InvitationState,
    JobKind,
    Outcome,
    Role,
    Route,
    SessionKind,
    StaffLinkPurpose,
    ThrottleKind,
)
from intake.storage.models.visits import (
    CLINIC,
    IMPORT,
    REFERENCE_LETTERS,
    Appointment,
    AppointmentIdentifier,
    Import,
    Invitation,
    JoinedAppointment,
    Patient,
    PatientIdentifier,
    PatientJoin,
    WalkInCode,
    new_reference,
)

__all__ = [
    "CLINIC",
    "HANDED_OVER",
    "IMPORT",
    "REFERENCE_LETTERS",
    "Alert",
    "AlertState",
    "Appointment",
    "AppointmentIdentifier",
    "AppointmentState",
    "AuditEvent",
    "AuditHead",
    "AuditTotal",
    "Channel",
    "ClinicSetting",
    "ClinicianName",
    "DataClass",
    "Document",
    "DocumentState",
    "Edition",
    "FindingOutcome",
    "FindingVerdict",
    "Heartbeat",
    "Identified",
    "Import",
    "ImportShape",
    "Intake",
    "IntakeStatus",
    "Invitation",
    "InvitationState",
    "Job",
    "JobKind",
    "JoinedAppointment",
    "KeyCheck",
    "Outcome",
    "Patient",
    "PatientIdentifier",
    "PatientJoin",
    "ReadMark",
    "Role",
    "Route",
    "Row",
    "SafetyApproval",
    "SessionKind",
    "SettingsVersion",
    "StaffLink",
    "StaffLinkPurpose",
    "Tally",
    "Throttle",
    "ThrottleKind",
    "User",
    "WalkInCode",
    "WebSession",
    "new_id",
    "new_reference",
]
