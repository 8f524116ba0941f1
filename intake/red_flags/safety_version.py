"""The safety version: one fingerprint of everything that asks, decides or advises, in its source texts.

An approval names it, so it must change with every such change and with nothing else: not with a formatter, a renamed
function, a process or a newer Python. What a clinic sets for itself (profile, features, telephone numbers) is outside.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from intake.config import timing
from intake.questionnaire import EARLY_AFTER, PAGES, QUESTIONS, SECTIONS, declared
from intake.questionnaire.declared import criterion, fingerprint, source, sources
from intake.red_flags import advice
from intake.red_flags.advice import Card, Listed, Wording
from intake.red_flags.contradictions import CONTRADICTIONS
from intake.red_flags.groups import GROUPS
from intake.red_flags.meaning import meanings
from intake.red_flags.model import RedFlag
from intake.red_flags.patterns import HEADING, PATTERNS, PatternFeature
from intake.red_flags.rules import RED_FLAGS
from intake.red_flags.watch import EACH_BY_ITSELF, RULE_OF, SAID_AT_RECEPTION, TEXT_RULES
from intake.red_flags.watch_list import GUARDS, WATCH

# What the rules make of every vignette and every specified case, found at release by `make safety-digest`.
VERDICTS_FILE = Path(__file__).with_name("verdicts.json")


def safety_version() -> str:
    """The version that an approval names."""
    return fingerprint(content())


@cache
def content() -> dict[str, Any]:
    """Everything that is approved, as plain JSON: a dict of parts, of entries by id, of their fields."""
    return {
        "sections": declared.sections(SECTIONS),
        "pages": declared.pages(PAGES.values()),
        "questions": declared.questions(QUESTIONS.values()),
        "places": declared.places(),
        "days since onset": declared.onset_days(),
        "rules": {rule.id: _rule(rule) for rule in (*RED_FLAGS, *TEXT_RULES)},
        "groups": {group.id: _group(group) for group in GROUPS},
        "cards": {card.id: _card(card) for card in advice.CARDS.values()},
        "advice": _advice(),
        "watch list": {entry.id: _watched(entry) for entry in WATCH},
        "contradictions": {
            contradiction.id: _contradiction(contradiction) for contradiction in CONTRADICTIONS
        },
        "patterns": {pattern.id: _pattern(pattern) for pattern in PATTERNS},
        "orders": _orders(),
        "engine": meanings(),
        "times": _times(),
        "verdicts": json.loads(VERDICTS_FILE.read_text(encoding="utf-8")),
    }


def rules_version() -> str:
    """Changes with any rule: its condition, tier, line or advice."""
    return fingerprint([[rule.id, _rule(rule)] for rule in (*RED_FLAGS, *TEXT_RULES)])


def _rule(rule: RedFlag) -> dict[str, Any]:
    unsure = rule.urgency_when_unsure
    return {
        "group": rule.group,
        "urgency": rule.urgency.name,
        "when not sure": unsure.name if unsure else None,
        "fires when": criterion(rule.when),
        "line": source(rule.line),
        "advice": rule.advice,
    }


def _group(group: Any) -> dict[str, Any]:
    return {"label": source(group.label), "negatives": list(group.negatives)}


def _card(card: Card) -> dict[str, Any]:
    return {
        "urgency": card.urgency.name,
        "said": _wording(card.said),
        "closed": _wording(card.closed),
        "no phone": _wording(card.no_phone),
        "no phone, closed": _wording(card.no_phone_closed),
        "more": sources(card.more),
        "lists": _listed(*card.lists),
    }


def _wording(wording: Wording | None) -> list[object] | None:
    if wording is None:
        return None
    return [source(wording.heading), source(wording.action), wording.goes, wording.calls]


def _listed(*lists: Listed) -> list[list[object]]:
    return [[source(each.words), sources(each.items)] for each in lists]


def _advice() -> dict[str, Any]:
    """Every text and table of advice beside the cards."""
    links, close = advice.LINKS, advice.CLOSE
    return {
        "closing line": _by_tier(advice.CLOSING),
        "banner": _by_tier(advice.BANNER),
        "banner link": source(advice.BANNER_LINK),
        "told us": sources((advice.TOLD_US, advice.TOLD_US_MORE, advice.TOLD_US_UNSURE)),
        "most told": advice.MOST_TOLD,
        "change": source(advice.CHANGE),
        "cannot speak": _listed(advice.CANNOT_SPEAK),
        "alone": sources(advice.ALONE),
        "not live": source(advice.NOT_LIVE),
        "choices": {
            tier.name: {id: source(words) for id, words in choices.items()}
            for tier, choices in advice.CHOICES.items()
        },
        "receipt": _by_tier(advice.RECEIPT),
        "closing page": [source(close.heading), source(close.action), _listed(*close.lists)],
        "second look": sources((advice.CHECK_PROMPT, advice.CHECK_PROMPT_MAP, advice.CHECK_PROMPT_PAIR)),
        "link": sources((links.wrong_date, links.locked, links.expired, links.sent, links.urgent)),
        "closed": sources((advice.CLOSED_AT_START, advice.CLOSED_TODAY)),
        "no phone": source(advice.NO_PHONE),
        "on paper": source(advice.DO_NOT_WAIT),
        "card when not sure, by group": dict(advice.UNSURE_SAME_DAY),
        "card when not sure, by card": dict(advice.UNSURE_OF_CARD),
        "card when not sure, otherwise": advice.UNSURE_OTHERWISE,
        "reception reads": sorted(SAID_AT_RECEPTION),
        "pattern heading": source(HEADING),
    }


def _by_tier(texts: dict[Any, Any]) -> dict[str, str | None]:
    return {tier.name: source(words) for tier, words in texts.items()}


def _watched(entry: Any) -> dict[str, Any]:
    rule = RULE_OF.get(entry.does)
    return {
        "does": entry.does.value,
        "rule": rule.id if rule else None,
        "line": entry.line.name,
        "questions": list(entry.questions),
        "each by itself": entry.id in EACH_BY_ITSELF,
        "patterns": list(entry.patterns),
    }


def _contradiction(each: Any) -> dict[str, Any]:
    return {
        "seen in": each.source.value,
        "holds when": criterion(each.when),
        "asked again": list(each.ask_again),
        "line": source(each.line),
        "tier of the line": each.urgency.name,
        "typed": each.typed,
    }


def _pattern(pattern: Any) -> dict[str, Any]:
    return {"title": source(pattern.title), "features": [_feature(feature) for feature in pattern.features]}


def _feature(feature: PatternFeature) -> list[object]:
    return [
        criterion(feature.when),
        [[source(atom.label), criterion(atom.when)] for atom in feature.atoms],
    ]


def _orders() -> dict[str, Any]:
    """What comes first, where an order decides."""
    return {
        "pages": list(PAGES),
        "early pages come after": EARLY_AFTER,
        "rules": [rule.id for rule in (*RED_FLAGS, *TEXT_RULES)],
        "groups": [group.id for group in GROUPS],
        "cards": {tier.name: list(ids) for tier, ids in advice.ORDER.items()},
        "watch list": [entry.id for entry in WATCH],
        "guards": list(GUARDS),
        "contradictions": [contradiction.id for contradiction in CONTRADICTIONS],
        "patterns": [pattern.id for pattern in PATTERNS],
    }


def _times() -> dict[str, int]:
    """In minutes."""
    return {
        "a call is promised within": _minutes(timing.CALL_BACK_WITHIN),
        "no call today with less than": _minutes(timing.SHORTEST_CALL_BACK),
        "staff act on an emergency within": _minutes(timing.EMERGENCY_WITHIN),
    }


def _minutes(span: Any) -> int:
    return int(span.total_seconds() // 60)
