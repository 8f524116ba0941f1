"""A backup is whole or it is none, nobody reads it without its key, and it brings everything back."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, func, select, text, update

from intake.config import Settings
from intake.services import alerts, audit
from intake.services.alerts import Result
from intake.services.audit import Action
from intake.services.messages import outbox
from intake.services.operations import daily_seal, retention
from intake.services.operations.backup import after_restore, erasures, making, opening, putting_back, status
from intake.services.operations.backup.backup_keys import (
    BackupKey,
    BackupKeyUnusable,
    ClinicKeys,
    KeyPair,
    Passphrase,
    SecretKey,
    read_key_file,
)
from intake.services.operations.backup.content import KINDS, kept_tables
from intake.services.operations.backup.making import AlreadyAtWork, BackupPlan, KeysBesideData, Made
from intake.services.operations.backup.opening import KeysDoNotFit
from intake.services.operations.backup.putting_back import LaterVersion, PutBack, RecordBroken, Return
from intake.services.operations.backup.sealed_file import (
    PIECE,
    TAG,
    BackupDamaged,
    NotABackup,
    SealedReader,
    SealedWriter,
    WrongBackupKey,
)
from intake.storage import Database, line_file, open_database
from intake.storage.encryption import Keys
from intake.storage.in_use import FolderLock, InUse
from intake.storage.models import (
    Alert,
    AuditEvent,
    Intake,
    Job,
    JobKind,
    Outcome,
    Patient,
    Row,
    SessionKind,
    User,
    WebSession,
)
from intake.tasks import backups
from intake.tasks.delivery import Work
from tests.acting import NOW, acting, looking
from tests.services.answering import answers, has_sent
from tests.services.conftest import Invited, invite_anna
from tests.services.test_audit import unguarded
from tests.services.test_retention import raises_an_alert

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=5)


class Clinic:
    """A clinic in a folder of its own, whose database is opened and closed as a process would."""

    def __init__(self, folder: Path, url: str, keys: Keys) -> None:
        given = {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
            "BACKSTORY_BACKUP_FOLDER": str(folder / "backups"),
            "BACKSTORY_BACKUP_EVERY": "5",
            "BACKSTORY_DATABASE_URL": url,
        }
        self.settings = Settings.from_environment(given)
        self.keys, self.folder = keys, folder
        if not self.settings.key_file.exists():
            keys.write(self.settings.key_file)

    def plan(self, key: BackupKey | None = None, keep: int = 14) -> BackupPlan:
        return BackupPlan(self.folder / "backups", key or ClinicKeys(self.keys), keep)

    def backs_up(self, database: Database, key: BackupKey | None = None) -> Made:
        return making.make(database, self.settings, self.plan(key), NOW)

    def puts_back(
        self, file: Path, key: BackupKey | None = None, *, although_broken: bool = False
    ) -> PutBack:
        ledgers = (erasures.file_of(self.settings),)
        wanted = Return(self.settings, self.keys, LATER, "The disk failed", ledgers, although_broken)
        with file.open("rb") as opened:
            return putting_back.put_back(opening.content_with(opened, key or ClinicKeys(self.keys)), wanted)


@pytest.fixture
def clinic(tmp_path: Path, database: Database) -> Clinic:
    """The clinic whose database a test works on; nobody else has it open."""
    url = database.writer.url.render_as_string(hide_password=False)
    return Clinic(tmp_path, url, database.keys)


def everything(url: str, keys: Keys, *, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every row of every table, as words."""
    opened = Database(url, keys)
    try:
        with opened.reader.connect() as connection:
            return {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                for table in Row.metadata.sorted_tables
                if table.name not in but
            }
    finally:
        opened.dispose()


# What putting a backup back adds or changes by itself.
CHANGED = ("audit_event", "audit_head", "audit_total", "job", "search_version")


def test_what_is_put_back_is_what_was_there(clinic: Clinic, database: Database) -> None:
    anna = invite_anna(database)
    has_sent(database, clinic.settings, anna.appointment, answers())
    url = clinic.settings.database_url
    before = everything(url, clinic.keys, but=CHANGED)
    made = clinic.backs_up(database)
    invite_anna(database)
    database.close()

    done = clinic.puts_back(made.path)

    assert everything(url, clinic.keys, but=CHANGED) == before
    assert done.aside is not None
    again = Database(url, clinic.keys)
    with again.reading() as session:
        assert audit.verify(session) == ()
        assert [each.name for each in session.scalars(select(Patient))] == ["Anna Canary"]
    again.dispose()


