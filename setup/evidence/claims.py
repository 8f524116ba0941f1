"""What a paper says in a row: a topic, what is so, who answers for it, and the proofs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from setup.evidence.proofs import Outcome, Outcomes

DEPLOYER = "The deployer answers."
NOT_ASSESSED = "Not assessed."


@dataclass(frozen=True)
class Claim:
    """A fact about the product. Without proofs it says DEPLOYER or NOT_ASSESSED, or where to read it."""

    topic: str
    words: str
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where the headings of a paper come from, and of which day."""

    name: str
    address: str
    dated: str


def table(claims: Iterable[Claim], outcomes: Outcomes) -> str:
    """The claims in Markdown, each with its proofs and what came of them."""
    rows = [
        f"| {each.topic} | {each.words} | {'<br>'.join(_proved(each, outcomes)) or '–'} |" for each in claims
    ]
    return "\n".join(("| about | what is so | proof |", "| --- | --- | --- |", *rows))


def head(title: str, sources: Iterable[Source], made: str) -> str:
    """The beginning of a paper."""
    named = "\n".join(f"- {each.name}, {each.dated}: <{each.address}>" for each in sources)
    return f"""# {title}

Made by `make evidence` from the program and its tests: {made}. Not a certificate: nobody outside has
looked at it. A claim is as good as the proof beside it. "{DEPLOYER}" and "{NOT_ASSESSED}" mean what they say.

Headings follow:

{named}
"""


def _proved(claim: Claim, outcomes: Outcomes) -> Iterator[str]:
    for proof in claim.proofs:
        yield f"`{proof}`: {outcomes.get(proof, Outcome()).words}"
