"""Writes the papers into dist/evidence: `make evidence`. FULL=1 runs the long walks too, NO_RUN=1 no test.

They are not kept in the tree: they say what was proved at one commit on one day.
"""

import os
import sys
from datetime import UTC, datetime

from intake import __version__
from setup.evidence import data_flow, proofs
from setup.evidence.papers import every_paper
from setup.evidence.proofs import FAILED, NOT_RUN, ROOT, Outcomes

FOLDER = ROOT / "dist/evidence"


def main() -> int:
    """0: every proof that was run passed."""
    papers = every_paper()
    named = [proof for paper in papers for claim in paper.claims for proof in claim.proofs]
    outcomes: Outcomes = (
        {} if os.environ.get("NO_RUN") else proofs.run(named, long=bool(os.environ.get("FULL")))
    )
    made = f"Backstory {__version__}, {proofs.commit()}, {datetime.now(UTC):%Y-%m-%d}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    for paper in papers:
        (FOLDER / paper.name).write_text(paper.text(outcomes, made), encoding="utf-8")
    (FOLDER / "data-flow.svg").write_text(data_flow.picture(), encoding="utf-8")
    results = [outcomes[proof].result if proof in outcomes else NOT_RUN for proof in set(named)]
    failed, waiting = results.count(FAILED), results.count(NOT_RUN)
    print(f"Wrote {len(papers)} papers to {FOLDER.relative_to(ROOT)}.")
    print(f"Of {len(results)} proofs {failed} failed and {waiting} were not run.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
