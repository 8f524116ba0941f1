"""The clinician's pages: reading what the patient said, and taking it away."""

import pytest

from intake.questionnaire import PAGES
from intake.services import audit
from intake.services.forms import intakes
from tests.acting import acting, looking

TODAY = "/day/2026-11-23"


def reader_of(people, vignette):
    return f"/intakes/{people[vignette].intake.id}"


def test_the_day_leads_to_the_answers_of_whoever_has_some(clinician, come):
    people = come("V01", "V02")

    clinician.opens(TODAY)

    assert reader_of(people, "V02") in clinician.html
    assert reader_of(people, "V01") not in clinician.html


def test_no_patients_name_stands_in_the_title_of_a_page(clinician, come):
    """A title is what a history, a tab and a screen that is shared keep of a page."""
    people = come("V05")
    appointment = people["V05"]

    for address in (TODAY, reader_of(people, "V05"), f"/appointments/{appointment.id}"):
        clinician.opens(address)
        assert appointment.patient.name in clinician.words
        assert appointment.patient.name not in clinician.title


def test_what_decides_the_visit_comes_first(clinician, come):
    people = come("V05")

    headings = clinician.opens(reader_of(people, "V05")).words_of("h2")

    order = [
        "EMERGENCY: act now",
        "In the patient’s own words",
        "Pain",
        "Medicines",
        "Background",
        "Every answer",
    ]
    places = [next(at for at, heading in enumerate(headings) if heading.startswith(each)) for each in order]
    assert places == sorted(places)


def test_a_finding_says_why_and_what_the_patient_was_told_and_chose(clinician, come):
    people = come("V05")

    words = clinician.opens(reader_of(people, "V05")).words

    assert "Chest pain now or within 12 h" in words
    assert "Because:" in words
    assert 'shown "Call 999 now"' in words
    assert "carried on with the form" in words


def test_every_answer_stands_underneath_as_it_was_asked(clinician, come, clinic_database, settings, clock):
    people = come("V10")
    with looking(clinic_database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, people["V10"].intake.id)
        summary = intakes.summary_of(op, intake)

    words = clinician.opens(reader_of(people, "V10")).words

    assert len(summary.answers) > 40
    missing = [said.id for said in summary.answers if " ".join(said.question.split()) not in words]
    assert missing == []


def test_what_was_not_sent_is_marked_and_blanks_are_listed_apart_from_no(clinician, come):
    people = come("V15")

    clinician.opens(reader_of(people, "V15"))

    assert "The patient has not sent this." in clinician.words
    assert "INCOMPLETE:" in clinician.words
    assert "Not answered:" in clinician.words
    assert "Download" not in clinician.words


def test_whoever_left_to_get_help_has_handed_over_what_there_was(clinician, come):
    people = come("V06")

    clinician.opens(reader_of(people, "V06"))

    assert "They left the form to get help." in clinician.words
    assert "Download the PDF" in clinician.words


def test_whoever_came_back_after_leaving_is_shown_as_they_are_now(
    clinician, come, clinic_database, settings, clock
):
    people = come("V06")
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, people["V06"].intake.id)
        intakes.save_page(
            op,
            intakes.taken_up(op, intake),
            PAGES["p_words"],
            {"mc_main": "It is worse since"},
            version_token=None,
        )
        op.commit()

    clinician.opens(reader_of(people, "V06"))

    assert "It is worse since" in clinician.words
    assert "These are the answers so far. They can still change." in clinician.words


def test_nothing_answered_is_said_plainly(clinician, come):
    people = come("V01", "V32")

    for vignette in ("V01", "V32"):
        assert "has not answered anything yet" in clinician.opens(reader_of(people, vignette)).words


def test_old_answers_say_how_old_they_are(clinician, come):
    people = come("V16")

    clinician.opens(reader_of(people, "V16"))

    assert "answered 9 days ago" in clinician.words
    assert "These answers are 9 days old. Ask what has changed." in clinician.words


def test_no_finding_is_never_called_safe(clinician, come):
    people = come("V02")

    words = clinician.opens(reader_of(people, "V02")).words

    assert "No safety rule fired." in words
    assert not [word for word in (" safe ", "low risk", "cleared", "all clear") if word in words.casefold()]


def test_places_are_drawn_and_named(clinician, come):
    people = come("V05")

    clinician.opens(reader_of(people, "V05"))

    assert clinician.html.count('class="figures__marked') == 3
    assert "central chest (worst)" in clinician.words


