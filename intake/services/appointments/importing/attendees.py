"""Who takes part in an event: at most one of them is the patient, and the link goes there.

Safety: an address is only taken when nobody else can be meant. A room, a thing, a group, whoever invited, and
the clinic's own people are never the patient; of two who remain, nobody is.
"""

import re
from collections.abc import Iterable

from icalendar import Component

from intake.text import email, free, names

# What calendar programs give rooms and shared calendars for an address.
_NOT_PEOPLE = ("resource.calendar.google.com", "group.calendar.google.com", "import.calendar.google.com")
_ROOM = re.compile(
    r"\b(?:room|raum|zimmer|kabine|salle|sala|sal[ao]n|kamer|gabinet|cubicle|equipment)\b", re.I
)
_NO_READERS = ("noreply", "no-reply", "donotreply", "do-not-reply", "calendar-notification")


def patient_address(event: Component, ours: frozenset[str]) -> str:
    """The patient's address; "" where it is not certain. `ours` are the clinic's, folded."""
    theirs = {email.folded(each): each for each in map(address, everybody(event)) if each}
    organiser = event.get("ORGANIZER")
    not_patients = {email.folded(address(organiser)), email.folded(_sent_by(organiser)), *ours}
    not_patients |= {email.folded(address(each)) for each in everybody(event) if not _is_person(each, event)}
    remaining = [each for folded, each in theirs.items() if folded not in not_patients]
    return remaining[0] if len(remaining) == 1 else ""


def everybody(event: Component) -> list[object]:
    """Whoever is invited, of whatever kind."""
    people = event.get("ATTENDEE")
    return people if isinstance(people, list) else [people] if people is not None else []


def organiser_name(event: Component) -> str:
    """What whoever invited is called; their address where they have no name."""
    organiser = event.get("ORGANIZER")
    return _parameter(organiser, "CN") or address(organiser)


def address(person: object) -> str:
    """The e-mail address of somebody; "" when there is none."""
    kind, _, rest = str(person or "").partition(":")
    if kind.casefold() != "mailto":
        # Apple and Exchange name people by a path or not at all, with the address beside it (RFC 7986, 6.2).
        rest = _parameter(person, "EMAIL")
    return free.one_line(rest.partition("?")[0])


def _sent_by(organiser: object) -> str:
    return address(_parameter(organiser, "SENT-BY"))


def _is_person(attendee: object, event: Component) -> bool:
    """An individual, as far as the calendar says: any other kind, known or not, is none."""
    kind = _parameter(attendee, "CUTYPE") or "INDIVIDUAL"
    if kind.upper() != "INDIVIDUAL" or _parameter(attendee, "ROLE").upper() == "NON-PARTICIPANT":
        return False
    box, _, host = address(attendee).casefold().rpartition("@")
    if host.endswith(_NOT_PEOPLE) or box in _NO_READERS:
        return False
    name = _parameter(attendee, "CN")
    return not (_ROOM.search(name) or _is_part_of_one(name, _places(event)))


def _places(event: Component) -> list[str]:
    where = event.get("LOCATION")
    written = where if isinstance(where, list) else [where] if where is not None else []
    return [part for each in written for part in (str(each), *str(each).replace(";", ",").split(","))]


def _is_part_of_one(name: str, others: Iterable[str]) -> bool:
    """ "Room 2" of "Room 2 (first floor)"."""
    part = f" {' '.join(names.words(name))} "
    return bool(part.strip()) and any(part in f" {' '.join(names.words(each))} " for each in others)


def _parameter(person: object, name: str) -> str:
    parameters = getattr(person, "params", {})
    said = parameters.get(name, "")
    return free.one_line(" ".join(map(str, said)) if isinstance(said, list) else str(said)).strip("\"'")
