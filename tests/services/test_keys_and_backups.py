"""A new key and the backups: who was erased stays erased, old backups are opened, and none is forgotten."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select, text

from intake.app import for_commands
from intake.config import Mode, Settings
from intake.services.operations import daily_seal, key_rotation, retention
from intake.services.operations.backup import erasures, making, opening, putting_back
from intake.services.operations.backup.backup_keys import BackupKey, ClinicKeys, Passphrase
from intake.services.operations.backup.making import BackupPlan, Made
from intake.services.operations.backup.opening import KeysDoNotFit
from intake.services.operations.backup.putting_back import ErasuresUnreadable, PutBack, Return
from intake.services.operations.backup.sealed_file import WrongBackupKey
from intake.services.operations.key_rotation import ERASURES, KeyInUse
from intake.storage import Database, line_file
from intake.storage.encryption import Keys
from intake.storage.key_file import AnotherKey, KeyFile
from intake.storage.models import KeyCheck, ModeKept, Patient
from intake.storage.seals import number_of
from tests.acting import NOW, acting
from tests.conftest import Clock
from tests.services.answering import answers, has_sent
from tests.services.conftest import Invited, invite_anna
from tests.services.test_key_rotation import rotated, whole

WORDS = Passphrase("correct horse battery")


@dataclass
class Clinic:
    """A clinic whose database, key file and backups lie in a folder; `database` is what it has open."""

    settings: Settings
    url: str
    database: Database

    @property
    def keys(self) -> Keys:
        return Keys.read(self.settings.key_file)

    def reopens(self) -> None:
        self.database.close()
        self.database = Database(self.url, KeyFile(self.settings.key_file))

    def backs_up(self, key: BackupKey | None = None, days: int = 0, keep: int = 14) -> Made:
        folder = self.settings.backup_folder
        assert folder is not None
        plan = BackupPlan(folder, key or ClinicKeys(self.database.keys), keep)
        made = making.make(self.database, self.settings, plan, NOW + timedelta(days=days))
        erasures.copy_beside(self.settings, folder, self.database.keys)
        return made

    def puts_back(self, file: Path, key: BackupKey | None = None) -> PutBack:
        self.database.close()
        ledgers = erasures.files_of(self.settings)
        wanted = Return(self.settings, self.keys, NOW + timedelta(days=9), "The disk failed", ledgers)
        with file.open("rb") as opened:
            return putting_back.put_back(opening.content_with(opened, key or ClinicKeys(self.keys)), wanted)

    def tries_out(self, file: Path, key: BackupKey) -> int:
        with file.open("rb") as opened:
            content = opening.content_with(opened, key)
            return putting_back.try_out(content, self.keys, file.with_name("tried.db"))

    def erases(self, anna: Invited) -> None:
        with acting(self.database, settings=self.settings) as op:
            assert retention.erase(op, anna.appointment.id) is not None
            op.commit()
        with self.database.reading() as session:
            assert erasures.bring_up_to_date(session, self.settings) == 1
        assert self.settings.backup_folder is not None
        erasures.copy_beside(self.settings, self.settings.backup_folder, self.database.keys)


@pytest.fixture
def clinic(tmp_path: Path, database_with_tables: str) -> Iterator[Clinic]:
    given = {
        "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
        "BACKSTORY_KEY_FILE": str(tmp_path / "keys/k.json"),
        "BACKSTORY_BACKUP_FOLDER": str(tmp_path / "backups"),
        "BACKSTORY_DATABASE_URL": database_with_tables,
    }
    settings = Settings.from_environment(given)
    (tmp_path / "backups").mkdir()
    Keys.new().write(settings.key_file)
    opened = Clinic(
        settings, database_with_tables, Database(database_with_tables, KeyFile(settings.key_file))
    )
    opened.database.remember_keys()
    with opened.database.writing() as session:
        session.add(ModeKept(id=1, mode=Mode.DEVELOPMENT.value))
        session.commit()
    daily_seal.seal_today(opened.database, settings, now=NOW)
    yield opened
    opened.database.close()


def patients_in(clinic: Clinic) -> int:
    with clinic.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Patient)) or 0


def keys_of_lines(path: Path) -> set[int | None]:
    return {number_of(json.loads(line)["seal"]) for line in path.read_text().splitlines()}


def test_the_list_of_who_was_erased_is_sealed_again_wherever_it_lies(clinic: Clinic) -> None:
    clinic.erases(invite_anna(clinic.database))
    line_file.append(erasures.file_of(clinic.settings), ["torn by a crash"])

    key_rotation.add_key(clinic.database, clinic.settings, NOW)
    assert key_rotation.due(clinic.database, clinic.settings)[ERASURES] == 2
    with pytest.raises(KeyInUse) as refused:
        key_rotation.remove_key(clinic.database, clinic.settings, 1, NOW)
    assert refused.value.what[ERASURES] == 2
    assert key_rotation.seal_everything(clinic.database, clinic.settings, NOW, lambda *_: None).what == {}

    ledger, copy = erasures.files_of(clinic.settings)
    assert ledger.read_text().splitlines()[-1] == "torn by a crash"
    assert keys_of_lines(copy) == {2} == {number_of(json.loads(ledger.read_text().splitlines()[0])["seal"])}
    key_rotation.remove_key(clinic.database, clinic.settings, 1, NOW)
    assert len(erasures.ids_in([ledger], clinic.keys)) == len(erasures.ids_in([copy], clinic.keys)) == 1


def test_a_list_that_cannot_be_written_keeps_the_old_key(clinic: Clinic) -> None:
    """The lock of the list cannot be made: as on a disk of backups that is not written to."""
    clinic.erases(invite_anna(clinic.database))
    _, copy = erasures.files_of(clinic.settings)
    lock = copy.with_name(f"{copy.name}.lock")
    lock.unlink()
    lock.mkdir()
    key_rotation.add_key(clinic.database, clinic.settings, NOW)

    left = key_rotation.seal_everything(clinic.database, clinic.settings, NOW, lambda *_: None)

    assert left.what == {ERASURES: 1}
    with pytest.raises(KeyInUse):
        key_rotation.remove_key(clinic.database, clinic.settings, 1, NOW)
    lock.rmdir()
    assert key_rotation.seal_everything(clinic.database, clinic.settings, NOW, lambda *_: None).what == {}


def test_nobody_comes_back_whom_a_missing_key_says_was_erased(clinic: Clinic, tmp_path: Path) -> None:
    """An earlier copy of the key file is put back with an earlier backup: it cannot read the later lines."""
    anna = invite_anna(clinic.database)
    has_sent(clinic.database, clinic.settings, anna.appointment, answers())
    made = clinic.backs_up()
    earlier = clinic.settings.key_file.read_bytes()
    rotated(clinic.database, clinic.settings)
    clinic.erases(anna)
    later = tmp_path / "later.json"
    clinic.keys.write(later)
    # The database of now is lost: only the list outside it knows.
    with clinic.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE audit_event"))
    clinic.database.close()
    clinic.settings.key_file.write_bytes(earlier)

    with pytest.raises(ErasuresUnreadable, match=r"by key 2: they would come back.*--put-back FILE"):
        clinic.puts_back(made.path)

    clinic.settings.key_file.write_bytes(later.read_bytes())
    # A line of another clinic, which shares the folder, hinders nobody.
    line_file.append(
        erasures.files_of(clinic.settings)[1], [erasures._line(Keys({3: b"3" * 32}, 3), uuid4())]
    )
    assert clinic.puts_back(made.path).settled.erased == 1


def test_a_backup_from_before_a_rotation_is_put_back_with_both_keys(clinic: Clinic) -> None:
    anna = invite_anna(clinic.database)
    has_sent(clinic.database, clinic.settings, anna.appointment, answers())
    made = clinic.backs_up()
    rotated(clinic.database, clinic.settings)
    daily_seal.seal_today(clinic.database, clinic.settings, now=NOW + timedelta(days=1))

    clinic.puts_back(made.path)

    clinic.reopens()
    clinic.database.check_keys(new=False)
    daily_seal.note_accepted(clinic.database, clinic.settings, NOW + timedelta(days=9))
    assert whole(clinic.database, clinic.settings)
    with clinic.database.reading() as session:
        assert session.scalars(select(KeyCheck.number).order_by(KeyCheck.number)).all() == [1, 2]
        assert session.scalars(select(Patient)).one().name == "Anna Canary"
    assert key_rotation.seal_everything(clinic.database, clinic.settings, NOW, lambda *_: None).what == {}
    key_rotation.remove_key(clinic.database, clinic.settings, 1, NOW)
    clinic.reopens()
    clinic.database.check_keys(new=False)
    assert whole(clinic.database, clinic.settings)
    with clinic.database.reading() as session:
        assert session.scalars(select(Patient)).one().name == "Anna Canary"


@pytest.mark.parametrize("lock", [ClinicKeys, lambda _: WORDS], ids=["clinic", "passphrase"])
def test_it_is_said_which_key_an_old_backup_needs(
    clinic: Clinic, tmp_path: Path, lock: Callable[[Keys], BackupKey]
) -> None:
    invite_anna(clinic.database)
    made = clinic.backs_up(lock(clinic.keys))
    rotated(clinic.database, clinic.settings)
    kept = tmp_path / "key-1.json"
    key_rotation.remove_key(clinic.database, clinic.settings, 1, NOW, kept)
    said = r"needs key 1, which is not in the key file\. .*rotate-keys --put-back FILE"

    with pytest.raises((KeysDoNotFit, WrongBackupKey), match=said):
        clinic.puts_back(made.path, lock(clinic.keys))
    with pytest.raises((KeysDoNotFit, WrongBackupKey), match=said):
        clinic.tries_out(made.path, lock(clinic.keys))

    assert KeyFile(clinic.settings.key_file).put_back(Keys.read(kept).masters) == (1,)
    clinic.puts_back(made.path, lock(clinic.keys))
    clinic.reopens()
    clinic.database.check_keys(new=False)
    daily_seal.note_accepted(clinic.database, clinic.settings, NOW + timedelta(days=9))
    assert whole(clinic.database, clinic.settings)
    assert patients_in(clinic) == 1


def test_a_backup_that_no_row_needs_an_old_key_for_is_told_by_its_head(clinic: Clinic) -> None:
    """The keys stand in the head: all that are missing are said at once, before anything is built."""
    rotated(clinic.database, clinic.settings)
    rotated(clinic.database, clinic.settings)
    made = clinic.backs_up(WORDS)
    for number in (1, 2):
        key_rotation.remove_key(clinic.database, clinic.settings, number, NOW)

    with pytest.raises(KeysDoNotFit, match=r"needs key 1 and key 2,"):
        clinic.puts_back(made.path, WORDS)


def test_only_keys_that_were_taken_out_are_put_back(clinic: Clinic) -> None:
    key_file, before = KeyFile(clinic.settings.key_file), clinic.keys.masters

    for number in (1, 2):
        with pytest.raises(AnotherKey):
            key_file.put_back({number: b"2" * 32})

    assert key_file.put_back(before) == ()
    assert clinic.keys.masters == before


def test_a_new_key_changes_no_backups_name_and_the_old_ones_are_pruned(clinic: Clinic) -> None:
    first = clinic.backs_up(keep=1)
    rotated(clinic.database, clinic.settings)
    key_rotation.remove_key(clinic.database, clinic.settings, 1, NOW)
    clinic.reopens()

    second = clinic.backs_up(keep=1, days=1)

    assert second.path.name[:19] == first.path.name[:19]
    assert not first.path.exists()
    clinic.puts_back(second.path)
    clinic.reopens()
    third = clinic.backs_up(keep=1, days=2)
    assert third.path.parent is not None
    assert list(third.path.parent.glob("*.backup")) == [third.path]


def test_the_whole_way_as_somebody_types_it(clinic: Clinic, clock: Clock, tmp_path: Path) -> None:
    invite_anna(clinic.database)
    file = clinic.backs_up().path
    rotated(clinic.database, clinic.settings)
    kept = tmp_path / "key-1.json"
    key_rotation.remove_key(clinic.database, clinic.settings, 1, NOW, kept)
    clinic.database.close()

    def types(*words: str) -> str:
        app = for_commands(clinic.settings, clock=clock)
        runner: FlaskCliRunner = app.test_cli_runner()
        said = runner.invoke(args=list(words))
        if app.extensions["clinic"].opened is not None:
            app.extensions["clinic"].opened.close()
        assert said.exception is None or isinstance(said.exception, SystemExit), said.exception
        return said.output

    for command in (("restore", str(file), "--yes"), ("verify-backup", str(file))):
        assert "This backup needs key 1" in types(*command)
    assert "Key 1 is in the key file again." in types("rotate-keys", "--put-back", str(kept))
    assert "has these keys already" in types("rotate-keys", "--put-back", str(kept))
    assert "audit record is whole" in types("verify-backup", str(file))
    assert "Put back. The clinic is as it was" in types("restore", str(file), "--yes")
    assert "The audit record is whole." in types("check")
    assert "Everything is sealed by key 2." in types("rotate-keys")
    assert "Key 1 is taken out." in types("rotate-keys", "--remove", "1")
    assert "The audit record is whole." in types("check")
