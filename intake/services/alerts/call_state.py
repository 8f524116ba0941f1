"""How a call stands: whether it calls out, or may be quiet until somebody tries again.

Safety: a call is quiet only while somebody has it, its deadline has not passed, the time to try again has not
come, and no number of it is known to be wrong with nothing tried since.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.red_flags import Urgency
from intake.storage.models import AlertState, AttemptKind, HandOverState


@dataclass(frozen=True)
class AttemptView:
    """One try, as staff see it. `number` is what was dialled."""

    attempt_id: UUID
    kind: AttemptKind
    made_at: datetime
    made_by: str
    again_at: datetime | None
    number: str | None
    note: str | None


@dataclass(frozen=True)
class HandOverView:
    """An offer of the call to somebody else, with who offers it."""

    hand_over_id: UUID
    intake_id: UUID
    offered_by: str
    offered_by_id: UUID
    offered_to: str
    offered_to_id: UUID
    offered_at: datetime
    answered_at: datetime | None
    note: str | None
    state: HandOverState


@dataclass(frozen=True)
class WaitingAlert:
    """What of an alert that is not closed decides how loud the call is."""

    urgency: Urgency
    state: AlertState
    raised_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class CallState:
    """How a call with something left to do stands at one moment.

    `again_at` is when it is to be tried again, None when that was not said, or something was raised since.
    `wrong_number` is known to be wrong, and nothing was tried since.
    """

    urgency: Urgency
    due_at: datetime
    late: bool
    nobodys: bool
    again_at: datetime | None
    due_again: bool
    wrong_number: str | None

    @classmethod
    def of(
        cls,
        waiting: Sequence[WaitingAlert],
        attempts: Iterable[AttemptView],
        now: datetime,
        numbers: Collection[str] | None = None,
    ) -> "CallState":
        """The state of a call with at least one alert waiting.

        `numbers` are those that can be called now: one that was wrong and was changed since is none of them.
        None: nobody looked.
        """
        due_at = min(alert.due_at for alert in waiting)
        raised_at = max(alert.raised_at for alert in waiting)
        last = max(attempts, key=lambda attempt: attempt.made_at, default=None)
        # What was raised since the last try says that trying again later may not do.
        holds = last is not None and last.made_at >= raised_at
        again_at = last.again_at if last is not None and holds else None
        wrong = last is not None and last.kind is AttemptKind.WRONG_NUMBER
        mended = last is not None and last.number and numbers is not None and last.number not in numbers
        return cls(
            urgency=max(alert.urgency for alert in waiting),
            due_at=due_at,
            late=due_at < now,
            # Safety: one alert that nobody has makes the call one that nobody has.
            nobodys=any(alert.state is AlertState.OPEN for alert in waiting),
            again_at=again_at,
            due_again=again_at is not None and again_at <= now,
            wrong_number=(last.number or "") if last is not None and wrong and not mended else None,
        )

    @property
    def loud(self) -> bool:
        """It calls out, whoever has it."""
        return self.late or self.nobodys or self.due_again or self.wrong_number is not None

    @property
    def snoozed(self) -> bool:
        """It is quiet until it is tried again, or until its deadline, whichever comes first."""
        return self.again_at is not None and not self.loud

    @property
    def pressing(self) -> tuple[bool, bool, int, bool, datetime]:
        """Sorts calls, the most pressing first: those that call out, in hand, and to be tried again later.

        Safety: among those an emergency comes first, also before a call of the day that is late.
        """
        return not self.loud, self.snoozed, -self.urgency, not self.late, self.due_at