def test_the_database_of_before_is_set_aside_whole(clinic: Clinic, database: Database) -> None:
    made = clinic.backs_up(database)
    invite_anna(database)
    database.close()

    done = clinic.puts_back(made.path)

    assert done.aside is not None
    if database.writer.dialect.name == "sqlite":
        engine, patients = create_engine(f"sqlite:///{done.aside}"), "patient"
    else:
        engine, patients = create_engine(clinic.settings.database_url), f"{done.aside}.patient"
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {patients}")).scalar_one() == 1
    engine.dispose()


def test_a_backup_goes_from_one_kind_of_database_to_the_other(
    clinic: Clinic, database: Database, tmp_path: Path, postgresql_url: str
) -> None:
    anna = invite_anna(database)
    has_sent(database, clinic.settings, anna.appointment, answers())
    before = everything(clinic.settings.database_url, clinic.keys, but=CHANGED)
    made = clinic.backs_up(database)
    sqlite = database.writer.dialect.name == "sqlite"
    url = postgresql_url if sqlite else f"sqlite:///{tmp_path / 'other.db'}"

    done = Clinic(tmp_path / "other", url, clinic.keys).puts_back(made.path)

    assert done.aside is None
    assert everything(url, clinic.keys, but=CHANGED) == before


def test_every_column_of_every_table_is_of_a_kind_that_a_backup_holds(database: Database) -> None:
    with database.reader.connect() as connection:
        kept = kept_tables(connection)

    assert {each.name for each in kept} == set(Row.metadata.tables)
    assert {kind for each in kept for _, kind in each.columns} <= set(KINDS)


def test_two_kinds_of_database_make_the_same_backup(database: Database, sqlite_tables: Path) -> None:
    """Also what a column holds: a backup of one is put into the other."""
    other = create_engine(f"sqlite:///{sqlite_tables}")
    with database.reader.connect() as one, other.connect() as two:
        said, wanted = ({each.name: dict(each.columns) for each in kept_tables(on)} for on in (one, two))
    other.dispose()

    assert said == wanted


def test_what_a_crash_left_is_not_written_into_what_is_put_back(tmp_path: Path, sqlite_tables: Path) -> None:
    """The log of writes of the crashed database was replayed into the restored file, which broke it."""
    file = tmp_path / "data/backstory.db"
    file.parent.mkdir()
    file.write_bytes(sqlite_tables.read_bytes())
    clinic = Clinic(tmp_path, f"sqlite:///{file}", Keys.new())
    database = Database(clinic.settings.database_url, clinic.keys)
    database.remember_keys()
    made = clinic.backs_up(database)
    for _ in range(5):
        invite_anna(database)
    log = file.with_name("backstory.db-wal")
    left = {each: each.read_bytes() for each in (file, log, file.with_name("backstory.db-shm"))}
    assert left[log]
    database.close()
    for each, content in left.items():
        each.write_bytes(content)

    done = clinic.puts_back(made.path)

    assert not log.exists()
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM patient").fetchone() == (0,)
    with sqlite3.connect(str(done.aside)) as connection:
        assert connection.execute("SELECT count(*) FROM patient").fetchone() == (5,)


@pytest.mark.parametrize("broken", [b"no database at all", None])
def test_a_broken_or_missing_database_is_replaced(
    tmp_path: Path, sqlite_tables: Path, broken: bytes | None
) -> None:
    file = tmp_path / "data/backstory.db"
    file.parent.mkdir()
    file.write_bytes(sqlite_tables.read_bytes())
    clinic = Clinic(tmp_path, f"sqlite:///{file}", Keys.new())
    database = Database(clinic.settings.database_url, clinic.keys)
    database.remember_keys()
    invite_anna(database)
    made = clinic.backs_up(database)
    log = file.with_name("backstory.db-wal")
    remains = log.read_bytes()
    database.close()
    file.unlink()
    if broken is not None:
        file.write_bytes(broken)
    log.write_bytes(remains)

    done = clinic.puts_back(made.path)

    assert not log.exists()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM patient").fetchone() == (1,)
    if broken is not None:
        assert Path(str(done.aside)).read_bytes() == broken


def test_a_clinic_that_is_running_is_not_replaced(clinic: Clinic, database: Database) -> None:
    made = clinic.backs_up(database)
    database.close()
    running = open_database(clinic.settings)

    with pytest.raises(InUse, match=r"running|connections"):
        clinic.puts_back(made.path)

    running.close()
    assert clinic.puts_back(made.path).aside


