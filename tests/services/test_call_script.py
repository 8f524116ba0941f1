"""What reception says on the telephone: of a list only what raised something."""

from intake.config import Settings
from intake.demo.vignettes import Vignette, answers_of
from intake.storage import Database
from tests.services.conftest import Invited
from tests.services.filling_in import TODAY, Patient, without_known


def anna_with(database: Database, settings: Settings, anna: Invited, special: dict[str, object]) -> Patient:
    answers = answers_of(Vignette("anna", "", 34, special, urgency=None, fires=()), TODAY)
    patient = Patient(database, settings, anna)
    patient.has_filled_in(without_known(answers))
    return patient


def spoken(patient: Patient) -> dict[str, str]:
    return {each.question: each.answer for each in patient.script().answers}


def test_of_the_illnesses_only_the_one_that_raised_something_is_read_out(
    database: Database, settings: Settings, anna: Invited
) -> None:
    ill = ["diabetes", "asthma_nsaid", "sickle"]
    patient = anna_with(
        database,
        settings,
        anna,
        {"sites": ["b_scapula_l"], "on_when": "d1_3", "pmh_other": "yes", "pmh_other_list": ill},
    )

    said = " ".join(spoken(patient).values())

    assert "ickle" in said
    assert "iabetes" not in said
    assert "sthma" not in said


def test_of_the_places_only_those_that_raised_something_are_read_out(
    database: Database, settings: Settings, anna: Invited
) -> None:
    marked = ["f_foot_l", "f_chest_centre", "b_calf_r"]
    patient = anna_with(
        database,
        settings,
        anna,
        {"sites": marked, "on_when": "today", "rf_sweaty": "yes", "rf_sick": "yes", "rf_breathless": "no"},
    )

    said = spoken(patient)

    assert said["Where does it hurt?"] == "middle of chest"
    assert not any("short of breath" in question for question in said)
