"""What a file changes of appointments that are in, and whom its names mean: shown, done when ticked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict

from intake.i18n import format_moment, gettext
from intake.services.appointments import clinicians
from intake.services.appointments.clinicians import Account, Clinicians
from intake.services.appointments.importing import Act, Expected, Offer, Visit
from intake.services.appointments.importing.clinician_names import UnknownName, resolved
from intake.services.context import Operation
from intake.web import clinic
from intake.web.reception.import_plan import ImportPlan, PlanLine

NOBODY_HERE = "nobody"
TICKED, NAMED = "change", "named"


@dataclass(frozen=True)
class TakenUp:
    """What was ticked and chosen on the preview: ids of offers, and a choice for each name asked about."""

    ticked: frozenset[str] = frozenset()
    names: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> "TakenUp":
        """As it was posted: each name stands beside its choice."""
        pairs = zip(form.getlist("name_asked"), form.getlist(NAMED), strict=False)
        return cls(frozenset(form.getlist(TICKED)), tuple(pairs))

    def offers(self, plan: ImportPlan) -> list[Offer]:
        """Those that were ticked and can still be done."""
        return [offer for offer in plan.offers if offer.id in self.ticked]

    def expected(self, op: Operation, plan: ImportPlan) -> list[Expected]:
        """What can be made of the file, with the clinicians that were chosen just now."""
        known = Clinicians(op, dict(self._decisions(plan)))
        return [resolved(known, line.checked.row, line.expected) for line in plan.doable if line.expected]

    def decide(self, op: Operation, plan: ImportPlan) -> None:
        """Remember whom the names mean."""
        for name, user_id in self._decisions(plan):
            clinicians.decide(op, name, user_id)

    def _decisions(self, plan: ImportPlan) -> Iterator[tuple[str, UUID | None]]:
        """Of the names that were asked about, those that somebody chose an account or "nobody" for."""
        asked = {each.name for each in plan.unknown_names}
        accounts = {str(each.id): each.id for each in plan.accounts}
        for name, choice in self.names:
            if name in asked and (choice in accounts or choice == NOBODY_HERE):
                yield name, accounts.get(choice)


NOTHING_TAKEN_UP = TakenUp()


@dataclass(frozen=True)
class OfferView:
    """An appointment as it is here and as the file has it, line by line; `file` empty: it is off there."""

    id: str
    row: int | None
    appointment_id: UUID
    name: str
    date_of_birth: date
    here: tuple[str, ...]
    file: tuple[str, ...]
    label: str
    remarks: tuple[str, ...]
    ticked: bool

    @classmethod
    def of(cls, offer: Offer, taken_up: TakenUp, line: PlanLine | None = None) -> "OfferView":
        """The offer in words; `line` is the row that makes it."""
        wanted = offer.wanted
        return cls(
            id=offer.id,
            row=offer.row,
            appointment_id=offer.appointment_id,
            name=offer.name,
            date_of_birth=offer.date_of_birth,
            here=_lines(offer.stands, wanted or offer.stands),
            file=_lines(wanted, offer.stands) if wanted is not None else (),
            label=_label(offer),
            remarks=line.remarks if line is not None else (),
            ticked=offer.id in taken_up.ticked,
        )


@dataclass(frozen=True)
class NameView:
    """A name that somebody is asked about; `chosen` is the value of the choice that stands."""

    name: str
    invites: bool
    chosen: str


@dataclass(frozen=True)
class ChangesView:
    """What the file changes, what it lacks, and the names that mean nobody yet."""

    offers: tuple[OfferView, ...]
    vanished: tuple[OfferView, ...]
    names: tuple[NameView, ...]
    accounts: tuple[Account, ...]

    @classmethod
    def of(cls, plan: ImportPlan, taken_up: TakenUp) -> "ChangesView":
        """The part of the page that asks about this plan."""
        before = dict(taken_up.names)
        return cls(
            offers=tuple(
                OfferView.of(line.offer, taken_up, line) for line in plan.lines if line.offer is not None
            ),
            vanished=tuple(OfferView.of(offer, taken_up) for offer in plan.vanished),
            names=tuple(
                NameView(each.name, each.invites, before.get(each.name, _suggestion(each)))
                for each in plan.unknown_names
            ),
            accounts=plan.accounts,
        )


def _suggestion(asked: UnknownName) -> str:
    return str(asked.suggested.id) if asked.suggested is not None else ""


def _label(offer: Offer) -> str:
    if offer.act is Act.CANCEL:
        return gettext("Cancel this appointment")
    if offer.act is Act.BOOK_AGAIN:
        return gettext("Book it again, as the file has it")
    moved = offer.wanted is not None and offer.wanted.starts_at != offer.stands.starts_at
    return gettext("Move it as the file has it") if moved else gettext("Change it as the file has it")


def _lines(visit: Visit, other: Visit) -> tuple[str, ...]:
    """When, and what else of the two differs."""
    said = [format_moment(visit.starts_at, clinic().settings.zone)]
    if visit.minutes != other.minutes:
        said.append(gettext("%(minutes)s minutes", minutes=visit.minutes))
    if visit.with_whom != other.with_whom:
        said.append(visit.with_whom or gettext("no clinician"))
    return tuple(said)
