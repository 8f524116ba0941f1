"""Sign-ins that were refused: at which accounts, and from where, so that an attack is seen and understood."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from intake.services.staff import accounts, guesses
from intake.services.staff.accounts import Permission
from intake.services.staff.guesses import Pressure
from intake.web import only, reading
from intake.web.admin.blueprint import blueprint


@dataclass(frozen=True)
class AtAccount:
    """What was tried at an account; `name` None: e-mail addresses that nobody here has."""

    name: str | None
    tries: int
    last_at: datetime

    @classmethod
    def of(cls, pressure: Pressure, names: dict[object, str]) -> "AtAccount":
        return cls(names.get(pressure.user_id), pressure.tries, pressure.last_at)


@dataclass(frozen=True)
class FromRange:
    """What came from one range; `network` is one address where the range is one, None for many together."""

    network: str | None
    tries: int
    turned_away: int
    last_at: datetime

    @classmethod
    def of(cls, pressure: Pressure) -> "FromRange":
        network = pressure.network.removesuffix("/32") if pressure.network else None
        return cls(network, pressure.tries, pressure.turned_away, pressure.last_at)


@blueprint.get("/users/refused")
@only(Permission.MANAGE_USERS)
def refused() -> str:
    """Who was guessed at of late, from where, and what to do."""
    with reading() as op:
        names: dict[object, str] = {user.id: user.name for user in accounts.all_users(op.session)}
        at_accounts = tuple(AtAccount.of(each, names) for each in guesses.of_accounts(op))
        from_ranges = tuple(FromRange.of(each) for each in guesses.of_ranges(op))
        now = guesses.attack(op)
    return render_template(
        "admin/refused.html",
        at_accounts=at_accounts,
        from_ranges=from_ranges,
        attack=now,
        days=guesses.SHOWN_FOR.days,
    )
