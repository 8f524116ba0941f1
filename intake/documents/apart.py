"""A document made in a process of its own, which ends afterwards.

Laying out a page takes all of a processor for as long as it lasts, and whoever is served by the same process
waits. A process for each document costs a second.
"""

import logging
import os
import pickle
import subprocess
import sys
import warnings

from intake.documents.orders import DocumentOrder
from intake.resources import PACKAGE

LONGEST = 120.0
LOWER_PRIORITY = 10


class NotMade(Exception):
    """The document could not be made, or took too long. More is not said: it could be a patient's words."""


def made(order: DocumentOrder) -> bytes:
    """Make it in a process of its own, at lower priority. Raises NotMade."""
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603  (a module of ours)
            [sys.executable, "-m", __name__],
            input=pickle.dumps(order),
            stdout=subprocess.PIPE,
            timeout=LONGEST,
            check=True,
            env=os.environ | {"PYTHONPATH": path},
        )
    except (subprocess.SubprocessError, OSError) as problem:
        raise NotMade(type(problem).__name__) from None
    return done.stdout


def made_here(order: DocumentOrder) -> bytes:
    """Make it in this process, where nobody waits for anything else."""
    return order.make()


def main() -> None:
    """Read an order, write the document. Of a failure only its kind is said."""
    os.nice(LOWER_PRIORITY)
    # What libraries would print may hold what is in the document.
    logging.lastResort = None
    warnings.simplefilter("ignore")
    try:
        # It comes through a pipe from the process that started this one, and nobody else can write there.
        order: DocumentOrder = pickle.load(sys.stdin.buffer)  # noqa: S301  (written by our parent)
        document = order.make()
    except Exception as problem:
        sys.exit(f"A document could not be made: {type(problem).__name__}")
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
