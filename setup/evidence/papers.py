"""The papers, one function each: Markdown made of facts of the program and of claims with proofs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from intake import __version__
from intake.config.settings import SETTINGS
from intake.red_flags import ALL_RULES, SAFETY_VERSION
from intake.storage.models import Row
from setup.evidence import data_flow
from setup.evidence.claims import DEPLOYER, NOT_ASSESSED, Claim, Source, head, table
from setup.evidence.proofs import ROOT, Outcomes

ICO = Source(
    "ICO, data protection impact assessments, template",
    "https://ico.org.uk/for-organisations/uk-gdpr-guidance-and-resources/accountability-and-governance/",
    "as of 2026",
)
DTAC = Source(
    "NHS England, Digital Technology Assessment Criteria, version 2 (its five areas)",
    "https://transform.england.nhs.uk/key-tools-and-info/digital-technology-assessment-criteria-dtac/",
    "published 24 February 2026, in use from 6 April 2026",
)
STATEMENT = Source(
    "Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations",
    "https://www.legislation.gov.uk/uksi/2018/952",
    "2018, as amended",
)
WCAG = Source("WCAG 2.2, levels A and AA", "https://www.w3.org/TR/WCAG22/", "W3C, 2023")
HTE30 = Source(
    "NICE HTE30, digital front door technologies for NHS Talking Therapies: the evidence it asks for (1.1)",
    "https://www.nice.org.uk/guidance/hte30",
    "2025",
)
ESF = Source(
    "NICE evidence standards framework for digital health technologies (ECD7), its five groups",
    "https://www.nice.org.uk/corporate/ecd7",
    "2018, updated August 2022",
)

AXE = (
    "e2e/test_patient_journey.py::test_from_link_to_receipt_with_script_and_no_barrier",
    "e2e/test_staff.py::test_no_page_of_staff_has_a_barrier_or_scrolls_sideways",
    "e2e/test_office.py::test_somebody_new_is_let_in_and_no_page_of_the_office_has_a_barrier",
    "e2e/test_operation.py::test_no_page_on_operation_has_a_barrier_or_is_cut_off",
    "e2e/test_desk.py::test_no_state_of_a_call_has_a_barrier",
)
LARGE = (
    "e2e/test_patient_journey.py::test_doubled_text_on_the_narrowest_phone_is_whole",
    "e2e/test_reader.py::test_text_twice_as_large_scrolls_nothing_sideways",
)
KEYBOARD = (
    "e2e/test_import.py::test_an_export_is_told_apart_mapped_and_mended_by_keyboard",
    "e2e/test_staff.py::test_by_keyboard_the_row_keeps_the_focus_when_somebody_has_arrived",
)
WALKS = ("e2e/test_five_people.py::test_from_the_link_to_the_receipt",)
READING = ("test_reading_age.py::test_what_patients_read_is_plain",)


@dataclass(frozen=True)
class Paper:
    """One file. `claims` are all that it claims, `text` makes it of what came of their proofs."""

    name: str
    claims: tuple[Claim, ...]
    text: Callable[[Outcomes, str], str]


def every_paper() -> tuple[Paper, ...]:
    """All papers, in the order in which they are read."""
    return (
        Paper("dpia.md", (*_DPIA_RISKS, *data_flow.claims()), _dpia),
        Paper("dtac.md", tuple(claim for claims in _DTAC.values() for claim in claims), _dtac),
        Paper("accessibility.md", _ACCESSIBLE, _accessibility),
        Paper("nice.md", (*_HTE30, *_ESF), _nice),
        Paper("data-flow.md", data_flow.claims(), _flow),
        Paper("licences.md", _LICENCES, _licences),
    )


_DPIA_RISKS = (
    Claim(
        "Somebody who should not reads what a patient wrote",
        "Only clinicians read answers; each page says whom it is for; each reading is recorded",
        (
            "test_conventions.py::test_staff_come_in_where_their_work_is_and_nowhere_else",
            "test_conventions.py::test_the_admin_opens_no_page_about_a_patient",
            "web/test_clinician.py::test_each_reading_is_recorded_with_who",
        ),
    ),
    Claim(
        "A link reaches the wrong person",
        "The date of birth is asked for, five tries; the link opens one appointment",
        (
            "services/test_invitations.py::test_of_forty_guesses_at_once_exactly_five_are_looked_at",
            "web/test_patient_identification.py::test_a_wrong_link_and_a_wrong_date_get_the_same_answer",
        ),
    ),
    Claim(
        "The database is stolen",
        "Names, answers and documents are encrypted and bound to their row; the keys lie apart",
        (
            "services/test_intakes.py::test_nothing_the_patient_wrote_lies_in_the_database_in_the_clear",
            "storage/test_encryption.py::test_two_patients_names_cannot_be_swapped",
            "test_config.py::test_keys_do_not_lie_beside_what_they_open",
        ),
    ),
    Claim(
        "Data are kept for longer than they are needed",
        "Two settings say how long; erasing deletes rows, and leaves the audit and a count",
        (
            "services/test_retention.py::test_nothing_is_left_of_a_patient_but_the_audit_and_a_count",
            "services/test_retention.py::test_the_queue_erases_by_itself_and_goes_past_an_open_alert",
        ),
    ),
    Claim(
        "A message tells about health",
        "No message holds a word about health or a name; such a text is refused when it is set",
        (
            "messaging/test_mail.py::test_no_word_of_any_message_is_about_health",
            "services/test_messages.py::test_no_message_to_a_patient_names_anybody",
        ),
    ),
    Claim(
        "What a patient says does harm at home",
        "Words about violence are for the clinician's record alone and in no export",
        ("web/test_research.py::test_what_was_said_in_confidence_stays_here",),
    ),
    Claim(
        "Somebody is recognised in research data",
        "Numbers of the project, no days, rare combinations shown first; taken only by whom the clinic names",
        (
            "web/test_research.py::test_few_who_share_age_and_sex_are_shown_and_have_to_be_answered_for",
            "web/test_research.py::test_a_patient_has_one_number_in_a_project_and_another_in_the_next",
        ),
    ),
    Claim(
        "A phone or shared computer gives answers to the next person",
        "Nothing is kept by the browser; an unused screen is covered and signed out",
        (
            "web/test_patient_identification.py::test_finishing_leaves_nothing_to_see_on_the_phone",
            "e2e/test_lock.py::test_a_covered_screen_is_signed_out_behind_the_cover",
        ),
    ),
)
_DTAC: dict[str, tuple[Claim, ...]] = {
    "Clinical safety (DCB0129)": (
        Claim(
            "Hazard log and safety case",
            "`docs/safety/`, made from the program. Who scores and signs is open there until an officer does",
            ("test_docs.py::test_every_test_that_a_document_names_is_there",),
        ),
        Claim("Clinical safety officer", "No officer is named in this release. " + DEPLOYER),
        Claim("DCB0160", DEPLOYER + " `docs/safety/hand-over.md` is what they are handed"),
        Claim(
            "Medical device registration",
            NOT_ASSESSED + " Intended purpose: `docs/safety/intended-purpose.md`",
        ),
        Claim(
            "Rules and what they did",
            f"{len(ALL_RULES)} rules, safety version {SAFETY_VERSION}; an approval names that version",
            ("cli/test_surveillance.py::test_the_page_is_printed_as_markdown",),
        ),
    ),
    "Data protection": (
        Claim("DPIA", "A template with the facts of the product: `dpia.md`. The rest is the deployer's"),
        Claim("ICO registration, DSPT, data protection officer", DEPLOYER),
        Claim("Where data are kept", "On the deployer's own computers; `data-flow.md`", data_flow.CRAWL),
        Claim(
            "Retention and erasing",
            "By settings, by itself, and on request",
            ("services/test_retention.py::test_nothing_is_left_of_a_patient_but_the_audit_and_a_count",),
        ),
    ),
    "Technical security": (
        Claim("Cyber Essentials, penetration test by others", NOT_ASSESSED + " " + DEPLOYER),
        Claim(
            "OWASP ASVS 5.0",
            "`docs/security.md`, row by row",
            ("test_docs.py::test_every_test_that_a_document_names_is_there",),
        ),
        Claim(
            "Dependencies",
            "Locked by hash, each with a reason; `make audit` looks them up",
            ("test_dependencies.py::test_every_locked_package_is_held_by_its_hash_and_names_no_host",),
        ),
        Claim(
            "Who did what",
            "A sealed record that notices a change",
            ("services/test_audit_notices.py::test_a_record_that_is_emptied_is_noticed",),
        ),
    ),
    "Interoperability": (
        Claim(
            "Answers and questionnaire as FHIR R4",
            "QuestionnaireResponse and Questionnaire; not tried against any other system",
            (
                "documents/test_fhir.py::test_every_answer_that_counts_is_there_and_no_other",
                "documents/test_fhir.py::test_every_condition_can_be_exported",
            ),
        ),
        Claim("NHS number", "Kept where the clinic gives it; it is not looked up in PDS"),
        Claim("Sign-on with NHS login, GP Connect, other NHS interfaces", "None. " + NOT_ASSESSED),
        Claim("Data out", "PDF, text, FHIR, CSV with a dictionary", ("make conformance export",)),
    ),
    "Usability and accessibility": (
        Claim("WCAG 2.2 AA", "By programs only; `accessibility.md`", AXE),
        Claim("Tried with patients and staff", NOT_ASSESSED),
        Claim("Plain words", "What patients read is tried for a reading age of 9", READING),
    ),
}
_ACCESSIBLE = (
    Claim(
        "Barriers that axe finds (WCAG 2.2 A and AA)",
        "Pages of patients and staff, on a phone and a desk",
        AXE,
    ),
    Claim(
        "Barriers that pa11y and the Nu HTML checker find",
        "Pages that patients and staff walk through",
        ("make conformance pages",),
    ),
    Claim("Text twice as large", "On the narrowest phone, nothing is cut off", LARGE),
    Claim("By keyboard alone", "Lists and imports of staff", KEYBOARD),
    Claim(
        "From the link to the receipt with a finger, by keyboard, without scripts, with large letters",
        "Five made-up people (`FULL=1`)",
        WALKS,
    ),
    Claim("Documents (PDF/UA-1)", "Every kind of PDF, by veraPDF", ("make conformance pdfs",)),
    Claim("Plain words", "A reading age of 9 is asked of each text", READING),
    Claim("Screen readers, voice control, people with impairments", NOT_ASSESSED),
)
_HTE30 = (
    Claim(
        "Quality of the information collected",
        "Each answer is stored as given; a blank is never a no. How good what patients say is: not assessed",
        ("web/test_research.py::test_every_answer_that_was_given_is_read_back_from_the_file",),
    ),
    Claim(
        "Effect on clinical decisions",
        "Clinicians mark what each finding turned out to be, and the figures count it. " + NOT_ASSESSED,
        ("web/test_surveillance.py::test_the_page_says_how_each_rule_did_and_what_goes_to_review",),
    ),
    Claim("Administrative burden", "Calls and their times are counted. " + NOT_ASSESSED),
    Claim(
        "Time saved on collecting information",
        "Minutes from opening to sending are in the export. " + NOT_ASSESSED,
    ),
    Claim(
        "Feedback from people using the service", "No feedback is collected by the product. " + NOT_ASSESSED
    ),
    Claim("Costs, also of training and assurance", DEPLOYER),
)
_ESF = (
    Claim(
        "Design (1 to 9)",
        "Standards and quality: `dtac.md`. Users, inequalities, safeguarding and credibility: not assessed",
    ),
    Claim(
        "Describing value (10 to 13)",
        "Purpose: `docs/safety/intended-purpose.md`. Pathways and expected effects: " + DEPLOYER,
    ),
    Claim(
        "Demonstrating performance (14 to 16)",
        "No study. A blind set of cases is described and not run: `docs/safety/`. " + NOT_ASSESSED,
    ),
    Claim(
        "Delivering value (17 to 18)",
        NOT_ASSESSED + " The program is free under the MIT licence; work and computers are not",
    ),
    Claim(
        "Deployment (19 to 21)",
        "`docs/deploying.md`, `docs/operating.md`, `docs/scaling.md`. Training and consent: " + DEPLOYER,
    ),
)
_LICENCES = (
    Claim(
        "What runs",
        "The list of `make sbom`",
        ("test_dependencies.py::test_every_dependency_has_its_reason_written_down",),
    ),
)


def _dpia(outcomes: Outcomes, made: str) -> str:
    return "\n".join(
        (
            head("Data protection impact assessment: template with the facts of the product", (ICO,), made),
            f"## Processing\n\n{_PROCESSING}",
            f"## What is kept\n\n{_classes()}",
            f"## For how long\n\n{_retention()}",
            f"## Who gets something\n\n{table(data_flow.claims(), outcomes)}",
            "## Risks and what is done about them\n\nHow likely and how bad each is, and what remains: "
            + DEPLOYER,
            "",
            table(_DPIA_RISKS, outcomes),
            f"\n## Necessity, lawful basis, consultation, signatures\n\n{DEPLOYER}\n",
        )
    )


_PROCESSING = """Before an appointment a patient answers questions on back pain; rules look for warning signs;
staff are alerted, and the clinician reads a summary. The rules decide whom to phone first and what card a
patient reads: profiling in support of a person, no decision without one. Health data of adults and children.
Lawful basis and the roles of controller and processor: the deployer answers."""


def _classes() -> str:
    """Every column with its class, by table, from the metadata."""
    models = sorted(Row.registry.mappers, key=lambda each: str(each.local_table))
    rows = [
        f"| `{model.local_table}` | {_purpose(model.class_)} | {_of_class(model.local_table)} |"
        for model in models
    ]
    return "\n".join(("| table | for what | columns by class of data |", "| --- | --- | --- |", *rows))


def _purpose(model: type) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _of_class(table: Any) -> str:
    by_class: dict[str, list[str]] = {}
    for column in table.columns:
        by_class.setdefault(str(column.info["class"].value), []).append(f"`{column.name}`")
    return "<br>".join(f"{kind}: {', '.join(names)}" for kind, names in sorted(by_class.items()))


def _retention() -> str:
    kept = [each for each in SETTINGS if each.field.startswith(("keep_", "backup_keep"))]
    rows = [f"| `{each.name}` | {each.meaning} | {each.default} |" for each in kept]
    return "\n".join(("| setting | what it means | unless set |", "| --- | --- | --- |", *rows))


def _dtac(outcomes: Outcomes, made: str) -> str:
    areas = (f"## {area}\n\n{table(claims, outcomes)}\n" for area, claims in _DTAC.items())
    whose = f"## Company and contract\n\n{DEPLOYER}\n"
    return "\n".join((head("Digital Technology Assessment Criteria: answers", (DTAC,), made), *areas, whose))


def _accessibility(outcomes: Outcomes, made: str) -> str:
    return f"""{head("Accessibility statement", (STATEMENT, WCAG), made)}
