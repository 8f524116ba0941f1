"""What gunicorn says goes the way of every other line: where something went wrong, and no word of anybody."""

from typing import Any

from gunicorn.glogging import Logger


class QuietLog(Logger):
    """gunicorn's lines without handlers of its own: `intake.logs` writes them, in the form of all others."""

    def setup(self, cfg: Any) -> None:
        """Let lines through to the handler of the process."""
        super().setup(cfg)
        for each in (self.error_log, self.access_log):
            each.handlers.clear()
            each.propagate = True

    def access(self, *_: Any) -> None:
        """Requests are logged by the application, which knows what in an address is secret."""
