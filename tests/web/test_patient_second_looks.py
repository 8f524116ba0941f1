"""Words, marks and answers that do not fit: asked about once. Words that cannot wait: told at once."""

import pytest

from intake.i18n import lower_first
from intake.questionnaire import QUESTIONS, page_of
from intake.questionnaire.body import REGIONS
from intake.red_flags import Urgency
from intake.services import alerts
from intake.services.forms.draft import read
from tests.acting import looking
from tests.web.patients import invite, stored

LIFE = "Some days I want to end my life"
PAIR = "These two answers do not fit each other. Please check both. You can keep them if they are right."


@pytest.fixture
def patient(clinic_database, client, clock):
    """An ordinary patient who has answered everything."""
    return invite(clinic_database, client, clock).has_come_to(clinic_database)


def writes(patient, words, *, press=""):
    return patient.opens("/form/p_words?via=check").sends({"mc_main": words}, press=press)


def prompts(patient):
    """Each sentence that says what does not fit, with the questions under it and where they are changed."""
    return {
        " ".join(card.xpath("p")[0].text_content().split()): dict(
            zip((each.text_content() for each in card.iter("dt")), card.xpath(".//a/@href"), strict=True)
        )
        for card in patient.tree.xpath("//main//section[@class='card']")
    }


def listed(patient, database, settings):
    with looking(database, settings=settings) as op:
        return [(row.rule, row.urgency) for row in alerts.all_open(op)]


def test_words_that_do_not_fit_a_no_are_asked_about_once(patient):
    writes(patient, "I cannot pee since Monday")

    question = str(QUESTIONS["rf_pee_start"].text)
    assert patient.path == "/form/look"
    assert prompts(patient) == {
        f"You wrote “cannot pee”. Please check your answer to: {question}": {
            question: "/form/u_saddle?via=look#q-rf_pee_start"
        }
    }
    assert patient.tree.xpath("//a[@class='button']/@href") == ["/form/check"]
    assert patient.opens("/form/check").path == "/form/check"

    assert writes(patient, "I cannot pee since Tuesday").path == "/form/check"
    assert patient.sends(to="/form/send").path == "/form/received"


def test_an_answer_changed_on_a_second_look_leads_on(patient, clinic_database):
    writes(patient, "I cannot pee since Monday").opens("/form/u_saddle?via=look")

    patient.sends({"rf_pee_start": "yes"})

    assert read(stored(clinic_database, patient)).answers["rf_pee_start"] == "yes"
    assert patient.path not in ("/form/look", "/form/u_saddle")


def test_marks_beside_a_no_are_asked_about_with_every_place_marked(patient):
    marked = [region for region in REGIONS if "CHEST_FRONT" in region.groups][:2]
    patient.opens("/form/p_where?via=check").sends({"sites": [region.id for region in marked]})

    places = lower_first(", ".join(str(region.label) for region in marked))
    question = str(QUESTIONS["rf_chest_pain"].text)
    assert patient.path == "/form/look"
    assert prompts(patient) == {
        f"You marked {places} on the picture. Please check your answer to: {question}": {
            question: "/form/u_chest?via=look#q-rf_chest_pain"
        }
    }


def test_two_answers_that_do_not_fit_are_both_shown(patient):
    patient.opens("/form/m_level").sends({"nrs_worst": "3"})

    average, worst = (str(QUESTIONS[id].text) for id in ("nrs_avg", "nrs_worst"))
    assert patient.path == "/form/look"
    (shown,) = prompts(patient).items()
    assert shown[0] == PAIR
    assert set(shown[1]) == {average, worst}
    assert [each.text_content() for each in patient.tree.xpath("//section//dd[@dir='auto']")] == ["4", "3"]


def test_an_age_that_is_not_reached_yet_is_asked_about_once_and_may_be_kept(patient, clinic_database):
    patient.answers = patient.answers.merged({"on_when": "y1_plus", "on_age": 20})
    page = f"/form/{page_of('on_age').id}"
    patient.has_come_to(clinic_database).opens(page).sends({"on_age": "٩٩"})

    born, began = (str(QUESTIONS[id].text) for id in ("dob", "on_age"))
    assert patient.path == "/form/look"
    (shown,) = prompts(patient).items()
    assert shown[0] == PAIR
    assert set(shown[1]) == {born, began}
    assert "age 34" in patient.words

    (onward,) = patient.tree.xpath("//a[@class='button']/@href")
    assert patient.opens(onward).path != "/form/look"
    assert patient.opens(page).sends({"on_age": "98"}).path != "/form/look"
    assert read(stored(clinic_database, patient)).answers["on_age"] == 98


