"""Settings that the clinic changes by itself, laid over those of the environment.

They are read and checked as the environment's are, and in force at the next request of every process.
Secrets, and where things lie, stay in the environment.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from intake.config import SETTABLE, Approval, Settings, SettingsInvalid
from intake.red_flags import SAFETY_VERSION
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.operations import approvals
from intake.services.upsert import insert_if_missing
from intake.storage import Database
from intake.storage.models import ClinicSetting, SettingsVersion

log = logging.getLogger(__name__)

# The only row of SettingsVersion.
_ONLY = 1
# Built once: it is asked for with every page.
_SETTING = ClinicSetting.__table__
_CHANGED = select(_SETTING.c.name, _SETTING.c.value)


class SettingsChanged(Exception):
    """Somebody else changed the settings since this page of them was opened."""


class SettingsInForce:
    """What the environment says, and over it what the clinic changed.

    Safety: while the database is away, or what is kept cannot be read, the last good settings stay; telephone
    numbers that patients are told are never blank.
    """

    def __init__(self, environment: Settings) -> None:
        self.environment = environment
        self._last: tuple[tuple[Mapping[str, str], Approval | None], Settings] = (({}, None), environment)

    def read(self, database: Database) -> Settings:
        """The settings as they are now."""
        try:
            with database.reading() as session:
                changed, approval = changes(session), approvals.of_this_version(session)
        except SQLAlchemyError as problem:
            log.warning("The clinic's settings could not be read: %s", type(problem).__name__)
            return self._last[1]
        known, settings = self._last
        if (changed, approval) == known:
            return settings
        try:
            settings = self.environment.overlaid(changed).approved(approval, SAFETY_VERSION)
        except SettingsInvalid as refusal:
            # The environment changed under them; what it says by itself was checked at the start.
            # Values may be somebody's address, so only names are said.
            names = ", ".join(problem.split()[0] for problem in refusal.problems)
            log.error("Settings made on the page are left aside, because of %s", names)
            return settings
        self._last = (changed, approval), settings
        return settings


@dataclass(frozen=True)
class Kept:
    """What is set for each name that can be set here, as the environment would say it; `count` of changes."""

    values: Mapping[str, str]
    count: int


def changes(session: Session) -> dict[str, str]:
    """What the clinic has set, by name."""
    rows = session.execute(_CHANGED)
    return {name: value for name, value in rows if name in SETTABLE}


def kept(session: Session, environment: Settings) -> Kept:
    """What stands in force for each name that can be set here, and the count of changes so far."""
    changed = changes(session)
    count = session.scalar(select(SettingsVersion.number))
    return Kept({name: environment.words_of(name, changed) for name in SETTABLE}, count or 0)


def left_aside(session: Session, environment: Settings) -> tuple[str, ...]:
    """Why what the clinic has set is not in force; empty when it is."""
    try:
        environment.overlaid(changes(session))
    except SettingsInvalid as refusal:
        return refusal.problems
    return ()


def change(
    op: Operation, environment: Settings, wanted: Mapping[str, str], *, version_token: int
) -> tuple[str, ...]:
    """Put `wanted` in force; the names that changed.

    `version_token` is the count of changes when the page was opened. Raises SettingsChanged, and
    SettingsInvalid with all that is wrong.
    """
    version = _locked_version(op)
    before = kept(op.session, environment).values
    different = {name: wanted[name] for name in SETTABLE if name in wanted and wanted[name] != before[name]}
    if not different:
        return ()
    if version.number != version_token:
        raise SettingsChanged
    check(op.session, environment, different)
    for name, value in different.items():
        _keep(op, name, value, environment)
        op.record(Action.SETTING_CHANGED, name=name)
    version.number, version.changed_at, version.changed_by_id = version_token + 1, op.now, op.actor.user_id
    return tuple(different)


def check(session: Session, environment: Settings, different: Mapping[str, str]) -> Settings:
    """The settings as they would be; raises SettingsInvalid with all that is wrong."""
    problems: list[str] = []
    approved = different.get("BACKSTORY_APPROVED_RULES")
    if approved and approved != SAFETY_VERSION:
        problems.append(
            f"BACKSTORY_APPROVED_RULES is {approved!r}: the rules in force are {SAFETY_VERSION}, "
            f"and only they can be approved."
        )
    try:
        settings = environment.overlaid({**changes(session), **different})
    except SettingsInvalid as refusal:
        raise SettingsInvalid([*refusal.problems, *problems]) from None
    if problems:
        raise SettingsInvalid(problems)
    return settings


def _locked_version(op: Operation) -> SettingsVersion:
    insert_if_missing(op.session, SettingsVersion, {"id": _ONLY, "number": 0, "changed_at": op.now})
    stmt = select(SettingsVersion).with_for_update()
    return op.session.scalars(stmt.execution_options(populate_existing=True)).one()


def _keep(op: Operation, name: str, value: str, environment: Settings) -> None:
    row = op.session.get(ClinicSetting, name)
    if value == environment.words_of(name):
        # As the environment says: it may change there again.
        if row is not None:
            op.session.delete(row)
        return
    if row is None:
        row = ClinicSetting(name=name)
        op.session.add(row)
    row.value, row.changed_at, row.changed_by_id = value, op.now, op.actor.user_id