This statement is about Backstory {__version__}. Whoever runs it adds name, address and dates.

## How accessible it is

Whether it meets WCAG 2.2 AA as a whole is not assessed: programs find a part of all barriers.

{table(_ACCESSIBLE, outcomes)}

## What is known not to be accessible

What programs found stands above. What people find who use it is not known yet: the deployer adds it.

## Feedback, and who enforces it

Whom to write to, how fast they answer, and the body that enforces it: {DEPLOYER}
"""


def _nice(outcomes: Outcomes, made: str) -> str:
    return f"""{head("NICE: what evidence there is", (HTE30, ESF), made)}
HTE30 is about another service (anxiety and depression) and does not assess this product. Its headings are
used because they say what evidence a form before an appointment is asked for.

## HTE30

{table(_HTE30, outcomes)}

## Evidence standards framework

{table(_ESF, outcomes)}
"""


def _flow(outcomes: Outcomes, made: str) -> str:
    begins = head("Data flow", (), made).replace("Headings follow:\n\n\n", "")
    return f"{begins}\n![What leaves](data-flow.svg)\n\n{table(data_flow.claims(), outcomes)}\n"


def _licences(outcomes: Outcomes, made: str) -> str:
    begins = head("Licences and software bill of materials", (), made).replace("Headings follow:\n\n\n", "")
    rows = list(_components())
    listed = "\n".join(rows) if rows else f"{NOT_ASSESSED} `make sbom` has not been run for {__version__}."
    return f"{begins}\nBackstory: MIT.\n\n{table(_LICENCES, outcomes)}\n\n{listed}\n"


def _components() -> Iterator[str]:
    """What the bill of materials of this version lists, where it was made."""
    file = ROOT / f"dist/backstory-{__version__}.cdx.json"
    if not file.exists():
        return
    yield "| package | version | licence |\n| --- | --- | --- |"
    for each in json.loads(file.read_text(encoding="utf-8"))["components"]:
        licences = (
            one.get("expression") or one["license"].get("id") or one["license"].get("name")
            for one in each["licenses"]
        )
        yield f"| {each['name']} | {each['version']} | {'; '.join(map(str, licences))} |"
