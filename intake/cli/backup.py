"""The commands that make a backup, open it to look whether it is whole, and put it back."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from intake.cli.opened import opened_clinic, operation, reading, say_left_over
from intake.config import Settings
from intake.services.operations import daily_seal
from intake.services.operations.backup import after_restore, erasures, making, opening, putting_back, status
from intake.services.operations.backup.backup_keys import (
    BackupKey,
    BackupKeyUnusable,
    ClinicKeys,
    KeyPair,
    Passphrase,
    read_key_file,
)
from intake.services.operations.backup.content import Head, UnknownColumn
from intake.services.operations.backup.making import AlreadyAtWork, BackupPlan, KeysBesideData, Made
from intake.services.operations.backup.opening import KeysDoNotFit
from intake.services.operations.backup.putting_back import (
    ErasuresUnreadable,
    LaterVersion,
    NotSound,
    PutBack,
    RecordBroken,
    Return,
)
from intake.services.operations.backup.scheduled import key_of, make_noted
from intake.services.operations.backup.sealed_file import (
    BackupDamaged,
    NotABackup,
    SealedReader,
    WrongBackupKey,
)
from intake.storage import Database, WrongKey
from intake.storage.encryption import KeyFileUnreadable, KeyFileUnsafe, Keys
from intake.storage.migrating import is_up_to_date

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEY_FILE = click.option("--key-file", type=FILE, help="The file with the key that the backup is locked with.")
REFUSALS = (
    AlreadyAtWork,
    BackupDamaged,
    BackupKeyUnusable,
    ErasuresUnreadable,
    KeyFileUnreadable,
    KeyFileUnsafe,
    KeysBesideData,
    KeysDoNotFit,
    LaterVersion,
    NotABackup,
    NotSound,
    OSError,
    RecordBroken,
    SQLAlchemyError,
    UnknownColumn,
    WrongBackupKey,
    WrongKey,
)


@click.command("backup")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Into this folder.")
@click.option(
    "--keep", type=click.IntRange(1, 366), help="How many are kept, and for how many days one a day."
)
@KEY_FILE
@click.option("--passphrase", "ask", is_flag=True, help="Lock it with a passphrase, which is asked for.")
@click.option(
    "--with-keys", is_flag=True, help="Put the clinic's key file in as well: whoever opens it has all."
)
@with_appcontext
def backup_command(
    folder: Path | None, keep: int | None, key_file: Path | None, ask: bool, with_keys: bool
) -> None:
    """Make a backup of this moment while the clinic goes on, open it again, and only then give it its name.

    What is not said is as the settings say. Without a key or a passphrase the clinic's keys lock it.
    """
    clinic = opened_clinic()
    settings: Settings = clinic.in_force()
    into = (folder or settings.backup_folder or _no_folder()).absolute()
    if into.is_relative_to(settings.data_dir):
        raise click.ClickException("That folder lies inside the data folder: both would be lost at once.")
    with _refusals():
        key = _key_to_make(settings, clinic.database.keys, key_file, ask)
        plan = BackupPlan(into, key, keep or settings.backup_keep, with_keys)
        made = _made(clinic, settings, plan)
    click.echo(
        f"{made.path}\n{made.rows:,} rows, {made.size:,} bytes, made and opened in {made.seconds:.1f} s."
    )


@click.command("verify-backup")
@click.argument("file", type=FILE)
@KEY_FILE
@with_appcontext
def verify_backup_command(file: Path, key_file: Path | None) -> None:
    """Open a backup as a restore would, in a place of its own: is all of it there, sound, and readable?

    Nothing of the clinic is changed, and it may be running.
    """
    settings = _environment()
    with _refusals(), file.open("rb") as opened:
        keys = Keys.read(settings.key_file) if settings.key_file.exists() else None
        content = opening.content_with(opened, _key_to_read(opened, settings, keys, key_file))
        click.echo(_said(content.head))
        keys = keys or _keys_inside(content.head)
        if keys is None:
            opening.examine(content, None)
            click.echo(
                "All of it is there. Whether the clinic's keys fit was not tried: there is no key file here."
            )
            return
        room = settings.data_dir if settings.data_dir.is_dir() else None
        with tempfile.TemporaryDirectory(dir=room, prefix="verify-") as folder:
            breaks = putting_back.try_out(content, keys, Path(folder) / "backstory.db")
    click.echo("All of it is there, the keys are the clinic's own, and the database built from it is sound.")
    if breaks:
        raise click.ClickException(f"Its audit record does not hold in {breaks} places.")
    click.echo("Its audit record is whole.")


@click.command("restore")
@click.argument("file", type=FILE)
@KEY_FILE
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.option("--reason", default="", help="Why it is put back; no name of a patient. It is recorded.")
@click.option(
    "--although-broken", is_flag=True, help="Also when the audit record of the backup does not hold."
)
@with_appcontext
def restore_command(file: Path, key_file: Path | None, yes: bool, reason: str, although_broken: bool) -> None:
    """Put a backup in the place of the clinic's database, which is set aside. The clinic must be stopped.

    Killed in the middle, it leaves the old database or the new one, whole. Say it again then.
    """
    settings, now = _environment(), current_app.extensions["clinic"].now()
    reason = reason.strip() or f"The backup {file.name} was put back"
    if len(reason) > daily_seal.LONGEST_REASON:
        raise click.ClickException(f"Say why in at most {daily_seal.LONGEST_REASON} characters.")
    with _refusals(), file.open("rb") as opened:
        keys = Keys.read(settings.key_file) if settings.key_file.exists() else None
        content = opening.content_with(opened, _key_to_read(opened, settings, keys, key_file))
        putting_back.must_be_known(content)
        click.echo(_said(content.head))
        _ask(content.head, settings, yes)
        keys = keys or _write_keys(content.head, settings)
        ledgers = (erasures.file_of(settings), file.parent / erasures.NAME, *_beside(settings))
        done = putting_back.put_back(content, Return(settings, keys, now, reason, ledgers, although_broken))
        _accept(settings, keys, now)
    click.echo(_what_was_done(done, content.head))
    say_left_over(settings)


@click.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup_key_command(file: Path) -> None:
    """Make a pair of keys for backups: FILE, which reads them, and FILE.public, which only makes them.

    Leave the public one on the server and take the other away: what a thief finds there opens no backup.
    """
    with _refusals():
        public = KeyPair.new().write(file)
    click.echo(f"{file} opens backups. Keep it away from this computer, in two places.")
    click.echo(f"{public} makes them: name it as BACKSTORY_BACKUP_KEY_FILE.")


@click.command("held-messages")
@click.option("--send", "what", flag_value="send", help="Send those that are still wanted.")
@click.option("--drop", "what", flag_value="drop", help="Do not send them: they have left before.")
@with_appcontext
def held_messages_command(what: str | None) -> None:
    """Say how many messages to patients wait since a backup was put back; send or drop them."""
    clinic = opened_clinic()
    if what is None:
        with reading(clinic) as op:
            click.echo(f"{after_restore.held(op.session)} wait. Say --send or --drop.")
        return
    with operation(clinic) as op:
        number = after_restore.release(op) if what == "send" else after_restore.drop(op)
        op.commit()
    click.echo(f"{number} will be sent." if what == "send" else f"{number} will not be sent.")


def _made(clinic: Any, settings: Settings, plan: BackupPlan) -> Made:
    with clinic.database.reader.connect() as connection:
        current = is_up_to_date(connection)
    if not current:
        # Before an upgrade: there may be no place yet to note it.
        return making.make(clinic.database, settings, plan, clinic.now())
    try:
        noted = make_noted(clinic.database, settings, plan, clinic.now())
    except AlreadyAtWork:
        raise
    except REFUSALS as problem:
        with operation(clinic) as op:
            status.note_failed(op, type(problem).__name__)
            op.commit()
        raise
    with operation(clinic) as op:
        status.note_made(op, noted.made, noted.fingerprint)
        op.commit()
    return noted.made


def _key_to_make(settings: Settings, keys: Keys, key_file: Path | None, ask: bool) -> BackupKey:
    if key_file is not None:
        return read_key_file(key_file)
    if ask:
        return Passphrase(click.prompt("Passphrase", hide_input=True, confirmation_prompt=True))
    return key_of(settings, keys)


def _key_to_read(file: BinaryIO, settings: Settings, keys: Keys | None, key_file: Path | None) -> BackupKey:
    """What the file needs, from where it may be found; the passphrase is asked for."""
    kind = SealedReader(file).locked_with.get("with")
    file.seek(0)
    named = key_file or settings.backup_key_file
    match kind:
        case "clinic" if keys is not None:
            return ClinicKeys(keys)
        case "clinic":
            raise click.ClickException(f"Put back the clinic's key file first: {settings.key_file}")
        case "passphrase":
            return Passphrase(settings.backup_passphrase or click.prompt("Passphrase", hide_input=True))
        case _ if named is not None:
            return read_key_file(named)
        case _:
            raise click.ClickException("The backup is locked with a key file. Say --key-file FILE.")


def _ask(head: Head, settings: Settings, yes: bool) -> None:
    if head.clinic != making.clinic_of(settings):
        click.echo("The clinic had another name when it was made. Is it the right one?", err=True)
    if yes:
        return
    click.echo(
        "Whatever was written since then is not in the clinic any more. The database of now is set aside."
    )
    click.confirm("Put this backup back?", abort=True)


def _keys_inside(head: Head) -> Keys | None:
    """The clinic's keys from a backup that was made with them."""
    if head.clinic_keys is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "keys.json"
        file.touch(mode=0o600)
        file.write_text(head.clinic_keys)
        return Keys.read(file)


