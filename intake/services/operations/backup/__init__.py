"""Backups: made, opened again, put back.

sealed_file    an encrypted file that notices what is missing
backup_keys    what backups are locked with
content        every row of every table, the same for SQLite and PostgreSQL
making         whole or not at all, and which are kept
opening        looks whether all of a backup can be read
putting_back   in the place of the clinic's database, which is set aside
after_restore  who was erased stays erased, what may have been sent waits, everybody signs in again
erasures       who was erased, in a file outside the database
status         how old the last backup is, when the next is due, when staff are told
scheduled      by the settings
"""

from intake.services.operations.backup.status import LatestBackup, latest_backup

__all__ = ["LatestBackup", "latest_backup"]
