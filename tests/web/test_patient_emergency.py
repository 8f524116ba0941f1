"""What cannot wait: told at the answer, with the patient's own answers, never blocking, never forgotten."""

from dataclasses import replace

import pytest

from intake.app import create_app
from intake.config import Profile
from intake.demo.vignettes import VIGNETTES
from intake.i18n import fill
from intake.questionnaire import QUESTIONS, page_of
from intake.questionnaire.journey import Journey
from intake.red_flags import Urgency, screen
from intake.red_flags.advice import ALONE, CANNOT_SPEAK, CARDS, CHOICES, card_for
from intake.services import alerts
from intake.services.forms.draft import Choice, read
from intake.storage.models import IntakeStatus
from tests.acting import looking
from tests.conftest import MORNING
from tests.strict import make_strict
from tests.web.patients import invite, said_by, stored

# What the emergency card of V07 is about, as the patient answered it.
RIPPING = "Did it feel like something ripping or tearing?"
RED, AMBER = "Your answers need help now. Call 999.", "Your answers should be checked today."
# Patients who are told something by their answers alone, by card; the two other cards come from words.
BY_CARD = {}
for _case in VIGNETTES:
    if told := card_for(screen(Journey(said_by(_case.id, MORNING.date()), MORNING.date()))):
        BY_CARD.setdefault(told[0].id, []).append(_case.id)


@pytest.fixture
def patient(clinic_database, client, clock):
    """Someone with abrupt tearing pain, who has just said so."""
    return invite(clinic_database, client, clock, "V07").is_told(Urgency.EMERGENCY)


@pytest.fixture
def same_day(clinic_database, client, clock):
    """Someone who cannot take four steps, and has just said so."""
    return says("rf_cannot_stand", "yes", clinic_database, client, clock)


def says(question_id, answer, database, client, clock, **before):
    """An ordinary patient who has answered everything else, `before` as well, and gives this answer now."""
    patient = invite(database, client, clock)
    patient.answers = patient.answers.merged(before)
    patient.has_come_to(database).opens(f"/form/{page_of(question_id).id}")
    return patient.sends({question_id: answer})


def at_a_clinic(settings, database, clock, **changed):
    """A browser at a clinic that has set these things otherwise."""
    return make_strict(create_app(replace(settings, **changed), database, clock=clock))


def offered(patient):
    """What can be pressed on the card, in order."""
    return {each.get("value"): each.text_content() for each in patient.tree.xpath("//button[@name='choice']")}


def told(patient):
    """The answers that the card names, and where each is changed."""
    lines = patient.tree.xpath("//ul[@class='advice__told']/li[span[@class='advice__said']]")
    return [(line.text_content(), [link.get("href") for link in line.iter("a")]) for line in lines]


def comes_in_order(words, *parts):
    places = [words.index(part) for part in parts]
    return places == sorted(places)


def test_the_card_says_what_to_do_whom_to_call_and_why(patient):
    assert patient.heading == "Call 999 now"
    assert patient.html.count('href="tel:999"') > 1
    assert 'role="alert"' in patient.html
    assert "autofocus" in patient.html.split("<h1")[1].split(">")[0]
    assert f"{RIPPING} Yes" in patient.words
    assert "date of birth" not in patient.words


@pytest.mark.parametrize("card_id", sorted(BY_CARD))
def test_each_card_is_whole_and_in_its_order(card_id, clinic_database, client, clock, settings):
    patient, card = invite(clinic_database, client, clock, BY_CARD[card_id][0]), CARDS[card_id]
    facts = settings.clinic_facts(clock())
    patient.has_come_to(clinic_database).opens("/form/s_life").answers_page()

    said = card.wording(is_open=True)
    emergency = card.urgency is Urgency.EMERGENCY
    parts = [said.heading, said.action, *card.more]
    parts += [CANNOT_SPEAK.words, *CANNOT_SPEAK.items] if emergency else []
    parts += ALONE if said.goes else []
    parts += [words for listed in card.lists for words in (listed.words, *listed.items)]
    parts += ["You told us:", "Nobody at {clinic_name} is reading this form right now.", card.closing]
    assert patient.path == "/form/now"
    assert comes_in_order(patient.words, *(fill(part, facts) for part in parts))
    assert "may turn out" not in patient.words


