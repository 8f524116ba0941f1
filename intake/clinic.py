"""The clinic that pages and commands work on: its settings, its database, its queue.

Everything opens, and brings its libraries, when first asked for: some commands need neither.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from flask import g, has_request_context

from intake.config import Settings

if TYPE_CHECKING:
    from intake.documents.orders import DocumentOrder
    from intake.services.appointments.patient_index import PatientIndex
    from intake.services.operations.clinic_settings import SettingsInForce
    from intake.storage import Database
    from intake.tasks import Queue


@dataclass
class Clinic:
    """What blueprints and commands work with.

    `environment` is what the environment says, without what the clinic changed since.
    """

    environment: Settings
    now: Callable[[], datetime]
    opened: "Database | None" = None
    queued: "Queue | None" = None
    # How a document is made that nobody made ahead.
    make: "Callable[[DocumentOrder], bytes]" = field(default_factory=lambda: _made_apart)
    _once: threading.RLock = field(default_factory=threading.RLock)
    _changed: "SettingsInForce | None" = None
    _index: "PatientIndex | None" = None

    @property
    def settings(self) -> Settings:
        """The settings in force, the same from the beginning of a request to its end."""
        if not has_request_context():
            return self.environment
        if "settings" not in g:
            g.settings = self.in_force()
        in_force: Settings = g.settings
        return in_force

    def in_force(self) -> Settings:
        """The settings as the clinic has them now."""
        with self._once:
            if self._changed is None:
                from intake.services.operations.clinic_settings import SettingsInForce

                self._changed = SettingsInForce(self.environment)
        return self._changed.read(self.database)

    @property
    def database(self) -> "Database":
        with self._once:
            if self.opened is None:
                from intake.storage import open_database

                self.opened = open_database(self.environment)
            return self.opened

    @property
    def queue(self) -> "Queue":
        with self._once:
            if self.queued is None:
                from intake.tasks import Queue

                self.queued = Queue(self.database, self.environment, clock=self.now)
            return self.queued

    @property
    def patient_index(self) -> "PatientIndex":
        """Whom this process can find; read when somebody is first looked for."""
        with self._once:
            if self._index is None:
                from intake.services.appointments.patient_index import PatientIndex

                self._index = PatientIndex(self.database)
            return self._index


def _made_apart(order: "DocumentOrder") -> bytes:
    from intake.documents.apart import made

    return made(order)
