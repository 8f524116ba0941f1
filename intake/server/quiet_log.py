"""What gunicorn may say: where something went wrong, never what somebody wrote."""

import sys
from typing import Any

from gunicorn.glogging import Logger


class QuietLog(Logger):
    """A trace repeats what was typed, and an address holds the secret of a link: neither is written down."""

    def exception(self, msg: str, *_: Any, **__: Any) -> None:
        """Say which kind of failure it was, and no word of it."""
        kind = sys.exc_info()[0]
        self.error("%s: %s", msg.partition("%")[0].strip(), kind.__name__ if kind else "nothing")

    def access(self, *_: Any) -> None:
        """Requests are logged by the application, which knows what in an address is secret."""