def test_every_card_is_shown_to_somebody_here():
    by_words = {"adv_crisis_now", "adv_poison_now"}

    assert set(BY_CARD) | by_words == set(CARDS)


@pytest.mark.parametrize("case_id", ["V05", "V07", "V20", "V87"])
def test_the_card_names_five_answers_and_counts_the_others(case_id, clinic_database, client, clock):
    patient = invite(clinic_database, client, clock, case_id)
    journey = Journey(patient.answers, clock().date())
    _, findings = card_for(screen(journey))
    reasons = {id for each in findings for id in each.because if not page_of(id).confirm}
    unsure = {id for id in reasons if "not_sure" in str(journey.facts.value(id))}

    patient.has_come_to(clinic_database).opens("/form/s_life").answers_page()

    said = [line for line, _ in told(patient)]
    sure = [id for id in reasons - unsure if any(str(QUESTIONS[id].text) in line for line in said)]
    assert len(said) == min(5, len(reasons))
    # Certain answers come before those the patient was not sure about.
    assert len(sure) == min(5, len(reasons - unsure))
    more, not_named = len(reasons - unsure) - len(sure), len(unsure) - (len(said) - len(sure))
    assert (f"and {more} more answers" in patient.words) is (more > 0)
    assert (f"You were not sure about {not_named} questions." in patient.words) is (not_named > 0)


def test_each_answer_on_the_card_says_what_was_answered_and_leads_to_its_question(patient, clock):
    journey = Journey(patient.answers, clock().date())

    for line, links in told(patient):
        question = next(each for each in QUESTIONS.values() if line.startswith(str(each.text)))
        assert question.said(journey.facts.value(question.id)).lower() in line.lower()
        assert links == [f"/form/{page_of(question.id).id}?via=now#q-{question.id}"]
        assert "Change this answer" in line
    assert len(told(patient)) == 5


def test_an_answer_changed_on_the_card_takes_it_away(clinic_database, client, clock):
    patient = says("rf_face_speech", "yes", clinic_database, client, clock)
    ((_, (address,)),) = told(patient)
    # Nothing goes before an emergency that is not answered, but the way to put its answer right.
    assert patient.opens("/form/p_when?via=now").path == "/form/now"
    assert patient.opens(address.split("#")[0]).path == "/form/u_now"
    patient.sends({"rf_face_speech": "no"})

    assert patient.path != "/form/now"
    assert patient.banner is None
    assert read(stored(clinic_database, patient)).withdrawn


def test_staff_can_see_it_before_the_patient_has_chosen_anything(patient, clinic_database, settings):
    with looking(clinic_database, settings=settings) as op:
        rows = alerts.all_open(op)

    assert stored(clinic_database, patient).urgency == Urgency.EMERGENCY
    assert rows[0].urgency == Urgency.EMERGENCY


def test_the_page_comes_before_any_other_until_it_is_answered(patient):
    for path in ("/form/", "/form/p_when", "/form/check", "/form/more", "/form/received"):
        assert patient.opens(path).path == "/form/now"


def test_what_is_for_today_is_told_at_the_answer_and_blocks_nothing(same_day, clinic_database, settings):
    assert same_day.path == "/form/now"
    assert same_day.heading == "The clinic will phone you today"
    with looking(clinic_database, settings=settings) as op:
        assert [row.urgency for row in alerts.all_open(op)] == [Urgency.SAME_DAY]

    for path in ("/form/p_when", "/form/check", "/form/more"):
        assert same_day.opens(path).path == path
        assert AMBER in same_day.banner.text_content()


