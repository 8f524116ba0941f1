"""The record: what the clinician reads, frozen when the form is sent.

Plain strings in the clinic's language, so that no later change of rule or wording can alter it. Every
document is rendered from this and from nothing else. Moments are ISO 8601 with offset, days YYYY-MM-DD.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.summary import codec


@dataclass(frozen=True)
class Fact:
    """A labelled line: "Worse with", "prolonged sitting". `ids` are the questions it was made from.

    Without a label the words stand alone.
    """

    label: str
    text: str
    ids: tuple[str, ...] = ()

    @staticmethod
    def from_earlier(stored: Any) -> Any:
        """The first release kept the background as plain lines."""
        return {"label": "", "text": stored} if isinstance(stored, str) else stored


@dataclass(frozen=True)
class Reason:
    """An answer that decided a rule. `under` is the group that has printed it already; "" for this line."""

    words: str
    id: str
    under: str = ""


@dataclass(frozen=True)
class Fired:
    """A rule that fired, in the clinician's words. `urgency` is the name of a tier; `because` the answers.

    `ids` are the questions that decided it, `reasons` the answers one by one.
    """

    rule: str
    group: str
    urgency: str
    unsure: bool
    line: str
    because: str
    ids: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Answers, marks or typed words that do not fit each other. `source` says where it was seen.

    `source` is "map", "list", "number" or "text"; `ids` are the questions in doubt.
    """

    line: str
    urgency: str
    source: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupLine:
    """One clinical group: what was reported, denied, not sure, declined and left unanswered.

    `together` was answered no by one question that names several things. Of the `asked` yes and no questions
    `no` were answered no one by one; 0 of 0 in records that did not count them.
    """

    label: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    unsure: tuple[str, ...]
    declined: tuple[str, ...]
    unanswered: tuple[str, ...]
    together: tuple[str, ...] = ()
    asked: int = 0
    no: int = 0


@dataclass(frozen=True)
class Safety:
    """The safety box.

    `urgency` is the name of the highest tier or None; `fired` what is printed from PRIORITY up, words of
    self-harm first, then the most urgent; `notes` the single or non-specific features; `rules` every rule.
    `told` says what the patient was advised and chose, `withdrawn` what stopped firing after a change of
    answer, `doubts` what does not fit a "no". `in_confidence` is for the clinician alone.
    The transcribe profile fills only `transcribed`.

    `incomplete`: a safety question that must be answered is blank. It is None, and `mentions` takes the place
    of `doubts`, in records of the first release.
    """

    profile: str
    urgency: str | None
    headline: str
    complete: bool
    asked: int
    answered: int
    fired: tuple[Fired, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[Fired, ...] = ()
    groups: tuple[GroupLine, ...] = ()
    not_sure: tuple[str, ...] = ()
    not_answered: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    transcribed: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    in_confidence: tuple[str, ...] = ()
    incomplete: bool | None = None


@dataclass(frozen=True)
class Marked:
    """A place marked on the body map, in the clinician's words."""

    region: str
    words: str
    worst: bool


@dataclass(frozen=True)
class Goal:
    """Something that matters to the patient; `rating` 0 (cannot do it) to 10, None unrated."""

    text: str
    rating: int | None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordRow:
    """A row of the patterns table."""

    title: str
    features: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """An answered question: wording as shown, short label, answer in words, stored value, phrase of the note.

    `own_words`: the answer is free text, which stays as the patient wrote it. `original` is the answer as it
    was shown to the patient, where that was in another language than the record's. `group` is the clinical
    group; a `gate` is one question in place of several, which are printed in its place.
    """

    id: str
    section: str
    question: str
    answer: str
    value: Any
    phrase: str
    own_words: bool
    safety: bool
    label: str = ""
    original: str = ""
    group: str = ""
    gate: bool = False


@dataclass(frozen=True)
class Correction:
    """An answer that a member of staff corrected: what it was and is, who did it, when and why."""

    id: str
    label: str
    was: str
    now: str
    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class Amendment:
    """The record replaces the one of the moment `replaces`.

    `at` and `by` say when and who corrected it; None and "" when the patient was asked again.
    """

    replaces: str
    at: str | None = None
    by: str = ""
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Summary:
    """The pre-visit summary. `sent_at` is None while the patient has not sent the form.

    `scores` holds the pain scores 0 to 10 by "now", "average" and "worst"; what was not said is missing.
    `phone` is in words where the patient has none (`no_phone`). `hopes` stands beside the problem, `other`
    holds the answers that no other part prints.
    `could_not_go_on`: they handed over what they had, and the rest is not answered.
    `safety_version` is that of everything that asked and decided, "" in a record of the first release.
    `clinic` is its name, `reference` that of the appointment; "" in records that did not keep them.
    `pattern_sources` is the key to the source codes of `patterns`: code and citation.
    `amendment` says what it replaces; `replaced_at` is set where a record is shown that has been replaced.
    """

    language: str
    patient_language: str
    questionnaire_version: str
    rules_version: str
    software: str
    name: str
    born: str | None
    age: int | None
    sex: str
    number: str
    phone: str
    appointment_at: str | None
    with_whom: str
    written_at: str
    sent_at: str | None
    left_for_help: bool
    completed_by: str
    needs: tuple[str, ...]
    safety: Safety
    problem: str
    agenda: tuple[str, ...]
    history: str
    regions: tuple[Marked, ...]
    scores: Mapping[str, int]
    pain: tuple[Fact, ...]
    impact: tuple[Fact, ...]
    goals: tuple[Goal, ...]
    treatments: tuple[Fact, ...]
    medicines: tuple[Fact, ...]
    background: tuple[Fact, ...]
    denied: tuple[Fact, ...]
    ideas: tuple[Fact, ...]
    patterns_heading: str = ""
    patterns: tuple[RecordRow, ...] = ()
    answers: tuple[Said, ...] = field(default=())
    amendment: Amendment | None = None
    replaced_at: str | None = None
    hopes: tuple[Fact, ...] = ()
    other: tuple[Fact, ...] = ()
    no_phone: bool = False
    safety_version: str = ""
    clinic: str = ""
    reference: str = ""
    pattern_sources: tuple[Fact, ...] = ()
    could_not_go_on: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        stored: dict[str, Any] = codec.to_json(self)
        return stored

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Summary:
        """The summary that `to_json` gave."""
        return codec.from_json(cls, document)
