"""`make roles`: docs/roles.md, the table of who may open which address, from what the routes say."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from intake.app import create_app
from intake.config import Settings
from intake.services.staff.accounts import PERMISSIONS
from intake.storage.models import Role
from intake.web import guard_of

PAGE = Path(__file__).parents[1] / "docs/roles.md"
# Who may ask. A patient has given the date of birth; so has one at the desk, with staff.
VISITOR, PATIENT, TABLET = "visitor", "patient", "tablet"
WHO = (VISITOR, PATIENT, TABLET, *(role.value for role in Role))
HEAD = """# Who may open what

Every address of the application, what it is for, and who may use it. `make roles` writes this table from what
the routes say; `tests/test_conventions.py` holds it to them, and asks for every address in every role, with
ids that exist and with ids that do not: whoever is refused gets the same answer for both.

- **visitor**: anybody. **patient**: has a link and gave the date of birth, or fills in with staff at the
  desk. **tablet**: a tablet of the clinic that an admin let in.
- A member of staff with several roles works in one at a time: what counts is the role of the session.
- An id that is in nobody's reach says nothing: refused is refused before anything is looked up.

"""


def main() -> int:
    """Write the table anew."""
    with tempfile.TemporaryDirectory() as folder:
        here = {"DATA_DIR": f"{folder}/data", "KEY_FILE": f"{folder}/keys/keys.json"}
        settings = Settings.from_environment({f"BACKSTORY_{name}": value for name, value in here.items()})
        PAGE.write_text(page(create_app(settings)), encoding="utf-8")
    return 0


def page(app: Flask) -> str:
    """The whole document."""
    columns = ("Address", "Method", "What it does", *WHO)
    lines = [columns, ("---",) * len(columns), *sorted(_rows(app))]
    return HEAD + "".join("| " + " | ".join(line) + " |\n" for line in lines)


def who_may(app: Flask, endpoint: str) -> frozenset[str]:
    """Who of WHO may use a route."""
    guard = guard_of(app, endpoint)
    if guard == "open to all":
        return frozenset(WHO)
    if guard in ("invited", "enrolled"):
        return frozenset({PATIENT if guard == "invited" else TABLET})
    return frozenset(role.value for role in Role if guard in PERMISSIONS[role])


def _rows(app: Flask) -> Iterator[tuple[str, ...]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        words = (app.view_functions[rule.endpoint].__doc__ or "").strip().partition("\n")[0]
        marks = ("yes" if who in who_may(app, rule.endpoint) else "" for who in WHO)
        methods = " ".join(sorted((rule.methods or set()) & {"GET", "POST"}))
        yield f"`{rule.rule}`", methods, words.replace("|", "/"), *marks


if __name__ == "__main__":
    sys.exit(main())
