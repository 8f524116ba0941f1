"""What was erased, in a file outside the database: a backup that is put back brings nobody back.

Each line is the id of an appointment that was erased, sealed with the clinic's keys, and nothing else of it.
The audit knows the same; the file is brought up to date from it. A copy goes beside the backups, so that it
is there when the computer is not.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services import audit
from intake.storage.encryption import Keys, keys_of
from intake.storage.seals import SealKind, holds, seal

NAME = "erased.jsonl"


def file_of(settings: Settings) -> Path:
    """Where the file lies: beside the daily seals, outside the data folder."""
    return settings.seal_file.with_name(NAME)


def bring_up_to_date(session: Session, settings: Settings) -> int:
    """Add what was erased and is not in the file yet; how many that were. Raises OSError."""
    keys, path = keys_of(session), file_of(settings)
    missing = sorted(audit.erased(session) - ids_in([path], keys))
    _append(path, (_line(keys, id) for id in missing))
    return len(missing)


def copy_beside(settings: Settings, folder: Path, keys: Keys) -> None:
    """Add to the copy beside the backups what it lacks; nothing is taken away there. Raises OSError."""
    path = folder / NAME
    missing = sorted(ids_in([file_of(settings)], keys) - ids_in([path], keys))
    _append(path, (_line(keys, id) for id in missing))


def ids_in(paths: Iterable[Path], keys: Keys) -> set[UUID]:
    """The appointments that these files name. A line that nobody sealed erases nothing."""
    return {id for path in paths if path.is_file() for id in _ids(path, keys)}


def _ids(path: Path, keys: Keys) -> Iterator[UUID]:
    for line in path.read_text().splitlines():
        try:
            said = json.loads(line)
            id = UUID(said["appointment"])
            if holds(keys, said["seal"], SealKind.ERASURE, id):
                yield id
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _line(keys: Keys, id: UUID) -> str:
    return json.dumps({"appointment": str(id), "seal": seal(keys, SealKind.ERASURE, id)})


def _append(path: Path, lines: Iterable[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    if not text:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        # A line that somebody was killed in the middle of spoils no other.
        end = file.seek(0, os.SEEK_END)
        torn = end and os.pread(handle, 1, end - 1) != b"\n"
        file.write((b"\n" if torn else b"") + text.encode())
        os.fsync(handle)
