"""By whose hand a form is filled in, and how its answers come in.

Safety: the rules are the same for everybody. Only staff who copy a returned paper form may leave blank what
must be answered, because nobody is there to be asked; blank stays blank, and is never a "no".
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake.services.audit import Actor
from intake.storage.models import Intake, Role, Route, User


@dataclass(frozen=True)
class Entry:
    """How answers come in. `user` is the member of staff who enters them, in `role`; None: the patient."""

    route: Route = Route.WEB
    user: User | None = None
    role: Role | None = None

    @property
    def blanks(self) -> bool:
        """What must be answered may be left blank."""
        return self.route is Route.PAPER and self.user is not None

    def actor(self, intake: Intake) -> Actor:
        """Who does it, as the audit names them."""
        return Actor.staff(self.user, self.role) if self.user else Actor.patient(intake)

    def note(self, session: Session, intake: Intake) -> None:
        """Keep on the form how its answers came in. Once staff entered some of it, it stays theirs."""
        if self.user is not None:
            intake.route, intake.recorded_by = self.route, session.get_one(User, self.user.id)
        elif self.route is not Route.WEB and intake.recorded_by_id is None:
            intake.route = self.route


BY_PATIENT = Entry()