@pytest.mark.parametrize(("answer", "urgency"), [("yes", Urgency.EMERGENCY), ("not_sure", Urgency.SAME_DAY)])
def test_each_urgency_has_its_own_choices(answer, urgency, clinic_database, client, clock):
    patient = says("rf_face_speech", answer, clinic_database, client, clock)

    assert offered(patient) == {id: str(words) for id, words in CHOICES[urgency].items()}


def test_carrying_on_keeps_the_number_on_every_later_page(patient, clinic_database):
    patient.sends({"choice": "continue"})

    assert patient.path.startswith("/form/")
    assert patient.path != "/form/now"
    assert RED in patient.banner.text_content()
    assert stored(clinic_database, patient).draft["interrupts"][-1]["choice"] == "continue"
    assert patient.opens("/form/p_when").html.count('href="tel:999"') > 1
    assert patient.opens("/form/now").heading == "Call 999 now"


@pytest.mark.parametrize(
    ("answer", "choice", "words", "drawn"),
    [("yes", "continue", RED, "message-urgent"), ("not_sure", "understood", AMBER, "message-today")],
)
def test_the_banner_says_so_leads_to_the_card_and_has_nothing_to_close_it(
    answer, choice, words, drawn, clinic_database, client, clock
):
    patient = says("rf_face_speech", answer, clinic_database, client, clock)
    patient.sends({"choice": choice})

    for path in ("/form/p_start", "/form/u_now", "/form/m_work", "/form/more", "/form/check"):
        banner = patient.opens(path).banner
        assert words in banner.text_content()
        assert (banner.get("class"), banner.get("role")) == (f"{drawn} standing", "status")
        # A sign as well as a colour.
        assert banner.xpath("span[@class='standing__sign']")
        assert banner.xpath("a[text()='What to do']/@href") == ["/form/now"]
        assert not banner.xpath(".//button | .//form")


def test_the_banner_goes_when_the_answer_is_changed_and_not_before(same_day):
    same_day.sends({"choice": "understood"})
    assert AMBER in same_day.opens("/form/check").banner.text_content()

    same_day.opens("/form/u_now").sends({"rf_cannot_stand": "no"})

    assert same_day.banner is None
    assert same_day.opens("/form/check").banner is None


@pytest.mark.parametrize("choice", ["already_seen", "getting_help"])
def test_the_banner_is_quieter_once_help_is_on_its_way_and_still_there(
    choice, clinic_database, client, clock
):
    patient = says("rf_face_speech", "yes", clinic_database, client, clock)
    patient.sends({"choice": choice, "where": "St Mary's, on Monday"}).opens("/form/p_when")

    assert RED in patient.banner.text_content()
    assert patient.banner.get("class") == "message-urgent standing is-subdued"


def test_red_goes_before_amber(same_day):
    same_day.sends({"choice": "understood"})
    same_day.opens("/form/u_now").sends({"rf_face_speech": "yes"})
    assert same_day.heading == "Call 999 now"

    same_day.sends({"choice": "continue"})
    assert RED in same_day.banner.text_content()

    same_day.opens("/form/u_now").sends({"rf_face_speech": "no"})
    assert AMBER in same_day.banner.text_content()


def test_what_else_is_for_today_interrupts_only_with_another_card(same_day):
    same_day.sends({"choice": "understood"})

    assert same_day.opens("/form/u_now").sends({"rf_face_speech": "not_sure"}).path != "/form/now"
    assert "face dropped" in same_day.opens("/form/now").words

    same_day.opens("/form/u_saddle").sends({"rf_saddle_numb": "not_sure"})
    same_day.sends({"rf_pee_change": "no", "rf_sex_change": "no"}).sends({"rf_ces_when": "d14"})
    assert same_day.path == "/form/now"
    assert "numbness between your legs" in same_day.words


def test_a_wrong_answer_can_be_put_right_and_the_page_is_gone(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database, "u_now")
    patient.answers = patient.answers.merged({"rf_face_speech": "yes"})
    patient.answers_page().sends({"choice": "mistake"})

    assert patient.path == "/form/u_now"
    patient.sends({"rf_face_speech": "no"})

    assert patient.path == "/form/p_words"
    assert patient.banner is None
    assert read(stored(clinic_database, patient)).withdrawn


