"""Whom the rows of a file are with: clinicians by name, and whoever invited only where the clinic said so."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from intake.services.appointments.clinicians import Account, Clinicians
from intake.services.appointments.importing.changes import Expected, FileRow
from intake.services.appointments.importing.rows import ImportRow


@dataclass(frozen=True)
class UnknownName:
    """A name of which nobody has said who it is. `invites`: it is of whoever invited, not of a clinician.

    `suggested` is the account that is called so.
    """

    name: str
    invites: bool
    suggested: Account | None


def resolved(clinicians: Clinicians, row: ImportRow, expected: Expected) -> Expected:
    """The row with the account's own name where the clinician is known, and as it is written where not."""
    written = row.cells["clinician"]
    account = clinicians.named(written) if written else clinicians.decided(row.organiser)
    if account is None:
        return expected
    return replace(expected, booking=replace(expected.booking, with_whom=account.name))


def unknown(clinicians: Clinicians, rows: Iterable[FileRow]) -> tuple[UnknownName, ...]:
    """The names in these rows that somebody has to be asked about, each once."""
    going = [each.row for each in rows if each.expected is not None and not each.row.cancelled]
    written = clinicians.unknown(row.cells["clinician"] for row in going)
    inviting = {row.organiser for row in going if row.organiser and not row.cells["clinician"]}
    asked = sorted(name for name in inviting if not clinicians.is_decided(name))
    return (
        *(UnknownName(name, invites=False, suggested=None) for name in written),
        *(UnknownName(name, invites=True, suggested=clinicians.named(name)) for name in asked),
    )
