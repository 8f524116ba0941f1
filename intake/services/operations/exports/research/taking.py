"""Who may take answers out, the record of it, and the file, made piece by piece while it leaves.

Nothing of it is kept, and never more than a few forms are in memory. Between pieces the thread rests for as
long as it worked: pages of patients come first.
"""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from intake.config import Settings
from intake.documents.research import dictionary, readme
from intake.documents.research.readme import ResearchTable
from intake.questionnaire import VERSION
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.operations.exports.research.forms import ResearchRequest, opened, row_of
from intake.services.operations.exports.research.project import ProjectKey
from intake.services.operations.exports.research.rare import LookedAt, batches
from intake.services.staff.accounts import Permission, may
from intake.spreadsheet import UTF_8, lines
from intake.storage.models import User

AT_ONCE = 25
Reading: TypeAlias = Callable[[], AbstractContextManager[Operation]]


@dataclass(frozen=True)
class ResearchFile:
    """What is put into the file. `marked`: it begins with the mark by which spreadsheets know UTF-8."""

    asked: ResearchRequest
    key: ProjectKey
    ids: tuple[UUID, ...]
    about: ResearchTable
    marked: bool = True


def may_take(user: User, settings: Settings) -> bool:
    """A clinician, whom the clinic has named for it."""
    named = {each.casefold() for each in settings.research_export_by}
    return may(user, Permission.EXPORT_ANSWERS) and user.email.casefold() in named


def record_look(op: Operation, asked: ResearchRequest, key: ProjectKey, found: LookedAt) -> None:
    """Note that somebody looked at what an export would tell."""
    op.record(
        Action.ANSWERS_LOOKED_AT, op.user, **_of(asked, key), forms=found.forms, patients=found.patients
    )


def record_taking(op: Operation, file: ResearchFile, found: LookedAt) -> None:
    """Note what is taken, before the first of it leaves: for what, how many rows and columns; no value."""
    columns = len(dictionary.columns(file.asked.choices))
    told = _of(file.asked, file.key)
    op.record(
        Action.ANSWERS_EXPORTED,
        op.user,
        **told,
        forms=found.forms,
        patients=found.patients,
        columns=columns,
        rare_combinations=len(found.rare),
        questionnaire_version=VERSION,
    )


def pieces(reading: Reading, file: ResearchFile) -> Iterator[bytes]:
    """The bytes of the file, one after the other."""
    out = _Outgoing()
    choices = file.asked.choices
    ordered = tuple(sorted(file.ids, key=lambda id: file.key.number("form", id)))
    with ZipFile(out, "w", ZIP_DEFLATED) as folder:
        with folder.open(_named(readme.ANSWERS, file), "w") as answers:
            head = [column.name for column in dictionary.columns(choices)]
            answers.write((_mark(file) + lines([head])).encode())
            for batch in batches(ordered, AT_ONCE):
                began = time.monotonic()
                answers.write(_rows(reading, file, batch).encode())
                yield out.taken()
                time.sleep(time.monotonic() - began)
        folder.writestr(
            _named(readme.DICTIONARY, file), _mark(file) + dictionary.as_csv(choices).removeprefix(UTF_8)
        )
        folder.writestr(_named(readme.DICTIONARY_JSON, file), dictionary.as_json(choices))
        folder.writestr(_named(readme.README, file), readme.text(file.about).replace("\n", "\r\n"))
    yield out.taken()


def _rows(reading: Reading, file: ResearchFile, ids: tuple[UUID, ...]) -> str:
    with reading() as op:
        cells = (row_of(form, file.asked.choices) for form in opened(op, ids, file.key))
        return lines(row.values() for row in cells)


def _of(asked: ResearchRequest, key: ProjectKey) -> dict[str, str | int]:
    choices = asked.choices
    return {
        "project": asked.project,
        "approval": asked.approval,
        "project_key": key.fingerprint,
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "left_out": len(asked.left_out),
        "told": " ".join(choices.quasi_identifiers) + (" free_text" if choices.free_text else ""),
    }


def _mark(file: ResearchFile) -> str:
    return UTF_8 if file.marked else ""


def _named(name: str, file: ResearchFile) -> ZipInfo:
    """A file of the folder, as old as the day it was made on: no clock tells more than that."""
    year, month, day = map(int, file.about.made_on.split("-"))
    info = ZipInfo(name, (year, month, day, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    return info


class _Outgoing(io.RawIOBase):
    """What was written and has not left yet; nobody goes back in it."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        written = bytes(data)  # type: ignore[call-overload]
        self._waiting += written
        return len(written)

    def taken(self) -> bytes:
        """All of it."""
        leaving = bytes(self._waiting)
        self._waiting.clear()
        return leaving
