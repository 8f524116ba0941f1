"""What each process remembers is right, whichever of them somebody's change came through."""

import subprocess
import sys
from pathlib import Path

from intake.config import Settings
from intake.services.appointments.patient_index import PatientIndex
from intake.services.appointments.search import search
from intake.services.operations.clinic_settings import SettingsInForce
from intake.storage import Database
from tests.acting import acting

OTHER = """
import sys
from datetime import date, datetime, UTC
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.operations.clinic_settings import change
from intake.config import Settings
from intake.storage import Database
from intake.storage.encryption import Keys
from pathlib import Path

database, settings = Database(sys.argv[1], Keys.read(Path(sys.argv[2]))), Settings.from_environment({})
with Operation.open(database, settings, SYSTEM, datetime.now(UTC)) as op:
    booking.make(op, Booking(name="Zora Elsewhere", date_of_birth=date(1980, 1, 2), starts_at=op.now))
    change(op, settings, {"BACKSTORY_CLINIC_HOURS": "Only at night"}, version_token=0)
    op.commit()
"""


def test_a_booking_and_a_setting_of_another_process_are_known_at_the_next_request(
    database: Database, tmp_path: Path
) -> None:
    keys = tmp_path / "keys/keys.json"
    keys.parent.mkdir()
    database.keys.write(keys)
    index, in_force = PatientIndex(database), SettingsInForce(Settings.from_environment({}))
    index.bring_up_to_date()
    assert in_force.read(database).clinic_hours != "Only at night"
    with acting(database) as op:
        assert search(op, index, "Zora") == ()
    address = database.writer.url.render_as_string(hide_password=False)

    subprocess.run([sys.executable, "-c", OTHER, address, str(keys)], check=True)

    with acting(database) as op:
        assert [known.name for known in search(op, index, "Zora")] == ["Zora Elsewhere"]
    assert in_force.read(database).clinic_hours == "Only at night"