def _write_keys(head: Head, settings: Settings) -> Keys:
    keys = _keys_inside(head)
    if keys is None:
        raise click.ClickException(f"Put back the clinic's key file first: {settings.key_file}")
    keys.write(settings.key_file)
    click.echo(f"The clinic's keys were in the backup: {settings.key_file}")
    return keys


def _accept(settings: Settings, keys: Keys, now: datetime) -> None:
    """The reason is recorded in the new database; now the file outside it learns the same."""
    database = Database(settings.database_url, keys)
    try:
        daily_seal.note_accepted(database, settings, now)
    finally:
        database.close()


def _beside(settings: Settings) -> tuple[Path, ...]:
    return (settings.backup_folder / erasures.NAME,) if settings.backup_folder is not None else ()


def _said(head: Head) -> str:
    counted = ", ".join(f"{head.counts.get(name, 0):,} {word}" for name, word in COUNTED.items())
    return (
        f"Backup of {head.made_at:%Y-%m-%d %H:%M:%S} UTC, made by Backstory {head.app} on {head.database}; "
        f"safety version {head.safety}.\n{counted}, {sum(head.counts.values()):,} rows in all."
    )


COUNTED = {"patient": "patients", "appointment": "appointments", "intake": "forms", "staff_user": "staff"}


