"""Makes the backups that the settings ask for; looked at each minute."""

from dataclasses import dataclass
from datetime import datetime

from intake.config import Settings
from intake.services.operations.backup import erasures, making, status
from intake.services.operations.backup.backup_keys import BackupKey, ClinicKeys, Passphrase, read_key_file
from intake.services.operations.backup.making import BackupPlan, Made
from intake.storage import Database
from intake.storage.encryption import Keys


def key_of(settings: Settings, keys: Keys) -> BackupKey:
    """What the clinic's backups are locked with; raises BackupKeyUnusable."""
    if settings.backup_key_file is not None:
        return read_key_file(settings.backup_key_file)
    return Passphrase(settings.backup_passphrase) if settings.backup_passphrase else ClinicKeys(keys)


def plan_of(settings: Settings, keys: Keys) -> BackupPlan | None:
    """What the settings ask for; None without a schedule. Raises BackupKeyUnusable."""
    if settings.backup_folder is None:
        return None
    return BackupPlan(settings.backup_folder, key_of(settings, keys), settings.backup_keep)


@dataclass(frozen=True)
class Noted:
    """A backup, and the fingerprint of what there was before it began."""

    made: Made
    fingerprint: str


def make_noted(database: Database, settings: Settings, plan: BackupPlan, now: datetime) -> Noted:
    """Make a backup, and bring the list of who was erased up to date beside it. Raises as `making.make`."""
    with database.reading() as session:
        as_it_was = status.fingerprint(session)
        erasures.bring_up_to_date(session, settings)
    made = making.make(database, settings, plan, now)
    erasures.copy_beside(settings, plan.folder, database.keys)
    return Noted(made, as_it_was)
