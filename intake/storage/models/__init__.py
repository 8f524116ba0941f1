"""What is kept, row by row.

visits     patients, appointments, links
forms      intakes, their editions, alerts, what came of findings, who has read, documents
calls      tries to reach a patient, later notes, hand-overs
staff      who works here, which browsers are let in, what is typed and not saved yet
counted    how many there were of what was erased
approvals  who approved the safety content
running    jobs, settings, heartbeats, columns of imported files, the record of who did what
states     the closed sets; row: what every row is made of
"""

from intake.storage.models.approvals import SafetyApproval
from intake.storage.models.calls import Attempt, EarlierResult, HandOver, LaterNote
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
    ModeKept,
    PatientChange,
    SearchVersion,
    SettingsVersion,
)
from intake.storage.models.staff import ClinicianName, StaffDraft, StaffLink, Throttle, User, WebSession
from intake.storage.models.states import (
    HANDED_OVER,
    AlertState,
    AppointmentState,
    AttemptKind,
    Channel,
    DocumentState,
    FindingVerdict,
    HandOverState,
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
    "Attempt",
    "AttemptKind",
    "AuditEvent",
    "AuditHead",
    "AuditTotal",
    "Channel",
    "ClinicSetting",
    "ClinicianName",
    "DataClass",
    "Document",
    "DocumentState",
    "EarlierResult",
    "Edition",
    "FindingOutcome",
    "FindingVerdict",
    "HandOver",
    "HandOverState",
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
    "LaterNote",
    "ModeKept",
    "Outcome",
    "Patient",
    "PatientChange",
    "PatientIdentifier",
    "PatientJoin",
    "ReadMark",
    "Role",
    "Route",
    "Row",
    "SafetyApproval",
    "SearchVersion",
    "SessionKind",
    "SettingsVersion",
    "StaffDraft",
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