def _what_was_done(done: PutBack, head: Head) -> str:
    lines = [
        f"Put back. The clinic is as it was on {head.made_at:%Y-%m-%d at %H:%M:%S} UTC.",
        f"The database of before lies in {done.aside}. Remove it when nothing of it is needed any more."
        if done.aside
        else "There was no database before.",
        "Everybody signs in again, and tablets are let in again by an admin.",
        "Whoever was let go since then can sign in again: look at the page “People”.",
    ]
    if done.settled.erased:
        lines.append(f"{done.settled.erased} appointments that had been erased since were erased again.")
    if done.settled.held:
        lines.append(
            f"{done.settled.held} messages to patients wait, because they may have been sent before: "
            "see held-messages."
        )
    return "\n".join([*lines, "Say check, and then start."])


def _no_folder() -> Path:
    raise click.ClickException("Say --to FOLDER, or set BACKSTORY_BACKUP_FOLDER.")


def _environment() -> Settings:
    """The database is not opened: it may be broken, or missing."""
    settings: Settings = current_app.extensions["clinic"].environment
    return settings


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except AlreadyAtWork:
        raise click.ClickException("Another process makes a backup into this folder now.") from None
    except KeysBesideData:
        raise click.ClickException(
            "Keys and data in one file need a lock of another kind: say --passphrase or --key-file."
        ) from None
    except RecordBroken as problem:
        raise click.ClickException(
            f"The audit record of this backup does not hold ({problem}). Take an earlier backup, or say "
            "--although-broken: `check` will go on saying it."
        ) from None
    except SQLAlchemyError as problem:
        raise click.ClickException(f"The database refused: {_first_line(problem)}") from None
    except REFUSALS as problem:
        raise click.ClickException(str(problem)) from None


def _first_line(problem: SQLAlchemyError) -> str:
    """Without the statement: it holds values."""
    return str(getattr(problem, "orig", None) or type(problem).__name__).splitlines()[0]
