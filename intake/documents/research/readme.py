"""What lies beside a table of answers: what it is, when it was made, and how it is opened."""

from dataclasses import dataclass

from intake import __version__
from intake.documents.research.columns import STATES
from intake.documents.research.dictionary import TableChoices
from intake.questionnaire import VERSION
from intake.red_flags import RULES_VERSION

ANSWERS, DICTIONARY, DICTIONARY_JSON, README = (
    "answers.csv",
    "data-dictionary.csv",
    "data-dictionary.json",
    "README.txt",
)
NO_WORDS = "left out"
WORDS = (
    "as patients wrote it: it may name people. Of a form on which something was said in confidence,\n"
    "no text is here."
)


@dataclass(frozen=True)
class ResearchTable:
    """What is said about one export: whose, for what, of which days."""

    clinic: str
    project: str
    approval: str
    first: str
    last: str
    made_on: str
    forms: int
    choices: TableChoices


def text(about: ResearchTable) -> str:
    """The file for whoever opens the folder."""
    return "\n".join((_what_it_is(about), _FILES, _blanks(), _EARLIER, _who_is_who(about), _OPENING))


def _what_it_is(about: ResearchTable) -> str:
    return f"""ANSWERS FROM BACKSTORY

Clinic:    {about.clinic}
Project:   {about.project}
Approval:  {about.approval}
Visits:    {about.first} to {about.last}
Made on:   {about.made_on}, by Backstory {__version__}
Forms:     {about.forms}
Questions: version {VERSION}
Rules:     version {RULES_VERSION}

These data are pseudonymised, not anonymous: they are about living people, and data protection law
holds for them. Do not try to find out who somebody is. Keep them as the approval says, and delete
them when it ends.
"""


_FILES = f"""FILES

{ANSWERS}: one row for each form. UTF-8, commas, lines end with CR and LF (RFC 4180).
{DICTIONARY}: what each column means, its type and codes, and when its question is asked.
{DICTIONARY_JSON}: the same for programs.
"""


def _blanks() -> str:
    states = "\n".join(f"  {state.value}: {meaning}" for state, meaning in STATES.items())
    return f"""WHAT A BLANK MEANS

A blank is never "no". For each question the column that ends in _status says what became of it:

{states}

For a list (columns with three underscores) 1 is ticked and 0 is not ticked. Beside a ticked "not
sure" there is no 0. A question with "not sure" or "prefer not to say" among its answers has that code
in its own column as well.
"""


_EARLIER = """FORMS OF EARLIER VERSIONS

A form keeps the version it was answered with (questionnaire_version). An answer that this version no
longer has stands in earlier_answers by its code, and its question says earlier_answer. Of a question
without an answer on such a form nobody can say whether it was asked: it says unknown. What the rules
found is what they found on that day.
"""


def _who_is_who(about: ResearchTable) -> str:
    told = ", ".join(about.choices.quasi_identifiers) or "none"
    return f"""WHO IS WHO

The numbers of patients, forms and clinicians are made with a key that belongs to this project. It is
not in this file and not kept by Backstory. Whoever has it and the clinic's database can find a patient
again; when it is thrown away nobody can. There are no names, dates of birth, contact details or
references. Days are counted from the appointment. An age above 89 is 90.
Columns by which people could be told apart: {told}.
Free text: {WORDS if about.choices.free_text else NO_WORDS}

A cell of text that a spreadsheet could take for a formula has an apostrophe in front: take it off
before you count words.
"""


_OPENING = f"""HOW IT IS OPENED

Spreadsheet: open {ANSWERS} as UTF-8, with commas between columns.

Python:
  import json, pandas
  entries = json.load(open("{DICTIONARY_JSON}", encoding="utf-8"))["columns"]
  there = [entry for entry in entries if entry["in_this_export"] == "yes"]
  types = {{
      entry["column"]: pandas.CategoricalDtype(list(entry["codes"])) if entry["type"] == "code"
      else entry["pandas_dtype"] for entry in there
  }}
  answers = pandas.read_csv(
      "{ANSWERS}", dtype=types, keep_default_na=False, na_values=[""], encoding="utf-8-sig"
  )

R:
  entries <- subset(readr::read_csv("{DICTIONARY}"), in_this_export == "yes")
  answers <- readr::read_csv("{ANSWERS}", col_types = paste(entries$r_type, collapse = ""), na = "")
"""
