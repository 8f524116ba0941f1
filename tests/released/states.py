"""Databases as released versions left them, with forms under way.

`tests/released/VERSION.json` was written once, by that version, and is never changed: `revision` is its
schema, `rows` are SQLite's own values by table in an order that foreign keys allow, and `forms` is what
patients had said.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, column, delete, func, insert, inspect, select, table
from sqlalchemy.types import JSON, Boolean, Date, DateTime, TypeEngine, Uuid

from intake.storage import Database
from intake.storage.encryption import Keys
from intake.storage.migrating import migrate

FOLDER = Path(__file__).parent
VERSIONS = tuple(sorted(file.stem for file in FOLDER.glob("*.json")))


@dataclass(frozen=True)
class FormUnderWay:
    """What a patient had said, and what their browser held, when the old version was stopped."""

    case: str
    reference: str
    token: str
    born: date
    cookie: str
    path: str
    answers: dict[str, Any]
    passed: frozenset[str]
    urgency: str | None


@dataclass(frozen=True)
class Released:
    """A clinic as a released version left it."""

    version: str
    revision: str
    now: datetime
    keys: dict[str, Any]
    forms: tuple[FormUnderWay, ...]
    rows: dict[str, list[dict[str, Any]]]

    def laid_into(self, url: str, key_file: Path) -> Database:
        """A database of that version: its tables, its rows and its keys; nothing is upgraded yet."""
        key_file.parent.mkdir(parents=True, exist_ok=True)
        key_file.write_text(json.dumps(self.keys))
        key_file.chmod(0o600)
        database = Database(url, Keys.read(key_file))
        migrate(database.writer, self.revision)
        with database.writer.begin() as connection:
            for name, rows in self.rows.items():
                _insert(connection, name, rows)
        return database


def released(version: str) -> Released:
    """What this version left."""
    kept = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    forms = tuple(
        FormUnderWay(
            case=each["case"],
            reference=each["reference"],
            token=each["token"],
            born=date.fromisoformat(each["born"]),
            cookie=each["cookies"]["backstory"],
            path=each["path"],
            answers=each["answers"],
            passed=frozenset(each["passed"]),
            urgency=each["urgency"],
        )
        for each in kept["forms"]
    )
    now = datetime.fromisoformat(kept["now"])
    return Released(kept["version"], kept["revision"], now, kept["keys"], forms, kept["rows"])


def _insert(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows with the types that this database has; SQLite takes its own values as they are."""
    native = connection.dialect.name == "sqlite"
    # What the migrations themselves put there stands among the rows.
    if connection.scalar(select(func.count()).select_from(table(name))):
        connection.execute(delete(table(name)))
    types: dict[str, TypeEngine[Any]] = {
        each["name"]: each["type"] for each in inspect(connection).get_columns(name)
    }
    for row in rows:
        values = {
            each: _bytes(value) if native else _value(types[each], value) for each, value in row.items()
        }
        connection.execute(insert(table(name, *map(column, values))).values(values))


def _bytes(value: Any) -> Any:
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) else value


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    """What SQLite keeps as text or a number, for a database that has a type for it."""
    match kind:
        case _ if value is None:
            return None
        case Uuid():
            return UUID(value)
        case DateTime():
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        case Date():
            return date.fromisoformat(value)
        case Boolean():
            return bool(value)
        case JSON():
            return json.loads(value)
    return _bytes(value)
