"""`python -m tests.ending_with start ...`: a command of ours that ends with the test that started it.

Whatever ends the test, a kill included: a server that is left behind would keep its port, and the processors.
"""

import os
import sys

from intake.server.companion import end_with


def main() -> None:
    """Run the command."""
    parent = os.getppid()
    end_with(parent)
    from flask.cli import main as flask

    sys.argv = ["flask", "--app", "wsgi", *sys.argv[1:]]
    flask()


if __name__ == "__main__":
    main()