@pytest.mark.parametrize(
    ("extension", "media_type", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        ("txt", "text/plain; charset=utf-8", b"PRE-VISIT HISTORY"),
        ("json", "application/fhir+json", b"{"),
    ],
)
def test_the_summary_can_be_taken_away(clinician, come, clinic_database, extension, media_type, begins):
    people = come("V05")

    answer = clinician.client.get(f"{reader_of(people, 'V05')}/summary.{extension}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.data.startswith(begins)
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="summary-')
    assert "Maureen" not in name
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    events = _recorded(clinic_database, "document:downloaded")
    assert [event.detail["format"] for event in events] == [
        {"pdf": "pdf", "txt": "text", "json": "fhir"}[extension]
    ]
    assert events[0].actor == f"staff:{clinician.user.id}"


def test_what_is_downloaded_twice_is_the_same(clinician, come):
    people = come("V05")
    pdf = f"{reader_of(people, 'V05')}/summary.pdf"

    assert clinician.client.get(pdf).data == clinician.client.get(pdf).data


def test_there_is_nothing_to_take_away_before_it_is_sent(clinician, come):
    people = come("V15")

    assert clinician.opens(f"{reader_of(people, 'V15')}/summary.pdf").status == 404


def test_a_format_that_is_none_is_not_there(clinician, come):
    people = come("V05")

    for extension in ("docx", "text", "PDF", "pdf.exe", "../../etc/passwd"):
        assert clinician.opens(f"{reader_of(people, 'V05')}/summary.{extension}").status == 404


def test_each_reading_is_recorded_with_who(clinician, come, clinic_database):
    people = come("V05")

    clinician.opens(reader_of(people, "V05")).opens(reader_of(people, "V05"))

    events = _recorded(clinic_database, "intake:read")
    assert [event.actor for event in events] == [f"staff:{clinician.user.id}"] * 2


def test_the_note_can_be_copied_as_text(clinician, come):
    people = come("V05")

    clinician.opens(reader_of(people, "V05"))

    assert "PRE-VISIT HISTORY" in "".join(clinician.words_of("textarea"))


def test_what_a_patient_writes_is_text_and_nothing_else(
    clinician, come, clinic_database, settings, clock, stranger
):
    canary = "<svg/onload=alert(1)> {{ 7*7 }} ‏שלום\n\"'>"
    people = come("V15")
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, people["V15"].intake.id)
        journey = intakes.journey_of(op, intake)
        page = next(step.page for step in journey.steps if "mc_main" in [q.id for q in step.asked])
        given = {q.id: journey.answers.get(q.id) for q in journey.asked(page)} | {"mc_main": canary}
        intakes.save_page(op, intakes.taken_up(op, intake), page, given, version_token=None)
        op.commit()

    clinician.opens(reader_of(people, "V15"))

    assert "<svg/onload" not in clinician.html
    assert "<svg/onload=alert(1)> {{ 7*7 }}" in clinician.words


def test_a_clinician_without_a_session_reads_nothing(stranger, come):
    people = come("V05")

    stranger.opens(reader_of(people, "V05"))

    assert stranger.path == "/sign-in"
    assert "Maureen" not in stranger.html


def _recorded(database, action):
    with database.reading() as session:
        return audit.history(session, audit.Action(action))


def test_a_record_of_an_older_version_is_still_read(clinician, come, clinic_database):
    """It does not say which questions its lines came from, and nothing about corrections."""
    people = come("V05", "V12")
    with clinic_database.writing() as session:
        for vignette in people:
            intake = intakes.find(session, people[vignette].intake.id)
            intake.summary = _without(intake.summary, {"ids", "original", "amendment", "replaced_at"})
        session.commit()

    for vignette in people:
        assert clinician.opens(reader_of(people, vignette)).status == 200
    assert "Because:" in clinician.words


def _without(document, names):
    if isinstance(document, dict):
        return {name: _without(part, names) for name, part in document.items() if name not in names}
    return [_without(part, names) for part in document] if isinstance(document, list) else document


def test_a_reason_that_is_an_age_is_said_as_one(clinician, come):
    people = come("V05")

    clinician.opens(reader_of(people, "V05"))

    (because,) = [each for each in clinician.words_of(".safety__because") if "hypertension" in each]
    assert "age 58" in because
    assert "1968" not in because


def test_the_text_is_also_to_be_had_for_record_systems_that_know_no_unicode(clinician, come):
    people = come("V05")
    reader = reader_of(people, "V05")

    clinician.opens(reader)
    assert f"{reader}/summary.txt?encoding=windows-1252" in clinician.html
    answer = clinician.client.get(f"{reader}/summary.txt?encoding=windows-1252")

    assert answer.content_type == "text/plain; charset=windows-1252"
    assert answer.data.decode("windows-1252").startswith("PRE-VISIT HISTORY")
    assert "windows-1252.txt" in answer.headers["Content-Disposition"]
    for wrong in ("summary.txt?encoding=latin-1", "summary.pdf?encoding=windows-1252"):
        assert clinician.client.get(f"{reader}/{wrong}").status_code == 404


def test_what_windows_1252_lacks_gives_a_second_text_to_copy(clinician, come):
    people = come("V05")
    reader = reader_of(people, "V05")
    assert "old-note" not in clinician.opens(reader).html

    clinician.opens(f"{reader}/correct/p_words").presses(
        "Save the correction", mc_main="Łukasz: 1⅓ tablets", reason="A slip"
    )
    clinician.opens(reader)

    assert "Łukasz: 1⅓ tablets" in clinician.html
    assert "Lukasz: 1 1/3 tablets" in clinician.html
    assert "latin capital letter l with stroke" in clinician.html
