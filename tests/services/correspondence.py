"""A clinic that sends messages: Anna, who has an address, the queue, and what left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from intake.config import Settings
from intake.red_flags import Finding, Urgency, rule
from intake.services import alerts, audit
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.context import Operation
from intake.services.invitations import links
from intake.services.messages import correspondence
from intake.services.messages.correspondence import Followed
from intake.storage import Database
from intake.storage.encryption import Keys
from intake.storage.models import Appointment, Channel, Job
from intake.tasks import Queue
from tests.acting import acting
from tests.services.conftest import BORN, NOW

# A Thursday, two weeks and a bit ahead: both reminders are still to come.
VISIT = datetime(2026, 3, 26, 10, 30, tzinfo=UTC)
KEYS = Keys.new()


class Clinic:
    """Anna's appointment, and everything that leaves because of it. `now` is what the queue's clock says."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings, self.now = database, settings, NOW
        with acting(database, settings=settings) as op:
            self.appointment = booking.make(
                op,
                Booking(
                    name="Anna Canary",
                    date_of_birth=BORN,
                    starts_at=VISIT,
                    sex_at_birth="female",
                    email="anna@example.org",
                    phone="07700 900123",
                ),
            )
            self.token = links.invite(op, self.appointment)
            op.commit()
        self.queue = Queue(database, settings, immediate=True, clock=lambda: self.now)

    def changes(self, **settings: Any) -> "Clinic":
        """Let the clinic be set up otherwise from now on."""
        self.queue.stop()
        self.settings = replace(self.settings, **settings)
        self.queue = Queue(self.database, self.settings, immediate=True, clock=lambda: self.now)
        return self

    @contextmanager
    def visit(self) -> Iterator[tuple[Operation, Appointment]]:
        """Anna's appointment, to be changed."""
        with acting(self.database, settings=self.settings, now=self.now) as op:
            appointment = booking.find(op.session, self.appointment.id)
            assert appointment is not None
            yield op, appointment
            op.commit()

    def asks_to_send(self, by: Channel = Channel.EMAIL, once: str = "first") -> "Clinic":
        with self.visit() as (op, appointment):
            link = links.current(op.session, appointment)
            assert link is not None
            correspondence.enqueue_invitation(op, link, by, idempotency_key=once)
        return self

    def makes_a_new_link(self) -> str:
        with self.visit() as (op, appointment):
            self.token = links.invite(op, appointment)
        return self.token

    def raises(self, urgency: Urgency = Urgency.EMERGENCY) -> None:
        with self.visit() as (op, appointment):
            finding = Finding(rule("R-CES-1"), urgency, "reported", ())
            alerts.raise_(op, appointment.intake, [finding])

    def closes(self) -> "Clinic":
        """The end of the day."""
        self.queue.stop()
        return self

    def waits(self, **length: float) -> "Clinic":
        self.now += timedelta(**length)
        return self

    def sweeps(self) -> "Clinic":
        self.queue.sweep()
        return self

    def sweeps_for(self, length: timedelta, every: timedelta) -> "Clinic":
        until = self.now + length
        while self.now < until:
            self.sweeps()
            self.now += every
        return self

    @property
    def mails(self) -> list[EmailMessage]:
        """Every e-mail that left, as it lies in the folder for trying out."""
        files = (self.settings.data_dir / "mail").glob("*.eml")
        return [_mail(file.read_bytes()) for file in files]

    @property
    def texts(self) -> list[str]:
        """Every text message that left."""
        return [file.read_text() for file in (self.settings.data_dir / "mail").glob("*.txt")]

    @property
    def followed(self) -> tuple[Followed, ...]:
        """The messages as reception follows them."""
        with self.database.reading() as session:
            return correspondence.of(session, self.appointment)

    @property
    def states(self) -> list[tuple[str, str, str | None]]:
        """The same in short: what, how far, and why."""
        return [(each.kind.removeprefix("send_"), each.state, each.why) for each in self.followed]

    @property
    def has_failed(self) -> bool:
        """The last message that was tried has not arrived."""
        with self.database.reading() as session:
            return self.appointment.id in correspondence.failed(session, [self.appointment.id])

    @property
    def rows(self) -> list[Job]:
        with self.database.reading() as session:
            return list(session.scalars(select(Job)))

    def recorded(self, action: str) -> int:
        with self.database.reading() as session:
            return len(audit.history(session, audit.Action(action)))


def empty_database(folder: Path) -> Database:
    """A database on SQLite in this folder, with every table and no rows."""
    file = folder / "backstory.db"
    file.write_bytes(_migrated())
    return Database(f"sqlite:///{file}", KEYS)


def plain(mail: EmailMessage) -> str:
    """Everything that can be read in it."""
    bodies = (mail.get_body((kind,)) for kind in ("plain", "html"))
    return "\n".join([str(mail["Subject"]), *(body.get_content() for body in bodies if body is not None)])


def _mail(content: bytes) -> EmailMessage:
    mail: Any = message_from_bytes(content, policy=default)
    return mail


@cache
def _migrated() -> bytes:
    """Made once for all: that takes longer than most of what is then done with it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        made = Database(f"sqlite:///{file}", KEYS)
        made.migrate()
        made.dispose()
        return file.read_bytes()
