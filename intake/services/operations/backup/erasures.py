"""What was erased, in a file outside the database: a backup that is put back brings nobody back.

Each line is the id of an appointment that was erased, sealed with the clinic's keys, and nothing else of it.
The audit knows the same; the file is brought up to date from it. A copy goes beside the backups, so that it
is there when the computer is not. A new key seals every line of both again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services import audit
from intake.storage import line_file
from intake.storage.encryption import Keys, keys_of
from intake.storage.seals import SealKind, holds, number_of, seal

NAME = "erased.jsonl"


@dataclass(frozen=True)
class LedgerLine:
    """One line as it stands; `id` and `key` are None where it names nobody, or no key.

    `holds`: it is sealed by a key that we have.
    """

    text: str
    id: UUID | None = None
    key: int | None = None
    holds: bool = False


def file_of(settings: Settings) -> Path:
    """Where the file lies: beside the daily seals, outside the data folder."""
    return settings.seal_file.with_name(NAME)


def files_of(settings: Settings) -> tuple[Path, ...]:
    """The file, and its copy beside the backups that are made by themselves."""
    beside = () if settings.backup_folder is None else (settings.backup_folder / NAME,)
    return (file_of(settings), *beside)


def bring_up_to_date(session: Session, settings: Settings) -> int:
    """Add what was erased and is not in the file yet; how many that were. Raises OSError."""
    return _add(file_of(settings), audit.erased(session), keys_of(session))


def copy_beside(settings: Settings, folder: Path, keys: Keys) -> None:
    """Add to the copy beside the backups what it lacks; nothing is taken away there. Raises OSError."""
    _add(folder / NAME, ids_in([file_of(settings)], keys), keys)


def ids_in(paths: Iterable[Path], keys: Keys) -> set[UUID]:
    """The appointments that these files name. A line that nobody sealed erases nothing."""
    return {each.id for path in paths for each in _lines(path, keys) if each.holds and each.id is not None}


def sealed_by_others(paths: Iterable[Path], keys: Keys) -> Mapping[UUID, int]:
    """What only lines name whose key is not in the key file, with the number of that key.

    Whether they are genuine cannot be known: only who has the key can say.
    """
    lines = [each for path in paths for each in _lines(path, keys)]
    known = {each.id for each in lines if each.holds}
    return {
        each.id: each.key
        for each in lines
        if each.id is not None and each.key is not None and each.id not in known and not keys.has(each.key)
    }


def lines_by(settings: Settings, keys: Keys, number: int) -> int:
    """How many appointments a file names by this key alone: without it they would come back."""
    return sum(len(ids) for ids in _by(settings, keys, lambda named: named == {number}))


def due(settings: Settings, keys: Keys) -> int:
    """How many are named in a file, and not by the current key."""
    return sum(len(ids) for ids in _by(settings, keys, lambda named: keys.current not in named))


def seal_again(settings: Settings, keys: Keys) -> None:
    """Seal every line that holds by the current key, each once; others stay as they are. Raises OSError."""
    for path in files_of(settings):
        if not path.is_file():
            continue
        with line_file.alone(path):
            there = list(_lines(path, keys))
            again = dict.fromkeys(
                _line(keys, each.id) if each.holds and each.id is not None else each.text for each in there
            )
            if list(again) != [each.text for each in there]:
                line_file.replace(path, again)


def _add(path: Path, ids: set[UUID], keys: Keys) -> int:
    if ids <= ids_in([path], keys):
        return 0
    with line_file.alone(path):
        missing = sorted(ids - ids_in([path], keys))
        line_file.append(path, (_line(keys, id) for id in missing))
    return len(missing)


def _by(settings: Settings, keys: Keys, chosen: Callable[[set[int]], bool]) -> Iterator[list[UUID]]:
    """Of each file the appointments that lines by these keys name."""
    for path in files_of(settings):
        named: dict[UUID, set[int]] = defaultdict(set)
        for each in _lines(path, keys):
            if each.holds and each.id is not None and each.key is not None:
                named[each.id].add(each.key)
        yield [id for id, numbers in named.items() if chosen(numbers)]


def _lines(path: Path, keys: Keys) -> Iterator[LedgerLine]:
    if not path.is_file():
        return
    # What a failing disk made of a line must not hide the others.
    for text in path.read_text(errors="replace").splitlines():
        try:
            said = json.loads(text)
            id, sealed = UUID(said["appointment"]), str(said["seal"])
            yield LedgerLine(text, id, number_of(sealed), holds(keys, sealed, SealKind.ERASURE, id))
        except (ValueError, KeyError, TypeError, AttributeError):
            yield LedgerLine(text)


def _line(keys: Keys, id: UUID) -> str:
    return json.dumps({"appointment": str(id), "seal": seal(keys, SealKind.ERASURE, id)})
