"""Foreign checkers for what Backstory makes, apart from the tests because they need Java and Node.js."""

from pathlib import Path

HERE = Path(__file__).parent
WORK = HERE.parent / ".conformance"
