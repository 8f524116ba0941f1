"""Whatever happens to an appointment: one link opens it, and a message leaves only while it is wanted."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from intake.config import Settings, TextGateway
from intake.services import audit
from intake.services.appointments import booking
from intake.services.invitations import links
from intake.services.invitations.links import InvitationClosed
from intake.services.messages import reminders
from intake.storage.models import Channel, IntakeStatus
from tests.acting import acting
from tests.services.conftest import BORN
from tests.services.correspondence import VISIT, Clinic, empty_database

CHANNELS = st.sampled_from(Channel)
PRESSES = st.sampled_from(["one press", "another"])
DAYS = st.integers(-20, 20)


class LinkPaths(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        here = Path(self.folder.name)
        self.database = empty_database(here)
        texts = replace(Settings.from_environment({}), data_dir=here, text_sender=TextGateway("file"))
        self.clinic = Clinic(self.database, texts)
        self.tokens = [self.clinic.token]
        # The newest link, until it is closed.
        self.open: str | None = self.clinic.token
        self.starts_at, self.coming, self.finished = VISIT, True, False
        self.left = 0

    def teardown(self) -> None:
        self.clinic.closes()
        self.database.dispose()
        self.folder.cleanup()

    @property
    def lasts(self) -> bool:
        """A link of this appointment opens the form."""
        return self.clinic.now < self.starts_at + timedelta(days=1, minutes=self.clinic.appointment.minutes)

    @rule()
    def invite(self) -> None:
        token = self.clinic.makes_a_new_link()
        self.tokens.append(token)
        self.open = token if self.coming else None

    @rule()
    def revoke(self) -> None:
        with self.clinic.visit() as (op, appointment):
            links.revoke(op, appointment)
        self.open = None

    @rule()
    def cancel(self) -> None:
        with self.clinic.visit() as (op, appointment):
            booking.cancel(op, appointment)
        if self.coming:
            self.open = None
        self.coming = False

    @rule(days=DAYS)
    def move(self, days: int) -> None:
        with self.clinic.visit() as (op, appointment):
            appointment.starts_at = VISIT + timedelta(days=days)
            links.moved(op.session, appointment)
            op.record(audit.Action.APPOINTMENT_CHANGED, appointment)
            reminders.plan(op, appointment)
        self.starts_at = VISIT + timedelta(days=days)

    @precondition(lambda self: self.open)
    @rule(by=CHANNELS, once=PRESSES)
    def ask_to_send(self, by: Channel, once: str) -> None:
        self.clinic.asks_to_send(by, once)

    @rule()
    def finish(self) -> None:
        with self.clinic.visit() as (_, appointment):
            appointment.intake.status = IntakeStatus.SENT
        self.finished = True

    @rule(hours=st.integers(1, 24 * 10))
    def time_goes_by_and_the_queue_looks(self, hours: int) -> None:
        self.clinic.waits(hours=hours)
        left = self.clinic.recorded("message:sent")
        wanted = bool(self.open) and self.coming and self.lasts and not self.finished

        self.clinic.sweeps()

        assert wanted or self.clinic.recorded("message:sent") == left

    @invariant()
    def no_link_but_the_newest_open_one_opens(self) -> None:
        opens = [token for token in self.tokens if self._opens(token)]
        assert opens == ([self.open] if self.open and self.lasts else [])

    @invariant()
    def a_message_leaves_once_for_each_press_and_each_time_of_the_visit(self) -> None:
        rows = self.clinic.rows
        assert len({(row.kind, row.ref, row.dedupe_key) for row in rows}) == len(rows)
        assert self.clinic.recorded("message:sent") == sum(row.done_at is not None for row in rows)
        assert len(self.clinic.mails) + len(self.clinic.texts) == sum(row.done_at is not None for row in rows)

    @invariant()
    def a_reminder_that_waits_is_for_the_visit_as_it_is_now(self) -> None:
        waiting = [row for row in self.clinic.rows if not (row.channel or row.done_at or row.cancelled_at)]
        assert self.coming or waiting == []
        assert all(f"{self.starts_at:%Y%m%dT%H%M}" in row.dedupe_key for row in waiting)

    def _opens(self, token: str) -> bool:
        opened = False
        with acting(self.database, now=self.clinic.now) as op:
            with suppress(InvitationClosed):
                secret_hash = links.hash_of(token)
                links.identify(op, secret_hash, BORN)
                opened = True
            op.commit()
        return opened


TestLinkPaths = LinkPaths.TestCase
TestLinkPaths.settings = settings(
    max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
