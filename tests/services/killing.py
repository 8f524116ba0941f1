"""Somebody else's process in the middle of a backup or a restore, to be killed there.

`python -m tests.services.killing backup|restore FOLDER URL FILE`
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from intake.config import Settings
from intake.services.operations.backup import making, opening, putting_back
from intake.services.operations.backup.backup_keys import ClinicKeys
from intake.storage import Database
from intake.storage.encryption import Keys


def settings_of(folder: Path, url: str) -> Settings:
    return Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
            "BACKSTORY_DATABASE_URL": url,
        }
    )


def main(what: str, folder: Path, url: str, file: Path) -> None:
    settings, now = settings_of(folder, url), datetime.now(UTC)
    keys = Keys.read(settings.key_file)
    key = ClinicKeys(keys)
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    if what == "backup":
        making.make(Database(url, keys), settings, making.BackupPlan(folder / "backups", key, 50), now)
        return
    wanted = putting_back.Return(settings, keys, now, "It was tried", ())
    with file.open("rb") as opened:
        putting_back.put_back(opening.content_with(opened, key), wanted)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