def test_having_been_seen_asks_where_and_when(patient, clinic_database):
    patient.sends({"choice": "already_seen"})
    assert "Where and when were you seen for this?" in patient.words

    patient.sends({"where": "  "})
    assert patient.status == 422

    patient.sends({"where": "St Mary's, on Monday"})
    interrupt = read(stored(clinic_database, patient)).interrupts[-1]
    assert (interrupt.choice, interrupt.where) == (Choice.ALREADY_SEEN, "St Mary's, on Monday")
    assert patient.path != "/form/now"


def test_back_from_where_and_when_leads_to_the_card_and_keeps_what_was_typed(patient, clinic_database):
    patient.is_told(Urgency.EMERGENCY).sends({"choice": "already_seen"})
    patient.sends({"where": "St Mary's, on Mon"}, press="back")
    assert (patient.path, patient.heading) == ("/form/now", "Call 999 now")

    patient.sends({"choice": "already_seen"})

    assert "St Mary's, on Mon" in patient.tree.xpath("//input[@name='where']/@value")
    assert patient.banner is not None


def test_where_and_when_keeps_what_was_typed_when_it_is_too_long(patient):
    patient.sends({"choice": "already_seen"}).sends({"where": "far " * 100})

    assert patient.status == 422
    assert "far far far" in patient.html


def test_getting_help_ends_the_form_and_hands_over_what_there_is(patient, clinic_database):
    patient.sends({"choice": "getting_help"})

    intake = stored(clinic_database, patient)
    assert patient.path == "/form/leave"
    assert patient.heading == "Get help now. Your answers are saved."
    assert intake.status is IntakeStatus.LEFT_URGENT
    assert intake.summary is not None


def test_after_getting_help_carrying_on_is_a_quiet_link(patient):
    carry_on = "//a[text()='Carry on with the form']/@class"
    patient.sends({"choice": "getting_help"})

    assert patient.tree.xpath(carry_on) == ["button-link"]
    assert not patient.tree.xpath("//*[@class='button']")
    assert "Call 999 now" in patient.words

    patient.opens("/form/").sends(press="leave")
    assert patient.tree.xpath(carry_on) == ["button"]


def test_an_emergency_is_said_again_when_the_patient_comes_back(patient):
    patient.sends({"choice": "getting_help"})

    assert patient.comes_in().path == "/form/now"


def test_whoever_was_seen_for_it_is_not_told_again_and_keeps_the_banner(clinic_database, client, clock):
    patient = says("rf_face_speech", "yes", clinic_database, client, clock)
    patient.sends({"choice": "already_seen", "where": "A&E"})

    assert patient.comes_in().path == "/form/check"
    assert RED in patient.banner.text_content()


@pytest.mark.parametrize("question_id", ["rf_face_speech", "rf_cannot_stand"])
def test_leaving_and_coming_back_keeps_what_cannot_wait(question_id, clinic_database, client, clock):
    patient = says(question_id, "yes", clinic_database, client, clock).carries_on()
    card, words = (
        ("Call 999 now", RED)
        if question_id == "rf_face_speech"
        else ("The clinic will phone you today", AMBER)
    )

    patient.opens("/form/p_when").sends(press="leave")
    assert patient.path == "/form/leave"
    assert card in patient.words

    patient.comes_in()
    if patient.path == "/form/now":
        assert patient.heading == "Call 999 now"
        patient.carries_on()
    assert words in patient.banner.text_content()


