"""`make safety-digest`: what the rules make of every vignette and every case, as one digest that is shipped.

Of each also the safety box as the clinician reads it, with its tier, and the tier that lists show.

So that the safety version covers what the engine does, and production needs no test data.
"""

import json
from dataclasses import asdict
from typing import Any

from intake.config import Settings
from intake.demo.vignettes import VIGNETTES, answers_of
from intake.questionnaire.declared import fingerprint
from intake.questionnaire.journey import Journey
from intake.red_flags import screen, screen_with_texts
from intake.red_flags.advice import card_for
from intake.red_flags.contradictions import misfits
from intake.red_flags.safety_version import VERDICTS_FILE
from intake.red_flags.watch import mentions, text_findings
from intake.services.forms.walking import urgency_handed_over
from intake.summary.safety import write_safety
from tests.answering import ON
from tests.red_flags.specified import cases, fires
from tests.red_flags.watch_examples import FOUND, NOT_FOUND


def verdicts() -> dict[str, Any]:
    """The digest, and of how many people it was made."""
    people = {case.id: Journey(answers_of(case, ON), ON) for case in VIGNETTES}
    said = {id: _said(journey) for id, journey in people.items()}
    said |= {case.id: _said(case.journey) for case in cases()}
    plain = answers_of(VIGNETTES[0], ON)
    said |= {text: _of_words(Journey(plain.merged({"mc_main": text}), ON)) for text in (*FOUND, *NOT_FOUND)}
    return {"digest": fingerprint(said), "vignettes": len(people), "cases": len(cases())}


def _said(journey: Journey) -> list[object]:
    screening = screen(journey)
    told = card_for(screening)
    asked = [question.id for step in (*journey.steps, *journey.more) for question in step.asked]
    whole = screen_with_texts(journey)
    box = write_safety(journey, whole, told=(), withdrawn=(), profile="rules")
    listed = urgency_handed_over(journey, whole, Settings.from_environment({}))
    shown = [asdict(box), listed and listed.name]
    return [fires(screening), told and told[0].id, asked, *_of_words(journey), *shown]


def _of_words(journey: Journey) -> list[object]:
    return [
        [[each.entry, each.question, each.urgency.name] for each in mentions(journey)],
        [[each.rule.id, each.urgency.name] for each in text_findings(journey)],
        [each.contradiction.id for each in misfits(journey)],
    ]


def main() -> None:
    """Write the digest anew."""
    VERDICTS_FILE.write_text(json.dumps(verdicts()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
