"""What changed between two contents of a safety version, in words: for the officer who approves it anew."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_MISSING = object()


@dataclass(frozen=True)
class Change:
    """One thing that is new, gone or another. `before` and `after` are as people read them; "" where there is none."""

    part: str
    id: str
    what: str
    before: str = ""
    after: str = ""

    @property
    def words(self) -> str:
        """The change in a sentence: "questions rf_fever, text: “...” is now “...”."""
        of = f"{self.part} {self.id}".strip() + (f", {self.what}" if self.what else "")
        if not self.before:
            return f"{of}: new: {self.after}" if self.after else f"{of}: new"
        return f"{of}: {self.before} is now {self.after}" if self.after else f"{of}: gone: {self.before}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every change from `before` to `after`, part by part, in the order of the parts now."""
    parts = [*after, *(part for part in before if part not in after)]
    return tuple(
        change for part in parts for change in _of_part(part, before.get(part, {}), after.get(part, {}))
    )


def _of_part(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for id in [*after, *(id for id in before if id not in after)]:
        was, now = before.get(id, _MISSING), after.get(id, _MISSING)
        if was == now:
            continue
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _of_entry(part, id, was, now)
        else:
            yield Change(part, id, "", _entry(was), _entry(now))


def _of_entry(part: str, id: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for field in [*now, *(field for field in was if field not in now)]:
        old, new = was.get(field, _MISSING), now.get(field, _MISSING)
        if old == new:
            continue
        if isinstance(old, list) and isinstance(new, list) and not _a_criterion(field):
            yield from _of_list(part, id, field, old, new)
        else:
            yield Change(part, id, field, said(old), said(new))


def _of_list(part: str, id: str, field: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    """Only what of a list came or went; where nothing did, its order changed."""
    came, went = [each for each in new if each not in old], [each for each in old if each not in new]
    if not came and not went:
        yield Change(part, id, f"order of {field}", said(old), said(new))
    for place, (gone, fresh) in enumerate(zip(went, came, strict=False)):
        yield Change(part, id, field, said(gone), said(fresh))
        if place + 1 == min(len(went), len(came)):
            break
    for gone in went[len(came) :]:
        yield Change(part, id, field, said(gone))
    for fresh in came[len(went) :]:
        yield Change(part, id, field, "", said(fresh))


def _a_criterion(field: str) -> bool:
    return field.endswith(" when")


def _entry(entry: object) -> str:
    """A whole entry: its fields with what they hold; "" when there is none."""
    if entry is _MISSING:
        return ""
    if not isinstance(entry, dict):
        return said(entry)
    return "; ".join(f"{name}: {said(value)}" for name, value in entry.items() if value not in (None, [], ""))


def said(value: object) -> str:
    """A value as people read it: texts in quotation marks, criteria spelt out, nothing as "none"."""
    if value is _MISSING:
        return ""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, list):
        return spelt(value) or ("none" if not value else ", ".join(said(each) for each in value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {said(each)}" for name, each in value.items())
    return str(value)


def spelt(criterion: list[Any]) -> str:
    """A criterion in words; "" when the list is none."""
    match criterion:
        case ["always"]:
            return "always"
        case ["yes", str(question)]:
            return f"{question} is yes"
        case ["chosen" | "ticked", str(question), [*options]]:
            return f"{question} is {' / '.join(map(str, options))}"
        case ["not_chosen", str(question), [*options]]:
            return f"{question} is not {' / '.join(map(str, options))}"
        case ["several", str(question)]:
            return f"more than one of {question}"
        case ["all_no", [*questions]]:
            return f"all of {', '.join(map(str, questions))} are no"
        case ["compare", str(quantity), str(sign), limit]:
            return f"{quantity} {sign} {limit}"
        case ["feature", str(name)]:
            return f"the clinic has switched on {name}"
        case ["all", [*parts]]:
            return " and ".join(_bracketed(part) for part in parts)
        case ["at_least", 1, [*parts]]:
            return " or ".join(_bracketed(part) for part in parts)
        case ["at_least", int(count), [*parts]]:
            return f"at least {count} of [{'; '.join(spelt(part) for part in parts)}]"
    return ""


def _bracketed(part: list[Any]) -> str:
    joined = part[:1] == ["all"] or part[:2] == ["at_least", 1]
    return f"({spelt(part)})" if joined else spelt(part)