def test_another_computer_that_works_with_the_same_postgresql_is_noticed(
    clinic: Clinic, database: Database
) -> None:
    made = clinic.backs_up(database)
    if database.writer.dialect.name == "sqlite":
        database.close()
        return
    with database.reading() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(InUse, match="connections"):
            clinic.puts_back(made.path)


def test_nobody_opens_a_database_that_is_being_replaced(clinic: Clinic) -> None:
    with FolderLock.alone(clinic.settings.data_dir), pytest.raises(InUse, match="being put back"):
        open_database(clinic.settings)

    open_database(clinic.settings).close()


def test_a_backup_of_a_later_version_is_refused(clinic: Clinic, database: Database) -> None:
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = clinic.backs_up(database)
    database.close()

    with pytest.raises(LaterVersion):
        clinic.puts_back(made.path)


def test_a_record_that_does_not_hold_is_refused_unless_somebody_insists(
    clinic: Clinic, database: Database
) -> None:
    invite_anna(database)
    unguarded(database, update(AuditEvent).values(actor="somebody else"))
    made = clinic.backs_up(database)
    database.close()

    with pytest.raises(RecordBroken):
        clinic.puts_back(made.path)

    assert clinic.puts_back(made.path, although_broken=True).aside


def test_whoever_was_erased_since_stays_erased(clinic: Clinic, database: Database) -> None:
    anna = invite_anna(database)
    has_sent(database, clinic.settings, anna.appointment, answers())
    made = clinic.backs_up(database)
    erase(database, clinic, anna)
    # The database of now is lost; only the file outside it knows.
    with database.writer.begin() as connection:
        connection.execute(text("DROP TABLE audit_event"))
    database.close()

    done = clinic.puts_back(made.path)

    again = Database(clinic.settings.database_url, clinic.keys)
    with again.reading() as session:
        assert (done.settled.erased, session.scalar(select(func.count()).select_from(Patient))) == (1, 0)
        assert session.scalar(select(func.count()).select_from(Intake)) == 0
        assert audit.verify(session) == ()
    again.dispose()


def test_an_alert_that_was_open_then_brings_nobody_back(
    clinic: Clinic, database: Database, reception: User
) -> None:
    anna = invite_anna(database)
    has_sent(database, clinic.settings, anna.appointment, answers())
    raises_an_alert(database, clinic.settings, anna, closed_by=None)
    made = clinic.backs_up(database)
    with acting(database, settings=clinic.settings, by=reception) as op:
        ids = list(op.session.scalars(select(Alert.id)))
        alerts.take(op, ids)
        alerts.close(op, ids, Result(Outcome.EMERGENCY_CARE, "Went by ambulance", "RR"))
        op.commit()
    erase(database, clinic, anna)
    database.close()

    assert clinic.puts_back(made.path).settled.erased == 1


def erase(database: Database, clinic: Clinic, anna: Invited) -> None:
    with acting(database, settings=clinic.settings) as op:
        assert retention.erase(op, anna.appointment.id) is not None
        op.commit()
    with database.reading() as session:
        assert erasures.bring_up_to_date(session, clinic.settings) == 1
        assert erasures.bring_up_to_date(session, clinic.settings) == 0


def test_a_line_that_nobody_sealed_erases_nobody(clinic: Clinic, database: Database, tmp_path: Path) -> None:
    file, id = tmp_path / "erased.jsonl", uuid4()
    other = Keys.new()
    file.write_text(
        "not json\n[]\n" + erasures._line(other, id) + "\n" + erasures._line(clinic.keys, id)[:-5]
    )

    assert erasures.ids_in([file], clinic.keys) == set()

    line_file.append(file, [erasures._line(clinic.keys, id)])
    assert erasures.ids_in([file], clinic.keys) == {id}


