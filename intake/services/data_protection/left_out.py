"""What stands in no copy for a patient, and why. Whatever is kept and not named here is in the copy.

A test walks every table and column: one that is added tomorrow is in the copy, or gets its reason here.
"""

from intake.i18n import Words
from intake.i18n import lazy as _

KEY = "an id, a fingerprint or a seal by which rows find each other and changes are noticed"
SECRET = "what a link, a code or a session opens with; it would let in whoever reads the copy"  # noqa: S105
TECHNICAL = (
    "a counter or mark that keeps two who write at once from undoing each other, and work from being lost"
)
ELSEWHERE = "it stands in the copy by other words"

# Tables that hold nothing about a patient.
NOT_ABOUT_PATIENTS: dict[str, str] = {
    "appointment_import": "files that were taken in, without content; when stands at the appointment",
    "audit_head": KEY,
    "audit_total": KEY,
    "backup_status": "whether backups are made",
    "clinic_setting": "settings of the clinic",
    "clinician_name": "names of clinicians in files",
    "erasure": "proofs of erasing, with nothing that tells who it was",
    "heartbeat": "whether the program runs",
    "import_shape": "what columns of files hold",
    "key_check": "keys",
    "known_browser": "browsers of staff",
    "mode_kept": "what the database is for",
    "passkey": "how staff sign in",
    "patient_change": "a counter that the search goes by",
    "policy_report": "counts of what browsers refused, without whose they were",
    "recovery_code": "how staff sign in",
    "refused_sign_in": "sign-ins of staff that were refused",
    "safety_approval": "who approved the safety rules",
    "search_version": "a counter that the search goes by",
    "settings_version": "settings of the clinic",
    "sign_in_step": "how staff sign in",
    "spent_token": "what of the provider of staff has counted",
    "staff_grant": "what staff may do",
    "staff_identity": "who staff are at their provider",
    "staff_link": "links by which staff choose a password",
    "staff_user": "people who work here; who did something stands at what was done",
    "tally": "how many forms of a month raised which rule, without whose they were",
    "throttle": "how often somebody tried to guess something, under a fingerprint",
    "totp_secret": "how staff sign in",
    "worker": "processes of the program",
}

# Columns of the other tables, by table and column.
COLUMNS: dict[str, str] = {
    **dict.fromkeys(
        (
            "alert.finding_hmac",
            "appointment_identifier.value_hmac",
            "audit_event.seq",
            "audit_event.key_number",
            "audit_event.mac",
            "finding_outcome.finding_hmac",
            "patient_identifier.value_hmac",
        ),
        KEY,
    ),
    **dict.fromkeys(
        (
            "appointment.detail_salt",
            "invitation.secret_hash",
            "invitation.token_sealed",
            "invitation.code_hmac",
            "invitation.code_sealed",
            "walk_in_code.code_hmac",
            "web_session.token_hash",
        ),
        SECRET,
    ),
    **dict.fromkeys(
        (
            "appointment.version",
            "finding_outcome.version",
            "intake.version",
            "job.dedupe_key",
            "job.lease_until",
            "job.ref",
            "staff_draft.address",
            "staff_draft.page",
            "web_session.kind",
            "web_session.name",
        ),
        TECHNICAL,
    ),
    # A session of a patient has none of these.
    **dict.fromkeys(
        (
            "web_session.device",
            "web_session.identity_id",
            "web_session.methods",
            "web_session.role",
            "web_session.sid_hash",
        ),
        TECHNICAL,
    ),
    **dict.fromkeys(("audit_event.stream", "audit_event.about", "audit_event.detail"), ELSEWHERE),
}

# The same for whoever reads the copy.
TOLD: tuple[Words, ...] = (
    _("Secrets: what opens your links and codes. A copy with them would let in whoever finds it."),
    _("Marks by which the program finds things and notices changes. They say nothing of you."),
    _("Backups: they hold the same until they are thrown away."),
    _("Counts of all patients together, in which nobody can be recognised."),
)
TOLD_IF_SENT: tuple[Words, ...] = (
    _(
        "This copy was made so that somebody else may come upon it. It leaves out the private questions, and "
        "what followed from all answers: findings, alerts, telephone calls and notes about them."
    ),
    _(
        "It also leaves out text with words about being afraid or harmed, whoever wrote it. Every such copy "
        "leaves out the same. You can have all of it in person."
    ),
)
