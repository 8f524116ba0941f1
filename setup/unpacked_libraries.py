"""Loads the shared libraries that prepare.sh unpacked where it could not install them.

The loader then finds each by its name, so WeasyPrint needs no setting. Copied into .venv only there.
"""

import ctypes
import os
from pathlib import Path


def load(system: str) -> None:
    """Load every library below the folder `system`, in whatever order their needs allow."""
    waiting = sorted(Path(system).glob("**/lib*.so.*"))
    while waiting:
        refused = [path for path in waiting if not _loads(path)]
        if len(refused) == len(waiting):
            break
        waiting = refused
    settings = Path(system) / "fonts.conf"
    if settings.exists() and not Path("/etc/fonts/fonts.conf").exists():
        os.environ.setdefault("FONTCONFIG_FILE", str(settings))


def _loads(path: Path) -> bool:
    try:
        ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