def test_messages_that_may_have_left_wait_and_those_to_come_do_not(
    clinic: Clinic, database: Database
) -> None:
    anna = invite_anna(database)
    with acting(database, settings=clinic.settings) as op:
        for kind, at in (
            (JobKind.SEND_INVITATION, NOW),
            (JobKind.SEND_REMINDER, LATER + DAY),
            (JobKind.TELL_OF_ALERT, NOW),
        ):
            outbox.add(op, kind, uuid4(), not_before=at, appointment_id=anna.appointment.id)
        op.commit()
    made = clinic.backs_up(database)
    database.close()

    done = clinic.puts_back(made.path)

    again = Database(clinic.settings.database_url, clinic.keys)
    with acting(again, settings=clinic.settings, now=LATER) as op:
        due = [op.session.get_one(Job, id).kind for id in outbox.due(op)]
        assert (done.settled.held, after_restore.held(op.session), due) == (1, 1, [JobKind.TELL_OF_ALERT])
        assert after_restore.release(op) == 1
        assert len(outbox.due(op)) == 2
        op.rollback()
    with acting(again, settings=clinic.settings, now=LATER) as op:
        assert (after_restore.drop(op), after_restore.held(op.session)) == (1, 0)
        op.commit()
    with looking(again, settings=clinic.settings, now=LATER + DAY * 2) as op:
        due = [op.session.get_one(Job, id).kind for id in outbox.due(op)]
        assert JobKind.SEND_INVITATION not in due
    again.dispose()


def test_no_browser_that_was_let_in_then_is_let_in_now(clinic: Clinic, database: Database) -> None:
    with acting(database, settings=clinic.settings) as op:
        op.session.add(
            WebSession(token_hash="t" * 64, kind=SessionKind.TABLET, name="Hall", started_at=NOW, seen_at=NOW)
        )
        op.session.commit()
    made = clinic.backs_up(database)
    database.close()

    assert clinic.puts_back(made.path).settled.signed_out == 1
    again = Database(clinic.settings.database_url, clinic.keys)
    with again.reading() as session:
        assert session.scalars(select(WebSession.revoked_at)).all() == [LATER]
    again.dispose()


def test_putting_back_is_recorded_with_its_reason_and_accepted(clinic: Clinic, database: Database) -> None:
    daily_seal.seal_today(database, clinic.settings, now=NOW)
    made = clinic.backs_up(database)
    invite_anna(database)
    daily_seal.seal_today(database, clinic.settings, now=NOW + DAY)
    database.close()

    clinic.puts_back(made.path)

    again = Database(clinic.settings.database_url, clinic.keys)
    with again.reading() as session:
        assert list(daily_seal.problems(session, clinic.settings))
        (put,) = audit.history(session, Action.RESTORE_ACCEPTED)
        assert put.detail == {"reason": "The disk failed"}
    daily_seal.note_accepted(again, clinic.settings, LATER)
    with again.reading() as session:
        assert list(daily_seal.problems(session, clinic.settings)) == []
    again.dispose()


# The file.

PAIR = KeyPair.new()
LOCKS: dict[str, tuple[BackupKey, BackupKey]] = {
    "passphrase": (Passphrase("correct horse battery"), Passphrase("wrong horse battery")),
    "key": (SecretKey(b"1" * 32), SecretKey(b"2" * 32)),
    "pair": (PAIR, KeyPair.new()),
    "clinic": (ClinicKeys(Keys.new()), ClinicKeys(Keys.new())),
}


@pytest.mark.parametrize("kind", LOCKS)
def test_only_the_right_key_opens_a_backup(tmp_path: Path, kind: str) -> None:
    right, wrong = LOCKS[kind]
    file = written(tmp_path, right, b"the words of Anna" * 1000)

    assert b"Anna" not in file.read_bytes()
    assert read(file, right) == b"the words of Anna" * 1000
    for other in (wrong, *(key for name, (key, _) in LOCKS.items() if name != kind)):
        with pytest.raises(WrongBackupKey):
            read(file, other)


