"""`make mutate-hazards`: break the control of each hazard once, in a copy, and see its test fail.

A hazard whose control is not broken here is printed as open: that its test would notice is only believed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from intake.cli.safety_file import officers_file

ROOT = Path(__file__).parents[2]
COPIED = ("intake", "tests", "migrations", "templates", "static", "docs")
FILES = ("pyproject.toml", "wsgi.py", "alembic.ini", "Makefile", "README.md")
FLAGS, ASKED = "intake/red_flags", "intake/questionnaire"


@dataclass(frozen=True)
class Breach:
    """In `file` the first `old` becomes `new`; then `test` must fail."""

    hazard: str
    what: str
    file: str
    old: str
    new: str
    test: str


RULES = "red_flags/test_red_flags.py"
CASES = "red_flags/test_cases.py"
DECLARED = "questionnaire/test_declaration.py"
LINES = "documents/test_every_line.py"
SERVICES = "intake/services"
BREACHES = (
    Breach(
        "H-03",
        "a form is always complete",
        f"{ASKED}/journey.py",
        "return all(self._answered(step) for step in self.steps)",
        "return True",
        "questionnaire/test_journey.py::test_it_is_complete_when_everything_needed_is_answered",
    ),
    Breach(
        "H-04",
        "not sure opens nothing",
        f"{ASKED}/journey.py",
        "return truth >= Truth.NOT_SURE",
        "return truth >= Truth.YES",
        f"{DECLARED}::test_a_gate_asks_its_items_after_yes_and_not_sure_only",
    ),
    Breach(
        "H-05",
        "a hidden answer counts",
        f"{ASKED}/journey.py",
        "asked = tuple(q for q in page.questions if self._opens(gate, q))",
        "asked = tuple(q for q in page.questions if self._opens(gate, q) or True)",
        f"{CASES}::test_an_answer_left_behind_in_a_hidden_question_changes_nothing",
    ),
    Breach(
        "H-07",
        "not sure is no",
        f"{ASKED}/criteria.py",
        '"not_sure": Truth.NOT_SURE',
        '"not_sure": Truth.NO',
        f"{CASES}::test_not_sure_of_the_answer_that_decides_fires_as_unsure",
    ),
    Breach(
        "H-07",
        "not sure counts less than a blank",
        f"{ASKED}/criteria.py",
        "    UNANSWERED = 1\n    NOT_SURE = 2\n",
        "    NOT_SURE = 1\n    UNANSWERED = 2\n",
        "questionnaire/test_criteria.py::test_truth_runs_from_no_over_blank_and_not_sure_to_yes",
    ),
    Breach(
        "H-31",
        "a blank counts less than a no",
        f"{ASKED}/criteria.py",
        "    NO = 0\n    UNANSWERED = 1\n",
        "    UNANSWERED = 0\n    NO = 1\n",
        "questionnaire/test_criteria.py::test_truth_runs_from_no_over_blank_and_not_sure_to_yes",
    ),
    Breach(
        "H-08",
        "today goes before now",
        f"{FLAGS}/model.py",
        "    SAME_DAY = 3\n    EMERGENCY = 4\n",
        "    EMERGENCY = 3\n    SAME_DAY = 4\n",
        f"{RULES}::test_tiers_run_from_a_note_to_an_emergency",
    ),
    Breach(
        "H-08",
        "two risks in place of one",
        f"{FLAGS}/rules/heart.py",
        "at_least(2, *AUTONOMIC)",
        "at_least(3, *AUTONOMIC)",
        f"{CASES}::test_a_case_of_the_rule_has_exactly_the_specified_verdict",
    ),
    Breach(
        "H-08",
        "a tier too low",
        f"{FLAGS}/rules/heart.py",
        "Urgency.EMERGENCY",
        "Urgency.SAME_DAY",
        "red_flags/test_tiers.py::test_a_rule_has_its_tiers_and_its_card",
    ),
    Breach(
        "H-09",
        "a weak feature alone is a call",
        f"{FLAGS}/rules/cancer.py",
        "Urgency.NOTE",
        "Urgency.SAME_DAY",
        "red_flags/test_benchmark.py::test_a_set_has_the_figures_of_its_readme",
    ),
    Breach(
        "H-10",
        "the first page does not say it",
        f"{ASKED}/sections/start.py",
        "Nobody reads this form live. ",
        "",
        "cli/test_safety.py::test_nobody_is_led_to_believe_that_the_form_is_watched",
    ),
    Breach(
        "H-15",
        "left is right",
        f"{ASKED}/body.py",
        '_("left shoulder blade")',
        '_("right shoulder blade")',
        f"{DECLARED}::test_left_is_never_called_right",
    ),
    Breach(
        "H-20",
        "a year too old",
        f"{ASKED}/criteria.py",
        "((on.month, on.day) < (born.month, born.day))",
        "0",
        "questionnaire/test_criteria.py::test_age_is_counted_in_whole_years_on_the_day",
    ),
    Breach(
        "H-21",
        "the pregnancy page is for women only",
        f"{ASKED}/conditions.py",
        'not_chosen("sex_at_birth", "male")',
        'not_chosen("sex_at_birth", "male", "other")',
        f"{DECLARED}::test_whoever_may_be_pregnant_is_asked",
    ),
    Breach(
        "H-21",
        "the pregnancy page ends at 41",
        f"{ASKED}/conditions.py",
        "(age <= 55)",
        "(age <= 40)",
        f"{DECLARED}::test_whoever_may_be_pregnant_is_asked",
    ),
    Breach(
        "H-22",
        "a group of phrases is gone",
        f"{FLAGS}/watch_list.py",
        'r"\\bheart (attack|pain\\w*)\\b|\\bangina\\b"',
        'r"\\bangina\\b"',
        "red_flags/test_watch.py::test_an_entry_finds_each_of_its_phrases",
    ),
    Breach(
        "H-23",
        "words of self-harm tell nobody",
        f"{FLAGS}/watch.py",
        "    Does.CRISIS: SELF_HARM,\n",
        "",
        "red_flags/test_watch.py::test_words_that_cannot_wait_are_a_finding_with_the_words",
    ),
    Breach(
        "H-24",
        "the order follows the answers",
        f"{FLAGS}/patterns.py",
        '"pat_disc"',
        '"pat_other"',
        "red_flags/test_patterns.py::test_the_order_is_fixed",
    ),
    Breach(
        "H-29",
        "a child is an adult",
        f"{FLAGS}/rules/child.py",
        "age < 16",
        "age < 6",
        f"{CASES}::test_a_case_of_the_rule_has_exactly_the_specified_verdict",
    ),
    Breach(
        "H-31",
        "a blank is a no",
        f"{ASKED}/criteria.py",
        "return Truth.NO if facts.is_closed(self.question_id) else Truth.UNANSWERED\n        return _SAID",
        "return Truth.NO\n        return _SAID",
        f"{RULES}::test_a_rule_stays_open_while_an_answer_it_needs_is_missing",
    ),
    Breach(
        "H-33",
        "a safety question may be passed by",
        f"{ASKED}/questions.py",
        "    required: bool = True\n\n    screens",
        "    required: bool = False\n\n    screens",
        f"{DECLARED}::test_urgent_rules_look_only_at_what_must_be_answered",
    ),
    Breach(
        "H-34",
        "the version leaves the advice out",
        f"{FLAGS}/safety_version.py",
        '        "advice": _advice(),\n',
        "",
        "red_flags/test_safety_version.py::test_every_text_of_advice_is_in_it",
    ),
    Breach(
        "H-34",
        "any approval counts",
        "intake/services/operations/approvals.py",
        "SafetyApproval.version == SAFETY_VERSION, SafetyApproval.withdrawn_at",
        "SafetyApproval.withdrawn_at",
        "services/test_approvals.py::test_it_ends_when_anything_changes",
    ),
    Breach(
        "H-36",
        "a gate before fever",
        f"{ASKED}/sections/health.py",
        'items=("pmh_immune_low",',
        'items=("rf_fever", "pmh_immune_low",',
        f"{DECLARED}::test_no_gate_stands_before_what_may_never_be_hidden",
    ),
    Breach(
        "H-37",
        "not sure of a list is none of it",
        f"{ASKED}/criteria.py",
        'Truth.NOT_SURE if "not_sure" in value',
        'Truth.NO if "not_sure" in value',
        f"{RULES}::test_not_sure_in_a_list_fires_whatever_an_option_would_one_step_lower",
    ),
    Breach(
        "H-40",
        "a guard is gone",
        f"{FLAGS}/watch_list.py",
        '    r"\\bnumber\\w*",\n',
        "",
        "red_flags/test_watch.py::test_a_harmless_phrase_is_left_alone",
    ),
    Breach(
        "H-41",
        "the private pages come late",
        f"{ASKED}/journey.py",
        "early = [each for each in PAGES.values() if self._is_early(each)]",
        "early = []",
        f"{DECLARED}::test_the_private_pages_come_early_or_late_and_once",
    ),
    Breach(
        "H-42",
        "violence at home is told to all",
        f"{FLAGS}/watch.py",
        '    Urgency.PRIORITY,\n    when=_BY_WORDS,\n    line=_("Wrote words about violence',
        '    Urgency.SAME_DAY,\n    when=_BY_WORDS,\n    line=_("Wrote words about violence',
        "red_flags/test_watch.py::test_violence_at_home_is_for_the_clinician_alone",
    ),
    Breach(
        "H-44",
        "not standing is nothing",
        f"{FLAGS}/rules/general.py",
        '"R-GEN-5",\n        "general",\n        Urgency.SAME_DAY',
        '"R-GEN-5",\n        "general",\n        Urgency.NOTE',
        "red_flags/test_tiers.py::test_a_rule_has_its_tiers_and_its_card",
    ),
    Breach(
        "H-13",
        "who helped is not said",
        "intake/documents/fhir.py",
        "RelatedPerson",
        "Person",
        "documents/test_fhir.py::test_who_helped_is_the_source_and_the_patient_stays_the_subject",
    ),
    Breach(
        "H-13",
        "the note does not say who helped",
        "intake/documents/text.py",
        "who=summary.completed_by",
        'who=""',
        f"{LINES}::test_who_helped_is_said_in_every_document",
    ),
    Breach(
        "H-13",
        "the PDF does not say who helped",
        "intake/documents/pdf/layout.py",
        'summary.completed_by, "k5"',
        '"", "k5"',
        f"{LINES}::test_who_helped_is_said_in_every_document",
    ),
    Breach(
        "H-13",
        "the helper is nobody",
        "intake/summary/history.py",
        'return f"{who} ({about})" if about else who',
        "return who",
        f"{LINES}::test_who_helped_is_said_in_every_document",
    ),
    Breach(
        "H-01",
        "guesses without end",
        f"{SERVICES}/invitations/links.py",
        "TRIES = 5",
        "TRIES = 500",
        "web/test_patient_identification.py::test_after_five_wrong_dates_a_link_is_closed_whether_it_exists_or_not",
    ),
    Breach(
        "H-02",
        "sent twice",
        f"{SERVICES}/forms/intakes.py",
        "    if intake.status is IntakeStatus.SENT:\n        raise AlreadySent",
        "    if False:\n        raise AlreadySent",
        "services/test_intakes.py::test_sent_answers_do_not_change",
    ),
    Breach(
        "H-06",
        "what is taken back is forgotten",
        f"{SERVICES}/forms/current_findings.py",
        "withdrawn=(*draft.withdrawn, *withdrawn)",
        "withdrawn=sheet.withdrawn",
        "services/test_intakes.py::test_a_withdrawn_finding_is_kept_with_both_answers_and_times",
    ),
    Breach(
        "H-11",
        "nobody is told at the answer",
        f"{SERVICES}/forms/intakes.py",
        "    tell_staff(op, intake, found.newly_raised)\n    return Saved(",
        "    return Saved(",
        "services/test_intakes.py::test_staff_see_an_emergency_in_the_same_transaction",
    ),
    Breach(
        "H-12",
        "answers have no age",
        "templates/clinician/reader.html",
        "{% elif answered_days_ago and answered_days_ago > 7 %}",
        "{% elif answered_days_ago and answered_days_ago > 700 %}",
        "web/test_clinician.py::test_old_answers_say_how_old_they_are",
    ),
    Breach(
        "H-14",
        "long lines are cut",
        "intake/documents/text.py",
        "        text.strip(),\n        WIDTH,",
        "        text.strip()[:400],\n        WIDTH,",
        "documents/test_text.py::test_what_a_patient_wrote_is_never_cut",
    ),
    Breach(
        "H-16",
        "nothing is translated",
        "intake/i18n.py",
        "return gettext(self.source)",
        "return self.source",
        "test_i18n.py::test_a_lazy_text_is_said_in_the_language_of_the_reader",
    ),
    Breach(
        "H-17",
        "the number is no link",
        "intake/web/template_filters.py",
        "elif name in LINES:",
        "elif False:",
        "web/test_patient_emergency.py::test_the_card_says_what_to_do_whom_to_call_and_why",
    ),
    Breach(
        "H-18",
        "the emergency number need not be set",
        "intake/config/settings.py",
        '"the emergency number", "999", fact=True',
        '"the emergency number", "999"',
        "test_config.py::test_production_refuses_when_a_fact_of_the_clinic_is_unset",
    ),
    Breach(
        "H-19",
        "reception reads the answers",
        f"{SERVICES}/staff/accounts.py",
        "Role.RECEPTION: _DESK,",
        "Role.RECEPTION: _DESK | {Permission.READ_ANSWERS, Permission.DOWNLOAD},",
        "web/test_reception.py::test_reception_is_kept_out_of_the_clinicians_pages",
    ),
    Breach(
        "H-25",
        "no rule is low risk",
        "intake/summary/safety.py",
        "No safety rule fired.",
        "Low risk.",
        "summary/test_summary.py::test_without_findings_it_says_that_no_rule_fired_and_no_more",
    ),
    Breach(
        "H-26",
        "the other tab is written over",
        f"{SERVICES}/forms/intakes.py",
        "    _not_changed_elsewhere(draft, page, given, version_token)\n",
        "",
        "services/test_intakes.py::test_two_tabs_do_not_overwrite_each_other",
    ),
    Breach(
        "H-27",
        "what was sent is worked out anew",
        f"{SERVICES}/forms/intakes.py",
        "return Summary.from_json(intake.summary or {})",
        "return summary_so_far(intake, settings=settings, now=now)",
        "services/test_intakes.py::test_the_summary_stays_as_it_was_sent",
    ),
    Breach(
        "H-28",
        "the phone stays open",
        f"{SERVICES}/staff/sessions.py",
        "Limits(timedelta(minutes=60), timedelta(hours=4))",
        "Limits(timedelta(minutes=600), timedelta(hours=40))",
        "web/test_patient_identification.py::test_after_an_hour_unused_the_date_is_asked_again",
    ),
    Breach(
        "H-30",
        "closed without an outcome",
        f"{SERVICES}/alerts/handling.py",
        '"outcome": self.outcome is not None',
        '"outcome": True',
        "services/test_alerts.py::test_an_alert_is_not_closed_without_outcome_note_and_initials",
    ),
    Breach(
        "H-30",
        "closed over what somebody else wrote meanwhile",
        f"{SERVICES}/alerts/call_version.py",
        "        if parts:\n",
        "        if False:\n",
        "services/test_calls.py::test_a_call_that_changed_meanwhile_is_not_closed_unseen",
    ),
    Breach(
        "H-11",
        "quiet beyond its deadline",
        f"{SERVICES}/alerts/call_state.py",
        "late=due_at < now",
        "late=False",
        "services/test_calls.py::test_an_emergency_that_is_overdue_is_loud_whatever_was_agreed",
    ),
    Breach(
        "H-32",
        "the emergency page may be passed by",
        f"{SERVICES}/forms/current_findings.py",
        "return last if last is not None and emergency and last.choice is None else None",
        "return None",
        "services/test_intakes.py::test_the_emergency_page_is_owed_until_it_is_answered",
    ),
    Breach(
        "H-35",
        "any number will do",
        f"{ASKED}/questions.py",
        "LEAST: ClassVar[int] = 7",
        "LEAST: ClassVar[int] = 3",
        "questionnaire/test_fields.py::test_what_is_no_telephone_number_is_refused_and_kept",
    ),
    Breach(
        "H-35",
        "nobody sees that there is no phone",
        f"{SERVICES}/alerts/listing.py",
        'no_phone=written.answers.get("phone_best") == "no_phone"',
        "no_phone=False",
        "services/test_alerts.py::test_whoever_has_no_phone_is_marked_and_the_number_is_what_the_clinic_knew",
    ),
    Breach(
        "H-35",
        "a call is promised to whoever has no phone",
        f"{FLAGS}/advice.py",
        "        if has_phone:\n",
        "        if True:\n",
        "web/test_patient_emergency.py::test_what_is_for_today_never_promises_a_call_that_cannot_come",
    ),
    Breach(
        "H-35",
        "a call is promised to a number that nobody can dial",
        f"{FLAGS}/advice.py",
        "telephone.can_be_called(said, region)",
        "bool(said)",
        "red_flags/test_advice.py::test_whoever_gave_no_number_to_call_has_no_phone",
    ),
    Breach(
        "H-38",
        "the card is not shown at the answer",
        f"{SERVICES}/forms/intakes.py",
        "return unanswered or (new[-1] if new else None)",
        "return owed",
        "services/test_told_today.py::test_the_card_is_shown_at_the_answer_and_staff_are_told",
    ),
    Breach(
        "H-38",
        "there is no banner",
        "templates/patient/form.html",
        "{% if banner %}",
        "{% if banner and banner.urgency.name == 'EMERGENCY' %}",
        "web/test_patient_emergency.py::test_the_banner_says_so_leads_to_the_card_and_has_nothing_to_close_it",
    ),
    Breach(
        "H-38",
        "the banner has a colour and no sign",
        "templates/patient/form.html",
        '<span class="standing__sign" aria-hidden="true">',
        '<span aria-hidden="true">',
        "web/test_patient_emergency.py::test_the_banner_says_so_leads_to_the_card_and_has_nothing_to_close_it",
    ),
    Breach(
        "H-39",
        "fractions are folded in the PDF",
        "intake/documents/pdf/clean.py",
        '_with_breaks("".join(printed))',
        '_with_breaks(unicodedata.normalize("NFKC", "".join(printed)))',
        f"{LINES}::test_doses_and_names_are_the_same_in_every_document",
    ),
    Breach(
        "H-39",
        "fractions are folded in the note",
        "intake/documents/pdf/clean.py",
        'return "".join(each for each in text if each == "\\n" or _is_seen(each))',
        'return unicodedata.normalize("NFKC", text)',
        f"{LINES}::test_doses_and_names_are_the_same_in_every_document",
    ),
    Breach(
        "H-39",
        "a fraction joins the figure before it in the note for older systems",
        "intake/documents/windows_1252.py",
        'made = f" {made}"',
        "pass",
        "documents/test_characters.py::test_what_windows_1252_lacks_is_written_by_the_table",
    ),
    Breach(
        "H-39",
        "what is typed is folded before it is kept",
        f"{ASKED}/questions.py",
        "text = free.cleaned(raw).strip()",
        "text = free.cleaned(raw).strip().casefold()",
        "questionnaire/test_answers.py::test_typed_words_are_kept_letter_for_letter",
    ),
    Breach(
        "H-43",
        "one feature is enough for a call",
        f"{FLAGS}/rules/general.py",
        "& at_least(\n            2,",
        "& at_least(\n            1,",
        f"{CASES}::test_a_case_of_the_rule_has_exactly_the_specified_verdict",
    ),
)


def main() -> int:
    """Named hazards only, or all of them."""
    wanted = [breach for breach in BREACHES if not sys.argv[1:] or breach.hazard in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        there = _copied(Path(folder))
        unnoticed = [breach for breach in wanted if not _noticed(breach, there)]
    for hazard in officers_file()["hazards"]:
        if hazard["id"] not in {breach.hazard for breach in BREACHES}:
            print(f"open: {hazard['id']} {hazard['hazard']}: its control is not broken here")
    print(f"{len(wanted) - len(unnoticed)} of {len(wanted)} breaches noticed")
    return 1 if unnoticed else 0


def _noticed(breach: Breach, there: Path) -> bool:
    """The test passes before, and fails with the control broken."""
    file = there / breach.file
    sound = file.read_text(encoding="utf-8")
    if breach.old not in sound:
        return _said(breach, "there is nothing to break: the breach is out of date")
    if not _passes(breach.test, there):
        return _said(breach, "its test fails before anything is broken")
    file.write_text(sound.replace(breach.old, breach.new, 1), encoding="utf-8")
    try:
        return not _passes(breach.test, there) or _said(breach, f"{breach.test} does not notice")
    finally:
        file.write_text(sound, encoding="utf-8")


def _said(breach: Breach, why: str) -> bool:
    print(f"{breach.hazard}, {breach.what}: {why}", flush=True)
    return False


def _passes(test: str, there: Path) -> bool:
    command = [
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        f"tests/{test}",
    ]
    done = subprocess.run(
        command, cwd=there, env={**os.environ, "PYTHONPATH": str(there)}, capture_output=True, check=False
    )
    return done.returncode == 0


def _copied(folder: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    return folder


if __name__ == "__main__":
    sys.exit(main())
