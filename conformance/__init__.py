"""Foreign checkers and real deployments, apart from the tests: they need programs of their own."""

import socket
from pathlib import Path

HERE = Path(__file__).parent
WORK = HERE.parent / ".conformance"


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
