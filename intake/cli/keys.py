"""The command that gives a clinic a new key, and takes an old one out."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from intake.cli.opened import existing_clinic
from intake.services.operations import key_rotation
from intake.services.operations.key_rotation import KeyInUse, RotationUnderWay, UnknownKey
from intake.storage.encryption import KeyFileUnreadable, KeyFileUnsafe, Keys
from intake.storage.key_file import AnotherKey, KeyFile, NoNumberLeft

OLD_BACKUPS = (
    "Backups that were made before need the keys of that time. Keep a copy of those, apart from the backups, "
    "for as long as you keep them."
)


@click.command("rotate-keys")
@click.option("--remove", type=int, metavar="NUMBER", help="Take this old key out instead.")
@click.option(
    "--keep-in",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --remove: write the key to this new file first, for backups made before.",
)
@click.option("--another", is_flag=True, help="Begin with a new key although an old one is still there.")
@click.option(
    "--put-back",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Put the keys in this file back instead, for a backup made before they were taken out.",
)
@with_appcontext
def rotate_keys_command(
    remove: int | None, keep_in: Path | None, another: bool, put_back: Path | None
) -> None:
    """Give the clinic a new key, and seal everything with it, while it runs.

    What was interrupted goes on where it stopped. Take the old key out afterwards with --remove.
    """
    if put_back is not None:
        return _put_back(current_app.extensions["clinic"].environment.key_file, put_back)
    clinic = existing_clinic(of_any_version=True)
    clinic.database.migrate()
    try:
        with key_rotation.alone(clinic.environment.key_file):
            if remove is not None:
                _remove(clinic, remove, keep_in)
            else:
                _rotate(clinic, another)
    except RotationUnderWay:
        raise click.ClickException("Another rotate-keys is at work. Wait until it has ended.") from None
    except OSError as problem:
        raise click.ClickException(
            f"The key file and its folder must be writable for this command: {problem.strerror}. What was "
            "begun goes on when rotate-keys runs again."
        ) from None
    except NoNumberLeft:
        raise click.ClickException("There have been 255 keys: there is no number for another.") from None
    return None


def _put_back(path: Path, kept: Path) -> None:
    """The database is not opened: it may be the one that is to be replaced."""
    try:
        masters = Keys.read(kept).masters
        with key_rotation.alone(path):
            added = KeyFile(path).put_back(masters)
    except RotationUnderWay:
        raise click.ClickException("A rotate-keys is at work. Wait until it has ended.") from None
    except (AnotherKey, KeyFileUnreadable, KeyFileUnsafe) as problem:
        raise click.ClickException(f"{problem} Nothing was changed.") from None
    except OSError as problem:
        raise click.ClickException(f"{problem.filename}: {problem.strerror}. Nothing was changed.") from None
    for number in added:
        click.echo(f"Key {number} is in the key file again. To take it out: rotate-keys --remove {number}")
    if not added:
        click.echo("The key file has these keys already.")


def _rotate(clinic: Any, another: bool) -> None:
    database, settings = clinic.database, clinic.in_force()
    old = [number for number in database.keys.numbers if number != database.keys.current]
    key_rotation.take_up(database, settings, clinic.now())
    if old and key_rotation.due(database, settings):
        click.echo(f"Going on with key {database.keys.current}.")
    elif old and not another:
        click.echo(f"Everything is sealed by key {database.keys.current} already.")
        return _say_what_is_left(old)
    else:
        click.echo(f"Key {key_rotation.add_key(database, settings, clinic.now())} is added and in use.")
    left = key_rotation.seal_everything(database, settings, clinic.now(), _progress())
    old = [number for number in database.keys.numbers if number != database.keys.current]
    if left.what:
        raise click.ClickException(
            f"Not sealed by key {database.keys.current}: {_in_words(left.what)}. What `check` says was "
            "changed stays as it is; what was in use is done when rotate-keys runs again."
        )
    click.echo(f"Everything is sealed by key {database.keys.current}.")
    return _say_what_is_left(old)


def _say_what_is_left(old: list[int]) -> None:
    for number in old:
        click.echo(f"Key {number} can be taken out: rotate-keys --remove {number}")
    click.echo(OLD_BACKUPS)


def _remove(clinic: Any, number: int, keep_in: Path | None) -> None:
    database, settings = clinic.database, clinic.in_force()
    shapes = key_rotation.forgotten(database, number)
    try:
        key_rotation.remove_key(database, settings, number, clinic.now(), keep_in)
    except (FileExistsError, KeyFileUnreadable, KeyFileUnsafe):
        raise click.ClickException(f"{keep_in} is there already. Nothing was changed.") from None
    except UnknownKey:
        keys = database.keys
        said = "is the one in use" if number == keys.current else "is not in the key file"
        raise click.ClickException(f"Key {number} {said}. Nothing was changed.") from None
    except KeyInUse as problem:
        raise click.ClickException(
            f"Key {number} is still needed by {_in_words(problem.what)}. Run rotate-keys first. If it "
            "has run, see `check`; a code for a tablet needs its key for a quarter of an hour. Nothing was "
            "changed."
        ) from None
    click.echo(f"Key {number} is taken out." + (f" It is kept in {keep_in}." if keep_in else ""))
    click.echo(
        "Browsers that nobody has used since the new key came are asked to sign in again, and tablets of the "
        "clinic are let in anew. Links that were sent go on working."
    )
    if shapes:
        click.echo(f"What the columns of {shapes} kinds of imported files hold is asked once more.")
    click.echo(OLD_BACKUPS)


def _progress() -> Callable[[str, int, int], None]:
    """Says how far each part is, a line for each when it goes into a file."""

    def tell(part: str, done: int, of: int) -> None:
        click.echo(f"  {part}: {min(done, of)} of {of}")

    return tell


def _in_words(what: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({number})" for name, number in what.items())
