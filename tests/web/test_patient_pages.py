"""A page of questions: what is typed comes back, whatever goes wrong."""

import gzip
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from intake.app import create_app
from intake.demo.vignettes import VIGNETTES
from intake.questionnaire import PAGES, QUESTIONS, page_of
from intake.questionnaire.journey import Journey
from intake.services.forms.draft import read
from intake.web.compression import MOST_BLUR
from tests.strict import make_strict
from tests.web.patients import invite, said_by, stored, typed

# What nobody among the made-up patients said, and what these pages need to be asked.
OPENS = {"m_scan_more": {"img_had": ("mri",)}}
# Asked only where the clinic has somebody to answer for it.
NEED_STAFF = {"u_self_harm"}


def test_a_page_that_is_not_reached_yet_leads_to_the_one_that_is(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_now")

    assert patient.opens("/form/s_life").path == "/form/u_now"
    assert patient.opens("/form/check").path == "/form/u_now"
    assert patient.opens("/form/more").path == "/form/u_now"


def test_sending_without_the_pages_is_refused(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_now")
    token = patient.forms()[0].fields["csrf_token"]

    answer = patient.client.post("/form/send", data={"csrf_token": token})

    assert answer.location == "/form/u_now"
    assert patient.opens("/form/").path == "/form/u_now"


def test_a_page_nobody_wrote_is_not_there(patient):
    patient.comes_in()

    assert patient.opens("/form/p_wings").status == 404


def test_an_empty_page_is_named_question_by_question_and_one_press_away(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_now").sends()

    assert patient.status == 422
    assert patient.words.count("Choose yes, no or not sure: ") == 4
    assert 'href="#rf_very_unwell"' in patient.html
    assert "<title>Error: Right now – " in patient.html


@pytest.mark.parametrize("page_id", [id for id in PAGES if id not in NEED_STAFF])
def test_after_every_mistake_everything_typed_is_still_there(page_id, clinic_database, client, clock):
    page = PAGES[page_id]
    patient = one_who_is_asked(page, clinic_database, client, clock)
    form = next(form for form in patient.forms() if "seen" in form.fields)
    sent = mistaken(page, form.names, patient)

    patient.sends(sent)

    again = next((form for form in patient.forms() if "seen" in form.fields), None)
    if patient.status == 422:
        for name, value in sent.items():
            values = value if isinstance(value, list) else [value]
            assert set(values) <= set(again.fields.getlist(name)), name


def one_who_is_asked(page, database, client, clock, question=None):
    """A patient with this page open, on which this question is asked."""
    for case in VIGNETTES:
        answers = said_by(case.id, clock().date())
        journey = Journey(answers.merged(OPENS.get(page.id, {})), clock().date())
        if question in journey.asked(page) or (question is None and journey.asked(page)):
            patient = invite(database, client, clock, case)
            patient.answers = journey.answers
            patient.has_come_to(database, page.id)
            while patient.path == "/form/now":
                patient.carries_on()
            changing = "?change=dob&change=phone_best" if page.confirm else ""
            return patient.opens(f"/form/{page.id}{changing}")
    pytest.fail(f"nobody is asked {page.id}")


def mistaken(page, names, patient):
    """Real answers where one is wrong: too long, impossible, or two that exclude each other."""
    sent = {}
    for question in page.questions:
        for name, text in typed(question, patient.answers.get(question.id)):
            if name in names:
                sent.setdefault(name, []).append(text)
        if question.kind == "free_text" and question.id in names:
            sent[question.id] = ["żółć " * 500]
        if question.kind in ("ranked", "rated") and f"{question.id}-1" in names:
            sent[f"{question.id}-1"] = ["long " * 60]
        if question.kind == "telephone" and question.id in names:
            sent[question.id] = ["12"]
        if question.kind == "number" and question.id in names:
            sent[question.id] = ["about 200"]
        if f"{question.id}-choice" in names:
            sent[f"{question.id}-choice"] = [question.choices[0].id]
        if question.kind == "day" and f"{question.id}-day" in names:
            sent |= {f"{question.id}-{part}": ["99"] for part in ("day", "month", "year")}
        if question.kind == "any_of" and question.id in names:
            alone = [option.id for option in question.options if option.exclusive][:1]
            sent[question.id] = [*alone, next(o.id for o in question.options if not o.exclusive)]
    return sent


def test_known_facts_are_shown_to_be_confirmed_and_not_asked_again(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_start")

    assert "age 34" in patient.words
    assert "07700 900123" in patient.words
    assert not {"dob-day", "sex_at_birth", "phone_best"} & patient.forms()[0].names

    patient.sends({"who_completing": "self"})

    assert patient.path == "/form/u_now"
    assert "p_start" in read(stored(clinic_database, patient)).passed


def test_one_known_fact_can_be_changed_alone(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_start").opens("/form/p_start?change=phone_best")

    patient.sends({"who_completing": "self", "phone_best": "01632 960 777"})

    assert read(stored(clinic_database, patient)).answers["phone_best"] == "01632 960 777"
    assert read(stored(clinic_database, patient)).answers["sex_at_birth"] == "female"
    assert "01632 960777" in patient.opens("/form/p_start").words


def test_a_fact_the_clinic_does_not_have_is_asked(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock, phone=None, sex_at_birth=None)
    patient.has_come_to(clinic_database, "p_start")

    assert {"sex_at_birth", "phone_best"} <= patient.forms()[0].names
    assert "dob-day" not in patient.forms()[0].names


def test_a_statement_is_read_before_anything_is_asked(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_start")

    (statement,) = patient.tree.xpath("//main//p[@class='message-note']")
    assert statement.text_content() == "Nobody reads this form live. If you need help now, call 999."
    assert statement.xpath(".//a/@href") == ["tel:999"]
    assert patient.words.index(statement.text_content()) < patient.words.index("Who is filling in")


@pytest.mark.parametrize("gate", [each for each in QUESTIONS.values() if getattr(each, "names", ())])
def test_a_gate_names_what_stands_behind_it_before_its_buttons(gate, clinic_database, client, clock):
    patient = one_who_is_asked(page_of(gate.id), clinic_database, client, clock, gate)

    (fieldset,) = patient.tree.xpath(f"//div[@id='q-{gate.id}']/fieldset")
    names = fieldset.xpath("ul[@class='field__names']/li")
    assert [name.text_content() for name in names] == [str(name) for name in gate.names]
    assert f"{gate.id}-names" in fieldset.get("aria-describedby").split()
    said = fieldset.text_content()
    assert all(said.index(str(name)) < said.index("Not sure") for name in gate.names)


@pytest.mark.parametrize(("answer", "path"), [("no", False), ("yes", True), ("not_sure", True)])
def test_what_stands_behind_a_gate_is_asked_unless_it_was_answered_no(answer, path, patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/u_body?via=check").sends({"any_rare": answer})

    assert (patient.path == "/form/u_rare_more") is path


def test_words_beside_other_choose_it_and_stand_with_it(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/d_medicines?via=check")
    patient.sends({"tx_tried": [], "tx_tried__other": "Hot baths"})

    answers = read(stored(clinic_database, patient)).answers
    assert (answers["tx_tried"], answers["tx_tried__other"]) == (("other",), "Hot baths")
    assert "Hot baths" in patient.opens("/form/check").words
    # Whether it helped is asked in the same words.
    assert "Hot baths" in patient.opens("/form/t_effect").words


def test_words_beside_other_do_not_count_once_it_is_taken_away(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/d_medicines?via=check")
    patient.sends({"tx_tried": ["other"], "tx_tried__other": "Hot baths"})

    patient.opens("/form/d_medicines?via=check").sends({"tx_tried": ["none"], "tx_tried__other": ""})

    assert "Hot baths" not in patient.opens("/form/check").words


def test_words_beside_another_choice_are_asked_about_and_kept(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")
    patient.sends({"mc_main": "Ache", "hope": "pain", "hope__other": "A second view"})

    assert patient.status == 422
    assert "You wrote something beside “Something else”." in patient.words
    assert 'href="#hope__other"' in patient.html
    assert patient.forms()[0].fields["hope__other"] == "A second view"


def test_a_choice_stands_in_place_of_typing(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock, "V88").has_come_to(clinic_database, "s_age")
    patient.sends({"on_age": "19", "on_age-choice": "not_sure"})

    assert patient.status == 422
    assert "Choose “Not sure” or write an answer, not both" in patient.words

    patient.sends({"on_age": "", "on_age-choice": "not_sure"})
    assert read(stored(clinic_database, patient)).answers["on_age"] == "not_sure"


def test_whoever_has_no_phone_can_say_so(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/p_start?via=check&change=phone_best")
    patient.sends({"phone_best": "", "phone_best-choice": "no_phone"})

    assert read(stored(clinic_database, patient)).answers["phone_best"] == "no_phone"
    assert patient.path == "/form/check"
    assert "I have no phone" in patient.words


@pytest.mark.parametrize("case_id", ["V01", "V05", "V16", "V87"])
def test_every_question_stands_on_the_check_page_and_in_the_own_copy_once(
    case_id, clinic_database, client, clock
):
    patient = invite(clinic_database, client, clock, case_id).has_come_to(clinic_database)
    journey = Journey(patient.answers, clock().date())
    asked = [question for step in (*journey.steps, *journey.more) for question in step.asked]
    answered = [question for question in asked if journey.facts.value(question.id) is not None]

    patient.opens("/form/check")
    ids = [href.partition("#q-")[2] for href in patient.tree.xpath("//dd[@class='rows__act']/a/@href")]
    assert len(ids) == len(set(ids))
    assert {question.id for question in answered} <= set(ids) <= {question.id for question in asked}

    patient.sends_it_all().opens("/form/copy")
    listed = [each.text_content() for each in patient.tree.iter("dt")]
    for question in answered:
        assert listed.count(str(question.text)) == sum(each.text == question.text for each in answered)


def test_back_leads_to_the_page_before(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")

    patient.sends({"mc_main": ""}, press="back")

    assert patient.path == "/form/u_now"


def test_back_keeps_what_can_be_read_on_the_page(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words").sends(
        {"mc_main": "Half a page", "hope": ""}, press="back"
    )

    assert patient.path == "/form/u_now"
    draft = read(stored(clinic_database, patient))
    assert draft.answers["mc_main"] == "Half a page"
    # Blank is blank, and the page is still to be done.
    assert "hope" not in draft.answers
    assert "p_words" not in draft.passed
    assert patient.opens("/form/").path == "/form/p_words"


def test_back_asks_about_what_cannot_be_read_and_the_next_press_leaves_it(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")
    patient.sends({"mc_main": "Ache", "hope": "other", "hope__other": "b" * 900}, press="back")

    assert patient.status == 422
    assert "Everything else on this page is saved." in patient.words
    assert "b" * 900 in patient.html
    assert "Choose an answer" not in patient.words
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "Ache"

    patient.sends({"mc_main": "Ache and more", "back": "2"})
    assert patient.path == "/form/u_now"
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "Ache and more"


def test_back_takes_nothing_away_because_of_what_cannot_be_read(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words").sends({"mc_main": "Said before", "hope": "pain"})

    patient.opens("/form/p_words").sends({"mc_main": "a" * 1001, "hope": "serious"}, press="back")
    patient.sends({"back": "2"})

    answers = read(stored(clinic_database, patient)).answers
    assert (answers["mc_main"], answers["hope"]) == ("Said before", "serious")


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_back_shows_the_card_for_what_was_answered_and_then_leads_back(answer, patient, clinic_database):
    patient.has_come_to(clinic_database, "u_now").sends({"rf_very_unwell": answer}, press="back")

    assert patient.path == "/form/now"
    patient.carries_on()
    assert patient.path == "/form/p_start"
    assert patient.banner is not None


def test_back_never_makes_a_no_of_a_blank(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_now").sends(press="back")

    assert patient.path == "/form/p_start"
    assert not {id for id in read(stored(clinic_database, patient)).answers if id.startswith("rf_")}
    assert patient.opens("/form/").path == "/form/u_now"


def test_enter_in_a_box_never_presses_back(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")

    first = patient.tree.xpath("//button[ancestor::form[@id='page']]")[0]
    assert first.text_content() == "Save and continue"
    assert first.get("name") is None


def test_back_from_the_check_page_s_change_leads_to_the_check_page(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/p_words?via=check")

    patient.sends({"mc_main": "Changed on the way back"}, press="back")

    assert patient.path == "/form/check"
    assert "Changed on the way back" in patient.words


def test_a_page_left_by_the_browsers_own_ways_is_kept_and_its_card_comes_with_the_next(
    clinic_database, client, clock
):
    patient = invite(clinic_database, client, clock, "V01").has_come_to(clinic_database, "p_words")
    page = patient.page

    left = patient.client.post(
        "/form/p_words",
        data={**patient.forms()[0].fields, "mc_main": "I took too many paracetamol tablets", "draft": "1"},
        headers={"X-Keep-Page": "1"},
    )

    assert (left.status_code, left.get_data()) == (204, b"")
    draft = read(stored(clinic_database, patient))
    assert draft.answers["mc_main"] == "I took too many paracetamol tablets"
    # Staff know; the patient has not seen a card yet.
    assert [each.rule for each in draft.raised] == ["R-FT-3"]
    assert draft.interrupts == ()
    patient.page = page
    patient.sends({"mc_main": "I took too many paracetamol tablets", "hope": "pain"})
    assert patient.path == "/form/now"


def test_an_emergency_on_a_page_left_by_the_browsers_own_ways_comes_first(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_now")
    fields = {**patient.forms()[0].fields, "rf_very_unwell": "yes", "draft": "1"}

    patient.client.post("/form/u_now", data=fields)

    assert patient.opens("/form/p_start").path == "/form/now"


def test_a_page_whose_answer_was_lost_on_the_way_can_be_changed_and_sent_again(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")
    here = patient.page
    patient.sends({"mc_main": "Heard of by nobody"})
    patient.page = here

    patient.sends({"mc_main": "Heard of by nobody, and a little more"})

    assert patient.status == 200
    said = read(stored(clinic_database, patient)).answers["mc_main"]
    assert said == "Heard of by nobody, and a little more"


def test_a_script_that_keeps_the_page_is_told_where_to_go(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")

    fields = {**patient.forms()[0].fields, "mc_main": "Ache", "hope": "pain"}
    answer = patient.client.post("/form/p_words", data=fields, headers={"X-Keep-Page": "1"})

    assert (answer.status_code, answer.headers["X-Onward"]) == (204, "/form/p_where")


def test_a_change_from_the_check_page_comes_back_to_it(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/s_change?via=check")

    patient.sends({"pat_rest": "worse"})

    assert patient.path == "/form/check"
    assert "Worse" in patient.words


def test_a_change_that_opens_new_questions_asks_them_before_it_comes_back(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/d_medicines?via=check")

    patient.sends({"allergy_any": "yes"})
    assert patient.path == "/form/d_more"

    patient.sends({"allergy_class": ["latex"]})
    assert patient.path == "/form/check"


def test_more_detail_is_offered_once_everything_else_is_answered(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/more")

    assert "How bad was it" not in patient.words
    patient.opens("/form/m_level").sends({"nrs_avg": "4"})

    assert patient.path != "/form/m_level"
    assert "Answered" in patient.opens("/form/more").words
    assert "4" in patient.opens("/form/check").words


def test_the_page_saved_from_another_window_comes_with_both_versions(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")
    here = patient.page
    patient.opens("/form/p_words").sends({"mc_main": "From the other window"})

    patient.page = here
    patient.sends({"mc_main": "From this window"})

    assert patient.status == 409
    assert "From the other window" in patient.words
    assert "From this window" in patient.html
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "From the other window"

    patient.sends()

    assert read(stored(clinic_database, patient)).answers["mc_main"] == "From this window"


def test_pressing_twice_is_pressing_once(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")
    here = patient.page
    for _ in range(2):
        patient.page = here
        patient.sends({"mc_main": "Once"})

    assert patient.status == 200
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "Once"


def test_a_page_no_longer_asked_shows_what_was_typed(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/d_medicines?via=check").sends({"allergy_any": "yes"})
    here = patient.page
    patient.opens("/form/d_medicines").sends({"allergy_any": "no"})

    patient.page = here
    patient.sends({"allergy_class": ["latex"], "allergy_text": "Itching all over"})

    assert patient.status == 409
    assert "Itching all over" in patient.words


def test_a_form_that_was_sent_from_another_window_shows_what_was_typed(patient, clinic_database):
    patient.has_come_to(clinic_database).opens("/form/s_change")
    here = patient.page
    patient.opens("/form/check").sends_it_all()

    patient.page = here
    patient.sends({"pat_rest": "worse"})

    assert patient.status == 409
    assert "already sent" in patient.words
    assert "Worse" in patient.words


def test_sending_twice_gives_one_receipt(patient, clinic_database):
    patient.has_come_to(clinic_database)
    here = patient.page
    first = patient.sends_it_all().words
    patient.page = here

    assert patient.sends_it_all().words == first


def test_an_expired_token_costs_one_more_press(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")

    patient.sends({"csrf_token": "old", "mc_main": "Still here"})
    assert patient.status == 400
    assert "Still here" in patient.words
    assert "mc_main" not in read(stored(clinic_database, patient)).answers

    patient.sends()
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "Still here"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://example.com"}],
)
def test_another_site_cannot_send_a_page(patient, clinic_database, headers):
    patient.has_come_to(clinic_database, "p_words")
    form = patient.forms()[0]

    answer = patient.client.post(form.action, data={**form.fields, "mc_main": "Forged"}, headers=headers)

    assert answer.status_code == 403
    assert "Forged" not in answer.text
    assert "mc_main" not in read(stored(clinic_database, patient)).answers


@pytest.mark.faults
def test_a_busy_database_loses_nothing(patient, clinic_database, app, monkeypatch):
    patient.has_come_to(clinic_database, "p_words")
    with monkeypatch.context() as busy:
        busy.setattr(clinic_database, "writing", refuse)
        patient.sends({"mc_main": "Kept"})

    assert patient.status == 503
    assert patient.page.headers["Retry-After"]
    assert "Kept" in patient.words

    patient.sends()
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "Kept"


def refuse():
    raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))


def test_too_much_text_is_refused_whole(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words")

    patient.sends({"mc_main": "a" * 300_000})

    assert patient.status == 413
    assert "too much text" in patient.words


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": b"x", "content_type": "multipart/form-data; boundary=a"}, 415),
        ({"data": {f"f{n}": "" for n in range(401)}}, 400),
    ],
)
def test_files_and_hundreds_of_fields_are_turned_away(client, sent, status):
    assert client.post("/start", **sent).status_code == status


def test_saving_for_later_keeps_what_is_on_the_page(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words").sends({"mc_main": "Half a page"}, press="leave")

    assert patient.path == "/form/leave"
    assert "saved, but not sent" in patient.words
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "Half a page"
    assert patient.opens("/form/").path == "/form/p_where"


def test_saving_for_later_does_not_throw_away_what_cannot_be_read(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_words").sends({"mc_main": "a" * 1001}, press="leave")

    assert patient.status == 422
    assert "a" * 1001 in patient.html


@pytest.mark.parametrize(("press", "path"), [("leave", "/form/leave"), ("unfinished", "/form/unfinished")])
def test_what_cannot_be_read_holds_nobody_who_wants_to_stop(press, path, patient, clinic_database):
    patient.has_come_to(clinic_database, "s_start")
    patient.sends({"pq_words": "other", "pq_words__other": "b" * 900}, press=press)

    assert patient.status == 422
    assert "Everything else on this page is saved." in patient.words
    assert "b" * 900 in patient.html
    assert "Choose an answer" not in patient.words

    patient.sends({press: "2"})
    assert patient.path == path
    draft = read(stored(clinic_database, patient))
    assert "pq_words__other" not in draft.answers
    assert "s_start" not in draft.passed


def test_each_page_is_light(patient):
    weights = {"/start": weight(patient.opens(f"/i/{patient.token}"))}
    patient.gives(patient.born)
    while patient.path != "/form/check":
        weights[patient.path] = weight(patient)
        patient._steps_on()
    weights |= {path: weight(patient.opens(path)) for path in ("/form/check", "/form/more", "/form/leave")}
    patient.opens("/form/check").sends_it_all()
    weights |= {path: weight(patient.opens(path)) for path in ("/form/received", "/form/copy")}

    most = {"/start": 10, "/form/p_where": 20}
    heavy = {path: size for path, size in weights.items() if size > most.get(path, 15) * 1024}
    assert heavy == {}


def weight(patient):
    """Bytes over the wire: the page with everything it loads, each part as it is sent to a browser."""
    files = patient.tree.xpath("//link[@rel='icon' or @rel='stylesheet']/@href | //script/@src")
    assert len(files) >= 3
    size = len(gzip.compress(patient.html.encode(), 6)) + MOST_BLUR
    for address in files:
        with patient.client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            size += len(answer.data)
    return size


def test_no_title_holds_the_secret_or_the_patients_words(patient, clinic_database):
    patient.has_come_to(clinic_database)

    for path in ("/form/p_words", "/form/check", "/form/leave"):
        title = patient.opens(path).html.split("<title>")[1].split("</title>")[0]
        assert patient.token not in title
        assert "Ache" not in title
        assert "Anna" not in title


def test_a_database_that_is_down_is_said_plainly_and_loses_nothing(patient, clinic_database, monkeypatch):
    patient.has_come_to(clinic_database, "p_words")
    form = patient.page
    with monkeypatch.context() as down:
        down.setattr(clinic_database, "reading", refuse)
        assert patient.opens("/form/p_words").status == 503
        patient.page = form
        patient.sends({"mc_main": "Kept"})

    assert patient.status == 503
    patient.sends()
    assert read(stored(clinic_database, patient)).answers["mc_main"] == "Kept"


def test_the_question_about_harm_is_asked_where_somebody_answers_for_it(settings, clinic_database, clock):
    staffed = replace(settings, features=frozenset({"mood_self_harm"}))
    client = make_strict(create_app(staffed, clinic_database, clock=clock))
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database).opens("/form/u_self_harm")

    patient.sends({"mood_unsafe_now": "yes"})

    assert patient.path == "/form/now"
    assert "Please talk to someone now" in patient.words
    assert 'class="button-call" href="tel:116123"' in patient.html


# A text browser shows all of it, because it knows no style and runs no script.
UNSEEN = "//*[@hidden][normalize-space()] | //dialog | //template | //noscript"


def test_nothing_stands_in_a_page_that_only_a_script_or_a_style_would_hide(patient):
    unseen = {}
    patient.opens(f"/i/{patient.token}").gives(patient.born)
    while patient.path != "/form/check":
        unseen[patient.path] = patient.tree.xpath(UNSEEN)
        patient._steps_on()
    for path in ("/form/check", "/form/more", "/form/leave", "/c", "/", "/finished"):
        unseen[path] = patient.opens(path).tree.xpath(UNSEEN)
    patient.opens("/form/check").sends_it_all()
    for path in ("/form/received", "/form/copy"):
        unseen[path] = patient.opens(path).tree.xpath(UNSEEN)

    assert len(unseen) > 20
    assert {path: found for path, found in unseen.items() if found} == {}
    # The notices of a page that is not saved are there for the script, in attributes.
    patient.opens("/form/received")
    assert "You are offline" in patient.tree.xpath("//main/@data-offline")[0]
    assert "offline" not in patient.words
