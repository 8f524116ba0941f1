"""Recovery codes: shown once, to be printed or written down."""

from dataclasses import dataclass, field

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from intake.services.staff.accounts import COME_BACK_AFTER, Permission
from intake.services.staff.factors import holdings, recovery_codes
from intake.services.staff.passwords import Busy
from intake.web import only, operation, reading
from intake.web.headers import come_back
from intake.web.proof import proved
from intake.web.second_factor.blueprint import back_home, blueprint, where_to_go_on


@dataclass(frozen=True)
class FreshCodes:
    """Codes as they are shown, this once, and what is kept of them."""

    shown: tuple[str, ...] = field(repr=False)
    hashes: tuple[str, ...] = field(repr=False)


@blueprint.get("/account/second-factor/recovery")
@only(Permission.SIGN_IN)
def recovery() -> str | Response:
    """How many are left, and how to make new ones."""
    return _page()


@blueprint.post("/account/second-factor/recovery")
@only(Permission.SIGN_IN)
@proved
def new_codes() -> str | Response:
    """Ten new ones; the ones before stop working."""
    with reading() as op:
        if not holdings.has_any(op, op.user):
            return back_home()
    try:
        fresh = fresh_codes()
    except Busy:
        return come_back(make_response(_page(busy=True)), COME_BACK_AFTER)
    with operation() as op:
        holdings.new_codes(op, op.user, fresh.hashes)
        op.commit()
    return shown_once(fresh)


def fresh_codes() -> FreshCodes:
    """New codes; outside any transaction, because hashing takes a while. Raises Busy."""
    shown = recovery_codes.fresh()
    return FreshCodes(shown, recovery_codes.hashed(shown))


def shown_once(fresh: FreshCodes) -> str:
    """The page with the codes, which nothing can show again."""
    return render_template("second_factor/codes.html", codes=fresh.shown, onward=where_to_go_on(g.user))


def _page(*, busy: bool = False) -> str:
    with reading() as op:
        has = holdings.of(op, op.user)
    return render_template("second_factor/recovery.html", has=has, busy=busy)