def test_an_emergency_is_said_again_at_sending(patient):
    patient.walks().sends_it_all()

    assert patient.path == "/form/received"
    assert patient.heading == "Call 999 now"
    assert "I pressed the wrong answer" not in patient.words


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        ("yes", "We have your answers. That does not replace the call."),
        ("not_sure", "We have your answers."),
    ],
)
def test_the_receipt_begins_with_the_card_and_without_thanks(answer, then, clinic_database, client, clock):
    patient = says("rf_face_speech", answer, clinic_database, client, clock).carries_on()
    heading = patient.opens("/form/now").heading
    patient.opens("/form/check").sends_it_all()

    assert patient.path == "/form/received"
    assert patient.heading == heading
    assert "autofocus" in patient.html.split("<h1")[1].split(">")[0]
    receipt = stored(clinic_database, patient).receipt
    closing = str(CARDS["adv_call_now" if answer == "yes" else "adv_same_day"].closing)
    assert comes_in_order(patient.words, heading, "You told us:", closing, then, receipt)
    assert "Thank you" not in patient.words
    assert "If things get worse" not in patient.words
    # What was sent is changed by nobody here.
    assert "Change this answer" not in patient.words


def test_an_emergency_that_only_sending_shows_is_answered_on_the_receipt(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock, "V102").has_come_to(clinic_database)
    patient.opens("/form/check").sends_it_all()

    assert list(offered(patient)) == ["getting_help", "already_seen"]

    patient.sends({"choice": "getting_help"}, to="/form/now")
    assert patient.path == "/form/received"
    assert read(stored(clinic_database, patient)).interrupts[-1].choice is Choice.GETTING_HELP
    assert stored(clinic_database, patient).status is IntakeStatus.SENT
    assert not offered(patient)


def test_a_choice_that_is_none_changes_nothing(patient, clinic_database):
    for choice in ("ignore", "understood"):
        patient.sends({"choice": choice})

        assert patient.path == "/form/now"
        assert read(stored(clinic_database, patient)).interrupts[-1].choice is None


def test_nothing_to_say_leads_back_to_the_form(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database, "p_when")

    assert patient.opens("/form/now").path == "/form/p_when"
    assert patient.opens("/form/look").path == "/form/p_when"


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_saving_for_later_shows_what_cannot_wait_first(answer, clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database, "u_now")

    patient.sends({"rf_face_speech": answer}, press="leave")

    assert patient.path == "/form/now"
    assert read(stored(clinic_database, patient)).answers["rf_face_speech"] == answer


@pytest.mark.parametrize(
    ("answer", "choice", "path"),
    [
        ("yes", "mistake", "/form/u_now"),
        ("yes", "continue", "/form/leave"),
        ("yes", "getting_help", "/form/leave"),
        ("not_sure", "mistake", "/form/u_now"),
        ("not_sure", "understood", "/form/leave"),
    ],
)
def test_saving_for_later_leads_where_the_patient_chose(answer, choice, path, clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database, "u_now")
    patient.sends({"rf_face_speech": answer}, press="leave")
    assert patient.path == "/form/now"

    assert patient.sends({"choice": choice}).path == path


@pytest.mark.parametrize("page", ["received", "leave"])
def test_same_day_advice_is_said_again_at_sending_and_at_leaving(page, same_day):
    same_day.sends({"choice": "understood"}).opens("/form/check")
    same_day.sends_it_all() if page == "received" else same_day.sends(to="/form/leave")

    assert same_day.path == f"/form/{page}"
    assert "The clinic will phone you today" in same_day.words
    assert "Please keep your phone near. No call by " in same_day.words
    assert "You told us:" in same_day.words


@pytest.mark.parametrize(
    ("phone", "hours", "heading", "action", "goes"),
    [
        (True, 0, "The clinic will phone you today", "Please keep your phone near.", False),
        (True, 11, "Call NHS 111 today", "Nobody here can phone you before then.", False),
        (False, 0, "Come to the clinic today", "You have no phone, so we cannot call you.", True),
        (False, 11, "Ask someone to call NHS 111 today", "Ask someone to call NHS 111 for you today.", False),
    ],
)
def test_what_is_for_today_never_promises_a_call_that_cannot_come(
    phone, hours, heading, action, goes, clinic_database, client, clock
):
    clock.wait(hours=hours)
    answers = {} if phone else {"phone_best": "no_phone"}
    patient = says("rf_cannot_stand", "yes", clinic_database, client, clock, **answers)

    for path in ("/form/now", "/form/leave"):
        patient.opens(path)
        assert heading in patient.words
        assert action in patient.words
        assert ("will phone you" in patient.words) is (phone and not hours)
        assert ("Cannot wait? Call NHS 111, day or night." in patient.words) is bool(hours)
        assert ("Cannot walk, or nobody with you? Call 999." in patient.words) is goes
        # A button only where the card says to call, and for whoever has a phone to press it on.
        button = patient.tree.xpath("//a[@class='button-call']/@href")
        assert button == (["tel:111"] if phone and hours else [])


