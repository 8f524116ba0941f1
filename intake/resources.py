"""Where templates, static files and migrations lie.

They stand at the top of the source tree, beside the package; a wheel carries them inside it (pyproject.toml).
Whoever needs one of these folders asks here, so both layouts work.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent
SOURCE_TREE = PACKAGE.parent


def folder(name: str) -> Path:
    """The folder "templates", "static" or "migrations"."""
    installed = PACKAGE / "_resources" / name
    return installed if installed.is_dir() else SOURCE_TREE / name


def is_source_tree() -> bool:
    """Whether this runs from a checkout, with its documents and tests, and not from an installed wheel."""
    return (SOURCE_TREE / "pyproject.toml").is_file()
