"""Every word for people is marked for translation: a language nobody speaks walks the whole form."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from intake import i18n
from intake.config import LANGUAGES
from intake.i18n import format_weekday_moment, speaking
from intake.questionnaire import PAGES
from tests.pseudo import pseudo_languages
from tests.web.patients import invite

ROOT = Path(__file__).parents[2]
BLOCKS = {
    "p",
    "li",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "legend",
    "label",
    "button",
    "option",
    "title",
    "span",
    "strong",
    "a",
}
SAID_ALOUD = ("aria-label", "alt", "title", "placeholder", "data-left", "data-over")


@pytest.fixture(params=["eo", "he"])
def language(request):
    with pseudo_languages():
        yield request.param


@pytest.fixture
def patient(language, clinic_database, client, clock, settings):
    """Somebody whose words are numbers, so that every letter on a page is the clinic's."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    patient = invite(
        clinic_database, client, clock, "V07", language=language, name="1", phone="01632 960 999"
    )
    patient.answers = patient.answers.merged({"mc_main": "11", "proxy_relation": "12", "ice_concern": "13"})
    return patient


def bare(patient, settings, now):
    """The words on the page that are neither marked nor the clinic's own facts."""
    with speaking(patient.page_language):
        visit = format_weekday_moment(patient.appointment.starts_at, settings.zone)
    facts = (*settings.clinic_facts(now, patient.page_language).values(), visit)
    found = []
    for text in texts(patient.tree):
        for fact in sorted(facts, key=len, reverse=True):
            text = text.replace(fact, "")
        while (shorter := re.sub(r"\[[^\[\]]*\]", "", text)) != text:
            text = shorter
        if re.search(r"[^\W\d_]", text):
            found.append(text.strip())
    return found


def texts(tree):
    for kept in tree.xpath("//*[@translate='no']"):
        kept.text = ""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        yield from whole_texts(element)
        yield from (element.get(name) for name in SAID_ALOUD if element.get(name))


def whole_texts(element):
    """Runs of text with the links inside them, so that a bracket and its partner stay together."""
    if element.tag in BLOCKS:
        yield element.text_content()
        return
    yield from (text for text in (element.text, *(child.tail for child in element)) if text)


def test_no_page_of_the_form_has_a_word_that_was_not_marked(patient, language, settings, clock):
    patient.page_language = language
    seen = {}

    def look():
        seen[patient.path] = bare(patient, settings, clock())
        html = patient.tree
        assert (html.get("lang"), html.get("dir")) == (language, "rtl" if language == "he" else "ltr")

    patient.opens("/start"), look()
    for _ in range(5):
        patient.opens(f"/i/{'x' * 43}").gives(patient.born), look()
    patient.opens(f"/i/{'x' * 43}"), look()
    patient.opens(f"/i/{patient.token}"), look()
    patient.gives(patient.born)
    while patient.path != "/form/check":
        look()
        if any("seen" in form.fields for form in patient.forms()):
            patient.sends(), look()
        patient._steps_on()
    look()
    for page in PAGES.values():
        if page.more:
            patient.opens(f"/form/{page.id}"), look()
    for path in ("/form/more", "/form/leave", "/form/nothing", "/form/p_start?change=dob"):
        patient.opens(path), look()
    patient.opens("/form/now"), look()
    patient.sends({"choice": "already_seen"}), look()
    patient.opens("/form/p_words?via=check").sends({"mc_main": "1", "csrf_token": "old"}), look()
    patient.opens("/form/check").sends_it_all(), look()
    patient.opens("/form/copy"), look()
    patient.opens("/form/received").sends(to="/form/finish"), look()

    assert {path: words for path, words in seen.items() if words} == {}
    assert {"/form/now", "/form/look", "/form/received"} <= set(seen)


def test_a_language_takes_one_file_and_one_entry(tmp_path, monkeypatch, client):
    monkeypatch.setattr(i18n, "LOCALE_FOLDER", tmp_path)
    monkeypatch.setitem(LANGUAGES, "cy", "Cymraeg")
    translate(tmp_path, "cy", {"This phone is clear": "Ffôn glân"})

    page = client.get("/finished", headers={"Accept-Language": "cy, en;q=0.5"}).text

    assert '<html lang="cy"' in page
    assert "<h1>Ffôn glân</h1>" in page


def test_a_language_is_offered_whole_or_not_at_all(tmp_path, monkeypatch):
    sources = marked_for_translation(tmp_path / "messages.pot")

    assert {code: missing(code, sources) for code in LANGUAGES if code != i18n.SOURCE_LANGUAGE} == {}

    monkeypatch.setattr(i18n, "LOCALE_FOLDER", tmp_path)
    translate(tmp_path, "cy", {source: "…" for source in sources if source != "This phone is clear"})
    assert missing("cy", sources) == {"This phone is clear"}


def translate(folder, language, words):
    """The file that a translator would hand in."""
    catalogue = Catalog(language)
    for source, said in words.items():
        catalogue.add(source, (said,) * catalogue.num_plurals if isinstance(source, tuple) else said)
    file = folder / language / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as written:
        write_po(written, catalogue)


def missing(language, sources):
    """What is not translated, or only guessed."""
    with (i18n.LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as written:
        catalogue = read_po(written, locale=language)
    done = {message.id for message in catalogue if message.string and not message.fuzzy}
    return sources - done


def marked_for_translation(file):
    """Every text for people, as `make messages` finds them."""
    collect = ("extract", "--mapping=setup/messages.cfg", "--keyword=lazy", f"--output={file}")
    pybabel = Path(sys.executable).with_name("pybabel")
    subprocess.run([pybabel, "-q", *collect, "intake", "templates"], cwd=ROOT, check=True)
    with file.open("rb") as written:
        return {message.id for message in read_po(written) if message.id}