def test_a_public_key_makes_backups_and_opens_none(tmp_path: Path) -> None:
    file = written(tmp_path, KeyPair(PAIR.public), b"words")

    with pytest.raises(WrongBackupKey):
        read(file, KeyPair(PAIR.public))
    assert read(file, PAIR) == b"words"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_file_that_is_cut_short_at_any_place_is_damaged(tmp_path: Path, size: int) -> None:
    key = SecretKey(b"1" * 32)
    file = written(tmp_path, key, bytes(size))
    whole = file.read_bytes()
    begins = len(whole) - size - TAG * max(1, -(-size // PIECE))

    assert read(file, key) == bytes(size)
    cuts = {len(whole) - 1, begins, begins + 1, *range(begins + PIECE + TAG, len(whole), PIECE + TAG)}
    for cut in sorted(each for each in cuts if each < len(whole)):
        file.write_bytes(whole[:cut])
        with pytest.raises(BackupDamaged):
            read(file, key)


def test_pieces_that_are_swapped_left_out_or_added_are_noticed(tmp_path: Path) -> None:
    key = SecretKey(b"1" * 32)
    whole = written(tmp_path, key, bytes(3 * PIECE - 5)).read_bytes()
    step = PIECE + TAG
    begins = len(whole) - (3 * PIECE - 5) - 3 * TAG
    head, one, two, three = (
        whole[:begins],
        *(whole[begins + n * step : begins + (n + 1) * step] for n in range(3)),
    )

    for other in (
        head + two + one + three,
        head + one + three,
        head + one + two + two + three,
        whole + b"x",
        whole + three,
    ):
        file = tmp_path / "other"
        file.write_bytes(other)
        with pytest.raises(BackupDamaged):
            read(file, key)


def test_a_changed_byte_anywhere_is_noticed(clinic: Clinic, database: Database) -> None:
    file = clinic.backs_up(database).path
    whole = file.read_bytes()

    for place in range(0, len(whole), max(1, len(whole) // 60)):
        file.write_bytes(whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
        with pytest.raises((NotABackup, BackupDamaged, WrongBackupKey)), file.open("rb") as opened:
            opening.examine(opening.content_with(opened, ClinicKeys(clinic.keys)), clinic.keys)


def test_a_head_that_asks_for_all_the_memory_is_refused() -> None:
    with pytest.raises(BackupDamaged):
        Passphrase("correct horse battery").unlock(
            {"with": "passphrase", "words": "AAAA", "n": 2**30, "r": 8, "p": 1}
        )


def test_what_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "backstory.db"
    file.write_bytes(b"SQLite format 3\0" + bytes(100))

    with pytest.raises(NotABackup):
        read(file, SecretKey(b"1" * 32))


def test_keys_are_kept_from_others_and_from_their_own_data(
    clinic: Clinic, database: Database, tmp_path: Path
) -> None:
    public = PAIR.write(tmp_path / "pair")
    assert read_key_file(public) == KeyPair(PAIR.public)
    assert read_key_file(tmp_path / "pair") == PAIR
    (tmp_path / "pair").chmod(0o644)
    for unusable in (tmp_path / "pair", tmp_path / "none"):
        with pytest.raises(BackupKeyUnusable):
            read_key_file(unusable)
    with pytest.raises(BackupKeyUnusable):
        Passphrase("too short")

    plan = replace(clinic.plan(), with_keys=True)
    with pytest.raises(KeysBesideData):
        making.make(database, clinic.settings, plan, NOW)


def test_rows_sealed_with_other_keys_are_noticed_while_the_backup_is_made(
    clinic: Clinic, database: Database
) -> None:
    anna = invite_anna(database)
    with database.writer.begin() as connection:
        connection.execute(
            update(Patient.__table__)  # type: ignore[arg-type]
            .where(Patient.__table__.c.id == anna.appointment.patient_id)
            .values(name_sealed=Keys.new().ring.seal(b"Bo", f"patient|name|{anna.appointment.patient_id}"))
        )

    with pytest.raises(KeysDoNotFit, match="patient"):
        clinic.backs_up(database)
    assert making.backups_in(clinic.plan().folder, making.mark_of(database)) == []


def test_the_newest_are_kept_and_one_of_each_day(clinic: Clinic, database: Database) -> None:
    moments = [NOW + timedelta(hours=hours) for hours in (0, 6, 24, 30, 48, 49, 50)]
    other = clinic.plan().folder / "backstory-00000000-20260101T000000000000Z.backup"
    clinic.plan().folder.mkdir()
    other.write_bytes(b"of another clinic")

    for moment in moments:
        making.make(database, clinic.settings, clinic.plan(keep=2), moment)

    left = [each.name[19:30] for each in making.backups_in(clinic.plan().folder, making.mark_of(database))]
    assert left == ["20260311T11", "20260311T10", "20260310T15"]
    assert other.exists()


def test_two_at_once_do_not_meet(clinic: Clinic, database: Database) -> None:
    clinic.plan().folder.mkdir()
    with making._alone(clinic.plan().folder), pytest.raises(AlreadyAtWork):
        clinic.backs_up(database)


def test_what_was_left_half_written_is_no_backup_and_is_removed(clinic: Clinic, database: Database) -> None:
    clinic.plan().folder.mkdir()
    half = clinic.plan().folder / "backstory-half.partial"
    half.write_bytes(b"half")

    made = clinic.backs_up(database)

    assert not half.exists()
    assert making.backups_in(clinic.plan().folder, making.mark_of(database)) == [made.path]


# The schedule.


def work(clinic: Clinic, database: Database, minutes: float = 0) -> Work:
    return Work(database, clinic.settings, lambda: NOW + timedelta(minutes=minutes))


def test_a_backup_is_due_so_early_that_no_more_is_lost_than_the_clinic_says(
    clinic: Clinic, database: Database
) -> None:
    assert backups.back_up(work(clinic, database))

    with database.reading() as session:
        due = [status.is_due(session, clinic.settings, NOW + timedelta(minutes=m)) for m in (1, 2, 3, 4)]
        latest = status.latest_backup(session)
    assert due == [False, False, True, True]
    assert latest is not None
    assert (clinic.plan().folder / latest.file_name).stat().st_size == latest.size


def test_while_nothing_is_written_the_last_backup_is_taken_for_the_newest(
    clinic: Clinic, database: Database
) -> None:
    folder = clinic.plan().folder

    for minutes in (0, 5):
        assert backups.back_up(work(clinic, database, minutes))
    assert len(making.backups_in(folder, making.mark_of(database))) == 1
    with database.reading() as session:
        latest = status.latest_backup(session)
        assert latest is not None
        assert latest.covers_until == NOW + timedelta(minutes=5)

    anna = invite_anna(database)
    assert backups.back_up(work(clinic, database, 10))
    assert len(making.backups_in(folder, making.mark_of(database))) == 2
    has_sent(database, clinic.settings, anna.appointment, answers())
    assert backups.back_up(work(clinic, database, 15))
    assert len(making.backups_in(folder, making.mark_of(database))) == 3

    making.backups_in(folder, making.mark_of(database))[0].unlink()
    assert backups.back_up(work(clinic, database, 20))
    assert len(making.backups_in(folder, making.mark_of(database))) == 3


def test_staff_see_it_when_the_last_backup_is_too_old(clinic: Clinic, database: Database) -> None:
    backups.back_up(work(clinic, database))

    for minutes, expected in ((50, None), (70, NOW)):
        with looking(database, settings=clinic.settings, now=NOW + timedelta(minutes=minutes)) as op:
            assert status.red_since(op) == expected


def test_staff_see_it_as_well_where_a_timer_makes_the_backups(clinic: Clinic, database: Database) -> None:
    backups.back_up(work(clinic, database))
    elsewhere = replace(clinic.settings, backup_folder=None, backup_red_after=30)

    for hours, expected in ((29, None), (31, NOW)):
        with looking(database, settings=elsewhere, now=NOW + timedelta(hours=hours)) as op:
            assert status.red_since(op) == expected


def test_a_folder_that_cannot_be_written_is_noted_and_stops_nothing(
    clinic: Clinic, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    clinic.plan().folder.write_text("no folder")

    assert not backups.back_up(work(clinic, database))
    assert not backups.back_up(work(clinic, database, 30))

    with looking(database, settings=clinic.settings, now=NOW + timedelta(minutes=70)) as op:
        assert status.red_since(op) == NOW
        assert (failure := status.failure(op.session)) is not None
    assert failure.since == NOW
    assert "could not be made" in caplog.text


def test_a_scheduled_backup_is_made_by_another_process(clinic: Clinic, database: Database) -> None:
    invite_anna(database)

    assert backups.back_up_apart(work(clinic, database))

    (file,) = making.backups_in(clinic.plan().folder, making.mark_of(database))
    with database.reading() as session:
        latest = status.latest_backup(session)
    assert latest is not None
    assert latest.file_name == file.name


def test_what_goes_wrong_in_another_process_is_noted_and_said(
    clinic: Clinic, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    clinic.plan().folder.write_text("no folder")

    assert backups.back_up_apart(work(clinic, database))
    assert "A backup could not be made: " in caplog.text
    with database.reading() as session:
        assert status.failure(session) is not None

    clinic.settings.key_file.unlink()
    assert not backups.back_up_apart(work(clinic, database))
    assert "BackupProcessEnded" in caplog.text
    assert "Canary" not in caplog.text


def written(folder: Path, key: BackupKey, content: bytes) -> Path:
    said, secret = key.lock()
    with (folder / "file").open("wb") as file:
        writer = SealedWriter(file, said, secret)
        writer.write(content)
        writer.close()
    return folder / "file"


def read(file: Path, key: BackupKey) -> bytes:
    with file.open("rb") as opened:
        reader = SealedReader(opened)
        return b"".join(reader.pieces(key.unlock(reader.locked_with)))
