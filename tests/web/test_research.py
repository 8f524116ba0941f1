"""Answers taken out for research: by whom, of whom, what the file tells and what it never tells."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import pandas
import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.demo.vignettes import VIGNETTES, answers_of
from intake.documents.research.columns import cells_of, every_question, value_of
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import value_from_json
from intake.services.operations import retention
from intake.services.operations.exports.research import taking
from intake.spreadsheet import words_in
from intake.storage.models import Appointment, AuditEvent, Intake, Role, Row
from tests.acting import acting, looking
from tests.answering import ON, journey_of
from tests.services.answering import has_sent
from tests.web.conftest import PASSWORD, signed_in
from tests.web.patients import CASES, invite

FORMS = ("V05", "V10", "V16")
ASKED = {
    "project": "Leaks after 50",
    "approval": "Audit 2026-17",
    "first": "2026-11-01",
    "last": "2026-11-30",
    "age": "years",
    "period": "none",
    "sex": "yes",
    "marked": "yes",
}


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
            "BACKSTORY_KEY_FILE": str(tmp_path / "keys/keys.json"),
            "BACKSTORY_RESEARCH_EXPORT_BY": "Clinician@clinic.example",
        }
    )


@pytest.fixture
def send(clinic_database, settings, clock, client):
    """Let a made-up patient answer everything and send it: `send("V05", anything_else="...")`."""

    def sent(case, name="Nora Canary", **special):
        plain = CASES[case]
        changed = replace(plain, answers={**plain.answers, **special})
        patient = invite(clinic_database, client, clock, changed, name=name)
        known = dict.fromkeys(("dob", "sex_at_birth", "phone_best"))
        given = answers_of(changed, clock.now.date()).merged(known)
        has_sent(clinic_database, settings, patient.appointment, given, clock.now)
        return patient.appointment

    return sent


def test_only_clinicians_whom_the_clinic_names_take_answers_out(
    app, clinic_database, clock, admin, reception
):
    other = signed_in(app, clinic_database, clock, "Dr Cole", Role.CLINICIAN, mailbox="cole")

    for colleague in (admin, reception):
        assert colleague.client.get("/research").status_code == 403
        assert posts(colleague, "/research/file", ASKED).status_code == 403
    assert "You cannot take answers out" in other.opens("/research").words
    assert "Research" not in other.html.split("<main")[0]
    assert posts(other, "/research/look", ASKED).status_code == 403
    assert posts(other, "/research/file", ASKED).status_code == 403


def test_nobody_is_named_in_a_clinic_that_says_nothing(settings):
    assert Settings.from_environment({}).research_export_by == frozenset()


def test_the_file_holds_a_row_for_each_form_a_dictionary_and_a_note(clinician, send):
    sent = [send(case) for case in FORMS]

    files = takes(clinician)

    assert sorted(files) == ["README.txt", "answers.csv", "data-dictionary.csv", "data-dictionary.json"]
    assert len(rows_of(files)) == len(sent)
    assert files["answers.csv"].startswith("\ufeff")
    assert "\r\n" in files["answers.csv"]
    for said in ("Leaks after 50", "Audit 2026-17", "2026-11-01 to 2026-11-30", "pandas.read_csv", "readr"):
        assert said in files["README.txt"]


def test_every_answer_that_was_given_is_read_back_from_the_file(clinician, clinic_database, send):
    for case in FORMS:
        send(case, anything_else="-4 to 12, =1+1\n@home")

    files = takes(clinician, free_text="yes")

    columns = typed_rows(files)
    with looking(clinic_database) as op:
        kept = [intake.summary for intake in op.session.scalars(select(Intake)) if intake.summary]
    wanted = sorted((answers_in(summary) for summary in kept), key=repr)
    assert sorted((answers_of_row(row) for row in columns), key=repr) == wanted


def test_every_vignette_comes_back_from_its_cells():
    for case in VIGNETTES:
        counting = journey_of(answers_of(case, ON)).counting
        row = {}
        for id, value in counting.items():
            row |= cells_of(QUESTIONS[id], value)
        assert {id: value_of(QUESTIONS[id], row) for id in counting} == dict(counting), case.id


def test_pandas_reads_it_with_the_types_of_the_dictionary_and_changes_nothing(clinician, send):
    for case in FORMS:
        send(case)

    files = takes(clinician, free_text="yes", period="month", language="yes")

    entries = [
        each
        for each in json.loads(files["data-dictionary.json"])["columns"]
        if each["in_this_export"] == "yes"
    ]
    types = {
        each["column"]: pandas.CategoricalDtype(list(each["codes"]))
        if each["type"] == "code"
        else each["pandas_dtype"]
        for each in entries
    }
    plain = rows_of(files)
    table = pandas.read_csv(
        io.StringIO(files["answers.csv"].removeprefix("\ufeff")),
        dtype=types,
        keep_default_na=False,
        na_values=[""],
    )
    assert list(table.columns) == [each["column"] for each in entries]
    assert {name: str(kind) for name, kind in table.dtypes.items()} == {
        each["column"]: each["pandas_dtype"] for each in entries
    }
    for name in table.columns:
        read = ["" if pandas.isna(value) else str(value) for value in table[name]]
        assert read == [row[name].replace("\r\n", "\n") for row in plain], name


def test_what_was_not_said_is_never_a_no(clinician, send):
    send("V05", rf_fever="not_sure", any_risk="no")
    row = rows_of(takes(clinician))[0]

    assert (row["rf_fever"], row["rf_fever_status"]) == ("not_sure", "not_sure")
    assert (row["soc_injected"], row["soc_injected_status"]) == ("", "asked_together")
    assert (row["rf_preg_weeks"], row["rf_preg_weeks_status"]) == ("", "not_asked")
    assert row["agenda_status"] in ("left_blank", "not_opened", "answered")
    states = {row[f"{name}_status"] for name in ("hope_other", "on_trigger_other", "agg_other")}
    assert states == {"not_asked"}


def test_the_file_says_nothing_that_tells_who_somebody_is(clinician, clinic_database, send):
    appointments = [send(case, name=f"Nora Canary{place}") for place, case in enumerate(FORMS)]

    files = takes(clinician, free_text="yes", period="month")

    with looking(clinic_database) as op:
        facts = set()
        for appointment in (op.session.get(Appointment, each.id) for each in appointments):
            patient = appointment.patient
            born = patient.date_of_birth
            facts |= {
                patient.name,
                born.isoformat(),
                f"{born:%d/%m/%Y}",
                patient.phone,
                appointment.reference,
            }
            facts |= {
                str(patient.id),
                str(appointment.id),
                str(appointment.intake.id),
                appointment.intake.receipt,
            }
            facts |= {f"{appointment.starts_at:%Y-%m-%d}", appointment.with_whom}
    for name in ("answers.csv",):
        for fact in facts - {None, ""}:
            assert fact not in files[name], fact
    assert "Nora" not in "".join(files.values())


def test_an_age_above_89_is_90_or_more(clinician, clock, clinic_database, send):
    send("V05")
    with acting(clinic_database, now=clock.now) as op:
        intake = op.session.scalars(select(Intake)).one()
        summary = dict(intake.summary)
        for said in summary["answers"]:
            if said["id"] == "dob":
                said["value"] = "1922-01-01"
        intake.summary = summary
        op.commit()

    assert rows_of(takes(clinician))[0]["age"] == "90"
    assert rows_of(takes(clinician, age="10"))[0]["age_band"] == "90 or more"


def test_a_patient_has_one_number_in_a_project_and_another_in_the_next(clinician, clinic_database, send):
    send("V05")

    first, key = takes_with_key(clinician)
    again, same = takes_with_key(clinician, project_key=key)
    other, new = takes_with_key(clinician)

    number = rows_of(first)[0]["patient_number"]
    assert (rows_of(again)[0]["patient_number"], same) == (number, key)
    assert rows_of(other)[0]["patient_number"] != number
    assert new != key
    with looking(clinic_database) as op:
        everything = repr([op.session.execute(select(table)).all() for table in Row.metadata.sorted_tables])
    assert key not in everything
    assert key.replace("-", "") not in everything


def test_few_who_share_age_and_sex_are_shown_and_have_to_be_answered_for(clinician, send):
    for case in FORMS:
        send(case)

    looks(clinician)

    assert "shared by fewer than 5 patients" in clinician.words
    refused = posts(clinician, "/research/file", carried(clinician))
    assert refused.status_code == 409
    assert "a box is not ticked" in refused.get_data(as_text=True)
    assert posts(clinician, "/research/file", {**carried(clinician), "sure_rare": "yes"}).status_code == 200


def test_what_is_taken_is_what_was_looked_at(clinician, send):
    send("V05")
    looks(clinician)
    seen = {**carried(clinician), "sure_rare": "yes"}

    send("V10")

    assert posts(clinician, "/research/file", seen).status_code == 409


def test_nothing_is_told_of_people_when_nothing_is_asked_for(clinician, send):
    send("V05")

    looks(clinician, age="none", sex="")

    assert "Rare answers can still tell" in clinician.words
    row = rows_of(takes(clinician, age="none", sex=""))[0]
    assert not {"age", "age_band", "sex_at_birth", "form_language", "appointment_period"} & set(row)


def test_words_are_left_out_unless_they_are_asked_for_and_answered_for(clinician, send):
    send("V05", anything_else="Mrs Zebra knows")

    assert "Zebra" not in "".join(takes(clinician).values())
    looks(clinician, free_text="yes")
    assert posts(clinician, "/research/file", {**carried(clinician), "sure_rare": "yes"}).status_code == 409
    assert "Mrs Zebra knows" in takes(clinician, free_text="yes")["answers.csv"]


def test_what_was_said_in_confidence_stays_here(clinician, send):
    send("V05", anything_else="My partner hits me, ask for Zebra", ice_concern="Quagga")
    send("V10", anything_else="Okapi")

    files = takes(clinician, free_text="yes")

    assert "Okapi" in files["answers.csv"]
    assert not [
        word for word in ("Zebra", "Quagga", "R-FT-4", "r_ft_4", "hits") if word in "".join(files.values())
    ]


def test_a_text_is_no_formula(clinician, send):
    send("V05", anything_else="=HYPERLINK(1)")

    rows = csv.DictReader(
        io.StringIO(takes(clinician, free_text="yes")["answers.csv"].removeprefix("\ufeff"), newline="")
    )

    assert next(rows)["anything_else"] == "'=HYPERLINK(1)"


def test_days_before_the_appointment_are_numbers_and_no_text(clinician, clock, send):
    appointment = send("V05")
    assert appointment
    assert rows_of(takes(clinician))[0]["sent_days"] == "0"


def test_rules_say_what_they_found_on_the_day(clinician, send):
    send("V05")
    row = rows_of(takes(clinician))[0]

    fired = {name for name, cell in row.items() if cell in ("fired", "fired_unsure")}
    assert fired == {f"rule_{rule.lower().replace('-', '_').rstrip('?')}" for rule in CASES["V05"].fires}
    assert row["tier"] == "emergency"
    assert {
        cell for name, cell in row.items() if name.startswith("rule_r_") and not name.endswith("_found")
    } <= {
        "fired",
        "fired_unsure",
        "not_fired",
        "not_assessed",
    }


def test_a_form_of_an_earlier_version_is_not_made_to_say_more(clinician, clinic_database, clock, send):
    send("V05")
    with acting(clinic_database, now=clock.now) as op:
        intake = op.session.scalars(select(Intake)).one()
        summary = dict(intake.summary)
        kept = [each for each in summary["answers"] if each["id"] not in ("rf_fever", "course")]
        like = {**kept[0], "own_words": False}
        gone = [
            {**like, "id": "course", "value": "up_and_down"},
            {**like, "id": "spread_where", "value": ["leg", "arm"]},
            {**like, "id": "goal", "value": "Zebra", "own_words": True},
        ]
        intake.summary = {**summary, "answers": [*kept, *gone]}
        intake.questionnaire_version = "0123456789ab"
        op.commit()

    row = rows_of(takes(clinician, free_text="yes"))[0]

    assert row["questionnaire_version"] == "0123456789ab"
    assert (row["rf_fever"], row["rf_fever_status"]) == ("", "unknown")
    assert (row["course"], row["course_status"]) == ("", "earlier_answer")
    assert row["earlier_answers"] == "course=up_and_down;spread_where=arm;spread_where=leg"
    assert "not_fired" not in row.values()
    assert "Zebra" not in str(row)


def test_whoever_objected_is_left_out_and_an_unknown_reference_is_said(clinician, send):
    send("V10")
    objected = send("V05")

    assert len(rows_of(takes(clinician, left_out=objected.reference))) == 1
    page = posts(clinician, "/research/look", {**ASKED, "left_out": "ZZZZZZ"})
    assert page.status_code == 400
    assert "No appointment has the reference ZZZZZZ" in page.get_data(as_text=True)


def test_whoever_is_erased_is_in_no_later_file(clinician, clinic_database, clock, send):
    send("V10")
    gone = send("V02")

    with acting(clinic_database, now=clock.now) as op:
        retention.erase(op, gone.id)
        op.commit()

    assert len(rows_of(takes(clinician))) == 1


def test_looking_and_taking_are_recorded_without_a_value(clinician, clinic_database, send):
    send("V05", name="Nora Canary")

    files, key = takes_with_key(clinician, free_text="yes")

    with looking(clinic_database) as op:
        done = {
            event.action: event
            for event in op.session.scalars(select(AuditEvent).where(AuditEvent.action.like("answers:%")))
        }
    assert set(done) == {"answers:looked_at", "answers:exported"}
    taken = done["answers:exported"]
    assert taken.actor == f"staff:{clinician.user.id}"
    detail = json.loads(taken.detail)
    assert detail["project"] == "Leaks after 50"
    assert detail["approval"] == "Audit 2026-17"
    assert (detail["forms"], detail["patients"]) == (1, 1)
    assert detail["columns"] == len(rows_of(files)[0])
    assert detail["told"] == "age sex_at_birth free_text"
    assert key.replace("-", "") not in taken.detail
    assert "Nora" not in taken.detail


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"project": ""}, "Enter the name of the project"),
        ({"approval": ""}, "Enter what allows it"),
        ({"first": "soon"}, "Enter a day"),
        ({"last": "2026-10-01"}, "must not come after"),
        ({"age": "shoe size"}, "Choose how the age is given"),
        ({"project_key": "ABC"}, "not the key of a project"),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(clinician, typed, said):
    page = posts(clinician, "/research/look", {**ASKED, "left_out": "", **typed})
    html = page.get_data(as_text=True)

    assert page.status_code == 400
    assert said in html
    assert "checked" in html
    if typed.get("project") != "":
        assert "Leaks after 50" in html


def test_after_ten_minutes_the_password_is_asked_for(clinician, clock, send):
    send("V05")
    looks(clinician)
    seen = {**carried(clinician), "sure_rare": "yes"}
    for _ in range(3):
        clock.wait(minutes=4)
        clinician.opens("/research")

    asked = posts(clinician, "/research/file", seen)
    assert asked.status_code == 403
    assert "Your password, please" in asked.get_data(as_text=True)

    assert posts(clinician, "/research/file", {**seen, "own_password": PASSWORD}).status_code == 200


def test_the_file_is_made_in_pieces_with_rests_between_them(
    clinician, clinic_database, settings, clock, send, monkeypatch
):
    for case in FORMS:
        send(case)
    monkeypatch.setattr(taking, "AT_ONCE", 2)
    rests = []
    monkeypatch.setattr(taking.time, "sleep", rests.append)

    looks(clinician)
    answer = posts(clinician, "/research/file", {**carried(clinician), "sure_rare": "yes"})

    assert answer.is_streamed
    assert answer.get_data()
    assert len(rests) == 2


def test_the_dictionary_alone_holds_no_patient(clinician, send):
    send("V05")

    table = clinician.client.get("/research/data-dictionary.csv").get_data(as_text=True)
    told = json.loads(clinician.client.get("/research/data-dictionary.json").get_data(as_text=True))

    assert table.count("\r\n") == len(told["columns"]) + 1
    assert "Nora" not in table


def posts(colleague, address, data):
    page = colleague.client.get("/drafts/").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return colleague.client.post(address, data={"csrf_token": token, **data})


def looks(clinician, **asked):
    boxes = {name: words for name, words in {**ASKED, **asked}.items() if words}
    clinician.page = posts(clinician, "/research/look", boxes)
    assert clinician.status == 200, clinician.words
    return clinician


def carried(clinician):
    boxes = [each for each in clinician._main().iter("input") if each.get("type") == "hidden"]
    return {each.get("name"): each.get("value") or "" for each in boxes}


def takes_with_key(clinician, **asked):
    looks(clinician, **asked)
    key = clinician.words_of("code")[0]
    sure = {"sure_rare": "yes", "sure_words": "yes"}
    answer = posts(clinician, "/research/file", {**carried(clinician), **sure})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as folder:
        return {name: folder.read(name).decode() for name in folder.namelist()}, key


def takes(clinician, **asked):
    return takes_with_key(clinician, **asked)[0]


def rows_of(files):
    return list(csv.DictReader(io.StringIO(files["answers.csv"].removeprefix("\ufeff"), newline="")))


def typed_rows(files):
    entries = {each["column"]: each for each in json.loads(files["data-dictionary.json"])["columns"]}

    def typed(name, cell):
        if cell == "":
            return None
        return int(cell) if entries[name]["type"] in ("integer", "flag") else words_in(cell)

    return [{name: typed(name, cell) for name, cell in row.items()} for row in rows_of(files)]


def answers_of_row(row):
    found = {question.id: value_of(question, row) for question in every_question()}
    return {id: value for id, value in found.items() if value is not None}


def answers_in(summary):
    """What the record says, without what is in no export."""
    said = {each["id"]: value_from_json(each["value"]) for each in summary["answers"]}
    return {id: value for id, value in said.items() if id not in ("dob", "phone_best")}