def test_whoever_cannot_speak_is_told_other_ways_on_the_card_and_on_every_page(patient):
    ways = (
        "Cannot speak or hear on the phone?",
        "Use 18000",
        "send a text message to 999",
        "ask someone near",
    )
    for way in ways:
        assert patient.words.count(way) == 2
    assert 'href="sms:999"' in patient.html

    patient.sends({"choice": "continue"})
    for way in ways:
        assert patient.words.count(way) == 1


def test_what_the_clinic_has_not_set_is_left_out_whole(settings, clinic_database, clock):
    unset = {"relay_line": "", "emergency_text": "", "early_pregnancy_line": ""}
    client = at_a_clinic(settings, clinic_database, clock, **unset)
    patient = invite(clinic_database, client, clock, "V157").is_told(Urgency.SAME_DAY)

    assert patient.heading == "Call your maternity unit today"
    assert "Less than 14 weeks" not in patient.words
    assert "No maternity unit? Call NHS 111 today." in patient.words

    patient = says("rf_face_speech", "yes", clinic_database, client, clock)
    assert "Use " not in patient.words
    assert "text message" not in patient.words
    assert patient.words.count("Or ask someone near you to call.") == 2


@pytest.mark.parametrize(
    ("case_id", "heading", "line", "link"),
    [
        ("V12", "Call your cancer helpline now", "cancer_line", "tel:+441632960003"),
        ("V22", "Call your maternity unit now", "maternity_line", "tel:+441632960002"),
        ("V11", "Go to an emergency department now", "emergency_number", "tel:999"),
        ("V157", "Call your maternity unit today", "maternity_line", "tel:+441632960002"),
    ],
)
def test_a_card_calls_the_line_it_names(
    case_id, heading, line, link, clinic_database, client, clock, settings
):
    urgency = Urgency.SAME_DAY if heading.endswith("today") else Urgency.EMERGENCY
    patient = invite(clinic_database, client, clock, case_id).is_told(urgency)
    number = settings.clinic_facts(clock())[line]

    (button,) = patient.tree.xpath("//a[@class='button-call']")
    assert patient.heading == heading
    assert button.text_content() == f"Call {number}"
    assert button.get("href") == link


def test_a_link_opened_again_after_sending_gives_the_advice_without_the_answers(same_day):
    same_day.sends({"choice": "understood"}).opens("/form/check").sends_it_all().comes_in()

    assert same_day.heading == "The clinic will phone you today"
    assert "You told us:" not in same_day.words
    assert "This form has been sent. To change something, call us on 01632 960 001." in same_day.words


def test_everybody_is_told_what_to_do_if_it_gets_worse(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database)

    patient.opens("/form/check").sends_it_all()

    assert patient.heading == "Thank you. Your answers are saved."
    assert "before your visit on" in patient.words
    assert "Nobody watches this form live." in patient.words
    assert "Call 999 if you get any of these: chest pain" in patient.words
    assert "Go to an emergency department if you get any of these: weak legs" in patient.words
    assert "call 116 123" in patient.words


def test_a_clinic_that_only_writes_down_never_interrupts(clock, clinic_database, settings):
    client = at_a_clinic(settings, clinic_database, clock, profile=Profile.TRANSCRIBE)
    patient = invite(clinic_database, client, clock, "V07").has_come_to(clinic_database)

    patient.opens("/form/check").sends_it_all()

    assert patient.path == "/form/received"
    assert patient.heading == "Thank you. Your answers are saved."
    assert "Call 999 now" not in patient.words