def test_what_was_never_shown_is_looked_at_once_more_before_sending(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock)
    patient.answers = patient.answers.merged({"mc_main": "I cannot pee since Monday"})
    patient.has_come_to(clinic_database).opens("/form/check").sends(to="/form/send")

    assert patient.path == "/form/look"
    assert "You wrote “cannot pee”." in patient.words
    assert patient.tree.xpath("//a[@class='button']/@href") == ["/form/check"]
    assert patient.opens("/form/check").sends(to="/form/send").path == "/form/received"


def test_words_of_self_harm_show_someone_to_talk_to_at_once(patient, clinic_database, settings):
    writes(patient, LIFE)

    assert patient.path == "/form/now"
    assert patient.heading == "Please talk to someone now"
    assert patient.tree.xpath("//a[@class='button-call']/@href") == ["tel:116123"]
    assert "You do not have to be alone with this." in patient.words
    # Of what was written only the words that count.
    assert "“end my life”" in patient.words
    assert "Some days" not in patient.words
    assert listed(patient, clinic_database, settings) == [("R-FT-2", Urgency.SAME_DAY)]

    patient.sends({"choice": "continue"})
    assert patient.banner.get("class") == "message-urgent standing"


def test_saving_for_later_does_not_pass_by_what_the_words_call_for(patient):
    writes(patient, LIFE, press="leave")
    assert patient.heading == "Please talk to someone now"

    patient.sends({"choice": "continue"})
    assert patient.path == "/form/leave"
    assert 'href="tel:116123"' in patient.html


def test_a_card_comes_before_a_second_look_which_is_not_lost(patient):
    writes(patient, f"I cannot pee since Monday. {LIFE}")
    assert patient.path == "/form/now"

    patient.sends({"choice": "continue"})
    assert patient.path == "/form/look"
    assert "You wrote “cannot pee”." in patient.words


def test_saving_for_later_does_not_pass_by_a_second_look(patient):
    writes(patient, "I cannot pee since Monday", press="leave")

    assert patient.path == "/form/look"
    assert patient.tree.xpath("//a[@class='button']/@href") == ["/form/leave"]


@pytest.mark.parametrize(
    ("phone", "heading"),
    [("07700 900123", "Call NHS 111 now"), ("no_phone", "Go to an emergency department now")],
)
def test_too_many_tablets_are_told_at_once(phone, heading, clinic_database, client, clock, settings):
    patient = invite(clinic_database, client, clock)
    patient.answers = patient.answers.merged({"phone_best": phone})
    writes(patient.has_come_to(clinic_database), "I took too many paracetamol last night")

    assert patient.path == "/form/now"
    assert patient.heading == heading
    assert "even if you feel well" in patient.words
    assert "Did you take them to harm yourself? Call 116 123 or 999." in patient.words
    assert ("Cannot walk, or nobody with you?" in patient.words) is (phone == "no_phone")
    assert bool(patient.tree.xpath("//a[@class='button-call'][@href='tel:111']")) is (phone != "no_phone")
    assert listed(patient, clinic_database, settings) == [("R-FT-3", Urgency.SAME_DAY)]


def test_violence_at_home_changes_no_page(patient, clinic_database, settings):
    """Another person may be reading along."""
    plain, frightened = "It began on Monday at my desk", "My husband hits me"
    pages = {words: all_pages(writes(patient, words), words) for words in (plain, frightened)}

    assert pages[plain] == pages[frightened]
    assert listed(patient, clinic_database, settings) == []
    assert stored(clinic_database, patient).urgency is None

    patient.opens("/form/check").sends_it_all()
    for path in ("/form/received", "/form/copy"):
        words = patient.opens(path).words.replace(frightened, "").lower()
        assert not [
            word for word in ("violen", "confiden", "afraid", "hits", "safe at home") if word in words
        ]


def all_pages(patient, words):
    """What the patient sees from here, without their own words."""
    seen = [(patient.path, patient.words.replace(words, ""))]
    for path in ("/form/p_words", "/form/more", "/form/leave", "/form/check"):
        seen.append((path, patient.opens(path).words.replace(words, "")))
    return seen


def test_what_the_patient_wrote_is_shown_as_text_and_not_as_a_page(patient):
    writes(patient, "<b>{clinic_phone}</b> can't pee")

    assert patient.path == "/form/look"
    assert "can't pee" in patient.words.replace("’", "'")
    assert "<b>{clinic_phone}" not in patient.opens("/form/check").html
    assert "{clinic_phone}" in patient.words
