"""Reads the compose files of deploy/ by the schema that Debian's docker-compose carries."""

import subprocess
import tempfile
from pathlib import Path

from conformance import HERE

DEPLOY = HERE.parent / "deploy"


def check() -> bool:
    """Both files are understood, with the files that they name in their place."""
    faults = [fault for file in sorted(DEPLOY.glob("compose*.yaml")) for fault in _faults(file)]
    for fault in faults:
        print(f"compose: {fault}")
    print(f"compose files: {len(faults)} faults")
    return not faults


def _faults(file: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / file.name).write_text(file.read_text())
        (folder / "settings").write_text((DEPLOY / "settings.example").read_text())
        (folder / "secrets").mkdir()
        for secret in ("mail_server", "database_password", "database_url"):
            (folder / "secrets" / secret).write_text("made up\n")
        done = subprocess.run(
            ["docker-compose", "--file", file.name, "config", "--quiet"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    return [f"{file.name}: {done.stderr.strip()}"] if done.returncode else []
